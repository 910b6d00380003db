"""BM25: rank-bm25's statistics and formula, evaluated once at build time; the only importer of rank_bm25."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from rank_bm25 import BM25Okapi

from chipbot.arrays import Array, Floats
from chipbot.index.schema import K1, B


class PositiveBM25(BM25Okapi):  # type: ignore[misc]  # rank-bm25 ships no types
    """rank-bm25's Okapi scores with an idf that is positive for every term.

    BM25Okapi's own idf is 0 for a term in exactly half of the passages and replaced by a floor above that,
    which ruins the ranking of a small corpus. Here idf(t) = ln(1 + (N - df + 0.5) / (df + 0.5)): the
    Robertson-Sparck Jones weight kept positive, as Lucene's BM25Similarity has it (Robertson & Zaragoza,
    2009, "The Probabilistic Relevance Framework", 3.1; Kamphuis et al., 2020, "Which BM25 Do You Mean?").
    """

    def __init__(self, corpus: Sequence[Sequence[str]], k1: float = K1, b: float = B) -> None:
        super().__init__(corpus, k1=k1, b=b)

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        self.idf = {term: idf(self.corpus_size, df) for term, df in nd.items()}


def idf(passages: int, document_frequency: int) -> float:
    """Return the inverse document frequency of a term that so many of all passages hold; always above 0."""
    return math.log(1 + (passages - document_frequency + 0.5) / (document_frequency + 0.5))


def saturations(
    frequencies: Array, lengths: Array, average_length: float, k1: float = K1, b: float = B
) -> Floats:
    """Return BM25's term-frequency factor for each pair of a term's frequency and its passage's length.

    rank-bm25 evaluates it, as the scores of passages that hold one term of idf 1; the weight of a posting is idf x
    this, and the sum of weights equals `PositiveBM25.get_scores` to the last bit.
    """
    ranker = PositiveBM25.__new__(PositiveBM25)
    ranker.k1, ranker.b, ranker.idf = k1, b, {"term": 1.0}
    ranker.corpus_size, ranker.avgdl = len(lengths), average_length
    ranker.doc_len = lengths.tolist()
    ranker.doc_freqs = [{"term": frequency} for frequency in frequencies.tolist()]
    return np.asarray(ranker.get_scores(["term"]))
