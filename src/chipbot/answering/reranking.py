"""Features → the candidate passages in order, each with its best sentence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from chipbot.answering.features import FEATURES, SentenceFeatures
from chipbot.answering.matches import Bools, Matches
from chipbot.answering.weights import MEANING, WORDS, Weights
from chipbot.arrays import Floats

_OPPOSITE = 100.0  # rank score: more than any two sentences differ


def weights_of(features: SentenceFeatures) -> Weights:
    """Return the weights for the features that there are: with meaning, or of words alone."""
    return WORDS if len(features.names) == len(FEATURES) else MEANING


def ranking_weights(features: SentenceFeatures) -> Floats:
    """Return the weight of each feature in a rank score; shape (F,)."""
    weights = weights_of(features).ranking
    return np.array([weights.get(name, 0.0) for name in features.names])


class RankedPassage(NamedTuple):
    """A candidate passage with the sentence that answers best in it."""

    passage: int
    """Its number in the index."""
    candidate: int
    """Its place among the candidates."""
    score: float
    """Its rank score: its best sentence's."""
    sentence: int
    """That sentence's row among the candidates' sentences."""


class Ranking(NamedTuple):
    """Candidate passages, best first; never empty."""

    passages: tuple[RankedPassage, ...]
    matches: Matches
    features: SentenceFeatures
    scores: Floats
    """The rank score of every sentence; shape (S,)."""
    question: str = ""
    """What was asked, to be read together with what is found."""

    @property
    def best(self) -> RankedPassage:
        """The passage that is ranked first."""
        return self.passages[0]

    def led_by(self, passage: RankedPassage) -> Ranking:
        """Return the ranking with one of its passages put first, those before it following: what speaks against it."""
        others = (other for other in self.passages if other is not passage)
        return self._replace(passages=(passage, *others))


def rerank(
    matches: Matches,
    features: SentenceFeatures,
    weights: Floats | None = None,
    opposite: Bools | None = None,
    question: str = "",
) -> Ranking:
    """Order the candidate passages by their best sentence's rank score: a linear function of its features.

    Args:
        matches: Where the query's terms stand in the candidates.
        features: What speaks for each sentence.
        weights: What each feature counts, if not as fitted; shape (F,).
        opposite: Which sentences say the opposite of what is asked; they come behind all others; shape (S,).
        question: What was asked.
    """
    scores = features.values @ (ranking_weights(features) if weights is None else weights)
    if opposite is not None:
        scores = scores - _OPPOSITE * opposite
    sentences = _best_sentences(matches, scores)
    passages = [
        RankedPassage(int(matches.candidates.passages[candidate]), candidate, float(scores[row]), row)
        for candidate, row in sentences.items()
    ]
    return Ranking(tuple(passages), matches, features, scores, question)


def with_other_sentences(ranking: Ranking, boost: Floats) -> Ranking:
    """Return the passages in the same order, each with the sentence that is best when `boost` is added to its score.

    Args:
        ranking: The passages as they are ranked.
        boost: What is added to each sentence's rank score; shape (S,).
    """
    scores = ranking.scores + boost
    sentences = _best_sentences(ranking.matches, scores)
    passages = tuple(passage._replace(sentence=sentences[passage.candidate]) for passage in ranking.passages)
    return ranking._replace(passages=passages, scores=scores)


def _best_sentences(matches: Matches, scores: Floats) -> dict[int, int]:
    """Return candidate → the row of its sentence with the highest score, the highest of all first."""
    best: dict[int, int] = {}
    for row in np.argsort(-scores, kind="stable").tolist():
        best.setdefault(int(matches.candidate[row]), row)
    return best
