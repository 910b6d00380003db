"""Power that fails right after something is done: what was done is there, on a disk that has what was sent to it alone."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.reliability.small_disk import PowerDisk, power_disk

from chipbot.index import EVERYTHING, open_index
from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.journal.records import KeptAnswer
from chipbot.ops.backup import back_up, restore, verified
from chipbot.service.document_store import DocumentStore
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.links import CitationLinks
from chipbot.service.taught_answers import teach, unteach
from chipbot.settings import Settings, load
from chipbot.settings.env_file import set_variables
from chipbot.sources.collections import Source, add_source, read_sources
from chipbot.web.password import PasswordFile

if sys.platform != "linux":
    pytest.skip("no file system can be mounted", allow_module_level=True)

OLD, NEW = b"# The well\n\nThe well is deep.\n", b"# The well\n\nThe well is dry.\n"
LINES = "CHIPBOT_TOKEN=not.a.token\nCHIPBOT_MAX_QUOTES=1\n"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[PowerDisk]:
    (tmp_path / "disk").mkdir()
    with power_disk(tmp_path / "disk", tmp_path) as found:
        if found is None:
            pytest.skip("no file system may be mounted here")
        yield found


Check = Callable[[], bool]


class Desk:
    """Documents and settings on a disk, which are there for good before anything is done."""

    def __init__(self, disk: PowerDisk) -> None:
        self.disk, self.folder, self.seeds = disk, disk.path, disk.path / "seeds"
        self.env = self.folder / ".env"
        self.store = DocumentStore(self.seeds, list, CitationLinks(self.seeds))
        self.seeds.mkdir()
        (self.seeds / "well.md").write_bytes(OLD)
        self.env.write_text(LINES)
        disk.flush()

    def has(self, name: str, data: bytes | None) -> bool:
        path = self.seeds / name
        return (path.read_bytes() if path.exists() else None) == data

    def add(self) -> Check:
        self.store.add("new.md", NEW, collection="team", by="Boss")
        return lambda: self.has("team/new.md", NEW)

    def replace(self) -> Check:
        change = self.store.replace("well.md", NEW, by="Boss")

        def check() -> bool:
            there = self.has("well.md", NEW)
            self.store.undo(change.id, by="Boss")
            return there and self.has("well.md", OLD)

        return check

    def remove(self) -> Check:
        change = self.store.remove("well.md", by="Boss")

        def check() -> bool:
            gone = self.has("well.md", None)
            self.store.undo(change.id, by="Boss")
            return gone and self.has("well.md", OLD)

        return check

    def undo_adding(self) -> Check:
        change = self.store.add("new.md", NEW, by="Boss")
        self.store.undo(change.id, by="Boss")
        return lambda: self.has("new.md", None)

    def undo_replacing(self) -> Check:
        change = self.store.replace("well.md", NEW, by="Boss")
        self.store.undo(change.id, by="Boss")
        return lambda: self.has("well.md", OLD)

    def undo_removing(self) -> Check:
        change = self.store.remove("well.md", by="Boss")
        self.store.undo(change.id, by="Boss")
        return lambda: self.has("well.md", OLD)

    def teach(self) -> Check:
        taught = teach(self.seeds, 7, 3, "How deep?", "Very.", by="Boss", on=date(2026, 11, 29))
        return lambda: "Very." in (self.seeds / taught.document_id).read_text()

    def unteach(self) -> Check:
        taught = teach(self.seeds, 7, 3, "How deep?", "Very.", by="Boss", on=date(2026, 11, 29))
        unteach(self.seeds, *taught)
        return lambda: self.has(taught.document_id, None)

    def set(self) -> Check:
        set_variables(self.env, {"CHIPBOT_MAX_QUOTES": "2"})
        return lambda: self.env.read_text() == LINES.replace("QUOTES=1", "QUOTES=2")

    def set_a_password(self) -> Check:
        password = PasswordFile(self.folder / "password")
        password.write("correct horse battery")
        return lambda: password.matches("correct horse battery")

    def add_a_source(self) -> Check:
        source, path = Source(url="https://example.org/{path}"), self.seeds / "sources.yaml"
        add_source(path, "docs", source)
        return lambda: read_sources(path).by_folder == {"docs": source}

    def build(self) -> Check:
        KnowledgeBase(self.seeds, self.folder / "index").reindex()
        return lambda: open_index(self.folder / "index", verify=EVERYTHING).document_count == 1

    def back_up(self) -> Check:
        back_up(self._settings(), self.folder / "b.zip")
        return lambda: verified(self.folder / "b.zip").documents == 1

    def restore(self) -> Check:
        back_up(self._settings(), self.folder / "b.zip")
        (self.seeds / "well.md").write_bytes(NEW)
        self.env.write_text("CHIPBOT_MAX_QUOTES=2\n")
        self.disk.flush()
        restore(self.folder / "b.zip", self._settings(), self.env, force=True)
        return lambda: self.has("well.md", OLD) and "CHIPBOT_MAX_QUOTES=1" in self.env.read_text()

    def _settings(self) -> Settings:
        return load(self.env, seeds=self.seeds, index=self.folder / "index")


DONE = [name for name, value in vars(Desk).items() if callable(value) and name[0] != "_" and name != "has"]


@pytest.mark.parametrize("what", DONE)
def test_what_was_done_is_there(disk: PowerDisk, what: str) -> None:
    check = getattr(Desk(disk), what)()
    disk.fail()
    assert check()


async def _settings(journal: Journal) -> None:
    await journal.settings.change(7, "cooldown", 5.0, by=1)


async def _opt_out(journal: Journal) -> None:
    await journal.opt_outs.change(journal.member(1), out=True)


async def _vote(journal: Journal) -> None:
    answer_id = journal.answers.keep(KeptAnswer(asker=journal.member(0), channel_id=1))
    await journal.answers.vote(answer_id, journal.member(1), 1)


async def _gap(journal: Journal) -> None:
    await journal.gaps.add(7, "How deep?", ["deep"], "refused", asker=journal.member(1), channel_id=1)


async def _forget(journal: Journal) -> None:
    await _vote(journal)
    await journal.forget(1)


async def _remembered(journal: Journal) -> tuple[float | None, bool, int, int]:
    data = await journal.data_of(1)
    await journal.settings.load()
    return journal.settings.of(7).cooldown, data.opted_out, data.votes, len(data.gaps)


@pytest.mark.parametrize(
    ("write", "remembered"),
    [
        (_settings, (5.0, False, 0, 0)),
        (_opt_out, (None, True, 0, 0)),
        (_vote, (None, False, 1, 0)),
        (_gap, (None, False, 0, 1)),
        (_forget, (None, False, 0, 0)),
    ],
)
async def test_what_the_journal_acknowledged_is_there(
    disk: PowerDisk, write: Callable[[Journal], Awaitable[None]], remembered: object
) -> None:
    before = Journal(journal_place(None, disk.path / "index"))
    await write(before)
    disk.fail()
    after = Journal(journal_place(None, disk.path / "index"))
    assert await _remembered(after) == remembered
    assert after.member(1) == before.member(1)
    await after.close()
    await before.close()


def test_what_is_not_flushed_is_lost(disk: PowerDisk) -> None:
    """Or nothing here would show anything."""
    (disk.path / "flushed").write_text("flushed")
    disk.flush()
    (disk.path / "flushed").unlink()
    (disk.path / "written").write_text("written")
    (disk.path / "draft").write_text("replaced")
    (disk.path / "draft").replace(disk.path / "renamed")
    disk.fail()
    assert [path.name for path in disk.path.iterdir() if path.name != "lost+found"] == ["flushed"]
