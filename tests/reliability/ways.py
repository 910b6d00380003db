"""What writes files over and over, each time in a process of its own: builds of an index, and votes in a journal."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.reliability.broken import NO_FAULT, End, Fault, run
from tests.reliability.stored import Archive, Damage, judge, shown

from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.journal.records import KeptAnswer
from chipbot.service.knowledge_base import KnowledgeBase

VOTES = 30
"""Votes of a process that is left alone."""


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
        """What is left beside a database that is closed; a journal without a byte is SQLite's way of being done with it."""
        self.attempt()
        expected = {"journal.sqlite3", "member.key"}
        left = (self.folder.parent / "journal").iterdir()
        return {path.name for path in left if path.name not in expected and path.stat().st_size}


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
                if await journal.answers.vote(answer_id, journal.member(1000 * first + number), 1) is None:
                    raise AssertionError("the answer is there")
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
