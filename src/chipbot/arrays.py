"""Arithmetic on runs: lists of different lengths that lie one after the other in one array."""

from __future__ import annotations

from collections.abc import Sequence
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
