"""The numbers that turn evidence into a rank and a confidence.

Fitted by `python -m tests.quality.train DATA_DIR --write` to the answerable questions of SQuAD 2.0 dev, XQuAD, FaQuAD and
chunking_evaluation, as they are and terse, over all of a set's documents and over single ones, against questions of Natural
Questions (NQ-open) and about other documents. tests/quality/README.md has what each group of features is worth.
"""

from __future__ import annotations

RANK: dict[str, float] = {
    "sentence_coverage": -0.711,
    "window_coverage": 3.409,
    "passage_coverage": -0.223,
    "context_coverage": 2.284,
    "reach_coverage": 4.240,
    "chain_coverage": 1.808,
    "key_chain": 0.155,
    "pairs": 1.074,
    "ordered_pairs": 1.143,
    "bm25": -5.109,
    "bm25_lead": 7.368,
    "before": 0.125,
    "after": -0.349,
    "density": -0.815,
    "key_term": -0.462,
    "key_reach": 0.277,
    "names": -1.838,
    "names_reach": 4.291,
    "first_term": 0.604,
    "last_term": 0.411,
    "number": 0.520,
    "amount": 0.928,
    "date": 1.027,
    "person": 0.314,
    "full_name": 0.368,
    "place": 0.550,
    "reason": 1.196,
    "definition": 0.269,
    "length": -0.107,
    "short": -1.967,
    "early": 0.444,
    "novelty": -0.031,
}
"""Feature → weight in a sentence's rank score."""


COVERED: dict[str, float] = {
    "sentence_coverage": 0.769,
    "window_coverage": 0.764,
    "passage_coverage": 1.846,
    "context_coverage": 3.772,
    "reach_coverage": 1.015,
    "chain_coverage": 0.439,
    "key_chain": 0.125,
    "pairs": 0.545,
    "ordered_pairs": 2.073,
    "bm25": 4.463,
    "bm25_lead": 3.191,
    "before": 1.034,
    "after": 0.177,
    "density": 5.585,
    "key_term": -0.512,
    "key_reach": 0.479,
    "names": -2.062,
    "names_reach": 6.797,
    "first_term": 0.207,
    "last_term": 0.182,
    "number": 0.093,
    "amount": 0.876,
    "date": -0.032,
    "person": -0.884,
    "full_name": 0.081,
    "place": 0.127,
    "reason": 0.109,
    "definition": 0.066,
    "length": 3.464,
    "short": 0.000,
    "early": 0.590,
    "novelty": -3.649,
    "passage_mass": 3.642,
    "passage_mass_squared": -3.045,
    "sentence_coverage_squared": -2.135,
    "unknown_mass": -0.176,
    "missing_names": -2.167,
    "size": -0.520,
    "size_times_mass": 0.106,
    "surprise": -0.001,
    "rarest": 3.616,
    "terms": 1.064,
}
"""Sign → weight in the logarithm of the odds that the documents cover the question."""

COVERED_BIAS = -10.902


RIGHT: dict[str, float] = {
    "sentence_coverage": 2.010,
    "window_coverage": 1.742,
    "passage_coverage": -3.140,
    "context_coverage": -0.821,
    "reach_coverage": 4.033,
    "chain_coverage": 2.733,
    "key_chain": -0.293,
    "pairs": 0.983,
    "ordered_pairs": -0.056,
    "bm25": -0.427,
    "bm25_lead": 8.173,
    "before": -1.351,
    "after": -0.930,
    "density": 0.571,
    "key_term": 0.041,
    "key_reach": 0.366,
    "names": -3.064,
    "names_reach": 2.966,
    "first_term": 0.256,
    "last_term": 0.217,
    "number": 0.078,
    "amount": 0.706,
    "date": 0.748,
    "person": -0.117,
    "full_name": 0.437,
    "place": 0.109,
    "reason": 1.239,
    "definition": -0.028,
    "length": -1.844,
    "short": 0.000,
    "early": -0.368,
    "novelty": 1.402,
    "passage_mass": 0.056,
    "passage_mass_squared": -0.743,
    "sentence_coverage_squared": -2.378,
    "unknown_mass": -0.389,
    "missing_names": -1.476,
    "size": -0.186,
    "size_times_mass": 0.105,
    "surprise": 0.000,
    "rarest": 3.177,
    "terms": 0.841,
}
"""Sign → weight in the logarithm of the odds that the best sentence answers a question that is covered."""

RIGHT_BIAS = -11.686

RIGHT_SHARE = 0.5
"""How much the odds of being right count beside those of being covered: a member minds an answer to a question that the
documents don't cover more than one that is a sentence off."""

CALIBRATION_OFFSET, CALIBRATION_SCALE, CALIBRATION_CEILING = -1.102, 0.808, 0.867
"""What turns the two logarithms of odds into a probability, fitted on the same questions; nothing is surer than the ceiling."""
