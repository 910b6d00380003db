"""Messages that address the bot: each gets a reply."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import discord

from chipbot.bot import error_reporting, strings
from chipbot.bot.questions import question_in
from chipbot.bot.replies import Reply, refusal, response_reply
from chipbot.bot.reply_chain import questions_before
from chipbot.bot.services import origin_of
from chipbot.bot.triggers import conversation_of, trigger_of
from chipbot.service.question_service import QuestionService
from chipbot.service.telemetry import Trigger

log = logging.getLogger(__name__)

_CANNOT_REPLY = 160002  # replying needs "Read Message History"; sending does not
_NOT_YET = 40058  # a new forum post takes no messages until its first one has arrived
RETRIES = 3
"""How often sending into a new forum post is tried again."""
RETRY_PAUSE = 2.0
"""Seconds before each of these."""
_DEAF = "🔇"


async def handle(
    questions: QuestionService,
    message: discord.Message,
    me: discord.ClientUser,
    *,
    retry_pause: float = RETRY_PAUSE,
) -> None:
    """Reply to the message if it addresses the bot; whatever goes wrong is logged and told, and never
    raised."""
    trigger = trigger_of(message, me)
    if trigger is None:
        return
    try:
        with questions.request_scope(trigger):
            await _deliver(message, await _reply(questions, message, me, trigger), retry_pause)
    except Exception as error:  # noqa: BLE001  the last line of defence: the member is told, whatever it was
        with questions.request_scope(), contextlib.suppress(discord.HTTPException):
            await _deliver(message, error_reporting.report(trigger, error), retry_pause)


async def _reply(
    questions: QuestionService, message: discord.Message, me: discord.ClientUser, trigger: Trigger
) -> Reply:
    if trigger == "role_mention":
        return strings.USE_ASK
    question = question_in(message.content)
    origin = origin_of(
        message.author, message.channel, message.guild.id if message.guild else None, message.id
    )
    turned_away = questions.check_rate_limit(origin, question)
    if turned_away is not None:
        log.info("%s: turned away (%s)", trigger, turned_away.reason)
        return refusal(turned_away)

    async def find_history() -> tuple[str, ...]:
        return await questions_before(questions.history, message, me)

    async with _typing(message.channel):
        response = await questions.ask(
            question,
            trigger,
            origin=origin,
            conversation=conversation_of(message.channel),
            find_history=find_history,
        )
    return response_reply(response, question)


@contextlib.asynccontextmanager
async def _typing(channel: discord.abc.Messageable) -> AsyncIterator[None]:
    """Shows that the bot is typing; where it may not, that is no reason to fail."""
    async with contextlib.AsyncExitStack() as stack:
        with contextlib.suppress(discord.HTTPException):
            await stack.enter_async_context(channel.typing())
        yield


async def _deliver(message: discord.Message, reply: Reply, retry_pause: float) -> None:
    """Send the reply where the message stands; where the bot may not write, react to the message instead."""
    try:
        await _send(message, reply, retry_pause)
    except discord.Forbidden as error:
        log.warning("no permission to send in channel %d: %s", message.channel.id, error)
        with contextlib.suppress(discord.HTTPException):
            await message.add_reaction(_DEAF)


async def _send(message: discord.Message, reply: Reply, retry_pause: float, retries: int = RETRIES) -> None:
    """Send the reply with a reference to the message, or without one where that is not allowed."""
    reference = message.to_reference(fail_if_not_exists=False)
    try:
        await _post(message.channel, reply, reference)
    except discord.HTTPException as error:
        if error.code == _CANNOT_REPLY:
            await _post(message.channel, reply, None)
        elif error.code == _NOT_YET and retries:
            await asyncio.sleep(retry_pause)
            await _send(message, reply, retry_pause, retries - 1)
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
