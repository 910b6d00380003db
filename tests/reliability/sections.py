"""The parts of README.md: each does what it tells of, and yields it as Markdown."""

from __future__ import annotations

import asyncio
import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from tests.reliability import endurance, guided, kills, load, taken_out
from tests.reliability.changing import seeds_that_change
from tests.reliability.fuzz import fuzz
from tests.reliability.growth import LENGTH, steepest
from tests.reliability.network import CASES, ROUNDS, survive
from tests.reliability.remembered import damage_to_the_journal, damage_to_vectors
from tests.reliability.stored import Archive, Damage, damage_at_rest, flips_under_an_open_index
from tests.reliability.targets import GROWING, PIECES, TARGETS

T = TypeVar("T")


def network(_: Namespace) -> Iterator[str]:
    """What goes wrong between Discord and the bot."""
    yield "## Between Discord and the bot\n"
    yield f"{ROUNDS} rounds a fault, each of a mention, a direct message and a command.\n"
    counts = [told(asyncio.run(survive(case))) for case in CASES]
    head = ("fault", "injected", "delivered", "answered once", "refused", "expired", "lost", "twice")
    rows = [
        (one.fault, one.injected, one.delivered, one.answered, one.refused, one.expired, one.lost, one.twice)
        for one in counts
    ]
    total = [sum(int(row[place]) for row in rows) for place in range(1, len(head))]
    yield table(head, *rows, ("**all**", *total))


def stored(options: Namespace) -> Iterator[str]:
    """What goes wrong with the index on disk."""
    yield "## In files that are damaged\n"
    yield f"With `--flips {options.flips}`.\n"
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder) / "archive")
        damages: list[Damage] = [
            *damage_at_rest(archive, options.flips),
            flips_under_an_open_index(archive, options.flips),
            *damage_to_vectors(Path(folder) / "vectors", options.flips),
            *damage_to_the_journal(Path(folder) / "journal", options.flips),
            seeds_that_change(Path(folder) / "changing", options.flips),
        ]
    yield table(
        (
            "fault",
            "injected",
            "same answers",
            "one clear error",
            "other answers, all true",
            "false quotes",
            "tracebacks",
        ),
        *(
            (one.fault, one.injected, one.unchanged, one.told, one.other, one.wrong, one.crashed)
            for one in map(told, damages)
        ),
    )


def killed(options: Namespace) -> Iterator[str]:
    """What comes of processes that are killed, cannot flush or have no room left."""
    yield "## In processes that are killed while they write\n"
    yield kills.TEXT
    yield f"With `--deaths {options.deaths}`.\n"
    yield table(
        kills.HEAD, *kills.rows([told(one) for one in kills.break_all(options.deaths, options.state)])
    )


def under_load(options: Namespace) -> Iterator[str]:
    """How many questions a second, how soon, and what too many come to."""
    yield "## Under load\n"
    yield load.TEXT
    measured = [load.measure(int(passages)) for passages in options.passages.split(",")]
    yield table(load.LATENCY, *(row for one in measured for row in load.latency_rows(told(one))))
    yield load.FLOOD_TEXT
    yield table(load.FLOOD, *map(load.flood_row, measured))


def endured(options: Namespace) -> Iterator[str]:
    """What grows over days."""
    yield "## Over days\n"
    yield endurance.TEXT
    found = endurance.endure(options.hours)
    yield endurance.counted(found)
    yield table(endurance.HEAD, *endurance.rows(found))


def growth(_: Namespace) -> Iterator[str]:
    """How time grows with the length of what others wrote."""
    yield "## How time grows\n"
    yield f"Milliseconds of processor time at {LENGTH:,}, {2 * LENGTH:,} and {4 * LENGTH:,} bytes of one piece over and over:"
    yield f"the steepest of {len(PIECES)}. Four times as long is linear, sixteen times quadratic.\n"
    rows = [
        (
            one.target,
            f"`{one.piece!r}`".replace("|", "\\|"),
            *(f"{each:.1f}" for each in one.milliseconds),
            f"{one.ratio:.1f}",
        )
        for one in map(told, map(steepest, GROWING))
    ]
    yield table(("what reads", "piece", "n", "2n", "4n", "4n / n"), *rows)


def fuzzed(options: Namespace) -> Iterator[str]:
    """What inputs that are made of pieces and of earlier inputs come to."""
    yield "## Fuzzing\n"
    yield f"With `--inputs {options.inputs}`. **At the barrier** are different reasons that only what stands around every parser"
    yield "caught: the file is named with it, and the rest is indexed. Formats that take a parser of others are read in a"
    yield "process of its own, whose time is limited and not counted here.\n"
    found = [told(fuzz(target, options.inputs)) for target in TARGETS]
    rows = [
        (
            one.target,
            f"{one.inputs:,}",
            f"{one.seconds:.0f}",
            f"{one.slowest * 1000:.0f}",
            len(one.caught),
            len(one.broke),
        )
        for one in found
    ]
    total = (
        "**all**",
        f"{sum(one.inputs for one in found):,}",
        f"{sum(one.seconds for one in found):.0f}",
        "",
        sum(len(one.caught) for one in found),
        sum(len(one.broke) for one in found),
    )
    yield table(
        ("target", "inputs", "seconds", "slowest, ms", "at the barrier", "raised what it must not"),
        *rows,
        total,
    )


def explored(options: Namespace) -> Iterator[str]:
    """What inputs come to that are made by what they reach."""
    yield "## Fuzzing that is guided\n"
    yield "With atheris, which keeps what reaches a branch that nothing before it did, and goes on from there; parsers in"
    yield "processes of their own, and those in C and Rust, tell it nothing;"
    yield f"`--seconds {options.seconds}` for each target.\n"
    if not guided.is_there():
        raise SystemExit("atheris is not installed: see tests/reliability/guided.py")
    found = [told(one) for one in guided.explore(list(TARGETS), options.seconds)]
    rows = [
        (one.target, f"{one.runs:,}", f"{one.reached:,}", f"{one.kept:,}", one.broke or "–") for one in found
    ]
    total = ("**all**", f"{sum(one.runs for one in found):,}", "", f"{sum(one.kept for one in found):,}", "")
    yield table(
        ("target", "inputs", "branches reached", "inputs kept", "raised what it must not"), *rows, total
    )


def guarded(options: Namespace) -> Iterator[str]:
    """What notices that a guard of SECURITY.md is taken out."""
    yield "## Guards that are taken out\n"
    yield "For each row of the threat model in SECURITY.md that tests hold, in a copy of all files, one line is changed at a"
    yield "time (guards.py); the tests that the row names must fail then, and pass with every line in place.\n"
    found = [told(one) for one in taken_out.take_out(options.state)]
    yield table(
        ("what they may try", "where a guard was taken out", "the first test that failed"),
        *(
            (f"{one.row.who}: {one.row.tries}", one.guard.path, (*one.noticed, "**none**")[0])
            for one in found
        ),
    )


SECTIONS: dict[str, Callable[[Namespace], Iterator[str]]] = {
    "network": network,
    "stored": stored,
    "kills": killed,
    "load": under_load,
    "endurance": endured,
    "growth": growth,
    "fuzz": fuzzed,
    "guided": explored,
    "guards": guarded,
}
"""The parts by their names, in the order of README.md."""


def table(*rows: tuple[object, ...]) -> str:
    """Rows as Markdown, the first of them the head."""
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    lines.insert(1, "|---|" + "--:|" * (len(rows[0]) - 1))
    return "\n".join(lines) + "\n"


def told(found: T) -> T:
    """Print what was found, for who waits."""
    print(str(found)[:300], flush=True)
    return found
