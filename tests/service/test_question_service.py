"""The question service answers one question at a time, off the event loop, and closes in good order."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING

import pytest
from tests.bot.library import Shelf
from tests.bot.town import Clock

from chipbot.errors import IndexMissingError, JournalError
from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.model import Answer, AnswerOptions
from chipbot.service.answering import Answering
from chipbot.service.question_service import MAX_PENDING, QuestionService
from chipbot.service.questions import Origin, Question
from chipbot.service.rate_limits import Cooldown
from chipbot.service.refresh import IndexRefresher, Rebuilding, StoppedError
from chipbot.service.responses import SmallTalk, TurnedAway

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from chipbot.model import NoAnswer, Progress


ANN = Origin(user_id=1)


class SlowShelf(Shelf):
    """Answers only once it is released, and counts how many questions it works on at a time."""

    def __init__(self) -> None:
        super().__init__({"Title": "The answer."})
        self.release = threading.Event()
        self.lock = threading.Lock()
        self.threads: set[str] = set()
        self.now = self.most = 0

    def answer(
        self, question: str, *, history: tuple[str, ...] = (), options: AnswerOptions = AnswerOptions()
    ) -> Answer | NoAnswer:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
            self.threads.add(threading.current_thread().name)
        self.release.wait(10)
        with self.lock:
            self.now -= 1
        return super().answer(question, history=history, options=options)


@pytest.fixture
def slow() -> SlowShelf:
    return SlowShelf()


@pytest.fixture
async def service(slow: SlowShelf) -> AsyncIterator[QuestionService]:
    service = QuestionService(slow)
    yield service
    slow.release.set()
    await service.close()


QUESTION = Question(text="what is the answer?")


async def answered(service: QuestionService) -> object:
    with service.request_scope():
        return await service.ask(QUESTION, "mention")


async def until(condition: Callable[[], bool]) -> None:
    """Let other tasks run until the condition is true."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  what happens in threads sets no asyncio event
            await asyncio.sleep(0.001)


async def test_one_question_is_answered_at_a_time_and_never_on_the_loop(
    service: QuestionService, slow: SlowShelf
) -> None:
    tasks = [asyncio.create_task(answered(service)) for _ in range(3)]
    await until(lambda: slow.now == 1)
    slow.release.set()
    await asyncio.gather(*tasks)
    assert slow.most == 1
    assert threading.main_thread().name not in slow.threads


async def test_when_too_many_wait_the_next_is_asked_to_come_back(
    service: QuestionService, slow: SlowShelf
) -> None:
    tasks = [asyncio.create_task(answered(service)) for _ in range(MAX_PENDING + 1)]
    await asyncio.sleep(0)
    assert await service.check_rate_limit(ANN, QUESTION) == TurnedAway(reason="busy")
    slow.release.set()
    await asyncio.gather(*tasks)
    assert await service.check_rate_limit(ANN, QUESTION) is None


async def test_closing_waits_for_replies_under_way(service: QuestionService, slow: SlowShelf) -> None:
    task = asyncio.create_task(answered(service))
    await until(lambda: slow.now == 1)
    closing = asyncio.create_task(service.close())
    await asyncio.sleep(0)
    assert await service.check_rate_limit(ANN, QUESTION) == TurnedAway(reason="closing")
    assert not closing.done()
    slow.release.set()
    await closing
    assert task.done()


async def test_closing_does_not_wait_for_ever(
    service: QuestionService, slow: SlowShelf, caplog: pytest.LogCaptureFixture
) -> None:
    task = asyncio.create_task(answered(service))
    await until(lambda: slow.now == 1)
    await service.close(grace=0.01)
    assert "1 replies were not finished" in caplog.text
    slow.release.set()
    await task


def test_the_stand_in_offers_what_the_services_need() -> None:
    shelf = Shelf.shipped()
    answering: Answering = shelf
    rebuilding: Rebuilding = shelf
    assert rebuilding.reindex(lambda _: None) == answering.status()


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (Question(text=""), "no_question"),
        (Question(text="", wordless=True), "no_words"),
        (Question(text="what?"), None),
    ],
)
async def test_what_asks_nothing_is_turned_away(
    service: QuestionService, question: Question, reason: str | None
) -> None:
    turned_away = await service.check_rate_limit(ANN, question)
    assert (turned_away.reason if turned_away else None) == reason


