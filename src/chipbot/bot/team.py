"""Who answers for a server's team."""

from __future__ import annotations

import discord

from chipbot.bot.services import Interaction, journal_of


def may_help(interaction: Interaction) -> bool:
    """Whether a member may answer for the team: who manages the server, and the roles that they chose."""
    if interaction.guild_id is None:
        return False
    helpers = journal_of(interaction.client).settings.of(interaction.guild_id).helper_roles
    roles = interaction.user.roles if isinstance(interaction.user, discord.Member) else []
    return interaction.permissions.manage_guild or any(role.id in helpers for role in roles)
