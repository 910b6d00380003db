"""How a build lies on disk: names, the manifest's checksum, the bytes of arrays."""

from __future__ import annotations

import hashlib

import xxhash

from chipbot.index import Array

FORMAT = 8
"""The layout's version: an index of any other is built anew."""

POINTER = "CURRENT"

MANIFEST = "manifest.json"
ARRAYS_FILE = "arrays.bin"
HEAD = 80  # bytes of the manifest that hold the checksum of the others
ALIGNMENT = 64  # bytes; every array begins on a cache line
REMEDY = "run `chipbot index` to build it again"


def checksum_line(rest: bytes) -> bytes:
    """Return the manifest's first line: the checksum of all that follows, so that no other way to write it
    down passes.
    """
    return b'{"checksum": "%s",' % hashlib.sha256(rest).hexdigest().encode()


def checksum(array: Array | None = None) -> xxhash.xxh3_128:
    """Return the checksum of an array's bytes, or the beginning of one: XXH3 of 128 bits, as quick as memory
    is read.

    It tells damage, not forgery: who can write to the index folder can write a checksum, whichever it is.
    """
    return xxhash.xxh3_128() if array is None else xxhash.xxh3_128(array.data)
