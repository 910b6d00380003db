"""How time grows with the length of a text: linear time is four times as long for four times the text."""

from __future__ import annotations

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
    """Fail if `call` takes more than linear time for texts of one piece over and over.

    A busy machine only adds time, and adds it to whole measurements: what is linear measures so in one
    of a few rounds, what is quadratic in none.
    """
    short = piece * (length // len(piece))
    call("warm up")
    rounds: list[tuple[float, float]] = []
    while len(rounds) < _ROUNDS:
        rounds.append((_seconds(call, short), _seconds(call, short * TIMES)))
        least = [min(times) for times in zip(*rounds, strict=True)]
        if least[1] <= TIMES * _SLACK * least[0] + _SECONDS:
            return
    raise AssertionError(f"{piece!r}: {rounds} seconds")


def _seconds(call: Callable[[str], object], text: str) -> float:
    start = thread_time()
    call(text)
    return thread_time() - start
