"""What speaks for each sentence of the candidate passages: features computed from stored term numbers, no
text touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chipbot.answering.query import Query
from chipbot.index import Index, spread
from chipbot.index.ranking import saturation
from chipbot.index.usage import runs
from chipbot.model import Hit
from chipbot.text.answer_types import Signal

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEATURES = (
    "sentence_coverage",  # share of the question's idf mass in the sentence
    "window_coverage",  # in the sentence and its neighbours
    "passage_coverage",  # in the passage
    "context_coverage",  # in its title and headings
    "reach_coverage",  # in the sentence, its title and headings together
    "chain_coverage",  # in the sentence and, where it points back, the one before it
    "key_chain",  # the weightiest term is there
    # share of the question's neighbouring terms that stand close together in the sentence, in order or not
    "pairs",
    "ordered_pairs",  # … one right after the other, in order
    "bm25",  # the passage's score as a share of what the question's terms could give
    "bm25_lead",  # the passage's score as a share of the best candidate's
    "before",  # in the sentence before it
    "after",  # in the sentence after it
    "density",  # the sentence's share of the mass for its length
    "key_term",  # the question's weightiest term is in the sentence
    "key_reach",  # … or in its passage, title or headings
    "names",  # share of the mass that is names and figures which the sentence holds
    "names_reach",  # … or its passage, title or headings
    "first_term",  # the question's first term is in the sentence
    "last_term",  # … and its last one
    # the kind of answer that is asked for shows in the sentence: +1, or does not: -1; 0 where it is not asked
    # for
    "number",
    "amount",
    "date",
    "person",
    "full_name",
    "place",
    "reason",
    "definition",
    "length",  # logarithm of the sentence's number of terms
    "short",  # the sentence has fewer than three terms
    "early",  # how near the passage's beginning it stands
    "novelty",  # logarithm of the number of its terms that the question does not have
)

_NEAR = 3  # terms apart at most
_K1_BOUND = 1.9  # k1 + 1: what a term's weight can reach, as a multiple of its idf


class Evidence(NamedTuple):
    """The sentences of the candidate passages with their features."""

    passages: Ints
    """The passage number of each candidate, best first."""
    scores: Floats
    """The BM25 score of each candidate."""
    candidate: Ints
    """For each sentence, which candidate it is in."""
    sentence: Ints
    """For each sentence, its number in the index."""
    features: Floats
    """Shape (sentences, len(FEATURES))."""
    has: npt.NDArray[np.bool_]
    """Which of the question's terms each sentence holds; shape (sentences, terms)."""
    passage_has: npt.NDArray[np.bool_]
    """Which of them each candidate holds, its context included; shape (candidates, terms)."""
    context_has: npt.NDArray[np.bool_]
    """Which of them its context holds: the title and the headings."""


def gather(index: Index, query: Query, hits: Sequence[Hit]) -> Evidence:
    """Compute the features of every sentence of the `hits`' passages; there is at least one hit."""
    arrays = index.arrays
    passages = np.array([hit.passage for hit in hits], np.int64)
    scores = np.array([hit.score for hit in hits])
    weights = np.array([term.weight for term in query.terms])
    share = weights / weights.sum()
    names = share * [term.name for term in query.terms]

    first = arrays["passage_sentences"][passages]
    counts = arrays["passage_sentences"][passages + 1] - first
    sentence = spread(first, counts)
    candidate = np.repeat(np.arange(len(passages)), counts)
    token_first = arrays["sentence_tokens"][sentence]
    token_counts = arrays["sentence_tokens"][sentence + 1] - token_first
    tokens = arrays["tokens"][spread(token_first, token_counts)]
    terms, owner = _matched(tokens, np.repeat(np.arange(len(sentence)), token_counts), query)
    has = _counted(terms, owner, len(sentence), len(query.terms)) > 0

    starts = np.cumsum(counts) - counts
    body_has = np.logical_or.reduceat(has, starts, axis=0)
    context_counted = _context_counted(index, passages, query)
    context_has = context_counted > 0
    if query.variants:
        frequencies = _counted(terms, candidate[owner], len(passages), len(query.terms)) + context_counted
        scores = _scores(index, passages, frequencies, query)
    window_has = _window(has, candidate)
    signals = arrays["sentence_signals"][sentence]
    chain_has = _chained(has, candidate, (signals & Signal.BACKWARD) != 0)
    reach_has = has | context_has[candidate]
    passage_has = body_has | context_has
    near, ordered = _pairs(terms, owner, len(sentence), share)
    expected = _expected(query.expects, signals)
    masses = has @ share
    key = int(np.argmax(weights))
    position = np.arange(len(sentence)) - starts[candidate]
    bound = _K1_BOUND * weights.sum()
    features = np.stack(
        [
            masses,
            window_has @ share,
            (body_has @ share)[candidate],
            (context_has @ share)[candidate],
            reach_has @ share,
            chain_has @ share,
            chain_has[:, key],
            near,
            ordered,
            (scores / bound)[candidate],
            (scores / (scores.max() or 1.0))[candidate],
            _shifted(masses, candidate, 1),
            _shifted(masses, candidate, -1),
            masses / np.log(8.0 + token_counts),
            has[:, key],
            passage_has[candidate, key],
            has @ names,
            (passage_has @ names)[candidate],
            has[:, 0],
            has[:, -1],
            *expected,
            np.log1p(token_counts),
            token_counts < 3,
            1 / (1 + position),
            np.log1p(np.maximum(token_counts - has.sum(axis=1), 0)),
        ],
        axis=1,
    )
    return Evidence(passages, scores, candidate, sentence, features, has, passage_has, context_has)


