"""Fixtures: a journal in SQLite, and the same in PostgreSQL where there is one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr
from tests.bot.town import Clock
from tests.journal import postgresql

from chipbot.journal.journal import Journal
from chipbot.journal.place import JournalPlace, journal_place


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    try:
        with postgresql.server() as url:
            yield url
    except postgresql.MissingError as error:
        pytest.skip(str(error))


@pytest.fixture(params=["sqlite", "postgresql"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> JournalPlace:
    """An empty place."""
    if request.param == "sqlite":
        return journal_place(None, tmp_path / "index")
    return await emptied(request.getfixturevalue("postgresql_url"), tmp_path)


async def emptied(url: str, folder: Path) -> JournalPlace:
    """A database of PostgreSQL's without tables; its key is in the folder."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    finally:
        await connection.close()
    return journal_place(SecretStr(url), folder / "index")


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = 1_800_000_000.0
    return clock


@pytest.fixture
async def journal(place: JournalPlace, clock: Clock) -> AsyncIterator[Journal]:
    journal = Journal(place, keep_questions=True, keep_days=30, clock=clock)
    await journal.start()
    yield journal
    await journal.close()
