"""Backups: one zip file with documents, settings and journal, each under its checksum, and without the token.

The index is not in it, for it is built from the documents. A backup holds `manifest.json`, `settings.env` with a
line for each setting that is not its default, the documents under `seeds/`, and the journal with the key of its members
under `journal/`; of a journal in PostgreSQL, which has backups of its own, the key alone. Settings that belong to a
machine (where things are) and to nobody else (the token and its places) are left out.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chipbot.errors import BackupError
from chipbot.files import move
from chipbot.journal.member_key import KEY
from chipbot.journal.place import journal_place
from chipbot.journal.snapshot import copy, foreign, replace_database
from chipbot.ops.backup.drafts import beside, put, remove_drafts
from chipbot.ops.backup.layout import JOURNAL, JOURNAL_KEY, SEEDS, Files
from chipbot.ops.backup.reader import chunks, lines, opened
from chipbot.ops.backup.writer import ChangedError, documents_in, write
from chipbot.settings import changed_variables, variables
from chipbot.settings.env_file import read_env_file, set_variables
from chipbot.settings.env_names import current_name
from chipbot.translation import Message, digits

if TYPE_CHECKING:
    from chipbot.settings import Settings

LEFT_OUT = frozenset(
    {
        "token",
        "token_file",
        "secrets_dir",
        "seeds",
        "index",
        "sources",
        "journal",
        "discord_url",
        "discord_url_anywhere",
        "web_password_file",
    }
)
"""Settings that no backup holds."""
_ATTEMPTS = 3
_BLOCK = 4096
"""Bytes that file systems commonly give a file at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a backup holds."""

    documents: int
    """How many files of the seeds folder."""
    size: int
    """Their bytes."""
    settings: tuple[str, ...]
    """The variables of the settings."""
    left_out: tuple[str, ...] = ()
    """Files in the seeds folder that are no part of it; when it is restored, those that stay all the same."""
    journal: bool = False
    """Whether it has the journal."""


def back_up(settings: Settings, target: Path, *, force: bool = False) -> Contents:
    """Write a backup and read it back; where documents change meanwhile, all are read again, so that it is of
    one moment.

    Raises BackupError where that cannot be done, or where `target` is there already and not to be replaced by
    `force`.
    """
    seeds = settings.seeds.resolve()
    if not seeds.is_dir():
        raise BackupError(
            Message(
                "the seeds folder {folder} does not exist: name another with --seeds", folder=settings.seeds
            )
        )
    if target.resolve().is_relative_to(seeds):
        raise BackupError(
            Message(
                "{target} is in the seeds folder, where the next backup would hold it: choose another place",
                target=target,
            )
        )
    _refuse_if_there(target, force=force)
    part = target.with_name(f".{target.name}-{os.urandom(4).hex()}")
    copied = part.with_name(f"{part.name}-journal")
    try:
        others = _journal_files(settings, copied)
        for _ in range(_ATTEMPTS):
            with contextlib.suppress(ChangedError):
                left_out = write(part, seeds, changed_variables(settings, LEFT_OUT), others)
                contents = verified(part)
                _refuse_if_there(target, force=force)
                move(part, target)
                return replace(contents, left_out=left_out)
    except OSError as error:
        raise BackupError(
            Message(
                "{path}: {reason}; no backup was made",
                path=target if error.filename in (None, str(part), str(copied)) else error.filename,
                reason=error.strerror or error,
            )
        ) from error
    finally:
        part.unlink(missing_ok=True)
        copied.unlink(missing_ok=True)
    raise BackupError(
        Message("the documents in {folder} keep changing: try again when that is over", folder=settings.seeds)
    )


def verified(source: Path) -> Contents:
    """Verify all of a backup against its checksums; raises BackupError where it is not intact or leads out of
    its folder.
    """
    with opened(source) as (archive, files):
        for name in files:
            for _ in chunks(archive, name, files):
                pass
        documents = {name: row for name, row in files.items() if name.startswith(SEEDS)}
        size = sum(row["size"] for row in documents.values())
        return Contents(
            documents=len(documents),
            size=size,
            settings=tuple(lines(archive, variables(LEFT_OUT))),
            journal=JOURNAL in files,
        )


def restore(source: Path, settings: Settings, env_file: Path, *, force: bool = False) -> Contents:
    """Put the documents back into the settings' seeds folder, and the settings into `env_file`.

    Other documents, which the result names, and other lines stay. Raises BackupError before anything is
    written where the backup is not intact, or where something else is in a file's place and not to be replaced by `force`.
    """
    contents = verified(source)
    with opened(source) as (archive, files):
        targets = {name: _target(settings.seeds, name) for name in files if name.startswith(SEEDS)}
        documents = list(targets.values())
        targets |= _journal_targets(settings, files)
        missing = [name for name, path in targets.items() if not _is_the_same(path, files[name])]
        values = lines(archive, variables(LEFT_OUT))
        others = _others(settings.seeds, targets)
        try:
            _refuse_what_is_in_the_way(settings.seeds, documents)
            if not force:
                _refuse_to_replace([targets[name] for name in missing], values, env_file)
            _refuse_without_room(settings.seeds, [files[name]["size"] for name in missing])
            remove_drafts(targets.values())
            with beside(archive, files, {name: targets[name] for name in missing}) as written:
                if JOURNAL in written:
                    _refuse_foreign(written[JOURNAL])
                    replace_database(written[JOURNAL], targets[JOURNAL])
                put({name: draft for name, draft in written.items() if name != JOURNAL}, targets)
                set_variables(env_file, values)
        except OSError as error:
            raise BackupError(
                Message(
                    "{path} cannot be written: {reason}; fix that and restore with --force",
                    path=error.filename or settings.seeds,
                    reason=error.strerror or error,
                )
            ) from error
    return replace(contents, left_out=others)


def _others(seeds: Path, restored: Collection[str]) -> tuple[str, ...]:
    """Return the documents in the seeds folder that are not restored."""
    present = documents_in(seeds.resolve())[0] if seeds.is_dir() else {}
    return tuple(name.removeprefix(SEEDS) for name in present if name not in restored)


def _refuse_what_is_in_the_way(seeds: Path, targets: list[Path]) -> None:
    """Raise BackupError where a folder stands in a file's place, or a file in a folder's."""
    for path in targets:
        if path.is_dir() and not path.is_symlink():
            raise BackupError(
                Message("{path} is a folder, where the backup has a file: move it away first", path=path)
            )
        for folder in path.relative_to(seeds).parents:
            if (seeds / folder).exists() and not (seeds / folder).is_dir():
                raise BackupError(
                    Message(
                        "{path} is a file, where the backup has a folder: move it away first",
                        path=seeds / folder,
                    )
                )


def _journal_files(settings: Settings, copied: Path) -> dict[str, Path]:
    """Copy the journal; return it and the key of its members by their names in the archive, as far as they are there."""
    place = journal_place(settings.journal, settings.index)
    files = {JOURNAL_KEY: place.folder / KEY} if (place.folder / KEY).exists() else {}
    copied.touch(mode=0o600)
    return files | {JOURNAL: copied} if copy(place, copied) else files


def _journal_targets(settings: Settings, files: Files) -> dict[str, Path]:
    """Return where the journal's files go; the database nowhere where PostgreSQL has the journal."""
    place = journal_place(settings.journal, settings.index)
    targets = {JOURNAL_KEY: place.folder / KEY} | ({} if place.file is None else {JOURNAL: place.file})
    return {name: path for name, path in targets.items() if name in files}


