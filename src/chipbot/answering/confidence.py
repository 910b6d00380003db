"""How likely the first highlighted sentence is to answer the question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chipbot.answering.features import FEATURES, Evidence
from chipbot.answering.query import Query
from chipbot.answering.weights import (
    CALIBRATION_CEILING,
    CALIBRATION_OFFSET,
    CALIBRATION_SCALE,
    COVERED,
    COVERED_BIAS,
    RIGHT,
    RIGHT_BIAS,
    RIGHT_SHARE,
)
from chipbot.index import Index
from chipbot.text.words import UNSPACED

if TYPE_CHECKING:
    from chipbot.answering.pipeline import Ranked


LIMIT = 14.0
"""The logarithm of odds beyond which, either way, the signs say nothing more: a million to one."""

_FAR_AHEAD = 8.0  # rank score by which the best passage is ahead where there is no other, or a hopeless one


SIGNS = (
    *FEATURES,  # the best sentence's
    "passage_mass",  # share of the question's idf mass in its passage, title and headings
    "passage_mass_squared",
    "sentence_coverage_squared",
    "unknown_mass",  # share in no document at all
    "missing_names",  # share that is names and figures which the passage does not have
    "size",  # logarithm of the number of passages, nearly
    "size_times_mass",
    "surprise",  # how much rarer the terms held are together than one passage among all would be by chance
    "rarest",  # the weightiest term's weight, as a share of what a term in no passage has
    "terms",  # logarithm of the number of the question's terms
    "bm25_margin",  # how far the passage's BM25 score is ahead of every other's, as a share of the best
    "margin",  # how far its rank score is ahead of the next passage's
    "third_margin",  # … and of the third one's
    "unspaced",  # share of the question's terms in scripts without spaces, where overlapping pairs are terms
    "unspaced_mass",  # … times passage_mass
)
"""What a confidence is made of."""

_COVERED = np.array([COVERED[name] for name in SIGNS])
_RIGHT = np.array([RIGHT[name] for name in SIGNS])


def assess(index: Index, query: Query, evidence: Evidence, ranked: Sequence[Ranked]) -> float:
    """Return the estimated probability, 0 to 1, that the best-ranked sentence answers the question.

    Two logistic regressions over the same signs say how likely the documents are to cover the question, and
    how likely this sentence then is to be the right one; a third step makes one calibrated probability of
    both (Platt, 1999, "Probabilistic outputs for support vector machines"). Where the documents lack the
    question's key word, or hold no more of it than a title and lack the rest, there is none.
    """
    if query.lacks_key_word or _only_the_title(
        query, evidence.context_has[evidence.candidate[ranked[0].row]]
    ):
        return 0.0
    values = signs(index, query, evidence, ranked)
    covered, right = float(values @ _COVERED) + COVERED_BIAS, float(values @ _RIGHT) + RIGHT_BIAS
    return round(calibrated(covered, right), 4)


def calibrated(covered: float, right: float) -> float:
    """Return the probability that two logarithms of odds stand for: of the question being covered, and the
    sentence right.
    """
    both = min(max(covered, -LIMIT), LIMIT) + RIGHT_SHARE * min(max(right, -LIMIT), LIMIT)
    return CALIBRATION_CEILING / (1 + math.exp(-CALIBRATION_OFFSET - CALIBRATION_SCALE * both))


def signs(
    index: Index, query: Query, evidence: Evidence, ranked: Sequence[Ranked]
) -> npt.NDArray[np.float64]:
    """Return what the confidence is made of, in the order of SIGNS."""
    features = evidence.features[ranked[0].row]
    weights = np.array([term.weight for term in query.terms])
    share = weights / weights.sum()
    idfs = np.array([term.idf for term in query.terms])
    held = evidence.passage_has[evidence.candidate[ranked[0].row]]
    unknown = np.array([not term.known for term in query.terms])
    names = np.array([term.name for term in query.terms])
    mass = float(held @ share)
    coverage = float(features[FEATURES.index("sentence_coverage")])
    ahead = [min(ranked[0].score - other.score, _FAR_AHEAD) for other in ranked[1:3]]
    unspaced = sum(bool(UNSPACED.match(term.term)) for term in query.terms) / len(query.terms)
    more = (
        mass,
        mass**2,
        coverage**2,
        float(unknown @ share),
        float((names & ~held) @ share),
        index.unknown_idf,
        index.unknown_idf * mass,
        float(idfs @ held) - index.unknown_idf,
        float(weights.max()) / index.unknown_idf,
        math.log(len(query.terms)),
        _bm25_margin(evidence, int(evidence.candidate[ranked[0].row])),
        *ahead,
        *(_FAR_AHEAD for _ in range(2 - len(ahead))),
        unspaced,
        unspaced * mass,
    )
    return np.concatenate([features, more])


def _only_the_title(query: Query, context_has: npt.NDArray[np.bool_]) -> bool:
    """Whether a question has telling words that no document holds, and no others but those of a passage's
    title and headings.
    """
    telling = [
        (term.known, held)
        for term, held in zip(query.terms, context_has.tolist(), strict=True)
        if term.telling
    ]
    return any(not known for known, _ in telling) and all(held for known, held in telling if known)


def _bm25_margin(evidence: Evidence, first: int) -> float:
    others = np.delete(evidence.scores, first)
    return float((evidence.scores[first] - others.max(initial=0.0)) / evidence.scores.max())
