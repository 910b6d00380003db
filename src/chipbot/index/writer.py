"""Writing an index: a build beside the old one, flushed, then switched in by replacing one small file."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
import xxhash

from chipbot.arrays import Array
from chipbot.errors import IndexWriteError, StoredIndexError
from chipbot.files import flush, flush_folder, lock, replacement
from chipbot.index.reader import ARRAYS_FILE, CURRENT, EVERYTHING, MANIFEST, identity_of, open_build
from chipbot.index.schema import FORMAT
from chipbot.translation import Message

_PREFIX = ".building-"
_OURS = re.compile(rf"\.(?:building|{CURRENT})-.+|[0-9a-f]{{16}}")  # what is made beside the pointer
_PARTS = {MANIFEST, ARRAYS_FILE}
_ABANDONED_AFTER = 3600  # seconds; a build that was killed leaves its directory behind
_ALIGNMENT = 64  # bytes; every array begins on a cache line


class IndexWriter:
    """Writes builds of an index to a folder, one at a time: another one waits.

    Whatever cannot be written raises IndexWriteError. Nothing is left of a build that is not written to its end; one that
    is not committed goes with the next.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with self._open, self.named():
            existed = self.folder.exists()
            self.folder.mkdir(parents=True, exist_ok=True)
            if not existed:  # an empty folder goes again; one with an index stays
                self._open.callback(_remove_empty, self.folder)
            self._exclusive = lock(self.folder, self._open)
            self._open = self._open.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def write(self, arrays: Iterable[tuple[str, Iterable[Array]]], description: Mapping[str, Any]) -> str:
        """Write a build; return its id.

        Args:
            arrays: The name and the values of each array, in blocks.
            description: What an index has besides arrays.
        """
        build = self.folder / _temporary_name()
        try:
            with self.named():
                build.mkdir()
                written = _write_arrays(build / ARRAYS_FILE, arrays)
                identity = _seal(build, {"format": FORMAT, **description, **written})
                flush_folder(build)
                _move_into_place(build, self.folder / identity)
        finally:
            shutil.rmtree(build, ignore_errors=True)
        return identity

    def commit(self, identity: str) -> None:
        """Make a build that has been written the current one, and remove all others."""
        with self.named():
            with replacement(self.folder / CURRENT) as pointer:
                pointer.write(f"{identity}\n".encode())
            _prune(self.folder, keep=identity, exclusive=self._exclusive)

    @contextlib.contextmanager
    def named(self) -> Iterator[None]:
        """Say of an error in writing to the folder what it is that cannot be written."""
        try:
            yield
        except OSError as error:
            raise IndexWriteError(
                Message(
                    "the index folder {folder} cannot be written: {reason}; make room, make it writable, or name another "
                    "with --index",
                    folder=self.folder,
                    reason=error.strerror or error,
                )
            ) from error


def _write_arrays(path: Path, arrays: Iterable[tuple[str, Iterable[Array]]]) -> dict[str, object]:
    """Write all arrays to one file; return what the manifest says of them."""
    with path.open("wb") as file:
        written = {name: _append(file, blocks) for name, blocks in arrays}
        size = file.tell() + _ALIGNMENT  # an empty array at the end still begins inside the file
        file.truncate(size)
        flush(file)
    return {"arrays": written, "size": size}


def _append(file: BinaryIO, blocks: Iterable[Array]) -> tuple[str, int, int, str]:
    """Write an array of one block or more; return its type, its length, its first byte and its checksum.

    XXH3 is as quick as memory is read; it tells damage, not forgery, which no checksum beside the data can.
    """
    start = -(-file.tell() // _ALIGNMENT) * _ALIGNMENT
    file.seek(start)
    digest, kind, length = xxhash.xxh3_128(), "", 0
    for block in blocks:
        data = np.ascontiguousarray(block).view(np.uint8).data
        file.write(data)
        digest.update(data)
        kind, length = block.dtype.str[1:], length + len(block)
    return kind, length, start, digest.hexdigest()


def _seal(build: Path, manifest: Mapping[str, object]) -> str:
    """Write the manifest of a build; return its id."""
    content = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
    with (build / MANIFEST).open("wb") as file:
        file.write(content)
        flush(file)
    return identity_of(content)


def _move_into_place(build: Path, target: Path) -> None:
    """Rename a finished build to its id; the very same build stays, since it may be in use, unless it is damaged."""
    with contextlib.suppress(StoredIndexError):
        open_build(target, EVERYTHING)
        return
    if target.exists():
        target.rename(target.with_name(_temporary_name()))  # which pruning removes
    build.rename(target)
    flush_folder(target.parent)


def _remove_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _temporary_name() -> str:
    return f"{_PREFIX}{os.getpid()}-{os.urandom(4).hex()}"


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
