"""The connections to the gateway: each shard's is made, kept and lost by itself.

discord.py's AutoShardedClient makes them one after the other, so that a shard which cannot connect holds up the others;
ends all of them where one meets what it does not expect; and begins a new session, with nothing of what was missed,
after a failed attempt to connect again. Here each shard has a task of its own, which goes on as discord.Client does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from discord.backoff import ExponentialBackoff

from chipbot.bot.gateway_guard import guard
from chipbot.bot.rest_guard import reason
from chipbot.bot.shard import EVERYDAY, Shard
from chipbot.errors import JournalError

if TYPE_CHECKING:
    import discord
    from discord.gateway import DiscordWebSocket
    from discord.state import AutoShardedConnectionState

    from chipbot.journal.processes import Processes

log = logging.getLogger(__name__)

IDENTIFY_EVERY = 5.0
"""Seconds between two shards of a bucket that identify themselves; see "Sharding" in Discord's documentation."""
EVERY = 5.0
"""Seconds between two signs of life to the other processes."""
RETRY = 1.0
"""Seconds until one that did not arrive is repeated."""


class Turns:
    """The turns of the shards of one process."""

    def __init__(self) -> None:
        self._last: dict[int, float] = {}

    async def take(self, bucket: int) -> float:
        """Take the next turn of a bucket; return in how many seconds it is."""
        now = asyncio.get_running_loop().time()
        turn = self._last[bucket] = max(now, self._last.get(bucket, now - IDENTIFY_EVERY) + IDENTIFY_EVERY)
        return turn - now


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))


class Shards:
    """The shards that a client serves."""

    def __init__(self, client: discord.AutoShardedClient, processes: Processes | None = None) -> None:
        """Serve the shards of a client: with other processes a share of them, without all."""
        self._client = client
        self._processes = processes
        self._sharing: asyncio.Task[None] | None = None
        self.begun = asyncio.Event()
        """Set once the first is there, or it is clear that others serve them all."""
        self._state: AutoShardedConnectionState[Any] = client._connection  # noqa: SLF001  # discord.py shows it nowhere
        # What `client.shards` and `client.latency` look at.
        self._connected: dict[int, Shard] = vars(client)["_AutoShardedClient__shards"]
        self._shards: dict[int, Shard] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._turns = Turns()
        self._concurrency = 1
        self._end: asyncio.Future[None] | None = None
        self._state.parsers["READY"] = partial(self._parse_ready, self._state.parsers["READY"])
        guard(self._state, self._note_socket, self._may_serve)

    def __iter__(self) -> Iterator[Shard]:
        """Yield the shards that this process serves, connected or not."""
        return iter(sorted(self._shards.values(), key=lambda shard: shard.id))

    def get(self, number: int) -> Shard | None:
        """Return a shard; None where this process does not serve it."""
        return self._shards.get(number)

    async def run(self) -> None:
        """Serve all shards, or this process's share of them, until they are closed; raises what ends one of them for good."""
        recommended = await self._ask_discord()
        if self._client.is_closed():
            return
        count = recommended if self._processes is None else self._processes.shards
        if count < recommended:
            log.warning("Discord recommends %d shards, and CHIPBOT_SHARDS says %d", recommended, count)
        self._client.shard_count = self._state.shard_count = count
        self._end = asyncio.get_running_loop().create_future()
        if self._processes is None:
            await self.hold(range(count))
        else:
            self._processes.bot = self._client.application_id or 0
            self._sharing = self._start("shards", self._follow(self._processes))
        try:
            await self._end
        finally:
            await self.close()

    async def close(self) -> None:
        """Disconnect all shards, leave them to other processes, and end `run`."""
        if self._sharing is not None:
            self._sharing.cancel()
            await asyncio.wait([self._sharing])
        await self.hold(())
        if self._processes is not None and self._sharing is not None:
            with contextlib.suppress(JournalError, TimeoutError):  # they are free after a while all the same
                async with asyncio.timeout(EVERY):
                    await self._processes.leave()
        self._sharing = None
        if self._end is not None and not self._end.done():
            self._end.set_result(None)

    async def hold(self, numbers: Collection[int]) -> None:
        """Serve these shards and no others; returns once those that are given up are disconnected."""
        self._state.shard_ids = sorted(numbers)
        await asyncio.gather(*(self._drop(number) for number in self._shards.keys() - set(numbers)))
        for number in sorted(set(numbers) - self._shards.keys()):
            shard = self._shards[number] = Shard(self._client, number, partial(self._turn, number))
            self._tasks[number] = self._start(f"shard {number}", shard.run())

    async def _follow(self, processes: Processes) -> None:
        """Serve this process's share of the shards, as it changes; raises ProcessesError where there can be none."""
        serving: frozenset[int] | None = None
        while True:
            if serving and processes.left <= 0:
                log.error("nobody renews the lease of shard %s: disconnecting", _listed(serving))
                serving = frozenset()
                await self.hold(serving)
            try:
                async with asyncio.timeout(processes.left if serving else None):
                    share = await processes.renew(serving or ())
            except (JournalError, TimeoutError):
                await asyncio.sleep(RETRY)
                continue
            before, serving = serving, share
            if share != before:
                log.info("serving shard %s of %d", _listed(share) or "none", processes.shards)
                await self.hold(share)
            if not share:
                self.begun.set()  # it stands by
            if not (before or share) - share:  # else others wait for what is given up
                await asyncio.sleep(EVERY)

    async def _ask_discord(self) -> int:
        """Return how many shards Discord recommends, and note how many may identify at once; however long that takes."""
        backoff: ExponentialBackoff[Any] = ExponentialBackoff()
        while True:
            try:
                count, _, limits = await self._client.http.get_bot_gateway()
            except EVERYDAY as error:
                pause = backoff.delay()
                log.warning(
                    "Discord does not say how many shards it wants; again in %.0f s: %s", pause, reason(error)
                )
                await asyncio.sleep(pause)
            else:
                self._concurrency = limits["max_concurrency"]
                return count

    async def _turn(self, number: int) -> float:
        bucket = number % self._concurrency
        if self._processes is not None:
            return await self._processes.turn(bucket, IDENTIFY_EVERY)
        return await self._turns.take(bucket)

    def _start(self, name: str, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._note_end)
        return task

    def _may_serve(self) -> bool:
        """Whether what arrives is for this process: not once others may have its shards."""
        return self._processes is None or self._processes.left > 0

    async def _drop(self, number: int) -> None:
        shard, task = self._shards.pop(number), self._tasks.pop(number)
        task.cancel()
        await asyncio.wait([task])
        await shard.close()
        self._connected.pop(number, None)
        self._forget(number)

    def _note_end(self, task: asyncio.Task[None]) -> None:
        """Let what ended a shard for good, or the share, end `run`."""
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
