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
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np

from chipbot.errors import IndexWriteError, StoredIndexError
from chipbot.index import ARRAYS, Array, Index
from chipbot.index.columns import PREFIX, let_go
from chipbot.store.layout import ALIGNMENT, ARRAYS_FILE, FORMAT, MANIFEST, POINTER, bytes_of, checksum_line
from chipbot.store.reading import EVERYTHING, open_build

_WRITTEN_AT_ONCE = 64 * 2**10  # bytes; Linux maps all of what was written at once, up to 2 MiB, when one byte of it is read
_AT_ONCE = 8 * 2**20  # bytes that are hashed and flushed at once
_OURS = re.compile(rf"{re.escape(PREFIX)}.+|[0-9a-f]{{16}}")  # the names of what this module makes beside the pointer
_ABANDONED_AFTER = 3600  # seconds; a build that was killed leaves its directory behind
_BUSY_TRIES = 20  # how often a file that another process reads is tried to be replaced …
_BUSY_PAUSE = 0.02  # … and the seconds in between


class Writing:
    """A build as it is written: arrays are added while others are still made, then it becomes the current one.

    The old one serves until the last step, and nothing is left of what was not finished.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = ThreadPoolExecutor(1)
        self._begin_anew()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()
        self._thread.shutdown()

    def add(self, name: str, array: Array) -> None:
        """Write an array of the build, which must not change any more, beside what else is done; `finish` says if that fails."""
        if name not in self._written:
            self._written[name] = self._thread.submit(self._write, name, array)

    def clear(self) -> None:
        """Forget what has been added."""
        for written in self._written.values():
            written.cancel()
        wait(self._written.values())
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
            for written in self._written.values():
                written.result()
            identity = self._seal(index)
            _replace_file(self._folder / POINTER, identity + "\n")
            _prune(self._folder, keep=identity, alone=self._alone)
        except OSError as error:
            reason = error.strerror or str(error)
            raise IndexWriteError(
                f"the index folder {self._folder} cannot be written: {reason}; make it writable or name another with --index"
            ) from error
        return identity

    def _begin_anew(self) -> None:
        self._written: dict[str, Future[None]] = {}
        self._table: dict[str, tuple[str, int, int, str]] = {}
        self._open = ExitStack()
        self._file: BinaryIO | None = None

    def _begin(self) -> BinaryIO:
        """Begin the build in a directory of its own."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._alone = self._open.enter_context(_alone(self._folder))
        self._directory = self._folder / f"{PREFIX}{os.getpid()}-{os.urandom(4).hex()}"
        self._directory.mkdir()
        self._open.callback(shutil.rmtree, self._directory, ignore_errors=True)
        file = self._open.enter_context((self._directory / ARRAYS_FILE).open("wb", _WRITTEN_AT_ONCE))
        self._hashing, self._flushing = (self._open.enter_context(ThreadPoolExecutor(1)) for _ in range(2))
        self._flushed = self._flushing.submit(os.fsync, file.fileno())
        return file

    def _write(self, name: str, array: Array) -> None:
        """Write one array; one after the other, in the order in which they were added."""
        if self._file is None:
            self._file = self._begin()
        self._file.write(b"\0" * (-self._file.tell() % ALIGNMENT))
        little_endian = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        place = self._file.tell()
        checksum = self._write_bytes(self._file, little_endian)
        self._table[name] = (f"{array.dtype.kind}{array.dtype.itemsize}", len(little_endian), place, checksum)

    def _write_bytes(self, file: BinaryIO, array: Array) -> str:
        """Write an array; meanwhile find its checksum, which is returned, and flush what has been written.

        A part is written at a time, which is all that need be in memory.
        """
        digest, view = hashlib.sha256(), bytes_of(array)
        for start in range(0, len(view), _AT_ONCE):
            part = view[start : start + _AT_ONCE]
            hashed = self._hashing.submit(digest.update, part)
            file.writelines(part[first : first + _WRITTEN_AT_ONCE] for first in range(0, len(part), _WRITTEN_AT_ONCE))
            if len(part) == _AT_ONCE and self._flushed.done():
                self._flushed.result()  # says so if it has failed, which is said once
                self._flushed = self._flushing.submit(os.fsync, file.fileno())
            hashed.result()
            let_go(array)
        return digest.hexdigest()

    def _seal(self, index: Index) -> str:
        """Write down what there is besides arrays, and move the build into place; return its id."""
        if self._file is None:
            raise AssertionError("an index has arrays")
        self._file.write(b"\0" * ALIGNMENT)  # an empty array at the end still begins inside the file
        size = self._file.tell()
        self._flushed.result()
        _flush(self._file)
        self._file.close()  # or it could not be moved on Windows
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "size": size,
            "arrays": self._table,
            "settings": index.settings,
            "failures": [asdict(one) for one in index.failures],
            "synonyms": index.synonyms,
            "languages": index.languages,
        }
        identity = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:16]
        manifest |= {"id": identity, "built_at": datetime.now(UTC).isoformat(timespec="seconds")}
        rest = json.dumps(manifest, indent=1, ensure_ascii=False).encode().removeprefix(b"{")
        with (self._directory / MANIFEST).open("wb") as file:
            file.write(checksum_line(rest) + rest)
            _flush(file)
        _move_into_place(self._directory, self._folder / identity)
        return identity


def scratch(folder: Path) -> Path | None:
    """Return a folder for files without a name: the index's, or the one above; None where neither can be written."""
    for one in (folder, folder.parent):
        with contextlib.suppress(OSError), tempfile.TemporaryFile(prefix=PREFIX, dir=one):
            return one
    return None


def _move_into_place(temporary: Path, target: Path) -> None:
    """Rename a finished build to its id; the very same build stays, since it may be in use, unless it is damaged."""
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
    """Replace a file in one step, a moment later where another process has it open, which Windows does not allow."""
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


def _prune(folder: Path, keep: str, *, alone: bool) -> None:
    """Remove other builds and what killed builds left; what is still in use elsewhere is left for the next time."""
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
