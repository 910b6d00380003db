"""The numbers that turn evidence into a rank and a confidence."""

from __future__ import annotations

RANK: dict[str, float] = {
    "sentence_coverage": 3.0,
    "window_coverage": 1.5,
    "passage_coverage": 2.0,
    "context_coverage": 0.3,
    "reach_coverage": 1.5,
    "pairs": 0.5,
    "ordered_pairs": 0.5,
    "bm25": 4.0,
    "bm25_lead": 2.0,
    "expected": 0.6,
    "person": 0.3,
    "unexpected": -0.3,
    "length": 0.0,
    "short": -1.0,
    "early": 0.1,
    "novelty": 0.1,
}
"""Feature → weight in a sentence's rank score."""
