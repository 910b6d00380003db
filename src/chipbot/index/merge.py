"""Segments, and the documents of a present index that stay → all arrays of an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from chipbot.index.arrays import Array, Floats, Ints, exclusive_cumsum
from chipbot.index.bm25 import idf, saturations
from chipbot.index.postings import Readable, Run, Survivors, ranges, read_postings
from chipbot.index.reader import Index
from chipbot.index.schema import FIELDS, K1, STORED, is_offsets
from chipbot.index.searcher import MAX_COMMON_IMPACT, MAX_IMPACT, SMALL
from chipbot.index.segment import Numbers, Segment, pair_codes
from chipbot.index.writer import IndexWriter, MemoryOutput

COMMON = 8
"""A term is common if more than one passage in so many holds it."""

_VALUES_AT_ONCE = 1 << 20


Output = IndexWriter | MemoryOutput
"""Where a merge's arrays go."""


class Limits(NamedTuple):
    """Sizes from which on things are done in another way."""

    small: int = SMALL
    """Up to so many passages an index is small, and keeps weights."""
    at_once: int = 1 << 19
    """Postings that are put together at once, which is all that it takes memory for."""
    narrow: int = 1 << 16
    """Distinct pairs of frequency and length that the narrower type can number."""


class _Part(NamedTuple):
    """Documents in a row."""

    arrays: Mapping[str, Readable]
    """What `schema.STORED` lists; for offsets how many there are."""
    shifts: Mapping[str, int]
    """What is added to positions in each symbol."""
    run: Run | None
    """The segment's postings; None where the documents are from the present index."""


