"""Examples → weights: listwise and sparse logistic regression over standardized features, with L-BFGS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Linear(NamedTuple):
    """A linear function of raw features."""

    weights: Floats
    bias: float

    def __call__(self, features: Floats) -> Floats:
        return features @ self.weights + self.bias


def listwise(
    features: Floats,
    starts: npt.NDArray[np.int64],
    right: Bools,
    importance: Floats,
    l2: float,
    signs: Sequence[int] = (),
) -> Floats:
    """Return the weights under which, of each list of rows, the right ones together are likeliest to come
    first.

    `starts` says where each list begins; each has a right row. The loss is the negative logarithm of the
    softmax share of the right rows (Cao et al., 2007, "Learning to rank: from pairwise approach to listwise
    approach", with k = 1), times each list's `importance`, plus l2/2 times the squared length of the
    standardized weights. `signs` says for each feature, if given, that its weight is at least (1) or at most (-1)
    zero, or free (0).
    """
    mean, scale = _standard(features)
    x = (features - mean) / scale
    owner = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(x))))

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = x @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        every, good = np.add.reduceat(odds, starts), np.add.reduceat(np.where(right, odds, 0.0), starts)
        good = np.maximum(good, np.finfo(float).tiny)
        slope = importance[owner] * (odds / every[owner] - np.where(right, odds, 0.0) / good[owner])
        value = float(importance @ (np.log(every) - np.log(good)) + l2 / 2 * weights @ weights)
        return value, x.T @ slope + l2 * weights

    signs = signs or [0] * x.shape[1]
    bounds = [(0 if sign > 0 else None, 0 if sign < 0 else None) for sign in signs]
    return _minimum(loss, np.zeros(x.shape[1]), bounds) / scale


def logistic(
    features: Floats, outcome: Bools, importance: Floats, l1: float, signs: Sequence[int] = ()
) -> Linear:
    """Return the logarithm of the odds of `outcome` as a linear function of few of the features.

    The loss is that of logistic regression (Cox, 1958), weighed by `importance`, plus the lengths of the standardized
    weights, summed, times `l1` and the sum of all importance (Tibshirani, 1996, "Regression shrinkage and selection via the
    lasso"): of features that say nearly the same, one remains. `signs` is as for `listwise`.
    """
    mean, scale = _standard(features)
    x = (features - mean) / scale
    x = np.column_stack([x, -x, np.ones(len(x))])  # a weight is the difference of two that are not below zero
    penalty = np.append(np.full(x.shape[1] - 1, l1 * importance.sum()), 0.0)

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = x @ weights
        signed = np.where(outcome, scores, -scores)
        slope = importance * (1 / (1 + np.exp(-scores)) - outcome)
        return float(importance @ np.logaddexp(0, -signed) + penalty @ weights), x.T @ slope + penalty

    signs = signs or [0] * features.shape[1]
    bounds = [(0, 0 if sign < 0 else None) for sign in signs]
    bounds += [(0, 0 if sign > 0 else None) for sign in signs]
    found = _minimum(loss, np.zeros(x.shape[1]), [*bounds, (None, None)])
    weights = (found[: len(mean)] - found[len(mean) : -1]) / scale
    return Linear(weights, float(found[-1] - weights @ mean))


def calibration(log_odds: Floats, outcome: Bools, importance: Floats) -> tuple[float, float, float]:
    """Return offset a, scale b and ceiling c of c / (1 + exp(-a - b·x)), the likeliest probability of
    `outcome`.
    """

    def loss(found: Floats) -> float:
        a, b, c = found
        p = np.clip(c / (1 + np.exp(-a - b * log_odds)), 1e-9, 1 - 1e-9)
        return float(-importance @ np.where(outcome, np.log(p), np.log(1 - p)))

    a, b, c = minimize(loss, (0.0, 1.0, 0.9), method="L-BFGS-B", bounds=((-9, 9), (0.05, 5), (0.5, 0.999))).x
    return float(a), float(b), float(c)


def _standard(features: Floats) -> tuple[Floats, Floats]:
    scale = features.std(axis=0)
    return features.mean(axis=0), np.where(scale > 0, scale, 1.0)


def _minimum(
    loss: Callable[[Floats], tuple[float, Floats]],
    start: Floats,
    bounds: Sequence[tuple[float | None, float | None]],
) -> Floats:
    """Minimise a loss with its slope, each parameter within its bounds."""
    found: Floats = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}
    ).x
    return found
