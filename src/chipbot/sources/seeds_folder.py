"""The seeds folder: which files there are, which of them can be documents, and its synonyms."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from chipbot.errors import DocumentError, SeedsError
from chipbot.model import Failure, ReadLimits
from chipbot.sources.collections import SOURCES
from chipbot.sources.formats import FORMATS, REMEDIES
from chipbot.sources.ignore_rules import IGNORE_FILE, IgnoreRules, read_ignore_rules
from chipbot.sources.opener import read_bytes, refuse_size
from chipbot.sources.synonyms import MAX_BYTES, SYNONYMS, decode_synonyms, parse_synonyms
from chipbot.translation import Message

CANARIES = "canaries.jsonl"
"""What the file of canary questions is called, at the top of the seeds folder."""

_KNOWN = Message("known: {suffixes}", suffixes=", ".join(sorted(FORMATS)))


class SeedFile(NamedTuple):
    """A file in the seeds folder, as the file system sees it."""

    id: str
    """Its path relative to the seeds folder, with forward slashes."""
    path: str
    """Where to read it."""
    size: int
    """Its size in bytes."""
    mtime_ns: int
    """When it was last changed, in nanoseconds since the epoch."""
    ctime_ns: int
    """When it, its name or who may read it was last changed."""
    limits: ReadLimits = ReadLimits()
    """Within what it is to be read."""

    @property
    def stamp(self) -> str:
        """What is compared to see whether a file that could not be read is to be tried again: it has changed, or may
        take more.
        """
        return "-".join(map(str, (self.size, self.mtime_ns, self.ctime_ns, *self.limits)))


class Listing(NamedTuple):
    """What a seeds folder holds, each in the order of ids."""

    files: list[SeedFile]
    """The files that may be documents."""
    failures: list[Failure]
    """What cannot be a document although it is meant to be one, with the reason."""
    ignored: list[Failure]
    """What is not meant to be one, with what says so."""


def scan(seeds: Path, limits: ReadLimits = ReadLimits()) -> Listing:
    """List the files under `seeds`.

    Hidden files and folders (their name begins with a dot) are passed over, and so are the files
    of synonyms, sources and canary questions.
    Raises SeedsError where there is no folder.
    """
    if not seeds.is_dir():
        what = Message("is not a folder") if seeds.exists() else Message("does not exist")
        raise SeedsError(
            Message(
                "the seeds folder {folder} {problem}: create it and put documents in it, or name "
                "another with --seeds. `chipbot setup` makes it and a bot, step by step; `chipbot demo` tries the "
                "document that chipbot ships",
                folder=seeds.absolute(),
                problem=what,
            )
        )
    root = seeds.resolve()
    files: list[SeedFile] = []
    rules = read_ignore_rules(root)
    failures = [Failure(document_id=IGNORE_FILE, reasons=(problem,)) for problem in rules.problems]
    ignored: list[Failure] = []
    for name, entry in _walk(seeds, os.fspath(root), rules, failures, ignored):
        if name in (SYNONYMS, SOURCES, CANARIES):
            continue
        reason = rules.reason(name)
        if reason is not None:
            ignored.append(Failure(document_id=_shown(name), reasons=(reason,)))
            continue
        try:
            files.append(_seed_file(entry, name, root, limits))
        except DocumentError as error:
            failures.append(Failure(document_id=_shown(name), reasons=(error.reason,)))
    in_order = attrgetter("document_id")
    return Listing(
        sorted(files, key=attrgetter("id")), sorted(failures, key=in_order), sorted(ignored, key=in_order)
    )


def read_synonyms(seeds: Path) -> tuple[str, list[Failure]]:
    """Return the text of the synonyms file at the top of `seeds`, empty where there is none, and what is
    wrong with it.
    """
    path = seeds / SYNONYMS
    try:
        target = _target(path, seeds.resolve()) if path.is_symlink() else path
        if not path.exists() and not path.is_symlink():
            return "", []
        text = decode_synonyms(read_bytes(target, MAX_BYTES))
    except DocumentError as error:
        return "", [Failure(document_id=SYNONYMS, reasons=(error.reason,))]
    problems = parse_synonyms(text)[1]
    return text, [Failure(document_id=SYNONYMS, reasons=tuple(problems), indexed=True)] if problems else []


def _walk(
    seeds: Path, root: str, rules: IgnoreRules, failures: list[Failure], ignored: list[Failure]
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield everything below the folder that is none itself, with its relative path; `root` is where `seeds`
    leads.
    """
    folders = [("", root)]  # grows on the way
    for prefix, folder in folders:
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            if not prefix:
                raise SeedsError(
                    Message(
                        "the seeds folder {folder} cannot be read: {reason}",
                        folder=seeds,
                        reason=error.strerror,
                    )
                ) from error
            problem = Message("the folder cannot be read: {reason}", reason=error.strerror)
            failures.append(Failure(document_id=_shown(prefix), reasons=(problem,)))
            continue
        for entry in entries:
            name = entry.name
            if name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                reason = rules.folder_reason(prefix + name)
                if reason is not None:
                    ignored.append(Failure(document_id=f"{_shown(prefix + name)}/", reasons=(reason,)))
                    continue
                folders.append((f"{prefix}{name}/", entry.path))
            else:
                yield prefix + name, entry


