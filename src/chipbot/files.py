"""Files that are written in one step: whoever reads them finds the old content or the new, never a part."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

_NAME_BYTES = 200  # of a file's name in that of the file beside it: a name has 255 on most systems
_TRIES = 20
_PAUSE = 0.02  # seconds between two tries


@contextlib.contextmanager
def replacement(path: Path) -> Iterator[IO[bytes]]:
    """Open a file beside `path` that takes its place, on disk for good, when the block ends without an exception; whoever
    might read the file before may read the new one, and nobody else.

    Raises OSError where it cannot be written; nothing has changed then, and nothing is left of it.
    """
    with _beside(path, _replace) as file:
        yield file


@contextlib.contextmanager
def addition(path: Path) -> Iterator[IO[bytes]]:
    """Do the same where there is no such file; raises FileExistsError where there is by then."""
    with _beside(path, _add) as file:
        yield file


@contextlib.contextmanager
def _beside(path: Path, put: Callable[[Path, Path], None]) -> Iterator[IO[bytes]]:
    name = os.fsdecode(os.fsencode(path.name)[:_NAME_BYTES])
    temporary = path.with_name(f".{name}-{os.getpid()}-{os.urandom(4).hex()}")
    file = temporary.open("xb")
    try:
        with file:
            with contextlib.suppress(FileNotFoundError):
                shutil.copymode(path, temporary)
            yield file
            flush(file)
        put(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    flush_folder(path.parent)


def make_folder(path: Path, *, mode: int = 0o777) -> None:
    """Make a folder and those around it, on disk for good, where they are not there; only `path` itself has the mode."""
    missing = [each for each in (path, *path.parents) if not each.exists()]
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    for each in missing:
        flush_folder(each.parent)


def move(path: Path, target: Path) -> None:
    """Rename a file, in place of one that may be there, on disk for good."""
    _replace(path, target)
    for folder in {path.parent, target.parent}:
        flush_folder(folder)


def remove(path: Path) -> None:
    """Delete a file for good; raises FileNotFoundError where there is none."""
    path.unlink()
    flush_folder(path.parent)


def _add(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)  # unlike a rename, never replaces a file
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(path) from None
        temporary.replace(path)


def _replace(temporary: Path, path: Path) -> None:
    """Rename a file; a moment later where another process has its target open, which Windows does not allow."""
    for _ in range(_TRIES):
        with contextlib.suppress(PermissionError):
            temporary.replace(path)
            return
        time.sleep(_PAUSE)
    temporary.replace(path)


def flush(file: IO[Any]) -> None:
    """Have what was written to a file on disk."""
    file.flush()
    os.fsync(file.fileno())


def flush_folder(path: Path) -> None:
    """Have the names in a folder on disk."""
    if os.name == "posix":  # elsewhere folders cannot be opened
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def lock(folder: Path, until: contextlib.ExitStack) -> bool:
    """Wait for others that lock a folder, and keep them waiting until a stack closes; return whether that holds, which not every
    system can.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folder
        return False
    until.callback(os.close, descriptor)
    return lock_open(descriptor)


def lock_open(descriptor: int) -> bool:
    """Wait for others that lock what is open, and keep them waiting until it is closed; return whether that holds."""
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except (ImportError, OSError):  # not on Windows, and not on every network file system
        return False
    return True