async def test_small_talk_comes_with_what_there_is_to_ask_about(service: QuestionService) -> None:
    response = await service.ask(Question(text="hello"), "mention")
    assert isinstance(response, SmallTalk)
    assert (response.kind, response.status.titles) == ("greeting", ("Title",))


async def test_options_are_those_of_the_moment(service: QuestionService, slow: SlowShelf) -> None:
    slow.release.set()
    slow.documents = {"One": "The answer.", "Two": "The answer."}
    for most in (2, 1):
        service.options = AnswerOptions(max_quotes=most)
        answer = await service.ask(QUESTION, "ask")
        assert isinstance(answer, Answer)
        assert len(answer.quotes) == most


async def test_a_question_follows_those_of_its_conversation(
    service: QuestionService, slow: SlowShelf
) -> None:
    slow.release.set()
    for _ in range(2):
        await service.ask(QUESTION, "mention", conversation=7)
    await service.ask(QUESTION, "mention")
    assert [history for _, history in slow.asked] == [(), (QUESTION.text,), ()]


def test_old_cooldowns_are_forgotten() -> None:
    clock = Clock()
    cooldown = Cooldown(5, clock)
    for member in range(10_000):
        assert cooldown.left(member) <= 0
        cooldown.start(member)
    assert cooldown.left(7) == 5
    clock.now += 6
    assert cooldown.left(7) <= 0
    cooldown.start(10_000)
    assert len(cooldown) == 1


@pytest.mark.parametrize(
    "first", [QUESTION, Question(text="hello"), Question(text=""), Question(text="", wordless=True)]
)
async def test_whatever_is_said_starts_the_cooldown_and_who_is_hasty_is_told_once(first: Question) -> None:
    clock = Clock()
    service = QuestionService(Shelf.shipped(), cooldown=5, clock=clock)
    for pause in range(2):
        assert (await service.check_rate_limit(ANN, first) is None) == bool(first.text)
        told = [await service.check_rate_limit(ANN, QUESTION) for _ in range(3)]
        expected = [TurnedAway(reason="cooldown", seconds=5, told=again) for again in (False, True, True)]
        assert told == expected, pause
        assert await service.check_rate_limit(Origin(user_id=2 + pause), QUESTION) is None
        clock.now += 5


class Elsewhere:
    """The pauses of other processes."""

    def __init__(self, left: float = 0.0, error: Exception | None = None) -> None:
        self.left, self.error = left, error
        self.started: list[tuple[int, float]] = []

    async def start_pause(self, user_id: int, seconds: float) -> float:
        self.started.append((user_id, seconds))
        if self.error is not None:
            raise self.error
        return self.left


async def test_a_pause_that_began_in_another_process_holds() -> None:
    elsewhere, clock = Elsewhere(30), Clock()
    service = QuestionService(Shelf.shipped(), cooldown=5, clock=clock, shared_cooldown=elsewhere)
    for again in (False, True):
        turned_away = await service.check_rate_limit(ANN, QUESTION)
        assert turned_away == TurnedAway(reason="cooldown", seconds=30, told=again)
    assert elsewhere.started == [(ANN.user_id, 5)], "after that it is known here"
    elsewhere.left = 0.0
    clock.now += 30
    assert await service.check_rate_limit(ANN, QUESTION) is None
    assert await service.check_rate_limit(Origin(user_id=9, web=True), QUESTION) is None
    assert len(elsewhere.started) == 2, "whoever asks on the pages is no member"


@pytest.mark.parametrize("error", [JournalError("it is down"), TimeoutError()])
async def test_other_processes_pauses_are_not_waited_for(error: Exception) -> None:
    elsewhere = Elsewhere(error=error)
    service = QuestionService(Shelf.shipped(), cooldown=5, shared_cooldown=elsewhere, clock=Clock())
    assert await service.check_rate_limit(ANN, QUESTION) is None
    assert await service.check_rate_limit(ANN, QUESTION) == TurnedAway(reason="cooldown", seconds=5)


