"""Taking an answer back: by who asked, and by moderators."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

import discord

from chipbot.bot import strings
from chipbot.bot.components import Target, target_of
from chipbot.bot.controls import say_too_old
from chipbot.bot.rendering import layout
from chipbot.bot.responses import in_time, replace, say
from chipbot.bot.services import Interaction

log = logging.getLogger(__name__)


def may_remove(interaction: Interaction, *, asked: bool) -> bool:
    """Whether who presses may take an answer away: who asked, and moderators."""
    return asked or (interaction.guild is not None and interaction.permissions.manage_messages)


async def remove_menu(interaction: Interaction, message: discord.Message) -> None:
    """Take the message away, if it is an answer and who asks may."""
    me = interaction.client.user
    if me is None or message.author.id != me.id:
        await say(interaction, strings.NOTHING_TO_REMOVE)
    elif not may_remove(interaction, asked=await _has_asked(interaction, message)):
        await say(interaction, strings.NOT_YOURS)
    else:
        await in_time(interaction, message.delete())
        log.info("an answer was removed by its menu")
        await say(interaction, strings.REMOVED)


async def remove_pressed(interaction: Interaction, target: Target) -> None:
    """Take the answer away whose message's number is the target's place; only those are shown this who may."""
    kept = await interaction.client.kept.find(target.number, interaction.guild_id)
    if kept is None:
        await say_too_old(interaction)
        return
    asked = interaction.client.kept.is_asker(kept, interaction.user.id)
    if not target.place or not may_remove(interaction, asked=asked):
        await say(interaction, strings.NOT_YOURS)
        return
    if isinstance(interaction.channel, discord.abc.Messageable):
        answer = discord.PartialMessage(channel=interaction.channel, id=target.place[0])
        with contextlib.suppress(discord.NotFound):  # somebody was quicker
            await in_time(interaction, answer.delete(), replacing=True)
    log.info("an answer was removed after a vote")
    await replace(interaction, layout([[str(strings.REMOVED)]]))


async def _has_asked(interaction: Interaction, message: discord.Message) -> bool:
    """Whether a member got an answer, as far as Discord or its buttons tell."""
    user_id = interaction.user.id
    if message.interaction_metadata is not None:
        return message.interaction_metadata.user.id == user_id
    asked = message.reference.resolved if message.reference is not None else None
    if isinstance(asked, discord.Message):
        return asked.author.id == user_id
    for target in _targets(message):
        kept = await interaction.client.kept.find(target.number, interaction.guild_id)
        if kept is not None:
            return interaction.client.kept.is_asker(kept, user_id)
    return False


def _targets(message: discord.Message) -> Iterator[Target]:
    """Yield what the controls of a message stand for."""
    for item in discord.ui.LayoutView.from_message(message, timeout=None).walk_children():
        target = target_of(getattr(item, "custom_id", None) or "")
        if target is not None:
            yield target
