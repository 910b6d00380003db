"""Turns: everything wanted is done once, one thing at a time, for whoever wanted it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

import pytest

from chipbot.answering.turns import Turns

REQUEST: ContextVar[int] = ContextVar("REQUEST")


@pytest.mark.parametrize("threads", [1, 2, 8, 30])
def test_each_gets_its_own_result_in_its_own_context_and_nothing_runs_side_by_side(threads: int) -> None:
    turns: Turns[tuple[int, int]] = Turns()
    running: list[int] = []

    def work(number: int) -> tuple[int, int]:
        running.append(number)
        assert running == [number]
        if number % 7 == 0:
            running.remove(number)
            raise KeyError(number)
        running.remove(number)
        return number, REQUEST.get()

    def ask(number: int) -> tuple[int, int]:
        REQUEST.set(-number)
        try:
            return turns.take(lambda: work(number))
        except KeyError as error:
            return -1, error.args[0]

    with ThreadPoolExecutor(threads) as pool:
        results = list(pool.map(ask, range(600)))
    assert results == [(-1, number) if number % 7 == 0 else (number, -number) for number in range(600)]


def test_whoever_has_the_turn_works_for_those_who_wait() -> None:
    turns: Turns[int] = Turns()
    begun, free = threading.Event(), threading.Event()

    def first() -> int:
        begun.set()
        assert free.wait(30)
        return threading.get_ident()

    with ThreadPoolExecutor(6) as pool:
        one = pool.submit(turns.take, first)
        assert begun.wait(30)
        others = [pool.submit(turns.take, threading.get_ident) for _ in range(5)]
        while len(turns._wanted) < 5:
            threading.Event().wait(0.001)
        free.set()
        assert {other.result(30) for other in others} == {one.result(30)}


def test_the_turn_is_passed_on_even_when_a_thread_is_ended_in_it() -> None:
    turns: Turns[int] = Turns()

    def end() -> int:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        turns.take(end)
    assert turns.take(lambda: 5) == 5
