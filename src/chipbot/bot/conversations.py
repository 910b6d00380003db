"""Which questions were asked before, in a place where one follows the other."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

REMEMBERED = 3
"""How many earlier questions a conversation keeps; what was asked before those is no longer meant by “it”."""
LASTING = 1800.0
"""Seconds of silence after which a conversation is over."""
MOST = 1000
"""How many conversations are kept; the one that was silent longest goes first."""


class Conversations:
    """The last questions of each place, in memory only: a thread, a direct message, or below one answer of
    the bot's.

    A place is known by Discord's id of it. A thread has the id of the message that it was started from, so
    what is kept for an answer holds in its thread as well.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._places: OrderedDict[int, tuple[float, tuple[str, ...]]] = OrderedDict()

    def before(self, place: int | None) -> tuple[str, ...]:
        """The questions asked there before, oldest first; none where it is no such place or was silent too
        long.
        """
        if place is None or place not in self._places:
            return ()
        asked_at, questions = self._places[place]
        return questions if self._clock() - asked_at < LASTING else ()

    def add(self, place: int | None, question: str, *, after: tuple[str, ...] | None = None) -> None:
        """Note that a question was asked there; `after` are those before it, where the place does not know
        them.
        """
        if place is None:
            return
        questions = (*(self.before(place) if after is None else after), question)[-REMEMBERED:]
        self._places.pop(place, None)
        self._places[place] = (self._clock(), questions)
        while len(self._places) > MOST:
            self._places.popitem(last=False)
