"""The numbers that turn evidence into a rank and a confidence, with where they come from."""

from __future__ import annotations

RANK: dict[str, float] = {
    "sentence_coverage": -0.555,
    "window_coverage": 2.803,
    "passage_coverage": 0.242,
    "context_coverage": 2.672,
    "reach_coverage": 4.900,
    "chain_coverage": 1.410,
    "key_chain": 0.409,
    "pairs": 0.395,
    "ordered_pairs": 1.300,
    "bm25": -3.008,
    "bm25_lead": 6.903,
    "before": 0.067,
    "after": -0.327,
    "density": -0.536,
    "key_term": -0.711,
    "key_reach": 0.313,
    "number": 0.482,
    "amount": 0.923,
    "date": 1.030,
    "person": 0.458,
    "full_name": 0.242,
    "place": 0.397,
    "reason": 0.786,
    "definition": 0.044,
    "length": 0.597,
    "short": -2.311,
    "early": 0.351,
    "novelty": -0.699,
}
"""Feature → weight in a sentence's rank score."""


COVERED: dict[str, float] = {
    "sentence_coverage": 2.465,
    "window_coverage": 1.390,
    "passage_coverage": 1.689,
    "context_coverage": 5.370,
    "reach_coverage": 3.113,
    "chain_coverage": -0.347,
    "key_chain": 0.351,
    "pairs": -0.088,
    "ordered_pairs": 1.530,
    "bm25": -0.073,
    "bm25_lead": 1.136,
    "before": 2.462,
    "after": 2.006,
    "density": -6.118,
    "key_term": -0.535,
    "key_reach": -0.046,
    "number": 0.134,
    "amount": 0.782,
    "date": -0.075,
    "person": -0.944,
    "full_name": -0.021,
    "place": 0.312,
    "reason": 0.484,
    "definition": 0.435,
    "length": 6.460,
    "short": -5.623,
    "early": 1.041,
    "novelty": -6.467,
    "passage_mass": 5.854,
    "passage_mass_squared": -1.090,
    "sentence_coverage_squared": -0.733,
    "unknown_mass": -1.601,
    "missing_names": -0.416,
    "size": -0.413,
    "size_times_mass": -0.726,
    "surprise": 0.314,
    "rarest": 0.317,
    "terms": -0.980,
}
"""Sign → weight in the logarithm of the odds that the documents cover the question."""

COVERED_BIAS = -2.316


RIGHT: dict[str, float] = {
    "sentence_coverage": -0.462,
    "window_coverage": 1.933,
    "passage_coverage": -2.500,
    "context_coverage": -0.601,
    "reach_coverage": 4.616,
    "chain_coverage": 2.554,
    "key_chain": -0.548,
    "pairs": 0.902,
    "ordered_pairs": -0.180,
    "bm25": -0.372,
    "bm25_lead": 6.411,
    "before": -0.700,
    "after": -0.589,
    "density": 1.231,
    "key_term": 0.270,
    "key_reach": 0.438,
    "number": 0.157,
    "amount": 0.537,
    "date": 0.555,
    "person": 0.032,
    "full_name": 0.106,
    "place": 0.164,
    "reason": 0.646,
    "definition": -0.713,
    "length": -0.911,
    "short": -0.189,
    "early": -0.249,
    "novelty": 0.621,
    "passage_mass": 0.324,
    "passage_mass_squared": -0.972,
    "sentence_coverage_squared": -1.466,
    "unknown_mass": 0.565,
    "missing_names": -2.299,
    "size": -0.059,
    "size_times_mass": -0.046,
    "surprise": 0.009,
    "rarest": 2.203,
    "terms": 0.719,
}
"""Sign → weight in the logarithm of the odds that the best sentence answers a question that is covered."""

RIGHT_BIAS = -10.048

RIGHT_SHARE = 0.5
"""How much the odds of being right count beside those of being covered: a member minds an answer to a question that the
documents don't cover more than one that is a sentence off."""

CALIBRATION_OFFSET, CALIBRATION_SCALE, CALIBRATION_CEILING = -1.021, 0.855, 0.828
"""What turns the two logarithms of odds into a probability, fitted on the same questions; nothing is surer than the ceiling."""
