"""Running heads and page numbers of a PDF, which are no part of what it says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

from chipbot.sources.formats.pdf_rows import Piece, rows_of
from chipbot.sources.formats.pdfium import Page

_ZONE = 0.14  # share of a page's height at its top and its bottom where running heads are
_MAX_HEADS = 3  # lines of them
_TALL = 1.1  # times the body's height above which one has to stand on many pages, for it may be a title …
_OFTEN = 0.2  # … of which these are so many
_APART = 0.5  # heights of a page's number that it stands away from the text

_NUMBER = re.compile(
    r"[^\w]*(?:(?:page|seite|p\.|pág(?:ina)?\.?|стр\.?)\s*)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/|von|de)\s*\d{1,4})?[^\w]*",
    re.IGNORECASE,
)
_EDGE_NUMBER = re.compile(
    r"\d{1,4}\s*[|·•–—-]\s|.*\S\s*[|·•–—]\s*\d{1,4}$|.*\s(?:page|seite)\s*\d{1,4}$", re.IGNORECASE
)
_DIGITS = re.compile(r"\d{1,6}")

Row = list[Piece]


def without_heads(pages: Sequence[Page]) -> Iterator[list[Piece]]:
    """Yield the text of each page without what stands at the top or the bottom of several, and without its number."""
    body = _body_height(pages)
    rows = [rows_of(page.pieces) for page in pages]
    zones = [_zones(page, own) for page, own in zip(pages, rows, strict=True)]
    counts: Counter[Hashable] = Counter()
    for page, own, places in zip(pages, rows, zones, strict=True):
        counts.update({key for where, i in places for key in _keys(own[i], where, page.number)})
    for page, own, places in zip(pages, rows, zones, strict=True):
        dropped = {i for where, i in places if _runs(own[i], where, page.number, counts, body, len(pages))}
        dropped |= {i for i in (0, len(own) - 1) if own and _is_number(own, i)}
        yield [piece for i, row in enumerate(own) if i not in dropped for piece in row]


def _body_height(pages: Sequence[Page]) -> float:
    """Return the height of most of the text."""
    counts: Counter[float] = Counter()
    for page in pages:
        for piece in page.pieces:
            counts[round(piece.height * 2) / 2] += len(piece.text)
    return counts.most_common(1)[0][0] if counts else 1.0


def _zones(page: Page, rows: Sequence[Row]) -> list[tuple[str, int]]:
    """Return which rows at a page's top and bottom may be running heads."""
    tops = [("top", i) for i in range(min(_MAX_HEADS, len(rows))) if rows[i][0].bottom < _ZONE * page.height]
    first = max(len(rows) - _MAX_HEADS, len(tops))
    return tops + [
        ("bottom", i) for i in range(first, len(rows)) if rows[i][0].top > (1 - _ZONE) * page.height
    ]


def _keys(row: Row, where: str, page: int) -> Iterator[Hashable]:
    """Yield what a running head has in common with itself on other pages: its words, or those around a number that grows
    with the page's. So headings like "Chapter 3" are none.
    """
    words = _words(row)
    if len(row) > 2 and not _DIGITS.search(words):  # a table's header, which is repeated, has more cells
        return
    yield where, words.casefold()
    others = _DIGITS.sub("#", words).casefold()
    for number, match in enumerate(_DIGITS.finditer(words)):
        yield where, others, number, int(match[0]) - page


def _runs(row: Row, where: str, page: int, counts: Counter[Hashable], body: float, pages: int) -> bool:
    """Whether a row at a page's edge is a running head."""
    often = max((counts[key] for key in _keys(row, where, page)), default=0)
    if max(piece.height for piece in row) > _TALL * body:
        return often > max(2, _OFTEN * pages)
    return often > 1 or _EDGE_NUMBER.match(_words(row)) is not None


def _is_number(rows: Sequence[Row], i: int) -> bool:
    """Whether the first or the last row is a page's number, away from its neighbour."""
    if len(rows) == 1 or not _NUMBER.fullmatch(_words(rows[i])):
        return False
    above, below = (rows[0], rows[1]) if i == 0 else (rows[-2], rows[-1])
    return below[0].top - above[0].bottom > _APART * rows[i][0].height


def _words(row: Row) -> str:
    return " ".join(piece.text for piece in row)
