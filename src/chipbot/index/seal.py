"""A checksum of all that a quote of a passage shows, made when it is indexed and compared when it is read."""

from __future__ import annotations

import json

import xxhash

from chipbot.index.schema import DocumentRow

_BETWEEN = b"\xff"  # a byte that UTF-8 never has


def shown_of(document: DocumentRow) -> bytes:
    """Return what quotes show of a document: its id, title and address."""
    return json.dumps([document.id, document.title, document.url]).encode()


def passage_checksum(
    text: bytes, structure: bytes, headings: bytes, document: bytes, start: int, sentences: bytes
) -> int:
    """Return the checksum, XXH3 of 64 bits: it tells damage, not forgery.

    Args:
        text: The passage's text in UTF-8.
        structure: Its blocks, marks and places as they are stored.
        headings: The headings that it stands below as they are stored.
        document: What is shown of the document that it is in.
        start: Where it begins in its document, in code points.
        sentences: Where its sentences begin, then where they end, as they are stored.
    """
    parts = (text, structure, headings, document, b"%d" % start, sentences)
    return xxhash.xxh3_64_intdigest(_BETWEEN.join(parts))
