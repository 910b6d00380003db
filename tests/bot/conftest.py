"""Fixtures: the bot on a simulated Discord."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import discord
import pytest
from tests.bot.library import Shelf
from tests.bot.town import Clock, Town

from chipbot.bot.client import ChipbotClient
from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.service.question_service import QuestionService
from chipbot.service.refresh import IndexRefresher

if TYPE_CHECKING:
    import simcord


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell the simulation how many shards there are: it is not asked."""
    for item in items:
        item.add_marker(pytest.mark.simcord(shard_count=1))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf.shipped()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def journal_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an empty journal."""
    place = journal_place(None, tmp_path_factory.mktemp("empty") / "index")
    assert place.file is not None

    async def make() -> None:
        journal = Journal(place)
        await journal.start()
        await journal.close()

    asyncio.run(make())
    return place.file


@pytest.fixture
async def journal(journal_file: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Journal]:
    place = journal_place(None, tmp_path / "index")
    assert place.file is not None
    place.folder.mkdir()
    shutil.copy(journal_file, place.file)
    journal = Journal(place, clock=clock)
    yield journal
    await journal.close()


@pytest.fixture
def message_content() -> bool:
    """Whether the bot has the intent for the text of all messages."""
    return False


@pytest.fixture
def simcord_bot(shelf: Shelf, clock: Clock, journal: Journal, message_content: bool) -> ChipbotClient:
    return ChipbotClient(
        QuestionService(shelf, cooldown=5, clock=clock, journal=journal),
        IndexRefresher(shelf, interval=2, clock=clock),
        message_content=message_content,
        grace=1,
        retry_pause=0,
    )


@pytest.fixture
async def town(simcord_env: simcord.Env, simcord_bot: ChipbotClient, shelf: Shelf, clock: Clock) -> Town:
    guild = simcord_env.create_guild("Club")
    managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
    moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
    return Town(
        env=simcord_env,
        client=simcord_bot,
        shelf=shelf,
        clock=clock,
        guild=guild,
        channel=guild.create_text_channel("general"),
        ann=guild.add_member(simcord_env.create_user("ann")),
        boss=guild.add_member(simcord_env.create_user("boss"), roles=[managers]),
        mod=guild.add_member(simcord_env.create_user("mod"), roles=[moderators]),
        eve=guild.add_member(simcord_env.create_user("eve")),
    )
