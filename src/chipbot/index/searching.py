"""Exact top-k search: a vector with one entry a passage adds up what the question's terms are worth in each.

Each posting carries its *impact* (Anh & Moffat, 2006, "Pruned query evaluation using pre-computed impacts"), and what is added up
depends on how large the collection is:

- In a small one it is the weight itself. The sums, in the order of the question's terms, are rank-bm25's scores.
- In a larger one it is the weight's *level*: in equal steps, rounded up to a whole number from 1 to 2,047, a quarter of the
  memory to go through. A sum of levels bounds a score from above by less than one step a term; so no passage whose sum is that
  far below the k-th best sum can be among the k best. Those that are left are scored exactly: filter and refine, with MaxScore's
  bound on common terms (Turtle & Flood, 1995, "Query evaluation: strategies and optimizations").
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["LEVELS", "SMALL", "Searcher"]

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LEVELS = 2047
"""The level of the largest weight in an index: the sum of 32 of them fits 16 bits."""

SMALL = 1 << 15
"""A collection of up to so many passages keeps weights; going through more of them takes longer than bounds and refining."""

_GROUPS = 256  # what the k-th best sum is looked for in, at least …
_GROUPS_EACH = 4  # … and for each passage that is asked for
_BLOCK = 1 << 16  # passages that are scored at once, so that a collection of equals takes no more memory than others


class Searcher:
    """Finds the best passages by the postings of one index; immutable, safe to share between threads."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._offsets = arrays["posting_offsets"].data  # a memory view: reading one number of it is quicker
        self._passages = arrays["posting_passages"]
        self._impacts = arrays["posting_impacts"]
        self._pairs = arrays["posting_pairs"]
        self._saturations = arrays["pair_saturations"]
        self._idf = arrays["term_idf"]
        self._count = len(arrays["passage_start"])
        common = arrays["common_terms"].tolist()
        self._rows = dict(zip(common, arrays["common_impacts"].reshape(len(common), self._count), strict=True))
        self._highest = dict(zip(common, arrays["common_highest"].tolist(), strict=True))
        self._small = self._impacts.dtype.kind == "f"

    def search(self, terms: Sequence[int], k: int) -> tuple[Ints, Floats]:
        """Return the numbers of the `k` passages with the highest scores for `terms` and their scores, best first.

        A term that is given twice counts twice. Passages that hold no term are not found; ties go to the smaller number.
        """
        if not terms or k < 1:
            return np.zeros(0, np.int64), np.zeros(0)
        passages, scores = self._weighed(terms, k) if self._small else self._bounded(terms, k)
        order = (-scores).argsort(kind="stable")[:k]
        return passages[order], scores[order]

    def _weighed(self, terms: Sequence[int], k: int) -> tuple[Ints, Floats]:
        """Return passages, ascending, among which the `k` best are, and their scores: weights added up as rank-bm25 does it."""
        scores = np.zeros(self._count)
        offsets, rows = self._offsets, self._rows
        for term in terms:
            if term in rows:
                scores += rows[term]
            else:
                span = slice(offsets[term], offsets[term + 1])
                np.add.at(scores, self._passages[span], self._impacts[span])
        passages = _reaching(scores, max(_kth_largest(scores, k), math.ulp(0.0)))
        return passages, scores[passages]

    def _bounded(self, terms: Sequence[int], k: int) -> tuple[Ints, Floats]:
        """Return passages, ascending, among which the `k` best are, and their scores: few are left by the sums of levels."""
        spans = [(self._offsets[term], self._offsets[term + 1]) for term in terms]
        candidates = self._candidates(terms, spans, k)
        if len(candidates) <= _BLOCK:
            return candidates, self._scores(terms, spans, candidates)
        blocks = np.split(candidates, range(_BLOCK, len(candidates), _BLOCK))
        return candidates, np.concatenate([self._scores(terms, spans, block) for block in blocks])

    def _candidates(self, terms: Sequence[int], spans: Sequence[tuple[int, int]], k: int) -> Ints:
        """Return the passages, ascending, that may be among the `k` best: all that are, and few others."""
        slack = len(terms)  # steps by which a sum stays less above its score
        sums: Array = np.zeros(self._count, np.uint16 if LEVELS * len(terms) < 1 << 16 else np.uint32)
        common = []
        for term, (start, end) in zip(terms, spans, strict=True):
            if term in self._rows:
                common.append(term)
            else:
                np.add.at(sums, self._passages[start:end], self._impacts[start:end])
        if common and len(common) < len(terms):
            ceiling = sum([self._highest[term] for term in common])
            least = _kth_largest(sums, k) - slack
            if least > ceiling:  # common terms alone lift no passage that high
                passages = _reaching(sums, least - ceiling)
                few = sums[passages]
                for term in common:
                    few += self._rows[term][passages]
                return passages[_reaching(few, _kth_largest(few, k) - slack)]
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


def _reaching(sums: Array, least: float) -> Ints:
    """Return which of `sums` are `least` or more, ascending."""
    found: Ints = (sums >= least).nonzero()[0]
    return found


def _kth_largest(sums: Array, k: int) -> Any:
    """Return a number that at least `k` of `sums` reach, near the largest such: the k-th largest of their groups' maxima."""
    groups = min(len(sums), max(k * _GROUPS_EACH, _GROUPS))
    if groups < k:
        return 0
    maxima = np.maximum.reduce(sums[: len(sums) // groups * groups].reshape(-1, groups))
    maxima.sort()
    return maxima[-k].item()
