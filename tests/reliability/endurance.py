"""Days of questions, votes, rebuilds and lost connections, in minutes: what grows, and how fast."""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tests.reliability.bot_process import Sample  # noqa: TC002  # one of ours
from tests.reliability.crowd import Asked, BotProcess, Crowd, bot_for, crowd_of
from tests.wire.members import components

HOURS = 72
QUESTIONS = 60
"""Questions an hour."""
RATE = 30.0
"""Questions a second, while they are asked."""
REBUILDS = 3
"""Hours between two rebuilds."""
PATIENCE = 600.0
"""Seconds that a rebuild, which gives way to all else, may take."""
CALM = 9
"""Samples of a bot that has nothing to answer: of those, one with as many tasks as most have counts."""
VOTES = 10
"""Votes an hour."""
PASSAGES = 1000
MEASURES = {
    "memory, MB": lambda sample: sample.resident / 1e6,
    "descriptors": lambda sample: sample.descriptors,
    "tasks": lambda sample: sample.tasks,
    "threads": lambda sample: sample.threads,
    "requests under way": lambda sample: sample.requests,
}
"""What is looked at after each hour."""


@dataclass(frozen=True, slots=True)
class Endured:
    """What became of some hours."""

    hours: list[Sample]
    """The bot at the end of each."""
    asked: list[Asked]
    votes: int
    rebuilds: int
    connections: int
    """How often the connection was lost, or was to be made anew."""

    def measured(self, name: str) -> list[float]:
        """One measure at the end of each hour."""
        return [float(MEASURES[name](sample)) for sample in self.hours]

    def slope(self, name: str) -> float:
        """How much it grows in a day: least squares over the second half, when all is there that is kept for a while."""
        values = self.measured(name)[len(self.hours) // 2 :]
        return float(np.polyfit(np.arange(len(values)), values, 1)[0] * 24) if len(values) > 1 else 0.0


def endure(hours: int, questions: int = QUESTIONS) -> Endured:
    """Let so many hours pass."""
    with crowd_of(PASSAGES) as (crowd, seeds, folder):
        return asyncio.run(_endured(crowd, seeds, folder, hours, questions))


async def _endured(crowd: Crowd, seeds: Path, folder: Path, hours: int, questions: int) -> Endured:
    samples, connections, voted, rebuilds = [], 0, 0, 0
    async with bot_for(crowd, seeds, folder) as bot:
        for hour in range(hours):
            asking = asyncio.create_task(crowd.feed(RATE, questions / RATE))
            if hour % 6 == 3:
                await _disturb(crowd, hour)
                connections += 1
            if hour % REBUILDS == 0:
                await _rebuild(bot, seeds, folder, hour)
                rebuilds += 1
            asked = await asking
            await crowd.settled(asked)
            voted += await _vote(crowd, asked)
            bot.jump(3600)
            samples.append(await _sampled(bot))
        return Endured(samples, crowd.asked, voted, rebuilds, connections)


async def _disturb(crowd: Crowd, hour: int) -> None:
    """Ask for a new connection, or cut it, or end its session, by turns."""
    gateway = crowd.wire.gateway
    match hour // 6 % 3:
        case 0:
            await gateway.reconnect()
        case 1:
            await gateway.drop(1006)
        case _:
            await gateway.invalidate(resumable=True)


async def _rebuild(bot: BotProcess, seeds: Path, folder: Path, hour: int) -> None:
    current = folder / "index" / "CURRENT"
    before = current.read_text()
    (seeds / "news.txt").write_text(f"The news\n\nThis is the news of hour {hour}.\n", "utf-8")
    bot.reload()
    async with asyncio.timeout(PATIENCE):
        while current.read_text() == before:  # noqa: ASYNC110  # the rebuild is another process
            await asyncio.sleep(0.05)


async def _vote(crowd: Crowd, asked: list[Asked]) -> int:
    """Press the button below some answers to commands."""
    count = 0
    for one in asked:
        interaction = one.question.interaction
        original = interaction.original if interaction else None
        buttons = [each.get("custom_id", "") for each in components(original)] if original else []
        up = [each for each in buttons if each.startswith("chipbot:up:")]  # which a refusal has not
        if interaction is None or original is None or not up or count == VOTES:
            continue
        await crowd.wire.members.press(interaction.payload["member"]["user"], original, up[0])
        count += 1
    crowd.wire.members.questions.clear()
    return count


async def _sampled(bot: BotProcess) -> Sample:
    """The bot as it is when all is done: the usual one of some samples from then on."""
    before = len(bot.samples())
    async with asyncio.timeout(PATIENCE):
        while len(calm := [one for one in bot.samples()[before:] if not one.requests]) < CALM:  # noqa: ASYNC110  # it is a file
            await asyncio.sleep(0.2)
    usual = statistics.median_low(sample.tasks for sample in calm)
    return next(sample for sample in calm if sample.tasks == usual)


TEXT = f"""\
{QUESTIONS} questions an hour by mention and by command, {VOTES} votes, a document changed and
the index rebuilt every {REBUILDS}, the connection cut or made anew every six; the clocks of cooldowns, conversations
and the journal jump an hour ahead each time. Kept are the last 1,000 messages and 1,000 answers with their words, which
are there after 17 hours, and of 2,000 answers to messages which one answers which. Slopes are least squares over the second half.
"""
HEAD = ("measure", "after an hour", "a quarter", "a half", "all", "most", "slope a day")


def rows(endured: Endured) -> list[tuple[object, ...]]:
    """The measures as rows of a table."""
    found: list[tuple[object, ...]] = []
    for name in MEASURES:
        values = endured.measured(name)
        half = len(values) // 2
        marks = (values[0], values[half // 2], values[half], values[-1], max(values))
        found.append((name, *(f"{value:.0f}" for value in marks), f"{endured.slope(name):+.2f}"))
    return found


def counted(endured: Endured) -> str:
    """What was asked and what came of it, in a sentence."""
    delivered = [one for one in endured.asked if one.question.reached]
    once = sum(len(one.replies) == 1 for one in delivered)
    twice = sum(len(one.replies) > 1 for one in delivered)
    expired = sum(one.is_expired and not one.replies for one in delivered)
    lost = len(delivered) - once - twice - expired
    return (
        f"{len(endured.hours)} simulated hours: {len(delivered):,} questions delivered, {once:,} answered once, "
        f"{twice} twice, {expired} failed in sight, {lost} lost; {endured.votes} votes, {endured.rebuilds} rebuilds, "
        f"{endured.connections} connections lost.\n"
    )
