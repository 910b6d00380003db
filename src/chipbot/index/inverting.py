"""The terms of each passage → the passages of each term, with their weights: the postings.

Every batch of documents counts its own terms where it is analysed (`counted`). Putting batches together is then a matter of
adding up how many passages hold each term and of moving every posting to its place (`gathered`): nothing is sorted twice, and
postings of documents that have not changed are taken over from the index that has them (`kept`, `merged`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chipbot.index import Array, offsets_of, spread
from chipbot.index.searching import LEVELS, SMALL
from chipbot.ranking import K1
from chipbot.ranking.bm25 import idf, saturations

Ints = npt.NDArray[np.int64]

COMMON = 8
"""A term is common if more than one passage in so many holds it."""

_AT_ONCE = 1 << 22  # postings that are merged or weighed at once, which bounds the memory beside what is made
_MARKED = 1 << 24  # numbers below this are told apart by marking them, which is quicker than sorting


class Postings(NamedTuple):
    """Which passages hold which terms, and how often: term by term, passages ascending."""

    terms: Array
    """The terms, each once, ascending."""
    counts: Array
    """How many passages hold each of them."""
    passages: Array
    """The passages of all terms, one term after the other."""
    frequencies: Array
    """How often each of these passages holds the term, its context included."""


def counted(passages: Array, sentence_counts: Ints, tokens: Array, context_counts: Ints, context_terms: Array) -> Postings:
    """Count each term in each passage of a batch; a passage's context counts as if it stood in it.

    `passages` are a batch's, of shape (P, 8); the other arrays hold how many terms sentences and contexts have, and the terms.
    """
    owners = np.repeat(np.repeat(np.arange(len(passages), dtype=np.int32), passages[:, 7]), sentence_counts)
    of_context = context_counts[passages[:, 6]]
    in_contexts = context_terms[spread(offsets_of(context_counts)[passages[:, 6]], of_context)]
    terms = np.concatenate([tokens, in_contexts])
    holders = np.concatenate([owners, np.repeat(np.arange(len(passages), dtype=np.int32), of_context)])
    # Stable sorting of 16-bit numbers is a radix sort, several times as quick as sorting terms and passages as they are.
    order = np.lexsort((*_halves(holders), *_halves(terms)))
    terms, holders = terms[order], holders[order]
    first = _changes(terms) | _changes(holders)
    starts = np.flatnonzero(first)
    frequencies = np.diff(starts, append=len(terms))
    terms, holders = terms[starts], holders[starts]
    groups = np.flatnonzero(_changes(terms))
    return Postings(
        terms=terms[groups],
        counts=np.diff(groups, append=len(terms)),
        passages=holders.astype(np.min_scalar_type(len(passages))),
        frequencies=frequencies.astype(np.min_scalar_type(int(frequencies.max(initial=0)))),
    )


def gathered(parts: Sequence[tuple[int, Postings]], terms: int) -> Postings:
    """Put the postings of batches together: for each, the number of its first passage and its postings.

    Batches come in the order of their passages. The result has all of `terms` terms, also those that no passage holds.
    """
    totals = np.zeros(terms, np.int64)
    for _, part in parts:
        totals[part.terms] += part.counts
    places = offsets_of(totals)[:-1]
    passages = np.empty(int(totals.sum()), np.int32)
    frequencies = np.empty(len(passages), np.result_type(np.uint8, *(part.frequencies.dtype for _, part in parts)))
    for before, part in parts:
        targets = spread(places[part.terms], part.counts)
        passages[targets] = part.passages.astype(np.int32) + before
        frequencies[targets] = part.frequencies
        places[part.terms] += part.counts
    return Postings(np.arange(terms), totals, passages, frequencies)


def kept(arrays: Mapping[str, Array], renumbered: Array) -> Postings:
    """Return the postings that an index has of passages that stay: `renumbered` has each one's new number, or -1; ascending."""
    passages = renumbered[arrays["posting_passages"]]
    stays = passages >= 0
    offsets = arrays["posting_offsets"]
    counts = np.diff(offsets) - np.diff(np.searchsorted(np.flatnonzero(~stays), offsets))
    terms = np.flatnonzero(counts)
    frequencies = arrays["pair_frequencies"].astype(np.min_scalar_type(int(arrays["pair_frequencies"].max(initial=0))))
    return Postings(terms, counts[terms], passages[stays], frequencies[arrays["posting_pairs"]][stays])


