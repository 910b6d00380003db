"""Which questions were asked before in a conversation, in which each question may follow the one before."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

MAX_QUESTIONS = 3
"""How many earlier questions a conversation keeps; what was asked before those is no longer meant by “it”."""
EXPIRY = 1800.0
"""Seconds of silence after which a conversation is over."""
MAX_CONVERSATIONS = 1000
"""How many conversations are kept; the one that was silent longest is evicted first."""


class _Asked(NamedTuple):
    """A question of a conversation."""

    text: str
    member: int | None
    """Who asked it, where that is known."""


class History:
    """The last questions of each conversation, in memory only.

    A conversation has a number that its front end gives it. On Discord that is the id of a thread, a direct
    message or an answer of the bot's; a thread has the id of the message that it was started from, so that
    what is kept for an answer holds in its thread as well.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._conversations: OrderedDict[int, tuple[float, tuple[_Asked, ...]]] = OrderedDict()

    def before(self, conversation: int | None) -> tuple[str, ...]:
        """Return the questions asked there before, oldest first; none where there is no such conversation or
        it was silent too long.
        """
        return tuple(asked.text for asked in self._before(conversation))

    def _before(self, conversation: int | None) -> tuple[_Asked, ...]:
        if conversation is None or conversation not in self._conversations:
            return ()
        asked_at, questions = self._conversations[conversation]
        return questions if self._clock() - asked_at < EXPIRY else ()

    def add(
        self,
        conversation: int | None,
        question: str,
        *,
        member: int | None = None,
        after: tuple[str, ...] | None = None,
    ) -> None:
        """Keep a question that a member asked there; `after` are those before it, where they are not known yet."""
        if conversation is None:
            return
        earlier = self._before(conversation)
        if after is not None and after != tuple(asked.text for asked in earlier):
            earlier = tuple(_Asked(text, None) for text in after)
        self._conversations.pop(conversation, None)
        questions = (*earlier, _Asked(question, member))[-MAX_QUESTIONS:]
        self._conversations[conversation] = (self._clock(), questions)
        while len(self._conversations) > MAX_CONVERSATIONS:
            self._conversations.popitem(last=False)

    def forget(self, member: int) -> None:
        """Forget what a member asked, also where somebody else went on from it."""
        kept = [asked for _, questions in self._conversations.values() for asked in questions]
        gone = {asked.text for asked in kept if asked.member == member}
        for conversation, (asked_at, questions) in self._conversations.items():
            left = tuple(asked for asked in questions if asked.text not in gone)
            self._conversations[conversation] = (asked_at, left)
