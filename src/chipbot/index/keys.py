"""Pieces of text → numbers, tens of thousands at once: keys of one size, and a hash table of them in
arrays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from chipbot.index import Array, Strings, changes, offsets_of, spread

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
"""A column of `_WORDS` numbers a piece, shape (_WORDS, N): its bytes and, in the last two, its tag."""

_WORDS = 3
_SPARE = 8 * _WORDS  # bytes after the last piece, so that as many can be read from wherever one begins
_LONGEST = _SPARE - 2  # bytes of a piece that are its key themselves; a longer piece has its digest there
_DIGEST = np.uint64(1 << 63)
_TAG = np.uint64(48)
_BREAK = 0xFF  # stands between texts: no byte of UTF-8
_EACH = np.uint64(0x0101010101010101)  # times a byte is that in each of eight bytes
_LENGTHS = np.arange(_SPARE + 1)
_BYTES = [np.clip(_LENGTHS - 8 * i, 0, 8).tolist() for i in range(_WORDS)]
_USED = np.array([[(1 << 8 * count) - 1 for count in counts] for counts in _BYTES], np.uint64)
"""For each word of a key and each length of a piece, 1 for every bit of it that the piece takes up."""
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)[:, None]
"""Odd numbers without a pattern: the highest bits of what a key is by them are as good as random (Knuth,
TAOCP 6.4).
"""
_AT_FIRST = 1 << 12  # keys that a table has room for


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of one text in UTF-8."""

    data: bytes
    """The text, and some bytes after it that no piece reaches into."""
    starts: Ints
    ends: Ints

    @classmethod
    def of(cls, strings: Strings) -> Pieces:
        """Return strings as pieces."""
        edges = offsets_of(strings.lengths)
        return cls(strings.text.tobytes() + bytes(_SPARE), edges[:-1], edges[1:])

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, chosen: npt.NDArray[np.integer | np.bool_]) -> Pieces:
        return Pieces(self.data, self.starts[chosen], self.ends[chosen])

    def strings(self) -> list[str]:
        """Return the pieces as strings."""
        data = self.data
        return [
            data[start:end].decode()
            for start, end in zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        ]

    def without(self, marks: str) -> Pieces:
        """Return the pieces without any of these ASCII characters at their beginning and their end."""
        data, starts, ends = np.frombuffer(self.data, np.uint8), self.starts.copy(), self.ends.copy()
        marked = np.zeros(256, bool)
        marked[list(marks.encode("ascii"))] = True
        while len(rest := np.flatnonzero(marked[data[starts]] & (starts < ends))):
            starts[rest] += 1
        while len(rest := np.flatnonzero(marked[data[ends - 1]] & (starts < ends))):
            ends[rest] -= 1
        return Pieces(self.data, starts, ends)

    def keys(self, tags: Ints | int = 1) -> Keys:
        """Return the key of each piece, given a tag from 1 to 32,767 for each or for all: they are alike if
        pieces and tags are.

        Of a piece of more than 22 bytes the key has a digest (BLAKE2b of 22 bytes, RFC 7693), which no two
        are found to share.
        """
        keys, tagged = self._beginnings(), np.asarray(tags, np.uint64) << _TAG
        long = np.flatnonzero(self.ends - self.starts > _LONGEST)
        for i, start, end in zip(
            long.tolist(), self.starts[long].tolist(), self.ends[long].tolist(), strict=True
        ):
            digest = hashlib.blake2b(self.data[start:end], digest_size=_LONGEST).digest() + bytes(
                _SPARE - _LONGEST
            )
            keys[:, i] = np.frombuffer(digest, "<u8")
        keys[-1, long] |= _DIGEST
        keys[-1] |= tagged
        return keys

    def order(self) -> Ints:
        """Return which piece comes first, second, … by bytes."""
        beginnings = self._beginnings().byteswap()  # the first byte counts most
        order = np.lexsort(beginnings[::-1])
        differs = np.any([changes(row) for row in beginnings[:, order]], axis=0)
        for first, last in pairwise([*np.flatnonzero(differs).tolist(), len(order)]):
            if last - first > 1:
                order[first:last] = sorted(order[first:last].tolist(), key=self._piece)
        return order

    def joined(self) -> Array:
        """Return the pieces one after the other; uint8."""
        return np.frombuffer(self.data, np.uint8)[spread(self.starts, self.ends - self.starts)]

    def _beginnings(self) -> Keys:
        """Return the first 24 bytes of each piece, and zeros after the end of a shorter one."""
        everywhere = np.ndarray(len(self.data) - 7, "<u8", self.data, strides=(1,))
        lengths = np.minimum(self.ends - self.starts, _SPARE)
        read = np.empty((_WORDS, len(self)), np.uint64)
        for i, used in enumerate(_USED):
            np.bitwise_and(everywhere[self.starts + 8 * i], used[lengths], out=read[i])
        return read

    def _piece(self, number: int) -> bytes:
        return self.data[self.starts[number] : self.ends[number]]


