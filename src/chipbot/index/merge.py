"""Segments, and the documents of a present index that stay → all arrays of an index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import NamedTuple

import numpy as np

from chipbot.arrays import Array, Ints, concat_ranges, exclusive_cumsum
from chipbot.index.bm25 import idf, saturations
from chipbot.index.reader import Index
from chipbot.index.schema import DERIVED, K1, STORED, UnchangedDocument, is_offsets
from chipbot.index.searcher import MAX_COMMON_IMPACT, MAX_IMPACT, SMALL
from chipbot.index.segment import Columns, Segment, Values, numbers, row_arrays

COMMON = 8
"""A term is common if more than one passage in so many holds it."""

_TERMS = [field.name for field in STORED if field.into == "V"]


class Merger:
    """Takes in segments and documents of a present index, in the order of ids; then makes all arrays."""

    def __init__(self, present: Index | None = None, small: int = SMALL) -> None:
        """Take documents over from `present`; an index of up to `small` passages keeps weights."""
        self._kept = present.arrays if present else {}
        self._small = small
        self._columns = Columns()
        self._numbers = numbers(present.terms.between(0, len(present.terms)) if present else ())

    @property
    def passage_count(self) -> int:
        """How many passages there are so far."""
        return self._columns.lengths["P"]

    def add(self, segment: Segment) -> None:
        """Put documents after the others."""
        places = np.array(list(map(self._numbers.__getitem__, segment.terms)), np.int32)
        renumbered = {name: places.take(segment.arrays[name]) for name in _TERMS}
        self._columns.append({**segment.arrays, **renumbered})

    def add_present(self, documents: Iterable[UnchangedDocument]) -> None:
        """Take over documents of the present index, in the order of their numbers."""
        for _, run in groupby(enumerate(documents), lambda pair: pair[1].number - pair[0]):
            self._add_run([document for _, document in run])

    def _add_run(self, documents: Sequence[UnchangedDocument]) -> None:
        """Take over documents with consecutive numbers."""
        first = documents[0].number
        spans = {"D": (first, first + len(documents))}
        arrays: dict[str, Values] = {}
        for field in sorted(STORED, key=is_offsets, reverse=True):
            low, high = spans[field.symbol]
            values = self._kept[field.name][low : high + is_offsets(field)]
            if is_offsets(field):
                spans[field.into] = int(values[0]), int(values[-1])
                values = np.diff(values)
            elif field.into in spans:  # positions count from the first of the documents on, as in any segment
                values = values - spans[field.into][0]
            arrays[field.name] = values
        self._columns.append(arrays | row_arrays(document.row for document in documents))

    def arrays(self) -> Iterator[tuple[str, Array]]:
        """Yield the name and the values of each array in `schema.FIELDS`; to be called once."""
        stored = self._columns.joined()
        vocabulary = _sort_terms(stored, list(self._numbers))
        lengths, terms, passages = _occurrences(stored)
        for field in STORED:
            values = stored.pop(field.name)  # what is written need not be held any more
            yield field.name, exclusive_cumsum(values) if is_offsets(field) else values
        postings = count_postings(terms, passages, len(vocabulary))
        derived = _derive(vocabulary, postings, lengths, small=len(lengths) <= self._small)
        yield from zip((field.name for field in DERIVED), derived, strict=True)


def subset(index: Index, is_inside: Callable[[str], bool]) -> Index | None:
    """Return an index of some documents of another, which are not read again; None where none of them has text.

    Args:
        index: The index that they are in.
        is_inside: Says of the id of a document, or of a file that could not be read, whether it is one of them.
    """
    documents = [
        UnchangedDocument(number, row) for number, row in enumerate(index.documents()) if is_inside(row.id)
    ]
    merger = Merger(index)
    merger.add_present(documents)
    if not merger.passage_count:
        return None
    failures = [asdict(failure) for failure in index.failures if is_inside(failure.document_id)]
    languages = sorted({document.row.language for document in documents})
    own = {"failures": failures, "languages": languages, "arrays": {}}
    return Index(dict(merger.arrays()), {**index.manifest, **own})


def _sort_terms(stored: dict[str, Array], names: Sequence[str]) -> list[str]:
    """Number the terms in `stored`, by now those of `names`, by their places in the vocabulary; return it, in order."""
    is_used = np.zeros(len(names), bool)  # documents that failed, or are gone, have numbered theirs, too
    for column in _TERMS:
        is_used[stored[column]] = True
    ordered = sorted(np.flatnonzero(is_used).tolist(), key=names.__getitem__)  # by code points, as by bytes
    places = np.zeros(len(names), np.int32)
    places[ordered] = np.arange(len(ordered))
    for column in _TERMS:
        stored[column] = places.take(stored[column])
    return [names[number] for number in ordered]


def _occurrences(stored: dict[str, Array]) -> tuple[Ints, Array, Array]:
    """Return how many terms each passage has; each term that occurs, and its passage; a breadcrumb's are its passages'."""
    breadcrumbs, counts = stored["passage_breadcrumb"], stored["breadcrumb_term_offsets"]
    first_terms = exclusive_cumsum(stored["sentence_term_offsets"])
    own = np.diff(first_terms.take(exclusive_cumsum(stored["passage_sentences"])))
    inherited = counts.take(breadcrumbs)
    above = concat_ranges(exclusive_cumsum(counts).take(breadcrumbs), inherited)
    passages = np.arange(len(own), dtype=np.int32)
    return (
        own + inherited,
        np.concatenate([stored["sentence_terms"], stored["breadcrumb_terms"].take(above)]),
        np.concatenate([passages.repeat(own), passages.repeat(inherited)]),
    )


class Postings(NamedTuple):
    """Which passages hold which terms: term by term, passages ascending."""

    counts: Ints
    """How many passages hold each term."""
    passages: Array
    """The passages of all terms, one term after the other."""
    frequencies: Array
    """How often each of them holds the term."""


def count_postings(terms: Array, passages: Array, vocabulary: int) -> Postings:
    """Count how often each passage holds each term.

    Args:
        terms: Every occurrence of a term.
        passages: The passage of each.
        vocabulary: How many terms there are.
    """
    keys = terms.astype(np.int64)
    keys <<= 32
    keys |= passages
    keys.sort()
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    frequencies = np.diff(starts, append=len(keys)).astype(np.int32)
    keys = keys[starts]
    passages = (keys & 0xFFFFFFFF).astype(np.int32)
    keys >>= 32
    return Postings(np.bincount(keys, minlength=vocabulary), passages, frequencies)


def _derive(vocabulary: Sequence[str], postings: Postings, lengths: Array, *, small: bool) -> list[Array]:
    """Return the values of each array in `schema.DERIVED`."""
    counts, passages, _ = postings
    encoded, offsets = list(map(str.encode, vocabulary)), exclusive_cumsum(counts)
    pairs, frequencies, pair_lengths = _number_pairs(postings, lengths)
    factors = saturations(frequencies, pair_lengths, float(lengths.sum() / max(len(lengths), 1)))
    distinct, places = np.unique(counts, return_inverse=True)
    idfs = np.array([idf(len(lengths), df) for df in distinct.tolist()], np.float64)[places]
    common = np.flatnonzero(counts * COMMON > len(lengths))
    impacts: Array = idfs.repeat(counts)
    impacts *= factors.take(pairs)
    if not small:
        # How much weight one step is, so that both maxima suffice: a term weighs at most idf x (k1 + 1).
        most = max(idfs.max(initial=0) / MAX_IMPACT, idfs[common].max(initial=0) / MAX_COMMON_IMPACT)
        impacts = np.ceil(impacts / (most * (K1 + 1))).astype(np.uint16)
    rows = np.zeros((len(common), len(lengths)), np.float64 if small else np.uint8)
    for row, term in zip(rows, common.tolist(), strict=True):
        span = slice(offsets[term], offsets[term + 1])
        row[passages[span]] = impacts[span]
    return [
        lengths.astype(np.int32),
        np.frombuffer(b"".join(encoded), np.uint8),
        exclusive_cumsum(list(map(len, encoded))),
        idfs,
        offsets,
        passages,
        impacts,
        pairs,
        factors,
        common.astype(np.int32),
        rows.ravel(),
    ]


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
