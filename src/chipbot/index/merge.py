"""Segments, and the documents of a present index that stay → all arrays of an index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, Protocol

import numpy as np

from chipbot.index.arrays import Array, Floats, Ints, concat_ranges, exclusive_cumsum
from chipbot.index.bm25 import idf, saturations
from chipbot.index.reader import Index
from chipbot.index.schema import DERIVED, FIELDS, K1, STORED, is_offsets
from chipbot.index.searcher import MAX_COMMON_IMPACT, MAX_IMPACT, SMALL
from chipbot.index.segment import Segment, numbers

COMMON = 8
"""A term is common if more than one passage in so many holds it."""


class Output(Protocol):
    """Where a merge's arrays go."""

    def write(self, name: str, kind: str, pieces: Iterable[Array]) -> None:
        """Take a whole array, piece by piece; `kind` is NumPy's name of its type."""


class Limits(NamedTuple):
    """Sizes from which on things are done in another way."""

    small: int = SMALL
    """Up to so many passages an index is small, and keeps weights."""
    at_once: int = 1 << 19
    """Terms of texts that are counted, and postings that are weighed, at once: what fits a processor's cache."""
    narrow: int = 1 << 16
    """Distinct pairs of frequency and length that the narrower type can number."""


class Merger:
    """Takes in segments and documents of a present index, in the order of ids; then writes all arrays."""

    def __init__(self, output: Output, limits: Limits = Limits()) -> None:
        self._output, self._limits = output, limits
        self._columns: dict[str, list[Array]] = {field.name: [] for field in STORED}
        """The arrays so far, in pieces; for offsets how many there are."""
        self._lengths = {field.symbol: 0 for field in STORED}
        """How many of each symbol there are so far."""
        self._numbers = numbers()
        """A number for each term, until all are known."""
        self._present_terms: dict[str, Ints] = {}
        """By the id of a present index, the number here of each of its terms."""

    @property
    def passage_count(self) -> int:
        """How many passages there are so far."""
        return self._lengths["P"]

    def add(self, segment: Segment) -> None:
        """Put documents after the others."""
        self._append(segment.arrays, self._number(segment.terms))

    def add_present(self, present: Index, first: int, rows: Sequence[str | None]) -> None:
        """Take over documents of a present index as they are.

        Args:
            present: The index that they are in.
            first: The number of the first of them there; the others follow it.
            rows: What is to be kept of each, as JSON, or None for what the present index has.
        """
        stored, spans = present.arrays, {"D": (first, first + len(rows))}
        arrays: dict[str, Array] = {}
        for field in sorted(STORED, key=is_offsets, reverse=True):
            low, high = spans[field.symbol]
            if is_offsets(field):
                offsets = stored[field.name][low : high + 1]
                spans[field.into] = int(offsets[0]), int(offsets[-1])
                arrays[field.name] = np.diff(offsets)
            else:  # positions count from the first document on, as in any segment
                values = stored[field.name][low:high]
                arrays[field.name] = values - spans[field.into][0] if field.into in spans else values
        if any(rows):
            old = present.document_rows
            encoded = [old.raw(first + i) if row is None else row.encode() for i, row in enumerate(rows)]
            arrays["document_rows"] = np.frombuffer(b"".join(encoded), np.uint8)
            arrays["document_row_offsets"] = np.array(list(map(len, encoded)))
        if present.id not in self._present_terms:
            self._present_terms[present.id] = self._number(present.terms.between(0, len(present.terms)))
        self._append(arrays, self._present_terms[present.id])

    def _number(self, terms: Iterable[str]) -> Ints:
        return np.fromiter(map(self._numbers.__getitem__, terms), np.int32)

    def _append(self, arrays: Mapping[str, Array], terms: Ints) -> None:
        """Put a segment's arrays after the others; `terms` has the number here of each of its terms."""
        for field in STORED:
            values = arrays[field.name]
            if field.into == "V":
                values = terms.take(values)
            elif field.into and not is_offsets(field):
                values = values + self._lengths[field.into]
            self._columns[field.name].append(values)
        sizes = {field.symbol: len(arrays[field.name]) for field in STORED}
        self._lengths = {symbol: count + sizes[symbol] for symbol, count in self._lengths.items()}

    def finish(self, report: Callable[[float], None] = lambda _: None) -> None:
        """Write all arrays; `report` hears what share of them is done."""
        report(0)
        vocabulary = self._sort_terms()
        for field in STORED:
            offsets = [exclusive_cumsum(self._whole(field.name))] if is_offsets(field) else None
            self._output.write(field.name, field.type, offsets or self._columns[field.name])
            if not field.name.startswith(("passage_", "breadcrumb_")) and field.into != "V":
                del self._columns[field.name]  # they take memory
        lengths, tokens = self._whole("passage_length"), self._tokens()
        postings = count_postings(tokens, len(vocabulary))
        self._columns.clear()
        derived = _derive(vocabulary, postings, lengths, self._limits)
        for done, (field, (many, pieces)) in enumerate(zip(DERIVED, derived, strict=True), len(STORED)):
            report(done / len(FIELDS))
            self._output.write(field.name, field.other if many and field.other else field.type, pieces)
        report(1)

    def _whole(self, name: str) -> Array:
        return np.concatenate([np.zeros(0, np.int32), *self._columns[name]])

    def _sort_terms(self) -> list[str]:
        """Return the vocabulary, in order, and number all terms by their places in it."""
        names = list(self._numbers)
        used = np.zeros(len(names), bool)  # documents that failed have numbered theirs, too
        columns = [self._columns[field.name] for field in STORED if field.into == "V"]
        for piece in chain.from_iterable(columns):
            used[piece] = True
        ordered = sorted(np.flatnonzero(used).tolist(), key=names.__getitem__)  # by code points, as by bytes
        places = np.zeros(len(names), np.int32)
        places[ordered] = np.arange(len(ordered))
        for pieces in columns:
            pieces[:] = map(places.take, pieces)
        return [names[number] for number in ordered]

    def _tokens(self) -> Iterator[tuple[Array, Array]]:
        """Yield, some passages at a time, each term in them and its passage; a breadcrumb counts as if it stood there."""
        lengths, breadcrumbs = self._whole("passage_length"), self._whole("passage_breadcrumb")
        counts = self._whole("breadcrumb_term_offsets")
        starts, counts = exclusive_cumsum(counts).take(breadcrumbs), counts.take(breadcrumbs)
        own = lengths - counts
        ends = exclusive_cumsum(own)
        sentence_terms, breadcrumb_terms = self._whole("sentence_terms"), self._whole("breadcrumb_terms")
        for first, last in _ranges(lengths, self._limits.at_once):
            chosen, passages = slice(first, last), np.arange(first, last)
            inherited = breadcrumb_terms.take(concat_ranges(starts[chosen], counts[chosen]))
            terms = np.concatenate([sentence_terms[ends[first] : ends[last]], inherited])
            yield terms, np.concatenate([passages.repeat(own[chosen]), passages.repeat(counts[chosen])])


