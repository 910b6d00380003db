"""Taking turns: what many threads want done is done by one of them at a time, some of it for others."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from contextvars import Context, copy_context
from typing import Generic, NamedTuple, TypeVar

_Result = TypeVar("_Result")

# what one thread does for others before they hear of it; more is quicker, and keeps the first of them waiting
_IN_A_ROW = 8


class _Wanted(NamedTuple, Generic[_Result]):
    """Something that a thread wants done."""

    work: Callable[[], _Result]
    context: Context
    """What its thread has set for it: the request's id in the log, for one."""
    outcome: Future[_Result]
    turn: threading.Event
    """Set once it is done, or when the thread may have to do it itself."""


class Turns(Generic[_Result]):
    """Does one thing at a time, for threads that wait for it.

    Threads that only handed a lock on would wake each other for every single thing. So the one whose turn it
    is does what the others have come to want meanwhile, too: flat combining (Hendler et al., 2010, "Flat
    combining and the synchronization-parallelism tradeoff").
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted: deque[_Wanted[_Result]] = deque()

    def take(self, work: Callable[[], _Result]) -> _Result:
        """Have work done when its turn comes; return its result, or raise what it raises."""
        own = _Wanted(work, copy_context(), Future[_Result](), threading.Event())
        self._wanted.append(own)
        while not own.outcome.done():
            if self._lock.acquire(blocking=False):
                self._do_some(own)
            else:
                own.turn.wait()
                own.turn.clear()
        return own.outcome.result()

    def _do_some(self, own: _Wanted[_Result]) -> None:
        """Do what is wanted until there is no more, or enough is done; then pass the turn on, if anybody
        still waits.
        """
        done: list[_Wanted[_Result]] = []
        try:
            while self._wanted and (len(done) < _IN_A_ROW or not own.outcome.done()):
                one = self._wanted.popleft()
                done.append(one)
                _do(one)
        finally:
            self._lock.release()
            for one in done:
                one.turn.set()
            with suppress(IndexError):
                self._wanted[0].turn.set()


def _do(wanted: _Wanted[_Result]) -> None:
    try:
        wanted.outcome.set_result(wanted.context.run(wanted.work))
    except BaseException as error:
        wanted.outcome.set_exception(error)
        if not isinstance(error, Exception):
            raise
