"""Fixtures: a journal in SQLite, and the same in PostgreSQL where there is one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.bot.town import Clock
from tests.journal.postgresql import emptied

from chipbot.journal.journal import Journal
from chipbot.journal.place import JournalPlace, journal_place


@pytest.fixture(params=["sqlite", "postgresql"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> JournalPlace:
    """An empty place."""
    if request.param == "sqlite":
        return journal_place(None, tmp_path / "index")
    return await emptied(request.getfixturevalue("postgresql_url"), tmp_path)


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
