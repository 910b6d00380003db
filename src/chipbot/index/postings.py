"""The postings of segments, and those of a present index that survive, to be read in the order of terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from chipbot.index.arrays import Array, Ints, exclusive_cumsum
from chipbot.index.reader import Index
from chipbot.index.segment import pair_codes


class Readable(Protocol):
    """An array in memory or in a file, read slice by slice."""

    def __len__(self) -> int:
        """Return how many values it has."""

    def __getitem__(self, span: slice, /) -> Array:
        """Return some of them."""


class Run:
    """The postings of one segment, read from the first term to the last."""

    def __init__(
        self, terms: Array, counts: Readable, passages: Readable, pairs: Readable, codes: Ints, first: int
    ):
        self.terms = terms
        """The terms; to be numbered by their places in the vocabulary, in whose order they stand, before reading."""
        self.counts = counts
        """How many passages hold each of them."""
        self.codes = codes
        """Its distinct pairs, by `pair_codes`."""
        self.pair_numbers: Array = codes
        """The number of each of those in the index; to be set before reading."""
        self._passages, self._pairs, self._first = passages, pairs, first
        self._term = self._posting = 0

    def read(self, last: int) -> tuple[Array, Array, Array]:
        """Return term, passage and pair of each posting of the terms below `last` that have not been read yet."""
        begin, self._term = self._term, int(np.searchsorted(self.terms, last))
        counts = self.counts[begin : self._term]
        span = slice(self._posting, self._posting + int(counts.sum()))
        self._posting = span.stop
        passages = self._passages[span] + np.int64(self._first)
        return (
            np.repeat(self.terms[begin : self._term], counts),
            passages,
            self.pair_numbers[self._pairs[span]],
        )


class Survivors:
    """The postings of a present index in passages that stay: read as a run, with the passages' new numbers."""

    def __init__(self, present: Index, passages: Array, at_once: int) -> None:
        """Count them; `passages` has the new number of each passage of the present index, or -1."""
        arrays = self._arrays = present.arrays
        self._passages = passages
        offsets, stays = arrays["posting_offsets"], passages >= 0
        counts = np.zeros(len(offsets) - 1, np.int64)
        used = np.zeros(len(arrays["pair_lengths"]), bool)
        for first, last in ranges(np.diff(offsets), at_once):
            span = slice(offsets[first], offsets[last])
            staying = stays.take(arrays["posting_passages"][span])
            counts[first:last] = np.add.reduceat(
                staying, offsets[first:last] - offsets[first], dtype=np.int64
            )
            used[arrays["posting_pairs"][span][staying]] = True
        self.terms = self._present_terms = np.flatnonzero(counts)
        self.counts = counts[self.terms]
        self._used = np.flatnonzero(used)
        self.codes = pair_codes(arrays["pair_frequencies"], arrays["pair_lengths"])[self._used]
        self.pair_numbers: Array = self.codes
        self._term = 0

    def read(self, last: int) -> tuple[Array, Array, Array]:
        """Return term, passage and pair of each posting of the terms below `last` that have not been read yet."""
        begin, self._term = self._term, int(np.searchsorted(self.terms, last))
        present, offsets = self._present_terms[begin : self._term], self._arrays["posting_offsets"]
        span = slice(offsets[present[0]], offsets[present[-1] + 1]) if len(present) else slice(0)
        passages = self._passages.take(self._arrays["posting_passages"][span])
        staying = passages >= 0  # of terms in between that do not stay, none is
        numbers = np.zeros(len(self._arrays["pair_lengths"]), np.int64)
        numbers[self._used] = self.pair_numbers
        terms = np.repeat(self.terms[begin : self._term], self.counts[begin : self._term])
        return (
            terms,
            passages[staying].astype(np.int64),
            numbers[self._arrays["posting_pairs"][span][staying]],
        )


def read_postings(
    sources: Sequence[Run | Survivors], first: int, last: int, passage_bits: int, pair_bits: int
) -> tuple[Ints, Ints]:
    """Return the passages and the pairs of the postings of terms from `first` to before `last`, by term and passage.

    Args:
        sources: What to read from, up to `first` already.
        first: The first term.
        last: The one after the last.
        passage_bits: How many bits the passages' numbers have.
        pair_bits: How many those of pairs have.
    """
    keys = [
        ((terms - np.int64(first)) << passage_bits | passages) << pair_bits | pairs
        for terms, passages, pairs in (source.read(last) for source in sources)
    ]
    ordered = np.concatenate(keys)
    ordered.sort(kind="stable")  # which merges what is in order already
    return ordered >> pair_bits & ((1 << passage_bits) - 1), ordered & ((1 << pair_bits) - 1)


def ranges(counts: Ints, at_once: int) -> Iterator[tuple[int, int]]:
    """Yield terms in ranges, the first and the one after the last, that have `at_once` postings at most or hold one."""
    sums = exclusive_cumsum(counts)
    first = 0
    while first < len(counts):
        last = max(int(np.searchsorted(sums, sums[first] + at_once, side="right")) - 1, first + 1)
        yield first, last
        first = last
