"""What the bot asks a server for: permissions, and the link by which it is invited."""

from __future__ import annotations

import discord

PERMISSIONS = discord.Permissions(
    view_channel=True, send_messages=True, send_messages_in_threads=True, read_message_history=True
)
"""Everything the bot needs in a server, and nothing else: to see questions, to reply, and to show what it
replies to.
"""


def invite_link(application_id: int, more: int = 0) -> str:
    """Return the link by which those who may manage a server invite the bot; `more` are permissions besides those that it
    needs in any case.
    """
    permissions = discord.Permissions(PERMISSIONS.value | more)
    scopes = ("bot", "applications.commands")
    return discord.utils.oauth_url(application_id, permissions=permissions, scopes=scopes)
