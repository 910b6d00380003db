"""How likely the first highlighted sentence is to answer the question."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from chipbot.answer.evidence import FEATURES, Evidence
from chipbot.answer.question import Query
from chipbot.answer.weights import COVERED, COVERED_BIAS, RIGHT, RIGHT_BIAS
from chipbot.index import Index

if TYPE_CHECKING:
    from chipbot.answer import Ranked


def assess(index: Index, query: Query, evidence: Evidence, ranked: Sequence[Ranked]) -> float:
    """Return the estimated probability, 0 to 1, that the best-ranked sentence answers the question.

    It is the probability that the documents cover the question times the probability that this sentence is then the right
    one, each a logistic regression over the same signs.
    """
    values = signs(index, query, evidence, ranked)
    return round(_probability(COVERED, COVERED_BIAS, values) * _probability(RIGHT, RIGHT_BIAS, values), 4)


def _probability(weights: Mapping[str, float], bias: float, values: Mapping[str, float]) -> float:
    return 1 / (1 + math.exp(-bias - sum(weight * values[name] for name, weight in weights.items())))


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
