"""Files that are written in one step: whoever reads them finds the old content or the new, never a part."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

_NAME_BYTES = 200  # of a file's name in that of the file beside it: a name has 255 on most systems
_TRIES = 20
_PAUSE = 0.02  # seconds between two tries


@contextlib.contextmanager
def replacement(path: Path) -> Iterator[IO[bytes]]:
    """Open a file beside `path` that takes its place, on disk for good, when the block ends without an exception.

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
            yield file
            flush(file)
        put(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
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
