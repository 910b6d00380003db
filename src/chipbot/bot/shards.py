"""The connections to the gateway: each shard's is made, kept and lost by itself.

discord.py's AutoShardedClient makes them one after the other, so that a shard which cannot connect holds up the others;
ends all of them where one meets what it does not expect; and begins a new session, with nothing of what was missed,
after a failed attempt to connect again. Here each shard has a task of its own, which goes on as discord.Client does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord.backoff import ExponentialBackoff
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from chipbot.bot.gateway_guard import guard
from chipbot.bot.rest_guard import reason
from chipbot.errors import ChipbotError

if TYPE_CHECKING:
    from discord.state import AutoShardedConnectionState

log = logging.getLogger(__name__)

OPENING = 60.0
"""Seconds that a connection may take until it has identified itself."""
IDENTIFY_EVERY = 5.0
"""Seconds between two shards of a bucket that identify themselves; see "Sharding" in Discord's documentation."""
_EVERYDAY = (discord.DiscordException, aiohttp.ClientError, ChipbotError, OSError, TimeoutError)
"""What keeps a connection from being made, from time to time."""
_FOREIGN_INTENTS, _CLEAN, _RESUMABLE = 4014, 1000, 4000
"""Codes to close with; see "Gateway Close Event Codes" in Discord's documentation."""


class Turns:
    """The turns of the shards of one process."""

    def __init__(self) -> None:
        self._last: dict[int, float] = {}

    async def take(self, bucket: int) -> float:
        """Take the next turn of a bucket; return in how many seconds it is."""
        now = asyncio.get_running_loop().time()
        turn = self._last[bucket] = max(now, self._last.get(bucket, now - IDENTIFY_EVERY) + IDENTIFY_EVERY)
        return turn - now


class Shard:
    """One shard's connection, which is made again whenever it ends. It has what discord.ShardInfo looks for."""

    def __init__(self, client: discord.Client, number: int, turn: Callable[[], Awaitable[float]]) -> None:
        self.id = number
        self.ws: DiscordWebSocket | None = None
        """The last connection; None before there was one."""
        self.is_connected = False
        """Whether events arrive."""
        self.had_session = False
        """Whether there was one before."""
        self._client, self._turn = client, turn
        self._backoff: ExponentialBackoff[Any] = ExponentialBackoff()

    async def run(self) -> None:
        """Stay connected until this is cancelled; raises discord.ConnectionClosed, or PrivilegedIntentsRequired, where Discord
        closes for good.
        """
        resume, first = False, True
        while True:
            opened = False
            try:
                await self._open(resume=resume, first=first)
                opened, first = True, False
                while self.ws is not None:
                    await self.ws.poll_event()
            except ReconnectWebSocket as error:
                self._dispatch_loss()
                resume = error.resume
                if not opened:
                    await asyncio.sleep(self._backoff.delay())
            except Exception as error:
                if _is_final(error):
                    raise
                self._dispatch_loss()
                resume = True
                await self.close(_RESUMABLE)
                await self._pause(error)

    async def close(self, code: int = _CLEAN) -> None:
        """Close the connection; with the usual code its session ends, too."""
        if self.ws is not None:
            with contextlib.suppress(*_EVERYDAY):
                await self.ws.close(code)

    async def _open(self, *, resume: bool, first: bool) -> None:
        """Connect, and go on with the last session if it can be resumed."""
        last = self.ws
        options: dict[str, Any] = {"initial": first}
        if resume and last is not None and last.session_id is not None:
            options |= {
                "resume": True,
                "session": last.session_id,
                "sequence": last.sequence,
                "gateway": last.gateway,
            }
        else:
            await asyncio.sleep(await self._turn())
        async with asyncio.timeout(OPENING):
            self.ws = await DiscordWebSocket.from_client(self._client, shard_id=self.id, **options)

    def _dispatch_loss(self) -> None:
        self._client.dispatch("disconnect")
        self._client.dispatch("shard_disconnect", self.id)

    async def _pause(self, error: Exception) -> None:
        pause = self._backoff.delay()
        if isinstance(error, _EVERYDAY):
            log.warning("shard %d connects again in %.1f s: %s", self.id, pause, reason(error))
        else:
            name = type(error).__name__
            log.error("shard %d failed [%s]; again in %.1f s", self.id, name, pause, exc_info=error)
        await asyncio.sleep(pause)