async def test_warming_up_answers_for_nobody(service: QuestionService, slow: SlowShelf) -> None:
    slow.release.set()
    await service.warm_up()
    assert slow.asked == [("Title?", ())]
    slow.error = IndexMissingError("there is no index")
    await service.warm_up()


async def test_a_rebuild_ends_early_when_the_bot_closes() -> None:
    refresher = IndexRefresher(Shelf.shipped())
    refresher.stop()

    async def show(state: Progress) -> None:
        raise AssertionError(state)

    with pytest.raises(StoppedError):
        await refresher.run("ann", show)


async def test_a_rebuild_waits_for_those_of_other_processes() -> None:
    shelf, others, steps = Shelf.shipped(), asyncio.Lock(), []

    @contextlib.asynccontextmanager
    async def alone() -> AsyncIterator[None]:
        async with others:
            steps.append("begun")
            yield
            steps.append("done")

    await others.acquire()
    rebuild = asyncio.create_task(IndexRefresher(shelf, alone=alone).run("ann"))
    await asyncio.sleep(0.01)
    assert not steps
    assert not rebuild.done()
    others.release()
    await rebuild
    assert steps == ["begun", "done"]


async def test_a_server_has_its_own_options_and_its_questions_are_noted(
    slow: SlowShelf, tmp_path: Path
) -> None:
    slow.release.set()
    slow.documents = {"One": "The answer.", "Two": "The answer."}
    journal = Journal(journal_place(None, tmp_path / "index"), keep_questions=True)
    service = QuestionService(slow, journal=journal)
    await journal.settings.change(7, "max_quotes", 1, by=2)
    quotes = []
    for guild_id in (7, 8):
        answer = await service.ask(
            QUESTION, "ask", origin=Origin(user_id=1, guild_id=guild_id, channel_id=70)
        )
        assert isinstance(answer, Answer)
        quotes.append(len(answer.quotes))
    assert quotes == [1, 2]
    data = await journal.data_of(1)
    assert [(asked.text, asked.guild_id, asked.outcome) for asked in data.questions] == [
        (QUESTION.text, 8, "answered"),
        (QUESTION.text, 7, "answered"),
    ]
    await service.close()
    await journal.close()


async def test_a_server_has_its_own_cooldown_and_roles_theirs(slow: SlowShelf, tmp_path: Path) -> None:
    journal = Journal(journal_place(None, tmp_path / "index"))
    service = QuestionService(slow, cooldown=5, journal=journal, clock=Clock())
    await journal.settings.change(7, "cooldown", 60, by=2)
    await journal.settings.change(7, "role_cooldowns", {1: 20, 2: 10}, by=2)
    for member, (guild_id, roles, seconds) in enumerate(
        [(7, (), 60), (7, (1, 2, 3), 10), (8, (1,), 5), (None, (), 5)]
    ):
        origin = Origin(user_id=member, guild_id=guild_id, channel_id=70, role_ids=roles)
        assert await service.check_rate_limit(origin, QUESTION) is None
        assert await service.check_rate_limit(origin, QUESTION) == TurnedAway(
            reason="cooldown", seconds=seconds
        )
    await service.close()
    await journal.close()


async def test_answers_go_on_without_the_journal(slow: SlowShelf, tmp_path: Path) -> None:
    slow.release.set()
    tmp_path.joinpath("journal", "journal.sqlite3").mkdir(parents=True)
    journal = Journal(journal_place(None, tmp_path / "index"))
    service = QuestionService(slow, journal=journal)
    await journal.start()
    answer = await service.ask(QUESTION, "ask", origin=Origin(user_id=1, guild_id=7))
    assert isinstance(answer, Answer)
    assert journal.problem is not None
    await service.close()
    await journal.close()
    assert journal.dropped == 1


async def test_the_first_question_of_the_same_meaning_is_found(service: QuestionService) -> None:
    others = ("Who?", "WHEN?", "when?")
    assert await service.same_question("When?", others) == 1
    assert await service.same_question("Where?", others) is None
