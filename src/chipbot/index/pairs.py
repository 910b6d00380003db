"""The distinct pairs of a term's frequency and its passage's length, which a weight depends on besides the
term.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chipbot.index import Array, Index
from chipbot.index.counting import Ints
from chipbot.index.ranking.bm25 import saturations

_TABLED = 1 << 22  # codes below this have a table of their numbers, which is quicker than searching


class Pairs:
    """Numbers the distinct pairs of a term's frequency and its passage's length as they are first met."""

    def __init__(self, lengths: Ints, highest: int, present: Index | None = None) -> None:
        """Number pairs of passages of these lengths, and of a present index; `highest` is the highest
        frequency, or more.
        """
        base = int(lengths.max(initial=0)) + 1  # a pair's code is frequency x base + length
        limit = base * (highest + 1)
        self._type = "u4" if limit <= 1 << 32 else "u8"  # that codes fit in
        self._base, self._lengths = base, lengths.astype(self._type)  # of that type, or sums would not be
        self._average = int(lengths.sum()) / max(len(lengths), 1)
        self._table = np.full(limit, -1, np.int32) if limit <= _TABLED else None
        self._known: dict[int, int] = {}  # or the number of each code
        self.frequencies: Ints = np.zeros(0, np.int64)
        """Of each pair that has been numbered."""
        self.lengths: Ints = np.zeros(0, np.int64)
        self.saturations: npt.NDArray[np.float64] = np.zeros(0)
        """What each pair's weight is a multiple of."""
        if present is not None:
            codes = (
                present.arrays["pair_frequencies"].astype(np.int64) * base + present.arrays["pair_lengths"]
            )
            self._present = codes.astype(self._type)

    def codes(self, frequencies: Array, passages: Array) -> Array:
        """Return the codes of these pairs."""
        codes = frequencies.astype(self._type)
        codes *= self._base
        codes += self._lengths.take(passages)
        return codes

    def present_codes(self, numbers: Array) -> Array:
        """Return the codes of pairs that have these numbers in the present index."""
        return self._present.take(numbers)

    def numbers(self, codes: Array) -> Array:
        """Return the number of the pair that each code stands for; those that are new are numbered on, as
        they come.
        """
        numbers = self._find(codes)
        unknown = np.flatnonzero(numbers < 0)
        if not len(unknown):
            return numbers
        self._add(self._distinct(codes[unknown]))
        return self._find(codes)

    def _find(self, codes: Array) -> Array:
        """Return the number of the pair that each code stands for, or -1."""
        if self._table is not None:
            return self._table.take(codes)
        distinct, places = np.unique(codes, return_inverse=True)
        return np.array([self._known.get(code, -1) for code in distinct.tolist()], np.int64)[places]

    def _distinct(self, codes: Array) -> Array:
        """Return new codes, each once, in the order in which they first come."""
        if self._table is None:
            return codes[np.sort(np.unique(codes, return_index=True)[1])]
        backwards = np.arange(len(codes) - 1, -1, -1, dtype=np.int32)
        self._table[codes[::-1]] = (
            backwards  # of several that are alike, the first one's place is the last to be written
        )
        first: Array = codes[self._table.take(codes) == backwards[::-1]]
        return first

    def _add(self, new: Array) -> None:
        """Number the pairs that new codes stand for."""
        numbers = np.arange(len(new)) + len(self.frequencies)
        if self._table is not None:
            self._table[new] = numbers
        else:
            self._known.update(zip(new.tolist(), numbers.tolist(), strict=True))
        frequencies, lengths = np.divmod(new.astype(np.int64), self._base)
        self.frequencies = np.append(self.frequencies, frequencies)
        self.lengths = np.append(self.lengths, lengths)
        self.saturations = np.append(self.saturations, saturations(frequencies, lengths, self._average))
