"""Whether an answer helped: one vote a member, who may change their mind, and say why it did not."""

from __future__ import annotations

from chipbot.bot import strings
from chipbot.bot.canary_button import canary_buttons
from chipbot.bot.components import Target, button, form, rows, written
from chipbot.bot.controls import data_of, say_too_old
from chipbot.bot.removal import may_remove
from chipbot.bot.rendering import layout
from chipbot.bot.responses import in_time, say, show
from chipbot.bot.services import Interaction, server_of


async def vote_up(interaction: Interaction, target: Target) -> None:
    """Note that the answer helped."""
    voted = interaction.client.kept.vote(target.number, server_of(interaction), helped=True)
    kept = await in_time(interaction, voted)
    if kept is None:
        await say_too_old(interaction)
        return
    offered = canary_buttons(interaction, kept, target.number)
    if offered:
        await show(interaction, layout([[str(strings.NOTED_UP)]], controls=rows(*offered)))
    else:
        await say(interaction, strings.NOTED_UP)


async def vote_down(interaction: Interaction, target: Target) -> None:
    """Note that the answer did not help, and offer to say why, or to remove it where the member may."""
    answers = interaction.client.kept
    voted = answers.vote(target.number, server_of(interaction), helped=False)
    kept = await in_time(interaction, voted)
    if kept is None:
        await say_too_old(interaction)
        return
    offered = [button(target._replace(action="why", place=()), strings.SAY_WHY, "✍️")]
    message = interaction.message
    if (
        message is not None
        and not message.flags.ephemeral
        and may_remove(interaction, asked=answers.is_asker(kept, interaction.user.id))
    ):
        offered.append(button(target._replace(action="remove", place=(message.id,)), strings.REMOVE, "🗑️"))
    await show(interaction, layout([[str(strings.NOTED_DOWN)]], controls=rows(*offered)))


async def ask_why(interaction: Interaction, target: Target) -> None:
    """Open the form for what was wrong."""
    if await interaction.client.kept.find(target.number, interaction.guild_id) is None:
        await say_too_old(interaction)
        return
    modal = form(target._replace(action="why_sent"), strings.SAY_WHY, strings.WHAT_WAS_WRONG)
    modal.stop()
    await interaction.response.send_modal(modal)


async def note_reason(interaction: Interaction, target: Target) -> None:
    """Note what was wrong."""
    reason = " ".join(written(data_of(interaction)).split())
    who = server_of(interaction)
    voted = interaction.client.kept.vote(target.number, who, helped=False, reason=reason)
    if await in_time(interaction, voted) is not None:
        await say(interaction, strings.NOTED_REASON)
    else:
        await say_too_old(interaction)