def _is_final(error: Exception) -> bool:
    """Whether Discord closed a connection for good; raises what says so better than that."""
    if not isinstance(error, discord.ConnectionClosed):
        return False
    if error.code == _FOREIGN_INTENTS:
        raise discord.PrivilegedIntentsRequired(error.shard_id) from None
    return error.code != _CLEAN


class Shards:
    """The shards that a client serves."""

    def __init__(self, client: discord.AutoShardedClient) -> None:
        self._client = client
        self._state: AutoShardedConnectionState[Any] = client._connection  # noqa: SLF001  # discord.py shows it nowhere
        # What `client.shards` and `client.latency` look at.
        self._connected: dict[int, Shard] = vars(client)["_AutoShardedClient__shards"]
        self._shards: dict[int, Shard] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._turns = Turns()
        self._concurrency = 1
        self._end: asyncio.Future[None] | None = None
        self._state.parsers["READY"] = partial(self._parse_ready, self._state.parsers["READY"])
        guard(self._state, self._note_socket)

    def __iter__(self) -> Iterator[Shard]:
        """Yield the shards that this process serves, connected or not."""
        return iter(sorted(self._shards.values(), key=lambda shard: shard.id))

    def get(self, number: int) -> Shard | None:
        """Return a shard; None where this process does not serve it."""
        return self._shards.get(number)

    async def run(self) -> None:
        """Serve all shards, as many as Discord recommends, until they are closed; raises what ends one of them for good."""
        count = await self._ask_discord()
        if self._client.is_closed():
            return
        self._client.shard_count = self._state.shard_count = count
        self._end = asyncio.get_running_loop().create_future()
        try:
            await self.hold(range(count))
            await self._end
        finally:
            await self.hold(())

    async def hold(self, numbers: Collection[int]) -> None:
        """Serve these shards and no others; returns once those that are given up are disconnected."""
        self._state.shard_ids = sorted(numbers)
        await asyncio.gather(*(self._drop(number) for number in self._shards.keys() - set(numbers)))
        for number in sorted(set(numbers) - self._shards.keys()):
            shard = self._shards[number] = Shard(self._client, number, partial(self._turn, number))
            task = self._tasks[number] = asyncio.create_task(shard.run(), name=f"shard {number}")
            task.add_done_callback(self._note_end)

    async def close(self) -> None:
        """Disconnect all shards, and end `run`."""
        await self.hold(())
        if self._end is not None and not self._end.done():
            self._end.set_result(None)

    async def _ask_discord(self) -> int:
        """Return how many shards Discord recommends, and note how many may identify at once; however long that takes."""
        backoff: ExponentialBackoff[Any] = ExponentialBackoff()
        while True:
            try:
                count, _, limits = await self._client.http.get_bot_gateway()
            except _EVERYDAY as error:
                pause = backoff.delay()
                log.warning(
                    "Discord does not say how many shards it wants; again in %.0f s: %s", pause, reason(error)
                )
                await asyncio.sleep(pause)
            else:
                self._concurrency = limits["max_concurrency"]
                return count

    async def _turn(self, number: int) -> float:
        return await self._turns.take(number % self._concurrency)

    async def _drop(self, number: int) -> None:
        shard, task = self._shards.pop(number), self._tasks.pop(number)
        task.cancel()
        await asyncio.wait([task])
        await shard.close()
        self._connected.pop(number, None)
        self._forget(number)

    def _note_end(self, task: asyncio.Task[None]) -> None:
        """Let what ended a shard for good end `run`."""
        error = None if task.cancelled() else task.exception()
        if error is not None and self._end is not None and not self._end.done():
            self._end.set_exception(error)

    def _note_socket(self, socket: DiscordWebSocket) -> None:
        """Have a connection from its making on, so that it can be closed at any time."""
        number = socket.shard_id
        if number is not None and number in self._shards:
            self._shards[number].ws = socket
            self._connected[number] = self._shards[number]

    def _parse_ready(self, parse: Callable[[Any], None], data: Any) -> None:
        """Take in a new session, and forget the servers that the bot was taken out of since the one before."""
        self._forget(data["shard"][0], kept={int(guild["id"]) for guild in data["guilds"]})
        parse(data)

    def _forget(self, number: int, kept: Collection[int] = ()) -> None:
        """Forget the servers of a shard but for these, as discord.Client does all of them."""
        for guild in list(self._state.guilds):
            if guild.shard_id == number and guild.id not in kept:
                self._state._remove_guild(guild)  # noqa: SLF001  # discord.py does so where Discord says that one is gone
