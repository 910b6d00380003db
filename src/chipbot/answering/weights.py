"""The numbers that turn evidence into a rank and a confidence.

Fitted by `python -m tests.quality.train DATA_DIR --write` to the answerable questions of SQuAD 2.0 dev,
XQuAD, FaQuAD and chunking_evaluation, as they are and terse, over all of a set's documents and over single
ones, against questions of Natural Questions (NQ-open) and about other documents. tests/quality/README.md has
what each group of features is worth.
"""

from __future__ import annotations

RANKING: dict[str, float] = {
    "sentence_coverage": -1.211,
    "window_coverage": 3.319,
    "passage_coverage": 0.221,
    "breadcrumb_coverage": 2.443,
    "sentence_or_heading_coverage": 4.238,
    "antecedent_coverage": 1.802,
    "antecedent_key": 0.164,
    "pairs": 1.005,
    "ordered_pairs": 1.033,
    "bm25": -5.730,
    "bm25_lead": 7.359,
    "before": 0.187,
    "after": -0.277,
    "density": 1.213,
    "key_term": -0.486,
    "key_in_passage": 0.254,
    "entities": -1.767,
    "entities_in_passage": 4.256,
    "first_term": 0.588,
    "last_term": 0.392,
    "number": 0.517,
    "amount": 0.906,
    "date": 1.025,
    "person": 0.317,
    "full_name": 0.369,
    "place": 0.545,
    "reason": 1.173,
    "definition": 0.273,
    "length": -0.067,
    "short": -1.890,
    "early": 0.438,
    "novelty": -0.016,
}
"""Feature → weight in a sentence's rank score."""


ANSWERABLE: dict[str, float] = {
    "sentence_coverage": 7.229,
    "window_coverage": 0.642,
    "passage_coverage": 1.920,
    "breadcrumb_coverage": 3.666,
    "sentence_or_heading_coverage": 1.978,
    "antecedent_coverage": 1.010,
    "antecedent_key": -0.044,
    "pairs": 0.445,
    "ordered_pairs": 1.809,
    "bm25": 3.385,
    "bm25_lead": -1.186,
    "before": 1.252,
    "after": 0.564,
    "density": -18.377,
    "key_term": -0.298,
    "key_in_passage": 0.212,
    "entities": -2.229,
    "entities_in_passage": 6.743,
    "first_term": 0.234,
    "last_term": 0.273,
    "number": 0.134,
    "amount": 0.773,
    "date": -0.072,
    "person": -0.851,
    "full_name": 0.044,
    "place": 0.120,
    "reason": 0.057,
    "definition": 0.368,
    "length": 2.879,
    "short": 0.000,
    "early": 0.656,
    "novelty": -3.739,
    "passage_mass": 3.558,
    "passage_mass_squared": -2.915,
    "sentence_coverage_squared": -2.542,
    "unknown_mass": -1.074,
    "missing_entities": -1.845,
    "size": -0.414,
    "size_times_mass": 0.000,
    "surprise": 0.030,
    "rarest": 2.048,
    "terms": 0.688,
    "bm25_margin": 1.429,
    "margin": -0.084,
    "third_margin": 0.146,
    "unsegmented": 2.900,
    "unsegmented_mass": -5.909,
}
"""Confidence feature → weight in the logarithm of the odds that the documents cover the question."""

ANSWERABLE_BIAS = -3.533


CORRECT: dict[str, float] = {
    "sentence_coverage": 1.628,
    "window_coverage": 0.654,
    "passage_coverage": -2.939,
    "breadcrumb_coverage": -0.159,
    "sentence_or_heading_coverage": 3.556,
    "antecedent_coverage": 2.196,
    "antecedent_key": -0.274,
    "pairs": 0.826,
    "ordered_pairs": -0.175,
    "bm25": -0.457,
    "bm25_lead": 4.808,
    "before": -1.162,
    "after": -0.666,
    "density": 1.797,
    "key_term": 0.101,
    "key_in_passage": 0.127,
    "entities": -2.914,
    "entities_in_passage": 2.737,
    "first_term": 0.206,
    "last_term": 0.194,
    "number": 0.015,
    "amount": 0.572,
    "date": 0.590,
    "person": -0.143,
    "full_name": 0.371,
    "place": 0.094,
    "reason": 1.287,
    "definition": -0.185,
    "length": -1.559,
    "short": 0.000,
    "early": -0.368,
    "novelty": 1.374,
    "passage_mass": -0.606,
    "passage_mass_squared": -0.359,
    "sentence_coverage_squared": -2.096,
    "unknown_mass": -0.281,
    "missing_entities": -1.508,
    "size": -0.084,
    "size_times_mass": 0.126,
    "surprise": -0.007,
    "rarest": 1.125,
    "terms": 0.794,
    "bm25_margin": -0.626,
    "margin": 0.222,
    "third_margin": 0.105,
    "unsegmented": -0.593,
    "unsegmented_mass": 0.410,
}
"""Confidence feature → weight in the logarithm of the odds that the best sentence answers a question that is covered."""

CORRECT_BIAS = -7.829

CORRECT_SHARE = 0.5
"""How much the odds of being right count beside those of being covered: a member minds an answer to a
question that the documents don't cover more than one that is a sentence off.
"""

CALIBRATION_OFFSET, CALIBRATION_SCALE, CALIBRATION_CEILING = -1.225, 0.773, 0.885
"""What turns the two logarithms of odds into a probability, fitted on the same questions; nothing is surer
than the ceiling.
"""
