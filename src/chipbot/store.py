"""The index on disk: one directory a build, a pointer that is replaced in one step, checksums, memory-mapped reading."""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from chipbot.errors import (
    IndexDamagedError,
    IndexMissingError,
    IndexVersionError,
    IndexWriteError,
    StoredIndexError,
)
from chipbot.index import ARRAYS, Array, Index
from chipbot.model import Failure

FORMAT = 2
"""The layout's version: an index of any other is built anew."""

POINTER = "CURRENT"
_MANIFEST = "manifest.json"
_ARRAYS = "arrays.bin"
_ALIGNMENT = 64  # bytes; every array begins on a cache line
_TEMPORARY = ".building-"
_VERIFIED_AT_OPENING = 16 * 2**20  # bytes; a larger index is verified by `verify`, not each time it is opened
_ABANDONED_AFTER = 3600  # seconds; a build that was killed leaves its directory behind
_REMEDY = "run `chipbot index` to build it again"


def write(folder: Path, arrays: Mapping[str, Array], *, settings: Mapping[str, Any], failures: Iterable[Failure]) -> str:
    """Write a build and make it the current one; return its id. The old one serves until the last step.

    Raises IndexWriteError where the folder cannot be written; nothing has changed then.
    """
    temporary = folder / f"{_TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary.mkdir()
        try:
            identity = _write_build(temporary, arrays, settings, failures)
            _move_into_place(temporary, folder / identity)
            _replace_file(folder / POINTER, identity + "\n")
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise IndexWriteError(
            f"the index folder {folder} cannot be written: {reason}; make it writable or name another with --index"
        ) from error
    _prune(folder, keep=identity)
    return identity


def current(folder: Path) -> str | None:
    """Return the id of the current build, or None where there is none."""
    try:
        return (folder / POINTER).read_text("ascii").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamagedError(f"{folder / POINTER} cannot be read ({error}); {_REMEDY}") from error


def read_settings(folder: Path) -> dict[str, Any]:
    """Return the settings that the current build was made with."""
    settings: dict[str, Any] = _manifest(folder)[1]["settings"]
    return settings


def open_index(folder: Path) -> Index:
    """Open the current build, memory-mapped; its arrays are read from disk as they are used.

    Raises IndexMissingError, IndexVersionError or IndexDamagedError, each naming what is wrong and the remedy.
    """
    directory, manifest = _manifest(folder)
    path = directory / _ARRAYS
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size != manifest["size"]:
                raise IndexDamagedError(f"{path} has {size} bytes instead of {manifest['size']}; {_REMEDY}")
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"{path} cannot be read ({error}); {_REMEDY}") from error
    arrays = {name: np.frombuffer(data, dtype, count, offset) for name, (dtype, count, offset, _) in manifest["arrays"].items()}
    index = Index(
        arrays,
        identity=manifest["id"],
        built_at=manifest["built_at"],
        failures=[Failure(**failure) for failure in manifest["failures"]],
    )
    if size <= _VERIFIED_AT_OPENING:
        _verify_arrays(path, arrays, manifest)
    return index


def verify(folder: Path) -> None:
    """Hold every array of the current build against its checksum, however large; raises as `open_index` does."""
    directory, manifest = _manifest(folder)
    _verify_arrays(directory / _ARRAYS, open_index(folder).arrays, manifest)


def _write_build(directory: Path, arrays: Mapping[str, Array], settings: Mapping[str, Any], failures: Iterable[Failure]) -> str:
    table: dict[str, tuple[str, int, int, str]] = {}
    with (directory / _ARRAYS).open("wb") as file:
        for name, dtype in ARRAYS.items():
            file.write(b"\0" * (-file.tell() % _ALIGNMENT))
            little_endian = np.ascontiguousarray(arrays[name]).astype(np.dtype(dtype).newbyteorder("<"), copy=False)
            view = _bytes_of(little_endian)
            table[name] = (dtype, len(little_endian), file.tell(), hashlib.sha256(view).hexdigest())
            file.write(view)
        file.write(b"\0" * _ALIGNMENT)  # an empty array at the end still begins inside the file
        size = file.tell()
        _flush(file)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "settings": dict(settings),
        "size": size,
        "arrays": table,
        "failures": [asdict(one) for one in failures],
    }
    manifest["id"] = _digest(manifest)[:16]
    manifest["built_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    manifest["checksum"] = _digest(manifest)
    with (directory / _MANIFEST).open("w", encoding="utf-8", newline="\n") as text:
        json.dump(manifest, text, indent=1, ensure_ascii=False)
        _flush(text)
    return str(manifest["id"])


def _manifest(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Return the current build's directory and its manifest, whole and of this format."""
    for attempt in range(3):  # a build may be switched and the old one removed between the two reads
        identity = current(folder)
        if identity is None:
            raise IndexMissingError(f"there is no index in {folder}; {_REMEDY}")
        directory = folder / identity
        try:
            return directory, _checked_manifest(directory / _MANIFEST)
        except FileNotFoundError as error:
            if attempt == 2 or current(folder) == identity:
                raise IndexDamagedError(f"{directory / _MANIFEST} is missing; {_REMEDY}") from error
    raise AssertionError("unreachable")


def _checked_manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_bytes())
        if manifest["format"] != FORMAT:
            raise IndexVersionError(
                f"{path.parent} is an index of format {manifest['format']}, this chipbot reads format {FORMAT}; {_REMEDY}"
            )
        checksum = manifest.pop("checksum")
        whole = _digest(manifest) == checksum and {*manifest["arrays"]} == {*ARRAYS}
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamagedError(f"{path} cannot be read ({error}); {_REMEDY}") from error
    if not whole:
        raise IndexDamagedError(f"{path} does not match its checksum; {_REMEDY}")
    return dict(manifest)


def _verify_arrays(path: Path, arrays: Mapping[str, Array], manifest: Mapping[str, Any]) -> None:
    for name, (_, _, _, expected) in manifest["arrays"].items():
        array = arrays[name]
        if hashlib.sha256(_bytes_of(array)).hexdigest() != expected:
            raise IndexDamagedError(f"{path} is damaged: the array {name} does not match its checksum; {_REMEDY}")


def _bytes_of(array: Array) -> memoryview:
    return array.data.cast("B") if array.size else memoryview(b"")  # an empty view cannot be cast


def _digest(manifest: Mapping[str, Any]) -> str:
    canonical = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _move_into_place(temporary: Path, target: Path) -> None:
    """Rename a finished build to its id; a build of the same id, which may be damaged, makes room first."""
    if target.exists():
        aside = target.with_name(f"{_TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}")
        target.rename(aside)
        temporary.rename(target)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        temporary.rename(target)
    _flush_directory(target.parent)


def _replace_file(path: Path, content: str) -> None:
    temporary = path.with_name(f"{_TEMPORARY}{path.name}-{secrets.token_hex(4)}")
    try:
        with temporary.open("w", encoding="ascii", newline="\n") as file:
            file.write(content)
            _flush(file)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _flush_directory(path.parent)


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


def _prune(folder: Path, keep: str) -> None:
    """Remove other builds and what killed builds left; what is still in use elsewhere is left for the next time."""
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if path.name.startswith(_TEMPORARY):
                if time.time() - path.stat().st_mtime > _ABANDONED_AFTER:
                    shutil.rmtree(path, ignore_errors=True)
            elif path.name != keep and (path / _MANIFEST).is_file():
                shutil.rmtree(path, ignore_errors=True)


__all__ = [
    "FORMAT",
    "POINTER",
    "StoredIndexError",
    "current",
    "open_index",
    "read_settings",
    "verify",
    "write",
]
