"""Where Discord is: its own addresses, or those of a server that an operator or a test puts in its place."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from discord.gateway import DiscordWebSocket
from discord.http import INTERNAL_API_VERSION, Route

from chipbot.settings.addresses import DISCORD


@contextlib.contextmanager
def connecting_to(url: str) -> Iterator[None]:
    """While inside, let discord.py take what is served at `url` for Discord.

    Args:
        url: As `Settings.discord_url` has it, which checks it: the bot's token is sent there.
    """
    if url == DISCORD:
        yield
        return
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = f"{url}/api/v{INTERNAL_API_VERSION}"
    DiscordWebSocket.DEFAULT_GATEWAY = type(before[1])(f"{url.replace('http', 'ws', 1)}/")
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
