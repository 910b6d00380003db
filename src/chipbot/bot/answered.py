"""Which events have been seen, and which message of the bot's answers which message of a member's."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import discord

MAX_REMEMBERED = 2000
"""How many messages and commands are remembered; the oldest is evicted first."""

V = TypeVar("V")


class Recent(Generic[V]):
    """The last values by their ids."""

    def __init__(self, limit: int = MAX_REMEMBERED) -> None:
        self._limit = limit
        self._values: OrderedDict[int | str, V] = OrderedDict()

    def get(self, number: int | str) -> V | None:
        """Return the value of an id; None where there is none, or none any more."""
        return self._values.get(number)

    def values(self) -> Iterable[V]:
        """Return all values, the oldest first."""
        return self._values.values()

    def put(self, number: int | str, value: V) -> None:
        """Remember a value in place of the one before."""
        self._values.pop(number, None)
        self.add(number, value)

    def pop(self, number: int | str) -> V | None:
        """Return the value of an id, and forget it."""
        return self._values.pop(number, None)

    def add(self, number: int | str, value: V) -> bool:
        """Remember a value, unless there is one of that id already; return whether there was none."""
        if number in self._values:
            return False
        self._values[number] = value
        while len(self._values) > self._limit:
            self._values.popitem(last=False)
        return True


@dataclass(slots=True)
class AnsweredMessage:
    """A member's message that the bot replies to."""

    content: str
    """What it said when it was answered last."""
    author: int = 0
    """Who wrote it."""
    answer: discord.PartialMessage | None = None
    """The bot's reply, once it is sent, without what it shows; None where there is none."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while it is being answered."""
    deleted: bool = False
    """Whether it was deleted meanwhile."""
