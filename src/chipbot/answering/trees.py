"""Regression trees that are added up, as gradient boosting fits them.

J. H. Friedman, 2001, "Greedy function approximation: a gradient boosting machine", https://doi.org/10.1214/aos/1013203451.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Trees(NamedTuple):
    """T trees of one depth, of N = 2^depth - 1 nodes each and N + 1 leaves; the children of node n are 2n + 1 and 2n + 2."""

    names: tuple[str, ...]
    """The features that nodes look at."""
    features: npt.NDArray[np.int64]
    """Which of them each node looks at; shape (T, N)."""
    thresholds: npt.NDArray[np.float64]
    """What is above it goes to the second child; shape (T, N)."""
    leaves: npt.NDArray[np.float64]
    """What each leaf adds; shape (T, N + 1)."""

    def __call__(self, features: Mapping[str, float]) -> float:
        """Return what the trees say of features, by their names."""
        values = np.array([features[name] for name in self.names])
        trees, inner = np.arange(len(self.features)), self.features.shape[1]
        node = np.zeros(len(trees), np.int64)
        while node[0] < inner:
            above = values[self.features[trees, node]] > self.thresholds[trees, node]
            node = 2 * node + 1 + above
        return float(self.leaves[trees, node - inner].sum())
