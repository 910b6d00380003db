"""The index on disk: one directory a build, a pointer that is replaced in one step, checksums, memory-mapped
reading.
"""

from __future__ import annotations

from chipbot.errors import StoredIndexError
from chipbot.index.store.layout import FORMAT, POINTER
from chipbot.index.store.reading import AT_START, EVERYTHING, current, open_index
from chipbot.index.store.writing import Writing

__all__ = [
    "AT_START",
    "EVERYTHING",
    "FORMAT",
    "POINTER",
    "StoredIndexError",
    "Writing",
    "current",
    "open_index",
]
