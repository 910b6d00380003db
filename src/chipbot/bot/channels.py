"""Names of channels in a document → the channels of this server that the asker can see."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from chipbot.bot.markdown_escape import channel_names
from chipbot.bot.rendering import NO_CHANNELS, Channels
from chipbot.model import Quote


def channels_in(
    quotes: Iterable[Quote], guild: discord.Guild | None, member: discord.Member | discord.User
) -> Channels:
    """Return the ids of the channels that quotes name with `#` before them, by name.

    Args:
        quotes: What is shown.
        guild: The server that it is shown in; None in direct messages.
        member: The asker: what they cannot see stays text.
    """
    names = set[str]().union(*(channel_names(quote.text) for quote in quotes))
    if guild is None or not names or not isinstance(member, discord.Member):
        return NO_CHANNELS
    found: dict[str, int] = {}
    for channel in guild.channels:
        name = channel.name.casefold()
        if name in names and channel.permissions_for(member).view_channel:
            found.setdefault(name, channel.id)
    return found
