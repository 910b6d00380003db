"""One shard's connection to the gateway: made, kept and lost by itself, as discord.Client does with its only one."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
from discord.backoff import ExponentialBackoff
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from chipbot.bot.rest_guard import reason
from chipbot.errors import ChipbotError

log = logging.getLogger(__name__)

OPENING = 60.0
"""Seconds that a connection may take until it has identified itself."""
EVERYDAY = (discord.DiscordException, aiohttp.ClientError, ChipbotError, OSError, TimeoutError)
"""What keeps a connection from being made, from time to time."""
_FOREIGN_INTENTS, _CLEAN, _RESUMABLE = 4014, 1000, 4000
"""Codes to close with; see "Gateway Close Event Codes" in Discord's documentation."""


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
        self.is_ready = False
        """Whether its servers are known."""
        self._client, self._turn = client, turn
        self._backoff: ExponentialBackoff[Any] = ExponentialBackoff()

    @property
    def named(self) -> str:
        """What begins a log entry about it, where there are several."""
        count = self._client.shard_count
        return f"shard {self.id} of {count}: " if count != 1 else ""

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
            with contextlib.suppress(*EVERYDAY):
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
        if isinstance(error, EVERYDAY):
            log.warning("%sconnecting again in %.1f s: %s", self.named, pause, reason(error))
        else:
            name = type(error).__name__
            log.error(
                "%sthe connection failed [%s]; again in %.1f s", self.named, name, pause, exc_info=error
            )
        await asyncio.sleep(pause)


def _is_final(error: Exception) -> bool:
    """Whether Discord closed a connection for good; raises what says so better than that."""
    if not isinstance(error, discord.ConnectionClosed):
        return False
    if error.code == _FOREIGN_INTENTS:
        raise discord.PrivilegedIntentsRequired(error.shard_id) from None
    return error.code != _CLEAN
