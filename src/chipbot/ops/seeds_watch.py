"""What refreshes the index of a running bot by itself: files that change, and a look at what was imported now and then."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

from chipbot.translation import SOURCE

log = logging.getLogger(__name__)

Refresh = Callable[[str], Awaitable[object]]
"""Brings the index in sync; the text says whom or what for."""

QUIET = 2.0
"""Seconds without a change after which changes are taken for finished."""
_LONGEST = 30.0  # seconds after which they are taken in all the same
_CHANGE = "a change of the documents"


class _Documents(DefaultFilter):
    """Lets through what can change an index: hidden files are none, but for the one that says what is ignored."""

    def __call__(self, change: Change, path: str) -> bool:
        name = Path(path).name
        hidden = name.startswith(".") and name != ".chipbotignore"
        return not hidden and super().__call__(change, path)


async def watch(seeds: Path, refresh: Refresh, *, look: float = 5.0, retry: float = 30.0) -> None:
    """Call `refresh` whenever files below `seeds` have changed, once they have been left alone for `QUIET` seconds.

    Runs until it is cancelled; a folder that is not there, or cannot be watched, is tried again after `retry` seconds, and
    one that takes its place, which is looked for every `look` seconds, is watched instead.
    """
    missed = False
    while True:
        try:
            watched = _identity(seeds)
            if missed:
                await refresh(_CHANGE)
            missed = True
            await _watch(seeds, watched, refresh, look)
        except OSError as error:  # FileNotFoundError, or the system's limit of watched folders
            log.warning("%s cannot be watched: %s", seeds, error)
            await asyncio.sleep(retry)


async def _watch(seeds: Path, watched: tuple[int, int], refresh: Refresh, look: float) -> None:
    """Watch until another folder is at this path: the system tells of changes in a folder wherever it is moved to."""
    async for changes in awatch(
        seeds,
        watch_filter=_Documents(),
        debounce=int(_LONGEST * 1000),
        step=int(QUIET * 1000),
        rust_timeout=int(look * 1000),
        yield_on_timeout=True,
    ):
        if _identity(seeds) != watched:
            return
        if changes:
            await refresh(_CHANGE)


def _identity(folder: Path) -> tuple[int, int]:
    info = folder.stat()
    return info.st_dev, info.st_ino


async def import_regularly(
    hours: float, arguments: list[str], refresh: Refresh, leads: Callable[[], bool] = lambda: True
) -> None:
    """Bring imported folders in sync every so many hours, in a process of its own, and then the index, if `leads` says that
    nobody else does.

    Runs until it is cancelled, which ends that process.
    """
    while True:
        await asyncio.sleep(hours * 3600)
        if leads() and await run_import(arguments):
            await refresh("an import")


async def run_import(arguments: list[str]) -> bool:
    """Run `chipbot import`; return whether any folder could be brought in sync. What it says goes to the log."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "chipbot", "import", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"LANGUAGE": SOURCE},
    )
    try:
        out, err = await process.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        raise
    for line in out.decode(errors="replace").splitlines():
        log.info("import: %s", line)
    for line in err.decode(errors="replace").splitlines():
        log.warning("import: %s", line)
    return bool(out.strip())
