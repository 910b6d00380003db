"""Writing an index: a build beside the old one, flushed, then switched in by replacing one small file."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import numpy as np
import xxhash

from chipbot.errors import IndexWriteError, StoredIndexError
from chipbot.files import flush, flush_folder, replacement
from chipbot.index.arrays import Array
from chipbot.index.reader import ARRAYS_FILE, CURRENT, EVERYTHING, MANIFEST, checksum_line, open_build
from chipbot.index.schema import FORMAT

_PREFIX = ".building-"
_OURS = re.compile(
    rf"\.(?:building|{CURRENT})-.+|[0-9a-f]{{16}}"
)  # what this module makes beside the pointer
_PARTS = {MANIFEST, ARRAYS_FILE}
_ABANDONED_AFTER = 3600  # seconds; a build that was killed leaves its directory behind
_ALIGNMENT = 64  # bytes; every array begins on a cache line


class MemoryOutput:
    """Arrays in memory."""

    def __init__(self) -> None:
        self.arrays: dict[str, Array] = {}

    def write(self, name: str, kind: str, pieces: Iterable[Array]) -> None:
        """Keep a whole array that comes in pieces."""
        self.arrays[name] = np.concatenate([np.zeros(0, kind), *pieces], dtype=kind, casting="unsafe")


class IndexWriter:
    """A build of an index in a folder; nothing is left of it unless it is committed.

    Only one build at a time writes to a folder: another one waits. Whatever cannot be written raises IndexWriteError.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = ExitStack()
        self._arrays: dict[str, tuple[str, int, int, str]] = {}
        """The type, length, first byte and checksum of each array."""

    def __enter__(self) -> Self:
        with self._open, self._named():
            existed = self._folder.exists()
            self._folder.mkdir(parents=True, exist_ok=True)
            if not existed:  # an empty folder goes again; one with an index stays
                self._open.callback(_remove_empty, self._folder)
            self._exclusive = self._open.enter_context(_exclusive_lock(self._folder))
            self._open = self._open.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):  # what could not be written is still not
            self._open.close()

    def write(self, name: str, kind: str, pieces: Iterable[Array]) -> None:
        """Write a whole array that comes in pieces; `kind` is NumPy's name of its type."""
        # XXH3 is as quick as memory is read; it tells damage, not forgery, which no checksum beside the data can.
        digest, length = xxhash.xxh3_128(), 0
        with self._named():
            if not self._arrays:  # until now, documents are read: a build that is killed leaves nothing
                self._directory = self._folder / _temporary_name()
                self._directory.mkdir()
                self._open.callback(shutil.rmtree, self._directory, ignore_errors=True)
                self._file = self._open.enter_context((self._directory / ARRAYS_FILE).open("wb"))
            start = -(-self._file.tell() // _ALIGNMENT) * _ALIGNMENT
            self._file.seek(start)
            for piece in pieces:
                data = np.ascontiguousarray(piece, f"<{kind}").view(np.uint8).data
                digest.update(data)
                self._file.write(data)
                length += len(piece)
        self._arrays[name] = kind, length, start, digest.hexdigest()

    def commit(self, description: Mapping[str, Any], approve: Callable[[Path], None] = lambda _: None) -> str:
        """Make the build the current one, with what an index has besides arrays; return its id.

        `approve` is called with the folder of the finished build before it is the current one; what it raises leaves the
        one before. Raises IndexWriteError where the build cannot be written; nothing has changed then.
        """
        with self._named():
            self._size = (
                self._file.tell() + _ALIGNMENT
            )  # an empty array at the end still begins inside the file
            self._file.truncate(self._size)
            flush(self._file)
            self._file.close()  # or it could not be moved on Windows
            identity = self._seal(description)
        approve(self._folder / identity)  # what it refuses, the next build removes
        with self._named():
            with replacement(self._folder / CURRENT) as pointer:
                pointer.write(f"{identity}\n".encode())
            _prune(self._folder, keep=identity, exclusive=self._exclusive)
        return identity

    def _seal(self, description: Mapping[str, Any]) -> str:
        """Write the manifest, and move the build into place; return its id, the digest of its content."""
        content = {name: (kind, length, digest) for name, (kind, length, _, digest) in self._arrays.items()}
        manifest = {"format": FORMAT, "arrays": content, **description}
        identity = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:16]
        manifest |= {
            "id": identity,
            "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "size": self._size,
            "arrays": self._arrays,
        }
        rest = json.dumps(manifest, indent=1, ensure_ascii=False).encode().removeprefix(b"{")
        with (self._directory / MANIFEST).open("wb") as file:
            file.write(checksum_line(rest) + rest)
            flush(file)
        _move_into_place(self._directory, self._folder / identity)
        return identity

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        """Say of an error in writing what it is that cannot be written."""
        try:
            yield
        except OSError as error:
            problem = f"the index folder {self._folder} cannot be written: {error.strerror or error}"
            raise IndexWriteError(f"{problem}; make it writable or name another with --index") from error


def _move_into_place(temporary: Path, target: Path) -> None:
    """Rename a finished build to its id; the very same build stays, since it may be in use, unless it is damaged."""
    with contextlib.suppress(StoredIndexError):
        open_build(target, EVERYTHING)
        return
    if target.exists():
        aside = target.with_name(_temporary_name())
        target.rename(aside)
        temporary.rename(target)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        temporary.rename(target)
    flush_folder(target.parent)


def _remove_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _temporary_name() -> str:
    return f"{_PREFIX}{os.getpid()}-{os.urandom(4).hex()}"


@contextlib.contextmanager
def _exclusive_lock(folder: Path) -> Iterator[bool]:
    """Let one build at a time write to the folder; yields whether that holds, which not every system can say."""
    try:
        import fcntl
    except ImportError:  # not on Windows
        yield False
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:  # not on every network file system
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _prune(folder: Path, keep: str, *, exclusive: bool) -> None:
    """Remove other builds and what killed builds left; what is still in use elsewhere is left for the next time."""
    for path in folder.iterdir():
        if path.name == keep or not _OURS.fullmatch(path.name):
            continue
        with contextlib.suppress(OSError):
            unfinished = path.name.startswith(".")
            if unfinished and not exclusive and time.time() - path.stat().st_mtime < _ABANDONED_AFTER:
                continue
            if not path.is_dir():
                path.unlink()
            elif {part.name for part in path.iterdir()} <= _PARTS:  # else it is somebody else's
                shutil.rmtree(path)