class Postings(NamedTuple):
    """Which passages hold which terms: term by term, passages ascending."""

    counts: Ints
    """How many passages hold each term."""
    passages: Array
    """The passages of all terms, one term after the other."""
    frequencies: Array
    """How often each of them holds the term."""


def count_postings(tokens: Iterable[tuple[Array, Array]], vocabulary: int) -> Postings:
    """Count how often each passage holds each term.

    Args:
        tokens: Every occurrence of a term, and its passage, some at a time: all of one passage at once, passages
            ascending.
        vocabulary: How many terms there are.
    """
    parts, counts = [_count(*some) for some in tokens], np.zeros(vocabulary, np.int64)
    for terms, sizes, _, _ in parts:
        counts[terms] += sizes
    free = exclusive_cumsum(counts)  # where the next posting of each term goes
    passages, frequencies = np.empty(free[-1], np.int32), np.empty(free[-1], np.int32)
    for terms, sizes, *columns in parts:
        places = concat_ranges(free.take(terms), sizes)
        passages[places], frequencies[places] = columns
        free[terms] += sizes
    return Postings(counts, passages, frequencies)


def _count(terms: Array, passages: Array) -> tuple[Array, ...]:
    """Return the terms that there are, in how many passages each is, these passages, and how often they have it."""
    keys = terms.astype(np.int64) << 32 | passages
    keys.sort()
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    frequencies, keys = np.diff(starts, append=len(keys)), keys[starts]
    firsts = np.flatnonzero(np.diff(keys >> 32, prepend=-1))
    found = (keys[firsts] >> 32, np.diff(firsts, append=len(keys)), keys & 0xFFFFFFFF, frequencies)
    return tuple(array.astype(np.int32) for array in found)


