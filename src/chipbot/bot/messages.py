"""The ways in that are messages: a mention, a reply that pings the bot, a direct message, a mention of the
bot's role."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Literal

import discord

from chipbot.bot import error_reporting, strings
from chipbot.bot.conversations import REMEMBERED
from chipbot.bot.questions import understood

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from chipbot.bot.conversations import Conversations
    from chipbot.bot.desk import Desk, Reply

log = logging.getLogger(__name__)

Way = Literal["mention", "reply", "direct message", "role mention"]

_CANNOT_REPLY = 160002  # replying needs "Read Message History"; sending does not
_NOT_YET = 40058  # a new forum post takes no messages until its first one has arrived
RETRIES = 3
"""How often sending into a new forum post is tried again."""
PAUSE = 2.0
"""Seconds before each of these."""
_DEAF = "🔇"


def way_in(message: discord.Message, me: discord.ClientUser) -> Way | None:
    """How the message addresses the bot; None when it does not, or when no person wrote it."""
    if message.author.bot or message.webhook_id is not None:
        return None
    if message.type not in (discord.MessageType.default, discord.MessageType.reply):
        return None
    if message.guild is None:
        return "direct message"
    if any(user.id == me.id for user in message.mentions):
        return "reply" if _answered(message, me) is not None else "mention"
    # A bot's own role is the managed one that Discord made when the bot was invited.
    member = message.guild.get_member(me.id)
    own = {role.id for role in member.roles if role.managed} if member is not None else set()
    return "role mention" if any(role.id in own for role in message.role_mentions) else None


async def handle(desk: Desk, message: discord.Message, me: discord.ClientUser) -> None:
    """Reply to the message if it addresses the bot; whatever goes wrong is logged and told, and never
    raised."""
    way = way_in(message, me)
    if way is None:
        return
    try:
        with desk.at_work(way):
            await _deliver(message, await _reply(desk, message, me, way))
    except Exception as error:  # noqa: BLE001  the last line of defence: the member is told, whatever it was
        with desk.at_work(), contextlib.suppress(discord.HTTPException):
            await _deliver(message, error_reporting.reported(way, error))


async def _reply(desk: Desk, message: discord.Message, me: discord.ClientUser, way: Way) -> Reply:
    if way == "role mention":
        return strings.USE_ASK
    question = understood(message.content)
    refusal = desk.turned_away(message.author.id, question)
    if refusal is not None:
        log.info("%s: turned away", way)
        return refusal

    async def context() -> tuple[str, ...]:
        return await _asked_before(desk.conversations, message, me)

    async with _typing(message.channel):
        return await desk.reply(question, way, context=context, place=place_of(message.channel))


def _answered(message: discord.Message, me: discord.ClientUser) -> discord.Message | None:
    """The message of the bot's that this one replies to."""
    resolved = message.reference.resolved if message.reference else None
    return resolved if isinstance(resolved, discord.Message) and resolved.author.id == me.id else None


def place_of(channel: object) -> int | None:
    """The id of the thread or direct message that this is, where each question follows the one before; None
    for any other.
    """
    return channel.id if isinstance(channel, (discord.Thread, discord.DMChannel)) else None


async def _asked_before(
    conversations: Conversations, message: discord.Message, me: discord.ClientUser
) -> tuple[str, ...]:
    """The questions that this message follows, oldest first: those up the chain of replies, or else those of
    its thread or direct message, or else what the thread was started from.
    """
    above = await _up_the_chain(conversations, _answered(message, me), message.channel, me)
    if above or place_of(message.channel) is None:
        return above
    asked = conversations.before(message.channel.id)
    if asked or not isinstance(message.channel, discord.Thread):
        return asked
    return await _opening(conversations, message.channel, me)


async def _up_the_chain(
    conversations: Conversations,
    answer: discord.Message | None,
    channel: discord.abc.Messageable,
    me: discord.ClientUser,
) -> tuple[str, ...]:
    """The questions that led to an answer of the bot's, as far as Discord lets the bot read them."""
    found: tuple[str, ...] = ()
    while answer is not None and len(found) < REMEMBERED:
        if answer.reference is None or answer.reference.message_id is None:  # a command's answer
            return (*conversations.before(answer.id), *found)[-REMEMBERED:]
        asked = answer.reference.cached_message or await _fetched(channel, answer.reference.message_id)
        text = understood(asked.content).text if asked is not None else ""
        if asked is None or not text:
            break
        found = (text, *found)
        answer = _answered(asked, me)
    return found


async def _opening(
    conversations: Conversations, thread: discord.Thread, me: discord.ClientUser
) -> tuple[str, ...]:
    """The question that a thread was started from, or from the answer to it."""
    parent = thread.parent
    if not isinstance(parent, discord.TextChannel):  # a forum post opens with a message of its own
        return ()
    start = thread.starter_message or await _fetched(parent, thread.id)
    if start is None:
        return ()
    if start.author.id == me.id:
        return await _up_the_chain(conversations, start, parent, me)
    text = understood(start.content).text if way_in(start, me) in ("mention", "reply") else ""
    return (*await _up_the_chain(conversations, _answered(start, me), parent, me), text) if text else ()


async def _fetched(channel: discord.abc.Messageable, message_id: int) -> discord.Message | None:
    """The message; None where it was deleted or the bot may not read it."""
    try:
        return await channel.fetch_message(message_id)
    except discord.HTTPException:
        return None


@contextlib.asynccontextmanager
async def _typing(channel: discord.abc.Messageable) -> AsyncIterator[None]:
    """Shows that the bot is typing; where it may not, that is no reason to fail."""
    async with contextlib.AsyncExitStack() as stack:
        with contextlib.suppress(discord.HTTPException):
            await stack.enter_async_context(channel.typing())
        yield


async def _deliver(message: discord.Message, reply: Reply) -> None:
    """Send the reply where the message stands; where the bot may not write, react to the message instead."""
    try:
        await _send(message, reply)
    except discord.Forbidden as error:
        log.warning("no permission to send in channel %d: %s", message.channel.id, error)
        with contextlib.suppress(discord.HTTPException):
            await message.add_reaction(_DEAF)


async def _send(message: discord.Message, reply: Reply, retries: int = RETRIES) -> None:
    """Send the reply with a reference to the message, or without one where that is not allowed."""
    reference = message.to_reference(fail_if_not_exists=False)
    try:
        await _post(message.channel, reply, reference)
    except discord.HTTPException as error:
        if error.code == _CANNOT_REPLY:
            await _post(message.channel, reply, None)
        elif error.code == _NOT_YET and retries:
            await asyncio.sleep(PAUSE)
            await _send(message, reply, retries - 1)
        else:
            raise


async def _post(
    channel: discord.abc.Messageable, reply: Reply, reference: discord.MessageReference | None
) -> None:
    if isinstance(reply, str) and reference is not None:
        await channel.send(reply, reference=reference, mention_author=False)
    elif isinstance(reply, str):
        await channel.send(reply)
    elif reference is not None:
        await channel.send(view=reply, reference=reference, mention_author=False)
    else:
        await channel.send(view=reply)
