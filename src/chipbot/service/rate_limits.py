"""How soon a member may ask again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

_SWEEP = 10_000  # members, from which on those who may ask again are forgotten


class Cooldown:
    """A pause of some seconds between two questions of one member."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        """How long the pause is; 0 for none."""
        self._clock = clock
        self._ready: dict[int, float] = {}
        self._told: dict[int, float] = {}

    def __len__(self) -> int:
        """Return how many members are remembered."""
        return len(self._ready)

    def left(self, user_id: int) -> float:
        """Return how many seconds are left until a member may ask again: 0 or less when they may."""
        now = self._clock()
        return self._ready.get(user_id, now) - now

    def tell(self, user_id: int) -> bool:
        """Return whether a member has yet to be told about this pause; they have been from now on."""
        ready = self._ready.get(user_id, 0.0)
        told = self._told.get(user_id) == ready
        self._told[user_id] = ready
        return not told

    def start(self, user_id: int, seconds: float | None = None) -> None:
        """Begin a member's pause, of the usual seconds unless it is to be of others."""
        seconds = self.seconds if seconds is None else seconds
        if seconds <= 0:
            return
        now = self._clock()
        if len(self._ready) >= _SWEEP:
            self._ready = {member: ready for member, ready in self._ready.items() if ready > now}
            self._told = {member: ready for member, ready in self._told.items() if member in self._ready}
        self._ready[user_id] = now + seconds


class SharedCooldown(Protocol):
    """The pauses of members that hold in several processes."""

    async def start_pause(self, user_id: int, seconds: float) -> float:
        """Begin a member's pause, unless one is under way: then return the seconds that are left of it. Raises JournalError."""
