"""A checksum of all that a quote of a passage shows, made when it is indexed and compared when it is read."""

from __future__ import annotations

import json

import xxhash

from chipbot.index.schema import DocumentRow

_BETWEEN = b"\xff"  # a byte that UTF-8 never has


def passage_checksum(
    text: bytes, structure: bytes, headings: bytes, document: DocumentRow, start: int, sentences: bytes
) -> int:
    """Return the checksum, XXH3 of 64 bits: it tells damage, not forgery.

    Args:
        text: The passage's text in UTF-8.
        structure: Its blocks, marks and places as they are stored.
        headings: The headings that it stands below as they are stored.
        document: The document that it is in, of which quotes show the id, the title and the address.
        start: Where it begins in its document, in code points.
        sentences: Where its sentences begin, then where they end, as they are stored.
    """
    shown = json.dumps([document.id, document.title, document.url]).encode()
    parts = (text, structure, headings, shown, b"%d" % start, sentences)
    return xxhash.xxh3_64_intdigest(_BETWEEN.join(parts))
