"""The numbers that turn features into a rank and a confidence: one set for words alone, one with meaning beside them.

They are in weights.json, where `python -m tests.quality.train DATA_DIR --write` puts them; tests/quality/README.md says
what they were fitted to, and what each group of features is worth.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chipbot.answering.trees import Trees

FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """One fitted set."""

    ranking: dict[str, float]
    """Feature → weight in a sentence's rank score; 0 where it is missing."""
    confidence: Trees
    """Confidence features → the logarithm of the odds that the best sentence is an answer."""


def _read(fitted: dict[str, Any]) -> Weights:
    trees = fitted["confidence"]
    return Weights(
        ranking=fitted["ranking"],
        confidence=Trees(
            tuple(trees["names"]),
            np.array(trees["features"], np.int64),
            np.array(trees["thresholds"], np.float64),
            np.array(trees["leaves"], np.float64),
        ),
    )


_FITTED = json.loads(FILE.read_text(encoding="utf-8"))

WORDS = _read(_FITTED["WORDS"])
"""Without an encoder, or where it does not know the language."""
MEANING = _read(_FITTED["MEANING"])
"""With an encoder."""
