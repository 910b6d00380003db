"""Discord's messages → what is imported of them: words without the ids that Discord draws names for."""

from __future__ import annotations

import re

import discord

from chipbot.sources.discord_channel import ChannelMessage
from chipbot.sources.formats.discord_markup import drawn

_WRITTEN = frozenset(
    (
        discord.MessageType.default,
        discord.MessageType.reply,
        discord.MessageType.thread_starter_message,
        discord.MessageType.chat_input_command,  # what other bots were told to post
        discord.MessageType.context_menu_command,
    )
)
"""The types of messages that say something; others say that somebody joined or pinned something."""
_MENTION = re.compile(r"<(@[!&]?|#)(\d{1,20})>")
_EMBED = ("title", "description", "fields")


def imported(message: discord.Message) -> ChannelMessage | None:
    """Return what is imported of a message; None where that is nothing."""
    embeds = tuple(
        {name: value for name, value in embed.to_dict().items() if name in _EMBED} for embed in message.embeds
    )
    if message.type not in _WRITTEN or not (message.content.strip() or any(embeds)):
        return None
    return ChannelMessage(
        author_id=message.author.id,
        written_at=message.created_at,
        content=_readable(message.content, message.guild),
        embeds=embeds,
    )


def _readable(content: str, guild: discord.Guild | None) -> str:
    """The content with names for ids; of members none is told."""

    def name(match: re.Match[str]) -> str:
        sign, number = match[1], int(match[2])
        channel = guild.get_channel_or_thread(number) if guild and sign == "#" else None
        role = guild.get_role(number) if guild and sign == "@&" else None
        known = channel or role
        return f"{sign[0]}{known.name if known else 'channel' if sign == '#' else 'member'}"

    return drawn(_MENTION.sub(name, content))
