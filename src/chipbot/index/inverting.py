"""Which passages hold which terms, and how often → the postings with their weights."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import numpy as np

from chipbot.index import ARRAYS, WIDER, Array, offsets_of
from chipbot.index.columns import HELD, Column, Output
from chipbot.index.gathering import THREADS, Gathering
from chipbot.index.pairs import Pairs
from chipbot.index.ranking import K1
from chipbot.index.ranking.bm25 import idf
from chipbot.index.searching import COMMON_LEVELS, LEVELS, SMALL

COMMON = 8
"""A term is common if more than one passage in so many holds it."""

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")
_WIDENED_AT_ONCE = 1 << 20


class _Range(NamedTuple):
    """The postings of a range of terms."""

    first: int
    """Its first term."""
    last: int
    """The one after its last."""
    passages: Array
    pairs: Array
    saturations: Array
    """Those of all pairs up to here."""


def invert(
    arrays: Mapping[str, Array], gathering: Gathering, output: Output, report: Callable[[float], None]
) -> Iterator[tuple[str, Array]]:
    """Weigh all postings that were gathered; `report` hears what share of them is done.

    Takes the arrays of passages, sentences and contexts; yields those of the terms' idf, the postings, the
    pairs and the common terms, and the passages' lengths, each with its name.
    """
    starts = arrays["sentence_tokens"][arrays["passage_sentences"]]
    lengths = np.diff(starts) + np.diff(arrays["context_tokens"])[arrays["passage_context"]]
    counts, passage_count = gathering.counts, len(lengths)
    known = {df: idf(passage_count, df) for df in set(counts.tolist())}
    idfs = np.array([known[df] for df in counts.tolist()])
    offsets, common = offsets_of(counts), np.flatnonzero(counts * COMMON > passage_count)
    yield "passage_length", lengths
    yield "posting_offsets", offsets
    yield "term_idf", idfs
    yield "common_terms", common

    # NumPy indexes by 64 bits, so that small collections, where calls count more than memory, have those.
    small = passage_count <= SMALL
    types = ARRAYS | WIDER if small else ARRAYS
    postings = int(offsets[-1])
    passages = output.growing("posting_passages", types["posting_passages"], postings)
    impacts = output.growing("posting_impacts", types["posting_impacts"], postings)
    rows = output.growing("common_impacts", types["common_impacts"], len(common) * passage_count)
    numbers = Column(ARRAYS["posting_pairs"], output.folder, HELD)
    pairs = Pairs(lengths, gathering.highest, gathering.present)
    step = _step(idfs, common)

    def numbered(pool: Executor) -> Iterator[_Range]:
        gathered = _ahead(
            pool, lambda number: gathering.postings(number, pairs), range(len(gathering.ranges))
        )
        for (first, last), (holders, codes) in zip(gathering.ranges, gathered, strict=True):
            yield _Range(first, last, holders, pairs.numbers(codes), pairs.saturations)

    def weighed(one: _Range) -> tuple[_Range, Array, list[Array]]:
        """Return the weights of a range's postings, and the rows of its common terms."""
        terms = slice(one.first, one.last)
        weights = np.repeat(idfs[terms], counts[terms])
        weights *= one.saturations.take(one.pairs)
        if not small:
            weights /= step
            np.ceil(weights, out=weights)
        weights = weights.astype(types["posting_impacts"])
        in_common = []
        for term in common[slice(*np.searchsorted(common, (one.first, one.last)))].tolist():
            span = slice(*(offsets[term : term + 2] - offsets[one.first]))
            row = np.zeros(passage_count, types["common_impacts"])
            row[one.passages[span]] = weights[span]
            in_common.append(row)
        return one, weights, in_common

    with ThreadPoolExecutor(THREADS) as pool:  # one for all: each thread keeps memory to itself
        for one, weights, in_common in _ahead(pool, weighed, numbered(pool)):
            passages.append(one.passages)
            if len(pairs.saturations) > np.iinfo(numbers.dtype).max:
                numbers = _widened(numbers, Column(WIDER["posting_pairs"], output.folder, HELD))
            numbers.append(one.pairs)
            impacts.append(weights)
            for row in in_common:
                rows.append(row)
            report(offsets[one.last] / postings)
    yield "posting_passages", passages.take()
    yield "posting_impacts", impacts.take()
    yield "posting_pairs", numbers.take()
    yield "common_impacts", rows.take()
    yield "pair_saturations", pairs.saturations
    yield "pair_frequencies", pairs.frequencies
    yield "pair_lengths", pairs.lengths


def _step(idfs: Array, common: Array) -> float:
    """Return by how much weights differ from one level to the next, so that `LEVELS` and `COMMON_LEVELS`
    suffice.

    A term weighs at most idf x (k1 + 1), where a passage repeats it for ever.
    """
    steps = idfs.max(initial=0) * (K1 + 1) / LEVELS, idfs[common].max(initial=0) * (K1 + 1) / COMMON_LEVELS
    return float(max(steps))


def _widened(column: Column, wider: Column) -> Column:
    """Return what is in a column in one of a wider type."""
    array = column.take()
    for start in range(0, len(array), _WIDENED_AT_ONCE):
        wider.append(array[start : start + _WIDENED_AT_ONCE])
    return wider


def _ahead(pool: Executor, work: Callable[[_Item], _Made], items: Iterable[_Item]) -> Iterator[_Made]:
    """Yield what is made of each item, in order; a few are worked on ahead, by threads: NumPy lets several
    compute at once.
    """
    pending: deque[Future[_Made]] = deque()
    for item in items:
        pending.append(pool.submit(work, item))
        if len(pending) > THREADS:
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()
