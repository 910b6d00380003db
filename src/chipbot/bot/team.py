"""Who answers for a server's team, and where it is written to."""

from __future__ import annotations

import discord

from chipbot.bot.services import Interaction, ServiceClient, journal_of


def may_help(interaction: Interaction) -> bool:
    """Whether a member may answer for the team: who manages the server, and the roles that they chose."""
    if interaction.guild_id is None:
        return False
    helpers = journal_of(interaction.client).settings.of(interaction.guild_id).helper_roles
    roles = interaction.user.roles if isinstance(interaction.user, discord.Member) else []
    return interaction.permissions.manage_guild or any(role.id in helpers for role in roles)


def team_channel(
    client: ServiceClient, guild_id: int | None, channel_id: int | None
) -> discord.TextChannel | None:
    """Return the channel that a server's settings name; None where it is gone, or another server's: what members of one
    asked is not for the other's.
    """
    channel = None if channel_id is None else client.get_channel(channel_id)
    return channel if isinstance(channel, discord.TextChannel) and channel.guild.id == guild_id else None
