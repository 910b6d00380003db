"""Each guard that SECURITY.md names, taken out: a test of its row fails, or the row would promise what nothing holds.

The repository is copied; in a copy one line is changed at a time, and the tests that the row names are run.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.reliability.guards import GUARDS, ROOT, Guard, Row, row_of, rows, without
from tests.reliability.state import State

COPIES = 2
"""Copies in which tests run at a time."""
PATIENCE = 1800.0
"""Seconds that the tests of a row have."""
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+?)(?:\[.*|)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What came of taking a guard out."""

    row: Row
    guard: Guard
    noticed: tuple[str, ...]
    """The tests that failed."""


def take_out(state: Path | None = None) -> Iterator[TakenOut]:
    """Take out each guard by itself; raises ValueError where a test fails with all of them in place.

    Args:
        state: A file in which this goes on where it was ended before.
    """
    kept = State(state)
    with tempfile.TemporaryDirectory(prefix="chipbot-guards-") as folder, ThreadPoolExecutor(COPIES) as pool:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(COPIES):
            copies.put(_copied(Path(folder, str(number))))

        def failing_in_place(test: str) -> tuple[str, ...]:
            if test in kept.known:
                return ()
            found = _failing(copies, None, [test])
            if not found:
                kept.keep(test, found)
            return found

        def failing(guard: Guard) -> tuple[str, ...]:
            name = str(guard)
            if name not in kept.known:
                kept.keep(name, _failing(copies, guard, row_of(guard).tests))
            return tuple(kept.known[name])

        taken_out = pool.map(failing, GUARDS)
        in_place = pool.map(failing_in_place, sorted({test for row in rows() for test in row.tests}))
        for guard, noticed in zip(GUARDS, taken_out, strict=True):
            yield TakenOut(row_of(guard), guard, noticed)
        broken = [test for found in in_place for test in found]
    if broken:
        raise ValueError(f"with every guard in place: {broken}")


def _copied(copy: Path) -> Path:
    """Copy what git knows of."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for file in filter(None, listed.split("\0")):
        (copy / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, copy / file, follow_symlinks=False)
    return copy


def _failing(copies: SimpleQueue[Path], guard: Guard | None, tests: Sequence[str]) -> tuple[str, ...]:
    """Return the first test, or what there is of all, that fails in one of the copies without a guard."""
    copy = copies.get()
    try:
        with _without(guard, copy):
            return _run(copy, tests)
    finally:
        copies.put(copy)


@contextlib.contextmanager
def _without(guard: Guard | None, copy: Path) -> Iterator[None]:
    """Take a guard out of a copy while inside."""
    if guard is None:
        yield
        return
    path = copy / guard.path
    before = path.read_text(encoding="utf-8")
    path.write_text(without(guard, before), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(before, encoding="utf-8")


def _run(copy: Path, tests: Sequence[str]) -> tuple[str, ...]:
    """Run tests until one fails; return which."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(copy / "src"), str(copy)))}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-rfE", *tests]
    done = subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    if done.returncode not in (0, 1, 2):
        raise ValueError(done.stdout[-2000:] + done.stderr[-2000:])
    found = tuple(dict.fromkeys(_FAILED.findall(done.stdout)))
    return found or (() if done.returncode == 0 else ("what imports it",))
