"""What was asked while the bot was away is answered when it is back: once, if that was not long ago."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import discord
import pytest
from tests.wire import objects
from tests.wire.bots import FUND, MONEY, club, running
from tests.wire.faults import refused
from tests.wire.members import Question, text_of
from tests.wire.wire import Wire, until

from chipbot.bot import missed_messages
from chipbot.bot.missed_messages import LONGEST, MAX_CHANNELS, answer_missed

if TYPE_CHECKING:
    from tests.wire.objects import Object


@pytest.fixture
def wire() -> Wire:
    return Wire([club(objects.channel(104, "other"))])


@pytest.fixture
def ann(wire: Wire) -> Object:
    return wire.members.join("ann", wire.world.guilds["100"])


async def ask(wire: Wire, who: Object, place: str = "102", text: str = FUND) -> Question:
    return await wire.members.ask(who, wire.world.channels[place], text)


def answered(wire: Wire, question: Question) -> list[bool]:
    """For each reply to a question, whether it is the answer."""
    return [MONEY in text_of(shown) for shown in wire.members.shown(question)]


async def test_a_question_from_a_restart_is_answered_once(wire: Wire, ann: Object) -> None:
    async with running(wire):
        before = await ask(wire, ann)
        await until(lambda: answered(wire, before))
    missed, chat = await ask(wire, ann), await wire.members.say(ann, wire.world.channels["102"], "hello all")
    async with running(wire):
        await until(lambda: answered(wire, missed))
    last = await ask(wire, ann, "104")
    async with running(wire):
        await until(lambda: answered(wire, last))
        assert [answered(wire, each) for each in (before, missed, last, chat)] == [[True]] * 3 + [[]]


async def test_who_saw_a_reaction_or_got_a_thread_was_not_missed(wire: Wire, ann: Object) -> None:
    hasty, in_thread, mine = await ask(wire, ann), await ask(wire, ann), await ask(wire, ann)
    assert hasty.message
    assert in_thread.message
    assert mine.message
    wire.world.reactions.append((hasty.message["id"], "⏳"))
    general = wire.world.channels["102"]
    wire.world.open_thread(general, "fund", objects.APPLICATION, in_thread.message["id"])
    wire.world.open_thread(general, "fund", ann["id"], mine.message["id"])
    async with running(wire):
        await until(lambda: answered(wire, mine))
        assert [answered(wire, each) for each in (hasty, in_thread)] == [[], []]


async def test_what_is_older_or_may_not_be_read_is_left_alone(wire: Wire, ann: Object) -> None:
    hidden, old = await ask(wire, ann), await ask(wire, ann, "104")
    wire.world.channels["102"]["permission_overwrites"] = [
        objects.overwrite(
            objects.APPLICATION, deny=discord.Permissions(read_message_history=True).value, member=True
        )
    ]
    wire.rest.faults.add("GET /channels/104/messages", refused(403, 50001, "Missing Access"))
    async with running(wire) as client:
        await until(lambda: wire.rest.asked["GET /channels/104/messages"] == 1)
        later = discord.utils.utcnow() + LONGEST + timedelta(seconds=60)
        await answer_missed(client, 0, later)
        assert wire.rest.asked["GET /channels/104/messages"] == 1, "nothing in it is that new"
        await answer_missed(client, 0, discord.utils.utcnow())
        assert [answered(wire, each) for each in (hidden, old)] == [[], [True]]
        assert "GET /channels/102/messages" not in wire.rest.asked


async def test_the_channels_with_the_newest_messages_are_read(
    ann: Object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_CHANNELS >= 10
    monkeypatch.setattr(missed_messages, "MAX_CHANNELS", 1)
    wire = Wire([club(objects.channel(104, "other"))])
    wire.world.guilds["100"]["members"].append(objects.member(ann))
    older, newer = await ask(wire, ann, "104"), await ask(wire, ann)
    async with running(wire) as client:
        await until(lambda: answered(wire, newer))
        assert answered(wire, older) == []
    await answer_missed(client, 0, discord.utils.utcnow())  # which is closed by now
    assert answered(wire, older) == []
