"""The numbers that turn evidence into a rank and a confidence.

Fitted by `python -m tests.quality.train DATA_DIR --write` to the answerable questions of SQuAD 2.0 dev, XQuAD, FaQuAD and
chunking_evaluation, as they are and terse, over all of a set's documents and over single ones, against questions of Natural
Questions (NQ-open) and about other documents. tests/quality/README.md has what each group of features is worth.
"""

from __future__ import annotations

RANK: dict[str, float] = {
    "sentence_coverage": -0.709,
    "window_coverage": 3.372,
    "passage_coverage": -0.159,
    "context_coverage": 2.363,
    "reach_coverage": 4.205,
    "chain_coverage": 1.816,
    "key_chain": 0.152,
    "pairs": 1.077,
    "ordered_pairs": 1.133,
    "bm25": -5.129,
    "bm25_lead": 7.320,
    "before": 0.126,
    "after": -0.341,
    "density": -0.719,
    "key_term": -0.463,
    "key_reach": 0.308,
    "names": -1.816,
    "names_reach": 4.245,
    "first_term": 0.589,
    "last_term": 0.400,
    "number": 0.525,
    "amount": 0.904,
    "date": 1.022,
    "person": 0.314,
    "full_name": 0.371,
    "place": 0.551,
    "reason": 1.181,
    "definition": 0.270,
    "length": -0.115,
    "short": -1.964,
    "early": 0.439,
    "novelty": -0.023,
}
"""Feature → weight in a sentence's rank score."""


COVERED: dict[str, float] = {
    "sentence_coverage": 4.783,
    "window_coverage": 0.643,
    "passage_coverage": 2.084,
    "context_coverage": 3.878,
    "reach_coverage": 1.706,
    "chain_coverage": 0.861,
    "key_chain": 0.006,
    "pairs": 0.538,
    "ordered_pairs": 2.045,
    "bm25": 3.575,
    "bm25_lead": -0.936,
    "before": 1.217,
    "after": 0.504,
    "density": -11.489,
    "key_term": -0.301,
    "key_reach": 0.289,
    "names": -2.299,
    "names_reach": 6.677,
    "first_term": 0.201,
    "last_term": 0.207,
    "number": 0.054,
    "amount": 0.811,
    "date": -0.053,
    "person": -0.853,
    "full_name": 0.050,
    "place": 0.149,
    "reason": 0.145,
    "definition": 0.300,
    "length": 3.731,
    "short": 0.000,
    "early": 0.710,
    "novelty": -4.207,
    "passage_mass": 3.535,
    "passage_mass_squared": -3.121,
    "sentence_coverage_squared": -2.227,
    "unknown_mass": -0.990,
    "missing_names": -1.716,
    "size": -0.426,
    "size_times_mass": -0.021,
    "surprise": 0.038,
    "rarest": 2.237,
    "terms": 0.474,
    "bm25_margin": 1.241,
    "margin": -0.065,
    "third_margin": 0.137,
    "unspaced": 4.503,
    "unspaced_mass": -9.706,
}
"""Sign → weight in the logarithm of the odds that the documents cover the question."""

COVERED_BIAS = -4.525


RIGHT: dict[str, float] = {
    "sentence_coverage": 1.475,
    "window_coverage": 0.664,
    "passage_coverage": -2.974,
    "context_coverage": -0.256,
    "reach_coverage": 3.620,
    "chain_coverage": 2.228,
    "key_chain": -0.279,
    "pairs": 0.777,
    "ordered_pairs": -0.151,
    "bm25": -0.359,
    "bm25_lead": 4.878,
    "before": -1.169,
    "after": -0.676,
    "density": 2.014,
    "key_term": 0.104,
    "key_reach": 0.124,
    "names": -2.892,
    "names_reach": 2.743,
    "first_term": 0.178,
    "last_term": 0.162,
    "number": 0.012,
    "amount": 0.567,
    "date": 0.621,
    "person": -0.152,
    "full_name": 0.374,
    "place": 0.084,
    "reason": 1.202,
    "definition": -0.193,
    "length": -1.616,
    "short": 0.000,
    "early": -0.362,
    "novelty": 1.410,
    "passage_mass": -0.667,
    "passage_mass_squared": -0.304,
    "sentence_coverage_squared": -2.082,
    "unknown_mass": -0.290,
    "missing_names": -1.399,
    "size": -0.079,
    "size_times_mass": 0.114,
    "surprise": -0.004,
    "rarest": 1.100,
    "terms": 0.774,
    "bm25_margin": -0.717,
    "margin": 0.218,
    "third_margin": 0.114,
    "unspaced": -0.459,
    "unspaced_mass": 0.255,
}
"""Sign → weight in the logarithm of the odds that the best sentence answers a question that is covered."""

RIGHT_BIAS = -7.746

RIGHT_SHARE = 0.5
"""How much the odds of being right count beside those of being covered: a member minds an answer to a question that the
documents don't cover more than one that is a sentence off."""

CALIBRATION_OFFSET, CALIBRATION_SCALE, CALIBRATION_CEILING = -1.204, 0.789, 0.880
"""What turns the two logarithms of odds into a probability, fitted on the same questions; nothing is surer than the ceiling."""
