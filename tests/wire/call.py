"""One REST request, with what its handler needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord
from tests.wire import limits
from tests.wire.objects import EPHEMERAL, Object
from tests.wire.world import DiscordError, World

if TYPE_CHECKING:
    from aiohttp import web
    from tests.wire.gateway import Gateway

NOTHING = object()
"""What a handler returns for 204, No Content."""
_GUILD_MESSAGES = discord.Intents(guild_messages=True).value
_DIRECT_MESSAGES = discord.Intents(dm_messages=True).value
_CONTENT = discord.Intents(message_content=True).value
_VIEW = discord.Permissions(view_channel=True).value


@dataclass(frozen=True, slots=True)
class Call:
    """A request and the Discord that it is for."""

    world: World
    gateway: Gateway
    request: web.Request
    body: Any
    url: str
    """Where this Discord is served."""

    def __getitem__(self, name: str) -> str:
        """A part of the path."""
        return self.request.match_info[name]

    async def tell(self, event: str, message: Object) -> None:
        """Tell the bot of a message, as the gateway does."""
        await tell(self.world, self.gateway, event, message)


Handler = Callable[[Call], Awaitable[Any]]
Route = tuple[str, str, Handler]
"""A method, a path, and who answers."""


async def tell(world: World, gateway: Gateway, event: str, message: Object) -> int:
    """Tell the bot of a message as each of its sessions may see it; returns how many sessions got it."""
    place = world.channels[message["channel_id"]]
    guild_id = place.get("guild_id")
    if message["flags"] & EPHEMERAL or not world.permissions(place) & _VIEW:
        return 0
    extra: Object = {"guild_id": guild_id} if guild_id else {}
    if guild_id:
        for one in world.guilds[guild_id]["members"]:
            if one["user"]["id"] == message["author"]["id"]:
                extra["member"] = {name: value for name, value in one.items() if name != "user"}
    content = any(session.intents & _CONTENT for session in gateway.sessions_of(guild_id))
    intents = _GUILD_MESSAGES if guild_id else _DIRECT_MESSAGES
    seen = world.seen(message, content=content) | extra
    return await gateway.dispatch(event, seen, guild_id=guild_id, intents=intents)


def check(problems: list[limits.Problem]) -> None:
    """Raise Discord's error where there are problems."""
    if problems:
        raise DiscordError(400, 50035, "Invalid Form Body", errors=limits.errors(problems))
