"""Where every way in meets: who may ask now, what is answered, how many questions are worked on at once."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import discord

from chipbot.bot import texts
from chipbot.bot.rendering import rendered
from chipbot.model import Answer, IndexStatus, NoAnswer
from chipbot.smalltalk import reply_kind

if TYPE_CHECKING:
    from chipbot.bot.answering import Answering
    from chipbot.bot.questions import Question

log = logging.getLogger(__name__)

Reply = str | discord.ui.LayoutView
"""What is sent: a message's content, or a layout in its stead."""
Context = Callable[[], Awaitable[str | None]]
"""Finds the question before this one in a conversation; called only when there is a question to answer."""

WORKERS = 4
"""How many answers are computed at once; NumPy releases Python's lock, so threads do help."""
WAITING = 200
"""How many questions may be under way or waiting before further ones are asked to come back."""
GRACE = 10.0
"""Seconds that replies under way have to be finished when the bot closes."""

T = TypeVar("T")


class Desk:
    """Takes questions, returns replies; knows members by their ids and nothing of channels or messages."""

    def __init__(self, library: Answering, *, cooldown: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.cooldown = cooldown
        self.closing = False
        self._library = library
        self._clock = clock
        self._ready: dict[int, float] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self._executor = ThreadPoolExecutor(WORKERS, thread_name_prefix="answer")

    def turned_away(self, user_id: int, question: Question) -> str | None:
        """The sentence for a member whose question is not worked on now; None takes the question on."""
        if self.closing:
            return texts.CLOSING
        if not question.text:
            return texts.NO_WORDS if question.wordless else texts.NO_QUESTION
        now = self._clock()
        left = self._ready.get(user_id, now) - now
        if left > 0:
            return texts.wait(left)
        if len(self._tasks) > WAITING:
            return texts.BUSY
        if reply_kind(question.text) is None:  # a greeting should not put off the question that follows it
            self._remember(user_id, now)
        return None

    async def reply(self, question: Question, way: str, *, context: Context | None = None, repeat: bool = False) -> Reply:
        """The reply to a question that was taken on; `repeat` shows the question above its answer."""
        kind = reply_kind(question.text)
        if kind is not None:
            log.info("%s: small talk (%s)", way, kind)
            return texts.small_talk(kind, (await self.status()).titles)
        earlier = await context() if context else None
        result = await self._off_loop(lambda: self._library.answer(question.text, context=earlier))
        _log_result(way, result)
        notes = [texts.QUESTION_CUT] if question.cut else []
        return rendered(result, question=question.text if repeat else None, notes=notes)

    async def status(self) -> IndexStatus:
        """The library's status, read off the event loop."""
        return await self._off_loop(self._library.status)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Marks the current task as one that `close` waits for."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("replies are made in tasks")
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

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
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)

    def _remember(self, user_id: int, now: float) -> None:
        """Start the member's cooldown, and forget those that are over before they pile up."""
        if self.cooldown <= 0:
            return
        if len(self._ready) >= 10_000:
            self._ready = {member: ready for member, ready in self._ready.items() if ready > now}
        self._ready[user_id] = now + self.cooldown


def _log_result(way: str, result: Answer | NoAnswer) -> None:
    outcome = "answered" if isinstance(result, Answer) else result.reason
    log.info("%s: %s, confidence %.2f, %.1f ms", way, outcome, result.confidence, result.milliseconds)
    log.debug("%s: the question was %r", way, result.question)
