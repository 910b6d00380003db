"""Files that are replaced in one step: whoever reads them finds the old content or the new, never a part."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

_TRIES = 20
_PAUSE = 0.02  # seconds between two tries


@contextlib.contextmanager
def replacement(path: Path) -> Iterator[IO[bytes]]:
    """Open a file beside `path` that takes its place, on disk for good, when the block ends without an exception.

    Raises OSError where it cannot be written; nothing has changed then, and nothing is left of it.
    """
    temporary = path.with_name(f".{path.name}-{os.getpid()}-{os.urandom(4).hex()}")
    file = temporary.open("xb")
    try:
        with file:
            yield file
            flush(file)
        _replace(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    flush_folder(path.parent)


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
