"""A disk that is truly full, or beyond its quota, whatever is written to it: nothing is lost, the old index is used, and one
line says why.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.reliability.small_disk import SmallDisk, quota_disk, small_disk
from tests.reliability.stored import Archive, shown
from tests.sources.test_git_import import Repository
from tests.web.operators import operator
from tests.wire.members import Upload, text_of
from tests.wire.test_documents import BOTH, NEWS, street

from chipbot import cli
from chipbot.errors import IndexWriteError, JournalError, SourcesError
from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.journal.records import KeptAnswer
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.sources.collections import Source
from chipbot.sources.imports import import_folder

if sys.platform == "win32":
    pytest.skip("no file system can be mounted", allow_module_level=True)

FULL = "No space left on device"
ROOM = (0, 4096, 16_384, 131_072)
"""Bytes that are left: for nothing, a folder, some of the arrays, nearly all of an index."""
DOCUMENT = b"# The well\n\n" + b"The old well stands behind the mill, and its water is cold. " * 400


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    (tmp_path / "disk").mkdir()
    with small_disk(tmp_path / "disk") as found:
        if found is None:
            pytest.skip("no file system may be mounted here")
        yield found


@pytest.fixture
def quota(tmp_path: Path) -> Iterator[SmallDisk]:
    (tmp_path / "disk").mkdir()
    with quota_disk(tmp_path / "disk", tmp_path / "disk.img") as found:
        if found is None:
            pytest.skip("no file system with quotas may be mounted here")
        yield found


def files(folder: Path, *, hidden: bool = True) -> dict[str, bytes]:
    """Every file below a folder, with or without hidden ones."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "ballast")
    names = {path.relative_to(folder).as_posix(): path for path in found}
    return {name: path.read_bytes() for name, path in names.items() if hidden or "/." not in f"/{name}"}


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command in a folder without settings; returns its code and what it says of an error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHIPBOT_ENCODER", "off")

    def run(*arguments: object) -> tuple[int, str]:
        code = cli.run([str(each) for each in arguments])
        return code, capsys.readouterr().err

    return run


@pytest.mark.parametrize("room", ROOM)
def test_a_first_build_leaves_nothing_behind(disk: SmallDisk, tmp_path: Path, run: Run, room: int) -> None:
    archive = Archive(tmp_path / "archive")
    build = ("index", "--seeds", archive.seeds, "--index", disk.path / "index")
    disk.fill(room)
    code, said = run(*build)
    assert (code, said.count("\n")) == (1, 1), said
    assert f"cannot be written: {FULL}; make room" in said
    assert not (disk.path / "index").exists()
    disk.empty()
    assert run(*build) == (0, "")


@pytest.mark.parametrize("room", ROOM)
def test_a_rebuild_leaves_the_old_index_in_use(disk: SmallDisk, run: Run, room: int) -> None:
    archive = Archive(disk.path)
    knowledge_base = KnowledgeBase(archive.seeds, archive.index)
    before, built = shown(archive.ask(knowledge_base)), files(archive.index)
    document = archive.seeds / "000.txt"
    document.write_text(document.read_text() + "\n\nThis is new.\n")
    disk.fill(room)
    code, said = run("index", "--seeds", archive.seeds, "--index", archive.index)
    assert (code, said.count("\n")) == (1, 1), said
    assert FULL in said
    with pytest.raises(IndexWriteError, match=FULL):  # as the bot does it, in a process of its own
        knowledge_base.reindex()
    assert shown(archive.ask(knowledge_base)) == before
    assert files(archive.index) == built
    disk.empty()
    knowledge_base.reindex()
    assert files(archive.index) != built


