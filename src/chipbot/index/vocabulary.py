"""Terms → numbers while an index is built, and at last the table of all terms in order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

from chipbot.index import Array, StringTable, offsets_of

_FEW = 16  # one in so many terms of a table is looked for by binary search; for more of them the table is read whole


class Vocabulary:
    """Numbers terms: those of a present index as they are there, and new ones on from those."""

    def __init__(self, present: StringTable) -> None:
        self._present = present
        self._read: list[str] | None = None
        self._numbers: dict[str, int] = {}
        self._new: list[str] = []
        self._looked_for = 0

    def __len__(self) -> int:
        return len(self._present) + len(self._new)

    def numbers(self, terms: Sequence[str]) -> list[int]:
        """Return the number of each term; new ones are numbered."""
        numbers = self._numbers
        unknown = list(dict.fromkeys([term for term in terms if term not in numbers]))
        self._looked_for += len(unknown)
        if self._read is None and self._looked_for * _FEW >= len(self._present):
            self._read = self._present.all()
            numbers.update(zip(self._read, range(len(self._read)), strict=True))
            unknown = [term for term in unknown if term not in numbers]
        if self._read is None:
            numbers.update((term, number) for term in unknown if (number := self._present.find(term)) >= 0)
            unknown = [term for term in unknown if term not in numbers]
        numbers.update(zip(unknown, range(len(self), len(self) + len(unknown)), strict=True))
        self._new += unknown
        return list(map(numbers.__getitem__, terms))

    def table(self, used: npt.NDArray[np.bool_]) -> tuple[bytes, Array, npt.NDArray[np.int32]]:
        """Return the terms that are `used`, by their numbers, as one text sorted by bytes, with its offsets.

        And for each number the term's place in that order, or -1.
        """
        known = len(self._present)
        kept, chosen = used[:known], used[known:].tolist()
        new = sorted([term for term, wanted in zip(self._new, chosen, strict=True) if wanted])  # as by bytes
        before = self._kept_before(new, kept)
        ranks, count = np.full(len(self), -1, np.int32), int(kept.sum())
        ranks[:known][kept] = np.arange(count) + np.searchsorted(before, np.arange(count), side="right")
        ranks[list(map(self._numbers.__getitem__, new))] = before + np.arange(len(new))
        encoded = list(map(str.encode, new))
        old_lengths = np.diff(self._present.offsets)
        old_text = self._present.text if count == known else self._present.text[np.repeat(kept, old_lengths)]
        places = offsets_of(old_lengths[kept])[before]
        lengths = np.insert(old_lengths[kept], before, list(map(len, encoded)))
        return _with(old_text.tobytes(), encoded, places.tolist()), offsets_of(lengths), ranks

    def _kept_before(self, new: Sequence[str], kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """Return how many terms of the present table that are kept come before each of the new ones."""
        if not kept.any():
            return np.zeros(len(new), np.int64)
        return offsets_of(kept)[np.array([self._lower_bound(term) for term in new], np.int64)]

    def _lower_bound(self, term: str) -> int:
        """Return how many terms of the present table come before a term."""
        return self._present.lower_bound(term) if self._read is None else bisect_left(self._read, term)


def _with(text: bytes, pieces: Sequence[bytes], places: Sequence[int]) -> bytes:
    """Put pieces into a text, each before the byte at its place, in ascending order."""
    if not text:
        return b"".join(pieces)
    edges = [0, *places, len(text)]
    between = [text[start:end] for start, end in pairwise(edges)]
    return b"".join(chain.from_iterable(zip(between, [*pieces, b""], strict=True)))
