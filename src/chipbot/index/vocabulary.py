"""Terms → numbers while an index is built, and at last the table of all terms in order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

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
        unknown = [term for term in dict.fromkeys(terms) if term not in self._numbers]
        self._looked_for += len(unknown)
        if self._read is None and self._looked_for * _FEW >= len(self._present):
            self._read = self._present.all()
            self._numbers.update(zip(self._read, range(len(self._read)), strict=True))
            unknown = [term for term in unknown if term not in self._numbers]
        for term in unknown:
            number = -1 if self._read is not None else self._present.find(term)
            if number < 0:
                number = len(self)
                self._new.append(term)
            self._numbers[term] = number
        return list(map(self._numbers.__getitem__, terms))

    def table(self, used: npt.NDArray[np.bool_]) -> tuple[bytes, Array, npt.NDArray[np.int32]]:
        """Return the terms that are `used`, by their numbers, as one text sorted by bytes, with its offsets.

        And for each number the term's place in that order, or -1.
        """
        known = len(self._present)
        kept, old_text, old_lengths = used[:known], self._present.text, np.diff(self._present.offsets)
        new = sorted([(term, number) for number, term in enumerate(self._new, known) if used[number]])  # as by bytes
        before = offsets_of(kept)[[self._lower_bound(term) for term, _ in new]] if new else np.zeros(0, np.int64)
        ranks = np.full(len(self), -1, np.int32)
        ranks[:known][kept] = np.arange(int(kept.sum())) + np.searchsorted(before, np.arange(int(kept.sum())), side="right")
        ranks[[number for _, number in new]] = before + np.arange(len(new))
        encoded = [term.encode() for term, _ in new]
        lengths = np.insert(old_lengths[kept], before, [len(one) for one in encoded])
        text = old_text if kept.all() else old_text[np.repeat(kept, old_lengths)]
        places, pieces, done = offsets_of(old_lengths[kept])[before].tolist(), list[bytes](), 0
        data = text.tobytes()
        for place, one in zip(places, encoded, strict=True):
            pieces += [data[done:place], one]
            done = place
        return b"".join([*pieces, data[done:]]), offsets_of(lengths), ranks

    def _lower_bound(self, term: str) -> int:
        """Return how many terms of the present table come before a term."""
        return self._present.lower_bound(term) if self._read is None else bisect_left(self._read, term)