async def test_votes_that_were_acknowledged_are_there_and_later_ones_wait(
    disk: SmallDisk, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(journal_place(None, disk.path / "index"))
    journal._database._pause = 0  # between two tries
    await journal.start()
    answer_id = journal.answers.keep(KeptAnswer(asker=journal.member(0), channel_id=1))
    await journal.flush()
    disk.fill(32_768)
    acknowledged = 0

    async def vote_for_ever() -> None:
        nonlocal acknowledged
        while acknowledged < 10_000:
            await journal.answers.vote(answer_id, journal.member(acknowledged), 1)
            acknowledged += 1

    with pytest.raises(JournalError, match="does not work now: database or disk is full") as caught:
        await vote_for_ever()
    assert "\n" not in str(caught.value)
    assert [record.message for record in caplog.records if "disk is full" in record.message] == [
        "the journal does not work: database or disk is full; answers go on without it"
    ]
    for _ in range(200):
        waiting = journal.answers.keep(KeptAnswer(asker=journal.member(0), channel_id=1))
    await journal.flush()
    assert journal.pending
    disk.empty()
    await journal.flush()
    assert (journal.pending, journal.dropped, journal.problem) == (0, 0, None)
    assert await journal.answers.kept(waiting) is not None
    assert acknowledged <= (await journal.answers.votes(answer_id)).up <= acknowledged + 1
    await journal.close()


def test_without_room_for_the_journal_it_is_named(disk: SmallDisk) -> None:
    disk.fill()
    with pytest.raises(JournalError, match=f"cannot be read or made: {FULL}"):
        Journal(journal_place(None, disk.path / "index"))
    disk.empty()
    assert files(disk.path) == {}


def test_an_import_leaves_whole_files_and_is_done_later(disk: SmallDisk, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    old = {f"docs/{number}.md": f"# {number}\n\nThis is old." for number in range(6)}
    new = {name: text.replace("old", "new") + " It is longer." * 400 for name, text in old.items()}
    source = Source(git=repository.address, branch="main", folder="docs")
    repository.commit(dict(old))
    import_folder(disk.path, "docs", source)
    repository.commit(dict(new))
    for room in (0, 16_384):
        disk.fill(room)
        with pytest.raises(SourcesError, match=FULL) as caught:
            import_folder(disk.path, "docs", source)
        assert "\n" not in str(caught.value)
        present = files(disk.path, hidden=False)
        assert present.keys() == old.keys()
        assert all(data.decode() in (old[name], new[name]) for name, data in present.items())
    disk.empty()
    import_folder(disk.path, "docs", source)
    assert files(disk.path, hidden=False) == {name: text.encode() for name, text in new.items()}
    assert not [path for path in (disk.path / "docs").iterdir() if path.suffix != ".md" and path.is_dir()]


@pytest.mark.parametrize("room", [0, 4096, 49_152])
async def test_what_the_operator_uploads_is_there_wholly_or_not_at_all(disk: SmallDisk, room: int) -> None:
    async with operator(disk.path) as desk:
        before, index = files(desk.seeds, hidden=False), files(disk.path / "index")
        disk.fill(room)
        page = await desk.send("", {"folder": "."}, ("well.md", DOCUMENT))
        assert FULL in page.notice
        assert "\n" not in page.notice
        assert files(desk.seeds, hidden=False) == before
        assert files(disk.path / "index") == index
        assert "Fridays" in (await desk.press("try", question="Who repairs the lamp?")).text
        disk.empty()
        page = await desk.send("", {"folder": "."}, ("well.md", DOCUMENT))
        assert page.notice.startswith("well.md: added.")


@pytest.mark.parametrize(
    ("room", "said"),
    [(0, FULL), (16_384, "I can't write a new index right now, so I go on with the one I have")],
)
async def test_what_is_uploaded_in_discord_is_there_wholly_or_not_at_all(
    disk: SmallDisk, caplog: pytest.LogCaptureFixture, room: int, said: str
) -> None:
    async with street(disk.path, *BOTH) as town:
        before = town.files()
        disk.fill(room)
        refused = await town.use(town.boss, "documents add", file=Upload("news.md", NEWS))
        assert said in text_of(refused)
        assert FULL in caplog.text
        assert "Traceback" not in caplog.text
        assert str(disk.path) not in text_of(refused)
        assert town.files() == before
        assert "sundial" in await town.ask("Where are the keys kept?")
        disk.empty()
        added = await town.use(town.boss, "documents add", file=Upload("news.md", NEWS))
        assert "is added as" in text_of(added)


@pytest.mark.parametrize("room", [0, 4096])
def test_no_part_of_a_backup_stays(disk: SmallDisk, tmp_path: Path, run: Run, room: int) -> None:
    archive = Archive(tmp_path / "archive")
    backup = ("backup", disk.path / "b.zip", "--seeds", archive.seeds, "--index", archive.index, "--force")
    assert run(*backup)[0] == 0
    before = files(disk.path)
    disk.fill(room)
    code, said = run(*backup)
    assert (code, said.count("\n")) == (1, 1), said
    assert f"{FULL}; no backup was made" in said
    assert files(disk.path) == before


@pytest.mark.parametrize("room", [0, 8192, 65_536, 114_688])
def test_without_room_nothing_is_restored(disk: SmallDisk, tmp_path: Path, run: Run, room: int) -> None:
    """30 documents of less than 1 KB each, which take 4 KB each on a disk."""
    archive = Archive(tmp_path / "archive")
    backup = tmp_path / "b.zip"
    assert run("backup", backup, "--seeds", archive.seeds, "--index", archive.index)[0] == 0
    restore = ("restore", backup, "--seeds", disk.path / "seeds", "--index", disk.path / "index")
    disk.fill(room)
    code, said = run(*restore)
    assert (code, said.count("\n")) == (1, 1), said
    assert f"has room for {room:,}: nothing was done" in said
    assert files(disk.path) == {}
    disk.empty()
    assert run(*restore)[0] == 0
    assert files(disk.path / "seeds") == files(archive.seeds)


def test_beyond_a_quota_a_rebuild_leaves_the_old_index_in_use(quota: SmallDisk, run: Run) -> None:
    archive = Archive(quota.path)
    knowledge_base = KnowledgeBase(archive.seeds, archive.index)
    before, built = shown(archive.ask(knowledge_base)), files(archive.index)
    document = archive.seeds / "000.txt"
    document.write_text(document.read_text() + "\n\nThis is new.\n")
    quota.fill()
    code, said = run("index", "--seeds", archive.seeds, "--index", archive.index)
    assert (code, said.count("\n")) == (1, 1), said
    assert f"cannot be written: {quota.full}; make room" in said
    assert shown(archive.ask(knowledge_base)) == before
    assert files(archive.index) == built
    quota.empty()
    knowledge_base.reindex()
    assert files(archive.index) != built


async def test_beyond_a_quota_votes_wait_and_nothing_ends_the_process(quota: SmallDisk) -> None:
    journal = Journal(journal_place(None, quota.path / "index"))
    journal._database._pause = 0  # between two tries
    await journal.start()
    answer_id = journal.answers.keep(KeptAnswer(asker=journal.member(0), channel_id=1))
    await journal.flush()
    quota.fill()
    with pytest.raises(JournalError, match="does not work now: disk I/O error"):
        await journal.answers.vote(answer_id, journal.member(1), 1)
    waiting = journal.answers.keep(KeptAnswer(asker=journal.member(0), channel_id=1))
    with pytest.raises(
        JournalError, match="does not work now: disk I/O error"
    ):  # it is kept, though not yet there
        await journal.answers.vote(waiting, journal.member(1), 1)
    assert await journal.answers.kept(answer_id) is not None
    restarted = Journal(journal_place(None, quota.path / "index"))
    assert (await restarted.answers.votes(answer_id)).up == 0
    await restarted.close()
    quota.empty()
    for each in (answer_id, waiting):
        assert await journal.answers.vote(each, journal.member(1), 1) is not None
    await journal.close()


async def test_beyond_a_quota_what_is_uploaded_is_not_there_at_all(quota: SmallDisk) -> None:
    async with operator(quota.path) as desk:
        before = files(desk.seeds, hidden=False)
        quota.fill()
        page = await desk.send("", {"folder": "."}, ("well.md", DOCUMENT))
        assert quota.full in page.notice
        assert files(desk.seeds, hidden=False) == before
        quota.empty()
        page = await desk.send("", {"folder": "."}, ("well.md", DOCUMENT))
        assert page.notice.startswith("well.md: added.")


def test_beyond_a_quota_nothing_is_restored(quota: SmallDisk, tmp_path: Path, run: Run) -> None:
    """The disk has room enough, so that only writing shows that there is none."""
    archive = Archive(tmp_path / "archive")
    backup = tmp_path / "b.zip"
    assert run("backup", backup, "--seeds", archive.seeds, "--index", archive.index)[0] == 0
    (quota.path / "seeds").mkdir()
    for path in archive.seeds.iterdir():
        (quota.path / "seeds" / path.name).write_text("This was there.")
    before = files(quota.path)
    restore = ("restore", backup, "--force", "--seeds", quota.path / "seeds", "--index", quota.path / "index")
    for room in (0, 49_152):
        quota.fill(room)
        code, said = run(*restore)
        assert (code, said.count("\n")) == (1, 1), said
        assert f"cannot be written: {quota.full}" in said
        assert files(quota.path) == before
    quota.empty()
    assert run(*restore)[0] == 0
    assert files(quota.path / "seeds") == files(archive.seeds)