def _matched(tokens: npt.NDArray[np.integer], owner: Ints, query: Query) -> tuple[Ints, Ints]:
    """Return which of the question's terms each token is, or -1, and what owns the token.

    Where tokens of one owner are a variant of the question's terms, these stand in their place.
    """
    numbers = np.array([term.number for term in query.terms], np.int64)
    order = np.argsort(numbers)
    place = np.minimum(np.searchsorted(numbers[order], tokens), len(numbers) - 1)
    terms: Ints = np.where(numbers[order][place] == tokens, order[place], -1)
    places = {term.term: i for i, term in enumerate(query.terms)}
    for variant in query.variants:
        asked = [places[term] for term in variant.asked if term in places]
        at = runs(tokens, owner, variant.written)
        if len(at) and asked:
            counts = np.ones(len(tokens), np.int64)
            run = at[:, None] + np.arange(len(variant.written))
            counts[run] = terms[run] >= 0  # what is a term of the question itself stays
            counts[at] += len(asked)
            tokens, terms, owner = (np.repeat(values, counts) for values in (tokens, terms, owner))
            into = (np.cumsum(counts) - counts)[at][:, None] + np.arange(len(asked))
            tokens[into], terms[into] = -1, asked
    return terms, owner


def _counted(terms: Ints, owner: Ints, owners: int, count: int) -> Ints:
    """Return how often each owner has each of the question's terms; shape (owners, count)."""
    matched = terms >= 0
    return np.bincount(owner[matched] * count + terms[matched], minlength=owners * count).reshape(
        owners, count
    )


def _context_counted(index: Index, passages: Ints, query: Query) -> Ints:
    """Return how often each passage's title and headings have each of the question's terms; shape (passages,
    terms).
    """
    arrays = index.arrays
    contexts = arrays["passage_context"][passages].astype(np.int64)
    first = arrays["context_tokens"][contexts]
    counts = arrays["context_tokens"][contexts + 1] - first
    tokens = arrays["context_terms"][spread(first, counts)]
    terms, owner = _matched(tokens, np.repeat(np.arange(len(passages)), counts), query)
    return _counted(terms, owner, len(passages), len(query.terms))


def _scores(index: Index, passages: Ints, frequencies: Ints, query: Query) -> Floats:
    """Return the passages' BM25 scores where each term counts as one, whatever documents write for it."""
    lengths = index.arrays["passage_length"][passages][:, None]
    scores: Floats = saturation(frequencies, lengths, index.average_length) @ np.array(
        [term.idf for term in query.terms]
    )
    return scores


def _window(has: npt.NDArray[np.bool_], candidate: Ints) -> npt.NDArray[np.bool_]:
    """Return what each sentence holds together with the one before and the one after it in its passage."""
    window = has.copy()
    together = (candidate[1:] == candidate[:-1])[:, None]
    window[1:] |= has[:-1] & together
    window[:-1] |= has[1:] & together
    return window


def _chained(
    has: npt.NDArray[np.bool_], candidate: Ints, points_back: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Return what each sentence holds together with those before it, as far back as each points to the one
    before.
    """
    chained = has.copy()
    for i in np.flatnonzero(points_back[1:] & (candidate[1:] == candidate[:-1])).tolist():
        chained[i + 1] |= chained[i]
    return chained


def _pairs(terms: Ints, owner: Ints, sentences: int, share: Floats) -> tuple[Floats, Floats]:
    """Return, for each sentence, the share of the question's neighbouring terms found near each other, and in
    order.
    """
    count = len(share)
    if count < 2:
        return np.zeros(sentences), np.zeros(sentences)
    pair_share = share[:-1] + share[1:]
    pair_share = pair_share / pair_share.sum()
    place = np.flatnonzero(terms >= 0)
    near = np.zeros((sentences, count - 1), bool)
    ordered = np.zeros((sentences, count - 1), bool)
    for step in range(1, _NEAR + 1):
        left, right = place[:-step], place[step:]
        ok = (owner[left] == owner[right]) & (right - left <= _NEAR)
        a, b, row = terms[left], terms[right], owner[left]
        ok &= np.abs(a - b) == 1
        near[row[ok], np.minimum(a, b)[ok]] = True
        ok &= (b - a == 1) & (right - left == 1)
        ordered[row[ok], a[ok]] = True
    return near @ pair_share, ordered @ pair_share


_KINDS = (
    Signal.NUMBER,
    Signal.AMOUNT,
    Signal.DATE,
    Signal.NAME,
    Signal.PERSON,
    Signal.PLACE,
    Signal.REASON,
    Signal.DEFINITION,
)
"""The signals that each of the features from `number` to `definition` looks for."""


def _expected(expects: int, signals: npt.NDArray[np.integer]) -> list[Floats]:
    """Return, for each kind of answer, whether the sentences show it (+1) or not (-1); 0 where it is not
    asked for.
    """
    return [
        np.where(signals & kind & expects, 1.0, -1.0) if kind & expects else np.zeros(len(signals))
        for kind in _KINDS
    ]


def _shifted(values: Floats, candidate: Ints, by: int) -> Floats:
    """Return each sentence's neighbour's value, or 0 at the passage's edge."""
    shifted = np.zeros_like(values)
    together = candidate[1:] == candidate[:-1]
    if by > 0:
        shifted[1:] = np.where(together, values[:-1], 0.0)
    else:
        shifted[:-1] = np.where(together, values[1:], 0.0)
    return shifted
