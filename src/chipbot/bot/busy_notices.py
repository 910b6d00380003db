"""Too many messages at once: a channel is told so once in a while, however many of them are turned away."""

from __future__ import annotations

import asyncio
import contextlib

import discord

from chipbot.bot import strings

PAUSE = 5.0
"""Seconds between two notices in a channel. Discord takes five messages in five seconds there, which are for answers."""


class BusyNotices:
    """The channels in which messages were turned away, and what they are still to be told."""

    def __init__(self, pause: float = PAUSE) -> None:
        self._pause = pause
        self._untold: dict[int, bool] = {}
        """Channels that were told lately, and whether messages were turned away since."""
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, channel: discord.abc.MessageableChannel) -> bool:
        """Note a message that is turned away; return whether it is to be told so itself, as the first in its channel.

        Those after it are told together, in one message, when the pause is over.
        """
        is_first = channel.id not in self._untold
        self._untold[channel.id] = not is_first
        if is_first:
            task = asyncio.create_task(self._tell(channel))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return is_first

    async def close(self) -> None:
        """Tell nobody any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _tell(self, channel: discord.abc.MessageableChannel) -> None:
        """Tell a channel after each pause in which messages were turned away, until there was one without."""
        try:
            await asyncio.sleep(self._pause)
            while self._untold[channel.id]:
                self._untold[channel.id] = False
                with contextlib.suppress(discord.HTTPException):
                    await channel.send(str(strings.BUSY_FOR_ALL))
                await asyncio.sleep(self._pause)
        finally:
            del self._untold[channel.id]
