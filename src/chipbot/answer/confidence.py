"""How likely the first highlighted sentence is to answer the question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from chipbot.answer.evidence import FEATURES, Evidence
from chipbot.answer.question import Query
from chipbot.answer.weights import CONFIDENCE, CONFIDENCE_BIAS
from chipbot.index import Index

if TYPE_CHECKING:
    from chipbot.answer import Ranked


def assess(index: Index, query: Query, evidence: Evidence, ranked: Sequence[Ranked]) -> float:
    """Return the estimated probability, 0 to 1, that the best-ranked sentence answers the question: logistic regression."""
    values = signs(index, query, evidence, ranked)
    odds = CONFIDENCE_BIAS + sum(weight * values[name] for name, weight in CONFIDENCE.items())
    return round(1 / (1 + math.exp(-odds)), 4)


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
