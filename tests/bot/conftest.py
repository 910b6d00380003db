"""The bot on a simulated Discord: a server with one channel, a member, a manager, and a clock that stands still."""

from __future__ import annotations

from dataclasses import dataclass

import discord
import pytest
import simcord
from library import Shelf
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from chipbot.bot.client import ChipbotClient
from chipbot.bot.desk import Desk
from chipbot.bot.reindexing import Reindexing


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Town:
    """Everything a test of the bot needs."""

    env: simcord.Env
    client: ChipbotClient
    shelf: Shelf
    clock: Clock
    channel: ChannelHandle
    ann: MemberActor
    boss: MemberActor

    @property
    def mention(self) -> str:
        return f"<@{self.me.id}>"

    @property
    def me(self) -> discord.Member:
        me = self.channel.guild.me if self.channel.guild else None
        assert me is not None
        return me

    async def say(self, content: str, **options: object) -> list[str]:
        """What the bot replies in the channel when Ann writes this."""
        before = len(self.channel.history())
        await self.ann.send(self.channel, content, **options)  # type: ignore[arg-type]  # options are simcord's own
        return [shown(message) for message in self.channel.history()[before + 1 :]]


def shown(message: object) -> str:
    """A message's content, or all the text of its layout: as Markdown, line by line."""
    inner = getattr(message, "message", message)
    assert isinstance(inner, discord.Message)
    found = [inner.content] if inner.content else []
    for component in inner.components:
        found += [child.content for child in getattr(component, "children", []) if hasattr(child, "content")]
    return "\n".join(found)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf.shipped()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def simcord_bot(shelf: Shelf, clock: Clock) -> ChipbotClient:
    return ChipbotClient(
        desk=Desk(shelf, cooldown=5, clock=clock),
        reindexing=Reindexing(shelf, interval=2, clock=clock),
        grace=1,
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
