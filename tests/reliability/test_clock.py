"""Clocks that jump, back and forth: whoever asks is answered, buttons stand for what they did, and pauses end."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path

import pytest  # noqa: TC002  # as in every test
from tests.bot.library import Shelf
from tests.bot.town import Clock
from tests.wire.answers import answer_to, control, first_answer
from tests.wire.bots import FUND, MONEY, club, running
from tests.wire.members import text_of
from tests.wire.wire import Wire, until

from chipbot import bot
from chipbot.journal.journal import DAY, Journal
from chipbot.journal.place import journal_place
from chipbot.service.question_service import QuestionService
from chipbot.service.refresh import IndexRefresher

JUMPS = (3600, -3600, DAY, -2 * DAY, 400 * DAY, -400 * DAY, -50 * 365 * DAY, 50 * 365 * DAY)
"""Seconds; the last is where it began."""
KEPT = 90
"""Days that answers are kept."""


async def test_answers_and_buttons_outlive_a_wall_clock_that_jumps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    clock.now = 1_800_000_000.0
    shelf, journal = (
        Shelf.shipped(),
        Journal(journal_place(None, tmp_path / "index"), keep_days=KEPT, clock=clock),
    )
    client = bot.ChipbotClient(QuestionService(shelf, journal=journal), IndexRefresher(shelf))
    wire = Wire([club()])
    guild, general = wire.world.guilds["100"], wire.world.channels["102"]
    ann = wire.members.join("ann", guild)
    async with running(wire, client):
        first = await answer_to(wire, await wire.members.slash(ann, general, "ask", question=FUND))
        for number, jump in enumerate(JUMPS):
            clock.now += jump
            ahead = clock.now - 1_800_000_000.0
            _set_ahead(monkeypatch, ahead)
            who = wire.members.join(f"member {number}", guild)
            shown = await answer_to(wire, await wire.members.ask(who, general, FUND))
            assert MONEY in text_of(shown), jump
            for message in (first, shown):
                pressed = await wire.members.press(who, message, control(message, "up"))
                await first_answer(pressed)
            await journal.flush()
        answer_id = control(first, "up").split(":")[2]
        assert (await journal.answers.votes(answer_id)).up == len(JUMPS)
        monkeypatch.undo()
    await journal.close()


async def test_a_pause_ends_whatever_the_wall_clock_says(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf.shipped()
    client = bot.ChipbotClient(QuestionService(shelf, cooldown=0.5), IndexRefresher(shelf))
    wire = Wire([club()])
    ann, general = wire.members.join("ann", wire.world.guilds["100"]), wire.world.channels["102"]
    async with running(wire, client):
        for jump in (-10 * DAY, 10 * DAY):
            _set_ahead(monkeypatch, jump)
            assert MONEY in text_of(await answer_to(wire, await wire.members.ask(ann, general, FUND)))
            hasty = await wire.members.ask(ann, general, FUND)
            await until(partial(wire.members.refused, hasty))
            await asyncio.sleep(0.6)
        monkeypatch.undo()


def _set_ahead(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let the wall clock be ahead of the true one."""
    monkeypatch.undo()
    true = time.time
    monkeypatch.setattr(time, "time", lambda: true() + seconds)
