"""Writing an index: a build beside the old one, its parts flushed, switched in by replacing the pointer."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from chipbot.errors import IndexWriteError, StoredIndexError
from chipbot.index import ARRAYS, Array, Index
from chipbot.index.columns import PREFIX, Growing, Output, let_go, mapped
from chipbot.index.store.layout import (
    ALIGNMENT,
    ARRAYS_FILE,
    FORMAT,
    MANIFEST,
    POINTER,
    checksum,
    checksum_line,
)
from chipbot.index.store.reading import EVERYTHING, open_build

_WRITTEN_AT_ONCE = (
    64 * 2**10
)  # bytes; Linux maps all of what was written at once, up to 2 MiB, when one byte of it is read
_AT_ONCE = 8 * 2**20  # bytes that are flushed at once
_PENDING = 2  # pieces of an array, in memory, that may wait to be written
_OURS = re.compile(
    rf"{re.escape(PREFIX)}.+|[0-9a-f]{{16}}"
)  # the names of what this module makes beside the pointer
_ABANDONED_AFTER = 3600  # seconds; a build that was killed leaves its directory behind
_BUSY_TRIES = 20  # how often a file that another process reads is tried to be replaced …
_BUSY_PAUSE = 0.02  # … and the seconds in between


Submit = Callable[[Callable[["_ArraysFile"], None]], Future[None]]
"""Has something done with the file, after all else that was submitted before."""


class Writing(Output):
    """A build as it is written: arrays are added while others are still made, then it becomes the current
    one.

    The old one serves until the last step, and nothing is left of what was not finished.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(scratch(folder))
        self._index = folder
        self._thread = ThreadPoolExecutor(1)
        self._begin_anew()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()
        self._thread.shutdown()

    def add(self, name: str, array: Array) -> None:
        """Write an array of the build, which must not change any more, beside what else is done; `finish`
        says if that fails.
        """
        if name not in self._regions:
            self._region(name, array.dtype, len(array)).append(array)

    def growing(self, name: str, dtype: npt.DTypeLike, length: int) -> Growing:
        """Make room for an array, which is written as it is put together; that raises OSError if it fails.

        Where the folder cannot be written it is put together elsewhere, and `finish` says so.
        """
        if (
            os.name != "posix" or self._begun().exception() is not None
        ):  # elsewhere what is mapped cannot be moved into place
            return super().growing(name, dtype, length)
        return self._region(name, np.dtype(dtype), length)

    def clear(self) -> None:
        """Forget what has been added."""
        for job in self._jobs:
            job.cancel()
        wait(self._jobs)
        with contextlib.suppress(OSError):  # what could not be written is still not
            self._open.close()
        self._begin_anew()

    def finish(self, index: Index) -> str:
        """Add what the index has besides, and make it the current one; return its id.

        Raises IndexWriteError where the folder cannot be written; nothing has changed then.
        """
        for name in ARRAYS:
            self.add(name, index.arrays[name])
        try:
            for job in self._jobs:
                job.result()
            identity = self._seal(index)
            _replace_file(self._index / POINTER, identity + "\n")
            _prune(self._index, keep=identity, alone=self._alone)
        except OSError as error:
            reason = error.strerror or str(error)
            raise IndexWriteError(
                f"the index folder {self._index} cannot be written: {reason}; make it writable or name another with --index"
            ) from error
        return identity

    def _begin_anew(self) -> None:
        self._jobs: list[Future[None]] = []
        self._regions: dict[str, _Region] = {}
        self._open = ExitStack()

    def _region(self, name: str, dtype: np.dtype[Any], length: int) -> _Region:
        self._regions[name] = region = _Region(self._submit, dtype, length)
        return region

    def _submit(self, work: Callable[[_ArraysFile], None]) -> Future[None]:
        begun = self._begun()

        def job() -> None:
            begun.result()  # says why there is no file
            work(self._file)

        self._jobs.append(self._thread.submit(job))
        return self._jobs[-1]

    def _begun(self) -> Future[None]:
        if not self._jobs:
            self._jobs.append(self._thread.submit(self._begin))
        return self._jobs[0]

    def _begin(self) -> None:
        """Begin the build in a directory of its own."""
        self._index.mkdir(parents=True, exist_ok=True)
        self._alone = self._open.enter_context(_alone(self._index))
        self._directory = self._index / f"{PREFIX}{os.getpid()}-{os.urandom(4).hex()}"
        self._directory.mkdir()
        self._open.callback(shutil.rmtree, self._directory, ignore_errors=True)
        self._file = self._open.enter_context(_ArraysFile(self._directory / ARRAYS_FILE))

    def _seal(self, index: Index) -> str:
        """Write down what there is besides arrays, and move the build into place; return its id."""
        size = self._file.finish()
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "arrays": {
                name: (region.kind, region.length, region.checksum) for name, region in self._regions.items()
            },
            "settings": index.settings,
            "failures": [asdict(one) for one in index.failures],
            "synonyms": index.synonyms,
            "languages": index.languages,
        }
        identity = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:16]
        manifest |= {
            "id": identity,
            "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "size": size,
            "arrays": {
                name: (region.kind, region.length, region.place, region.checksum)
                for name, region in self._regions.items()
            },
        }
        rest = json.dumps(manifest, indent=1, ensure_ascii=False).encode().removeprefix(b"{")
        with (self._directory / MANIFEST).open("wb") as file:
            file.write(checksum_line(rest) + rest)
            _flush(file)
        _move_into_place(self._directory, self._index / identity)
        return identity


