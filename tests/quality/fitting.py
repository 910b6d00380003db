"""Examples → weights: a listwise regression over standardized features, with L-BFGS, and boosted trees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from chipbot.answering.trees import Trees

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


TREES = 200
DEPTH = 3
RATE = 0.1  # of learning
FEWEST = 40  # examples in a leaf
L2 = 5.0  # the penalty of leaves
_DIGITS = 6
NOTHING_ABOVE = 1e9
"""The threshold of nodes where a tree has ended."""


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


def boosted(names: Sequence[str], features: Floats, outcome: Bools, importance: Floats) -> Trees:
    """Return the logarithm of the odds of `outcome` as the sum of trees (Ke et al., 2017, "LightGBM: a highly efficient
    gradient boosting decision tree").
    """
    parameters = {
        "objective": "binary",
        "max_depth": DEPTH,
        "num_leaves": 2**DEPTH,
        "learning_rate": RATE,
        "min_data_in_leaf": FEWEST,
        "lambda_l2": L2,
        "deterministic": True,
        "num_threads": 1,
        "seed": 1,
        "verbose": -1,
    }
    data = lightgbm.Dataset(features, outcome.astype(int), weight=importance)
    fitted = lightgbm.train(parameters, data, TREES).dump_model()["tree_info"]
    nodes = [_complete(tree["tree_structure"], DEPTH) for tree in fitted]
    return Trees(
        tuple(names),
        np.array([[feature for feature, _ in inner] for inner, _ in nodes], np.int64),
        np.array([[threshold for _, threshold in inner] for inner, _ in nodes]),
        np.array([leaves for _, leaves in nodes]),
    )


def _complete(tree: dict[str, Any], depth: int) -> tuple[list[tuple[int, float]], list[float]]:
    """Return the nodes of a tree level by level, each with its feature and threshold, and the leaves; where it ends
    early, all goes to first children.
    """
    level, inner = [tree], []
    for _ in range(depth):
        inner += [
            (int(node.get("split_feature", 0)), _rounded(node.get("threshold", NOTHING_ABOVE)))
            for node in level
        ]
        level = [
            child for node in level for child in (node.get("left_child", node), node.get("right_child", node))
        ]
    return inner, [_rounded(node["leaf_value"]) for node in level]


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


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
