"""Questions that come by an interaction (a command, a menu, a form): each is acknowledged in time, and answered."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable
from typing import TypeVar

import discord

from chipbot.bot import strings
from chipbot.bot.questions import question_in
from chipbot.bot.replies import Asker, refusal, response_reply
from chipbot.bot.services import ServiceClient, origin_of
from chipbot.bot.triggers import conversation_of
from chipbot.model import NoAnswer
from chipbot.service.question_service import Response
from chipbot.service.telemetry import Trigger

log = logging.getLogger(__name__)

FEW = 8
"""How many requests may be under way so that an answer is waited for before Discord is told anything."""
PATIENCE = 1.0
"""Seconds for which it is; Discord takes an interaction for failed after three."""

Interaction = discord.Interaction[ServiceClient]
T = TypeVar("T")


async def respond(
    interaction: Interaction,
    content: str,
    trigger: Trigger,
    *,
    private: bool | None = None,
    history: tuple[str, ...] | None = None,
) -> None:
    """Answer what an interaction asks.

    Args:
        interaction: It has not been responded to.
        content: What the member wrote, as Discord has it.
        trigger: What the question came by.
        private: Whether the asker alone is to see the answer; None as the server has it.
        history: The questions before it; None for those of the thread or direct message that it is asked in.
    """
    client, question = interaction.client, question_in(content)
    with client.questions.request_scope(trigger):
        origin = origin_of(interaction.user, interaction.channel, interaction.guild_id)
        private = client.questions.settings_of(origin).private if private is None else private
        turned_away = client.questions.check_rate_limit(origin, question)
        if turned_away is not None:
            log.info("%s: turned away (%s)", trigger, turned_away.reason)
            await say(interaction, refusal(turned_away))
            return
        conversation = conversation_of(interaction.channel)
        before = client.questions.history.before(conversation) if history is None else history

        async def find_history() -> tuple[str, ...]:
            return before

        asked = client.questions.ask(
            question,
            trigger,
            origin=origin,
            conversation=None if private else conversation,
            find_history=find_history,
        )
        async with _underway(asked) as asking:
            deferred = await _defer_if_slow(interaction, asking, private=private)
            response = await asking
        # After a public deferral nothing can be private any more.
        alone = private or (isinstance(response, NoAnswer) and not deferred)
        asker = Asker(interaction.user, interaction.guild, origin, before, alone)
        reply = response_reply(client, response, question, asker, repeat=True)
        message_id = await _send(interaction, reply.content, private=alone, deferred=deferred)
        if reply.number is not None and message_id is not None:
            client.kept.sent(reply.number, message_id)
        if not alone and message_id is not None:
            client.questions.history.add(message_id, question.text, after=before)  # for those who reply to it


async def say(interaction: Interaction, sentence: str) -> None:
    """Say a sentence of ours to the member alone; the interaction has not been responded to."""
    await interaction.response.send_message(
        strings.linked(sentence, interaction.client.command_ids), ephemeral=True
    )


@contextlib.asynccontextmanager
async def _underway(work: Awaitable[T]) -> AsyncIterator[asyncio.Future[T]]:
    """The work as a task that does not outlive this."""
    task = asyncio.ensure_future(work)
    try:
        yield task
    finally:
        task.cancel()


async def _defer_if_slow(
    interaction: Interaction, asking: asyncio.Future[Response], *, private: bool
) -> bool:
    """Acknowledge the interaction where the answer takes long, or many are waiting; whether it was."""
    if interaction.client.questions.pending <= FEW:
        await asyncio.wait([asking], timeout=PATIENCE)
        if asking.done():
            return False
    await interaction.response.defer(ephemeral=private, thinking=True)
    return True


async def _send(
    interaction: Interaction, reply: str | discord.ui.LayoutView, *, private: bool, deferred: bool
) -> int | None:
    """Send the reply, and return its message's id."""
    if deferred:
        if isinstance(reply, str):
            return (await interaction.edit_original_response(content=reply)).id
        return (await interaction.edit_original_response(view=reply)).id
    if isinstance(reply, str):
        return (await interaction.response.send_message(reply, ephemeral=private)).message_id
    return (await interaction.response.send_message(view=reply, ephemeral=private)).message_id
