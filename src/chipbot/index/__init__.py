"""The index: passages, terms and BM25 weights as flat arrays, on disk and in search."""

from __future__ import annotations

from chipbot.index.reader import AT_START, CURRENT, EVERYTHING, Index, current, open_index
from chipbot.index.schema import DocumentRow

__all__ = ["AT_START", "CURRENT", "EVERYTHING", "DocumentRow", "Index", "current", "open_index"]
