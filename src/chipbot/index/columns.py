"""Arrays that grow piece by piece while an index is built: in memory while they are small, then in files."""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import tempfile
from pathlib import Path
from typing import IO, Protocol, cast

import numpy as np
import numpy.typing as npt

from chipbot.index import Array

_HELD = 1 << 20  # bytes of a column that are held in memory before they go to its file
HELD = 1 << 23
"""Bytes of one that may be held once documents have been read: until then workers need memory, too."""
_WHOLE = 1 << 26  # bytes of a column that are put together in memory, where they lie in files already

PREFIX = ".building-"
"""What the names of unfinished files in an index's folder begin with, where they have one."""


class Growing(Protocol):
    """An array as it grows."""

    def append(self, values: Array) -> None:
        """Add numbers at the end; they must not change until `take`."""

    def take(self) -> Array:
        """Return all of the array, to which nothing can be added any more."""


class Column:
    """One array as it grows; what is appended may be a view and must not change until `take`.

    Where a folder is given, all but the last bytes, a mebibyte or how many may be `held`, are kept in a file
    there that is gone with the array. Raises OSError where that cannot be written.
    """

    def __init__(self, dtype: npt.DTypeLike, folder: Path | None = None, held: int | None = None) -> None:
        self.dtype = np.dtype(dtype)
        """The type of its numbers."""
        self._folder = folder
        self._limit = _HELD if held is None else held
        self._pieces: list[Array] = []
        self._held = 0
        self._length = 0
        self._file: IO[bytes] | None = None

    def __len__(self) -> int:
        return self._length

    def append(self, values: Array) -> None:
        """Add numbers at the end."""
        piece = np.asarray(values, self.dtype)
        self._pieces.append(piece)
        self._length += len(piece)
        if mapped(piece) is None:
            self._held += piece.nbytes
        if self._held > self._limit and self._folder is not None:
            self._spill(self._folder)

    def pieces(self) -> list[Array]:
        """Return all of the array in pieces, which the column has no longer."""
        if self._folder is None or self._file is None:
            pieces, self._pieces = self._pieces, []
            return pieces
        file, self._file = self._spill(self._folder), None
        file.flush()
        with file:
            return [
                np.asarray(np.memmap(file, self.dtype, "r+"))
            ]  # a plain array: slices of the other take longer

    def take(self) -> Array:
        """Return all of the array, which the column has no longer."""
        if self._folder is not None and self._length * self.dtype.itemsize > _WHOLE:
            self._spill(self._folder)
        pieces = self.pieces()
        if len(pieces) == 1:
            return pieces[0]
        return np.concatenate(pieces) if pieces else np.zeros(0, self.dtype)

    def _spill(self, folder: Path) -> IO[bytes]:
        """Write all pieces that are held to the column's file, and return that."""
        if self._file is None:
            self._file = cast("IO[bytes]", tempfile.TemporaryFile(prefix=PREFIX, dir=folder))  # noqa: SIM115  # `take` closes it
        for piece in self._pieces:
            if len(piece):
                self._file.write(np.ascontiguousarray(piece).data)
        self._pieces, self._held = [], 0
        return self._file


class Output:
    """Where a build's arrays go: into memory, and into files without a name in `folder`, if one is given."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    def growing(self, name: str, dtype: npt.DTypeLike, length: int) -> Growing:
        """Return what one of the index's arrays, of this length at last, is to be put together in."""
        del name, length  # which are of use to those who make room for it
        return Column(dtype, self.folder, HELD)

    def add(self, name: str, array: Array) -> None:
        """Take notice of one of the index's arrays that does not change any more."""


def let_go(array: Array) -> None:
    """Let the pages of an array that lies in a file leave this process; they are fetched again where they are
    looked at.
    """
    mapping = mapped(array)
    if mapping is None or not len(array) or not hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
        return
    first = _address(array) - _address(np.frombuffer(mapping, np.uint8))
    last = first + (len(array) - 1) * array.strides[0] + array.itemsize
    first -= first % mmap.PAGESIZE
    mapping.madvise(mmap.MADV_DONTNEED, first, last - first)


def _address(array: Array) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


def give_back() -> None:
    """Give memory that is no longer used back to the system, where it can be told to: glibc's malloc_trim(3).

    Otherwise what lies between things that are still used stays with the process, and a build leaves a third
    of what it took.
    """
    with contextlib.suppress(
        AttributeError, OSError, TypeError
    ):  # TypeError: Windows has no library by no name
        ctypes.CDLL(None).malloc_trim(0)


def mapped(array: Array) -> mmap.mmap | None:
    """Return the memory map that an array lies in, if it does."""
    base: object = array
    while isinstance(base, np.ndarray | memoryview):
        base = base.base if isinstance(base, np.ndarray) else base.obj
    return base if isinstance(base, mmap.mmap) else None
