"""The desk answers a bounded number of questions at once, off the event loop, and closes in good order."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest
from tests.bot.library import Shelf
from tests.bot.town import Clock

from chipbot.bot import strings
from chipbot.bot.answering import Answering
from chipbot.bot.desk import WAITING, Desk
from chipbot.bot.questions import Question
from chipbot.bot.reindexing import Reindexing, StoppedError
from chipbot.model import AnswerOptions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from chipbot.model import Answer, NoAnswer, Progress


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
async def desk(slow: SlowShelf) -> AsyncIterator[Desk]:
    desk = Desk(slow, cooldown=0)
    yield desk
    slow.release.set()
    await desk.close()


QUESTION = Question(text="what is the answer?")


async def answered(desk: Desk) -> object:
    with desk.at_work():
        return await desk.reply(QUESTION, "test")


async def until(condition: Callable[[], bool]) -> None:
    """Let other tasks run until the condition is true."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  what happens in threads sets no asyncio event
            await asyncio.sleep(0.001)


async def test_one_question_is_answered_at_a_time_and_never_on_the_loop(desk: Desk, slow: SlowShelf) -> None:
    tasks = [asyncio.create_task(answered(desk)) for _ in range(3)]
    await until(lambda: slow.now == 1)
    slow.release.set()
    await asyncio.gather(*tasks)
    assert slow.most == 1
    assert threading.main_thread().name not in slow.threads


async def test_when_too_many_wait_the_next_is_asked_to_come_back(desk: Desk, slow: SlowShelf) -> None:
    tasks = [asyncio.create_task(answered(desk)) for _ in range(WAITING + 1)]
    await asyncio.sleep(0)
    assert desk.turned_away(1, QUESTION) == strings.BUSY
    slow.release.set()
    await asyncio.gather(*tasks)
    assert desk.turned_away(1, QUESTION) is None


async def test_closing_waits_for_replies_under_way(desk: Desk, slow: SlowShelf) -> None:
    task = asyncio.create_task(answered(desk))
    await until(lambda: slow.now == 1)
    closing = asyncio.create_task(desk.close())
    await asyncio.sleep(0)
    assert desk.turned_away(1, QUESTION) == strings.CLOSING
    assert not closing.done()
    slow.release.set()
    await closing
    assert task.done()


async def test_closing_does_not_wait_for_ever(
    desk: Desk, slow: SlowShelf, caplog: pytest.LogCaptureFixture
) -> None:
    task = asyncio.create_task(answered(desk))
    await until(lambda: slow.now == 1)
    await desk.close(grace=0.01)
    assert "1 replies were not finished" in caplog.text
    slow.release.set()
    await task


def test_the_stand_in_offers_what_the_bot_needs_of_the_core() -> None:
    knowledge_base: Answering = Shelf.shipped()
    assert knowledge_base.reindex(lambda _: None) == knowledge_base.status()


def test_old_cooldowns_are_forgotten() -> None:
    clock = Clock()
    desk = Desk(Shelf.shipped(), cooldown=5, clock=clock)
    for member in range(10_000):
        assert desk.turned_away(member, QUESTION) is None
    clock.now += 6
    assert desk.turned_away(10_000, QUESTION) is None
    assert len(desk._ready) == 1


def test_small_talk_starts_no_cooldown() -> None:
    desk = Desk(Shelf.shipped(), cooldown=5)
    assert desk.turned_away(1, Question(text="hello")) is None
    assert desk.turned_away(1, QUESTION) is None
    assert desk.turned_away(1, QUESTION) == strings.wait(5)


async def test_a_rebuild_ends_early_when_the_bot_closes() -> None:
    shelf = Shelf.shipped()
    reindexing = Reindexing(shelf)
    reindexing.stop()

    async def show(state: Progress) -> None:
        raise AssertionError(state)

    with pytest.raises(StoppedError):
        await reindexing.run("ann", show)
