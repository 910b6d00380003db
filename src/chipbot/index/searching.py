"""Exact top-k search: whole-number bounds leave a few passages of a collection, and those are scored exactly.

Each posting carries its weight as a *level*: in equal steps, rounded up to a whole number from 1 to 2,047. Levels add up fast,
and their sum bounds a score from above by less than one step a term; so no passage whose sum is that far below the k-th best
sum can be among the k best. This is filter and refine over quantised impacts (Anh & Moffat, 2006, "Pruned query evaluation
using pre-computed impacts") with MaxScore's bound on common terms (Turtle & Flood, 1995, "Query evaluation: strategies and
optimizations").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["LEVELS", "Searcher"]

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LEVELS = 2047
"""The level of the largest weight in an index: the sum of 32 of them fits 16 bits."""

_COLUMNS = 32  # how many groups, for each passage that is asked for, the k-th best sum is looked for in
_BLOCK = 1 << 16  # passages that are scored at once, so that a collection of equals takes no more memory than others


class Searcher:
    """Finds the best passages by the postings of one index; immutable, safe to share between threads."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._offsets = arrays["posting_offsets"].data  # a memory view: reading one number of it is quicker
        self._passages = arrays["posting_passages"]
        self._levels = arrays["posting_levels"]
        self._pairs = arrays["posting_pairs"]
        self._saturations = arrays["pair_saturations"]
        self._idf = arrays["term_idf"]
        self._count = len(arrays["passage_start"])
        common = arrays["common_terms"].tolist()
        self._rows = dict(zip(common, arrays["common_levels"].reshape(len(common), self._count), strict=True))
        self._highest = dict(zip(common, arrays["common_highest"].tolist(), strict=True))

    def search(self, terms: Sequence[int], k: int) -> tuple[Ints, Floats]:
        """Return the numbers of the `k` passages with the highest scores for `terms` and their scores, best first.

        A term that is given twice counts twice. Passages that hold no term are not found; ties go to the smaller number.
        """
        if not terms or k < 1:
            return np.zeros(0, np.int64), np.zeros(0)
        spans = [(self._offsets[term], self._offsets[term + 1]) for term in terms]
        candidates = self._candidates(terms, spans, k)
        if len(candidates) <= _BLOCK:
            scores = self._scores(terms, spans, candidates)
        else:
            blocks = np.split(candidates, range(_BLOCK, len(candidates), _BLOCK))
            scores = np.concatenate([self._scores(terms, spans, block) for block in blocks])
        order = (-scores).argsort(kind="stable")[:k]
        return candidates[order], scores[order]

    def _candidates(self, terms: Sequence[int], spans: Sequence[tuple[int, int]], k: int) -> Ints:
        """Return the passages, ascending, that may be among the `k` best: all that are, and few others."""
        slack = len(terms)  # steps by which a sum stays less above its score
        sums: Array = np.zeros(self._count, np.uint16 if LEVELS * len(terms) < 1 << 16 else np.uint32)
        common = []
        for term, (start, end) in zip(terms, spans, strict=True):
            if term in self._rows:
                common.append(term)
            else:
                np.add.at(sums, self._passages[start:end], self._levels[start:end])
        if common and len(common) < len(terms):
            ceiling = sum([self._highest[term] for term in common])
            least = _kth_largest(sums, k) - slack
            if least > ceiling:  # common terms alone lift no passage that high
                passages = _reaching(sums, least - ceiling)
                few = sums[passages]
                for term in common:
                    few += self._rows[term][passages]
                return passages[few >= _kth_largest(few, k) - slack]
        for term in common:
            sums += self._rows[term]
        return _reaching(sums, max(_kth_largest(sums, k) - slack, 1))

    def _scores(self, terms: Sequence[int], spans: Sequence[tuple[int, int]], passages: Ints) -> Floats:
        """Return the exact scores of `passages`, the terms' weights added up in the order of `terms` as rank-bm25 does it."""
        wanted = passages.astype(self._passages.dtype)
        places = np.array([self._passages[start:end].searchsorted(wanted) for start, end in spans])
        starts, ends = np.array(spans).T[:, :, None]
        places += starts
        held = (self._passages.take(places, mode="clip") == wanted) & (places < ends)
        weights = self._saturations.take(self._pairs.take(places, mode="clip"))
        weights *= self._idf.take(terms)[:, None]
        weights *= held
        scores: Floats = np.add.accumulate(weights)[-1]
        return scores


def _reaching(sums: Array, least: int) -> Ints:
    """Return which of `sums` are `least` or more, ascending."""
    found: Ints = (sums >= least).nonzero()[0]
    return found


def _kth_largest(sums: Array, k: int) -> int:
    """Return a number that at least `k` of `sums` reach, near the largest such: the k-th largest of their groups' maxima."""
    columns = min(len(sums), k * _COLUMNS)
    if columns < k:
        return 0
    maxima = sums[: len(sums) // columns * columns].reshape(-1, columns).max(axis=0)
    maxima.sort()
    return int(maxima[-k])
