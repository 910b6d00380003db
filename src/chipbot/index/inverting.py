"""Which passages hold which terms, and how often → the postings with their weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chipbot.index import ARRAYS, WIDER, Array, offsets_of
from chipbot.index.columns import Column, let_go
from chipbot.index.counting import Ints
from chipbot.index.gathering import Gathering
from chipbot.index.searching import LEVELS, SMALL
from chipbot.ranking import K1
from chipbot.ranking.bm25 import idf, saturations

COMMON = 8
"""A term is common if more than one passage in so many holds it."""

_HELD = 1 << 25  # bytes of an array that are held in memory: more than while documents are read, when workers need some, too
_MARKED = 1 << 24  # numbers below this are told apart by marking them, which is quicker than sorting


def invert(arrays: Mapping[str, Array], gathering: Gathering, folder: Path | None = None) -> dict[str, Array]:
    """Weigh all postings that were gathered.

    Takes the arrays of passages, sentences and contexts; returns those of the terms' idf, the postings, the pairs and the common
    terms, and the passages' lengths. The large ones lie in files in `folder`, where one is given.
    """
    starts = arrays["sentence_tokens"][arrays["passage_sentences"]]
    lengths = np.diff(starts) + np.diff(arrays["context_tokens"])[arrays["passage_context"]]
    counts, pairs = gathering.counts, _Pairs(lengths, gathering.highest)
    # NumPy indexes by 64 bits, so that small collections, where calls count more than memory, have those.
    passages = Column((WIDER if len(lengths) <= SMALL else ARRAYS)["posting_passages"], folder, _HELD)
    codes = Column(pairs.type, folder, _HELD)
    for number in range(len(gathering.ranges)):
        holders, frequencies = gathering.postings(number)
        passages.append(holders)
        codes.append(pairs.add(frequencies, holders))
    return {
        "passage_length": lengths,
        "posting_offsets": offsets_of(counts),
        **_weighed(gathering, passages.take(), codes.take(), pairs, folder),
    }


def _weighed(gathering: Gathering, passages: Array, codes: Array, pairs: _Pairs, folder: Path | None) -> dict[str, Array]:
    """Return the arrays of weights; takes each posting's passage and its pair's code."""
    frequencies, saturated = pairs.finish()
    counts, passage_count = gathering.counts, len(pairs.lengths)
    known = {df: idf(passage_count, df) for df in set(counts.tolist())}
    idfs = np.array([known[df] for df in counts.tolist()])
    step = idf(passage_count, 1) * (K1 + 1) / LEVELS  # no weight is larger than a term's in one passage, repeated for ever
    small = passage_count <= SMALL
    fits = len(frequencies) <= np.iinfo(ARRAYS["posting_pairs"]).max
    numbers = Column((ARRAYS if fits else WIDER)["posting_pairs"], folder, _HELD)
    impacts, rows = (Column((WIDER if small else ARRAYS)[name], folder, _HELD) for name in ("posting_impacts", "common_impacts"))
    offsets, common = offsets_of(counts), np.flatnonzero(counts * COMMON > passage_count)
    for first, last in gathering.ranges:
        begin = offsets[first]
        found = pairs.numbers(codes[begin : offsets[last]])
        weighed = np.repeat(idfs[first:last], counts[first:last])
        weighed *= saturated[found]
        if not small:
            weighed /= step
            np.ceil(weighed, out=weighed)
        numbers.append(found)
        impacts.append(weighed)
        for term in common[slice(*np.searchsorted(common, (first, last)))].tolist():
            start, end = offsets[term], offsets[term + 1]
            row = np.zeros(passage_count, np.float64 if small else np.uint16)
            row[passages[start:end]] = weighed[start - begin : end - begin]
            rows.append(row)
        let_go(passages)
        let_go(codes)
    return {
        "term_idf": idfs,
        "posting_passages": passages,
        "posting_impacts": impacts.take(),
        "posting_pairs": numbers.take(),
        "pair_saturations": saturated,
        "pair_frequencies": frequencies,
        "common_terms": common,
        "common_impacts": rows.take(),
    }


class _Pairs:
    """Numbers the distinct pairs of a term's frequency and its passage's length; until all are known each has a code."""

    def __init__(self, lengths: Ints, highest: int) -> None:
        self.lengths = lengths
        self._base = int(lengths.max(initial=0)) + 1  # a pair's code is frequency x base + length
        limit = self._base * (highest + 1)
        self.type = "u4" if limit <= 1 << 32 else "u8"
        """The type that codes fit in."""
        self._marks = np.zeros(limit, bool) if limit <= _MARKED else None
        self._distinct: Ints = np.zeros(0, np.int64)

    def add(self, frequencies: Array, passages: Array) -> Ints:
        """Return the codes of these pairs."""
        codes = frequencies.astype(np.int64)
        codes *= self._base
        codes += self.lengths[passages]
        if self._marks is not None:
            self._marks[codes] = True
        else:
            self._distinct = np.union1d(self._distinct, codes)
        return codes

    def finish(self) -> tuple[Ints, npt.NDArray[np.float64]]:
        """Return each distinct pair's frequency and its saturation; none can be added after that."""
        if self._marks is not None:
            self._distinct = np.flatnonzero(self._marks)
            self._numbers = (np.cumsum(self._marks) - 1).astype(np.min_scalar_type(len(self._distinct)))
        frequencies, lengths = np.divmod(self._distinct, self._base)
        return frequencies, saturations(frequencies, lengths, int(self.lengths.sum()) / max(len(self.lengths), 1))

    def numbers(self, codes: Array) -> Array:
        """Return the number of the pair that each code stands for."""
        return self._numbers[codes] if self._marks is not None else np.searchsorted(self._distinct, codes)
