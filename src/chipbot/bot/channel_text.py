"""Discord's messages → what is imported of them: words without the ids that Discord draws names for."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import discord

from chipbot.sources.discord_channel import ChannelMessage

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
# No pattern goes on past what may begin a further match, so that each is linear in the text's length.
_MENTION = re.compile(r"<(@[!&]?|#)(\d{1,20})>")
_EMOJI = re.compile(r"<a?(:\w{1,40}:)\d{1,20}>")
_COMMAND = re.compile(r"<(/[^:<>]{1,100}):\d{1,20}>")
_TIMESTAMP = re.compile(r"<t:(-?\d{1,13})(?::[a-zA-Z])?>")
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

    text = _MENTION.sub(name, content)
    return _TIMESTAMP.sub(_moment, _COMMAND.sub(r"\1", _EMOJI.sub(r"\1", text)))


def _moment(match: re.Match[str]) -> str:
    try:
        return f"{datetime.fromtimestamp(int(match[1]), UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):  # beyond the years that there are
        return match[0]