def merged(one: Postings, other: Postings, terms: int) -> Postings:
    """Return the postings of two with different passages, for all of `terms` terms, in the form of `gathered`."""
    counts = [np.zeros(terms, np.int64) for _ in range(2)]
    for own, postings in zip(counts, (one, other), strict=True):
        own[postings.terms] = postings.counts
    starts, owners = offsets_of(counts[0]), np.repeat(np.arange(terms), counts[1])
    places = _places(one.passages, starts[owners], starts[owners + 1], other.passages) + np.arange(len(owners))
    stays = np.ones(len(one.passages) + len(owners), bool)
    stays[places] = False
    passages = np.empty(len(stays), np.int32)
    frequencies = np.empty(len(stays), np.result_type(one.frequencies, other.frequencies))
    for made, first, second in ((passages, one.passages, other.passages), (frequencies, one.frequencies, other.frequencies)):
        made[stays] = first
        made[places] = second
    return Postings(np.arange(terms), counts[0] + counts[1], passages, frequencies)


def _places(numbers: Array, first: Ints, last: Ints, wanted: Array) -> Ints:
    """Return where among `numbers` from `first` to before `last`, which ascend, each of `wanted` would stand: binary search."""
    while len(rest := np.flatnonzero(first < last)):
        middle = (first[rest] + last[rest]) // 2
        before = numbers[middle] < wanted[rest]
        first[rest[before]] = middle[before] + 1
        last[rest[~before]] = middle[~before]
    return first


def invert(arrays: Mapping[str, Array], postings: Postings) -> dict[str, Array]:
    """Weigh postings of all terms.

    Takes the arrays of passages, sentences and contexts; returns those of the terms' idf, the postings, the pairs and the common
    terms, and the passages' lengths.
    """
    starts = arrays["sentence_tokens"][arrays["passage_sentences"]]
    lengths = np.diff(starts) + np.diff(arrays["context_tokens"])[arrays["passage_context"]]
    counts, passages = postings.counts, postings.passages
    offsets = offsets_of(counts)
    ranges = list(_ranges(counts))
    base = int(lengths.max(initial=0)) + 1  # a pair's code is frequency x base + length
    codes = np.empty(len(passages), np.uint32 if base < 1 << 16 else np.uint64)
    short = lengths.astype(codes.dtype)
    for first, last in ranges:
        span = slice(offsets[first], offsets[last])
        codes[span] = postings.frequencies[span].astype(codes.dtype) * codes.dtype.type(base) + short[passages[span]]
    known = {df: idf(len(lengths), df) for df in set(counts.tolist())}
    idfs = np.array([known[df] for df in counts.tolist()])
    distinct, pairs = _numbered(codes)
    del codes
    pair_frequencies, pair_lengths = np.divmod(distinct.astype(np.int64), base)
    table = saturations(pair_frequencies, pair_lengths, int(lengths.sum()) / max(len(lengths), 1))
    step = idf(len(lengths), 1) * (K1 + 1) / LEVELS  # no weight is larger than a term's in one passage, repeated for ever
    small = len(lengths) <= SMALL
    impacts = np.empty(len(passages), np.float64 if small else np.uint16)
    for first, last in ranges:
        span = slice(offsets[first], offsets[last])
        weights = np.repeat(idfs[first:last], counts[first:last]) * table[pairs[span]]
        impacts[span] = weights if small else np.ceil(weights / step)
    return {
        "passage_length": lengths,
        "term_idf": idfs,
        "posting_offsets": offsets,
        "posting_passages": passages.astype(np.int64 if small else np.int32, copy=False),  # NumPy indexes by the former
        "posting_impacts": impacts,
        "posting_pairs": pairs,
        "pair_saturations": table,
        "pair_frequencies": pair_frequencies,
        **_common(counts, offsets, passages, impacts, len(lengths)),
    }


def _halves(numbers: Array) -> list[Array]:
    """Return numbers from 0 as 16-bit arrays, the lower half first, the upper one if there is any."""
    lower = numbers.astype(np.uint16)
    return [lower, (numbers >> 16).astype(np.uint16)] if int(numbers.max(initial=0)) >> 16 else [lower]


def _changes(numbers: Array) -> npt.NDArray[np.bool_]:
    """Return which numbers differ from the one before; the first does."""
    changes = np.ones(len(numbers), bool)
    np.not_equal(numbers[1:], numbers[:-1], out=changes[1:])
    return changes


def _ranges(counts: Ints) -> Iterator[tuple[int, int]]:
    """Cut the terms into ranges, from the first to before the last, that have `_AT_ONCE` postings at most or hold one term."""
    sums = offsets_of(counts)
    first = 0
    while first < len(counts):
        last = max(int(np.searchsorted(sums, sums[first] + _AT_ONCE, side="right")) - 1, first + 1)
        yield first, last
        first = last


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
