"""BM25: the compiled weights are rank-bm25's own scores, under an idf that is positive for every term."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipbot.index.bm25 import PositiveBM25, idf, saturations
from chipbot.index.schema import K1, B

TERMS = st.sampled_from("abcdefg")
CORPORA = st.lists(st.lists(TERMS, max_size=12), min_size=1, max_size=12).filter(any)
# Not k1 = 0 or b = 1, with which rank-bm25 divides 0 by 0 where a term is missing or a passage is empty.
PARAMETERS = st.tuples(st.sampled_from([K1, 1.2, 1.5]), st.sampled_from([B, 0.0, 0.75, 0.99]))


def slow_score(corpus: list[list[str]], query: list[str], passage: int, k1: float, b: float) -> float:
    """The formula as textbooks have it, one passage and one term at a time."""
    average = sum(map(len, corpus)) / len(corpus)
    total = 0.0
    for term in query:
        holding = sum(term in other for other in corpus)
        frequency = corpus[passage].count(term)
        weight = math.log(1 + (len(corpus) - holding + 0.5) / (holding + 0.5))
        length_factor = 1 - b + b * len(corpus[passage]) / average
        total += weight * frequency * (k1 + 1) / (frequency + k1 * length_factor)
    return total


@given(CORPORA, st.lists(TERMS, max_size=6), PARAMETERS)
def test_scores_are_those_of_the_formula(
    corpus: list[list[str]], query: list[str], parameters: tuple[float, float]
) -> None:
    k1, b = parameters
    scores = PositiveBM25(corpus, k1, b).get_scores(query)
    expected = [slow_score(corpus, query, passage, k1, b) for passage in range(len(corpus))]
    assert scores == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(CORPORA, st.lists(TERMS, min_size=1, max_size=6))
def test_compiled_weights_add_up_to_the_same_scores_to_the_last_bit(
    corpus: list[list[str]], query: list[str]
) -> None:
    lengths = np.array([len(terms) for terms in corpus])
    average = sum(map(len, corpus)) / len(corpus)
    scores = np.zeros(len(corpus))
    for term in query:
        frequencies = np.array([Counter(terms)[term] for terms in corpus])
        holding = np.flatnonzero(frequencies)
        if len(holding):
            scores[holding] += idf(len(corpus), len(holding)) * saturations(
                frequencies[holding], lengths[holding], average
            )
    assert scores.tolist() == PositiveBM25(corpus).get_scores(query).tolist()


@given(st.integers(1, 10_000), st.data())
def test_idf_is_positive_and_falls_with_every_passage_that_holds_the_term(
    passages: int, data: st.DataObject
) -> None:
    frequency = data.draw(st.integers(1, passages))
    assert idf(passages, frequency) > 0
    assert idf(passages, frequency - 1) > idf(passages, frequency)


@pytest.mark.parametrize("holding", range(1, 9))
def test_a_term_in_half_or_more_of_the_passages_still_counts(holding: int) -> None:
    corpus = [["common", "x"]] * holding + [["y"]] * (8 - holding)
    scores = PositiveBM25(corpus).get_scores(["common"])
    assert all(scores[:holding] > 0)
    assert all(scores[holding:] == 0)


def test_no_frequencies_have_no_saturation() -> None:
    assert saturations(np.zeros(0, np.int64), np.zeros(0, np.int64), 0.0).tolist() == []
