"""Opening an index: memory-mapped, held against its checksums where that is asked for, let go of as it is
read.
"""

from __future__ import annotations

import functools
import json
import mmap
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from chipbot.errors import IndexDamagedError, IndexMissingError, IndexVersionError
from chipbot.index import ARRAYS, Array, Index
from chipbot.index.store.layout import (
    ARRAYS_FILE,
    FORMAT,
    HEAD,
    MANIFEST,
    POINTER,
    REMEDY,
    checksum,
    checksum_line,
)
from chipbot.model import Failure

AT_START = 32 * 2**20
"""Bytes: an index of up to so many is held against its checksums at every start, which takes 5 ms and reading
it from disk.
"""
EVERYTHING = sys.maxsize
"""Bytes: more than any index has."""

_HELD_FOR = (
    2**30
)  # bytes x seconds: memory may hold what is read of an index of 1 GiB for a second, of 100 MiB for ten …
_HELD_SEARCHES = 24 * 2**30  # … and bytes x searches: what 24 of them read of the former, 240 of the latter
_dtype = functools.cache(np.dtype)  # reading one's name takes as long as laying out an array


def current(folder: Path) -> str | None:
    """Return the id of the current build, or None where there is none."""
    try:
        return (folder / POINTER).read_bytes().decode("ascii").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamagedError(f"{folder / POINTER} cannot be read ({error}); {REMEDY}") from error


def open_index(folder: Path, *, verify: int = 0) -> Index:
    """Open the current build, memory-mapped; its arrays are read from disk as they are used.

    They are held against their checksums first if they have at most `verify` bytes: `AT_START`, or
    `EVERYTHING`. Raises IndexMissingError, IndexVersionError or IndexDamagedError, each naming what is wrong
    and the remedy.
    """
    failed: str | None = None
    while True:
        identity = current(folder)
        if identity is None:
            raise IndexMissingError(f"there is no index in {folder}; {REMEDY}")
        try:
            return open_build(folder / identity, verify)
        except IndexDamagedError:
            # Another build may have been switched in, and this one removed, between reading the pointer and
            # the rest.
            if identity == failed:
                raise
            failed = identity


def open_build(directory: Path, verify: int) -> Index:
    """Open the build in a directory as `open_index` does it; raises IndexVersionError or
    IndexDamagedError.
    """
    manifest = _checked_manifest(directory / MANIFEST)
    path = directory / ARRAYS_FILE
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size != manifest["size"]:
                raise IndexDamagedError(f"{path} has {size} bytes instead of {manifest['size']}; {REMEDY}")
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"{path} cannot be read ({error}); {REMEDY}") from error
    arrays: dict[str, Array] = {
        name: np.ndarray(count, _dtype(kind), data, offset)
        for name, (kind, count, offset, _) in manifest["arrays"].items()
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
        languages=manifest["languages"],
        before_search=_letting_go(data),
    )


def _letting_go(data: mmap.mmap) -> Callable[[], None]:
    """Return what to call before a search: now and then it lets go of the pages that earlier ones have read.

    So memory holds what the questions of a moment need, and not by and by all of the index. The pages stay in
    the system's cache, from which they are mapped again when they are next read; who reads them at the same
    time is none the wiser. That costs a search part of a millisecond and must stay rare; the larger an index
    is, the more there is to gain.
    """
    if not hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
        return lambda: None
    pause, most = _HELD_FOR / len(data), _HELD_SEARCHES / len(data)
    last, searches = time.monotonic(), 0

    def let_go() -> None:
        nonlocal last, searches
        now = time.monotonic()
        searches += 1
        if searches >= most or now - last >= pause:
            data.madvise(mmap.MADV_DONTNEED)
            last, searches = now, 0

    return let_go


def _checked_manifest(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
        manifest = json.loads(content)
        if manifest["format"] != FORMAT:
            raise IndexVersionError(
                f"{path.parent} is an index of format {manifest['format']}, this chipbot reads format {FORMAT}; {REMEDY}"
            )
        head, rest = content[:HEAD], content[HEAD:]
        whole = head == checksum_line(rest) and {*manifest["arrays"]} == {*ARRAYS}
    except FileNotFoundError as error:
        raise IndexDamagedError(f"{path} is missing; {REMEDY}") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexDamagedError(f"{path} cannot be read ({error}); {REMEDY}") from error
    if not whole:
        raise IndexDamagedError(f"{path} does not match its checksum; {REMEDY}")
    return dict(manifest)


def _verify_arrays(path: Path, arrays: Mapping[str, Array], manifest: Mapping[str, Any]) -> None:
    for name, (_, _, _, expected) in manifest["arrays"].items():
        if checksum(arrays[name]).hexdigest() != expected:
            raise IndexDamagedError(
                f"{path} is damaged: the array {name} does not match its checksum; {REMEDY}"
            )
