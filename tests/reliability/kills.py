"""Builds, vectors and votes that are killed, cannot be flushed or have no room: what was there is there, and true."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from tests.reliability.broken import NO_FAULT, End, Fault, run
from tests.reliability.small_disk import power_disk
from tests.reliability.stored import Archive, Damage, judge, shown
from tests.retrieval.test_encoder import write_model

from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.journal.records import KeptAnswer
from chipbot.service.knowledge_base import KnowledgeBase

ROOM = (4096, 1 << 21)
"""The least and the most bytes that a file may have where there is no room for more."""
VOTES = 30
"""Votes of a process that is left alone."""


TEXT = """\
The real commands, each in a process of its own, with one document changed each time, or with all of 2.5 MB of them where
worker processes are to take part. **Killed** is with SIGKILL, by the process itself just before each of its changes of files
in turn, or from outside at any time. A flush fails with "Input/output error", a write beyond some size with "File too large",
which goes the way of a full disk; test_full_disk.py fills a true one, under imports, uploads, backups and restores, too.
**Power** that fails takes what was not flushed along: the file system is mounted anew from what had been sent to its disk.
What was there must answer as before, or what is new; votes that were acknowledged must be there.
"""


@dataclass
class Outcome:
    """What came of one kind of fault in one way of writing."""

    way: str
    fault: str
    injected: int = 0
    struck: int = 0
    """How often it came before the end."""
    served: int = 0
    """What was there answers as it did, or what is new does; votes that were acknowledged are there."""
    told: int = 0
    """The process itself said clearly what was wrong."""
    lost: int = 0
    """Nothing answers any more, something untrue is quoted, or a vote that was acknowledged is gone."""
    tracebacks: int = 0
    debris: int = 0
    """Processes that it had started and were still there, and files that a build leaves which comes after it all."""
    notes: list[str] = field(default_factory=list)
    """What went wrong, for who looks into it."""


class Builds:
    """Builds of an index in a folder, by one command line."""

    def __init__(
        self,
        way: str,
        folder: Path,
        *arguments: str,
        documents: int = 30,
        years: int = 10,
        changed: int = 1,
        worker: bool = False,
    ) -> None:
        self.way, self.worker = way, worker
        self._archive = Archive(folder, documents, years)
        self.folder = self._archive.index
        self._changed = sorted(self._archive.seeds.iterdir())[:changed]
        self._command = [
            "index",
            "--seeds",
            str(self._archive.seeds),
            "--index",
            str(self.folder),
            *arguments,
        ]
        self._version = 0
        self._before = shown(self._archive.ask(self._knowledge_base()))

    def attempt(self, fault: Fault = NO_FAULT, kill_after: float | None = None) -> End:
        """Change documents, and build with a fault."""
        self._version += 1
        for path in self._changed:
            text = path.read_text("utf-8").rpartition("\n\nThis is version ")[0] or path.read_text("utf-8")
            path.write_text(f"{text}\n\nThis is version {self._version} of it.\n", "utf-8")
        return run(
            "chipbot.cli:run",
            self._command,
            folder=self.folder,
            fault=fault,
            kill_after=kill_after,
            worker=self.worker,
        )

    def check(self, outcome: Outcome) -> None:
        """See what is left, and that the next build succeeds."""
        damage = Damage("")
        knowledge_base = self._knowledge_base()
        judge(self._archive, knowledge_base, self._before, damage)
        outcome.served += damage.unchanged + damage.other
        outcome.lost += damage.told + damage.wrong + damage.crashed
        knowledge_base.refresh()

    def debris(self) -> set[str]:
        """What a build leaves beside what belongs there."""
        self.attempt()
        kept = {"CURRENT", (self.folder / "CURRENT").read_text().strip(), "vectors.bin", "encoder.json"}
        return {path.name for path in self.folder.iterdir()} - kept

    def _knowledge_base(self) -> KnowledgeBase:
        return KnowledgeBase(self._archive.seeds, self.folder)


class Votes:
    """Votes that a process writes into a journal; it says of each that it was acknowledged."""

    way, worker = "votes in the journal", False

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "index"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._acknowledged = folder / "acknowledged.txt"
        self._attempts = 0
        self._before = 0

    def attempt(self, fault: Fault = NO_FAULT, kill_after: float | None = None) -> End:
        """Vote with a fault."""
        self._attempts += 1
        self._acknowledged.write_text("")
        return run(
            f"{__name__}:vote",
            self.folder,
            self._attempts,
            self._acknowledged,
            folder=self.folder,
            fault=fault,
            kill_after=kill_after,
        )

    def check(self, outcome: Outcome) -> None:
        """See that what was acknowledged is there, and at most one more."""
        lines = self._acknowledged.read_text().splitlines()
        if not lines:
            outcome.served += 1
            return
        found = asyncio.run(_votes(self.folder, lines[0]))
        if len(lines) - 1 <= found <= len(lines):
            outcome.served += 1
        else:
            outcome.lost += 1
            outcome.notes.append(f"{found} of {len(lines) - 1} votes")

    def debris(self) -> set[str]:
        """What is left of a database that is closed."""
        self.attempt()
        return {
            path.name for path in self.folder.iterdir() if path.name.endswith(("-wal", "-shm", "-journal"))
        }


def vote(folder: Path, first: int, acknowledged: Path) -> int:
    """Vote, one member after the other; each that was acknowledged is a line."""
    try:
        asyncio.run(_vote(folder, first, acknowledged))
    except Exception as error:  # noqa: BLE001  # told as the bot tells it
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


async def _vote(folder: Path, first: int, acknowledged: Path) -> None:
    journal = Journal(journal_place(None, folder))
    try:
        answer_id = journal.answers.keep(KeptAnswer(asker=journal.member(0), channel_id=1))
        with acknowledged.open("a", encoding="utf-8") as file:
            print(answer_id, file=file, flush=True)
            for number in range(VOTES):
                await journal.answers.vote(answer_id, journal.member(1000 * first + number), 1)
                print("a vote", file=file, flush=True)
    finally:
        await journal.close()


async def _votes(folder: Path, answer_id: str) -> int:
    journal = Journal(journal_place(None, folder))
    try:
        return (await journal.answers.votes(answer_id)).up
    finally:
        await journal.close()


class Way(Protocol):
    """Something that writes files, over and over, in a process of its own."""

    way: str
    worker: bool
    folder: Path

    def attempt(self, fault: Fault = NO_FAULT, kill_after: float | None = None) -> End:
        """Write with a fault."""

    def check(self, outcome: Outcome) -> None:
        """See what is left."""

    def debris(self) -> set[str]:
        """What is left of it all once another one has succeeded."""


def ways(folder: Path) -> list[tuple[int, Callable[[], Way]]]:
    """All that writes, each with documents or a journal of its own below a folder; and what part of the faults it has."""
    from tests.reliability.restores import Restores

    model = folder / "model"
    model.mkdir()
    write_model(model)
    large: dict[str, Any] = {"documents": 12, "years": 3000, "changed": 12}
    return [
        (32, lambda: Builds("the command line", folder / "command")),
        (
            32,
            lambda: Builds("the rebuild process", folder / "process", "--progress-json", "--encoder", "off"),
        ),
        (4, lambda: Builds("worker processes", folder / "workers", **large)),
        (4, lambda: Builds("one of the workers", folder / "worker", **large, worker=True)),
        (14, lambda: Builds("vectors", folder / "vectors", "--progress-json", "--encoder", str(model))),
        (14, lambda: Votes(folder / "votes")),
        (20, lambda: Restores(folder / "restores")),
    ]


def break_all(count: int, seed: int = 0) -> Iterator[Outcome]:
    """Break each way of writing: kill it at each change of a file and at any time, fail each flush, and leave no room."""
    random_ = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="chipbot-kills-") as name:
        for part, make in ways(Path(name)):
            way, share = make(), max(2, round(count * part / 100))
            alone = way.attempt()
            way.check(Outcome("", ""))
            points = [] if way.worker else [Fault("kill", at) for at in range(1, alone.points + 1)][:share]
            yield _outcome(way, "kill -9 at each change of a file", points)
            times = [random_.uniform(0, alone.seconds) for _ in range(share - len(points))]
            yield _outcome(way, "kill -9 at any time", [NO_FAULT] * len(times), times)
            if way.worker:
                continue
            yield _outcome(way, "failing fsync", [Fault("flush", at) for at in range(1, 9)][: share // 2])
            least, most = ROOM
            sizes = [int(least * (most / least) ** random_.random()) for _ in range(max(2, share // 4))]
            yield _outcome(way, "no room", [Fault("room", size) for size in sizes])
        yield from _power_failures(Path(name), max(2, count // 10))


def _power_failures(folder: Path, count: int) -> Iterator[Outcome]:
    """Let the power fail, too, with the process, where a file system may be mounted: what is not flushed is gone then."""
    from tests.reliability.restores import Restores

    (folder / "disk").mkdir()
    with power_disk(folder / "disk", folder) as disk:
        if disk is None:
            return
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
            yield _outcome(way, "power fails at each change of a file", points, after=disk.fail)
            ends = [NO_FAULT] * (count - len(points))
            yield _outcome(way, "power fails once it is done", ends, after=disk.fail)


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
