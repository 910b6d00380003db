"""Which passages hold which terms, and how often → the postings with their weights."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np

from chipbot.index import ARRAYS, WIDER, Array, offsets_of
from chipbot.index.columns import Column, give_back, let_go
from chipbot.index.gathering import Gathering
from chipbot.index.pairs import Pairs
from chipbot.index.searching import LEVELS, SMALL
from chipbot.ranking import K1
from chipbot.ranking.bm25 import idf

COMMON = 8
"""A term is common if more than one passage in so many holds it."""

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")
_THREADS = 2  # more than that wait for memory more than they compute
_HELD = 1 << 23  # bytes of an array that are held in memory: more than while documents are read, when workers need some, too


def invert(arrays: Mapping[str, Array], gathering: Gathering, folder: Path | None = None) -> Iterator[tuple[str, Array]]:
    """Weigh all postings that were gathered.

    Takes the arrays of passages, sentences and contexts; yields those of the terms' idf, the postings, the pairs and the common
    terms, and the passages' lengths, each with its name. The large ones lie in files in `folder`, where one is given.
    """
    starts = arrays["sentence_tokens"][arrays["passage_sentences"]]
    lengths = np.diff(starts) + np.diff(arrays["context_tokens"])[arrays["passage_context"]]
    counts, pairs = gathering.counts, Pairs(lengths, gathering.highest, gathering.present)
    # NumPy indexes by 64 bits, so that small collections, where calls count more than memory, have those.
    passages = Column((WIDER if len(lengths) <= SMALL else ARRAYS)["posting_passages"], folder, _HELD)
    codes = Column(pairs.type, folder, _HELD)

    def gathered(number: int) -> tuple[Array, Array]:
        found, coded = gathering.postings(number, pairs)
        pairs.note(coded)
        return found, coded

    for found, coded in _ahead(gathered, range(len(gathering.ranges))):
        passages.append(found)
        codes.append(coded)
    holders = passages.take()
    yield "passage_length", lengths
    yield "posting_offsets", offsets_of(counts)
    yield "posting_passages", holders
    yield from _weighed(gathering, holders, codes.take(), pairs, folder)


def _weighed(
    gathering: Gathering, passages: Array, codes: Array, pairs: Pairs, folder: Path | None
) -> Iterator[tuple[str, Array]]:
    """Yield the arrays of weights; takes each posting's passage and its pair's code."""
    give_back()
    frequencies, sizes, saturated = pairs.finish()
    counts, passage_count = gathering.counts, len(pairs.lengths)
    known = {df: idf(passage_count, df) for df in set(counts.tolist())}
    idfs = np.array([known[df] for df in counts.tolist()])
    step = idf(passage_count, 1) * (K1 + 1) / LEVELS  # no weight is larger than a term's in one passage, repeated for ever
    small = passage_count <= SMALL
    fits = len(frequencies) <= np.iinfo(ARRAYS["posting_pairs"]).max
    numbers = Column((ARRAYS if fits else WIDER)["posting_pairs"], folder, _HELD)
    impacts, rows = (Column((WIDER if small else ARRAYS)[name], folder, _HELD) for name in ("posting_impacts", "common_impacts"))
    offsets, common = offsets_of(counts), np.flatnonzero(counts * COMMON > passage_count)

    def weighed(terms: tuple[int, int]) -> tuple[Array, Array, list[Array]]:
        """Return the pairs and the weights of a range of terms, and its rows of common terms."""
        first, last = terms
        begin = offsets[first]
        found = pairs.numbers(codes[begin : offsets[last]])
        weights = np.repeat(idfs[first:last], counts[first:last])
        weights *= saturated.take(found)
        if not small:
            weights /= step
            np.ceil(weights, out=weights)
        weights = weights.astype(impacts.dtype)
        in_common = []
        for term in common[slice(*np.searchsorted(common, (first, last)))].tolist():
            start, end = offsets[term], offsets[term + 1]
            row = np.zeros(passage_count, rows.dtype)
            row[passages[start:end]] = weights[start - begin : end - begin]
            in_common.append(row)
        return found, weights, in_common

    for found, weights, in_common in _ahead(weighed, gathering.ranges):
        numbers.append(found)
        impacts.append(weights)
        for row in in_common:
            rows.append(row)
        let_go(passages)
        let_go(codes)
    yield "term_idf", idfs
    yield "posting_impacts", impacts.take()
    yield "posting_pairs", numbers.take()
    yield "pair_saturations", saturated
    yield "pair_frequencies", frequencies
    yield "pair_lengths", sizes
    yield "common_terms", common
    yield "common_impacts", rows.take()


def _ahead(work: Callable[[_Item], _Made], items: Iterable[_Item]) -> Iterator[_Made]:
    """Yield what is made of each item, in order; a few are worked on ahead, by threads: NumPy lets several compute at once."""
    with ThreadPoolExecutor(_THREADS) as pool:
        pending: deque[Future[_Made]] = deque()
        for item in items:
            pending.append(pool.submit(work, item))
            if len(pending) > _THREADS:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
