"""A running bot's documents stay in sync: with files that change, and with what they were imported from."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from chipbot.ops import seeds_watch
from chipbot.ops.seeds_watch import import_regularly, run_import, watch

QUIET = 0.1
CHANGE = "a change of the documents"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeds_watch, "QUIET", QUIET)


class Refreshes:
    """Counts refreshes."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    async def __call__(self, why: str) -> None:
        self.reasons.append(why)


@asynccontextmanager
async def running(task: asyncio.Task[Any]) -> AsyncIterator[None]:
    try:
        yield
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # what is waited for sets no event
            await asyncio.sleep(0.02)


async def test_changes_are_taken_in_once_they_are_over(tmp_path: Path) -> None:
    refreshes = Refreshes()
    (tmp_path / "docs").mkdir()
    async with running(asyncio.create_task(watch(tmp_path, refreshes))):
        await asyncio.sleep(0.5)  # until it watches
        for number in range(20):
            (tmp_path / "docs" / f"{number}.md").write_text("x")
        await until(lambda: bool(refreshes.reasons))
        await asyncio.sleep(5 * QUIET)
        assert 1 <= len(refreshes.reasons) <= 2  # a busy machine may part them
        refreshes.reasons.clear()
        (tmp_path / "docs" / ".hidden.md").write_text("x")
        (tmp_path / ".git").mkdir()
        (tmp_path / ".git" / "index").write_text("x")
        await asyncio.sleep(5 * QUIET)
        assert refreshes.reasons == []
        (tmp_path / ".chipbotignore").write_text("*.md")
        await until(lambda: bool(refreshes.reasons))


async def test_a_folder_that_is_not_there_is_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    refreshes = Refreshes()
    seeds = tmp_path / "seeds"
    async with running(asyncio.create_task(watch(seeds, refreshes, retry=0.05))):
        await until(lambda: "cannot be watched" in caplog.text)
        seeds.mkdir()
        await asyncio.sleep(0.5)
        assert refreshes.reasons == []
        (seeds / "a.md").write_text("x")
        await until(lambda: bool(refreshes.reasons))
    assert refreshes.reasons == [CHANGE]


async def test_a_folder_that_takes_its_place_is_watched(tmp_path: Path) -> None:
    refreshes = Refreshes()
    seeds, new = tmp_path / "seeds", tmp_path / "new"
    seeds.mkdir()
    new.mkdir()
    async with running(asyncio.create_task(watch(seeds, refreshes, look=0.05, retry=0.05))):
        await asyncio.sleep(0.5)  # until it watches
        seeds.rename(tmp_path / "old")
        new.rename(seeds)
        await until(lambda: bool(refreshes.reasons))
        await asyncio.sleep(0.5)
        assert refreshes.reasons == [CHANGE]
        (seeds / "a.md").write_text("x")
        await until(lambda: len(refreshes.reasons) > 1)
    assert refreshes.reasons == [CHANGE] * 2


def imported_from(folder: Path) -> list[str]:
    """The arguments of an import whose one source is not there."""
    (folder / "sources.yaml").write_text(f"docs: {{git: '{(folder / 'none').as_uri()}'}}")
    return ["--seeds", str(folder)]


async def test_what_an_import_says_goes_to_the_log_in_english(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setenv("LANGUAGE", "de")
    arguments = imported_from(tmp_path)
    with (tmp_path / "sources.yaml").open("a") as file:
        file.write("\nlamps: {pages: many}")
    assert await run_import(arguments) is False
    assert [record.levelname for record in caplog.records if record.name == "chipbot.ops.seeds_watch"] == [
        "WARNING"
    ] * 2
    assert "import: chipbot: sources.yaml: lamps: pages must be a whole number" in caplog.text
    assert "import: chipbot: docs: " in caplog.text


async def test_imports_go_on_by_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = [True, False, True]
    refreshes = Refreshes()

    async def run(_: list[str]) -> bool:
        if not outcomes:
            await asyncio.Event().wait()
        return outcomes.pop(0)

    monkeypatch.setattr(seeds_watch, "run_import", run)
    async with running(asyncio.create_task(import_regularly(0.01 / 3600, [str(tmp_path)], refreshes))):
        await until(lambda: not outcomes)
        await asyncio.sleep(0.1)
    assert refreshes.reasons == ["an import"] * 2


async def test_of_several_processes_one_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = [True, False, False, True]
    imported: list[bool] = []

    async def run(_: list[str]) -> bool:
        imported.append(True)
        return True

    async def refresh(_: str) -> None:
        if not looks:
            await asyncio.Event().wait()

    monkeypatch.setattr(seeds_watch, "run_import", run)
    importing = import_regularly(0.01 / 3600, [str(tmp_path)], refresh, lambda: looks.pop(0))
    async with running(asyncio.create_task(importing)):
        await until(lambda: not looks)
    assert len(imported) == 2


async def test_an_import_that_is_cancelled_ends_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    create = asyncio.create_subprocess_exec
    started: list[asyncio.subprocess.Process] = []

    async def start(*_: str, **streams: Any) -> asyncio.subprocess.Process:
        del streams["env"]
        started.append(await create(sys.executable, "-c", "import time; time.sleep(600)", **streams))
        return started[0]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    async with running(asyncio.create_task(run_import([]))):
        await until(lambda: bool(started))
        assert started[0].returncode is None
    assert started[0].returncode == -signal.SIGTERM
