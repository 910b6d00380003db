"""How likely the first highlighted sentence is to answer the question: named features, weighed and calibrated."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from chipbot.answering.features import FEATURES, MEANING_FEATURES
from chipbot.answering.reranking import Ranking, weights_of
from chipbot.answering.snippets import highlighted_sentences
from chipbot.answering.trees import Trees
from chipbot.answering.weights import WORDS
from chipbot.arrays import Floats
from chipbot.text.words import UNSEGMENTED_CHARACTER

_SMALL = 3.0  # the size of an index of some ten passages

_FAR_AHEAD = 8.0  # rank score by which the best passage is ahead where there is no other, or a hopeless one

_FAR_NEARER = (
    0.3  # similarity by which the best sentence is ahead where there is no other passage, or a hopeless one
)

ConfidenceFeature = Callable[[Ranking], float]
"""Computes one number for a ranking; its docstring says what it is."""

CONFIDENCE_FEATURES: dict[str, ConfidenceFeature] = {}
"""What a confidence is made of beside the best sentence's features: what its lead and its passage say."""

MEANING_CONFIDENCE_FEATURES: dict[str, ConfidenceFeature] = {}
"""The same where meanings are compared, besides."""


def confidence_names(*, meaning: bool) -> list[str]:
    """Return the names of what a confidence is made of, in order."""
    words = [*FEATURES, *CONFIDENCE_FEATURES]
    return [*words, *MEANING_FEATURES, *MEANING_CONFIDENCE_FEATURES] if meaning else words


def confidence_features(ranking: Ranking) -> dict[str, float]:
    """Return what the confidence in a ranking's best sentence is made of, by the names in `confidence_names`."""
    best = ranking.features.row(ranking.best.sentence)
    values = best | {name: compute(ranking) for name, compute in CONFIDENCE_FEATURES.items()}
    if ranking.matches.candidates.similarities is not None:
        values |= {name: compute(ranking) for name, compute in MEANING_CONFIDENCE_FEATURES.items()}
    return values


def confidence(ranking: Ranking, read: float = 0.0) -> float:
    """Return the estimated probability, 0 to 1, that the best-ranked sentence answers the question.

    Where the documents lack an entity that the question is about, there is none. `read` is what a cross-encoder that has
    read the sentence adds to the log-odds.
    """
    return 0.0 if ranking.matches.query.has_unknown_entity else closeness(ranking, read)


def closeness(ranking: Ranking, read: float = 0.0) -> float:
    """Return what the confidence would be if all that the question is about stood in the documents, 0 to 1.

    By it a refusal tells sections that are near the question from such as merely rank first.
    """
    values = confidence_features(ranking)
    judges = (weights_of(ranking.features).confidence, *_words(ranking))
    log_odds = max(trees(values) for trees in judges) + read
    return round(1 / (1 + math.exp(-log_odds)), 4)


def _words(ranking: Ranking) -> tuple[Trees, ...]:
    """Return what judges by words alone where it may say as well that a question is answered: in the smallest indexes,
    which have little that is near a question in meaning and does not answer it.
    """
    return (WORDS.confidence,) if size(ranking) < _SMALL else ()


def _feature(compute: ConfidenceFeature) -> ConfidenceFeature:
    CONFIDENCE_FEATURES[compute.__name__] = compute
    return compute


@_feature
def passage_mass(r: Ranking) -> float:
    """Share of the question's idf mass in the best passage, its title and headings."""
    return float(r.matches.passage_has[r.best.candidate] @ r.matches.share)


@_feature
def unknown_mass(r: Ranking) -> float:
    """Share in no document at all."""
    return float(np.array([not term.is_known for term in r.matches.query.terms]) @ r.matches.share)


@_feature
def missing_entities(r: Ranking) -> float:
    """Share that is entities which the passage does not have."""
    missing = ~r.matches.passage_has[r.best.candidate] & [term.is_entity for term in r.matches.query.terms]
    return float(missing @ r.matches.share)


@_feature
def size(r: Ranking) -> float:
    """Logarithm of the number of passages, nearly: the idf of a term in none."""
    return r.matches.unknown_idf


@_feature
def surprise(r: Ranking) -> float:
    """How much rarer the terms held are together than one passage among all would be by chance."""
    idf = np.array([term.idf for term in r.matches.query.terms])
    return float(idf @ r.matches.passage_has[r.best.candidate]) - size(r)


@_feature
def rarest(r: Ranking) -> float:
    """The weightiest term's weight, as a share of what a term in no passage has."""
    return float(r.matches.weights.max()) / size(r)


@_feature
def terms(r: Ranking) -> float:
    """Logarithm of the number of the question's terms."""
    return math.log(len(r.matches.query.terms))


@_feature
def bm25_margin(r: Ranking) -> float:
    """How far the passage's BM25 score is ahead of every other's, as a share of the best."""
    scores = r.matches.scores
    others = np.delete(scores, r.matches.candidate[_same(r)])
    return float((scores[r.best.candidate] - others.max(initial=0.0)) / (scores.max() or 1.0))


def _lead(r: Ranking, place: int) -> float:
    same = _same(r)
    rivals = [passage for passage in r.passages if not same[passage.sentence]]
    return min(r.best.score - rivals[place].score, _FAR_AHEAD) if place < len(rivals) else _FAR_AHEAD


def _same(r: Ranking) -> npt.NDArray[np.bool_]:
    """Return which sentences say what the best does word for word, itself among them: they are no rivals; shape (S,)."""
    wording = r.matches.wording
    same: npt.NDArray[np.bool_] = wording == wording[r.best.sentence]
    return same


@_feature
def margin(r: Ranking) -> float:
    """How far its rank score is ahead of the next passage's."""
    return _lead(r, 0)


@_feature
def third_margin(r: Ranking) -> float:
    """… and of the third one's."""
    return _lead(r, 1)


@_feature
def chance(r: Ranking) -> float:
    """Logarithm of the chance that what is highlighted is right, if one of all sentences is: their softmax."""
    odds = np.exp(r.scores - r.scores.max())
    right = _same(r)
    right[highlighted_sentences(r, r.best.sentence)] = True
    return math.log(odds[right].sum() / odds.sum())


@_feature
def missing_content(r: Ranking) -> float:
    """Share of the question's idf mass that is content words which the passage does not have."""
    is_content = np.array([term.is_content_word for term in r.matches.query.terms])
    return float((is_content & ~r.matches.passage_has[r.best.candidate]) @ r.matches.share)


@_feature
def unsegmented(r: Ranking) -> float:
    """Share of the question's terms in unsegmented scripts, where overlapping bigrams are terms."""
    query = r.matches.query
    return sum(bool(UNSEGMENTED_CHARACTER.match(term.term)) for term in query.terms) / len(query.terms)


def _meaning(compute: ConfidenceFeature) -> ConfidenceFeature:
    MEANING_CONFIDENCE_FEATURES[compute.__name__] = compute
    return compute


@_meaning
def similarity_margin(r: Ranking) -> float:
    """By how much the best sentence is nearer than the nearest sentence of every other passage."""
    similarities = _similarities(r)
    others = similarities[(r.matches.candidate != r.best.candidate) & ~_same(r)]
    return min(float(similarities[r.best.sentence] - others.max(initial=-1.0)), _FAR_NEARER)


@_meaning
def highest_similarity(r: Ranking) -> float:
    """The similarity of the sentence that is nearest of all."""
    return float(_similarities(r).max())


def _similarities(r: Ranking) -> Floats:
    if r.matches.candidates.similarities is None:
        raise AssertionError("features of meaning are computed where meanings are compared")
    return r.matches.candidates.similarities
