"""Segments, and the documents of a present index that stay → all arrays of an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np

from chipbot.arrays import (
    Array,
    Floats,
    Ints,
    SpillBuffer,
    concat_ranges,
    count_pairs,
    exclusive_cumsum,
    grouped,
    number_pairs,
)
from chipbot.index.bm25 import idf, saturations
from chipbot.index.reader import Index
from chipbot.index.schema import DERIVED, K1, STORED, UnchangedDocument, is_offsets
from chipbot.index.searcher import MAX_COMMON_IMPACT, MAX_IMPACT, SMALL
from chipbot.index.segment import Columns, Segment, Values, row_arrays
from chipbot.text.term_numbers import numbers

COMMON = 8
"""A term is common if more than one passage in so many holds it."""

_TERMS = [field.name for field in STORED if field.into == "V"]


class Merger:
    """Takes in segments and documents of a present index, in the order of ids; then makes all arrays."""

    def __init__(
        self,
        present: Index | None = None,
        folder: Path | None = None,
        small: int = SMALL,
        block: int = 1 << 22,
    ) -> None:
        """Take documents over from `present`, and keep what is long in files in `folder`, if there are such; an index of up
        to `small` passages keeps weights, and `block` terms are handled at a time.
        """
        self._kept = present.arrays if present else {}
        self._folder, self._small, self._block = folder, small, block
        self._columns = Columns(folder)
        self._numbers = numbers(present.terms.between(0, len(present.terms)) if present else ())
        self._places: dict[
            str, Array
        ] = {}  # by segments' numbering, what is the number here of each term there

    @property
    def passage_count(self) -> int:
        """How many passages there are so far."""
        return self._columns.lengths["P"]

    def add(self, segment: Segment) -> None:
        """Put documents after the others."""
        fresh = np.array(list(map(self._numbers.__getitem__, segment.terms)), np.int32)
        known = self._places.get(segment.numbering, fresh[:0])
        places = self._places[segment.numbering] = np.append(known, fresh)
        terms = {name: places.take(segment.arrays[name]) for name in _TERMS}
        self._columns.append({**segment.arrays, **terms})

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

    def arrays(self) -> Iterator[tuple[str, Iterable[Array]]]:
        """Yield the name and the values, in blocks, of each array in `schema.FIELDS`; to be called once."""
        vocabulary, places = self._sort_terms()
        for field in STORED:
            if is_offsets(field):
                yield field.name, [exclusive_cumsum(self._columns.arrays[field.name].read())]
            else:
                blocks = self._columns.arrays[field.name].blocks()
                yield field.name, map(places.take, blocks) if field.into == "V" else blocks
        yield from self._derive(vocabulary, Occurrences(self._columns, places))

    def joined(self) -> dict[str, Array]:
        """Return all arrays; to be called once."""
        return {name: np.concatenate(list(blocks)) for name, blocks in self.arrays()}

    def _sort_terms(self) -> tuple[list[str], Array]:
        """Return the vocabulary, in order, and for each term's number here its number there."""
        names = list(self._numbers)
        is_used = np.zeros(len(names), bool)  # documents that failed, or are gone, have numbered terms, too
        for block in chain.from_iterable(self._columns.arrays[name].blocks() for name in _TERMS):
            is_used[block] = True
        ordered = sorted(
            np.flatnonzero(is_used).tolist(), key=names.__getitem__
        )  # by code points, as by bytes
        places = np.zeros(len(names), np.int32)
        places[ordered] = np.arange(len(ordered))
        return [names[number] for number in ordered], places

    def _derive(
        self, vocabulary: Sequence[str], occurrences: Occurrences
    ) -> Iterator[tuple[str, Iterable[Array]]]:
        """Yield the arrays in `schema.DERIVED`."""
        lengths = occurrences.lengths
        most = 8 * self._block  # bytes
        unmerged = SpillBuffer("i4", self._folder, most), SpillBuffer("i4", self._folder, most)
        runs = list(occurrences.runs(len(vocabulary), self._block, *unmerged))
        counts = sum((np.diff(run.offsets) for run in runs), np.zeros(len(vocabulary), np.int64))
        encoded, offsets = list(map(str.encode, vocabulary)), exclusive_cumsum(counts)
        distinct, places = np.unique(counts, return_inverse=True)
        idfs = np.array([idf(len(lengths), df) for df in distinct.tolist()], np.float64)[places]
        pairs = np.unique(np.concatenate([np.zeros(0, np.int64), *(run.pairs for run in runs)]))
        average = float(lengths.sum() / max(len(lengths), 1))
        factors = saturations(pairs >> 32, pairs & 0xFFFFFFFF, average)
        common = np.flatnonzero(counts * COMMON > len(lengths))
        weights = Weights(idfs, factors, common, len(lengths), small=len(lengths) <= self._small)
        postings = [SpillBuffer(kind, self._folder, most) for kind in ("i4", weights.kind, "i4")]
        for first, last in grouped(offsets, self._block):
            passages, numbered = _merge_runs(runs, unmerged, pairs, offsets[first : last + 1], first)
            impacts = weights.impacts(passages, numbered, offsets, first, last)
            for buffer, piece in zip(postings, (passages, impacts, numbered), strict=True):
                buffer.append(piece)
        text, starts = np.frombuffer(b"".join(encoded), np.uint8), exclusive_cumsum(list(map(len, encoded)))
        before = ([each] for each in (lengths.astype(np.int32), text, starts, idfs, offsets))
        after = ([each] for each in (factors, common.astype(np.int32), weights.rows.ravel()))
        values = chain[Iterable[Array]](before, (buffer.blocks() for buffer in postings), after)
        yield from zip((field.name for field in DERIVED), values, strict=True)


