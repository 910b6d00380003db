"""How time grows with the length of what others wrote: the worst piece of each target, at n, 2n and 4n."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.reliability.targets import PIECES, TARGETS, survives

LENGTH = 8000
"""Bytes of the shortest input."""
ROUNDS = 2
NOTICED = 5.0
"""Milliseconds below which measuring is mostly noise."""


@dataclass(frozen=True, slots=True)
class Grown:
    """What was measured of a target with its slowest piece."""

    target: str
    piece: str
    milliseconds: tuple[float, float, float]
    """At n, 2n and 4n bytes: processor time, the least of the rounds."""

    @property
    def ratio(self) -> float:
        """How many times as long four times the input takes: 4 is linear, 16 quadratic."""
        return self.milliseconds[2] / max(self.milliseconds[0], 0.05)


def grown(target: str, piece: str, length: int = LENGTH) -> Grown:
    """Measure a target with one piece over and over."""
    times = [_seconds(target, piece, length * factor) * 1000 for factor in (1, 2, 4)]
    return Grown(target, piece, (times[0], times[1], times[2]))


def steepest(target: str, pieces: Sequence[str] = PIECES) -> Grown:
    """Return the piece that grows fastest, among those that take a while; the slowest where none does."""
    found = [grown(target, piece) for piece in pieces]
    return max(found, key=lambda one: (one.milliseconds[2] > NOTICED, one.ratio, one.milliseconds[2]))


def _seconds(target: str, piece: str, length: int) -> float:
    data = (piece * (length // len(piece.encode()) + 1)).encode()
    best = float("inf")
    gc.disable()  # it would look at all that is loaded, again and again
    try:
        for _ in range(ROUNDS):
            start = time.thread_time()
            survives(TARGETS[target], data)
            best = min(best, time.thread_time() - start)
    finally:
        gc.enable()
    return best
