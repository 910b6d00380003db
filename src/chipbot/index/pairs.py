"""The distinct pairs of a term's frequency and its passage's length, which a weight depends on besides the term."""

from __future__ import annotations

from threading import Lock

import numpy as np
import numpy.typing as npt

from chipbot.index import Array, Index
from chipbot.index.counting import Ints
from chipbot.ranking.bm25 import saturations

_MARKED = 1 << 24  # numbers below this are told apart by marking them, which is quicker than sorting


class Pairs:
    """Numbers the distinct pairs of a term's frequency and its passage's length; until all are known each has a code."""

    def __init__(self, lengths: Ints, highest: int, present: Index | None = None) -> None:
        """Number the pairs of passages of these lengths, and of a present index; `highest` is the highest frequency, or more."""
        self.lengths = lengths
        base = int(lengths.max(initial=0)) + 1  # a pair's code is frequency x base + length
        limit = base * (highest + 1)
        self.type = "u4" if limit <= 1 << 32 else "u8"
        """The type that codes fit in."""
        self._base, self._lengths = base, lengths.astype(self.type)  # of that type, or sums would not be
        self._marks = np.zeros(limit, bool) if limit <= _MARKED else None
        self._distinct: Ints = np.zeros(0, np.int64)
        self._lock = Lock()
        if present is not None:
            codes = present.arrays["pair_frequencies"].astype(np.int64) * base + present.arrays["pair_lengths"]
            self._present = codes.astype(self.type)

    def codes(self, frequencies: Array, passages: Array) -> Array:
        """Return the codes of these pairs."""
        codes = frequencies.astype(self.type)
        codes *= self._base
        codes += self._lengths.take(passages)
        return codes

    def present_codes(self, numbers: Array) -> Array:
        """Return the codes of pairs that have these numbers in the present index."""
        return self._present.take(numbers)

    def note(self, codes: Array) -> None:
        """Note that there are the pairs of these codes; several threads may."""
        if self._marks is not None:
            self._marks[codes] = True
            return
        distinct = np.unique(codes)
        with self._lock:
            self._distinct = np.union1d(self._distinct, distinct)

    def finish(self) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
        """Return each distinct pair's frequency, its length and its saturation; none can be noted after that."""
        if self._marks is not None:
            self._distinct = np.flatnonzero(self._marks)
            self._numbers = (np.cumsum(self._marks) - 1).astype(np.min_scalar_type(len(self._distinct)))
        frequencies, lengths = np.divmod(self._distinct, self._base)
        return frequencies, lengths, saturations(frequencies, lengths, int(self.lengths.sum()) / max(len(self.lengths), 1))

    def numbers(self, codes: Array) -> Array:
        """Return the number of the pair that each code stands for."""
        return self._numbers.take(codes) if self._marks is not None else np.searchsorted(self._distinct, codes)
