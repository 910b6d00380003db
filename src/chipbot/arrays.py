"""Runs, lists or strings of different lengths one after the other in one array; and arrays too long for memory."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast
from weakref import finalize

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def exclusive_cumsum(counts: Array | Sequence[int]) -> Ints:
    """Return 0 and the running sums of `counts`: where each run begins, and where the last ends; shape (N + 1,)."""
    offsets = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets


def concat_ranges(starts: Array, counts: Array) -> Ints:
    """Return start, start + 1, … (count of them) for each pair, one after the other; shape (sum of counts,)."""
    shift: Ints = np.repeat(starts - (np.cumsum(counts) - counts), counts)
    return np.arange(len(shift), dtype=np.int64) + shift


def grouped(offsets: Ints, size: int) -> Iterator[tuple[int, int]]:
    """Cut runs that begin at `offsets` into groups of `size` elements, or a run more.

    Yields the first run of each group and the first after it.
    """
    wanted = np.arange(0, offsets[-1], size)
    cuts = np.unique(np.append(offsets.searchsorted(wanted, "right") - 1, len(offsets) - 1))
    yield from pairwise(cuts.tolist())


def count_pairs(keys: Array, values: Array, size: int) -> tuple[Ints, Array, Array]:
    """Count how often each pair of a key and a value occurs.

    Args:
        keys: The keys of all occurrences, from 0 to below `size`.
        values: The value of each, from 0 to below 2³¹.
        size: How many keys there are.

    Returns:
        Where the different values of each key begin, and where those of the last end; these values, ascending for each
        key; and how often each of them occurs.
    """
    pairs = keys.astype(np.int64)
    pairs <<= 32
    pairs |= values
    pairs.sort()
    is_new = np.ones(len(pairs), bool)
    np.not_equal(pairs[1:], pairs[:-1], out=is_new[1:])
    starts = np.flatnonzero(is_new)
    counts = np.diff(starts, append=len(pairs)).astype(np.int32)
    pairs = pairs[starts]
    values = (pairs & 0xFFFFFFFF).astype(np.int32)
    pairs >>= 32
    return exclusive_cumsum(np.bincount(pairs, minlength=size)), values, counts


def number_pairs(first: Array, second: Array) -> tuple[Array, Ints]:
    """Number the different pairs of two lists of few different numbers, from 0 to below 2³¹.

    Returns:
        The number of each pair; and the pairs, as the first times 2³² and the second, ascending.
    """
    firsts, seconds = np.flatnonzero(np.bincount(first)), np.flatnonzero(np.bincount(second))
    rows = np.zeros(int(firsts.max(initial=0)) + 1, np.int32)
    columns = np.zeros(int(seconds.max(initial=0)) + 1, np.int32)
    rows[firsts], columns[seconds] = np.arange(len(firsts)) * len(seconds), np.arange(len(seconds))
    codes = rows.take(first) + columns.take(second)
    used = np.zeros(len(firsts) * len(seconds), bool)
    used[codes] = True
    numbers, pairs = np.cumsum(used, dtype=np.int32) - 1, np.flatnonzero(used)
    return numbers.take(codes), firsts[pairs // len(seconds)] << 32 | seconds[pairs % len(seconds)]


class StringTable:
    """Strings kept as one array of UTF-8 bytes with V + 1 offsets, read one at a time."""

    def __init__(self, text: Array, offsets: Array) -> None:
        self.text, self.offsets = text, offsets
        self._bytes, self._bounds = text.data, offsets.data  # quicker than arrays to take little from

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, i: int) -> str:
        return self.raw(i).decode()

    def raw(self, i: int) -> bytes:
        """Return the bytes of string `i`."""
        return self._bytes[self._bounds[i] : self._bounds[i + 1]].tobytes()

    def between(self, first: int, last: int) -> list[str]:
        """Return the strings from `first` to before `last`."""
        bounds = self.offsets[first : last + 1]
        data = self.text[bounds[0] : bounds[-1]].tobytes()
        return [data[start:end].decode() for start, end in pairwise((bounds - bounds[0]).tolist())]

    def find(self, string: str) -> int:
        """Return the number of `string` in a table sorted by bytes, or -1."""
        number = self.lower_bound(string)
        same = number < len(self) and self.raw(number) == string.encode("utf-8", "surrogatepass")
        return number if same else -1

    def lower_bound(self, string: str) -> int:
        """Return how many strings of a table sorted by bytes come before `string`."""
        return bisect_left(range(len(self)), string.encode("utf-8", "surrogatepass"), key=self.raw)


class SpillBuffer:
    """An array that is appended to and then read: in memory while it is short, in a file once it is longer.

    Whatever cannot be written there raises OSError.
    """

    def __init__(self, kind: str, folder: Path | None = None, most: int = 1 << 21) -> None:
        """Hold values of NumPy's type `kind`: more than `most` bytes in a file in `folder`; without one, all in memory."""
        self.dtype = np.dtype(kind)
        self._folder, self._most = folder, most
        self._held = [np.zeros(0, self.dtype)]
        self._unwritten = 0
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, values: Array | Sequence[int]) -> None:
        """Put values after the others, before any is read."""
        piece = np.asarray(values, self.dtype)
        self._held.append(piece)
        self._length += len(piece)
        self._unwritten += piece.nbytes
        if self._folder and self._unwritten > self._most:
            self._spill()

    def read(self, start: int = 0, end: int | None = None) -> Array:
        """Return the values from `start` to before `end`."""
        end = self._length if end is None else end
        if self._unwritten == self._length * self.dtype.itemsize:  # nothing is in the file
            self._held = [np.concatenate(self._held)] if len(self._held) > 1 else self._held
            return self._held[0][start:end]
        self._spill()
        self._file.seek(start * self.dtype.itemsize)
        return np.frombuffer(self._file.read((end - start) * self.dtype.itemsize), self.dtype)

    def blocks(self, bytes_: int = 1 << 22) -> Iterator[Array]:
        """Yield all values, so many bytes at a time; one block without any if there are none."""
        size = bytes_ // self.dtype.itemsize
        for start in range(0, max(self._length, 1), size):
            yield self.read(start, min(start + size, self._length))

    @cached_property
    def _file(self) -> BinaryIO:
        file = cast("BinaryIO", TemporaryFile(dir=self._folder))  # noqa: SIM115  # closed with this
        finalize(self, file.close)
        return file

    def _spill(self) -> None:
        for piece in self._held:
            self._file.write(np.ascontiguousarray(piece).view(np.uint8).data)
        self._held, self._unwritten = [], 0
