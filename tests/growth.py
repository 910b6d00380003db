"""How time grows with the length of a text: linear time is four times as long for four times the text."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import thread_time

LENGTH = 2_500  # code points of the shorter text
TIMES = 4
_SLACK = 2.0  # linear things measure up to about 1.3, quadratic ones 4
_SECONDS = 0.01  # that measuring may be wrong by
_ROUNDS = 6

HARD = [
    *"""a A 1 1, 1. 1,, , ' a' a- A. A& ( [ _ # ++ é e\u0301 \u0301 \u0301\u0323 ﷺ 年 かな 1年 กำ \u0e38\u0e48 ى
    a\u200d \u00ad x_ ½ ² ß 😀 👩‍👩‍👧 한 त्""".split(),
    *(" ", "\r", "\n", "\t ", "A. ", "Aa ", "aa ", "that ", "one ", "is ", "as it ", "de "),
    *("what is ", "how ", "so "),
]
"""What texts are made of that patterns may look at again and again."""


def assert_linear(call: Callable[[str], object], piece: str, length: int = LENGTH) -> None:
    """Fail if `call` takes more than linear time for texts of one piece over and over."""
    call("warm up")
    excess = growth(lambda size: _seconds(call, piece * (size // len(piece))), length, _SLACK, _SECONDS)
    assert not excess, f"{piece!r}: {excess} seconds"


def growth(
    seconds: Callable[[int], float], length: int, slack: float, noise: float
) -> list[tuple[float, float]]:
    """Return what was measured at `length` and `TIMES` as much, round by round; nothing where that is linear.

    A busy machine only adds time: what is linear measures so within a few rounds, what is quadratic in none.

    Args:
        seconds: Takes a length and returns how long it takes.
        length: The shorter length.
        slack: How many times as long as linear time is still linear.
        noise: Seconds that measuring may be wrong by.
    """
    rounds: list[tuple[float, float]] = []
    for _ in range(_ROUNDS):
        rounds.append((seconds(length), seconds(length * TIMES)))
        short, long = (min(times) for times in zip(*rounds, strict=True))
        if long <= TIMES * slack * short + noise:
            return []
    return rounds


def _seconds(call: Callable[[str], object], text: str) -> float:
    gc.disable()  # it would look at all that the other tests have left, again and again
    try:
        start = thread_time()
        call(text)
        return thread_time() - start
    finally:
        gc.enable()