def _ranges(counts: Ints, at_once: int) -> Iterator[tuple[int, int]]:
    """Yield ranges, the first and the one after the last, that have `at_once` things at most or hold one."""
    sums = exclusive_cumsum(counts)
    first = 0
    while first < len(counts):
        last = max(int(np.searchsorted(sums, sums[first] + at_once, side="right")) - 1, first + 1)
        yield first, last
        first = last


def _derive(
    vocabulary: Sequence[str], postings: Postings, lengths: Array, limits: Limits
) -> Iterator[tuple[bool, Iterable[Array]]]:
    """Yield, for each of `schema.DERIVED`, whether it has its other type, and its values in pieces."""
    counts, small = postings.counts, len(lengths) <= limits.small
    pairs, frequencies, pair_lengths = _number_pairs(postings, lengths)
    factors = saturations(frequencies, pair_lengths, float(lengths.sum() / max(len(lengths), 1)))
    distinct, places = np.unique(counts, return_inverse=True)
    idfs = np.array([idf(len(lengths), df) for df in distinct.tolist()], np.float64)[places]
    common, offsets = np.flatnonzero(counts * COMMON > len(lengths)), exclusive_cumsum(counts)
    # How much weight one step is, so that both maxima suffice: a term weighs at most idf x (k1 + 1).
    most = max(idfs.max(initial=0) / MAX_IMPACT, idfs[common].max(initial=0) / MAX_COMMON_IMPACT)

    def impacts(first: int, last: int) -> Floats:
        weights = np.repeat(idfs[first:last], counts[first:last])
        weights *= factors.take(pairs[offsets[first] : offsets[last]])
        return weights if small else np.ceil(weights / (most * (K1 + 1)))

    def row(term: int) -> Floats:
        values = np.zeros(len(lengths))
        values[postings.passages[offsets[term] : offsets[term + 1]]] = impacts(term, term + 1)
        return values

    encoded = [term.encode() for term in vocabulary]
    many_pairs = len(frequencies) > limits.narrow
    yield False, [np.frombuffer(b"".join(encoded), np.uint8)]
    yield False, [exclusive_cumsum(list(map(len, encoded)))]
    yield False, [idfs]
    yield False, [offsets]
    yield False, [postings.passages]
    yield small, (impacts(*terms) for terms in _ranges(counts, limits.at_once))
    yield many_pairs, [pairs]
    yield False, [factors]
    yield False, [common]
    yield small, map(row, common.tolist())


def _number_pairs(postings: Postings, lengths: Array) -> tuple[Array, Array, Array]:
    """Return the number of each posting's pair of a frequency and its passage's length; and what is in the pairs."""
    frequencies = np.flatnonzero(np.bincount(postings.frequencies))
    distinct, length_places = np.unique(lengths, return_inverse=True)
    places = np.zeros(int(frequencies.max(initial=0)) + 1, np.int32)
    places[frequencies] = np.arange(len(frequencies)) * len(distinct)
    codes = places.take(postings.frequencies)
    codes += length_places.astype(np.int32).take(postings.passages)
    used = np.zeros(len(frequencies) * len(distinct), bool)
    used[codes] = True
    numbers, pairs = np.cumsum(used, dtype=np.int32) - 1, np.flatnonzero(used)
    return numbers.take(codes), frequencies[pairs // len(distinct)], distinct[pairs % len(distinct)]
