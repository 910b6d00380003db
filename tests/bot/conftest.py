"""Fixtures: the bot on a simulated Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest
from tests.bot.library import Shelf
from tests.bot.town import Clock, Town

from chipbot.bot.client import ChipbotClient
from chipbot.service.question_service import QuestionService
from chipbot.service.refresh import IndexRefresher

if TYPE_CHECKING:
    import simcord


@pytest.fixture
def shelf() -> Shelf:
    return Shelf.shipped()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def simcord_bot(shelf: Shelf, clock: Clock) -> ChipbotClient:
    return ChipbotClient(
        QuestionService(shelf, cooldown=5, clock=clock),
        IndexRefresher(shelf, interval=2, clock=clock),
        grace=1,
        retry_pause=0,
    )


@pytest.fixture
async def town(simcord_env: simcord.Env, simcord_bot: ChipbotClient, shelf: Shelf, clock: Clock) -> Town:
    guild = simcord_env.create_guild("Club")
    managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
    return Town(
        env=simcord_env,
        client=simcord_bot,
        shelf=shelf,
        clock=clock,
        channel=guild.create_text_channel("general"),
        ann=guild.add_member(simcord_env.create_user("ann")),
        boss=guild.add_member(simcord_env.create_user("boss"), roles=[managers]),
    )
