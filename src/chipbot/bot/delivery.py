"""A reply → where its message stands: as a reply, in a thread of its own, or in place of the reply before."""

from __future__ import annotations

import asyncio
import contextlib
import logging

import discord

from chipbot.bot.answered import AnsweredMessage
from chipbot.bot.components import clipped
from chipbot.bot.questions import question_in
from chipbot.bot.rendering import layout
from chipbot.bot.replies import Reply
from chipbot.bot.services import ServiceClient

log = logging.getLogger(__name__)

_CANNOT_REPLY = 160002  # replying needs "Read Message History"; sending does not
_NOT_YET = 40058  # a new forum post takes no messages until its first one has arrived
RETRIES = 3
"""How often sending into a new forum post is tried again."""
RETRY_PAUSE = 2.0
"""Seconds before each of these."""
THREAD_NAME_LIMIT = 100
"""The most characters of a thread's name."""
_DEAF = "🔇"


async def deliver(
    client: ServiceClient,
    message: discord.Message,
    reply: Reply,
    answered: AnsweredMessage,
    *,
    in_thread: bool = False,
) -> None:
    """Send the reply to a message, or put it in place of the one before; where the bot may not write, react instead.

    Args:
        client: The bot.
        message: The member's.
        reply: What to send.
        answered: What there is of a reply before; the new one is noted there.
        in_thread: Whether an answer opens a thread below its question.
    """
    try:
        if answered.answer is not None:
            await _edit(answered.answer, reply)
        else:
            answered.answer = without_content(await _send(client, message, reply, in_thread=in_thread))
        if reply.number is not None and answered.answer is not None:
            client.kept.sent(reply.number, answered.answer.id)
    except discord.Forbidden as error:
        log.warning("no permission to send in channel %d: %s", message.channel.id, error)
        with contextlib.suppress(discord.HTTPException):
            await message.add_reaction(_DEAF)


def without_content(message: discord.Message) -> discord.PartialMessage:
    """Return what can be edited and deleted of a message: thousands are remembered, each with 10 KB of layout."""
    return discord.PartialMessage(channel=message.channel, id=message.id)


async def _edit(answer: discord.PartialMessage, reply: Reply) -> None:
    """Put a reply in place of another: as a layout, for there is no way back from one."""
    view = layout([[reply.content]]) if isinstance(reply.content, str) else reply.content
    with contextlib.suppress(discord.NotFound):  # somebody has removed it: it stays so
        await answer.edit(content=None, view=view)


async def _send(
    client: ServiceClient,
    message: discord.Message,
    reply: Reply,
    retries: int = RETRIES,
    *,
    in_thread: bool = False,
) -> discord.Message:
    """Send the reply with a reference to the message, or without one where that is not allowed."""
    if in_thread and reply.number is not None and isinstance(message.channel, discord.TextChannel):
        thread = await _thread(message)
        if thread is not None:
            return await _post(thread, reply, None)
    reference = message.to_reference(fail_if_not_exists=False)
    try:
        return await _post(message.channel, reply, reference)
    except discord.HTTPException as error:
        if error.code == _CANNOT_REPLY:
            return await _post(message.channel, reply, None)
        if error.code != _NOT_YET or not retries:
            raise
        await asyncio.sleep(client.retry_pause)
        return await _send(client, message, reply, retries - 1)


async def _thread(message: discord.Message) -> discord.Thread | None:
    """The thread below a question, which is made; None where the bot may not, or there is one already."""
    try:
        return await message.create_thread(name=clipped(question_in(message.content).text, THREAD_NAME_LIMIT))
    except (discord.HTTPException, ValueError) as error:
        log.info("no thread in channel %d, replying there: %s", message.channel.id, error)
        return None


async def _post(
    channel: discord.abc.Messageable, reply: Reply, reference: discord.MessageReference | None
) -> discord.Message:
    content = reply.content
    if isinstance(content, str) and reference is not None:
        return await channel.send(content, reference=reference, mention_author=False)
    if isinstance(content, str):
        return await channel.send(content)
    if reference is not None:
        return await channel.send(view=content, reference=reference, mention_author=False)
    return await channel.send(view=content)
