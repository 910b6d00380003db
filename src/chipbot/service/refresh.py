"""Rebuilding the index while questions are answered: off the event loop, one rebuild at a time, with its
progress shown now and then.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Protocol

from chipbot.errors import ChipbotError
from chipbot.model import IndexStatus, Progress
from chipbot.service.telemetry import NullTelemetry, RebuildOutcome, Telemetry

log = logging.getLogger(__name__)

Show = Callable[[Progress], Awaitable[None]]

AGAIN = 2.0
"""Seconds until a rebuild that waits for another is tried again."""


class Rebuilding(Protocol):
    """Rebuilds an index."""

    def reindex(self, report: Callable[[Progress], None], *, force: bool = False) -> IndexStatus:
        """Rebuild the index; `report` is called from the calling thread, and what it raises ends the
        rebuild. With `force` the result is used whatever canary questions it breaks.
        """


class AlreadyRunningError(ChipbotError):
    """A second rebuild was asked for while one runs."""

    def __init__(self, who: str, seconds: float, guild_id: int | None = None) -> None:
        super().__init__(f"{who} started a rebuild {seconds:.0f} s ago")
        self.who = who
        self.seconds = seconds
        self.guild_id = guild_id
        """The server of who started it, where others are not told the name; None where nobody of a server did."""


class StoppedError(ChipbotError):
    """The bot is closing, and the rebuild ended early; the index is as it was before."""


async def _show_nobody(_: Progress) -> None:
    """Show nobody how far a rebuild is."""


class IndexRefresher:
    """Runs at most one rebuild at a time."""

    def __init__(
        self,
        knowledge_base: Rebuilding,
        *,
        telemetry: Telemetry | None = None,
        interval: float = 2.0,
        alone: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Rebuild what a knowledge base has.

        Args:
            knowledge_base: It is rebuilt off the event loop.
            telemetry: Counts rebuilds.
            interval: Seconds between two reports of how far a rebuild is.
            alone: Waits for other processes that rebuild the same index, and keeps them waiting.
            clock: Tells the time, in seconds.
        """
        self._knowledge_base = knowledge_base
        self._exclude_others = alone
        self._telemetry = telemetry or NullTelemetry()
        self._interval = interval
        self._clock = clock
        self._running: tuple[str, float, int | None] | None = None
        self._stopping = threading.Event()

    async def run(
        self, who: str, show: Show = _show_nobody, *, guild_id: int | None = None, force: bool = False
    ) -> tuple[IndexStatus, float]:
        """Rebuild for the member named `who`, of a server, showing the latest progress every `interval` seconds when it is
        news; with `force` whatever canary questions the result breaks.

        Returns the new status and the seconds it took. Raises AlreadyRunningError, StoppedError, or what the
        knowledge base raises.
        """
        outcome: RebuildOutcome = "failed"
        try:
            status, seconds = await self._alone(who, show, guild_id, force=force)
        except (AlreadyRunningError, StoppedError):
            outcome = "stopped"
            raise
        else:
            outcome = "done"
            log.info("index %s in use after %.1f s", status.id, seconds)
            return status, seconds
        finally:
            self._telemetry.rebuild(outcome)

    async def run_in_turn(
        self,
        who: str,
        *,
        guild_id: int | None = None,
        patience: float = math.inf,
        force: bool = False,
    ) -> tuple[IndexStatus, float]:
        """Rebuild as `run` does, after the rebuild that is under way; AlreadyRunningError is raised where that takes more than
        `patience` seconds.
        """
        while True:
            try:
                return await self.run(who, guild_id=guild_id, force=force)
            except AlreadyRunningError:
                if patience <= 0:
                    raise
            patience -= AGAIN
            await asyncio.sleep(AGAIN)

    def stop(self) -> None:
        """End a running rebuild at its next step."""
        self._stopping.set()

    async def _alone(
        self, who: str, show: Show, guild_id: int | None, *, force: bool
    ) -> tuple[IndexStatus, float]:
        if self._running is not None:
            other, since, elsewhere = self._running
            raise AlreadyRunningError(other, self._clock() - since, elsewhere)
        started = self._clock()
        self._running = (who, started, guild_id)
        try:
            async with self._exclude_others():
                return await self._rebuild(show, force=force), self._clock() - started
        finally:
            self._running = None

    async def _rebuild(self, show: Show, *, force: bool) -> IndexStatus:
        loop = asyncio.get_running_loop()
        news: asyncio.Queue[Progress | None] = asyncio.Queue()
        due, shown = self._clock(), None

        def report(state: Progress) -> None:
            nonlocal due, shown
            if self._stopping.is_set():
                raise StoppedError("the rebuild was stopped because the bot is closing")
            if self._clock() >= due and state != shown:
                shown = state
                due = self._clock() + self._interval
                loop.call_soon_threadsafe(news.put_nowait, state)

        rebuild = loop.run_in_executor(None, lambda: self._knowledge_base.reindex(report, force=force))

        def finish(done: asyncio.Future[IndexStatus]) -> None:
            if not done.cancelled():
                done.exception()  # or it would be logged where whoever waited has been cancelled
            news.put_nowait(None)

        rebuild.add_done_callback(finish)
        while (state := await news.get()) is not None:
            await show(state)
        return await rebuild
