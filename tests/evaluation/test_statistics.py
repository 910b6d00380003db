"""Each statistic equals its slow obvious twin."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chipbot.ops.evaluation.statistics import (
    Statistic,
    auroc,
    bootstrap,
    calibration_error,
    figure,
    mean,
    quantile,
    share_at,
    threshold_at,
)

Cases = list[tuple[float, bool, int]]
CASES: st.SearchStrategy[Cases] = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.05, 0.1, 0.3, 0.35, 0.5, 0.99, 1.0]) | st.floats(0, 1),
        st.booleans(),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=25,
)
"""Questions as (confidence, whether it counts among the good, how often it stands in the sample)."""


def once(statistic: Statistic, cases: Cases) -> float:
    """The statistic of one sample."""
    return float(statistic(np.array([[count for _, _, count in cases]], float))[0])


def written_out(cases: Cases) -> list[tuple[float, bool]]:
    """The sample with every question as often as it stands in it."""
    return [(score, good) for score, good, count in cases for _ in range(count)]


def columns(cases: Cases) -> tuple[list[float], list[bool], list[bool]]:
    return [case[0] for case in cases], [case[1] for case in cases], [not case[1] for case in cases]


def check(found: float, expected: float | None) -> None:
    if expected is None:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(expected, abs=1e-9)


@settings(deadline=None)
@given(CASES)
def test_mean_is_the_sum_over_the_members_by_their_number(cases: Cases) -> None:
    scores, good, _ = columns(cases)
    members = [score for score, is_good in written_out(cases) if is_good]
    check(once(mean(scores, good), cases), sum(members) / len(members) if members else None)


@settings(deadline=None)
@given(CASES)
def test_auroc_is_the_share_of_all_pairs_in_the_right_order(cases: Cases) -> None:
    sample = written_out(cases)
    pairs = [(a > b) + (a == b) / 2 for a, is_good in sample if is_good for b, other in sample if not other]
    check(once(auroc(*columns(cases)), cases), sum(pairs) / len(pairs) if pairs else None)


@settings(deadline=None)
@given(CASES, st.sampled_from([0.0, 0.05, 0.2, 0.5]))
def test_share_at_is_the_best_of_all_thresholds_that_let_few_enough_through(
    cases: Cases, passed: float
) -> None:
    sample = written_out(cases)
    good = [score for score, is_good in sample if is_good]
    bad = [score for score, is_good in sample if not is_good]
    best = 0.0
    for threshold in (score for score, _ in sample):
        if good and sum(score >= threshold for score in bad) <= passed * len(bad) + 1e-9:
            best = max(best, sum(score >= threshold for score in good) / len(good))
    check(once(share_at(*columns(cases), passed), cases), best if good and bad else None)


@settings(deadline=None)
@given(CASES, st.sampled_from([0.0, 0.05, 0.2, 0.5]))
def test_threshold_at_is_the_lowest_that_lets_few_enough_through(cases: Cases, passed: float) -> None:
    scores, _, bad = columns(cases)
    members = [score for score, is_bad in zip(scores, bad, strict=True) if is_bad]
    few = [t for t in scores if sum(score >= t for score in members) <= passed * len(members) + 1e-9]
    assert threshold_at(scores, bad, passed) == (min(few) if members and few else None)


@settings(deadline=None)
@given(CASES)
def test_calibration_error_is_the_weighted_distance_bin_by_bin(cases: Cases) -> None:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in written_out(cases):
        bins.setdefault(min(int(confidence * 10), 9), []).append((confidence, right))
    total = sum(map(len, bins.values()))
    error = 0.0
    for members in bins.values():
        claimed = sum(confidence for confidence, _ in members) / len(members)
        right_share = sum(right for _, right in members) / len(members)
        error += len(members) / total * abs(claimed - right_share) if total else 0
    scores, good, _ = columns(cases)
    check(once(calibration_error(scores, good), cases), error if total else None)


@settings(deadline=None)
@given(CASES, st.sampled_from([0.05, 0.5, 0.95]))
def test_a_quantile_is_the_first_value_that_enough_do_not_exceed(cases: Cases, q: float) -> None:
    values = sorted(score for score, _ in written_out(cases))
    expected = next((value for i, value in enumerate(values, 1) if i >= q * len(values) - 1e-9), None)
    check(once(quantile(columns(cases)[0], q), cases), expected)


def test_the_bootstrap_of_a_share_has_the_binomial_s_interval() -> None:
    right = [True] * 300 + [False] * 100
    found = figure(bootstrap({"right": mean(right, [True] * 400)}, 400)["right"])
    error = 1.96 * math.sqrt(0.75 * 0.25 / 400)
    assert found.value == 0.75
    assert found.low == pytest.approx(0.75 - error, abs=0.01)
    assert found.high == pytest.approx(0.75 + error, abs=0.01)


def test_the_bootstrap_is_the_same_every_time() -> None:
    statistics = {"mean": mean(range(50), [True] * 50), "median": quantile(range(50), 0.5)}
    first, again = bootstrap(statistics, 50), bootstrap(statistics, 50)
    assert all(np.array_equal(first[name], again[name]) for name in statistics)
    assert len(first["mean"]) == 1001
    assert first["mean"][0] == 24.5


def test_a_figure_without_questions_is_undefined() -> None:
    assert figure(bootstrap({"none": mean([1.0], [False])}, 1)["none"]) == (None, None, None)
