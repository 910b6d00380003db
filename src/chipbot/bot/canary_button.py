"""Making a canary question of a good answer: a rebuild that would break it does not go live."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from discord import app_commands

from chipbot.bot import document_strings, strings
from chipbot.bot.components import Button, Target, button, rows
from chipbot.bot.controls import Control, say_too_old
from chipbot.bot.documents import note_change, scope_of
from chipbot.bot.rendering import layout
from chipbot.bot.responses import replace, say
from chipbot.bot.services import Interaction, origin_of
from chipbot.errors import ChipbotError
from chipbot.journal.records import KeptAnswer
from chipbot.service.canary_file import add_canary, remove_canary


def canary_buttons(interaction: Interaction, kept: KeptAnswer, number: str) -> list[Button]:
    """Return the button, for who may change all documents and an answer whose question stands by itself; else none."""
    stands_alone = kept.outcome == "answered" and kept.question is not None and not kept.history
    try:
        offered = stands_alone and _seeds(interaction) is not None
    except (app_commands.AppCommandError, ChipbotError):
        offered = False
    return [button(Target("canary", number), document_strings.KEEP_SO, "🐤")] if offered else []


def _seeds(interaction: Interaction) -> Path | None:
    """Return the folder of the documents, where who presses may change all of them: canaries are asked of all. Raises what
    `scope_of` does.
    """
    return interaction.client.seeds if scope_of(interaction).collections is None else None


async def _add(interaction: Interaction, target: Target) -> None:
    """Note the question with what answered it."""
    found = await _question(interaction, target)
    if found is None:
        return
    seeds, kept, question = found
    origin = origin_of(interaction.user, interaction.channel, interaction.guild_id)
    quote = await interaction.client.questions.quote(kept.passages[0], origin)
    if quote is None:
        await say(interaction, strings.CHANGED_SINCE)
        return
    answers = [quote.text[start:end] for start, end in quote.highlights]
    await asyncio.to_thread(add_canary, seeds, question, answers)
    await note_change(interaction, f"canary {question}")
    undo = button(Target("canary_undo", target.number), document_strings.UNDO)
    await replace(interaction, layout([[document_strings.canary_added(question)]], controls=rows(undo)))


async def _undo(interaction: Interaction, target: Target) -> None:
    """Take it back."""
    found = await _question(interaction, target)
    if found is not None:
        seeds, _, question = found
        await asyncio.to_thread(remove_canary, seeds, question)
        await note_change(interaction, f"undone: canary {question}")
        await replace(interaction, layout([[str(document_strings.CANARY_REMOVED)]]))


async def _question(interaction: Interaction, target: Target) -> tuple[Path, KeptAnswer, str] | None:
    """Return where canaries are, and the answer with its question; None where it is not kept any more, which is said."""
    seeds = _seeds(interaction)
    kept = await interaction.client.kept.find(target.number, interaction.guild_id)
    if seeds is None or kept is None or kept.question is None or not kept.passages:
        await say_too_old(interaction)
        return None
    return seeds, kept, kept.question


CONTROLS: Mapping[str, Control] = {"canary": _add, "canary_undo": _undo}
"""What each control's name stands for."""
