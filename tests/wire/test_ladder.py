"""Many who ask at once: each is told something before Discord takes the command for failed, and answered once."""

from __future__ import annotations

from pathlib import Path

from tests.wire.answers import DEADLINE
from tests.wire.bots import remembering
from tests.wire.ladder import BEGIN, END, README, RUNGS, measure


async def test_twenty_at_once_are_all_answered_in_time(tmp_path: Path) -> None:
    async with remembering(tmp_path) as client:
        one, twenty = await measure(client, (1, 20))
    assert (one.direct, one.answered) == (1, 1)
    assert len(twenty.first) == twenty.answered == 20
    assert twenty.first[-1] < DEADLINE


def test_the_readme_has_every_rung() -> None:
    rows = README.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [int(each[0]) for each in cells] == list(RUNGS)
    assert all(each[3] == "0" and each[0] == each[5] for each in cells)
