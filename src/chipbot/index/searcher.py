"""Exact top-k search: a vector with one entry a passage adds up what the query's terms are worth in each.

Each posting carries its *impact* (Anh & Moffat, 2006, "Pruned query evaluation using pre-computed impacts"),
which common terms have ready as dense rows, zeros included. What the impacts are depends on how large the
collection is:

- In a small one they are the weights themselves. Their sums, in the order of the query's terms, are
  rank-bm25's scores.
- In a larger one they are *quantized*: the weights in equal steps, rounded up to whole numbers, a quarter of the
  memory to go through. A sum of steps bounds a score from above by less than one step a term; so no passage
  whose sum is that far below the k-th best sum can be among the k best. The few candidates that are left are
  looked up in the postings and scored exactly: filter and refine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from chipbot.arrays import Array, Floats, Ints

MAX_IMPACT = 2047
"""The quantized impact of the largest weight in an index, at most: the sum of 32 of them fits 16 bits."""

MAX_COMMON_IMPACT = 255
"""That of the largest weight of a common term, at most: a byte, so that there is half as much to go through."""

SMALL = 1 << 15
"""A collection of up to so many passages keeps weights; going through more of them takes longer than filter and refine.
"""


class Tuning(NamedTuple):
    """Sizes that change how long a search takes, and never what it finds."""

    groups: int = 256
    """How many groups the k-th best sum is looked for in, at least …"""
    groups_each: int = 4
    """… and for each passage that is asked for."""
    columns: int = 1 << 12
    """Columns of the table that sums make up, at least; only those with a high sum are looked through."""
    block: int = 1 << 16
    """Passages that are scored at once, so that a collection of equals takes no more memory than others."""


class Searcher:
    """Finds the best passages by the postings of one index; immutable, safe to share between threads."""

    def __init__(self, arrays: Mapping[str, Array], tuning: Tuning = Tuning()) -> None:
        self._bounds = arrays["posting_offsets"]
        self._offsets = self._bounds.data  # a memory view: reading one number of it is quicker
        self._passages = arrays["posting_passages"]
        self._impacts = arrays["posting_impacts"]
        self._pairs = arrays["posting_pairs"]
        self._saturations = arrays["pair_saturations"]
        self._idf = arrays["term_idf"]
        self._count = len(arrays["passage_start"])
        common = arrays["common_terms"].tolist()
        rows = arrays["common_impacts"].reshape(len(common), self._count)
        self._rows = dict(zip(common, rows, strict=True))
        self._small = self._impacts.dtype.kind == "f"
        self._tuning = tuning

    def search(self, terms: Sequence[int], k: int) -> tuple[Ints, Floats]:
        """Return the numbers of the `k` passages with the highest scores for `terms` and their scores, best first.

        A term that is given twice counts twice. Passages that hold no term are not found; ties go to the smaller
        number.
        """
        if not terms or k < 1:
            return np.zeros(0, np.int64), np.zeros(0)
        passages, scores = self._score_all(terms, k) if self._small else self._filter_and_refine(terms, k)
        order = (-scores).argsort(kind="stable")[:k]
        return passages[order], scores[order]

    def _score_all(self, terms: Sequence[int], k: int) -> tuple[Ints, Floats]:
        """Return passages, ascending, among which the `k` best are, and their scores: weights added up as rank-bm25
        does it.
        """
        if len(terms) > 1 and terms[1] in self._rows and terms[0] not in self._rows:
            terms = [terms[1], terms[0], *terms[2:]]  # the sum of two weights is the same either way
        scores = self._sums(terms, np.float64, self._count)
        least = self._kth_largest(scores, k) or math.ulp(0.0)
        passages: Ints = (scores >= least).nonzero()[0]
        return passages, scores[passages]

    def _filter_and_refine(self, terms: Sequence[int], k: int) -> tuple[Ints, Floats]:
        """Return passages, ascending, among which the `k` best are, and their scores: few are left by the sums of
        quantized impacts.
        """
        candidates, block = self._candidates(terms, k), self._tuning.block
        if len(candidates) <= block:
            return candidates, self._scores(terms, candidates)
        blocks = np.split(candidates, range(block, len(candidates), block))
        return candidates, np.concatenate([self._scores(terms, part) for part in blocks])

    def _candidates(self, terms: Sequence[int], k: int) -> Ints:
        """Return the passages, ascending, that may be among the `k` best: all that are, and few others."""
        columns = min(max(self._tuning.columns, k * self._tuning.groups_each), self._count)
        size = -(-self._count // columns) * columns  # whole rows: what is beyond the last passage stays 0
        dtype = np.uint16 if MAX_IMPACT * len(terms) < 1 << 16 else np.uint32
        dense_first = sorted(terms, key=self._rows.__contains__, reverse=True)
        table = self._sums(dense_first, dtype, size).reshape(-1, columns)
        highest = np.maximum.reduce(table)
        # A sum is less than so many steps above its score as there are terms.
        least = max(self._kth_largest(highest, k) - len(terms), 1)
        chosen = (highest >= least).nonzero()[0]
        rows, places = (table[:, chosen] >= least).nonzero()
        passages: Ints = rows * columns + chosen[places]
        return passages

    def _sums(self, terms: Sequence[int], dtype: npt.DTypeLike, size: int) -> Array:
        """Return the sum of the terms' impacts in each passage, in the order of `terms`, and zeros up to `size`.

        That the first term has a dense row is best: beginning with it is quicker than adding it to zeros.
        """
        count, offsets, rows, add_at = self._count, self._offsets, self._rows, np.add.at
        passages, impacts = self._passages, self._impacts
        first_row = rows.get(terms[0])
        if first_row is None:
            sums: Array = np.zeros(size, dtype)
        else:
            terms = terms[1:]
            if size == count:
                sums = first_row.astype(dtype)
            else:
                sums = np.empty(size, dtype)
                sums[:count], sums[count:] = first_row, 0
        added = sums[:count]
        for term in terms:
            row = rows.get(term)
            if row is None:
                start, end = offsets[term], offsets[term + 1]
                add_at(added, passages[start:end], impacts[start:end])
            else:
                added += row
        return sums

    def _scores(self, terms: Sequence[int], passages: Ints) -> Floats:
        """Return the exact scores of `passages`: weights added up in the order of `terms`, as rank-bm25 does it."""
        wanted, numbers = passages.astype(self._passages.dtype), np.array(terms)
        starts, ends = self._bounds.take(numbers), self._bounds.take(numbers + 1)
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        found = [self._passages[start:end].searchsorted(wanted) for start, end in spans]
        places = np.concatenate(found).reshape(len(terms), -1)
        places += starts[:, None]
        np.minimum(places, ends[:, None] - 1, out=places)  # each in its list, the last one if need be
        weights = self._saturations.take(self._pairs.take(places))
        weights *= self._idf.take(numbers)[:, None]
        weights *= self._passages.take(places) == wanted
        scores: Floats = np.add.accumulate(weights)[-1]
        return scores

    def _kth_largest(self, sums: Array, k: int) -> Any:
        """Return a number that at least `k` of `sums` reach, near the largest such: the k-th largest of their groups'
        maxima.
        """
        groups = min(len(sums), max(k * self._tuning.groups_each, self._tuning.groups))
        if groups < k:
            return 0
        maxima = np.maximum.reduce(sums[: len(sums) // groups * groups].reshape(-1, groups))
        maxima.sort()
        return maxima.item(-k)
