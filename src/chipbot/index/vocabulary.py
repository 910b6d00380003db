"""Terms → numbers while an index is built, and at last the table of all terms in order."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from functools import partial

import numpy as np
import numpy.typing as npt

from chipbot.index import Array, Strings, StringTable, inserted, offsets_of
from chipbot.index.keys import Pieces, Table

# one in so many terms of a table is looked for by binary search; for more of them the table is read whole
_FEW = 16


class Vocabulary:
    """Numbers terms: those of a present index as they are there, and new ones on from those."""

    def __init__(self, present: StringTable) -> None:
        self._present = present
        self._asked = Table()
        """The terms that were asked for, or all of the present table besides."""
        self._numbers = array("i")
        """The number of each of those."""
        self._read = not len(present)
        self._new_text, self._new_lengths = bytearray(), array("q")  # the new terms, one after the other

    def __len__(self) -> int:
        return len(self._present) + len(self._new_lengths)

    def numbers(self, terms: Strings) -> npt.NDArray[np.int32]:
        """Return the number of each term; new ones are numbered."""
        if not self._read and (len(self._asked) + len(terms.lengths)) * _FEW >= len(self._present):
            self._read_present()
        pieces = Pieces.of(terms)
        places, first_asked = self._asked.numbers(pieces.keys())
        unknown = first_asked
        made = np.full(len(first_asked), -1, np.int32)
        if not self._read:
            made[:] = list(map(self._present.find, pieces[first_asked].strings()))
            unknown = first_asked[made < 0]
        made[made < 0] = np.arange(len(self), len(self) + len(unknown))
        self._numbers.frombytes(made.tobytes())
        new = pieces[unknown]
        lengths = new.ends - new.starts
        self._new_text += new.joined().tobytes()
        self._new_lengths.frombytes(lengths.tobytes())
        return np.frombuffer(self._numbers, np.int32).take(places)

    def _read_present(self) -> None:
        """Take in the whole of the present table: the terms of it that were not asked for as well."""
        _, rest = self._asked.numbers(Pieces.of(self._present.between(0, len(self._present))).keys())
        self._numbers.frombytes(rest.astype(np.int32).tobytes())
        self._read = True

    def table(self, used: npt.NDArray[np.bool_]) -> tuple[Array, Array, npt.NDArray[np.int32]]:
        """Return the terms that are `used`, by their numbers, as one text sorted by bytes, with its offsets.

        And for each number the term's place in that order, or -1.
        """
        known = len(self._present)
        kept, chosen = used[:known], np.flatnonzero(used[known:])
        new = Pieces.of(
            Strings(np.frombuffer(self._new_text, np.uint8), np.frombuffer(self._new_lengths, np.int64))
        )[chosen]
        order = new.order()
        new = new[order]
        before = self._kept_before(new, kept)
        ranks, count = np.full(len(self), -1, np.int32), int(kept.sum())
        ranks[:known][kept] = np.arange(count) + np.searchsorted(before, np.arange(count), side="right")
        ranks[known + chosen[order]] = before + np.arange(len(new))
        old_lengths = np.diff(self._present.offsets)
        old_text = self._present.text if count == known else self._present.text[np.repeat(kept, old_lengths)]
        new_lengths, places = new.ends - new.starts, offsets_of(old_lengths[kept])[before]
        text = inserted(old_text, new.joined(), np.repeat(places, new_lengths))
        return text, offsets_of(inserted(old_lengths[kept], new_lengths, before)), ranks

    def _kept_before(self, new: Pieces, kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """Return how many terms of the present table that are kept come before each of the new ones."""
        if not kept.any():
            return np.zeros(len(new), np.int64)
        lower_bound = self._present.lower_bound
        if len(new) * _FEW >= len(self._present):
            lower_bound = partial(bisect_left, self._present.all())
        return offsets_of(kept)[np.array(list(map(lower_bound, new.strings())), np.int64)]
