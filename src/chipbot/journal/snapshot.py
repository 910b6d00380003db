"""Copies of a journal in SQLite, of one moment, whoever writes meanwhile."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from chipbot.errors import JournalError
from chipbot.journal.place import JournalPlace

_PATIENCE = 10.0  # seconds for another's lock
_BESIDE = ("-wal", "-shm")  # what SQLite keeps beside a database that is open


def copy(place: JournalPlace, target: Path) -> bool:
    """Copy the database into the file `target`, by SQLite's own backup; return whether there is one.

    Raises JournalError where it cannot be read.
    """
    if place.file is None or not place.file.exists():
        return False
    try:
        with (
            contextlib.closing(sqlite3.connect(place.file, timeout=_PATIENCE)) as source,
            contextlib.closing(sqlite3.connect(target)) as copied,
        ):
            source.backup(copied)
            copied.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    except sqlite3.Error as error:
        raise JournalError(f"the journal {place.shown} cannot be copied: {error}") from error
    return True


def remove_leftovers(file: Path) -> None:
    """Remove what writers left beside a database that is about to be replaced: it belongs to the old one."""
    for suffix in _BESIDE:
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def trouble(place: JournalPlace) -> str | None:
    """Return what is wrong with a database that is there, by SQLite's quick check; None where nothing is."""
    if place.file is None or not place.file.exists():
        return None
    try:
        with contextlib.closing(sqlite3.connect(place.file, timeout=_PATIENCE)) as connection:
            result = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        return str(error)
    return None if result == "ok" else str(result)
