"""BM25 and its two parameters, which stand apart from the module that imports rank-bm25: asking does not need that."""

from __future__ import annotations

K1 = 0.9
"""How fast repetitions of a term stop counting."""

B = 0.4
"""How much a passage's length counts against it."""
