"""What makes the bot answer a message: a mention, a reply that pings it, a direct message, a mention of its
role; and where the server says so, any message, or a new forum post.
"""

from __future__ import annotations

from typing import Literal

import discord

from chipbot.service.telemetry import Trigger

Listen = Literal["addressed", "always", "never"]
"""What is answered in a channel: who addresses the bot, every message or new forum post, or nobody."""
FORUM_CONFIDENCE = 0.6
"""The confidence below which a forum post, which nobody asked the bot about, is left alone."""


def trigger_of(
    message: discord.Message,
    me: discord.ClientUser,
    listen: Listen = "addressed",
    bridges: frozenset[int] = frozenset(),
) -> Trigger | None:
    """How the message addresses the bot; None when it does not, or when nobody wrote it who is listened to.

    Args:
        message: What was written.
        me: The bot.
        listen: What is answered in its channel.
        bridges: The bots and webhooks that are answered like members.
    """
    if not _is_heard(message, me, bridges):
        return None
    if message.guild is None:
        return "direct_message"
    if listen == "never":
        return None
    if any(user.id == me.id for user in message.mentions):
        return "reply" if answer_replied_to(message, me) is not None else "mention"
    # A bot's own role is the managed one that Discord made when the bot was invited.
    member = message.guild.get_member(me.id)
    own = {role.id for role in member.roles if role.managed} if member is not None else set()
    if any(role.id in own for role in message.role_mentions):
        return "role_mention"
    if listen != "always":
        return None
    if post_of(message) is not None:
        return "forum_post"
    asks = isinstance(message.channel, discord.TextChannel) and message.reference is None and message.content
    return "channel_message" if asks else None


def post_of(message: discord.Message) -> discord.Thread | None:
    """Return the forum post that a message opens."""
    post = message.channel
    opens = isinstance(post, discord.Thread) and message.id == post.id
    return (
        post
        if opens and isinstance(post, discord.Thread) and isinstance(post.parent, discord.ForumChannel)
        else None
    )


def _is_heard(message: discord.Message, me: discord.ClientUser, bridges: frozenset[int]) -> bool:
    """Whether somebody wrote the message to whom the bot listens: members, and the bridges that are named."""
    if message.type not in (discord.MessageType.default, discord.MessageType.reply):
        return False
    if message.author.id == me.id:
        return False
    by_machine = message.author.bot or message.webhook_id is not None
    return not by_machine or bool({message.author.id, message.webhook_id} & bridges)


def answer_replied_to(message: discord.Message, me: discord.ClientUser) -> discord.Message | None:
    """The message of the bot's that this one replies to."""
    resolved = message.reference.resolved if message.reference else None
    return resolved if isinstance(resolved, discord.Message) and resolved.author.id == me.id else None


def conversation_of(channel: object) -> int | None:
    """The id of the thread or direct message that this is, where each question follows the one before; None
    for any other.
    """
    return channel.id if isinstance(channel, (discord.Thread, discord.DMChannel)) else None
