"""Arrays that grow piece by piece while an index is built: in memory while they are small, then in files without a name."""

from __future__ import annotations

import mmap
import tempfile
from pathlib import Path
from typing import IO, cast

import numpy as np
import numpy.typing as npt

from chipbot.index import Array

_HELD = 1 << 20  # bytes of a column that are held in memory before they go to its file

PREFIX = ".building-"
"""What the names of unfinished files in an index's folder begin with, where they have one."""


class Column:
    """One array as it grows; what is appended may be a view and must not change until `take`.

    Where a folder is given, all but the last mebibyte is kept in a file there that is gone with the array. Raises OSError where
    that cannot be written.
    """

    def __init__(self, dtype: npt.DTypeLike, folder: Path | None = None) -> None:
        self._dtype = np.dtype(dtype)
        self._folder = folder
        self._pieces: list[Array] = []
        self._held = 0
        self._length = 0
        self._file: IO[bytes] | None = None

    def __len__(self) -> int:
        return self._length

    def append(self, values: Array) -> None:
        """Add numbers at the end."""
        self._pieces.append(np.asarray(values, self._dtype))
        self._length += len(values)
        self._held += len(values) * self._dtype.itemsize
        if self._held > _HELD and self._folder is not None:
            self._spill(self._folder)

    def take(self) -> Array:
        """Return all of the array, which the column has no longer."""
        if self._file is None or self._folder is None:
            pieces, self._pieces = self._pieces, []
            return np.concatenate(pieces) if pieces else np.zeros(0, self._dtype)
        self._spill(self._folder)
        self._file.flush()
        file, self._file = self._file, None
        with file:
            return np.asarray(np.memmap(file, self._dtype, "r+"))  # a plain array: slices of the other take longer

    def _spill(self, folder: Path) -> None:
        if self._file is None:
            self._file = cast("IO[bytes]", tempfile.TemporaryFile(prefix=PREFIX, dir=folder))  # noqa: SIM115  # `take` closes it
        for piece in self._pieces:
            if len(piece):
                self._file.write(np.ascontiguousarray(piece).data)
        self._pieces, self._held = [], 0


def let_go(array: Array) -> None:
    """Let the pages of an array that lies in a file leave this process; they are fetched again where they are looked at."""
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
        base.madvise(mmap.MADV_DONTNEED)
