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
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from chipbot.errors import IndexWriteError, StoredIndexError
from chipbot.index import ARRAYS, Array
from chipbot.index.columns import PREFIX, let_go
from chipbot.model import Failure
from chipbot.store.layout import ALIGNMENT, ARRAYS_FILE, FORMAT, MANIFEST, POINTER, bytes_of, checksum_line
from chipbot.store.reading import EVERYTHING, open_build

_WRITTEN_AT_ONCE = 64 * 2**10  # bytes; Linux maps all of what was written at once, up to 2 MiB, when one byte of it is read
_HASHED_AT_ONCE = 8 * 2**20  # bytes
_OURS = re.compile(rf"{re.escape(PREFIX)}.+|[0-9a-f]{{16}}")  # the names of what this module makes beside the pointer
_ABANDONED_AFTER = 3600  # seconds; a build that was killed leaves its directory behind
_BUSY_TRIES = 20  # how often a file that another process reads is tried to be replaced …
_BUSY_PAUSE = 0.02  # … and the seconds in between


def write(
    folder: Path,
    arrays: Mapping[str, Array],
    *,
    settings: Mapping[str, Any],
    failures: Iterable[Failure],
    synonyms: str = "",
) -> str:
    """Write a build and make it the current one; return its id. The old one serves until the last step.

    Raises IndexWriteError where the folder cannot be written; nothing has changed then.
    """
    temporary = folder / f"{PREFIX}{os.getpid()}-{os.urandom(4).hex()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder) as alone:
            temporary.mkdir()
            try:
                facts = {"settings": dict(settings), "failures": [asdict(one) for one in failures], "synonyms": synonyms}
                identity = _write_build(temporary, arrays, facts)
                _move_into_place(temporary, folder / identity)
                _replace_file(folder / POINTER, identity + "\n")
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
            _prune(folder, keep=identity, alone=alone)
    except OSError as error:
        reason = error.strerror or str(error)
        raise IndexWriteError(
            f"the index folder {folder} cannot be written: {reason}; make it writable or name another with --index"
        ) from error
    return identity


def scratch(folder: Path) -> Path | None:
    """Return a folder for files without a name: the index's, or the one above; None where neither can be written."""
    for one in (folder, folder.parent):
        with contextlib.suppress(OSError), tempfile.TemporaryFile(prefix=PREFIX, dir=one):
            return one
    return None


def _write_build(directory: Path, arrays: Mapping[str, Array], facts: Mapping[str, Any]) -> str:
    table: dict[str, tuple[str, int, int, str]] = {}
    with (directory / ARRAYS_FILE).open("wb", _WRITTEN_AT_ONCE) as file, ThreadPoolExecutor(1) as hashing:
        for name in ARRAYS:
            file.write(b"\0" * (-file.tell() % ALIGNMENT))
            array = np.ascontiguousarray(arrays[name])
            little_endian = array.astype(array.dtype.newbyteorder("<"), copy=False)
            place = file.tell()
            checksum = _write_array(file, little_endian, hashing)
            table[name] = (f"{array.dtype.kind}{array.dtype.itemsize}", len(little_endian), place, checksum)
        file.write(b"\0" * ALIGNMENT)  # an empty array at the end still begins inside the file
        size = file.tell()
        _flush(file)
    manifest: dict[str, Any] = {"format": FORMAT, "size": size, "arrays": table, **facts}
    identity = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:16]
    manifest |= {"id": identity, "built_at": datetime.now(UTC).isoformat(timespec="seconds")}
    rest = json.dumps(manifest, indent=1, ensure_ascii=False).encode().removeprefix(b"{")
    with (directory / MANIFEST).open("wb") as file:
        file.write(checksum_line(rest) + rest)
        _flush(file)
    return identity


def _write_array(file: BinaryIO, array: Array, hashing: Executor) -> str:
    """Write an array, and meanwhile find its checksum; a part of it at a time, which is all that need be in memory."""
    digest, view = hashlib.sha256(), bytes_of(array)
    for start in range(0, len(view), _HASHED_AT_ONCE):
        part = view[start : start + _HASHED_AT_ONCE]
        hashed = hashing.submit(digest.update, part)
        file.writelines(part[first : first + _WRITTEN_AT_ONCE] for first in range(0, len(part), _WRITTEN_AT_ONCE))
        hashed.result()
        let_go(array)
    return digest.hexdigest()


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