def chunks_of(texts: Sequence[str]) -> tuple[Pieces, Ints]:
    """Return the chunks of texts as `str.split` finds them, one text after the other, and how many each text
    has.
    """
    plain = [text if text.isascii() else " ".join(text.split()) for text in texts]
    data = bytes([_BREAK]).join([*map(str.encode, plain), bytes(_SPARE)]) if plain else bytes(_SPARE)
    read = np.frombuffer(data, np.uint8)[: len(data) - _SPARE]
    breaks = read == _BREAK
    white = np.ones(len(read) + 2, bool)  # one more at either end
    white[1:-1] = (
        (read - 9 < 5) | (read - 28 < 5) | breaks
    )  # ASCII's white space; what is smaller wraps around
    edges = np.flatnonzero(white[1:] != white[:-1])
    starts, ends = edges[::2], edges[1::2]
    return Pieces(data, starts, ends), np.diff(np.searchsorted(starts, np.flatnonzero(breaks)), prepend=0)


def lowered(keys: Keys, lengths: Ints) -> tuple[Keys, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return the keys of the same pieces in lower case; whether each is of ASCII letters alone; and whether
    it had a capital.

    `lengths` are the pieces' in bytes. The keys of pieces that have other characters mean nothing. Eight
    bytes are looked at at once: adding to all of them carries into the highest bit of those that are large
    enough.
    """
    lengths = np.minimum(lengths, _SPARE)
    small, letters, capitals = (
        keys.copy(),
        (lengths > 0) & (lengths <= _LONGEST),
        np.zeros(len(lengths), bool),
    )
    for i, used in enumerate(_USED):
        high = used[lengths] & _EACH * np.uint64(0x80)
        small[i] |= high >> np.uint64(2)
        read = small[i] & used[lengths]
        from_a, after_z = read + _EACH * np.uint64(0x80 - ord("a")), read + _EACH * np.uint64(0x7F - ord("z"))
        letters &= (from_a & ~after_z & ~read & high) == high
        capitals |= small[i] != keys[i]
    return small, letters, capitals & letters


class Table:
    """Numbers keys from 0 on: a hash table with open addressing (Knuth, TAOCP 6.4, algorithm L).

    Keys that are new in one call are numbered in an order of their own.
    """

    def __init__(self) -> None:
        self._keys = np.zeros((_WORDS, _AT_FIRST), np.uint64)
        self._slots = np.full(2 * _AT_FIRST, -1, np.int32)
        """The number of the key that has each slot, or -1; at most half of them are taken."""
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def numbers(self, keys: Keys) -> tuple[npt.NDArray[np.int32], Ints]:
        """Return the number of each key, and where the new ones stand among them: the first that has each new
        number.
        """
        numbers = self._find(keys)
        unknown = np.flatnonzero(numbers < 0)
        if not len(unknown):
            return numbers, unknown
        order = unknown[np.lexsort(keys[:, unknown])]
        distinct = np.any([changes(row) for row in keys[:, order]], axis=0)
        new = order[distinct]
        numbers[order] = np.cumsum(distinct, dtype=np.int32) + (self._count - 1)
        self._add(keys[:, new])
        return numbers, new

    def _find(self, keys: Keys) -> npt.NDArray[np.int32]:
        """Return the number of each key, or -1."""
        slots = self._first_slots(keys)
        numbers = self._slots.take(slots)
        rest = np.flatnonzero(~self._are(numbers, keys) & (numbers >= 0))
        while len(rest):
            slots[rest] = (slots[rest] + 1) & (len(self._slots) - 1)
            numbers[rest] = found = self._slots.take(slots[rest])
            rest = rest[~self._are(found, keys[:, rest]) & (found >= 0)]
        return numbers

    def _are(self, numbers: npt.NDArray[np.int32], keys: Keys) -> npt.NDArray[np.bool_]:
        """Return whether keys have these numbers; none has -1, since the last row of keys is never taken."""
        same: npt.NDArray[np.bool_] = self._keys[0].take(numbers) == keys[0]
        for known, wanted in zip(self._keys[1:], keys[1:], strict=True):
            same &= known.take(numbers) == wanted
        return same

    def _add(self, keys: Keys) -> None:
        """Add keys that are not here and of which no two are alike."""
        first, self._count = self._count, self._count + keys.shape[1]
        capacity = self._keys.shape[1]
        if self._count >= capacity:
            while self._count >= capacity:
                capacity *= 2
            grown = np.zeros((_WORDS, capacity), np.uint64)
            grown[:, :first] = self._keys[:, :first]
            self._keys, self._slots = grown, np.full(2 * capacity, -1, np.int32)
            self._place(grown[:, :first], 0)
        self._keys[:, first : self._count] = keys
        self._place(keys, first)

    def _place(self, keys: Keys, first: int) -> None:
        """Give keys, which are numbered from `first` on, each the first free slot from its own on."""
        numbers, slots = np.arange(first, first + keys.shape[1], dtype=np.int32), self._first_slots(keys)
        while len(numbers):
            free = self._slots[slots] < 0
            self._slots[slots[free]] = numbers[free]  # of several, the last has it
            rest = self._slots[slots] != numbers
            numbers, slots = numbers[rest], (slots[rest] + 1) & (len(self._slots) - 1)

    def _first_slots(self, keys: Keys) -> Ints:
        hashes: Keys = (keys * _FACTORS).sum(axis=0, dtype=np.uint64)
        return (hashes >> np.uint64(65 - len(self._slots).bit_length())).astype(np.int64)
