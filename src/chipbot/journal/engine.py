"""How the journal's database is connected to, and how it gets the present tables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from chipbot.errors import JournalError
from chipbot.files import make_folder
from chipbot.journal.place import JournalPlace
from chipbot.journal.schema import HEAD, alembic_version, metadata
from chipbot.translation import Message

PATIENCE = 10.0
"""Seconds that PostgreSQL, or a lock of SQLite's, is waited for."""
_PRAGMAS = (
    "journal_mode=TRUNCATE",
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
    "trusted_schema=OFF",
)
_LOCK = 0x63686970626F74  # "chipbot": PostgreSQL knows advisory locks by number


def make_engine(place: JournalPlace) -> AsyncEngine:
    """Return what connects to a database; SQLite has one connection. Raises JournalError where its file cannot
    be made, or the driver is missing."""
    if place.file is None:
        return _postgresql_engine(place)
    _make_file(place.file)
    engine = create_async_engine(
        place.url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        connect_args={"timeout": PATIENCE},
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", _configure_sqlite)
    return engine


def _postgresql_engine(place: JournalPlace) -> AsyncEngine:
    try:
        return create_async_engine(
            place.url,
            pool_size=2,
            max_overflow=3,
            pool_timeout=PATIENCE,
            pool_pre_ping=True,
            connect_args={"timeout": PATIENCE, "command_timeout": PATIENCE},
            hide_parameters=True,
        )
    except ModuleNotFoundError as error:
        raise JournalError(
            Message(
                "the journal {place} takes PostgreSQL's driver, which is not installed: "
                'pip install "chipbot[postgresql]", or run deploy/start or deploy/install.sh again',
                place=place.shown,
            )
        ) from error


def _make_file(file: Path) -> None:
    """Make an empty database that its owner alone can read, where there is none."""
    try:
        make_folder(file.parent, mode=0o700)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise JournalError(
            Message("the journal {path} cannot be written: {reason}", path=file, reason=error.strerror)
        ) from error


def _configure_sqlite(connection: Any, _record: object) -> None:
    """Map no file into memory, let nothing that was committed be lost with the power, leave nothing of what was deleted in
    the file, and run nothing that a restored database might hold.

    A write-ahead log has its index in a mapped file (https://www.sqlite.org/walformat.html#shm). Where there is no room
    left on a file system that writes each page to a new place, as btrfs does, writing to that ends the process (SIGBUS).
    """
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def prepare(engine: AsyncEngine) -> None:
    """Bring the tables to the present version; Alembic, which is large, is only loaded where there are older ones."""
    async with engine.connect() as connection:
        version = await connection.run_sync(_version)
    if version == HEAD:
        return
    async with engine.begin() as connection:
        await connection.run_sync(_make_or_upgrade)


def _make_or_upgrade(connection: sqlalchemy.Connection) -> None:
    """Bring the tables to the present version, one process after the other."""
    # SQLite's driver would begin no transaction by itself.
    lock = (
        "BEGIN IMMEDIATE" if connection.dialect.name == "sqlite" else f"SELECT pg_advisory_xact_lock({_LOCK})"
    )
    connection.exec_driver_sql(lock)
    version = _version(connection)
    if version is None:
        metadata.create_all(connection)
        connection.execute(sqlalchemy.insert(alembic_version).values(version_num=HEAD))
    elif version != HEAD:
        from chipbot.journal.upgrade import upgrade

        upgrade(connection)


def _version(connection: sqlalchemy.Connection) -> str | None:
    """Return the version of the tables; None where there are none."""
    if not sqlalchemy.inspect(connection).has_table(alembic_version.name):
        return None
    version = connection.scalar(sqlalchemy.select(alembic_version.c.version_num))
    return None if version is None else str(version)
