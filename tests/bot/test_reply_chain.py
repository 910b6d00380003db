"""A question takes along those before it: up a chain of replies, in a thread, in direct messages; from
nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest
from tests.bot.town import FUND, Town

from chipbot.service.history import EXPIRY, MAX_QUESTIONS

if TYPE_CHECKING:
    from simcord.builders import ChannelHandle

WHY = "and why is it dedicated?"
NEXT = "what about Mexico?"


async def thread_of(town: Town, start: discord.Message | None = None) -> ChannelHandle:
    """A new thread, started from a message if one is given."""
    channel = town.client.get_channel(town.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="thread", message=start, type=discord.ChannelType.public_thread)
    return town.channel.threads[-1]


async def mention(
    town: Town, question: str, channel: ChannelHandle | None = None, reply_to: object = None
) -> discord.Message:
    """Ann asks a minute later; returns the bot's answer."""
    town.clock.now += 60
    where = channel or town.channel
    await town.ann.send(where, f"{town.mention} {question}", reply_to=reply_to)  # type: ignore[arg-type]  # a message or None
    assert where.last_message is not None
    found = where.last_message
    inner = getattr(found, "message", found)
    assert isinstance(inner, discord.Message)
    return inner


async def test_a_chain_of_replies_carries_all_its_questions(town: Town) -> None:
    answer = await mention(town, FUND)
    answer = await mention(town, WHY, reply_to=answer)
    answer = await mention(town, NEXT, reply_to=answer)
    assert town.shelf.asked[-1] == (NEXT, (FUND, WHY))
    for number in range(MAX_QUESTIONS):
        answer = await mention(town, f"and the fund, part {number}?", reply_to=answer)
    await mention(town, NEXT, reply_to=answer)
    assert town.shelf.asked[-1] == (
        NEXT,
        tuple(f"and the fund, part {number}?" for number in range(MAX_QUESTIONS)),
    )


async def test_after_a_restart_a_chain_is_fetched(town: Town) -> None:
    answer = await mention(town, WHY, reply_to=await mention(town, FUND))
    town.client._connection.clear(views=False)
    await town.env.restart_bot()
    await mention(town, NEXT, reply_to=answer)
    assert town.shelf.asked[-1] == (NEXT, (FUND, WHY))


async def test_mentions_in_a_channel_do_not_follow_each_other(town: Town) -> None:
    await mention(town, FUND)
    await mention(town, WHY)
    assert town.shelf.asked[-1] == (WHY, ())


async def test_questions_in_a_thread_follow_each_other(town: Town) -> None:
    thread = await thread_of(town)
    await mention(town, FUND, thread)
    await mention(town, WHY, thread)
    await mention(town, NEXT, thread)
    assert town.shelf.asked == [(FUND, ()), (WHY, (FUND,)), (NEXT, (FUND, WHY))]
    await mention(town, NEXT, await thread_of(town))
    assert town.shelf.asked[-1] == (NEXT, ())


@pytest.mark.parametrize("from_the_answer", [True, False])
async def test_a_thread_follows_what_it_was_started_from(town: Town, from_the_answer: bool) -> None:
    town.clock.now += 60
    question = await town.ann.send(town.channel, f"{town.mention} {FUND}")
    last = town.channel.last_message
    answer = getattr(last, "message", last)
    thread = await thread_of(town, answer if from_the_answer else question)
    await mention(town, WHY, thread)
    assert town.shelf.asked[-1] == (WHY, (FUND,))


async def test_a_thread_started_from_any_other_message_follows_nothing(town: Town) -> None:
    thread = await thread_of(town, await town.ann.send(town.channel, "hello everybody"))
    await mention(town, WHY, thread)
    assert town.shelf.asked == [(WHY, ())]


async def test_direct_messages_follow_each_other(town: Town) -> None:
    for question in (FUND, "thanks", WHY):
        town.clock.now += 60
        await town.ann.send_dm(question)
    assert town.shelf.asked == [(FUND, ()), (WHY, (FUND,))]
    town.clock.now += EXPIRY
    await town.ann.send_dm(NEXT)
    assert town.shelf.asked[-1] == (NEXT, ())


async def test_a_command_follows_in_a_thread_and_is_followed(town: Town) -> None:
    thread = await thread_of(town)
    await mention(town, FUND, thread)
    for private, question in ((True, "private fund?"), (False, WHY)):
        town.clock.now += 60
        await town.ann.slash(thread, "ask", question=question, private=private)
        assert town.shelf.asked[-1] == (question, (FUND,))
    await mention(town, NEXT, thread)
    assert town.shelf.asked[-1] == (NEXT, (FUND, WHY))


async def test_a_command_follows_in_direct_messages(town: Town) -> None:
    await town.ann.send_dm(FUND)
    town.clock.now += 60
    await town.ann.user.slash("ask", question=WHY)
    assert town.shelf.asked[-1] == (WHY, (FUND,))


async def test_a_reply_with_a_mention_to_a_commands_answer_follows_its_question(town: Town) -> None:
    """Without the mention Discord keeps it to itself, which the simulation does not: tests/wire/test_interactions.py."""
    await town.ann.slash(town.channel, "ask", question=FUND)
    await mention(town, WHY, reply_to=town.channel.last_message)
    assert town.shelf.asked[-1] == (WHY, (FUND,))
