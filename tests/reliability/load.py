"""Load: how many questions a second, how soon, beside a rebuild, and what ten times too many come to."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tests.reliability.bot_process import Sample  # noqa: TC002  # one of ours
from tests.reliability.crowd import PER_SERVER, SERVERS, Asked, BotProcess, Crowd, bot_for, crowd_of

PASSAGES = (10_000, 100_000)
AT_ONCE = 8
"""Members that ask one question after the other, to find out how many a second can be answered."""
TURN, TURNS = 8.0, 2
"""Seconds of a turn alone or beside a rebuild, and how many there are of each; they alternate."""
SHARE = 0.5
"""What part of the questions a second that can be answered is asked to measure how soon."""
OVERLOAD, FACTOR = 60.0, 10
"""Seconds of overload, and how many times as many questions as can be answered."""
CALM = 20
"""Questions after it, one by one, that tell whether the bot is as it was."""
TEXT = f"""\
The bot runs in a process of its own, with its journal, without an encoder and a cooldown; the documents are made up, of
ten passages each; {SERVERS * PER_SERVER} members of {SERVERS} servers ask in turns, half of them by mention and half by
command. **Questions a second** are those that {AT_ONCE} members got answered who asked again as soon as they had their
answer. Half as many are asked then, in {TURNS} turns of {TURN:.0f} s with nothing beside and {TURNS} while all documents
are changed and the index is rebuilt, over and over. **First** is when a command was answered at all, if only by telling
Discord to wait. Milliseconds of a busy machine say little: those of one row against the other say more.
"""
FLOOD_TEXT = f"""\
Then {FACTOR} times as many as can be answered, for {OVERLOAD:.0f} s. A mention is **asked to come back** by a reply or by a
sentence to its whole channel after it, a command by a reply; a command **failed in sight** where Discord itself says so after
three seconds. **Waiting** is what the bot works on or has taken on; then {CALM} questions, one by one.
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """Questions of one way of asking, and how the bot was meanwhile."""

    asked: list[Asked]
    samples: list[Sample]

    @property
    def first(self) -> list[float]:
        """Seconds until a command was answered at all."""
        return [one.first for one in self.asked if one.first is not None]

    @property
    def answers(self) -> list[float]:
        """Seconds until each answer."""
        return [one.seconds for one in self.asked if one.replies]

    @property
    def lags(self) -> list[float]:
        """How late the event loop was, in seconds."""
        return [lag for sample in self.samples for lag in sample.lags]


@dataclass(frozen=True, slots=True)
class Flood:
    """What came of many more questions than can be answered."""

    turn: Turn
    rate: float
    """Questions a second that were asked."""
    waiting: int
    """The most questions under way or waiting in the bot at once."""
    resident: tuple[int, int]
    """Bytes of memory before, and at most."""
    again: float
    """Seconds after it until a question was answered that was asked after it."""
    recovery: list[float]
    """Seconds until each of the answers after that."""

    def members(self) -> list[int]:
        """How many answers each member had who asked."""
        answered = Counter(dict.fromkeys((one.who for one in self.turn.asked), 0))
        answered.update(one.who for one in self.turn.asked if one.is_answered)
        return sorted(answered.values())


@dataclass(frozen=True, slots=True)
class Load:
    """What was measured at one size."""

    passages: int
    rate: float
    """Questions a second that were answered."""
    alone: Turn
    beside: Turn
    """Beside rebuilds."""
    rebuilds: int
    flood: Flood


def measure(passages: int) -> Load:
    """Measure at one size, on documents that are made up."""
    with crowd_of(passages) as (crowd, seeds, folder):
        return asyncio.run(_measured(passages, crowd, seeds, folder))


async def _measured(passages: int, crowd: Crowd, seeds: Path, folder: Path) -> Load:
    async with bot_for(crowd, seeds, folder) as bot:
        await crowd.chat(AT_ONCE, 3)  # warm
        start = time.monotonic()
        chatted = await crowd.chat(AT_ONCE, TURN)
        rate = len(chatted) / (time.monotonic() - start)
        print(f"{passages:,} passages: {rate:.0f} questions a second", flush=True)
        alone, beside = [], []
        rebuilds = 0
        for _ in range(TURNS):
            alone.append(await _turn(crowd, bot, rate * SHARE))
            rebuilding = asyncio.create_task(_rebuild_over_and_over(bot, seeds, folder))
            beside.append(await _turn(crowd, bot, rate * SHARE))
            rebuilds += await _ended(rebuilding)
        return Load(
            passages=passages,
            rate=rate,
            alone=_joined(alone),
            beside=_joined(beside),
            rebuilds=rebuilds,
            flood=await _flood(crowd, bot, rate * FACTOR),
        )


