"""Builds, vectors and votes that are killed, cannot be flushed or have no room: what was there is there, and true."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from tests.reliability.broken import NO_FAULT, Fault
from tests.reliability.restores import Restores
from tests.reliability.small_disk import power_disk
from tests.reliability.ways import Builds, Outcome, Votes, Way
from tests.retrieval.test_encoder import write_model

ROOM = (4096, 1 << 21)
"""The least and the most bytes that a file may have where there is no room for more."""
TEXT = """\
The real commands, each in a process of its own, with one document changed each time, or with all of 2.5 MB of them where
worker processes are to take part. **Killed** is with SIGKILL, by the process itself just before each of its changes of files
in turn, or from outside at any time. A flush fails with "Input/output error", a write beyond some size with "File too large",
which goes the way of a full disk; test_full_disk.py fills a true one, under imports, uploads, backups and restores, too.
**Power** that fails takes what was not flushed along: the file system is mounted anew from what had been sent to its disk.
What was there must answer as before, or what is new; votes that were acknowledged must be there.
"""


def ways(folder: Path) -> list[tuple[int, Callable[[], Way]]]:
    """All that writes, each with documents or a journal of its own below a folder; and what part of the faults it has."""
    large: dict[str, Any] = {"documents": 12, "years": 3000, "changed": 12}
    return [
        (32, lambda: Builds("the command line", folder / "command")),
        (
            32,
            lambda: Builds("the rebuild process", folder / "process", "--progress-json", "--encoder", "off"),
        ),
        (4, lambda: Builds("worker processes", folder / "workers", **large)),
        (4, lambda: Builds("one of the workers", folder / "worker", **large, worker=True)),
        (
            14,
            lambda: Builds(
                "vectors", folder / "vectors", "--progress-json", "--encoder", str(folder / "model")
            ),
        ),
        (14, lambda: Votes(folder / "votes")),
        (20, lambda: Restores(folder / "restores")),
    ]


def break_all(count: int, seed: int = 0) -> Iterator[Outcome]:
    """Break each way of writing, two at a time: kill it at each change of a file and at any time, fail each flush, leave no
    room; and let the power fail.
    """
    with tempfile.TemporaryDirectory(prefix="chipbot-kills-") as name, ProcessPoolExecutor(2) as pool:
        folder = Path(name)
        (folder / "model").mkdir()
        write_model(folder / "model")
        broken = [pool.submit(_break, folder, number, count, seed) for number in range(len(ways(folder)))]
        broken.append(pool.submit(_let_power_fail, folder, max(2, count // 10)))
        for each in broken:
            yield from each.result()


def _break(folder: Path, number: int, count: int, seed: int) -> list[Outcome]:
    """Break one way of writing."""
    random_ = random.Random(seed + number)
    part, make = ways(folder)[number]
    way, share = make(), max(2, round(count * part / 100))
    alone = way.attempt()
    way.check(Outcome("", ""))
    points = [] if way.worker else [Fault("kill", at) for at in range(1, alone.points + 1)][:share]
    found = [_outcome(way, "kill -9 at each change of a file", points)]
    times = [random_.uniform(0, alone.seconds) for _ in range(share - len(points))]
    found.append(_outcome(way, "kill -9 at any time", [NO_FAULT] * len(times), times))
    if way.worker:
        return found
    found.append(_outcome(way, "failing fsync", [Fault("flush", at) for at in range(1, 9)][: share // 2]))
    least, most = ROOM
    sizes = [int(least * (most / least) ** random_.random()) for _ in range(max(2, share // 4))]
    found.append(_outcome(way, "no room", [Fault("room", size) for size in sizes]))
    return found


def _let_power_fail(folder: Path, count: int) -> list[Outcome]:
    """Let the power fail, too, with the process, where a file system may be mounted: what is not flushed is gone then."""
    (folder / "disk").mkdir()
    with power_disk(folder / "disk", folder) as disk:
        if disk is None:
            return []
        found = []
        kinds: tuple[tuple[Callable[[Path], Way], str, tuple[str, ...]], ...] = (
            (partial(Builds, "the command line"), "builds", ("index",)),
            (Votes, "votes", ("index", "journal")),
            (Restores, "restores", ("home",)),
        )
        for make, name, written in kinds:
            place = folder / f"power {name}"
            place.mkdir()
            for inner in written:  # all else stays where it is
                (disk.path / name / inner).mkdir(parents=True)
                (place / inner).symlink_to(disk.path / name / inner)
            way = make(place)
            disk.flush()
            points = [Fault("kill", at) for at in range(1, way.attempt().points + 1)][:count]
            found.append(_outcome(way, "power fails at each change of a file", points, after=disk.fail))
            ends = [NO_FAULT] * (count - len(points))
            found.append(_outcome(way, "power fails once it is done", ends, after=disk.fail))
        return found


def _outcome(
    way: Way,
    fault: str,
    faults: Sequence[Fault],
    times: Sequence[float | None] | None = None,
    after: Callable[[], object] = lambda: None,
) -> Outcome:
    outcome = Outcome(way.way, fault)
    for one, kill_after in zip(faults, times or [None] * len(faults), strict=True):
        end = way.attempt(one, kill_after)
        after()
        outcome.injected += 1
        outcome.struck += end.code != 0
        outcome.told += end.is_clear
        outcome.debris += end.orphans
        if end.is_traceback:
            outcome.tracebacks += 1
            outcome.notes.append(end.said[-600:])
        way.check(outcome)
    if faults:
        left = way.debris()
        outcome.debris += len(left)
        outcome.notes += left
    return outcome


def rows(outcomes: Sequence[Outcome]) -> list[tuple[Any, ...]]:
    """The outcomes as rows of a table, those that were not tried left out."""
    return [
        (
            one.way,
            one.fault,
            one.injected,
            one.struck,
            one.served,
            one.told,
            one.lost,
            one.tracebacks,
            one.debris,
        )
        for one in outcomes
        if one.injected
    ]


HEAD = (
    *(
        "what is written by",
        "fault",
        "injected",
        "ended by it",
        "old or new there, all true",
        "clear lines",
    ),
    *("lost", "tracebacks", "debris after the next"),
)