class Run(NamedTuple):
    """The postings of some consecutive passages, term by term, passages ascending."""

    offsets: Ints
    """The first posting of each term, and the end of the last, where all runs lie one after the other."""
    pairs: Ints
    """The different pairs of how often a passage holds a term, times 2³², and the passage's length; ascending."""


class Occurrences:
    """Every occurrence of a term in each passage, a breadcrumb's in all passages below it."""

    def __init__(self, columns: Columns, places: Array) -> None:
        """Read the columns of all documents; `places` has the numbers of terms in the vocabulary."""
        arrays = columns.arrays
        self._terms, self._places = arrays["sentence_terms"], places
        first_terms = exclusive_cumsum(arrays["sentence_term_offsets"].read())
        self._firsts = first_terms.take(exclusive_cumsum(arrays["passage_sentences"].read()))
        self._breadcrumbs = arrays["passage_breadcrumb"].read()
        self._inherited = places.take(arrays["breadcrumb_terms"].read())
        self._counts = arrays["breadcrumb_term_offsets"].read()
        self._starts = exclusive_cumsum(self._counts)
        self.lengths: Ints = np.diff(self._firsts) + self._counts.take(self._breadcrumbs)
        """How many terms each passage has."""

    def runs(
        self, vocabulary: int, block: int, passages_of: SpillBuffer, numbers_of: SpillBuffer
    ) -> Iterator[Run]:
        """Count the terms of passages, `block` terms or one passage's more at a time; append the passages of postings to
        `passages_of`, and to `numbers_of` which of the run's pairs each has.
        """
        for first, last in grouped(exclusive_cumsum(self.lengths), block):
            terms, passages = self._between(first, last)
            starts, passages, frequencies = count_pairs(terms, passages, vocabulary)
            numbers, pairs = number_pairs(frequencies, self.lengths[first:last].take(passages))
            passages_of.append(passages + np.int32(first))
            numbers_of.append(numbers)
            yield Run(len(passages_of) - len(passages) + starts, pairs)

    def _between(self, first: int, last: int) -> tuple[Array, Array]:
        """Return each term that occurs in passages `first` to before `last`, and its passage, counted from `first` on."""
        firsts, breadcrumbs = self._firsts[first : last + 1], self._breadcrumbs[first:last]
        own, inherited = np.diff(firsts), self._counts.take(breadcrumbs)
        above = concat_ranges(self._starts.take(breadcrumbs), inherited)
        passages = np.arange(last - first, dtype=np.int32)
        terms = self._places.take(self._terms.read(int(firsts[0]), int(firsts[-1])))
        return (
            np.concatenate([terms, self._inherited.take(above)]),
            np.concatenate([passages.repeat(own), passages.repeat(inherited)]),
        )


def _merge_runs(
    runs: Sequence[Run], unmerged: tuple[SpillBuffer, SpillBuffer], pairs: Ints, offsets: Ints, first: int
) -> tuple[Array, Array]:
    """Return the passages of terms from `first` on, which begin at `offsets`, and their numbers of `pairs`, term by term."""
    following = offsets[:-1] - offsets[0]
    passages = np.empty(offsets[-1] - offsets[0], np.int32)
    numbers = np.empty_like(passages)
    for run in runs:
        starts = run.offsets[first : first + len(offsets)]
        counts, span = np.diff(starts), (int(starts[0]), int(starts[-1]))
        places = concat_ranges(following, counts)
        passages[places] = unmerged[0].read(*span)
        numbers[places] = pairs.searchsorted(run.pairs).astype(np.int32).take(unmerged[1].read(*span))
        following += counts
    return passages, numbers


class Weights:
    """What postings weigh in search: as they are in a small collection, in steps otherwise."""

    def __init__(self, idfs: Floats, factors: Floats, common: Ints, passages: int, *, small: bool) -> None:
        """Weigh by the `idfs` of terms and the `factors` of pairs; the `common` terms have rows of so many passages."""
        self._idfs, self._factors, self._common = idfs, factors, common
        self.kind = "f8" if small else "u2"
        """NumPy's type of an impact."""
        self.rows = np.zeros((len(common), passages), np.float64 if small else np.uint8)
        """The impacts of each common term in all passages."""
        # How much weight one step is, so that both maxima suffice: a term weighs at most idf x (k1 + 1).
        most = max(idfs.max(initial=0) / MAX_IMPACT, idfs[common].max(initial=0) / MAX_COMMON_IMPACT)
        self._step = 0.0 if small else most * (K1 + 1)

    def impacts(self, passages: Array, pairs: Array, offsets: Ints, first: int, last: int) -> Array:
        """Return the impacts of the postings of terms `first` to before `last`, and put those of common terms into rows."""
        impacts: Array = self._idfs[first:last].repeat(np.diff(offsets[first : last + 1]))
        impacts *= self._factors.take(pairs)
        if self._step:
            impacts /= self._step
            impacts = np.ceil(impacts, out=impacts).astype(np.uint16)
        for row in range(*self._common.searchsorted((first, last)).tolist()):
            start, end = offsets[self._common[row] + np.array((0, 1))] - offsets[first]
            self.rows[row][passages[start:end]] = impacts[start:end]
        return impacts
