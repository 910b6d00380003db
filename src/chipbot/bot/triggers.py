"""What makes the bot answer a message: a mention, a reply that pings it, a direct message, a mention of its
role.
"""

from __future__ import annotations

import discord

from chipbot.service.telemetry import Trigger


def trigger_of(message: discord.Message, me: discord.ClientUser) -> Trigger | None:
    """How the message addresses the bot; None when it does not, or when no person wrote it."""
    if message.author.bot or message.webhook_id is not None:
        return None
    if message.type not in (discord.MessageType.default, discord.MessageType.reply):
        return None
    if message.guild is None:
        return "direct_message"
    if any(user.id == me.id for user in message.mentions):
        return "reply" if answer_replied_to(message, me) is not None else "mention"
    # A bot's own role is the managed one that Discord made when the bot was invited.
    member = message.guild.get_member(me.id)
    own = {role.id for role in member.roles if role.managed} if member is not None else set()
    return "role_mention" if any(role.id in own for role in message.role_mentions) else None


def answer_replied_to(message: discord.Message, me: discord.ClientUser) -> discord.Message | None:
    """The message of the bot's that this one replies to."""
    resolved = message.reference.resolved if message.reference else None
    return resolved if isinstance(resolved, discord.Message) and resolved.author.id == me.id else None


def conversation_of(channel: object) -> int | None:
    """The id of the thread or direct message that this is, where each question follows the one before; None
    for any other.
    """
    return channel.id if isinstance(channel, (discord.Thread, discord.DMChannel)) else None
