"""Asking the team: a question without an answer goes to the server's help channel, once, if its asker wants it to."""

from __future__ import annotations

import logging

import discord

from chipbot.bot import strings
from chipbot.bot.components import Target, rows, without_control
from chipbot.bot.controls import say_too_old
from chipbot.bot.gap_channel import TO_DO, jump_button
from chipbot.bot.language import channel_language
from chipbot.bot.rendering import layout
from chipbot.bot.responses import say
from chipbot.bot.services import Interaction, origin_of
from chipbot.bot.team import team_channel
from chipbot.journal.records import KeptAnswer
from chipbot.translation import in_language

log = logging.getLogger(__name__)


async def ask_team(interaction: Interaction, target: Target) -> None:
    """Post the question of a refusal in the help channel, and take the button away."""
    client = interaction.client
    kept = await client.kept.find(target.number, interaction.guild_id)
    if kept is None or kept.question is None:
        await say_too_old(interaction)
        return
    if not client.kept.is_asker(kept, interaction.user.id):
        await say(interaction, strings.NOT_YOUR_QUESTION)
        return
    if not client.asked_team.add(target.number, None):
        await say(interaction, strings.ASKED_TEAM_BEFORE)
        return
    await interaction.response.defer()
    if not await _post(interaction, kept):
        client.asked_team.pop(target.number)
        await interaction.followup.send(strings.linked(strings.NO_TEAM, client.command_ids), ephemeral=True)
        return
    if interaction.message is not None:
        view = discord.ui.LayoutView.from_message(interaction.message, timeout=None)
        without_control(view, target.custom_id)
        view.stop()
        await interaction.edit_original_response(view=view)
    await interaction.followup.send(str(strings.ASKED_TEAM), ephemeral=True)


async def _post(interaction: Interaction, kept: KeptAnswer) -> bool:
    """Send the question to the help channel; whether there is one that the bot may write in."""
    origin = origin_of(interaction.user, interaction.channel, interaction.guild_id)
    number = interaction.client.questions.settings_of(origin).help_channel
    channel = team_channel(interaction.client, interaction.guild_id, number)
    if channel is None:
        return False
    try:
        with in_language(channel_language(interaction.client, channel.guild.id, channel.id)):
            text = strings.question_for_team(interaction.user.id, kept.question or "")
            view = layout([[text]], TO_DO, rows(jump_button(_link(interaction))))
        await channel.send(view=view)
    except discord.HTTPException as error:
        log.warning("a question could not be sent to the help channel %d: %s", channel.id, error)
        return False
    return True


def _link(interaction: Interaction) -> str:
    """Where the question was asked: its message, or the channel where the asker alone sees that."""
    message = interaction.message
    if message is not None and not message.flags.ephemeral:
        return message.jump_url
    return f"https://discord.com/channels/{interaction.guild_id}/{interaction.channel_id}"
