"""A short fixed run of fuzzing, and growth: `python -m tests.reliability` has the long one."""

from __future__ import annotations

import pytest
from tests.growth import assert_linear
from tests.reliability.fuzz import CORPUS, fuzz
from tests.reliability.targets import GROWING, PIECES, TARGETS, survives


@pytest.mark.parametrize("target", TARGETS)
def test_what_others_wrote_raises_nothing_but_errors_of_ours(target: str) -> None:
    found = fuzz(target, len(list(CORPUS.iterdir())) + 40)
    assert found.broke == []
    assert found.caught == {}, "only what stands around every parser has caught it"


@pytest.mark.parametrize("target", GROWING)
def test_what_others_wrote_takes_linear_time(target: str) -> None:
    for piece in PIECES[::3]:
        assert_linear(lambda text: survives(TARGETS[target], text.encode()), piece, length=1000)
