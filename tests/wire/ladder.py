"""`python -m tests.wire.ladder`: so many `/ask` at once, and how long each member waits; written into README.md."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.wire.answers import DEADLINE
from tests.wire.bots import FUND, MONEY, club, remembering, running
from tests.wire.interactions import MESSAGE
from tests.wire.members import Question, text_of
from tests.wire.wire import Wire, until

from chipbot.bot import ChipbotClient
from chipbot.service.knowledge_base import KnowledgeBase

RUNGS = (1, 2, 5, 10, 20, 50, 100, 200)
"""How many ask at once."""
README = Path(__file__).parent / "README.md"
SEEDS = Path(__file__).parents[2] / "seeds"
BEGIN, END = "<!-- ladder -->\n", "<!-- /ladder -->\n"


@dataclass(frozen=True, slots=True)
class Rung:
    """What became of so many questions at once."""

    questions: int
    first: list[float]
    """Seconds until each had its first answer; none for those that had none in time."""
    direct: int
    """How many were answered directly, without telling Discord to wait."""
    answered: int
    """How many have their one answer."""
    seconds: float
    """Until the last answer."""
    processor: float
    """Seconds of the processor's, for the bot and the Discord on loopback together."""


async def climb(wire: Wire, questions: int) -> Rung:
    """Have so many members ask at once on a Discord that a bot is connected to, and wait for all answers."""
    guild, general = wire.world.guilds["100"], wire.world.channels["102"]
    people = [wire.members.join(f"member {number}", guild) for number in range(questions)]
    began, processor = time.perf_counter(), time.process_time()
    asked = await asyncio.gather(*(wire.members.slash(who, general, "ask", question=FUND) for who in people))
    await until(lambda: all(wire.members.shown(each) or _is_late(wire, each) for each in asked))
    ended, used = time.perf_counter(), time.process_time()
    interactions = [each.interaction for each in asked if each.interaction is not None]
    shown = [wire.members.shown(each) for each in asked]
    return Rung(
        questions=questions,
        first=sorted(one.answered_after for one in interactions if one.answered_after is not None),
        direct=sum(one.callback == MESSAGE for one in interactions),
        answered=sum(len(each) == 1 and MONEY in text_of(each[0]) for each in shown),
        seconds=ended - began,
        processor=used - processor,
    )


def _is_late(wire: Wire, question: Question) -> bool:
    interaction = question.interaction
    return (
        interaction is not None
        and not interaction.callback
        and wire.world.clock() - interaction.born > DEADLINE
    )


async def measure(client: ChipbotClient, rungs: tuple[int, ...]) -> list[Rung]:
    """Climb one rung after the other."""
    wire = Wire([club()])
    async with running(wire, client):
        await client.questions.warm_up()
        return [await climb(wire, questions) for questions in rungs]


def table(rungs: list[Rung]) -> str:
    """The figures as Markdown."""
    head = ("at once", "first answer, ms: p50", "worst", "beyond 3 s", "answered directly", "answered once")
    rows = [
        (
            rung.questions,
            f"{statistics.median(rung.first) * 1000:.0f}",
            f"{rung.first[-1] * 1000:.0f}",
            rung.questions - len(rung.first),
            rung.direct,
            rung.answered,
            f"{rung.seconds * 1000:.0f}",
            f"{rung.processor / rung.questions * 1000:.1f}",
        )
        for rung in rungs
    ]
    lines = [(*head, "last answer, ms", "processor, ms each"), ("--:",) * 8, *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


async def main() -> None:
    """Climb to the top with the shipped documents, and write down what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.wire.ladder", description=__doc__)
    parser.add_argument("--limit", type=float, default=300.0, help="seconds for all of it (%(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        knowledge_base = KnowledgeBase(SEEDS, Path(folder) / "index")
        knowledge_base.refresh()
        async with asyncio.timeout(options.limit), remembering(Path(folder), knowledge_base) as client:
            found = table(await measure(client, RUNGS))
    print(found, end="")
    before, rest = README.read_text(encoding="utf-8").split(BEGIN)
    README.write_text(before + BEGIN + found + END + rest.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
