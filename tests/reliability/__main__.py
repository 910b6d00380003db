"""`python -m tests.reliability`: inject all faults, measure growth, fuzz, and write README.md with what came of it."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.reliability.fuzz import fuzz
from tests.reliability.growth import LENGTH, steepest
from tests.reliability.network import CASES, ROUNDS, Count, survive
from tests.reliability.stored import Archive, Damage, damage_at_rest, flips_under_an_open_index, kills
from tests.reliability.targets import GROWING, PIECES, TARGETS

README = Path(__file__).parent / "README.md"
HEAD = """\
# What was broken on purpose, and what came of it

Written by `python -m tests.reliability`; CI runs the same with fewer inputs (`test_*.py` here). Questions go in by mention,
direct message and command over a true gateway ([tests/wire](../wire/README.md)), with the fault in the midst of them.
**Survived** are questions answered exactly once, and those refused where the member sees it; an **expired** command is one
that nothing got through for within the three seconds after which Discord itself says so. **Lost** are questions that nobody
answered, **twice** those with two replies.
"""
_NEXT = "## In the index on disk\n"
UNCOVERED = """\
## What is not covered

- A file of the index that somebody *shortens* is noticed before each question, and built anew; during a question it ends the
  process (SIGBUS), which starts again, and sees the damage.
- A flipped bit in what ranks (postings, terms) of an index over 32 MiB can lead to another passage or a refusal: what is
  quoted is true all the same ("other answers"). `chipbot index`, `doctor` and whatever fails while answering verify all of it.
- An answer that Discord has shown and acknowledged to nobody for longer than its nonces last may come twice.
- Discord's true rate limits, true networks and TLS; clocks that jump; 72 hours of load; several processes.
- Coverage-guided fuzzing (atheris): inputs here are made of pieces and earlier inputs.
- Latency under load, which a busy machine does not tell.
"""


def main() -> None:
    """Do all of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument(
        "--flips", type=int, default=3000, help="bit flips and truncations of each kind (%(default)s)"
    )
    parser.add_argument("--kills", type=int, default=500, help="killed rebuilds (%(default)s)")
    parser.add_argument("--inputs", type=int, default=10_000, help="fuzzed inputs a target (%(default)s)")
    parser.add_argument(
        "--network",
        action="store_true",
        help="only what is between Discord and the bot; the rest stays as it was",
    )
    options = parser.parse_args()
    os.environ["CHIPBOT_ENCODER"] = "off"
    logging.disable(logging.CRITICAL)
    if options.network:
        rest = [_NEXT + README.read_text(encoding="utf-8").split(_NEXT)[1]]
    else:
        rest = [*_stored(options.flips, options.kills), *_growth(), *_fuzz(options.inputs), UNCOVERED]
    README.write_text("\n".join([HEAD, *_network(), *rest]), encoding="utf-8")


def _table(*rows: tuple[object, ...]) -> str:
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    lines.insert(1, "|---|" + "--:|" * (len(rows[0]) - 1))
    return "\n".join(lines) + "\n"


def _network() -> Iterator[str]:
    counts = [_told(asyncio.run(survive(case))) for case in CASES]
    yield "## Between Discord and the bot\n"
    yield f"{ROUNDS} rounds a fault, each of a mention, a direct message and a command.\n"
    head = ("fault", "injected", "delivered", "answered once", "refused", "expired", "lost", "twice")
    rows = [
        (one.fault, one.injected, one.delivered, one.answered, one.refused, one.expired, one.lost, one.twice)
        for one in counts
    ]
    yield _table(head, *rows, ("**all**", *(sum(row[place] for row in rows) for place in range(1, 8))))  # type: ignore[misc]  # numbers


def _told(count: Count) -> Count:
    print(count, flush=True)
    return count


def _stored(flips: int, kill: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        damages: list[Damage] = [*damage_at_rest(archive, flips), flips_under_an_open_index(archive, flips)]
        damages.append(kills(archive, kill))
    print(damages, flush=True)
    yield _NEXT
    yield f"With `--flips {flips} --kills {kill}`.\n"
    head = (
        "fault",
        "injected",
        "same answers",
        "one clear error",
        "other answers, all true",
        "false quotes",
        "tracebacks",
    )
    yield _table(
        head,
        *(
            (one.fault, one.injected, one.unchanged, one.told, one.other, one.wrong, one.crashed)
            for one in damages
        ),
    )


def _growth() -> Iterator[str]:
    yield "## How time grows\n"
    yield f"Milliseconds of processor time at {LENGTH:,}, {2 * LENGTH:,} and {4 * LENGTH:,} bytes of one piece over and over:"
    yield f"the steepest of {len(PIECES)}. Four times as long is linear, sixteen times quadratic.\n"
    found = [steepest(target) for target in GROWING]
    rows = [
        (
            one.target,
            f"`{one.piece!r}`".replace("|", "\\|"),
            *(f"{each:.1f}" for each in one.milliseconds),
            f"{one.ratio:.1f}",
        )
        for one in found
    ]
    yield _table(("what reads", "piece", "n", "2n", "4n", "4n / n"), *rows)


def _fuzz(count: int) -> Iterator[str]:
    found = [fuzz(target, count) for target in TARGETS]
    yield "## Fuzzing\n"
    yield f"With `--inputs {count}`.\n"
    rows = [
        (one.target, f"{one.inputs:,}", f"{one.seconds:.0f}", f"{one.slowest * 1000:.0f}", len(one.broke))
        for one in found
    ]
    total = (
        "**all**",
        f"{sum(one.inputs for one in found):,}",
        f"{sum(one.seconds for one in found):.0f}",
        "",
    )
    yield _table(
        ("target", "inputs", "seconds", "slowest, ms", "raised what it must not"),
        *rows,
        (*total, sum(len(one.broke) for one in found)),
    )


if __name__ == "__main__":
    main()
