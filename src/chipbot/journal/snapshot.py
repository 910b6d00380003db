"""Copies of a journal in SQLite, of one moment, whoever writes meanwhile."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from chipbot.errors import JournalError
from chipbot.files import move
from chipbot.journal.place import JournalPlace
from chipbot.translation import Message

PATIENCE = 10.0
"""Seconds that another's lock is waited for."""
_BESIDE = (
    "-journal",
    "-wal",
    "-shm",
)  # what SQLite keeps beside a database, and would believe of another one


def copy(place: JournalPlace, target: Path) -> bool:
    """Copy the database into the file `target`, by SQLite's own backup; return whether there is one.

    Raises JournalError where it cannot be read.
    """
    if place.file is None or not place.file.exists():
        return False
    try:
        with (
            contextlib.closing(_present(place.file)) as source,
            contextlib.closing(sqlite3.connect(target)) as copied,
        ):
            source.backup(copied, progress=_patience(place.file))
            copied.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    except sqlite3.Error as error:
        raise JournalError(
            Message("the journal {place} cannot be copied: {reason}", place=place.shown, reason=error)
        ) from error
    return True


def replace_database(copied: Path, target: Path) -> None:
    """Put a copy in place of a database, wholly or not at all, whoever uses that meanwhile; one that is damaged, or not
    there, is replaced as a file. Raises JournalError, OSError.
    """
    if target.exists():
        try:
            with (
                contextlib.closing(_opened(copied)) as source,
                contextlib.closing(_present(target)) as present,
            ):
                source.backup(present, progress=_patience(target))
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise JournalError(
                    Message("the journal {path} cannot be replaced: {reason}", path=target, reason=error)
                ) from error
        else:
            return
    for suffix in _BESIDE:
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    move(copied, target)


def foreign(file: Path) -> str | None:
    """Return why a file is no journal of ours, be it that it holds something that SQLite would run; None where it is one."""
    try:
        with contextlib.closing(_opened(file)) as connection:
            found = connection.execute(
                "SELECT name FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR sql LIKE '%VIRTUAL%' LIMIT 1"
            ).fetchone()
            return f"it holds {found[0]!r}" if found else _trouble_in(connection)
    except sqlite3.Error as error:
        return str(error)


def trouble(place: JournalPlace) -> str | None:
    """Return what is wrong with a database that is there, by SQLite's quick check; None where nothing is."""
    if place.file is None or not place.file.exists():
        return None
    try:
        with contextlib.closing(_present(place.file)) as connection:
            return _trouble_in(connection)
    except sqlite3.Error as error:
        return str(error)


def _patience(file: Path) -> Callable[[int, int, int], None]:
    """Return what ends a copy that waits for another's lock for too long, which sqlite3 does for ever."""
    latest = time.monotonic() + PATIENCE

    def check(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > latest:
            raise JournalError(
                Message("the journal {path} cannot be used: somebody else writes to it; try again", path=file)
            )

    return check


def _opened(copied: Path) -> sqlite3.Connection:
    """Open a copy that nobody else uses, without believing or changing anything in it."""
    connection = sqlite3.connect(f"{copied.absolute().as_uri()}?immutable=1", uri=True)
    connection.execute("PRAGMA trusted_schema=OFF")
    return connection


def _present(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=PATIENCE)


def _trouble_in(connection: sqlite3.Connection) -> str | None:
    result = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    return None if result == "ok" else str(result)
