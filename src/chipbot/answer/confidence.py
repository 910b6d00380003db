"""How likely the first highlighted sentence is to answer the question."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from chipbot.answer.evidence import FEATURES, Evidence
from chipbot.answer.question import Query
from chipbot.answer.weights import (
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

if TYPE_CHECKING:
    from chipbot.answer import Ranked


_LIMIT = 14.0  # beyond a million to one the signs say nothing more


def assess(index: Index, query: Query, evidence: Evidence, ranked: Sequence[Ranked]) -> float:
    """Return the estimated probability, 0 to 1, that the best-ranked sentence answers the question.

    Two logistic regressions over the same signs say how likely the documents are to cover the question, and how likely this
    sentence then is to be the right one; a third step makes one calibrated probability of both (Platt, 1999, "Probabilistic
    outputs for support vector machines").
    """
    values = signs(index, query, evidence, ranked)
    log_odds = _log_odds(COVERED, COVERED_BIAS, values) + RIGHT_SHARE * _log_odds(RIGHT, RIGHT_BIAS, values)
    return round(CALIBRATION_CEILING / (1 + math.exp(-CALIBRATION_OFFSET - CALIBRATION_SCALE * log_odds)), 4)


def _log_odds(weights: Mapping[str, float], bias: float, values: Mapping[str, float]) -> float:
    return min(max(bias + sum(weight * values[name] for name, weight in weights.items()), -_LIMIT), _LIMIT)


def signs(index: Index, query: Query, evidence: Evidence, ranked: Sequence[Ranked]) -> dict[str, float]:
    """Return what the confidence is made of, by name: the best sentence's features, and more about the question as a whole."""
    best = ranked[0]
    features = dict(zip(FEATURES, evidence.features[best.row].tolist(), strict=True))
    weights = np.array([term.weight for term in query.terms])
    share = weights / weights.sum()
    idfs = np.array([term.idf for term in query.terms])
    held = evidence.passage_has[evidence.candidate[best.row]]
    unknown = np.array([term.number < 0 for term in query.terms])
    names = np.array([term.name for term in query.terms])
    passage_mass = float(held @ share)
    return {
        **features,
        "passage_mass": passage_mass,
        "passage_mass_squared": passage_mass**2,
        "sentence_coverage_squared": features["sentence_coverage"] ** 2,
        "unknown_mass": float(unknown @ share),
        "missing_names": float((names & ~held) @ share),
        "size": index.unknown_idf,
        "size_times_mass": index.unknown_idf * passage_mass,
        "surprise": float(idfs @ held) - index.unknown_idf,
        "rarest": float(weights.max()) / index.unknown_idf,
        "terms": math.log(len(query.terms)),
    }
