"""Terms → numbers while an index is built, and at last the table of all terms in order."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from functools import partial
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

from chipbot.index import Array, Strings, StringTable, offsets_of, spread
from chipbot.index.keys import Pieces, Table

_FEW = 16  # one in so many terms of a table is looked for by binary search; for more of them the table is read whole


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
        self._new_text += np.frombuffer(pieces.data, np.uint8)[spread(new.starts, lengths)].tobytes()
        self._new_lengths.frombytes(lengths.tobytes())
        return np.frombuffer(self._numbers, np.int32).take(places)

    def _read_present(self) -> None:
        """Take in the whole of the present table: the terms of it that were not asked for as well."""
        _, rest = self._asked.numbers(Pieces.of(self._present.between(0, len(self._present))).keys())
        self._numbers.frombytes(rest.astype(np.int32).tobytes())
        self._read = True

    def table(self, used: npt.NDArray[np.bool_]) -> tuple[bytes, Array, npt.NDArray[np.int32]]:
        """Return the terms that are `used`, by their numbers, as one text sorted by bytes, with its offsets.

        And for each number the term's place in that order, or -1.
        """
        known = len(self._present)
        kept, chosen = used[:known], np.flatnonzero(used[known:])
        added = Strings(np.frombuffer(self._new_text, np.uint8), np.frombuffer(self._new_lengths, np.int64))
        terms = Pieces.of(added)[chosen].strings()
        order = sorted(range(len(terms)), key=terms.__getitem__)  # as by bytes
        new = [terms[i] for i in order]
        before = self._kept_before(new, kept)
        ranks, count = np.full(len(self), -1, np.int32), int(kept.sum())
        ranks[:known][kept] = np.arange(count) + np.searchsorted(before, np.arange(count), side="right")
        ranks[known + chosen[order]] = before + np.arange(len(new))
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
        lower_bound = self._present.lower_bound
        if len(new) * _FEW >= len(self._present):
            lower_bound = partial(bisect_left, self._present.all())
        return offsets_of(kept)[np.array(list(map(lower_bound, new)), np.int64)]


def _with(text: bytes, pieces: Sequence[bytes], places: Sequence[int]) -> bytes:
    """Put pieces into a text, each before the byte at its place, in ascending order."""
    if not text:
        return b"".join(pieces)
    edges = [0, *places, len(text)]
    between = [text[start:end] for start, end in pairwise(edges)]
    return b"".join(chain.from_iterable(zip(between, [*pieces, b""], strict=True)))
