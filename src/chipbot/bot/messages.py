"""Messages that address the bot: each gets a reply, which follows what becomes of the message."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from typing import Any, NamedTuple

import discord

from chipbot.bot import error_reporting, strings
from chipbot.bot.answered import AnsweredMessage
from chipbot.bot.delivery import deliver, without_content
from chipbot.bot.language import public_language
from chipbot.bot.questions import question_in
from chipbot.bot.replies import Asker, Reply, refusal, response_reply
from chipbot.bot.reply_chain import questions_before
from chipbot.bot.services import ServiceClient, is_private_thread, origin_of
from chipbot.bot.triggers import FORUM_CONFIDENCE, conversation_of, post_of, trigger_of
from chipbot.errors import JournalError
from chipbot.model import Answer
from chipbot.service.questions import Origin, Question
from chipbot.service.responses import Response, TurnedAway
from chipbot.service.telemetry import Trigger
from chipbot.translation import set_language

log = logging.getLogger(__name__)

PATIENCE = 0.7
"""Seconds after which the bot shows that it is typing."""
NEAR = 50
"""Messages after an edited or deleted one among which an answer from before a restart is looked for."""
SOON = 300.0
"""Seconds after a deleted message in which an answer may have been given to it."""
WAIT = "⏳"


class _Request(NamedTuple):
    """A message that addresses the bot."""

    message: discord.Message
    me: discord.ClientUser
    trigger: Trigger
    origin: Origin
    before: str = ""
    """What it said when it was answered last; empty where it was not."""


async def handle(client: ServiceClient, message: discord.Message) -> None:
    """Reply to a message, once, if it addresses the bot; whatever goes wrong is logged and told, and never raised."""
    request = _request(client, message)
    answered = AnsweredMessage("", message.author.id)
    if request is not None and client.answered.add(message.id, answered):
        await _answer(client, request, answered)


async def handle_edit(client: ServiceClient, message: discord.Message) -> None:
    """Reply to a message that addresses the bot since it was edited; edit the reply of one that asks something else."""
    request = _request(client, message) if message.edited_at is not None else None
    if request is None:
        return
    answered = client.answered.get(message.id)
    if answered is None:
        old = _is_of_before(client, message.id)
        reply = await _find_reply(client, message.channel, message) if old else None
        answered = AnsweredMessage("", message.author.id, answer=reply)
        client.answered.add(message.id, answered)
    if not answered.deleted:
        await _answer(client, request, answered)


async def handle_deletion(client: ServiceClient, channel_id: int, message_id: int) -> None:
    """Take the reply to a message along that was deleted."""
    answered = client.answered.get(message_id)
    if answered is None and await _may_have_been_answered(client, channel_id, message_id):
        reply = await _find_reply(
            client, client.get_partial_messageable(channel_id), discord.Object(message_id)
        )
        answered = AnsweredMessage("", answer=reply)
        if reply is not None:
            client.answered.add(reply.id, AnsweredMessage(""))  # whose own deletion is nothing to look into
    if answered is not None:
        answered.deleted = True
        async with answered.lock:
            await _take_back(answered)


def _request(client: ServiceClient, message: discord.Message) -> _Request | None:
    me = client.user
    if me is None:
        return None
    guild_id = message.guild.id if message.guild else None
    origin = origin_of(message.author, message.channel, guild_id, message.id)
    listen = client.questions.settings_of(origin).listen
    trigger = trigger_of(message, me, listen, client.bridges)
    return None if trigger is None else _Request(message, me, trigger, origin)


async def _answer(client: ServiceClient, request: _Request, answered: AnsweredMessage) -> None:
    """Reply, or edit the reply, unless the message says what was answered already."""
    message, trigger = request.message, request.trigger
    set_language(public_language(client, request.origin))
    async with answered.lock:
        if answered.content == message.content and message.content:
            return
        request = request._replace(before=question_in(answered.content).text)
        answered.content = message.content
        try:
            with client.questions.request_scope(trigger):
                reply = await _reply(client, request, answered)
                if reply is not None:
                    in_thread = client.questions.settings_of(request.origin).reply_in == "thread"
                    await deliver(client, message, reply, answered, in_thread=in_thread)
        except Exception as error:  # noqa: BLE001  the last line of defence: the member is told, whatever it was
            with client.questions.request_scope(), contextlib.suppress(discord.HTTPException):
                await deliver(client, message, Reply(error_reporting.report(trigger, error)), answered)


async def _reply(client: ServiceClient, request: _Request, answered: AnsweredMessage) -> Reply | None:
    """What to reply; None where a reaction says it, or silence is better."""
    trigger = request.trigger
    in_forum = trigger == "forum_post"
    question = _question(request)
    turned_away = await client.questions.check_rate_limit(request.origin, question)
    if turned_away is not None:
        log.info("%s: turned away (%s)", trigger, turned_away.reason)
        answered.content = ""  # so that an edit is looked at again
        return None if in_forum else await _refusal(client, request, turned_away)
    message = request.message

    async def find_history() -> tuple[str, ...]:
        found = await questions_before(client.questions.history, message, request.me)
        return tuple(earlier for earlier in found if earlier != request.before)

    asked = client.questions.ask(
        question,
        trigger,
        origin=request.origin,
        conversation=conversation_of(message.channel),
        find_history=find_history,
        min_confidence=FORUM_CONFIDENCE if in_forum else 0.0,
    )
    response = await _typing_if_slow(message.channel, asked)
    if in_forum and not isinstance(response, Answer):
        return None
    private, before = is_private_thread(message.channel), await find_history()
    asker = Asker(message.author, message.guild, request.origin, before, private, forum=in_forum)
    return response_reply(client, response, question, asker)


def _question(request: _Request) -> Question:
    """What a message asks: with its title, where it opens a forum post."""
    if request.trigger == "role_mention":  # whose content Discord keeps to itself
        return Question(text="")
    post = post_of(request.message) if request.trigger == "forum_post" else None
    content = request.message.content
    return question_in(content if post is None else f"{post.name} {content}")


async def _refusal(client: ServiceClient, request: _Request, turned_away: TurnedAway) -> Reply | None:
    """What to say to who is turned away: nothing in public to who is only hasty, who sees a reaction, once; and of many
    in one channel for whom there is no time, the first is replied to.
    """
    if turned_away.reason == "cooldown":
        if turned_away.told:
            return None
        if request.message.guild is not None:
            with contextlib.suppress(discord.HTTPException):
                await request.message.add_reaction(WAIT)
                return None
    if turned_away.reason == "busy" and not client.busy_notices.note(request.message.channel):
        return None
    role = request.trigger == "role_mention" and turned_away.reason == "no_question"
    sentence = strings.USE_ASK if role else refusal(turned_away, request.origin)
    return Reply(strings.linked(sentence, client.command_ids))


async def _typing_if_slow(channel: discord.abc.Messageable, asked: Coroutine[Any, Any, Response]) -> Response:
    """The response; the bot shows that it is typing where that takes long, if it may."""
    asking = asyncio.create_task(asked)
    try:
        await asyncio.wait([asking], timeout=PATIENCE)
        async with contextlib.AsyncExitStack() as stack:
            if not asking.done():
                with contextlib.suppress(discord.HTTPException):
                    await stack.enter_async_context(channel.typing())
            return await asking
    finally:
        asking.cancel()


async def _take_back(answered: AnsweredMessage) -> None:
    """Delete the reply."""
    answer, answered.answer = answered.answer, None
    if answer is not None:
        with contextlib.suppress(discord.HTTPException):  # it may be gone, too
            await answer.delete()


def _is_of_before(client: ServiceClient, message_id: int) -> bool:
    """Whether a message was sent before the bot started, which does not know then what it replied."""
    return discord.utils.snowflake_time(message_id) < client.started_at


async def _may_have_been_answered(client: ServiceClient, channel_id: int, message_id: int) -> bool:
    """Whether an answer is kept that was given in a channel soon after a message of before the start."""
    journal = client.journal
    if journal is None or not _is_of_before(client, message_id):
        return False
    since = discord.utils.snowflake_time(message_id).timestamp()
    with contextlib.suppress(JournalError):
        return await journal.answers.any_in(channel_id, since, since + SOON)
    return False


async def _find_reply(
    client: ServiceClient, channel: discord.abc.Messageable, message: discord.abc.Snowflake
) -> discord.PartialMessage | None:
    """The bot's reply to a message, if it is near."""
    if client.user is None:
        return None
    with contextlib.suppress(discord.HTTPException):
        async for later in channel.history(after=message, limit=NEAR):
            replies = later.reference is not None and later.reference.message_id == message.id
            if replies and later.author.id == client.user.id:
                return without_content(later)
    return None
