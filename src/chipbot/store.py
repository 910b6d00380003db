"""The index on disk: one directory a build, a pointer that is replaced in one step, checksums, memory-mapped reading."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import mmap
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from chipbot.errors import (
    IndexDamagedError,
    IndexMissingError,
    IndexVersionError,
    IndexWriteError,
    StoredIndexError,
)
from chipbot.index import ARRAYS, Array, Index
from chipbot.index.columns import PREFIX, let_go
from chipbot.model import Failure

FORMAT = 5
"""The layout's version: an index of any other is built anew."""

POINTER = "CURRENT"

AT_START = 32 * 2**20
"""Bytes: an index of up to so many is held against its checksums at every start, which takes some 20 ms at most."""
EVERYTHING = sys.maxsize
"""Bytes: more than any index has."""

_MANIFEST = "manifest.json"
_ARRAYS = "arrays.bin"
_HEAD = 80  # bytes of the manifest that hold the checksum of the others
_WRITTEN_AT_ONCE = 64 * 2**10  # bytes; Linux maps all of what was written at once, up to 2 MiB, when one byte of it is read
_HASHED_AT_ONCE = 8 * 2**20  # bytes
_HELD = 2**30  # bytes x seconds: memory may hold what is read of an index of 1 GiB for a second, of one of 100 MiB for ten
_ALIGNMENT = 64  # bytes; every array begins on a cache line
_OURS = re.compile(rf"{re.escape(PREFIX)}.+|[0-9a-f]{{16}}")  # the names of what this module makes beside the pointer
_ABANDONED_AFTER = 3600  # seconds; a build that was killed leaves its directory behind
_BUSY_TRIES = 20  # how often a file that another process reads is tried to be replaced …
_BUSY_PAUSE = 0.02  # … and the seconds in between
_dtype = functools.cache(np.dtype)  # reading one's name takes as long as laying out an array
_REMEDY = "run `chipbot index` to build it again"


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


def current(folder: Path) -> str | None:
    """Return the id of the current build, or None where there is none."""
    try:
        return (folder / POINTER).read_bytes().decode("ascii").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamagedError(f"{folder / POINTER} cannot be read ({error}); {_REMEDY}") from error


def open_index(folder: Path, *, verify: int = 0) -> Index:
    """Open the current build, memory-mapped; its arrays are read from disk as they are used.

    They are held against their checksums first if they have at most `verify` bytes: `AT_START`, or `EVERYTHING`. Raises
    IndexMissingError, IndexVersionError or IndexDamagedError, each naming what is wrong and the remedy.
    """
    failed: str | None = None
    while True:
        identity = current(folder)
        if identity is None:
            raise IndexMissingError(f"there is no index in {folder}; {_REMEDY}")
        try:
            return _open_build(folder / identity, verify)
        except IndexDamagedError:
            # Another build may have been switched in, and this one removed, between reading the pointer and the rest.
            if identity == failed:
                raise
            failed = identity


def _open_build(directory: Path, verify: int) -> Index:
    manifest = _checked_manifest(directory / _MANIFEST)
    path = directory / _ARRAYS
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size != manifest["size"]:
                raise IndexDamagedError(f"{path} has {size} bytes instead of {manifest['size']}; {_REMEDY}")
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"{path} cannot be read ({error}); {_REMEDY}") from error
    arrays: dict[str, Array] = {
        name: np.ndarray(count, _dtype(kind), data, offset) for name, (kind, count, offset, _) in manifest["arrays"].items()
    }
    if size <= verify:
        _verify_arrays(path, arrays, manifest)
    return Index(
        arrays,
        identity=manifest["id"],
        built_at=manifest["built_at"],
        failures=[Failure(**failure) for failure in manifest["failures"]],
        settings=manifest["settings"],
        synonyms=manifest["synonyms"],
        before_search=_letting_go(data),
    )


def _letting_go(data: mmap.mmap) -> Callable[[], None]:
    """Return what to call before a search: now and then it lets go of the pages that earlier ones have read.

    So memory holds what the questions of a moment need, and not by and by all of the index. The pages stay in the system's
    cache, from which they are mapped again when they are next read; who reads them at the same time is none the wiser. That
    costs a search part of a millisecond and must stay rare; the larger an index is, the more there is to gain.
    """
    if not hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
        return lambda: None
    pause, last = _HELD / len(data), time.monotonic()

    def let_go() -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= pause:
            last = now
            data.madvise(mmap.MADV_DONTNEED)

    return let_go