class Merger:
    """Takes in segments and documents of a present index, in the order of ids; then writes all arrays."""

    def __init__(self, output: Output, present: Index | None = None, limits: Limits = Limits()) -> None:
        self._output = output
        self._present = present
        self._limits = limits
        self._parts: list[_Part] = []
        self._numbers = Numbers()
        self._surviving = np.full(present.passage_count if present else 0, -1, np.int32)
        """The new number of each passage of the present index, or -1."""
        self._lengths = {field.length.removesuffix("+1"): 0 for field in STORED}
        """How many of each symbol there are so far."""

    @property
    def passage_count(self) -> int:
        """How many passages there are so far."""
        return self._lengths["P"]

    def add(self, segment: Segment) -> None:
        """Take in documents that were analysed."""
        spool, postings = self._output.spool, segment.postings
        numbers = np.fromiter(map(self._numbers.__getitem__, segment.terms), np.int32, len(segment.terms))
        codes = pair_codes(postings.frequencies, postings.lengths)
        counts, passages, pairs = map(spool, (postings.counts, postings.passages, postings.pairs))
        run = Run(numbers, counts, passages, pairs, codes, self.passage_count)
        self._line_up({name: spool(array) for name, array in segment.arrays.items()}, {}, run)

    def add_present(self, first: int, rows: Sequence[str | None]) -> None:
        """Take over documents of the present index as they are.

        Args:
            first: The number of the first of them there; the others follow it.
            rows: What is to be kept of each, as JSON, or None for what the present index has.
        """
        if self._present is None:
            raise ValueError("there is no present index to take documents from")
        stored, spans = self._present.arrays, {"D": (first, first + len(rows))}
        arrays: dict[str, Readable] = {}
        for field in sorted(STORED, key=is_offsets, reverse=True):
            low, high = spans[field.length.removesuffix("+1")]
            if is_offsets(field):
                offsets = stored[field.name][low : high + 1]
                spans[field.into] = int(offsets[0]), int(offsets[-1])
                arrays[field.name] = np.diff(offsets)
            else:
                arrays[field.name] = stored[field.name][low:high]
        if any(rows):
            old = self._present.document_rows
            encoded = [old.raw(first + i) if row is None else row.encode() for i, row in enumerate(rows)]
            arrays["document_rows"] = np.frombuffer(b"".join(encoded), np.uint8)
            arrays["document_row_offsets"] = np.array(list(map(len, encoded)))
        low, high = spans["P"]
        self._surviving[low:high] = np.arange(high - low) + self.passage_count
        self._line_up(arrays, {symbol: low for symbol, (low, _) in spans.items()}, None)

    def _line_up(self, arrays: Mapping[str, Readable], starts: Mapping[str, int], run: Run | None) -> None:
        """Put documents after the others; `starts` are what positions in each symbol count from, 0 if not given."""
        shifts = {symbol: count - starts.get(symbol, 0) for symbol, count in self._lengths.items()}
        self._parts.append(_Part(arrays, shifts, run))
        sizes = {field.length.removesuffix("+1"): len(arrays[field.name]) for field in STORED}
        self._lengths = {symbol: count + sizes[symbol] for symbol, count in self._lengths.items()}

    def finish(self, report: Callable[[float], None] = lambda _: None) -> None:
        """Write all arrays; `report` hears what share of the postings is done."""
        report(0)
        sources: list[Run | Survivors] = [part.run for part in self._parts if part.run is not None]
        survivors = Survivors(self._present, self._surviving, self._limits.at_once) if self._present else None
        vocabulary, new, present = self._merge_vocabulary(survivors)
        for source in sources:
            source.terms = new.take(source.terms)  # until here they were numbered as they came
        if survivors:
            survivors.terms = present.take(survivors.terms)
            sources.append(survivors)
        counts = np.zeros(len(vocabulary), np.int64)
        for source in sources:
            counts[source.terms] += source.counts[:]
        codes = np.unique(np.concatenate([np.zeros(0, np.int64), *(source.codes for source in sources)]))
        for source in sources:
            source.pair_numbers = np.searchsorted(codes, source.codes)
        weights = Weights(counts, codes, self.passage_count, self._average_length())
        text = "".join(vocabulary).encode()
        lengths = list(
            map(len, vocabulary if len(text) == sum(map(len, vocabulary)) else map(str.encode, vocabulary))
        )
        self._allocate(weights, len(text))
        self._output.append("term_text", np.frombuffer(text, np.uint8))
        self._output.append("term_offsets", exclusive_cumsum(lengths))
        self._write_stored(present)
        self._write_postings(sources, weights, report)

    def _merge_vocabulary(self, survivors: Survivors | None) -> tuple[list[str], Ints, Ints]:
        """Return all terms in order, and the place of each of the segments' and of each of the present index's, or -1."""
        before: list[str] = []
        staying: list[str] = []
        if survivors and self._present:
            before = self._present.terms.between(0, len(self._present.terms))
            staying = [before[number] for number in survivors.terms.tolist()]
        # By code points, which is by bytes; what is in order already is merged.
        ordered = list(dict.fromkeys(sorted(staying + sorted(self._numbers))))
        places = dict(zip(ordered, range(len(ordered)), strict=True))
        new = np.fromiter(map(places.__getitem__, self._numbers), np.int64, len(self._numbers))
        return ordered, new, np.fromiter((places.get(term, -1) for term in before), np.int64, len(before))

    def _average_length(self) -> float:
        total = sum(int(part.arrays["passage_length"][:].sum()) for part in self._parts)
        return total / max(self.passage_count, 1)

    def _allocate(self, weights: Weights, letters: int) -> None:
        """Make room for all arrays, whose lengths are known by now."""
        lengths = self._lengths | {
            "letters": letters,
            "V": len(weights.counts),
            "N": weights.posting_count,
            "F": len(weights.codes),
            "R": len(weights.common),
            "R×P": len(weights.common) * self.passage_count,
        }
        small, many_pairs = self.passage_count <= self._limits.small, len(weights.codes) > self._limits.narrow
        layout = {}
        for field in FIELDS:
            other = field.other and (many_pairs if field.into == "F" else small)
            length = lengths[field.length.removesuffix("+1")] + is_offsets(field)
            layout[field.name] = field.other if other else field.type, length
        self._output.allocate(layout)

    def _write_stored(self, present_terms: Ints) -> None:
        """Write what the documents have, part after part; `present_terms` are the new numbers of the present index's."""
        for field in STORED:
            total = 0
            if is_offsets(field):
                self._output.append(field.name, np.zeros(1, np.int64))
            for part in self._parts:
                terms = part.run.terms if part.run else present_terms
                for piece in _pieces(part.arrays[field.name]):
                    values = piece
                    if is_offsets(field):
                        values = exclusive_cumsum(piece)[1:] + total
                        total = int(values[-1])
                    elif field.into:
                        values = terms.take(piece) if field.into == "V" else piece + part.shifts[field.into]
                    self._output.append(field.name, values)

    def _write_postings(
        self, sources: Sequence[Run | Survivors], weights: Weights, report: Callable[[float], None]
    ) -> None:
        """Write the vocabulary's statistics, and the postings with their impacts, some terms at a time."""
        for name, array in weights.arrays().items():
            self._output.append(name, array)
        quantized = self.passage_count > self._limits.small
        bits = self.passage_count.bit_length(), len(weights.codes).bit_length()
        at_once, done = min(self._limits.at_once, 1 << 62 - sum(bits)), 0  # so that keys fit 64 bits
        for first, last in ranges(weights.counts, at_once):
            passages, pairs = read_postings(sources, first, last, *bits)
            impacts, rows = weights.weigh(first, last, passages, pairs, quantized=quantized)
            self._output.append("posting_passages", passages)
            self._output.append("posting_pairs", pairs)
            self._output.append("posting_impacts", impacts)
            for row in rows:
                self._output.append("common_impacts", row)
            done += len(passages)
            report(done / weights.posting_count)


