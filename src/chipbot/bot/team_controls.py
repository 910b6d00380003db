"""Buttons and forms of a server's team: found by their `custom_id`, whenever they are used.

They work after a restart and for everyone who sees them, so each looks who uses it; what goes wrong is told to them alone.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord

from chipbot.bot import error_reporting, team_strings
from chipbot.bot.panel import Interaction, explained, tell
from chipbot.bot.services import journal_of

Control = Callable[[Interaction, int], Awaitable[None]]
"""Does what a control stands for, with the gap of this number."""

_PATTERN = re.compile(r"team:(?P<action>[a-z_]{1,20}):(?P<number>\d{1,18})")
_KINDS = (discord.InteractionType.component, discord.InteractionType.modal_submit)
Button = discord.ui.Button[Any]


def control_id(action: str, number: int) -> str:
    """The `custom_id` of a control: ids alone, and short whatever they are."""
    return f"team:{action}:{number}"


async def handle(interaction: Interaction, controls: Mapping[str, Control]) -> None:
    """Do what was pressed or sent, if it is one of these and whoever did it is of the team; nothing is raised."""
    data: Mapping[str, object] = dict(interaction.data or {})
    custom_id = data.get("custom_id")
    match = _PATTERN.fullmatch(custom_id) if isinstance(custom_id, str) else None
    if interaction.type not in _KINDS or match is None or match["action"] not in controls:
        return
    try:
        with interaction.client.questions.request_scope():
            if may_help(interaction):
                await controls[match["action"]](interaction, int(match["number"]))
            else:
                await tell(interaction, team_strings.NOT_HELPER)
    except Exception as error:  # noqa: BLE001  the last line of defence: the member is told, whatever it was
        await tell(
            interaction, explained(error) or error_reporting.report(f"the button {match['action']}", error)
        )


def may_help(interaction: Interaction) -> bool:
    """Whether a member may answer for the team: who manages the server, and the roles that they chose."""
    if interaction.guild_id is None:
        return False
    helpers = journal_of(interaction.client).settings.of(interaction.guild_id).helper_roles
    roles = interaction.user.roles if isinstance(interaction.user, discord.Member) else []
    return interaction.permissions.manage_guild or any(role.id in helpers for role in roles)
