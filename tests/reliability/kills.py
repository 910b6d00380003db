"""Builds, vectors and votes that are killed, cannot be flushed or have no room: what was there is there, and true."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from tests.reliability.broken import NO_FAULT, End, Fault
from tests.reliability.restores import Restores
from tests.reliability.small_disk import power_disk
from tests.reliability.state import State
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


EACH, ANY, FLUSH, FULL = (
    "kill -9 at each change of a file",
    "kill -9 at any time",
    "failing fsync",
    "no room",
)
POWER, DONE = "power fails at each change of a file", "power fails once it is done"
Tries = Sequence[tuple[Fault, float | None]]
"""Faults, and after how many seconds a process is killed from outside, if at all."""


def ways(folder: Path, model: Path) -> list[tuple[int, Callable[[], Way]]]:
    """All that writes, each with documents or a journal of its own in a folder; and what part of the faults it has."""
    large: dict[str, Any] = {"documents": 12, "years": 3000, "changed": 12}
    bot = ("--progress-json", "--encoder")
    return [
        (32, lambda: Builds("the command line", folder)),
        (32, lambda: Builds("the rebuild process", folder, *bot, "off")),
        (4, lambda: Builds("worker processes", folder, **large)),
        (4, lambda: Builds("one of the workers", folder, **large, worker=True)),
        (14, lambda: Builds("vectors", folder, *bot, str(model))),
        (14, lambda: Votes(folder)),
        (20, lambda: Restores(folder)),
    ]


ON_DISKS: tuple[tuple[Callable[[Path], Way], tuple[str, ...]], ...] = (
    (partial(Builds, "the command line"), ("index",)),
    (Votes, ("index", "journal")),
    (Restores, ("home",)),
)
"""What has its power cut, and the folders that are on that disk."""


def break_all(count: int, state: Path | None = None, seed: int = 0) -> Iterator[Outcome]:
    """Break each way of writing: kill it at each change of a file and at any time, fail each flush, leave no room; and let
    the power fail.

    Args:
        count: How many are killed, about; a tenth of it for each way whose power fails.
        state: A file in which this goes on where it was ended before.
        seed: Which times and sizes are chosen.
    """
    with tempfile.TemporaryDirectory(prefix="chipbot-kills-") as where, ProcessPoolExecutor(2) as pool:
        folder = Path(where)
        (folder / "model").mkdir()
        write_model(folder / "model")
        jobs: list[partial[Outcome]] = [
            partial(_break, folder, number, kind, count, seed)
            for number in range(len(ways(folder, folder)))
            for kind in (EACH, ANY, FLUSH, FULL)
        ]
        jobs += [
            partial(_cut_power, folder, number, kind, max(2, count // 10))
            for number in range(len(ON_DISKS))
            for kind in (POWER, DONE)
        ]
        names = [f"{count} {job.func.__name__} {job.args[1:]}" for job in jobs]
        kept = State(state)
        running = {
            name: pool.submit(job) for name, job in zip(names, jobs, strict=True) if name not in kept.known
        }
        for name, done in running.items():
            done.add_done_callback(partial(_keep, kept, name))
        for name in names:
            yield running[name].result() if name in running else Outcome(**kept.known[name])


def _keep(kept: State, name: str, done: Future[Outcome]) -> None:
    """Note what came of one kind of fault."""
    if not done.cancelled() and done.exception() is None:
        kept.keep(name, asdict(done.result()))


def _break(folder: Path, number: int, kind: str, count: int, seed: int) -> Outcome:
    """Break one way of writing in one way."""
    part, make = ways(folder / f"{number} {kind}", folder / "model")[number]
    way, share = make(), max(2, round(count * part / 100))
    alone = way.attempt()
    way.check(Outcome("", ""))
    return _outcome(way, kind, _tries(way, kind, share, alone, random.Random(seed + number)))


def _tries(way: Way, kind: str, share: int, alone: End, random_: random.Random) -> Tries:
    """The faults of a kind for what does so much when it is left alone."""
    points = [] if way.worker else [Fault("kill", at) for at in range(1, alone.points + 1)][:share]
    if kind == EACH:
        return [(point, None) for point in points]
    if kind == ANY:
        return [(NO_FAULT, random_.uniform(0, alone.seconds)) for _ in range(share - len(points))]
    if way.worker:
        return []
    if kind == FLUSH:
        return [(Fault("flush", at), None) for at in range(1, 9)][: share // 2]
    least, most = ROOM
    sizes = [int(least * (most / least) ** random_.random()) for _ in range(max(2, share // 4))]
    return [(Fault("room", size), None) for size in sizes]


def _cut_power(folder: Path, number: int, kind: str, count: int) -> Outcome:
    """Let the power fail, too, with the process, where a file system may be mounted: what is not flushed is gone then."""
    place = folder / f"{number} {kind}"
    (place / "disk").mkdir(parents=True)
    make, written = ON_DISKS[number]
    with power_disk(place / "disk", place) as disk:
        if disk is None:
            return Outcome("", kind)
        for inner in written:  # all else stays where it is
            (disk.path / inner).mkdir()
            (place / inner).symlink_to(disk.path / inner)
        way = make(place)
        disk.flush()
        points = [Fault("kill", at) for at in range(1, way.attempt().points + 1)][:count]
        faults = points if kind == POWER else [NO_FAULT] * (count - len(points))
        tries: Tries = [(fault, None) for fault in faults]
        return _outcome(way, kind, tries, after=disk.fail)


def _outcome(way: Way, fault: str, tries: Tries, after: Callable[[], object] = lambda: None) -> Outcome:
    outcome = Outcome(way.way, fault)
    for one, kill_after in tries:
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
    if tries:
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
