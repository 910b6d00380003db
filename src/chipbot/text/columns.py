"""How wide a text is where every character has its column, and where its lines may be broken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# A line is broken after a blank, and in scripts that put none between words after any letter with its signs; never before a
# mark that closes, nor after one that opens. Source: the classes of https://www.unicode.org/reports/tr14/, as far as it takes.
_BLANKS = " \t\n\r\x0b\x0c\x85\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000"
_IDEOGRAPHS = "\u2e80-\u2fff\u3001-\u30ff\u31f0-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"
_THAI = "\u0e01-\u0e2f\u0e40-\u0e44"
_THAI_SIGNS = "\u0e2f-\u0e3a\u0e45-\u0e4e"
_OPENING = r"(\[{“‘„«「『（【〈《〔［｛"
_CLOSING = r")\]}”’»」』）】〉》〕］｝.,:;!?%、。，．！？：；…‥・ー々〻ゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ"
_PIECE = re.compile(
    rf"[{_OPENING}]*"
    rf"(?:[{_IDEOGRAPHS}]|[\u0e40-\u0e44]?[\u0e01-\u0e2f][{_THAI_SIGNS}]*|[^{_BLANKS}{_IDEOGRAPHS}{_THAI}]+)"
    rf"[{_CLOSING}]*[{_BLANKS}]*"
    rf"|[{_BLANKS}]+|[{_OPENING}{_THAI}]"
)


def width(text: str) -> int:
    """Return how many columns a text takes in a fixed-width font."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def padded(text: str, columns: int) -> str:
    """Return a text with blanks behind it, so that it takes so many columns at least."""
    return text + " " * (columns - width(text))


def rows(text: str, columns: int) -> Iterator[str]:
    """Yield a text in rows that take so many columns at most, each with the blanks that it ends in, which may be more; what
    cannot be broken, such as an address, stands alone. There is one row at least.
    """
    row, taken = "", 0
    for piece in _PIECE.findall(text):
        if row and taken + width(piece.rstrip()) > columns:
            yield row
            row, taken = "", 0
        row += piece
        taken += width(piece)
    yield row
