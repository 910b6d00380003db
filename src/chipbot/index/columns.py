"""Arrays that grow piece by piece while an index is built: in memory while they are small, then in files without a name."""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import tempfile
from pathlib import Path
from typing import IO, cast

import numpy as np
import numpy.typing as npt

from chipbot.index import Array

_HELD = 1 << 20  # bytes of a column that are held in memory before they go to its file
_WHOLE = 1 << 26  # bytes of a column that are put together in memory, where they lie in files already

PREFIX = ".building-"
"""What the names of unfinished files in an index's folder begin with, where they have one."""


class Column:
    """One array as it grows; what is appended may be a view and must not change until `take`.

    Where a folder is given, all but the last bytes, a mebibyte or how many may be `held`, are kept in a file there that is gone
    with the array. Raises OSError where that cannot be written.
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
        if _mapped(piece) is None:
            self._held += piece.nbytes
        if self._held > self._limit and self._folder is not None:
            self._spill(self._folder)

    def take(self) -> Array:
        """Return all of the array, which the column has no longer."""
        if self._folder is None or (self._file is None and self._length * self.dtype.itemsize <= _WHOLE):
            pieces, self._pieces = self._pieces, []
            return np.concatenate(pieces) if pieces else np.zeros(0, self.dtype)
        file, self._file = self._spill(self._folder), None
        file.flush()
        with file:
            return np.asarray(np.memmap(file, self.dtype, "r+"))  # a plain array: slices of the other take longer

    def _spill(self, folder: Path) -> IO[bytes]:
        """Write all pieces that are held to the column's file, and return that."""
        if self._file is None:
            self._file = cast("IO[bytes]", tempfile.TemporaryFile(prefix=PREFIX, dir=folder))  # noqa: SIM115  # `take` closes it
        for piece in self._pieces:
            if len(piece):
                self._file.write(np.ascontiguousarray(piece).data)
        self._pieces, self._held = [], 0
        return self._file


def let_go(array: Array) -> None:
    """Let the pages of an array that lies in a file leave this process; they are fetched again where they are looked at."""
    mapping = _mapped(array)
    if mapping is not None and hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
        mapping.madvise(mmap.MADV_DONTNEED)


def give_back() -> None:
    """Give memory that is no longer used back to the system, where it can be told to: glibc's malloc_trim(3).

    Otherwise what lies between things that are still used stays with the process, and a build leaves a third of what it took.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):  # TypeError: Windows has no library by no name
        ctypes.CDLL(None).malloc_trim(0)


def _mapped(array: Array) -> mmap.mmap | None:
    """Return the memory map that an array lies in, if it does."""
    base: object = array
    while isinstance(base, np.ndarray | memoryview):
        base = base.base if isinstance(base, np.ndarray) else base.obj
    return base if isinstance(base, mmap.mmap) else None