class _ArraysFile:
    """The file of a build's arrays, for one thread; what has been written is flushed beside writing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb", _WRITTEN_AT_ONCE)
        self._flushing = ThreadPoolExecutor(1)
        self._flushed = self._flushing.submit(os.fsync, self._file.fileno())
        self._unflushed = self._size = 0  # bytes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._flushing.shutdown()
        self._file.close()

    def room(self, size: int) -> int:
        """Make room for so many bytes; return where."""
        place = self._size + -self._size % ALIGNMENT
        self._size = place + size
        return place

    def write(self, place: int, array: Array, update: Callable[[memoryview], None]) -> None:
        """Write an array, and tell its bytes to a checksum's `update`; a part at a time, which is all that
        need be in memory.
        """
        data = array.view(np.uint8)
        self._file.seek(place)
        for start in range(0, len(data), _AT_ONCE):
            part = data[start : start + _AT_ONCE]
            update(part.data)
            self._file.writelines(
                part[first : first + _WRITTEN_AT_ONCE].data for first in range(0, len(part), _WRITTEN_AT_ONCE)
            )
            self._flush_beside(len(part))
            let_go(part)

    def _flush_beside(self, written: int) -> None:
        """Begin to flush what has been written, if that is worth it and not being done."""
        self._unflushed += written
        if self._unflushed >= _AT_ONCE and self._flushed.done():
            self._flushed.result()  # says so if it has failed, which the system says once
            self._flushed = self._flushing.submit(os.fsync, self._file.fileno())
            self._unflushed = 0

    def mapped(self, place: int, dtype: np.dtype[Any], length: int) -> Array:
        """Return an array that has been written."""
        self._file.flush()
        return np.asarray(np.memmap(self._path, dtype, "r", place, length)) if length else np.zeros(0, dtype)

    def finish(self) -> int:
        """Flush all that was written, and close the file; return its size."""
        self._file.seek(self.room(0))
        self._file.write(bytes(ALIGNMENT))  # an empty array at the end still begins inside the file
        size = self._file.tell()
        self._flushed.result()
        _flush(self._file)
        self._file.close()  # or it could not be moved on Windows
        return size


class _Region(Growing):
    """The place of an array in the file, where it is written as it grows."""

    def __init__(self, submit: Submit, dtype: np.dtype[Any], length: int) -> None:
        self._submit, self._dtype = submit, dtype.newbyteorder("<")
        self._digest = checksum()
        self._written: list[Future[None]] = []
        self._pending: deque[Future[None]] = deque()
        self.kind = f"{dtype.kind}{dtype.itemsize}"
        self.length = length
        self.place = self._end = 0  # in bytes
        submit(self._begin)

    @property
    def checksum(self) -> str:
        """That of all that has been written."""
        return self._digest.hexdigest()

    def append(self, values: Array) -> None:
        """Write numbers at the end, beside what else is done."""
        self._written.append(self._submit(partial(self._write, values)))
        if mapped(values) is None:
            self._pending.append(self._written[-1])
        if len(self._pending) > _PENDING:
            self._pending.popleft().result()

    def take(self) -> Array:
        """Return the array as it lies in the file."""
        for written in self._written:
            written.result()
        made: list[Array] = []
        self._submit(lambda file: made.append(file.mapped(self.place, self._dtype, self.length))).result()
        return made[0]

    def _begin(self, file: _ArraysFile) -> None:
        self.place = self._end = file.room(self.length * self._dtype.itemsize)

    def _write(self, values: Array, file: _ArraysFile) -> None:
        piece = np.ascontiguousarray(values, self._dtype)
        file.write(self._end, piece, self._digest.update)
        self._end += piece.nbytes


def scratch(folder: Path) -> Path | None:
    """Return a folder for files without a name: the index's, or the one above; None where neither can be
    written.
    """
    for one in (folder, folder.parent):
        with contextlib.suppress(OSError), tempfile.TemporaryFile(prefix=PREFIX, dir=one):
            return one
    return None


def _move_into_place(temporary: Path, target: Path) -> None:
    """Rename a finished build to its id; the very same build stays, since it may be in use, unless it is
    damaged.
    """
    with contextlib.suppress(StoredIndexError):
        open_build(target, EVERYTHING)
        return
    if target.exists():
        aside = target.with_name(f"{PREFIX}{os.getpid()}-{os.urandom(4).hex()}")
        target.rename(aside)
        temporary.rename(target)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        temporary.rename(target)
    _flush_directory(target.parent)


def _replace_file(path: Path, content: str) -> None:
    temporary = path.with_name(f"{PREFIX}{path.name}-{os.urandom(4).hex()}")
    try:
        with temporary.open("w", encoding="ascii", newline="\n") as file:
            file.write(content)
            _flush(file)
        _replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    _flush_directory(path.parent)


def _replace(source: Path, target: Path) -> None:
    """Replace a file in one step, a moment later where another process has it open, which Windows does not
    allow.
    """
    for _ in range(_BUSY_TRIES):
        with contextlib.suppress(PermissionError):
            source.replace(target)
            return
        time.sleep(_BUSY_PAUSE)
    source.replace(target)


def _flush(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _flush_directory(path: Path) -> None:
    if os.name == "posix":  # elsewhere directories cannot be opened
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Let one build at a time write to the folder; yields whether that holds, which not every system can
    say.
    """
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


def _prune(folder: Path, keep: str, *, alone: bool) -> None:
    """Remove other builds and what killed builds left; what is still in use elsewhere is left for the next
    time.
    """
    for path in folder.iterdir():
        if path.name == keep or not _OURS.fullmatch(path.name):
            continue
        with contextlib.suppress(OSError):
            unfinished = path.name.startswith(PREFIX)
            if unfinished and not alone and time.time() - path.stat().st_mtime < _ABANDONED_AFTER:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
