"""Processes that are killed, cannot flush or have no room left, at any point of what they write; and what is left then.

Each runs the real command in a process of its own, forked from one that has loaded chipbot already, in which Python's audit
hooks tell of each change to a file. A kill is SIGKILL by the process itself just before a change, or from outside at any time.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import json
import multiprocessing
import os
import resource
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

PATIENCE = 60.0
"""Seconds that a process has."""
_CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "shutil.rmtree")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT

Kind = Literal["none", "kill", "flush", "room"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong in a process."""

    kind: Kind
    """Nothing; it is killed; a file cannot be flushed; files may have so many bytes and no more."""
    at: int = 0
    """The change or flush at which, counted from 1; or the number of bytes."""


@dataclass(frozen=True, slots=True)
class End:
    """How a process ended."""

    code: int
    """Its exit code; below 0 the signal that ended it."""
    said: str
    """What it wrote to standard error, or as the last line of standard output where that is an error."""
    points: int
    """How many changes and flushes it had come to."""
    seconds: float
    orphans: int
    """Processes that it had started and that were still there afterwards."""

    @property
    def is_clear(self) -> bool:
        """Whether it failed and said why, in so few lines that they are read."""
        return self.code > 0 and 0 < self.said.count("\n") <= 3 and not self.is_traceback

    @property
    def is_traceback(self) -> bool:
        """Whether it ended in what nobody foresaw."""
        return "Traceback" in self.said


NO_FAULT = Fault("none")
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(
    ["chipbot.cli.index", "chipbot.service.background_rebuild", "chipbot.index.builder", __name__]
)


def run(
    function: str,
    *arguments: Any,
    folder: Path,
    fault: Fault = NO_FAULT,
    kill_after: float | None = None,
    worker: bool = False,
) -> End:
    """Run "module:function" in a process of its own, in which changes below the folder count.

    Args:
        function: What is run; its result, if any, is the exit code.
        arguments: What it is given.
        folder: Where faults strike.
        fault: What goes wrong.
        kill_after: Seconds until it is killed from outside.
        worker: Whether not it is killed then but one of the processes that it has started, if any.
    """
    said, printed, points = (folder.parent / name for name in ("said.txt", "printed.txt", "points.txt"))
    points.write_text("0")
    start = time.monotonic()
    process = _SERVER.Process(
        target=_begin, args=(function, arguments, str(folder), fault, (str(printed), str(said)), str(points))
    )
    process.start()
    process.join(PATIENCE if kill_after is None else kill_after)
    if process.exitcode is None:
        group = process.pid or 0
        os.kill(max(_group(group) - {group} if worker else (), default=group), signal.SIGKILL)
    process.join(PATIENCE)
    seconds = time.monotonic() - start
    if process.pid is None or process.exitcode is None:
        raise AssertionError("it has started and ended")
    return End(
        code=process.exitcode,
        said=said.read_text(encoding="utf-8", errors="replace") or _error(printed),
        points=int(points.read_text() or 0),
        seconds=seconds,
        orphans=_orphans(process.pid),
    )


def _error(printed: Path) -> str:
    """The error that a rebuild process tells the bot of; empty where there is none."""
    lines = printed.read_text(encoding="utf-8").splitlines()
    with contextlib.suppress(ValueError, LookupError):
        return f"{json.loads(lines[-1])['error']}\n"
    return ""


def _orphans(group: int) -> int:
    """How many processes of a group are still there, after some time to end."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return 0
        time.sleep(0.02)
    left = _group(group)
    os.killpg(group, signal.SIGKILL)
    return len(left)


def _group(number: int) -> set[int]:
    """The processes of a group."""
    found = set()
    for path in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            if (
                path.name.isdigit()
                and int((path / "stat").read_text().rpartition(")")[2].split()[2]) == number
            ):
                found.add(int(path.name))
    return found


def _begin(
    function: str,
    arguments: tuple[Any, ...],
    folder: str,
    fault: Fault,
    outputs: tuple[str, str],
    points: str,
) -> None:
    os.setsid()
    for descriptor, name in enumerate(outputs, 1):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    module, _, name = function.partition(":")
    called = getattr(importlib.import_module(module), name)
    _strike(folder, fault, os.open(points, os.O_WRONLY))
    sys.exit(called(*arguments))


def _strike(folder: str, fault: Fault, points: int) -> None:
    """Let a fault come from now on."""
    reached = flushed = 0

    def reach() -> None:
        nonlocal reached
        reached += 1
        os.pwrite(points, str(reached).encode(), 0)
        if fault.kind == "kill" and reached == fault.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        changes = event in _CHANGES or (event == "open" and bool(int(arguments[2] or 0) & _WRITING))
        if changes and str(arguments[0]).startswith(folder):
            reach()

    flush = os.fsync

    def fsync(descriptor: int) -> None:
        nonlocal flushed
        reach()
        flushed += 1
        if fault.kind == "flush" and flushed == fault.at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        flush(descriptor)
        reach()

    os.fsync = fsync  # type: ignore[assignment]  # which is only called with numbers
    sys.addaudithook(hook)
    if fault.kind == "room":
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault.at, fault.at))
