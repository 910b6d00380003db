"""Commands of those who manage a server."""

from __future__ import annotations

from typing import Any, TypeVar

import discord
from discord import app_commands

from chipbot.bot import error_reporting
from chipbot.bot.services import server_of
from chipbot.service.scopes import NOTHING

Some = TypeVar("Some", app_commands.Command[Any, ..., None], app_commands.ContextMenu)


def for_team(command: Some) -> Some:
    """The command, shown in servers to those who may manage them, until a server shows it to its helpers; it looks itself
    who uses it.
    """
    command = app_commands.default_permissions(manage_guild=True)(command)
    # Not `guild_only`, which the tree's own contexts would override.
    return app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)(command)


def for_managers(command: Some) -> Some:
    """The command, shown in servers to those who may manage them.

    A server's administrators can show commands to whom they like, so it is also checked when it runs.
    """
    command = for_team(command)
    command.add_check(check_manages)
    return command


def check_manages(interaction: discord.Interaction[Any]) -> bool:
    """Whether a member manages the server that they are in, and the operator lets it search anything; raises
    app_commands.AppCommandError, with what is told to them, where not.
    """
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    if not interaction.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])
    if interaction.client.questions.granted(server_of(interaction)) == NOTHING:
        raise error_reporting.NotGrantedError
    return True
