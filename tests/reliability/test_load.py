"""A bot in a process of its own under load: short runs of `python -m tests.reliability --load` and `--endurance`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("the bot looks at itself in /proc", allow_module_level=True)

from tests.bot.library import SEED
from tests.reliability.crowd import Crowd, bot_for
from tests.reliability.endurance import MEASURES, endure, rows
from tests.wire.bots import FUND, MONEY


async def test_each_of_a_crowd_has_an_answer_and_the_bot_tells_how_it_fares(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "a.txt").write_bytes(SEED.read_bytes())
    crowd = Crowd([FUND], servers=2)
    async with bot_for(crowd, seeds, tmp_path) as bot:
        asked = await crowd.feed(rate=20, seconds=2)
        await crowd.settled(asked)
        assert all(MONEY in one.replies[0] if len(one.replies) == 1 else one.is_expired for one in asked)
        assert sum(one.question.interaction is not None for one in asked) == 20, "half of them by command"
        assert bot.samples()[-1].lags
        assert bot.code is None
    assert bot.code == 0


def test_hours_leave_nothing_behind() -> None:
    endured = endure(3, questions=10)
    assert all(len(one.replies) == 1 or one.is_expired for one in endured.asked)
    assert (len(endured.hours), endured.rebuilds) == (3, 1)
    assert {sample.requests for sample in endured.hours} == {0}
    tasks = endured.measured("tasks")
    assert tasks[-1] <= tasks[1], "what goes on for good is there from the second hour on"
    assert [row[0] for row in rows(endured)] == list(MEASURES)
