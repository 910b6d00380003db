"""Statistics over questions, each written for weighted questions, so that the bootstrap is the same code on
other counts.

A statistic takes `counts`, shape (samples, questions): how often each question stands in each sample; and
returns one value a sample, NaN where it is not defined. The plain value is the statistic of a single sample
that holds every question once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chipbot.arrays import Floats

Statistic = Callable[[Floats], Floats]

RESAMPLES = 1_000
"""How many samples a confidence interval is made of."""
_SEED = 20_240_229  # any number: the same questions give the same intervals
_CHUNK = 2_000_000  # counts held in memory at a time
_TINY = 1e-9  # below what one question can change


class Figure(NamedTuple):
    """A statistic with its 95 % confidence interval; None where it is not defined."""

    value: float | None
    """Its value over the questions as they are."""
    low: float | None
    """The 2.5th percentile of its values over resampled questions."""
    high: float | None
    """The 97.5th percentile."""


def mean(values: npt.ArrayLike, among: npt.ArrayLike) -> Statistic:
    """Return the mean of `values` over the questions in `among`: a share, where the values are 0 and 1."""
    members = np.asarray(among, float)
    parts = np.stack([np.asarray(values, float) * members, members], axis=1)
    return lambda counts: _divide(*(counts @ parts).T)


def auroc(scores: npt.ArrayLike, positive: npt.ArrayLike, negative: npt.ArrayLike) -> Statistic:
    """Return the probability that a positive question scores above a negative one, ties counting half.

    The area under the ROC curve, as the Mann-Whitney statistic: J. A. Hanley and B. J. McNeil, "The meaning
    and use of the area under a receiver operating characteristic (ROC) curve", Radiology 143 (1982).
    """
    grouped = _grouped(scores, positive, negative)

    def statistic(counts: Floats) -> Floats:
        above, below = grouped(counts)
        beaten = np.cumsum(below, axis=1) - below / 2
        return _divide((above * beaten).sum(axis=1), above.sum(axis=1) * below.sum(axis=1))

    return statistic


def share_at(
    scores: npt.ArrayLike, positive: npt.ArrayLike, negative: npt.ArrayLike, passed: float
) -> Statistic:
    """Return the share of positives at or above the lowest threshold that lets at most `passed` of the
    negatives through.

    The true positive rate at a fixed false positive rate: T. Fawcett, "An introduction to ROC analysis",
    Pattern Recognition Letters 27 (2006).
    """
    grouped = _grouped(scores, positive, negative)

    def statistic(counts: Floats) -> Floats:
        above, below = grouped(counts)
        first = _lowest(below, passed)[:, None]
        reached = np.append(_from_here_up(above), np.zeros((len(counts), 1)), axis=1)
        value = _divide(np.take_along_axis(reached, first, axis=1)[:, 0], above.sum(axis=1))
        return np.where(below.sum(axis=1) > 0, value, np.nan)

    return statistic


def threshold_at(scores: npt.ArrayLike, negative: npt.ArrayLike, passed: float) -> float | None:
    """Return the lowest of the `scores` that at most `passed` of the negatives reach; None where there is
    none.

    It is the threshold of `share_at`: what scores at least as much is let through.
    """
    values, members = np.asarray(scores, float), np.asarray(negative, bool)
    if not members.any():
        return None
    distinct = np.unique(values)
    below = _grouped(values, ~members, members)(np.ones((1, len(values))))[1]
    first = int(_lowest(below, passed)[0])
    return float(distinct[first]) if first < len(distinct) else None


def calibration_error(confidence: npt.ArrayLike, right: npt.ArrayLike, bins: int = 10) -> Statistic:
    """Return the expected calibration error: the mean distance of confidence from the share that is right, by
    bin.

    Equal-width bins, the last one closed, weighted by their questions: M. P. Naeini, G. F. Cooper and M.
    Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.
    """
    claimed = np.asarray(confidence, float)
    distance = claimed - np.asarray(right, float)
    parts = np.zeros((len(claimed), bins))
    parts[np.arange(len(claimed)), bins_of(claimed, bins)] = distance
    return lambda counts: _divide(np.abs(counts @ parts).sum(axis=1), counts.sum(axis=1))


def bins_of(confidence: npt.ArrayLike, bins: int = 10) -> npt.NDArray[np.int64]:
    """Return which of the equal-width bins each confidence from 0 to 1 falls in; 1 falls in the last."""
    return np.minimum((np.asarray(confidence, float) * bins).astype(np.int64), bins - 1)


def quantile(values: npt.ArrayLike, q: float) -> Statistic:
    """Return the smallest value that at least the share `q` of the values do not exceed.

    The inverse of the empirical distribution function, definition 1 of R. J. Hyndman and Y. Fan, "Sample
    quantiles in statistical packages", The American Statistician 50 (1996).
    """
    array = np.asarray(values, float)
    order = np.argsort(array, kind="stable")

    def statistic(counts: Floats) -> Floats:
        reached = np.cumsum(counts[:, order], axis=1)
        total = reached[:, -1:]
        quantiles: Floats = array[order][np.argmax(reached >= q * total - _TINY, axis=1)]
        return np.where(total[:, 0] > 0, quantiles, np.nan)

    return statistic


def bootstrap(
    statistics: Mapping[str, Statistic], questions: int, resamples: int = RESAMPLES
) -> dict[str, Floats]:
    """Return, for each statistic, its plain value followed by its values over `resamples` samples of the
    questions.

    The samples are as large as the original and drawn from it with replacement: B. Efron and R. J.
    Tibshirani, An Introduction to the Bootstrap (1993), chapter 6.
    """
    values = {name: [statistic(np.ones((1, questions)))] for name, statistic in statistics.items()}
    random = np.random.default_rng(_SEED)
    chunk = max(1, _CHUNK // questions)
    for done in range(0, resamples, chunk):
        rows = min(chunk, resamples - done)
        drawn = random.integers(0, questions, (rows, questions)) + np.arange(rows)[:, None] * questions
        counts = np.bincount(drawn.ravel(), minlength=rows * questions).reshape(rows, questions).astype(float)
        for name, statistic in statistics.items():
            values[name].append(statistic(counts))
    return {name: np.concatenate(parts) for name, parts in values.items()}


def figure(values: Floats) -> Figure:
    """Return a plain value followed by bootstrapped ones as a figure with its percentile interval (chapter 13
    there).
    """
    resampled = values[1:][~np.isnan(values[1:])]
    if np.isnan(values[0]) or not len(resampled):
        return Figure(None, None, None)
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Figure(float(values[0]), float(low), float(high))


def _grouped(scores: npt.ArrayLike, *masks: npt.ArrayLike) -> Callable[[Floats], list[Floats]]:
    """Return what counts the questions of each mask by distinct score, ascending: shape (samples, distinct
    scores).
    """
    _, group = np.unique(np.asarray(scores, float), return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    members = [np.asarray(mask, float)[order] for mask in masks]
    return lambda counts: [np.add.reduceat(counts[:, order] * member, starts, axis=1) for member in members]


def _from_here_up(counts: Floats) -> Floats:
    return np.cumsum(counts[:, ::-1], axis=1)[:, ::-1]


def _lowest(negatives: Floats, passed: float) -> npt.NDArray[np.int64]:
    """Return the first column from which on at most `passed` of the row is left; the number of columns where
    none is.
    """
    total = negatives.sum(axis=1, keepdims=True)
    few = _from_here_up(negatives) <= passed * total + _TINY
    allowed = np.append(few, np.ones((len(negatives), 1), bool), axis=1)
    first: npt.NDArray[np.int64] = np.argmax(allowed, axis=1)
    return first


def _divide(numerator: Floats, denominator: Floats) -> Floats:
    """Divide, giving NaN where there is nothing to divide by."""
    quotient: Floats = np.divide(
        numerator, denominator, out=np.full(len(numerator), np.nan), where=denominator > 0
    )
    return quotient
