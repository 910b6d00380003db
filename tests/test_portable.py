"""Without what only Linux and its kin have: file locks, some signals, processor sets."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.core import SEED
from tests.wire.bots import club
from tests.wire.objects import TOKEN
from tests.wire.wire import Wire

from chipbot.files import replacement

# What Windows lacks is taken away before chipbot is imported.
ELSEWHERE = """
import asyncio, os, signal, sys
sys.modules["fcntl"] = sys.modules["pwd"] = sys.modules["grp"] = sys.modules["resource"] = None
for name in ("SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM"):
    if hasattr(signal, name):
        delattr(signal, name)
for name in ("sched_getaffinity", "nice", "fork", "geteuid", "getuid"):
    if hasattr(os, name):
        delattr(os, name)
def add_signal_handler(*_):
    raise NotImplementedError  # as the event loops of Windows do
asyncio.unix_events._UnixSelectorEventLoop.add_signal_handler = add_signal_handler
"""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="this takes away what Windows does not have")


def environment(**variables: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("CHIPBOT_")} | variables


def test_index_ask_and_backup_need_nothing_of_linux(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / SEED.name).write_bytes(SEED.read_bytes())
    for arguments, expected in (
        (["index"], "1 document"),
        (["ask", "How much money is in the fund?"], "$500 million"),
        (["backup", "b.zip"], "1 document"),
        (["restore", "--force", "b.zip"], "restored 1 document"),
    ):
        code = f"{ELSEWHERE}\nsys.argv[1:] = {arguments!r}\nfrom chipbot.__main__ import main\nmain()"
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout + done.stderr


async def test_the_bot_runs_without_signal_handlers_and_an_interrupt_ends_it(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / SEED.name).write_bytes(SEED.read_bytes())
    async with (
        Wire([club()]).serving() as wire,
        asyncio.timeout(60),
    ):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", f"{ELSEWHERE}\nfrom chipbot.__main__ import main\nmain()", "run",
            cwd=tmp_path, stderr=asyncio.subprocess.PIPE,
            env=environment(CHIPBOT_TOKEN=TOKEN, CHIPBOT_DISCORD_URL=wire.url),
        )  # fmt: skip
        try:
            assert process.stderr
            async for line in process.stderr:
                if b"connected as" in line:
                    break
            process.send_signal(2)
            errors = (await process.stderr.read()).decode()
            assert await process.wait() == 130
            assert "chipbot: stopped" in errors
            assert "Traceback" not in errors
        finally:
            if process.returncode is None:
                process.kill()


def test_a_pointer_that_another_process_reads_is_replaced_a_moment_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, tries = Path.replace, []

    def busy(path: Path, target: Path) -> Path:
        tries.append(path)
        if len(tries) < 3:
            raise PermissionError(
                13, "The process cannot access the file because it is being used by another process"
            )
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", busy)
    with replacement(tmp_path / "CURRENT") as file:
        file.write(b"x")
    assert (tmp_path / "CURRENT").read_text() == "x"
    assert len(tries) == 3


def test_a_pointer_that_may_not_be_replaced_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(path: Path, _: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "replace", forbidden)
    with pytest.raises(PermissionError), replacement(tmp_path / "CURRENT") as file:
        file.write(b"x")
    assert list(tmp_path.iterdir()) == []
