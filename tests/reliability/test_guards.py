"""Every row of the threat model has a guard that `python -m tests.reliability --guards` takes out."""

from __future__ import annotations

import pytest
from tests.reliability.guards import GUARDS, ROOT, Guard, row_of, rows, without


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: f"{guard.path}: {guard.line[:40].strip()}")
def test_a_guard_is_there_and_can_be_taken_out(guard: Guard) -> None:
    text = (ROOT / guard.path).read_text(encoding="utf-8")
    assert without(guard, text) != text
    assert all((ROOT / test).exists() for test in row_of(guard).tests)


def test_every_row_that_tests_hold_has_a_guard() -> None:
    assert {row_of(guard) for guard in GUARDS} == set(rows())


def test_a_guard_that_is_no_more_is_noticed() -> None:
    with pytest.raises(ValueError, match=r"x\.py has no"):
        without(Guard("", "x.py", "gone", ""), "text")
