"""Builds that are cut short leave nothing behind, and those beside a running bot give way to it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chipbot.errors import BuildError
from chipbot.model import Answer, Progress
from chipbot.service.background_rebuild import BackgroundRebuilder, lower_priority
from chipbot.service.knowledge_base import KnowledgeBase

LAW = "# The Law\n\nThe CHIPS Act was enacted in 2022 by the parliament.\n"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "law.md").write_text(LAW)
    return folder


def write_much(seeds: Path, files: int = 24) -> None:
    """Write documents that keep worker processes busy for some seconds."""
    for number in range(files):
        words = " ".join(f"word{number}x{i} of the fund" for i in range(60))
        (seeds / f"{number:03}.txt").write_text(f"Title {number}\n\n" + f"{words}.\n\n" * 200)


def debris(index: Path) -> set[str]:
    """What kinds of things stand in an index folder, but for builds."""
    found = {path.name for path in index.iterdir()} if index.exists() else set()
    return {name for name in found if not re.fullmatch("[0-9a-f]{16}", name)}


# Ended from outside


def start_building(seeds: Path, *, read: int) -> subprocess.Popen[bytes]:
    """Start `chipbot index` in a process group of its own, whose progress goes to the other end of the
    terminal `read`.
    """
    command = [sys.executable, "-m", "chipbot", "index", "--seeds", "seeds", "--index", "index"]
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    # Whatever started the tests may have interrupts ignored, which processes take over from those that start them.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            command,
            cwd=seeds.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=read,
            stderr=read,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)


def read_to_the_end(terminal: int, until: bytes = b"") -> bytes:
    """Read from a terminal until these words appear, or else until no process that writes to it is left."""
    shown = b""
    while not until or until not in shown:
        try:
            data = os.read(terminal, 1 << 16)
        except OSError:  # what Linux says when the last writer has gone
            data = b""
        if not data:
            break
        shown += data
    return shown


@POSIX
@pytest.mark.parametrize("way", ["interrupt", "kill"])
def test_a_build_that_is_ended_leaves_no_process_and_no_debris(seeds: Path, way: str) -> None:
    import pty

    write_much(seeds)
    terminal, theirs = pty.openpty()
    try:
        building = start_building(seeds, read=theirs)
        os.close(theirs)
        assert b"reading" in read_to_the_end(terminal, until=b"reading")  # worker processes are at work
        if way == "interrupt":
            os.killpg(building.pid, signal.SIGINT)  # as Ctrl-C does: to every process of the group
        else:
            building.kill()
        said = read_to_the_end(terminal)  # which ends when no worker process is left
        code = building.wait()
    finally:
        os.close(terminal)
    assert b"Traceback" not in said
    if way == "interrupt":
        assert b"chipbot: stopped" in said
    assert code == (130 if way == "interrupt" else -signal.SIGKILL)
    assert debris(seeds.parent / "index") == set()


# Beside a running bot


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def knowledge_base(seeds: Path, tmp_path: Path, warnings: list[str]) -> KnowledgeBase:
    KnowledgeBase(seeds, tmp_path / "index").reindex()
    return BackgroundRebuilder(seeds, tmp_path / "index", warn=warnings.append)


def test_what_was_rebuilt_in_another_process_is_answered_from(
    knowledge_base: KnowledgeBase, seeds: Path
) -> None:
    assert not isinstance(knowledge_base.answer("How much money is in the fund?"), Answer)
    (seeds / "fund.txt").write_text("The Fund\n\nThe law earmarked a $500 million fund.\n")
    progress: list[Progress] = []
    status = knowledge_base.reindex(progress.append)
    assert (status.documents, status.rebuilt) == (2, True)
    assert progress[-1] == Progress(step="indexing", done=2, total=2)
    assert isinstance(knowledge_base.answer("How much money is in the fund?"), Answer)
    assert not knowledge_base.reindex().rebuilt


def test_what_is_wrong_with_the_documents_is_told(knowledge_base: KnowledgeBase, seeds: Path) -> None:
    (seeds / "law.md").unlink()
    with pytest.raises(
        BuildError,
        match=r"^the seeds folder .* is empty: put documents in it; `chipbot demo` tries the shipped one$",
    ):
        knowledge_base.reindex()


def test_a_rebuild_reads_no_settings(
    knowledge_base: KnowledgeBase, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may have been changed to something wrong while the bot runs."""
    (seeds / "law.md").write_text(LAW * 2)
    monkeypatch.setenv("CHIPBOT_COOLDOWN", "soon")
    assert knowledge_base.reindex().rebuilt


