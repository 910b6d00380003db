"""Restores that are killed, cannot flush or have no room: each document, the settings and the journal are old or new."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from tests.reliability.broken import NO_FAULT, End, Fault, run

from chipbot.errors import ChipbotError
from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.journal.records import KeptAnswer
from chipbot.ops.backup import back_up
from chipbot.settings import load
from chipbot.settings.env_file import read_env_file, set_variables

if TYPE_CHECKING:
    from tests.reliability.ways import Outcome

DOCUMENTS = 6


class Restores:
    """Restores of two backups in turn."""

    way, worker = "restores", False

    def __init__(self, folder: Path) -> None:
        self.folder, self._home = folder / "home", folder / "home"
        self._backups = [folder / "0.zip", folder / "1.zip"]
        (self._home / "seeds").mkdir(parents=True, exist_ok=True)
        for version, backup in enumerate(self._backups):
            for name, text in _documents(version).items():
                (self._home / "seeds" / name).write_text(text)
            set_variables(self._home / ".env", {"CHIPBOT_MAX_QUOTES": str(version + 1)})
            self._answer = asyncio.run(_vote(self._home, version))
            settings = load(
                self._home / ".env", seeds=self._home / "seeds", index=self._home / "index", token=None
            )
            back_up(settings, backup)
        self._attempts = 0

    def attempt(self, fault: Fault = NO_FAULT, kill_after: float | None = None) -> End:
        """Restore the backup that is not there, with a fault."""
        self._attempts += 1
        return run(
            f"{__name__}:restore",
            self._home,
            self._backups[self._attempts % 2],
            folder=self.folder,
            fault=fault,
            kill_after=kill_after,
        )

    def check(self, outcome: Outcome) -> None:
        """See that nothing is anything but old or new, and that all that was there is."""
        found = {path.name: path.read_text() for path in (self._home / "seeds").glob("*.md")}
        true = all(found.get(name) in (_documents(0)[name], _documents(1)[name]) for name in _documents(0))
        true &= read_env_file(self._home / ".env").get("CHIPBOT_MAX_QUOTES") in ("1", "2")
        try:
            true &= asyncio.run(_votes(self._home, self._answer)) == 1
        except ChipbotError as error:
            true = False
            outcome.notes.append(str(error))
        outcome.served += true
        outcome.lost += not true

    def debris(self) -> set[str]:
        """What is left beside what belongs there, once another one has succeeded."""
        self.attempt()
        database = {"journal", "journal.sqlite3", "journal.sqlite3-journal", "member.key"}
        expected = {".env", "seeds", *database, *_documents(0)}
        left = {path.name for path in self._home.rglob("*")} - expected
        return {name for name in left if not name.startswith("..env-")}  # for its owner alone


def _documents(version: int) -> dict[str, str]:
    return {
        f"{number}.md": f"# Part {number}\n\nThis is version {version}.\n" + "More. " * 500
        for number in range(DOCUMENTS)
    }


def restore(home: Path, backup: Path) -> int:
    """Restore a backup as the command does."""
    from chipbot import cli

    os.environ["CHIPBOT_HOME"] = str(home)
    os.environ.pop("CHIPBOT_TOKEN", None)
    places = ("--seeds", str(home / "seeds"), "--index", str(home / "index"))
    return cli.run(["restore", str(backup), "--force", *places])


async def _vote(home: Path, version: int) -> str:
    """Take a vote of one member back, or let it count; the answer is always the same one."""
    journal = Journal(journal_place(None, home / "index"))
    try:
        answer_id = await journal.answers.shown_in(1)
        if answer_id is None:
            answer_id = journal.answers.keep(KeptAnswer(asker=journal.member(0), channel_id=1))
            journal.answers.sent(answer_id, 1)
        await journal.answers.vote(answer_id, journal.member(1), 1 if version else -1)
        return answer_id
    finally:
        await journal.close()


async def _votes(home: Path, answer_id: str) -> int:
    journal = Journal(journal_place(None, home / "index"))
    try:
        votes = await journal.answers.votes(answer_id)
        return votes.up + votes.down
    finally:
        await journal.close()