def _write_build(directory: Path, arrays: Mapping[str, Array], facts: Mapping[str, Any]) -> str:
    table: dict[str, tuple[str, int, int, str]] = {}
    with (directory / _ARRAYS).open("wb", _WRITTEN_AT_ONCE) as file, ThreadPoolExecutor(1) as hashing:
        for name in ARRAYS:
            file.write(b"\0" * (-file.tell() % _ALIGNMENT))
            array = np.ascontiguousarray(arrays[name])
            little_endian = array.astype(array.dtype.newbyteorder("<"), copy=False)
            place = file.tell()
            checksum = _write_array(file, little_endian, hashing)
            table[name] = (f"{array.dtype.kind}{array.dtype.itemsize}", len(little_endian), place, checksum)
        file.write(b"\0" * _ALIGNMENT)  # an empty array at the end still begins inside the file
        size = file.tell()
        _flush(file)
    manifest: dict[str, Any] = {"format": FORMAT, "size": size, "arrays": table, **facts}
    identity = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:16]
    manifest |= {"id": identity, "built_at": datetime.now(UTC).isoformat(timespec="seconds")}
    rest = json.dumps(manifest, indent=1, ensure_ascii=False).encode().removeprefix(b"{")
    with (directory / _MANIFEST).open("wb") as file:
        file.write(_checksum_line(rest) + rest)
        _flush(file)
    return identity


def _write_array(file: BinaryIO, array: Array, hashing: Executor) -> str:
    """Write an array, and meanwhile find its checksum; a part of it at a time, which is all that need be in memory."""
    digest, view = hashlib.sha256(), _bytes_of(array)
    for start in range(0, len(view), _HASHED_AT_ONCE):
        part = view[start : start + _HASHED_AT_ONCE]
        hashed = hashing.submit(digest.update, part)
        file.writelines(part[first : first + _WRITTEN_AT_ONCE] for first in range(0, len(part), _WRITTEN_AT_ONCE))
        hashed.result()
        let_go(array)
    return digest.hexdigest()


def _checked_manifest(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
        manifest = json.loads(content)
        if manifest["format"] != FORMAT:
            raise IndexVersionError(
                f"{path.parent} is an index of format {manifest['format']}, this chipbot reads format {FORMAT}; {_REMEDY}"
            )
        head, rest = content[:_HEAD], content[_HEAD:]
        whole = head == _checksum_line(rest) and {*manifest["arrays"]} == {*ARRAYS}
    except FileNotFoundError as error:
        raise IndexDamagedError(f"{path} is missing; {_REMEDY}") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexDamagedError(f"{path} cannot be read ({error}); {_REMEDY}") from error
    if not whole:
        raise IndexDamagedError(f"{path} does not match its checksum; {_REMEDY}")
    return dict(manifest)


def _checksum_line(rest: bytes) -> bytes:
    """Return the manifest's first line: the checksum of all that follows, so that no other way to write it down passes."""
    return b'{"checksum": "%s",' % hashlib.sha256(rest).hexdigest().encode()


def _verify_arrays(path: Path, arrays: Mapping[str, Array], manifest: Mapping[str, Any]) -> None:
    def checksum(name: str) -> str:
        return hashlib.sha256(_bytes_of(arrays[name])).hexdigest()

    table = manifest["arrays"]
    with ThreadPoolExecutor(2) as hashing:
        for (name, (_, _, _, expected)), found in zip(table.items(), hashing.map(checksum, table), strict=True):
            if found != expected:
                raise IndexDamagedError(f"{path} is damaged: the array {name} does not match its checksum; {_REMEDY}")


def _bytes_of(array: Array) -> memoryview:
    return array.data.cast("B") if array.size else memoryview(b"")  # an empty view cannot be cast


def _move_into_place(temporary: Path, target: Path) -> None:
    """Rename a finished build to its id; the very same build stays, since it may be in use, unless it is damaged."""
    with contextlib.suppress(StoredIndexError):
        _open_build(target, EVERYTHING)
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


__all__ = [
    "AT_START",
    "EVERYTHING",
    "FORMAT",
    "POINTER",
    "StoredIndexError",
    "current",
    "open_index",
    "write",
]
