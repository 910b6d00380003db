"""A simulated Discord for the bot's tests: a server, a channel, a member, a manager and a still clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import discord

from chipbot.bot import ChipbotClient
from chipbot.service.answering import Answering
from chipbot.service.question_service import QuestionService
from chipbot.service.refresh import IndexRefresher, Rebuilding

if TYPE_CHECKING:
    import simcord
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle, GuildHandle
    from tests.bot.library import Shelf

    from chipbot.journal.journal import Journal

FUND = "How much money is in the fund?"
QUOTED = (
    "**This legislation earmarked a substantial $500 million fund "
    "dedicated to strengthening the semiconductor supply chain.**"
)
TITLE = "US and Mexico Forge Alliance in Semiconductor Supply Chain Development"


class ServedKnowledgeBase(Answering, Rebuilding, Protocol):
    """What both services need."""


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def client_of(knowledge_base: ServedKnowledgeBase) -> ChipbotClient:
    """A bot without a cooldown that answers from this."""
    return ChipbotClient(QuestionService(knowledge_base), IndexRefresher(knowledge_base))


def break_down(journal: Journal) -> None:
    """Put something in the place of a journal's database that is none."""
    assert journal.place.file is not None
    journal.place.file.unlink()
    journal.place.file.mkdir()


@dataclass
class Town:
    """Everything a test of the bot needs."""

    env: simcord.Env
    client: ChipbotClient
    shelf: Shelf
    clock: Clock
    guild: GuildHandle
    channel: ChannelHandle
    ann: MemberActor
    """Asks."""
    boss: MemberActor
    """Manages the server."""
    mod: MemberActor
    """Moderates: may delete others' messages."""
    eve: MemberActor
    """A member who did not ask."""

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
    """A message's content, or all the text of its layout: as Markdown, line by line, with commands as we write them."""
    inner = getattr(message, "message", message)
    assert isinstance(inner, discord.Message)
    found = [inner.content] if inner.content else []
    for component in inner.components:
        children = getattr(component, "children", [component])
        found += [child.content for child in children if hasattr(child, "content")]
    return re.sub(r"</([\w-]+):\d+>", r"`/\1`", "\n".join(found))


def controls(message: object) -> list[str]:
    """What a member sees of a message's buttons and menus."""
    inner = getattr(message, "message", message)
    assert isinstance(inner, discord.Message)
    view = discord.ui.LayoutView.from_message(inner, timeout=None)
    return [
        " ".join(filter(None, (str(item.emoji or ""), item.label)))
        if isinstance(item, discord.ui.Button)
        else f"[{item.placeholder}]"
        for item in view.walk_children()
        if isinstance(item, (discord.ui.Button, discord.ui.Select))
    ]


def control(message: object, action: str) -> str:
    """The `custom_id` of the button or menu with that action."""
    inner = getattr(message, "message", message)
    assert isinstance(inner, discord.Message)
    view = discord.ui.LayoutView.from_message(inner, timeout=None)
    ids = [str(item.custom_id) for item in view.walk_children() if hasattr(item, "custom_id")]
    return next(custom_id for custom_id in ids if custom_id.split(":")[1] == action)
