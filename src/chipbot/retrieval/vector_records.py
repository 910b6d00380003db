"""Vectors as they are kept: eight bits a number, each beside the digest of what it was made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

Vectors = npt.NDArray[np.float32]
Digests = npt.NDArray[np.bytes_]
"""Digests of sentences, 16 bytes each; shape (N,)."""
Records = npt.NDArray[np.void]

_DIGEST = "S16"
_LEVELS = 127
_TOLERANCE = 1e-3  # by which the length of a vector may differ from 1


def digests_of(texts: Sequence[str]) -> Digests:
    """Return the digests that the vectors of texts are kept by."""
    # Written as they are, a lone surrogate included.
    return np.frombuffer(
        b"".join(xxhash.xxh3_128_digest(text.encode("utf-8", "surrogatepass")) for text in texts), _DIGEST
    )


def quantize(vectors: Vectors) -> tuple[npt.NDArray[np.int8], Vectors]:
    """Return vectors of length 1 in eight bits a number, and what to multiply each with to get its length back.

    Shapes (N, D) → (N, D), (N,). Each vector's largest number becomes ±127.
    """
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    codes = np.rint(vectors / np.maximum(largest, np.finfo(np.float32).tiny) * _LEVELS).astype(np.int8)
    lengths = np.linalg.norm(codes.astype(np.float32), axis=1)
    return codes, 1 / np.maximum(lengths, 1)


def record_type(size: int) -> np.dtype[Any]:
    """Return the type of a record with a vector of so many numbers."""
    return np.dtype([("digest", _DIGEST), ("scale", "<f4"), ("codes", "i1", (size,))])


class Snapshot(NamedTuple):
    """The vectors that the file held at one time."""

    records: Records
    digests: Digests
    """Those of the records, ascending and each once."""
    rows: npt.NDArray[np.int64]
    """Which record each is of."""
    stamp: tuple[int, int]
    """The file's number and size."""

    def find(self, digests: Digests) -> npt.NDArray[np.int64]:
        """Return which records have these digests; −1: none."""
        if not len(self.digests):
            return np.full(len(digests), -1)
        places = np.searchsorted(self.digests, digests).clip(max=len(self.digests) - 1)
        return np.where(self.digests[places] == digests, self.rows[places], -1)

    @property
    def size(self) -> int:
        """How many numbers a vector has; 0 where there is none."""
        return int(self.records.dtype["codes"].shape[0]) if len(self.records) else 0

    def vectors(self, digests: Digests) -> Vectors:
        """Return the vectors of digests, each of length 1; shape (N, D). A row of NaN: there is none."""
        rows = self.find(digests)
        found = rows >= 0
        vectors = np.full((len(digests), self.records.dtype["codes"].shape[0]), np.nan, np.float32)
        records = self.records[rows[found]]
        with np.errstate(over="ignore", invalid="ignore"):  # bytes on a disk can be anything
            some = records["codes"] * records["scale"][:, None]
            whole = np.abs(np.einsum("nd,nd->n", some, some) - 1) < _TOLERANCE
        some[~whole] = np.nan
        vectors[found] = some
        return vectors