def _shown(name: str) -> str:
    """Return a file's name as text, with escapes for the bytes in it that are none."""
    return name if name.isascii() else name.encode("utf-8", "backslashreplace").decode()


def _seed_file(entry: os.DirEntry[str], name: str, root: Path, limits: ReadLimits) -> SeedFile:
    """Look at one directory entry; raises DocumentError where it cannot be a document."""
    if _shown(name) != name:
        raise DocumentError(Message("its name is not valid text: rename it"))
    linked = entry.is_symlink()
    path = entry.path
    if linked:  # only then, for it takes long
        path = os.fspath(_target(Path(path), root))
    try:
        info = Path(path).lstat() if linked else entry.stat(follow_symlinks=False)
    except OSError as error:
        raise DocumentError(_not_seen(error)) from None
    if not stat.S_ISREG(info.st_mode):
        folder = stat.S_ISDIR(info.st_mode)
        raise DocumentError(
            Message("it is a symbolic link to a folder, which is not followed")
            if folder
            else Message("it is not a regular file")
        )
    if not name.lower().endswith(tuple(FORMATS)):
        suffix = os.path.splitext(name)[1]  # noqa: PTH122  # a point at the end is one, unlike in Path.suffix
        raise DocumentError(
            Message(
                "there is no reader for {what} ({remedy})",
                what=suffix or Message("files without a suffix"),
                remedy=REMEDIES.get(suffix.lower(), _KNOWN),
            )
        )
    refuse_size(info.st_size, limits.size)
    return SeedFile(name, path, info.st_size, info.st_mtime_ns, info.st_ctime_ns, limits)


def _target(link: Path, root: Path) -> Path:
    """Return where a symbolic link leads; raises DocumentError where that is nowhere, or outside of `root`."""
    try:
        target = link.resolve(strict=True)
    except FileNotFoundError:
        raise DocumentError(Message("it is a symbolic link to a file that does not exist")) from None
    except (OSError, RuntimeError) as error:  # RuntimeError is what Python before 3.13 says
        if isinstance(error, RuntimeError) or error.errno == errno.ELOOP:
            raise DocumentError(Message("it is a symbolic link that leads back to itself")) from None
        raise DocumentError(_not_seen(error)) from None
    if not target.is_relative_to(root):
        raise DocumentError(Message("it is a symbolic link that leads out of the seeds folder"))
    return target


def _not_seen(error: OSError) -> Message:
    return Message("it cannot be looked at: {reason}", reason=error.strerror or error)


def nothing_to_index(seeds: Path, failures: Sequence[Failure]) -> Message:
    """Return what is said of a seeds folder without a document that can be read."""
    folder = seeds.absolute()
    if not failures:
        return Message(
            "the seeds folder {folder} is empty: put documents in it; `chipbot demo` tries the shipped one",
            folder=folder,
        )
    first = min(failures, key=attrgetter("document_id"))
    said: dict[str, object] = {"folder": folder, "document": first.document_id, "reason": first.reasons[0]}
    if len(failures) == 1:
        return Message(
            "the one file in the seeds folder {folder} cannot be read: {document}: {reason}", **said
        )
    return Message(
        "none of {number} files in the seeds folder {folder} can be read; the first is {document}: {reason}",
        number=len(failures),
        **said,
    )
