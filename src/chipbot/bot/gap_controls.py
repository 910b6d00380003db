"""What the buttons and the form of the gap channel do: answer a question, tell who asked, ignore it, and take that back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import discord

from chipbot.bot import team_strings
from chipbot.bot.components import TITLE_LIMIT, Target, clipped, form, written
from chipbot.bot.controls import Control, data_of
from chipbot.bot.gap_channel import drawn, show
from chipbot.bot.language import channel_language
from chipbot.bot.responses import tell
from chipbot.bot.services import Interaction, ServiceClient, journal_of
from chipbot.bot.team import may_help
from chipbot.errors import ChipbotError
from chipbot.model import Answer
from chipbot.service.questions import Origin
from chipbot.service.taught_answers import TeachingError, teach, unteach
from chipbot.translation import in_language

if TYPE_CHECKING:
    from chipbot.journal.records import Gap, GapState

log = logging.getLogger(__name__)

MAX_TOLD = 25
"""How many of those who asked are told."""
ANSWER_LIMIT = 2000
"""The most characters of the team's answer."""
_PATIENCE = 60.0  # seconds for which a rebuild under way is waited for


def _for_team(act: Callable[[Interaction, Gap], Awaitable[None]]) -> Control:
    """Return a control for who may answer for the team, with the gap that it is about, if it is this server's."""

    async def control(interaction: Interaction, target: Target) -> None:
        if not may_help(interaction):
            await tell(interaction, team_strings.NOT_HELPER)
            return
        gap = await journal_of(interaction.client).gaps.get(int(target.number))
        if gap is None or gap.guild_id != interaction.guild_id:
            await tell(interaction, team_strings.GONE)
            return
        await act(interaction, gap)

    return control


async def _answer(interaction: Interaction, gap: Gap) -> None:
    """Open the form for the answer."""
    await interaction.response.send_modal(answer_form(gap))


def answer_form(gap: Gap) -> discord.ui.Modal:
    """The form for the team's answer to a question."""
    target = Target("gap_answer_sent", str(gap.id))
    modal = form(target, clipped(gap.question, TITLE_LIMIT), team_strings.YOUR_ANSWER, limit=ANSWER_LIMIT)
    modal.stop()  # what is sent comes back by its custom_id
    return modal


async def _answer_sent(interaction: Interaction, gap: Gap) -> None:
    """Keep the answer as a document, and index it."""
    client, text = interaction.client, written(data_of(interaction))
    if not any(character.isalnum() for character in text):
        await tell(interaction, team_strings.NOTHING_WRITTEN)
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    if gap.state == "answered":  # by somebody else while the form was open
        await interaction.followup.send(team_strings.your_text(text), ephemeral=True)
        await tell(interaction, team_strings.CHANGED)
        return
    name, today = interaction.user.display_name, datetime.now(UTC).date()
    with in_language(channel_language(client, gap.guild_id, gap.channel_id)):
        title = str(team_strings.TITLE)
    taught = None
    try:
        seeds = _seeds(client)
        taught = await asyncio.to_thread(
            teach, seeds, gap.guild_id, gap.id, gap.question, text, by=name, on=today, title=title
        )
        _, seconds = await client.refresher.run_in_turn(name, guild_id=gap.guild_id, patience=_PATIENCE)
    except ChipbotError:
        if taught is not None:
            await asyncio.to_thread(unteach, seeds, *taught)
        await interaction.followup.send(team_strings.your_text(text), ephemeral=True)
        raise
    answered = await journal_of(client).gaps.set_state(gap.id, "answered", taught.document_id)
    result = await client.questions.result(gap.question, Origin(user_id=0, guild_id=gap.guild_id))
    quotes = result.quotes if isinstance(result, Answer) else ()
    found = taught.document_id in [quote.citation.document_id for quote in quotes]
    await interaction.edit_original_response(content=team_strings.remembered(seconds, found))
    if answered is not None:
        await show(client, answered, interaction.user.id)


async def _undo(interaction: Interaction, gap: Gap) -> None:
    """Take the answer back out of the documents."""
    client = interaction.client
    if gap.document_id is None:
        await tell(interaction, team_strings.CHANGED)
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    await asyncio.to_thread(unteach, _seeds(client), gap.document_id)
    name = interaction.user.display_name
    await client.refresher.run_in_turn(name, guild_id=gap.guild_id, patience=_PATIENCE)
    opened = await journal_of(client).gaps.set_state(gap.id, "open")
    await interaction.edit_original_response(content=str(team_strings.UNDONE))
    if opened is not None:
        await show(client, opened)


async def _tell(interaction: Interaction, gap: Gap) -> None:
    """Tell those who asked, below their messages, once; nobody is pinged."""
    client = interaction.client
    await interaction.response.defer(ephemeral=True, thinking=True)
    journal, told = journal_of(client), 0
    places = [place for place in await journal.gaps.askers(gap.id) if place.message_id is not None]
    await journal.gaps.told(gap.id)
    for place in places[:MAX_TOLD]:
        message = client.get_partial_messageable(place.channel_id).get_partial_message(place.message_id or 0)
        try:
            with in_language(channel_language(client, gap.guild_id, place.channel_id)):
                sentence = team_strings.now_answered(gap)
            await message.reply(sentence, mention_author=False)
            told += 1
        except discord.HTTPException as error:
            log.info("somebody who asked cannot be told: %s", error)
    await interaction.edit_original_response(content=team_strings.told(told))
    await show(client, gap, interaction.user.id)


async def _ignore(interaction: Interaction, gap: Gap) -> None:
    """List the question no more."""
    await _set(interaction, gap, "open", "ignored")


async def _reopen(interaction: Interaction, gap: Gap) -> None:
    """List the question again."""
    await _set(interaction, gap, "ignored", "open")


async def _set(interaction: Interaction, gap: Gap, before: GapState, state: GapState) -> None:
    if gap.state != before:
        await tell(interaction, team_strings.CHANGED)
        return
    changed = await journal_of(interaction.client).gaps.set_state(gap.id, state)
    if changed is not None:
        view = await drawn(interaction.client, changed, interaction.user.id)
        await interaction.response.edit_message(view=view)


def _seeds(client: ServiceClient) -> Path:
    if client.seeds is None:
        raise TeachingError(team_strings.NO_FOLDER)
    return client.seeds


CONTROLS: Mapping[str, Control] = {
    "gap_answer": _for_team(_answer),
    "gap_answer_sent": _for_team(_answer_sent),
    "gap_undo": _for_team(_undo),
    "gap_tell": _for_team(_tell),
    "gap_ignore": _for_team(_ignore),
    "gap_reopen": _for_team(_reopen),
}
"""What each control's name stands for."""
