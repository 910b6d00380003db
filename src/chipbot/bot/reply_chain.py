"""Which questions a message follows, as far as Discord lets the bot read them."""

from __future__ import annotations

import discord

from chipbot.bot.questions import question_in
from chipbot.bot.rendering import repeated_in
from chipbot.bot.triggers import answer_replied_to, conversation_of, trigger_of
from chipbot.service.history import MAX_QUESTIONS, History


async def questions_before(
    history: History, message: discord.Message, me: discord.ClientUser
) -> tuple[str, ...]:
    """The questions that this message follows, oldest first: those up the chain of replies, or else those of
    its thread or direct message, or else what the thread was started from.
    """
    above = await _up_the_chain(history, answer_replied_to(message, me), message.channel, me)
    if above or conversation_of(message.channel) is None:
        return above
    asked = history.before(message.channel.id)
    if asked or not isinstance(message.channel, discord.Thread):
        return asked
    return await _opening(history, message.channel, me)


async def questions_of(history: History, answer: discord.Message, me: discord.ClientUser) -> tuple[str, ...]:
    """The questions that led to an answer of the bot's, oldest first: its own, which it repeats or replies to, last."""
    above = await _up_the_chain(history, answer, answer.channel, me)
    if above:
        return above
    texts = [
        getattr(part, "content", "") for each in answer.components for part in getattr(each, "children", [])
    ]
    repeated = (repeated_in(text) for text in texts)
    return tuple(question_in(text).text for text in repeated if text is not None)


async def _up_the_chain(
    history: History,
    answer: discord.Message | None,
    channel: discord.abc.Messageable,
    me: discord.ClientUser,
) -> tuple[str, ...]:
    """The questions that led to an answer of the bot's."""
    questions: tuple[str, ...] = ()
    while answer is not None and len(questions) < MAX_QUESTIONS:
        if answer.reference is None or answer.reference.message_id is None:  # a command's answer
            return (*history.before(answer.id), *questions)[-MAX_QUESTIONS:]
        asked = answer.reference.cached_message or await _fetched(channel, answer.reference.message_id)
        text = question_in(asked.content).text if asked is not None else ""
        if asked is None or not text:
            break
        questions = (text, *questions)
        answer = answer_replied_to(asked, me)
    return questions


async def _opening(history: History, thread: discord.Thread, me: discord.ClientUser) -> tuple[str, ...]:
    """The question that a thread was started from, or from the answer to it."""
    parent = thread.parent
    if not isinstance(parent, discord.TextChannel):  # a forum post opens with a message of its own
        return ()
    start = thread.starter_message or await _fetched(parent, thread.id)
    if start is None:
        return ()
    if start.author.id == me.id:
        return await _up_the_chain(history, start, parent, me)
    text = question_in(start.content).text if trigger_of(start, me) in ("mention", "reply") else ""
    return (*await _up_the_chain(history, answer_replied_to(start, me), parent, me), text) if text else ()


async def _fetched(channel: discord.abc.Messageable, message_id: int) -> discord.Message | None:
    """The message; None where it was deleted or the bot may not read it."""
    try:
        return await channel.fetch_message(message_id)
    except discord.HTTPException:
        return None
