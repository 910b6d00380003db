"""A Discord on loopback: REST, a gateway and members, for the unmodified discord.py."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from tests.wire import objects
from tests.wire.gateway import Gateway, Session
from tests.wire.members import Members
from tests.wire.objects import APPLICATION, ME, TOKEN, Object
from tests.wire.rest import Rest
from tests.wire.world import World

LIFE = 600.0
"""Seconds after which a Discord that nobody stopped stops by itself."""
PATIENCE = 30.0
"""Seconds that `until` waits."""


class Wire:
    """One Discord: what it knows, and its three sides."""

    def __init__(
        self,
        guilds: Iterable[Object] = (),
        *,
        token: str = TOKEN,
        shards: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.world = World(clock)
        for one in guilds:
            self.world.add_guild(one)
        self.gateway = Gateway(token, self._ready)
        self.gateway.shards = shards
        self.rest = Rest(self.world, self.gateway)
        self.members = Members(self.world, self.gateway)
        self.url = ""
        """Where it is served, such as http://127.0.0.1:40000."""

    @contextlib.asynccontextmanager
    async def serving(self, life: float = LIFE) -> AsyncIterator[Wire]:
        """Serve on a free port of loopback, for at most `life` seconds."""
        app = web.Application(client_max_size=1 << 20)
        app.router.add_get("/", self._serve_gateway)
        self.rest.add_routes(app)
        server = TestServer(app)
        async with server:
            self.url = self.rest.url = self.world.url = str(server.make_url("")).rstrip("/")
            end = asyncio.create_task(self._end(life, server))
            try:
                yield self
            finally:
                end.cancel()
                for session in self.gateway.connected:
                    if session.socket is not None:
                        await session.socket.close(1001)

    async def revoke(self, place: Object, **permissions: bool) -> None:
        """Take permissions in a channel from the bot, and tell it so."""
        import discord

        denied = discord.Permissions(**permissions).value
        place["permission_overwrites"] = [objects.overwrite(APPLICATION, deny=denied, member=True)]
        await self.gateway.dispatch("CHANNEL_UPDATE", place, guild_id=place["guild_id"])

    async def remove_bot(self, guild: Object) -> None:
        """Take the bot out of a server, and tell it so."""
        self.world.guilds.pop(guild["id"])
        for one in guild["channels"] + guild["threads"]:
            self.world.channels.pop(one["id"], None)
        await self.gateway.dispatch("GUILD_DELETE", {"id": guild["id"]}, guild_id=guild["id"])

    async def expire_tokens(self) -> None:
        """End the tokens of all interactions that there are."""
        for one in self.world.interactions.values():
            one.expired = True

    async def feed(self, ask: Callable[[int], Awaitable[Any]], *, rate: float, count: int) -> None:
        """Have `count` questions asked, `rate` a second, whether or not those before are answered."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        for number in range(count):
            await asyncio.sleep(max(0.0, start + number / rate - loop.time()))
            await ask(number)

    def _ready(self, session: Session) -> tuple[Object, list[Object]]:
        """What a new session is told: READY, and its servers."""
        number, count = session.shard
        guilds = [one for one in self.world.guilds.values() if (int(one["id"]) >> 22) % count == number]
        ready = {
            "v": 10,
            "user": ME,
            "session_id": session.id,
            "resume_gateway_url": self.url.replace("http", "ws", 1),
            "shard": list(session.shard),
            "guilds": [{"id": one["id"], "unavailable": True} for one in guilds],
            "private_channels": [],
            "application": {"id": APPLICATION, "flags": self.world.application["flags"]},
        }
        me = [objects.member(ME, [str(int(one["id"]) + 1)]) for one in guilds]
        return ready, [one | {"members": [mine]} for one, mine in zip(guilds, me, strict=True)]

    async def _serve_gateway(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return web.Response(status=426)
        self.gateway.application_flags = self.world.application["flags"]
        fault = self.rest.faults.take("GET", "/gateway")
        if fault is not None:
            return web.Response(status=fault.status or 503)
        return await self.gateway.serve(request)

    @staticmethod
    async def _end(life: float, server: TestServer) -> None:
        await asyncio.sleep(life)
        await server.close()


async def until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until a condition holds; raises TimeoutError where it does not in time."""
    async with asyncio.timeout(patience):
        while not condition():  # noqa: ASYNC110  # what is waited for has no event
            await asyncio.sleep(0.01)
