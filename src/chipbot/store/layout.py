"""How a build lies on disk: names, the manifest's checksum, the bytes of arrays."""

from __future__ import annotations

import hashlib

from chipbot.index import Array

FORMAT = 6
"""The layout's version: an index of any other is built anew."""

POINTER = "CURRENT"

MANIFEST = "manifest.json"
ARRAYS_FILE = "arrays.bin"
HEAD = 80  # bytes of the manifest that hold the checksum of the others
ALIGNMENT = 64  # bytes; every array begins on a cache line
REMEDY = "run `chipbot index` to build it again"


def checksum_line(rest: bytes) -> bytes:
    """Return the manifest's first line: the checksum of all that follows, so that no other way to write it down passes."""
    return b'{"checksum": "%s",' % hashlib.sha256(rest).hexdigest().encode()


def bytes_of(array: Array) -> memoryview:
    """Return an array's bytes, without copying them."""
    return array.data.cast("B") if array.size else memoryview(b"")  # an empty view cannot be cast
