"""The numbers that turn evidence into a rank and a confidence, with where they come from."""

from __future__ import annotations

RANK: dict[str, float] = {
    "sentence_coverage": -0.519,
    "window_coverage": 2.736,
    "passage_coverage": 0.212,
    "context_coverage": 2.589,
    "reach_coverage": 4.875,
    "chain_coverage": 1.500,
    "key_chain": 0.349,
    "pairs": 0.391,
    "ordered_pairs": 1.310,
    "bm25": -2.888,
    "bm25_lead": 6.902,
    "before": 0.060,
    "after": -0.319,
    "density": -0.799,
    "key_term": -0.682,
    "key_reach": 0.342,
    "number": 0.712,
    "date": 0.623,
    "person": 0.459,
    "full_name": 0.242,
    "place": 0.397,
    "reason": 0.787,
    "definition": 0.064,
    "length": 0.580,
    "short": -2.314,
    "early": 0.327,
    "novelty": -0.683,
}
"""Feature → weight in a sentence's rank score."""


CONFIDENCE: dict[str, float] = {
    "sentence_coverage": 1.763,
    "window_coverage": 1.825,
    "passage_coverage": -0.191,
    "context_coverage": 0.159,
    "reach_coverage": 5.249,
    "chain_coverage": 1.833,
    "key_chain": -0.256,
    "pairs": 0.917,
    "ordered_pairs": -0.001,
    "bm25": -0.039,
    "bm25_lead": 6.998,
    "before": -0.203,
    "after": -0.419,
    "density": -1.125,
    "key_term": -0.064,
    "key_reach": 0.036,
    "number": 0.107,
    "date": 0.282,
    "person": -0.292,
    "full_name": 0.014,
    "place": 0.158,
    "reason": 0.708,
    "definition": -0.547,
    "length": -0.915,
    "short": -4.369,
    "early": 0.110,
    "novelty": 0.421,
    "passage_mass": 5.855,
    "unknown_mass": -0.687,
    "missing_names": -1.294,
    "size": -0.511,
    "size_times_mass": 0.311,
    "surprise": 0.030,
    "rarest": 2.507,
    "terms": 0.872,
    "passage_mass_squared": -6.799,
    "sentence_coverage_squared": -2.336,
}
"""Sign → weight in the logarithm of the odds that the best sentence answers."""

CONFIDENCE_BIAS = -12.826
"""The logarithm of those odds where every sign is 0."""
