"""Which questions were asked before in a conversation, in which each question may follow the one before."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

MAX_QUESTIONS = 3
"""How many earlier questions a conversation keeps; what was asked before those is no longer meant by “it”."""
EXPIRY = 1800.0
"""Seconds of silence after which a conversation is over."""
MAX_CONVERSATIONS = 1000
"""How many conversations are kept; the one that was silent longest is evicted first."""


class History:
    """The last questions of each conversation, in memory only.

    A conversation has a number that its front end gives it. On Discord that is the id of a thread, a direct
    message or an answer of the bot's; a thread has the id of the message that it was started from, so that
    what is kept for an answer holds in its thread as well.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._conversations: OrderedDict[int, tuple[float, tuple[str, ...]]] = OrderedDict()

    def before(self, conversation: int | None) -> tuple[str, ...]:
        """Return the questions asked there before, oldest first; none where there is no such conversation or
        it was silent too long.
        """
        if conversation is None or conversation not in self._conversations:
            return ()
        asked_at, questions = self._conversations[conversation]
        return questions if self._clock() - asked_at < EXPIRY else ()

    def add(self, conversation: int | None, question: str, *, after: tuple[str, ...] | None = None) -> None:
        """Keep a question that was asked there; `after` are those before it, where they are not known yet."""
        if conversation is None:
            return
        earlier = self.before(conversation) if after is None else after
        self._conversations.pop(conversation, None)
        self._conversations[conversation] = (self._clock(), (*earlier, question)[-MAX_QUESTIONS:])
        while len(self._conversations) > MAX_CONVERSATIONS:
            self._conversations.popitem(last=False)
