"""Where every way in meets: who may ask now, what is answered, how many questions are worked on at once."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import discord

from chipbot import logs
from chipbot.bot import strings
from chipbot.bot.conversations import Conversations
from chipbot.bot.rendering import rendered
from chipbot.metrics import Metrics
from chipbot.model import Answer, AnswerOptions, IndexStatus, NoAnswer
from chipbot.service.small_talk import reply_kind

if TYPE_CHECKING:
    from chipbot.bot.answering import Answering
    from chipbot.bot.questions import Question

log = logging.getLogger(__name__)

Reply = str | discord.ui.LayoutView
"""What is sent: a message's content, or a layout in its stead."""
Context = Callable[[], Awaitable[tuple[str, ...]]]
"""Finds the questions before this one in a conversation, oldest first; called only when there is a question
to answer.
"""

WAITING = 200
"""How many questions may be under way or waiting before further ones are asked to come back."""
GRACE = 10.0
"""Seconds that replies under way have to be finished when the bot closes."""

T = TypeVar("T")


@dataclass(slots=True)
class _Request:
    """What is worked on in a task."""

    outcome: str | None = None
    """What came of the question, as far as that is known; None while there is none."""


_REQUEST: contextvars.ContextVar[_Request | None] = contextvars.ContextVar("work", default=None)


class Desk:
    """Takes questions, returns replies; knows members by their ids and nothing of channels or messages."""

    def __init__(
        self,
        knowledge_base: Answering,
        *,
        cooldown: float,
        options: AnswerOptions = AnswerOptions(),
        log_questions: bool = False,
        metrics: Metrics | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.cooldown = cooldown
        self.options = options
        self.log_questions = log_questions
        self.metrics = metrics or Metrics()
        self.conversations = Conversations(clock)
        self.closing = False
        self._knowledge_base = knowledge_base
        self._clock = clock
        self._ready: dict[int, float] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        # One thread: most of an answer holds Python's lock, so that further ones answer no more in a second
        # (tests/benchmarks/answers.py), and the event loop would queue behind each of them.
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="answer")

    def turned_away(self, user_id: int, question: Question) -> str | None:
        """The sentence for a member whose question is not worked on now; None takes the question on."""
        sentence = self._objection(user_id, question)
        _note("failed" if sentence is None else "turned away")  # failed until it is answered
        return sentence

    def _objection(self, user_id: int, question: Question) -> str | None:
        if self.closing:
            return strings.CLOSING
        if not question.text:
            return strings.NO_WORDS if question.wordless else strings.NO_QUESTION
        now = self._clock()
        left = self._ready.get(user_id, now) - now
        if left > 0:
            return strings.wait(left)
        if len(self._tasks) > WAITING:
            return strings.BUSY
        if reply_kind(question.text) is None:  # a greeting should not put off the question that follows it
            self._remember(user_id, now)
        return None

    async def reply(
        self,
        question: Question,
        way: str,
        *,
        context: Context | None = None,
        place: int | None = None,
        repeat: bool = False,
    ) -> Reply:
        """The reply to a question that was taken on; `repeat` shows the question above its answer.

        `place` is where the next question follows this one; without `context` the questions before it are
        those of the place.
        """
        kind = reply_kind(question.text)
        if kind is not None:
            log.info("%s: small talk (%s)", way, kind)
            _note("small talk")
            status = await self.status()
            return strings.small_talk(kind, status.titles, status.documents)
        earlier = await context() if context else self.conversations.before(place)
        self.conversations.add(place, question.text, after=earlier)
        result = await self._off_loop(
            lambda: self._knowledge_base.answer(question.text, history=earlier, options=self.options)
        )
        self._record(way, result)
        notes = [strings.QUESTION_CUT] if question.cut else []
        return rendered(result, question=question.text if repeat else None, notes=notes)

    async def status(self) -> IndexStatus:
        """The library's status, read off the event loop."""
        return await self._off_loop(self._knowledge_base.status)

    @contextmanager
    def at_work(self, way: str | None = None) -> Iterator[None]:
        """Marks the current task as one that `close` waits for, and its log entries with an id of their own.

        With a way in, the question that came by it is counted with what came of it. The id stays with the
        task, for what reports an error comes after.
        """
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("replies are made in tasks")
        if way is not None or logs.REQUEST.get() is None:
            logs.REQUEST.set(secrets.token_hex(4))
        request, began = _Request(), self._clock()
        _REQUEST.set(request)
        self._tasks.add(task)
        try:
            yield
        except BaseException:
            request.outcome = request.outcome and "failed"
            raise
        finally:
            self._tasks.discard(task)
            if way is not None and request.outcome is not None:
                self.metrics.question(way, request.outcome, self._clock() - began)

    async def close(self, grace: float = GRACE) -> None:
        """Take no more questions, and give those under way `grace` seconds to be answered."""
        self.closing = True
        waiting = self._tasks - {asyncio.current_task()}
        if waiting:
            log.info("closing: waiting for %d replies", len(waiting))
            _, late = await asyncio.wait(waiting, timeout=grace)
            if late:
                log.warning("closing: %d replies were not finished in %.0f s", len(late), grace)
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _off_loop(self, call: Callable[[], T]) -> T:
        context = contextvars.copy_context()  # so that what is logged there has the request's id
        return await asyncio.get_running_loop().run_in_executor(self._executor, lambda: context.run(call))

    def _record(self, way: str, result: Answer | NoAnswer) -> None:
        outcome = "answered" if isinstance(result, Answer) else result.reason.replace("_", " ")
        log.info("%s: %s, confidence %.2f, %.1f ms", way, outcome, result.confidence, result.milliseconds)
        if self.log_questions:
            log.info("%s: the question was %r", way, result.question)
        self.metrics.confidence(result.confidence)
        _note(outcome)

    def _remember(self, user_id: int, now: float) -> None:
        """Start the member's cooldown, and forget those that are over before they pile up."""
        if self.cooldown <= 0:
            return
        if len(self._ready) >= 10_000:
            self._ready = {member: ready for member, ready in self._ready.items() if ready > now}
        self._ready[user_id] = now + self.cooldown


def _note(outcome: str) -> None:
    """Note what came of the question that the current task works on."""
    request = _REQUEST.get()
    if request is not None:
        request.outcome = outcome
