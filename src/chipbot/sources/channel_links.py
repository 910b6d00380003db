"""Links of Discord's channels: which channel of which server is imported, and to which folder."""

from __future__ import annotations

import re
from typing import NamedTuple

from chipbot.errors import SourcesError
from chipbot.model import CHANNELS
from chipbot.translation import Message

_LINK = re.compile(
    r"https://(?:(?:www|ptb|canary)\.)?discord\.com/channels/(\d{1,20})/(\d{1,20})(?:/\d{1,20})?/?", re.ASCII
)


class ChannelLink(NamedTuple):
    """A channel by its ids."""

    guild_id: int
    """The server."""
    channel_id: int
    """The channel, forum, thread or post in it."""


def channel_link(address: str) -> ChannelLink | None:
    """Return what the link of a channel, or of a message in it, leads to; None where an address is none."""
    match = _LINK.fullmatch(address)
    return ChannelLink(int(match[1]), int(match[2])) if match else None


def folder_of_channel(name: str, link: ChannelLink) -> str:
    """Return the folder whose documents are found in a channel's own server alone."""
    return f"{CHANNELS}{link.guild_id}/{name}"


def check_channel(folder: str, address: str, *, shared: bool) -> None:
    """Raise SourcesError where an address is no channel's, or its folder is not for that channel's server alone although
    nobody says that it is shared.
    """
    link = channel_link(address)
    if link is None:
        raise SourcesError(
            Message(
                "{folder}: discord must be the link of a channel, https://discord.com/channels/SERVER/CHANNEL: in Discord, "
                "right-click the channel › Copy Link",
                folder=folder,
            )
        )
    own = folder_of_channel("NAME", link)
    if shared == folder.startswith(CHANNELS):
        raise SourcesError(
            Message(
                "{folder}: what is below {channels} is found in one server alone: choose another folder, or no “shared: true”",
                folder=folder,
                channels=CHANNELS,
            )
            if shared
            else Message(
                "{folder}: messages are found in their own server alone below {own}; “shared: true” has them found everywhere",
                folder=folder,
                own=own,
            )
        )
    if not shared and not folder.startswith(folder_of_channel("", link)):
        raise SourcesError(
            Message("{folder}: the channel is of another server: use {own}", folder=folder, own=own)
        )