class Weights:
    """What postings weigh: the statistics of all passages, and impacts."""

    def __init__(self, counts: Ints, codes: Ints, passage_count: int, average_length: float) -> None:
        self.counts = counts
        """How many passages hold each term."""
        self.codes = codes
        """The distinct pairs of frequency and length, by `pair_codes`."""
        self.posting_count = int(counts.sum())
        self.common = np.flatnonzero(counts * COMMON > passage_count)
        """The common terms."""
        self._passage_count = passage_count
        distinct, places = np.unique(counts, return_inverse=True)
        self._idfs: Floats = np.array([idf(passage_count, df) for df in distinct.tolist()], np.float64)[
            places
        ]
        self._saturations = saturations(codes >> 32, codes & 0xFFFFFFFF, average_length)
        # How much weight one step is, so that both maxima suffice: a term weighs at most idf x (k1 + 1).
        largest, common = self._idfs.max(initial=0), self._idfs[self.common].max(initial=0)
        self._step = max(largest * (K1 + 1) / MAX_IMPACT, common * (K1 + 1) / MAX_COMMON_IMPACT)

    def arrays(self) -> dict[str, Array]:
        """Return the arrays of terms and of pairs."""
        return {
            "term_idf": self._idfs,
            "posting_offsets": exclusive_cumsum(self.counts),
            "pair_saturations": self._saturations,
            "pair_frequencies": self.codes >> 32,
            "pair_lengths": self.codes & 0xFFFFFFFF,
            "common_terms": self.common,
        }

    def weigh(
        self, first: int, last: int, passages: Ints, pairs: Ints, *, quantized: bool
    ) -> tuple[Floats, list[Floats]]:
        """Return the impacts of the postings of terms from `first` to before `last`, and the common ones' dense rows."""
        impacts = np.repeat(self._idfs[first:last], self.counts[first:last])
        impacts *= self._saturations[pairs]
        if quantized:
            impacts /= self._step
            np.ceil(impacts, out=impacts)
        offsets, rows = exclusive_cumsum(self.counts[first:last]), []
        for term in self.common[slice(*np.searchsorted(self.common, (first, last)))] - first:
            span = slice(offsets[term], offsets[term + 1])
            row = np.zeros(self._passage_count)
            row[passages[span]] = impacts[span]
            rows.append(row)
        return impacts, rows


def _pieces(array: Readable) -> Iterator[Array]:
    for start in range(0, len(array), _VALUES_AT_ONCE):
        yield array[start : start + _VALUES_AT_ONCE]
