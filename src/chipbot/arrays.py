"""Runs: lists, or strings, of different lengths that lie one after the other in one array."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

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


class StringTable:
    """Strings kept as one array of UTF-8 bytes with V + 1 offsets, read one at a time."""

    def __init__(self, text: Array, offsets: Array) -> None:
        self.text, self.offsets = text, offsets

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, i: int) -> str:
        return self.raw(i).decode()

    def raw(self, i: int) -> bytes:
        """Return the bytes of string `i`."""
        return self.text[self.offsets[i] : self.offsets[i + 1]].tobytes()

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