def _target(seeds: Path, name: str) -> Path:
    """Return where a document goes; raises BackupError where a symbolic link leads elsewhere."""
    path = seeds / name.removeprefix(SEEDS)
    if not path.parent.resolve().is_relative_to(seeds.resolve()):
        raise BackupError(
            Message("{path} leads out of the seeds folder: remove that link first", path=path.parent)
        )
    return path


def _is_the_same(path: Path, row: Mapping[str, Any]) -> bool:
    if path.is_symlink() or not path.is_file() or path.stat().st_size != row["size"]:
        return False
    with path.open("rb") as file:
        return bool(hashlib.file_digest(file, "sha256").hexdigest() == row["sha256"])


def _refuse_foreign(journal: Path) -> None:
    """Raise BackupError where a file is no journal of ours: SQLite runs what the tables of a database tell it to."""
    problem = foreign(journal)
    if problem is not None:
        raise BackupError(Message("its journal is none, or is damaged: {reason}", reason=problem))


def _refuse_if_there(target: Path, *, force: bool) -> None:
    if target.exists() and not force:
        raise BackupError(
            Message(
                "{target} is there already: choose another name, or replace it with --force", target=target
            )
        )


def _refuse_to_replace(missing: list[Path], values: Mapping[str, str], env_file: Path) -> None:
    present = {current_name(name): value for name, value in read_env_file(env_file).items()}
    replaced = [str(path) for path in missing if path.exists() or path.is_symlink()]
    replaced += [
        f"{name} in {env_file}" for name, value in values.items() if present.get(name, value) != value
    ]
    if replaced:
        if replaced[1:]:
            more = Message("and {number} more", number=digits(len(replaced) - 1))
            replaced[0] = f"{replaced[0]} {more}"
        raise BackupError(
            Message("{paths} would be replaced: nothing was done; --force does it", paths=replaced[0])
        )


def _refuse_without_room(folder: Path, sizes: Sequence[int]) -> None:
    needed = sum(-(-size // _BLOCK) * _BLOCK for size in sizes)
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise BackupError(
            Message(
                "the files take {needed} bytes, and {folder} has room for {free}: nothing was done",
                needed=digits(needed),
                folder=folder,
                free=digits(free),
            )
        )
