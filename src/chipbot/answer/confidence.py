"""How likely the first highlighted sentence is to answer the question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from chipbot.answer.evidence import FEATURES, Evidence
from chipbot.answer.question import Query

if TYPE_CHECKING:
    from chipbot.answer import Ranked

_COLUMN = {name: i for i, name in enumerate(FEATURES)}


def assess(query: Query, evidence: Evidence, ranked: Sequence[Ranked]) -> float:
    """Return the estimated probability, 0 to 1, that the best-ranked sentence answers the question."""
    values = signs(query, evidence, ranked)
    z = 8 * values["passage_mass"] + 2 * values["sentence_mass"] - 6.5
    return round(1 / (1 + math.exp(-z)), 4)


def signs(query: Query, evidence: Evidence, ranked: Sequence[Ranked]) -> dict[str, float]:
    """Return what the confidence is made of, by name."""
    best = ranked[0]
    row = evidence.features[best.row]
    weights = np.array([term.weight for term in query.terms])
    share = weights / weights.sum()
    candidate = int(evidence.candidate[best.row])
    unknown = np.array([term.number < 0 for term in query.terms])
    names = np.array([term.name for term in query.terms])
    held = evidence.passage_has[candidate]
    return {
        "passage_mass": float(held @ share),
        "sentence_mass": float(row[_COLUMN["sentence_coverage"]]),
        "unknown_mass": float(unknown @ share),
        "missing_names": float((names & ~held) @ share),
        "lead": best.score - ranked[1].score if len(ranked) > 1 else 0.0,
        "terms": math.log(len(query.terms)),
        **{name: float(row[i]) for name, i in _COLUMN.items()},
    }
