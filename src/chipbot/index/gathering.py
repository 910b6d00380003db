"""The postings of batches, as they come in, and those of a present index → all postings, some terms at a
time.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from chipbot.index import Array, Index, StringTable, inserted, offsets_of, spread
from chipbot.index.analysing import Batch, postings_of, taken
from chipbot.index.columns import Column, let_go
from chipbot.index.counting import Ints, halves
from chipbot.index.pairs import Pairs
from chipbot.index.vocabulary import Vocabulary

_PART = 1 << 19  # postings of batches that are brought into order at once
_AT_ONCE = 1 << 18  # postings that are put together at once, which is all that it takes memory for
_GOING_AT_ONCE = 1 << 10  # documents that are no longer there whose terms are counted at once
THREADS = 2
"""That compute at once: more wait for memory more than they compute."""
_NONE = StringTable(np.zeros(0, np.uint8), np.zeros(1, np.int64))


class _Part(NamedTuple):
    """Where the postings of some batches, one after the other, stand among those of all."""

    groups: slice
    """Its terms, and how many passages hold each."""
    postings: slice
    """The passages, and how often each holds the term."""


class _Slices(NamedTuple):
    """Where the postings of a range of terms stand among those of all batches: a slice of each part's."""

    groups: list[slice]
    postings: list[slice]


