"""Folders of documents that come from elsewhere, and stay in sync with it.

An imported folder belongs to its source: files that the source had and has no more are removed, changed ones are
written anew. A hidden file in it says what was imported; without that file, nothing is written to a folder that
is not empty.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from chipbot.errors import SourcesError
from chipbot.files import remove, replacement
from chipbot.sources import git_repository, website
from chipbot.sources.collections import Source
from chipbot.sources.fetched import Fetch, Fetched, is_safe
from chipbot.sources.formats import FORMATS
from chipbot.sources.opener import without_waiting
from chipbot.translation import Message

Report = Callable[[int, int], None]
"""Is told how many of how many files are done."""

STATE_FILE = ".chipbot-import.json"
_MAX_STATE = 64 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class ImportResult:
    """What an import has done."""

    version: str = ""
    """What the folder is a copy of now, such as a commit."""
    url: str = ""
    """The address of its pages, as `Source.url` has it; empty where the source does not tell."""
    added: int = 0
    changed: int = 0
    removed: int = 0
    present: int = 0
    """How many files there are now."""
    problems: list[str] = field(default_factory=list)
    """Which files could not be had and why, and what else the operator should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What was imported."""

    origin: str
    version: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    """The tag of each file, by its path."""


def import_folder(
    seeds: Path,
    name: str,
    source: Source,
    *,
    token: str = "",
    report: Report = lambda *_: None,
    pause: float = website.PAUSE,
) -> ImportResult:
    """Bring one folder in sync with its source.

    Args:
        seeds: The seeds folder.
        name: The folder's path in it.
        source: Where it comes from.
        token: What opens a private repository; empty for none.
        report: Is told how many of how many files are done.
        pause: Seconds between two requests to a website.

    Returns:
        What has been done.

    Raises:
        SourcesError: The source cannot be had, or the folder is not to be written to; what was there stays.
    """
    folder = _folder(seeds, name)
    state = _read_state(folder, source)
    version = state.version if _is_intact(folder, state) else ""
    known = {path: tag for path, tag in state.files.items() if (folder / path).is_file()}
    try:
        with _fetch(source, version, known, token, pause) as fetched:
            if fetched.paths is not None and not fetched.paths:
                known_formats = ", ".join(sorted(FORMATS))
                reason = "; ".join(fetched.notes) or Message(
                    "no file that can be read ({suffixes})", suffixes=known_formats
                )
                raise SourcesError(Message("there is nothing to import: {reason}", reason=reason))
            return _write(folder, state, fetched, report)
    except OSError as error:
        raise SourcesError(_not_written(error, folder)) from error


def take_in(seeds: Path, name: str, source: Source, fetched: Fetch) -> ImportResult:
    """Bring one folder in sync with what has been fetched of its source, be it nothing; returns and raises as
    `import_folder` does.
    """
    folder = _folder(seeds, name)
    try:
        return _write(folder, _read_state(folder, source), fetched, lambda *_: None)
    except OSError as error:
        raise SourcesError(_not_written(error, folder)) from error


def _fetch(
    source: Source, version: str, known: Mapping[str, str], token: str, pause: float
) -> AbstractContextManager[Fetch]:
    if source.git:
        return git_repository.fetch(source, version, known, token)
    return website.fetch(source, known, pause)


def _folder(seeds: Path, name: str) -> Path:
    folder = seeds / name
    if not is_safe(name):
        raise SourcesError(
            Message("“{name}” is no name for a folder of documents: use letters, digits, - and _", name=name)
        )
    if not folder.resolve().is_relative_to(seeds.resolve()):
        raise SourcesError(Message("{folder} leads out of the seeds folder", folder=folder))
    if folder.exists() and not folder.is_dir():
        raise SourcesError(Message("{folder} is a file: choose another name", folder=folder))
    if folder.is_dir() and not (folder / STATE_FILE).exists() and any(folder.iterdir()):
        raise SourcesError(
            Message(
                "{folder} holds files that were not imported: choose another name, or empty it", folder=folder
            )
        )
    return folder


def _origin(source: Source) -> str:
    """Say what decides which files there are: with another, all is fetched anew."""
    return json.dumps(
        [source.git, source.branch, source.folder, source.sitemap or source.discord, *sorted(FORMATS)]
    )


def _read_state(folder: Path, source: Source) -> _State:
    nothing = _State(origin=_origin(source))
    try:
        with open(folder / STATE_FILE, "rb", opener=without_waiting) as file:  # Path.open takes no opener
            read: dict[str, Any] = json.loads(file.read(_MAX_STATE))
        files = {str(path): str(tag) for path, tag in read["files"].items() if is_safe(str(path))}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return nothing
    if read.get("origin") != nothing.origin:  # its tags say nothing of this one; its files are to be removed
        return _State(origin=nothing.origin, files=dict.fromkeys(files, ""))
    return _State(origin=nothing.origin, version=str(read.get("version", "")), files=files)


def _is_intact(folder: Path, state: _State) -> bool:
    return (
        bool(state.files)
        and all(state.files.values())
        and all((folder / path).is_file() for path in state.files)
    )


def _write(folder: Path, state: _State, fetched: Fetch, report: Report) -> ImportResult:
    result = ImportResult(version=fetched.version, url=fetched.url, problems=list(fetched.notes))
    if fetched.paths is None:
        result.present = len(state.files)
        return result
    folder.mkdir(parents=True, exist_ok=True)
    tags, gone = dict(state.files), set[str]()
    # First, so that whatever is written is known to be the import's, also if this ends half-way.
    _write_state(folder, _State(origin=state.origin, files=dict.fromkeys(fetched.paths, "") | tags))
    for number, file in enumerate(fetched.files):
        report(number, len(fetched.paths))
        _take(folder, file, tags, result)
        gone |= {file.path} if file.gone else set()
    for path in sorted(tags.keys() - (fetched.paths - gone)):
        result.removed += _remove(folder, path)
        del tags[path]
    _write_state(folder, _State(origin=state.origin, version=fetched.version, files=tags))
    result.present = len(tags)
    return result


def _take(folder: Path, file: Fetched, tags: dict[str, str], result: ImportResult) -> None:
    if file.problem:
        result.problems.append(f"{file.path}: {file.problem}")
        return
    if file.data is not None and _put(folder, file.path, file.data):
        if file.path in tags:
            result.changed += 1
        else:
            result.added += 1
    tags[file.path] = file.tag


def _put(folder: Path, path: str, data: bytes) -> bool:
    """Write a file in one step, on disk for good; return whether that changed anything."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.parent.resolve().is_relative_to(folder.resolve()):
        raise SourcesError(
            Message("{path} leads out of {folder}: remove that link first", path=target.parent, folder=folder)
        )
    if target.is_file() and not target.is_symlink() and target.read_bytes() == data:
        return False
    with replacement(target) as file:
        file.write(data)
    return True


def _remove(folder: Path, path: str) -> bool:
    target = folder / path
    if not target.parent.resolve().is_relative_to(folder.resolve()):
        return False
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        remove(target)
        for parent in PurePosixPath(path).parents:
            if str(parent) == ".":
                break
            with contextlib.suppress(OSError):  # there are others in it
                (folder / parent).rmdir()
        return True
    return False


def _not_written(error: OSError, folder: Path) -> Message:
    path, reason = error.filename or folder, error.strerror or error
    return Message("{path} cannot be written: {reason}", path=path, reason=reason)


def _write_state(folder: Path, state: _State) -> None:
    content = {"origin": state.origin, "version": state.version, "files": dict(state.files)}
    with replacement(folder / STATE_FILE) as file:
        file.write(json.dumps(content, ensure_ascii=False, indent=0).encode("utf-8", "replace"))
