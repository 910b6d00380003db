"""Pixels → a PNG (https://www.w3.org/TR/png-3/): eight bits a channel, red, green and blue."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB = (8, 2, 0, 0, 0)
"""Bits a channel, truecolour, the only kinds of compression and filter that there are, and no interlace."""


def encode_png(width: int, height: int, rows: Iterable[bytes]) -> bytes:
    """Return a picture as a PNG; each row has three bytes a pixel."""
    raw = b"".join(b"\0" + row for row in rows)  # filter type 0: none
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, *_RGB)),
            _chunk(b"IDAT", zlib.compress(raw, 6)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