class Gathering:
    """Takes in batches; then `finish`, and `postings` of one of the `ranges` of terms after the other.

    What the batches bring is kept in files in `folder`, where one is given.
    """

    def __init__(self, present: Index | None, folder: Path | None) -> None:
        self.present = present
        """The index that documents are taken out of, if there is one."""
        self._vocabulary = Vocabulary(present.terms if present is not None else _NONE)
        self._sources: dict[str, tuple[str, array[int]]] = {}  # the newest numbering of each worker
        self._renumbered = np.full(present.passage_count if present is not None else 0, -1, np.int32)
        self._parts: list[_Part] = []
        self._columns = [Column(dtype, folder) for dtype in ("i4", "i4", "i4", "u4")]
        self.highest = 0 if present is None else int(present.arrays["pair_frequencies"].max(initial=0))
        """The highest frequency of a term in a passage, or more."""

    def add(self, batch: Batch, before: int) -> Array | None:
        """Take in a batch whose first passage has the number `before`; return its terms' numbers, None if
        those are its own.
        """
        if batch.postings is None:
            passages = len(batch.passages.start)
            self._renumbered[batch.taken_from : batch.taken_from + passages] = np.arange(
                before, before + passages
            )
            return None
        numbers, postings = self._numbered(batch), batch.postings
        groups, filled = len(self._columns[0]), len(self._columns[2])
        added = (
            numbers[postings.terms],
            postings.counts,
            postings.passages.astype(np.int32) + before,
            postings.frequencies,
        )
        for column, values in zip(self._columns, added, strict=True):
            column.append(values)
        if self._parts and filled - self._parts[-1].postings.start < _PART:
            first = self._parts.pop()
            groups, filled = first.groups.start, first.postings.start
        self._parts.append(_Part(slice(groups, len(self._columns[0])), slice(filled, len(self._columns[2]))))
        self.highest = max(self.highest, int(postings.frequencies.max(initial=0)))
        return numbers

    def _numbered(self, batch: Batch) -> Array:
        """Return the number of each term of a batch, by its number there; a worker that numbers anew does so
        for good.
        """
        worker, numbering = batch.source
        known_numbering, known = self._sources.get(worker, ("", array("i")))
        if numbering != known_numbering:
            known = array("i")
        known.frombytes(self._vocabulary.numbers(batch.terms).tobytes())
        self._sources[worker] = numbering, known
        return np.array(known, np.int32)

    def finish(self) -> tuple[Array, Array, Array]:
        """Return the terms that any passage holds, as `Vocabulary.table` does it; nothing can be added after
        that.
        """
        self._ranks, self._counts, self._passages, self._frequencies = (
            column.take() for column in self._columns
        )
        staying = self._staying()
        used = np.zeros(len(self._vocabulary), bool)
        for part in self._parts:
            used[self._ranks[part.groups]] = True
            self._let_go()
        used[: len(staying)] |= staying > 0
        text, offsets, ranks = self._vocabulary.table(used)
        del self._vocabulary, self._sources
        self._fresh = np.zeros(len(offsets) - 1, np.int64)
        for part in self._parts:
            here, counts = self._ranks[part.groups], self._counts[part.groups]
            here[:] = ranks.take(here)  # until here they were the terms' numbers
            self._fresh += np.bincount(here, counts, len(self._fresh)).astype(np.int64)
            self._let_go()
        self._kept = np.zeros(len(offsets) - 1, np.int64)
        self._kept[ranks[: len(staying)][staying > 0]] = staying[staying > 0]
        self._kept_terms = np.flatnonzero(staying)  # of the present index: ascending here and there
        self._kept_ranks = ranks[self._kept_terms]
        self.counts: Ints = self._fresh + self._kept
        """How many passages hold each term."""
        self.ranges = list(_ranges(self.counts))
        """The terms in ranges, from the first to before the last, that have `_AT_ONCE` postings at most or
        hold one term.
        """
        self._slices = self._by_range()
        return text, offsets, ranks

    def postings(self, number: int, pairs: Pairs) -> tuple[Array, Array]:
        """Return the passages that hold each of the terms of a range, ascending for each; and the codes of
        their pairs.
        """
        passages, frequencies = self._fresh_in(number)
        fresh = passages, pairs.codes(frequencies, passages)
        return (
            fresh
            if self.present is None
            else self._merged(self._kept_in(self.present, number, pairs), fresh, number)
        )

    def _staying(self) -> Ints:
        """Return how many passages that hold each term of the present index stay: all but those of documents
        that go.
        """
        if self.present is None:
            return np.zeros(0, np.int64)
        counts = np.diff(self.present.arrays["posting_offsets"])
        going = np.unique(self.present.arrays["passage_document"][self._renumbered < 0])
        for documents in np.split(going, np.flatnonzero(np.diff(going) > 1) + 1):  # runs of them
            for start in range(0, len(documents), _GOING_AT_ONCE):
                some = documents[start : start + _GOING_AT_ONCE]
                postings = postings_of(taken(self.present, [None] * len(some), int(some[0])))
                counts[postings.terms] -= postings.counts
        return counts

    def _by_range(self) -> list[_Slices]:
        """Bring what each part has into the order of ranges; return where that of each range stands."""
        range_of = np.repeat(
            np.arange(len(self.ranges), dtype=np.uint16), [last - first for first, last in self.ranges]
        )

        def arranged(part: _Part) -> tuple[list[int], list[int]]:
            """Bring a part into order; return where the terms and the postings of each range begin, and where
            the last end.
            """
            ranks, counts = self._ranks[part.groups], self._counts[part.groups]
            passages, frequencies = self._passages[part.postings], self._frequencies[part.postings]
            order = np.argsort(range_of.take(ranks), kind="stable")
            sources = spread(offsets_of(counts).take(order), counts.take(order))
            ranks[:], counts[:], passages[:], frequencies[:] = (
                ranks.take(order),
                counts.take(order),
                passages.take(sources),
                frequencies.take(sources),
            )
            groups = offsets_of(np.bincount(range_of.take(ranks), minlength=len(self.ranges)))
            postings = offsets_of(counts)[groups]
            for column in (ranks, counts, passages, frequencies):
                let_go(column)
            return (groups + part.groups.start).tolist(), (postings + part.postings.start).tolist()

        made = [_Slices([], []) for _ in self.ranges]
        with ThreadPoolExecutor(THREADS) as pool:
            for groups, postings in pool.map(arranged, self._parts):
                for slices, group, posting in zip(made, pairwise(groups), pairwise(postings), strict=True):
                    slices.groups.append(slice(*group))
                    slices.postings.append(slice(*posting))
        return made

    def _fresh_in(self, number: int) -> tuple[Array, Array]:
        """Return what the batches have of a range: each one's postings follow those of the batches
        before it.
        """
        groups, postings = self._slices[number]
        ranks, counts = _joined(self._ranks, groups) - self.ranges[number][0], _joined(self._counts, groups)
        order = np.lexsort(halves(ranks))
        sources = spread(offsets_of(counts).take(order), counts.take(order))
        passages, frequencies = (
            _joined(self._passages, postings).take(sources),
            _joined(self._frequencies, postings).take(sources),
        )
        self._let_go()
        return passages, frequencies

    def _let_go(self) -> None:
        for column in (self._ranks, self._counts, self._passages, self._frequencies):
            let_go(column)

    def _kept_in(self, present: Index, number: int, pairs: Pairs) -> tuple[Array, Array]:
        """Return what the present index has of a range, of passages that stay."""
        terms = self._kept_terms[slice(*np.searchsorted(self._kept_ranks, self.ranges[number]))]
        offsets = present.arrays["posting_offsets"]
        span = slice(offsets[terms[0]], offsets[terms[-1] + 1]) if len(terms) else slice(0)
        passages = self._renumbered.take(present.arrays["posting_passages"][span])
        stays = passages >= 0
        return passages[stays], pairs.present_codes(present.arrays["posting_pairs"][span][stays])

    def _merged(
        self, kept: tuple[Array, Array], fresh: tuple[Array, Array], number: int
    ) -> tuple[Array, Array]:
        """Put fresh postings among those that were kept, each at its place in the order of passages."""
        first, last = self.ranges[number]
        starts, owners = (
            offsets_of(self._kept[first:last]),
            np.repeat(np.arange(last - first), self._fresh[first:last]),
        )
        places = first_not_below(kept[0], starts[owners], starts[owners + 1], fresh[0])
        return inserted(kept[0], fresh[0], places), inserted(kept[1], fresh[1], places)


def _joined(column: Array, slices: Sequence[slice]) -> Array:
    return np.concatenate([column[one] for one in slices]) if slices else column[:0]


def _ranges(counts: Ints) -> Iterator[tuple[int, int]]:
    sums = offsets_of(counts)
    first = 0
    while first < len(counts):
        last = max(int(np.searchsorted(sums, sums[first] + _AT_ONCE, side="right")) - 1, first + 1)
        yield first, last
        first = last


def first_not_below(numbers: Array, first: Ints, last: Ints, wanted: Array) -> Ints:
    """Return where among `numbers` from `first` to before `last`, which ascend, each of `wanted` would stand:
    binary search.
    """
    while len(rest := np.flatnonzero(first < last)):
        middle = (first[rest] + last[rest]) // 2
        before = numbers[middle] < wanted[rest]
        first[rest[before]] = middle[before] + 1
        last[rest[~before]] = middle[~before]
    return first
