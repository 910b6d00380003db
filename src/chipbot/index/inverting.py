"""The terms of each passage → the passages of each term, with their weights: the postings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from chipbot.index import Array, offsets_of, spread
from chipbot.index.searching import LEVELS, SMALL
from chipbot.ranking import K1
from chipbot.ranking.bm25 import idf, saturations

Ints = npt.NDArray[np.int64]

COMMON = 8
"""A term is common if more than one passage in so many holds it."""

_AT_ONCE = 1 << 22  # occurrences that are sorted at once, which is all that inverting takes memory for besides what it makes
_PASSAGES = 1 << 16  # passages whose terms are looked through at once
_MARKED = 1 << 24  # numbers below this are told apart by marking them, which is quicker than sorting


def invert(arrays: Mapping[str, Array], terms: int) -> dict[str, Array]:
    """Count each of `terms` terms in each passage, its context included, and weigh it.

    Takes the arrays of passages, sentences and contexts; returns those of the terms' idf, the postings, the pairs and the common
    terms, and the passages' lengths.
    """
    occurrences = _Occurrences(arrays)
    lengths = occurrences.lengths
    base = int(lengths.max(initial=0)) + 1  # a pair's code is frequency x base + length
    total = int(lengths.sum())
    passages, codes = np.empty(total, np.int32), np.empty(total, np.uint32 if base < 1 << 16 else np.uint64)
    frequencies = np.zeros(terms, np.int64)
    ranges = list(_ranges(occurrences.counts(terms)))
    filled = 0
    for first, last in ranges:
        held, counts = _counted(occurrences.keys(first, last))
        numbers, found = np.divmod(held, max(len(lengths), 1))
        frequencies[first:last] = np.bincount(numbers, minlength=last - first)
        passages[filled : filled + len(held)] = found
        codes[filled : filled + len(held)] = counts * base + lengths[found]
        filled += len(held)
    offsets = offsets_of(frequencies)
    known = {df: idf(len(lengths), df) for df in set(frequencies.tolist())}
    idfs = np.array([known[df] for df in frequencies.tolist()])
    distinct, pairs = _numbered(codes[:filled])
    average = total / max(len(lengths), 1)
    table = saturations(*np.divmod(distinct.astype(np.int64), base), average)
    step = idf(len(lengths), 1) * (K1 + 1) / LEVELS  # no weight is larger than a term's in one passage, repeated for ever
    small = len(lengths) <= SMALL
    impacts = np.empty(filled, np.float64 if small else np.uint16)
    for first, last in ranges:
        span = slice(offsets[first], offsets[last])
        weights = np.repeat(idfs[first:last], frequencies[first:last]) * table[pairs[span]]
        impacts[span] = weights if small else np.ceil(weights / step)
    return {
        "passage_length": lengths,
        "term_idf": idfs,
        "posting_offsets": offsets,
        "posting_passages": passages[:filled].astype(np.int64 if small else np.int32, copy=False),  # NumPy indexes by the former
        "posting_impacts": impacts,
        "posting_pairs": pairs,
        "pair_saturations": table,
        **_common(frequencies, offsets, passages, impacts, len(lengths)),
    }


class _Occurrences:
    """Each time that a term stands in a passage or in its context."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._tokens = arrays["tokens"]
        self._starts = arrays["sentence_tokens"][arrays["passage_sentences"]]
        self._context_terms = arrays["context_terms"]
        self._context_starts = arrays["context_tokens"][arrays["passage_context"]]
        self._context_lengths = np.diff(arrays["context_tokens"])
        self._context_uses = np.bincount(arrays["passage_context"], minlength=len(self._context_lengths))
        self._context_counts = self._context_lengths[arrays["passage_context"]]
        self.lengths: Ints = np.diff(self._starts) + self._context_counts
        """How many terms each passage has, its context's included."""

    def counts(self, terms: int) -> Ints:
        """Return how often each of `terms` terms occurs."""
        counts = np.bincount(self._context_terms, np.repeat(self._context_uses, self._context_lengths), terms).astype(np.int64)
        for start in range(0, len(self._tokens), _AT_ONCE):
            counts += np.bincount(self._tokens[start : start + _AT_ONCE], minlength=terms)
        return counts

    def keys(self, first: int, last: int) -> Ints:
        """Return a number for each occurrence of the terms from `first` to before `last`: (term - first) x passages + passage."""
        found = []
        for passages, numbers in self._blocks():
            chosen = np.flatnonzero((numbers >= first) & (numbers < last))
            found.append((numbers[chosen].astype(np.int64) - first) * len(self.lengths) + passages[chosen])
        return np.concatenate(found) if found else np.zeros(0, np.int64)

    def _blocks(self) -> Iterator[tuple[Array, Array]]:
        """Yield the occurrences in some passages at a time: the passage and the term of each."""
        for start in range(0, len(self.lengths), _PASSAGES):
            end = min(start + _PASSAGES, len(self.lengths))
            passages = np.arange(start, end, dtype=np.int32)
            counts = self._context_counts[start:end]
            in_contexts = self._context_terms[spread(self._context_starts[start:end], counts)]
            tokens = self._tokens[self._starts[start] : self._starts[end]]
            owners = [np.repeat(passages, np.diff(self._starts[start : end + 1])), np.repeat(passages, counts)]
            yield np.concatenate(owners), np.concatenate([tokens, in_contexts])


def _ranges(counts: Ints) -> Iterator[tuple[int, int]]:
    """Cut the terms into ranges, from the first to before the last, that occur `_AT_ONCE` times at most or hold one term."""
    sums = offsets_of(counts)
    first = 0
    while first < len(counts):
        last = max(int(np.searchsorted(sums, sums[first] + _AT_ONCE, side="right")) - 1, first + 1)
        yield first, last
        first = last


def _counted(keys: Ints) -> tuple[Ints, Ints]:
    """Return the distinct keys, ascending, and how often each occurs; sorts `keys` in place."""
    keys.sort()
    starts = np.flatnonzero(np.concatenate([keys[:1] == keys[:1], keys[1:] != keys[:-1]]))
    return keys[starts], np.diff(starts, append=len(keys))


def _numbered(codes: Array) -> tuple[Array, Array]:
    """Return the distinct codes, ascending, and the number of each code among them, in 16 bits where those suffice."""
    if int(codes.max(initial=0)) < _MARKED:
        marks = np.zeros(int(codes.max(initial=0)) + 1, bool)
        marks[codes] = True
        distinct = np.flatnonzero(marks)
        numbers = (np.cumsum(marks) - 1).astype(np.min_scalar_type(len(distinct)))
        return distinct, numbers[codes]
    distinct, which = np.unique(codes, return_inverse=True)
    return distinct, which


def _common(frequencies: Ints, offsets: Ints, passages: Array, impacts: Array, count: int) -> dict[str, Array]:
    """Return the impacts of the terms that stand in many of `count` passages, as one row a term."""
    common = np.flatnonzero(frequencies * COMMON > count)
    rows = np.zeros((len(common), count), impacts.dtype)
    for row, term in zip(rows, common.tolist(), strict=True):
        span = slice(offsets[term], offsets[term + 1])
        row[passages[span]] = impacts[span]
    return {"common_terms": common, "common_impacts": rows.ravel()}
