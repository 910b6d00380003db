"""Rebuilding the index while the bot runs: off the event loop, one at a time, with its progress shown now and
then."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from chipbot.errors import ChipbotError
from chipbot.model import IndexStatus, Progress

if TYPE_CHECKING:
    from chipbot.bot.answering import Answering

Show = Callable[[Progress], Awaitable[None]]


class AlreadyRunningError(ChipbotError):
    """A second rebuild was asked for while one runs."""

    def __init__(self, who: str, seconds: float) -> None:
        super().__init__(f"{who} started a rebuild {seconds:.0f} s ago")
        self.who = who
        self.seconds = seconds


class StoppedError(ChipbotError):
    """The bot is closing, and the rebuild ended early; the index is as it was before."""


class Reindexing:
    """Runs at most one rebuild at a time."""

    def __init__(
        self, knowledge_base: Answering, *, interval: float = 2.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._knowledge_base = knowledge_base
        self._interval = interval
        self._clock = clock
        self._running: tuple[str, float] | None = None
        self._stopping = threading.Event()

    async def run(self, who: str, show: Show) -> tuple[IndexStatus, float]:
        """Rebuild for the member named `who`, showing the latest progress every `interval` seconds when it is
        news.

        Returns the new status and the seconds it took. Raises AlreadyRunningError, StoppedError, or what the
        library raises."""
        if self._running is not None:
            other, since = self._running
            raise AlreadyRunningError(other, self._clock() - since)
        started = self._clock()
        self._running = (who, started)
        try:
            return await self._rebuild(show), self._clock() - started
        finally:
            self._running = None

    def stop(self) -> None:
        """End a running rebuild at its next step."""
        self._stopping.set()

    async def _rebuild(self, show: Show) -> IndexStatus:
        loop = asyncio.get_running_loop()
        news: asyncio.Queue[Progress | None] = asyncio.Queue()
        due, shown = self._clock(), None

        def progress(state: Progress) -> None:
            nonlocal due, shown
            if self._stopping.is_set():
                raise StoppedError("the rebuild was stopped because the bot is closing")
            if self._clock() >= due and state != shown:
                shown = state
                due = self._clock() + self._interval
                loop.call_soon_threadsafe(news.put_nowait, state)

        rebuild = loop.run_in_executor(None, self._knowledge_base.reindex, progress)
        rebuild.add_done_callback(lambda _: news.put_nowait(None))
        while (state := await news.get()) is not None:
            await show(state)
        return await rebuild
