"""What an interaction (a command, a button, a menu, a form) is answered with: each is acknowledged in time."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
from collections.abc import Coroutine
from functools import partial
from typing import Any, NamedTuple, TypeVar

import discord

from chipbot.bot import strings
from chipbot.bot.language import public_language
from chipbot.bot.questions import question_in
from chipbot.bot.replies import Asker, refusal, response_reply
from chipbot.bot.services import Interaction, is_private_thread, origin_of
from chipbot.bot.triggers import conversation_of
from chipbot.model import NoAnswer
from chipbot.service.question_service import FindHistory
from chipbot.service.questions import Origin, Question
from chipbot.service.telemetry import Trigger
from chipbot.translation import Message, in_language, language

log = logging.getLogger(__name__)

FEW = 8
"""How many requests may be under way so that an answer is waited for before Discord is told anything."""
PATIENCE = 1.0
"""Seconds for which it is; Discord takes an interaction for failed after three."""

T = TypeVar("T")


async def respond(
    interaction: Interaction,
    content: str,
    trigger: Trigger,
    *,
    private: bool | None = None,
    find_history: FindHistory | None = None,
) -> None:
    """Answer what an interaction asks.

    Args:
        interaction: It has not been responded to.
        content: What the member wrote, as Discord has it.
        trigger: What the question came by.
        private: Whether the asker alone is to see the answer; None as the server has it.
        find_history: Finds the questions before it; None for those of the thread or direct message that it is asked in.
    """
    client, question = interaction.client, question_in(content)
    with client.questions.request_scope(trigger):
        origin = origin_of(
            interaction.user, interaction.channel, interaction.guild_id, locale=interaction.locale
        )
        private = client.questions.settings_of(origin).private if private is None else private
        private = private and interaction.guild_id is not None  # in a direct message everything is
        origin = dataclasses.replace(origin, alone=private)
        turned_away = await client.questions.check_rate_limit(origin, question)
        if turned_away is None:
            request = _Request(question, trigger, origin, private, find_history)
            await _answer(interaction, request)
            return
        log.info("%s: turned away (%s)", trigger, turned_away.reason)
        if not (turned_away.reason == "busy" and turned_away.told):
            await say(interaction, refusal(turned_away, origin))
        # else Discord says by itself that nobody answers; more requests would keep others from their answers


class _Request(NamedTuple):
    """A question that was taken on."""

    question: Question
    trigger: Trigger
    origin: Origin
    private: bool
    """Whether the asker alone is to see the answer."""
    find_history: FindHistory | None


async def _answer(interaction: Interaction, request: _Request) -> None:
    """Show what comes of a question, and keep what its buttons and those who reply to it go on from."""
    client, (question, trigger, origin, private, find_history) = interaction.client, request
    conversation = conversation_of(interaction.channel)
    before = client.questions.history.before(conversation)

    async def find_before() -> tuple[str, ...]:
        nonlocal before
        before = before if find_history is None else await find_history()
        return before

    asked = client.questions.ask(
        question,
        trigger,
        origin=origin,
        conversation=None if private else conversation,
        find_history=find_before,
    )
    response = await in_time(interaction, asked, private=private)
    # After a public deferral nothing can be private any more.
    can_be_private = interaction.guild_id is not None and not interaction.response.is_done()
    alone = private or (isinstance(response, NoAnswer) and can_be_private)
    hidden = private or is_private_thread(interaction.channel)
    asker = Asker(interaction.user, interaction.guild, origin, before, hidden, alone)
    with in_language(language() if alone else public_language(client, origin)):
        reply = response_reply(client, response, question, asker, repeat=True)
    message_id = await show(interaction, reply.content, private=alone)
    if reply.number is not None and message_id is not None:
        client.kept.sent(reply.number, message_id)
    if reply.number is not None and reply.for_all is not None:
        client.for_all.add(reply.number, reply.for_all)
    if not alone and message_id is not None:
        # for those who reply to it
        client.questions.history.add(message_id, question.text, member=origin.user_id, after=before)


async def in_time(
    interaction: Interaction, work: Coroutine[Any, Any, T], *, private: bool = True, replacing: bool = False
) -> T:
    """Return what comes of some work; where that takes long, or many are waiting, Discord is told meanwhile to wait.

    Args:
        interaction: Where it has been responded to already, the work is just awaited.
        work: It ends with this.
        private: Whether the member alone is to see what comes of it.
        replacing: Whether that stands in place of the message whose button was pressed, rather than below.
    """
    if interaction.response.is_done():
        return await work
    told = partial(interaction.response.defer, ephemeral=private, thinking=not replacing)
    if interaction.client.questions.pending > FEW:
        with contextlib.closing(work):  # which begins after that: at once it would hold up those not told yet
            await told()
            return await work
    task = asyncio.create_task(work)
    try:
        await asyncio.wait([task], timeout=PATIENCE)
        if not task.done():
            await told()
        return await task
    finally:
        task.cancel()


async def say(interaction: Interaction, sentence: str | Message) -> None:
    """Say a sentence of ours to the member alone."""
    text = strings.linked(sentence, interaction.client.command_ids)
    if interaction.response.type is discord.InteractionResponseType.deferred_message_update:
        await interaction.followup.send(text, ephemeral=True)
    else:
        await show(interaction, text)


async def tell(interaction: Interaction, sentence: str | Message) -> None:
    """Tell the member a sentence alone, whether or not something was said before; where it is too late, log it."""
    text = strings.linked(sentence, interaction.client.command_ids)
    try:
        if not interaction.response.is_done():
            await interaction.response.send_message(text, ephemeral=True)
        elif interaction.type is discord.InteractionType.application_command:
            await interaction.edit_original_response(content=text)  # instead of "is thinking" or progress
        else:
            await interaction.followup.send(text, ephemeral=True)
    except discord.HTTPException as error:
        log.warning("could not tell the member about an error: %s", error)


async def show(
    interaction: Interaction, content: str | discord.ui.LayoutView, *, private: bool = True
) -> int | None:
    """Send a message, or write the one that Discord was told to wait for, and return its id."""
    if interaction.response.is_done():
        if isinstance(content, str):
            return (await interaction.edit_original_response(content=content)).id
        return (await interaction.edit_original_response(view=content)).id
    if isinstance(content, str):
        return (await interaction.response.send_message(content, ephemeral=private)).message_id
    return (await interaction.response.send_message(view=content, ephemeral=private)).message_id


async def replace(interaction: Interaction, view: discord.ui.LayoutView) -> None:
    """Put a message in place of the one whose button was pressed."""
    if interaction.response.is_done():
        await interaction.edit_original_response(view=view)
    else:
        await interaction.response.edit_message(view=view)
