"""Where every front end asks: who may ask now, what is answered, how many questions are worked on at once."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from chipbot.errors import ChipbotError, JournalError
from chipbot.journal.records import AskedQuestion, KeptPassage
from chipbot.journal.server_settings import DEFAULTS, ServerSettings
from chipbot.model import Answer, AnswerOptions, Collections, IndexStatus, NoAnswer, Quote
from chipbot.service.answering import Answering
from chipbot.service.history import History
from chipbot.service.pages import Page
from chipbot.service.questions import Origin, Question
from chipbot.service.rate_limits import Cooldown, SharedCooldown
from chipbot.service.requests import Requests, set_outcome
from chipbot.service.responses import Response, SmallTalk, TurnedAway
from chipbot.service.scopes import (
    ALL,
    DIRECT_MESSAGES,
    NOTHING,
    PAGES,
    Grants,
    joined,
    membership,
    narrowed,
)
from chipbot.service.small_talk import reply_kind
from chipbot.service.telemetry import NullTelemetry, Outcome, Telemetry, Trigger

if TYPE_CHECKING:
    from chipbot.journal.journal import Journal

log = logging.getLogger(__name__)

FindHistory = Callable[[], Awaitable[tuple[str, ...]]]
"""Finds the questions before this one in a conversation, oldest first; called only when there is one to answer."""

MAX_PENDING = 200
"""How many questions may be under way or waiting before further ones are asked to come back."""
MAX_TOLD = 100
"""How many of these may be being asked at the same time: that, too, takes a request to whoever shows it."""
PATIENCE = 1.0
"""Seconds that another process's pauses are waited for."""
GRACE = 10.0
"""Seconds that replies under way have to be finished when the service closes."""

T = TypeVar("T")