class BrokenRebuilder(BackgroundRebuilder):
    def _command(self) -> list[str]:
        return [sys.executable, "-c", "print('{\"step\": ', end='', flush=True); 1 / 0"]


def test_a_process_that_fails_is_one_clear_line(
    knowledge_base: KnowledgeBase, seeds: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BuildError, match=r"failed with code 1; its standard error says why$"):
        BrokenRebuilder(seeds, seeds.parent / "index").reindex()
    assert "ZeroDivisionError" in capfd.readouterr().err
    assert knowledge_base.status().documents == 1


@POSIX
def test_a_rebuild_gives_way_to_everything_else(knowledge_base: KnowledgeBase, seeds: Path) -> None:
    (seeds / "law.md").write_text(LAW * 2)
    priorities: set[int] = set()
    own = os.getpriority(os.PRIO_PROCESS, 0)

    def look(_: Progress) -> None:
        priorities.update(os.getpriority(os.PRIO_PROCESS, child) for child in children())

    knowledge_base.reindex(look)
    assert priorities == {19}
    assert os.getpriority(os.PRIO_PROCESS, 0) == own


OLDER: set[int] = set()
"""The processes that other tests have left to this one, such as one that reads files."""


@pytest.fixture(autouse=True)
def _older() -> None:
    OLDER.clear()
    if sys.platform != "win32":
        OLDER.update(children())


def children() -> list[int]:
    """The processes that this one has started in this test and that still run."""
    rows = subprocess.run(
        ["ps", "-A", "-o", "ppid=,pid=,stat=,comm="], capture_output=True, check=True, text=True
    )
    fields = [row.split(None, 3) for row in rows.stdout.splitlines()]
    return [
        int(pid)
        for parent, pid, state, name in fields
        if int(parent) == os.getpid() and not state.startswith("Z") and name != "ps" and int(pid) not in OLDER
    ]


class StopError(Exception):
    """What a report raises to end a rebuild."""


def stopping(_: Progress) -> None:
    raise StopError


def killing(_: Progress) -> None:
    for child in children():
        os.kill(child, signal.SIGKILL)


@POSIX
@pytest.mark.parametrize(("report", "error"), [(stopping, StopError), (killing, BuildError)])
def test_a_rebuild_that_is_ended_leaves_the_index_as_it_was(
    knowledge_base: KnowledgeBase, seeds: Path, report: Callable[[Progress], None], error: type[Exception]
) -> None:
    before = knowledge_base.status()
    write_much(seeds, 8)
    with pytest.raises(error):
        knowledge_base.reindex(report)
    assert children() == []
    assert debris(seeds.parent / "index") == {"CURRENT"}
    assert knowledge_base.status() == before


def test_where_no_process_can_be_had_the_bot_rebuilds_itself(
    knowledge_base: KnowledgeBase, seeds: Path, warnings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def impossible(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr("subprocess.Popen.__init__", impossible)
    (seeds / "fund.txt").write_text("The Fund\n\nThe law earmarked a $500 million fund.\n")
    assert knowledge_base.reindex().documents == 2
    assert ["no more processes" in warning for warning in warnings] == [True]


def test_a_system_that_lets_no_process_lower_its_priority_is_no_obstacle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    def refused(niceness: int) -> int:
        asked.append(niceness)
        raise PermissionError

    monkeypatch.setattr("os.nice", refused, raising=False)
    lower_priority()
    assert asked == [19]
