"""Requests under way: each has an id in the logs, is counted with what came of it, and is waited for at the end."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from chipbot.service.request_id import REQUEST_ID, new_request_id
from chipbot.service.telemetry import Outcome, Telemetry, Trigger

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Request:
    """What is worked on in a task."""

    outcome: Outcome | None = None
    """What came of the question, as far as that is known; None while there is none."""


_REQUEST: contextvars.ContextVar[_Request | None] = contextvars.ContextVar("request", default=None)


class Requests:
    """The tasks that make replies."""

    def __init__(self, telemetry: Telemetry, clock: Callable[[], float]) -> None:
        self.tasks: set[asyncio.Task[object]] = set()
        """Those under way."""
        self._telemetry, self._clock = telemetry, clock

    @contextmanager
    def scope(self, trigger: Trigger | None = None) -> Iterator[None]:
        """Mark the current task as one that `finish` waits for, and its log entries with an id of their own.

        With a trigger, the question that came by it is counted with what came of it. The id stays with the
        task, for what reports an error comes after.
        """
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("replies are made in tasks")
        if trigger is not None or REQUEST_ID.get() is None:
            REQUEST_ID.set(new_request_id())
        request, began = _Request(), self._clock()
        _REQUEST.set(request)
        self.tasks.add(task)
        try:
            yield
        except BaseException:
            request.outcome = request.outcome and "failed"
            raise
        finally:
            self.tasks.discard(task)
            if trigger is not None and request.outcome is not None:
                self._telemetry.question(trigger, request.outcome, self._clock() - began)

    async def finish(self, grace: float) -> None:
        """Give the other tasks so many seconds to end."""
        waiting = self.tasks - {asyncio.current_task()}
        if waiting:
            log.info("closing: waiting for %d replies", len(waiting))
            _, late = await asyncio.wait(waiting, timeout=grace)
            if late:
                log.warning("closing: %d replies were not finished in %.0f s", len(late), grace)


def set_outcome(outcome: Outcome) -> None:
    """Set what came of the question that the current task works on."""
    request = _REQUEST.get()
    if request is not None:
        request.outcome = outcome