class QuestionService:
    """Takes questions, returns responses; knows members by their ids and nothing of channels or messages."""

    def __init__(
        self,
        knowledge_base: Answering,
        *,
        cooldown: float = 0.0,
        options: AnswerOptions = AnswerOptions(),
        grants: Grants = ALL,
        log_questions: bool = False,
        telemetry: Telemetry | None = None,
        journal: Journal | None = None,
        shared_cooldown: SharedCooldown | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shared_cooldown = shared_cooldown
        self.cooldown = Cooldown(cooldown, clock)
        self.options = options
        self.grants = grants
        """What the operator lets be searched where."""
        self.log_questions = log_questions
        self.telemetry = telemetry or NullTelemetry()
        self.journal = journal
        """What servers have set, and where questions are noted; None where nothing is remembered."""
        self.on_result: Callable[[Answer | NoAnswer, Origin, AnswerOptions], None] | None = None
        """Is told what came of each question with an origin; neither waits nor raises."""
        self.history = History(clock)
        self.closing = False
        self._knowledge_base = knowledge_base
        self.requests = Requests(self.telemetry, clock)
        # One thread: most of an answer holds Python's lock, so that further ones answer no more in a second
        # (tests/benchmarks/answers.py), and the event loop would queue behind each of them.
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="answer")

    async def check_rate_limit(self, origin: Origin, question: Question) -> TurnedAway | None:
        """Say why a member's question is not worked on now; None takes the question on."""
        turned_away = await self._turned_away(origin, question)
        set_outcome("failed" if turned_away is None else "turned_away")  # failed until it is answered
        return turned_away

    async def _turned_away(self, origin: Origin, question: Question) -> TurnedAway | None:
        if self.closing:
            return TurnedAway(reason="closing")
        left = self.cooldown.left(origin.user_id)
        if left <= 0:
            left = await self._start_pause(origin)
        if left > 0:
            return TurnedAway(reason="cooldown", seconds=left, told=not self.cooldown.tell(origin.user_id))
        if not question.text:
            return TurnedAway(reason="no_words" if question.wordless else "no_question")
        if self.granted(origin) == NOTHING == self._of_roles(origin):
            return TurnedAway(reason="not_granted")
        if self.pending <= MAX_PENDING:
            return None
        return TurnedAway(reason="busy", told=self.pending > MAX_PENDING + MAX_TOLD)

    async def _start_pause(self, origin: Origin) -> float:
        """Begin a member's pause, whatever comes of the question: nobody makes the bot talk without one. Where it is under
        way in another process, return the seconds that are left of it.
        """
        seconds = self.settings_of(origin).cooldown_of(origin.role_ids, self.cooldown.seconds)
        self.cooldown.start(origin.user_id, seconds)
        if self._shared_cooldown is None or origin.web or seconds <= 0:
            return 0.0
        try:
            async with asyncio.timeout(PATIENCE):
                left = await self._shared_cooldown.start_pause(origin.user_id, seconds)
        except (JournalError, TimeoutError):
            return 0.0  # no answer waits for the journal
        if left > 0:
            self.cooldown.start(origin.user_id, left)
        return left

    @property
    def pending(self) -> int:
        """How many requests are under way."""
        return len(self.requests.tasks)

    async def ask(
        self,
        question: Question,
        trigger: Trigger,
        *,
        origin: Origin | None = None,
        conversation: int | None = None,
        find_history: FindHistory | None = None,
        min_confidence: float = 0.0,
    ) -> Response:
        """Return what comes of a question that was taken on.

        Args:
            question: What to look for.
            trigger: What it came by.
            origin: Who asks and where: their server's settings hold. Without, it is asked on the web pages.
            conversation: Where the next question follows this one.
            find_history: Finds the questions before it; without, those of the conversation are.
            min_confidence: The confidence that it takes here, if more than elsewhere.
        """
        options = self.options_of(origin)
        kind = reply_kind(question.text)
        if kind is not None:
            log.info("%s: small talk (%s)", trigger, kind)
            set_outcome("small_talk")
            return SmallTalk(kind=kind, status=await self.status(options))
        history = await find_history() if find_history else self.history.before(conversation)
        self.history.add(
            conversation, question.text, member=origin.user_id if origin else None, after=history
        )
        options = replace(options, min_confidence=max(options.min_confidence, min_confidence))
        result = await self._off_loop(
            lambda: self._knowledge_base.answer(question.text, history=history, options=options)
        )
        self._record(trigger, result, origin)
        if origin is not None and self.on_result is not None:
            self.on_result(result, origin, options)
        return result

    async def terms(self, question: str, guild_id: int) -> tuple[str, ...]:
        """Return the terms that a server's question is about: those of questions that ask the same are the same."""
        options = self.options_of(Origin(user_id=0, guild_id=guild_id))
        return await self._off_loop(lambda: self._knowledge_base.terms(question, options))

    async def same_question(self, question: str, others: Sequence[str]) -> int | None:
        """Return the position of the first of these questions that asks the same by its meaning; None where none does.

        One is compared at a time, so that answers come in between.
        """
        for position, other in enumerate(others):
            if await self._off_loop(partial(self._knowledge_base.same_meaning, question, other)):
                return position
        return None

    async def result(self, question: str, origin: Origin, history: tuple[str, ...] = ()) -> Answer | NoAnswer:
        """Return what somebody would be answered who asked this; counts nothing."""
        options = self.options_of(origin)
        return await self._off_loop(
            lambda: self._knowledge_base.answer(question, history=history, options=options)
        )

    def settings_of(self, origin: Origin | None) -> ServerSettings:
        """Return the settings that hold where a member asks; at once."""
        if self.journal is None or origin is None:
            return DEFAULTS
        return self.journal.settings.of(origin.guild_id, origin.channel_id)

    def granted(self, origin: Origin | None) -> Collections:
        """Return the collections that the operator lets be searched where a member asks."""
        if origin is None or origin.web:
            return self.grants.of(PAGES)
        if origin.guild_id is None:
            return self.grants.of(DIRECT_MESSAGES)
        return self.grants.of(origin.thread_id, origin.channel_id, origin.guild_id)

    def _of_roles(self, origin: Origin | None) -> Collections:
        """Return the collections that a member reads besides, for their roles: only what they alone are shown."""
        if origin is None or not origin.alone or origin.guild_id is None:
            return NOTHING
        return self.grants.of_roles(set(origin.role_ids) - {origin.guild_id})  # which is everyone's role, too

    def reads_more_alone(self, origin: Origin) -> bool:
        """Whether a member's roles have them read alone what is not for all who read the channel."""
        scopes = (self.options_of(replace(origin, alone=alone)).collections for alone in (True, False))
        return len(set(scopes)) > 1

    def options_of(self, origin: Origin | None) -> AnswerOptions:
        """Return what an answer may be where a member asks: as the operator grants it and the server has it."""
        settings = self.settings_of(origin)
        return replace(
            settings.answer_options(self.options),
            guild_id=(origin.guild_id if origin else None) or 0,
            collections=joined(
                (narrowed(self.granted(origin), settings.collections), self._of_roles(origin))
            ),
            language=origin.language if origin else "",
        )

    def is_searched(self, document_id: str, origin: Origin) -> bool:
        """Whether a document is searched where a member asks."""
        options = self.options_of(origin)
        return membership(options.collections, options.guild_id)(document_id)

    async def collections(self, origin: Origin) -> tuple[str, ...]:
        """Return the collections that may be chosen among where a member is: those that are granted, and there."""
        there = await asyncio.to_thread(self._knowledge_base.collections)  # waits behind no answer
        granted = self.granted(origin)
        return there if granted is None else tuple(name for name in there if name in granted)

    async def headings(self, typed: str, origin: Origin) -> tuple[str, ...]:
        """Return headings of what is searched where a member asks that go on from what they typed, best first.

        Raises ChipbotError when the index cannot be used.
        """
        options = self.options_of(origin)
        # In a thread of its own, which waits behind no answer.
        return await asyncio.to_thread(self._knowledge_base.headings, typed, options)

    async def quote(self, passage: KeptPassage, origin: Origin) -> Quote | None:
        """Return a passage again; None where it is no more, or is not searched any more where a member asks for it.

        Raises ChipbotError when the index cannot be used.
        """
        if not self.is_searched(passage.document_id, origin):
            return None
        span = passage.start, passage.end
        return await self._off_loop(
            lambda: self._knowledge_base.quote(passage.document_id, span, passage.highlights)
        )

    async def page(self, passage: KeptPassage, origin: Origin, number: int | None = None) -> Page | None:
        """Return a page of the passage's document: the one of that number, or the one that the passage is on.

        None where the document is no more, or is not searched any more where a member asks for it. Raises ChipbotError
        when the index cannot be used.
        """
        if not self.is_searched(passage.document_id, origin):
            return None
        return await self._off_loop(
            lambda: self._knowledge_base.page(passage.document_id, number=number, offset=passage.start)
        )

    async def warm_up(self) -> None:
        """Answer a question for nobody, so that the first one does not wait for what only it needs."""
        try:
            status = await self.status()
            question = f"{status.titles[0]}?" if status.titles else "?"
            options = self.options
            await self._off_loop(lambda: self._knowledge_base.answer(question, options=options))
        except (ChipbotError, RuntimeError) as error:  # the first question says so to a member
            log.info("not warmed up: %s", error)

    async def status(self, options: AnswerOptions = AnswerOptions()) -> IndexStatus:
        """Return the status of the knowledge base, or of what of it is searched, read off the event loop."""
        return await self._off_loop(lambda: self._knowledge_base.status(options))

    def request_scope(self, trigger: Trigger | None = None) -> AbstractContextManager[None]:
        """Mark the current task as a request, which `close` waits for; see `Requests.scope`."""
        return self.requests.scope(trigger)

    async def close(self, grace: float = GRACE) -> None:
        """Take no more questions, and give those under way `grace` seconds to be answered."""
        self.closing = True
        await self.requests.finish(grace)
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _off_loop(self, call: Callable[[], T]) -> T:
        context = contextvars.copy_context()  # so that what is logged there has the request's id
        return await asyncio.get_running_loop().run_in_executor(self._executor, lambda: context.run(call))

    def _record(self, trigger: Trigger, result: Answer | NoAnswer, origin: Origin | None) -> None:
        outcome: Outcome = "answered" if isinstance(result, Answer) else result.reason
        log.info("%s: %s, confidence %.2f, %.1f ms", trigger, outcome, result.confidence, result.milliseconds)
        if self.log_questions:
            log.info("%s: the question was %r", trigger, result.question)
        self.telemetry.confidence(result.confidence)
        set_outcome(outcome)
        if self.journal is not None and origin is not None:
            quotes = result.quotes if isinstance(result, Answer) else ()
            self.journal.questions.record(
                AskedQuestion(
                    text=result.question,
                    asker=self.journal.member(origin.user_id),
                    trigger=trigger,
                    outcome=outcome,
                    confidence=result.confidence,
                    documents=tuple(quote.citation.document_id for quote in quotes),
                    guild_id=origin.guild_id,
                    channel_id=origin.channel_id,
                )
            )