async def _turn(crowd: Crowd, bot: BotProcess, rate: float) -> Turn:
    start = time.monotonic()
    asked = await crowd.feed(rate, TURN)
    end = time.monotonic()
    await crowd.settled(asked)
    return Turn(asked, bot.samples(start, end))


def _joined(turns: Sequence[Turn]) -> Turn:
    return Turn(
        [one for turn in turns for one in turn.asked], [one for turn in turns for one in turn.samples]
    )


async def _rebuild_over_and_over(bot: BotProcess, seeds: Path, folder: Path) -> int:
    """Change all documents and have the bot take them in, again and again; returns how often when it is cancelled."""
    current, count = folder / "index" / "CURRENT", 0
    try:
        for version in itertools.count():
            before = current.read_text()
            await asyncio.to_thread(_change, seeds, version)
            bot.reload()
            while current.read_text() == before:  # noqa: ASYNC110  # the rebuild is another process
                await asyncio.sleep(0.1)
            count += 1
    except asyncio.CancelledError:
        return count + 1  # the one that was under way counts: it took the time
    raise AssertionError("there is always another version")


async def _ended(task: asyncio.Task[int]) -> int:
    task.cancel()
    return await task


def _change(seeds: Path, version: int) -> None:
    for path in seeds.rglob("*.txt"):
        text = path.read_text("utf-8").rsplit("\n\nVersion ", 1)[0]
        path.write_text(f"{text}\n\nVersion {version} of this.", "utf-8")


async def _flood(crowd: Crowd, bot: BotProcess, rate: float) -> Flood:
    await asyncio.sleep(1)
    before = bot.samples()[-1].resident
    start = time.monotonic()
    asked = await crowd.feed(rate, OVERLOAD)
    took = time.monotonic() - start
    over = time.monotonic()
    while True:
        first = await crowd.ask()
        await crowd.settled([first])
        if first.is_answered:
            break
    again = time.monotonic() - over
    await crowd.settled(asked)
    seen = bot.samples(start, over)
    recovery = []
    for _ in range(CALM):
        one = await crowd.ask()
        await crowd.settled([one])
        recovery.append(one.seconds)
    return Flood(
        turn=Turn(asked, seen),
        rate=len(asked) / took,
        waiting=max(one.requests for one in seen),
        resident=(before, max(one.resident for one in seen)),
        again=again,
        recovery=recovery,
    )


def _milliseconds(seconds: Sequence[float], *percentiles: float) -> list[str]:
    if not seconds:
        return ["–"] * len(percentiles)
    return [f"{value * 1000:.0f}" for value in np.percentile(seconds, percentiles)]


LATENCY = (
    *("passages", "questions a second", "beside", "asked a second", "answered once"),
    *("first, ms: p50", "p99", "answer, ms: p50", "p99", "loop late, ms: p50", "p99"),
)
FLOOD = (
    *("passages", "asked a second", "for, s", "asked", "answered", "asked to come back", "failed in sight"),
    *("lost", "twice", "most waiting", "answers a member, least", "median"),
    *("memory before, MB", "at most", "answers again after, s", "and then, ms: p50", "worst"),
)


def latency_rows(load: Load) -> Iterator[tuple[object, ...]]:
    """What was measured at half of what can be answered, alone and beside a rebuild."""
    for name, turn in (("nothing", load.alone), (f"{load.rebuilds} rebuilds", load.beside)):
        once = sum(len(one.replies) == 1 and one.is_answered for one in turn.asked)
        yield (
            f"{load.passages:,}",
            f"{load.rate:.0f}",
            name,
            f"{load.rate * SHARE:.0f}",
            f"{once:,} of {len(turn.asked):,}",
            *_milliseconds(turn.first, 50, 99),
            *_milliseconds(turn.answers, 50, 99),
            *_milliseconds(turn.lags, 50, 99),
        )


def flood_row(load: Load) -> tuple[object, ...]:
    """What ten times as much came to."""
    flood, asked = load.flood, load.flood.turn.asked
    members = flood.members()
    return (
        f"{load.passages:,}",
        f"{flood.rate:.0f}",
        f"{len(asked) / flood.rate:.0f}",
        f"{len(asked):,}",
        f"{sum(one.is_answered for one in asked):,}",
        f"{sum(one.is_busy for one in asked):,}",
        f"{sum(one.is_expired and not one.replies for one in asked):,}",
        sum(not (one.replies or one.is_busy or one.is_expired) for one in asked),
        sum(len(one.replies) > 1 for one in asked),
        flood.waiting,
        members[0],
        members[len(members) // 2],
        *(f"{size / 1e6:.0f}" for size in flood.resident),
        f"{flood.again:.1f}",
        *_milliseconds(flood.recovery, 50, 100),
    )
