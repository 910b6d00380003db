"""BM25 and its two parameters, which stand apart from the module that imports rank-bm25: asking does not need
that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

K1 = 0.9
"""How fast repetitions of a term stop counting."""

B = 0.4
"""How much a passage's length counts against it."""


def saturation(
    frequencies: npt.NDArray[Any], lengths: npt.NDArray[Any], average_length: float
) -> npt.NDArray[np.float64]:
    """Return BM25's term-frequency factor, as rank-bm25's Okapi has it, for frequencies in passages of these
    lengths.

    For terms that no index holds compiled weights of: what documents write in several ways counts as one
    term.
    """
    factors: npt.NDArray[np.float64] = (
        frequencies * (K1 + 1) / (frequencies + K1 * (1 - B + B * lengths / average_length))
    )
    return factors
