"""A page of a PDF → its pieces of text in reading order: columns told apart, tables made rows."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import NamedTuple

from chipbot.sources.formats.pdf_rows import MARKER, Piece, Rule, rows_of
from chipbot.sources.formats.pdf_table import Table, table_of

Interval = tuple[float, float]

_GUTTER = 0.7  # heights of text that the white space between columns is wide
_SIDE = 3  # lines on either side of a gutter, fewer of which make no columns
_MAX_PIECES = 3_000  # on a page whose columns are looked for
_MAX_DEPTH = 4  # columns in columns
_PROSE_WORDS = 4  # in a column's lines of prose …
_PROSE_FILL = 0.6  # … and how much of the column's width they take
_LABEL = re.compile(r"\[[^\[\]]{1,12}\]|!")
"""The label of an entry in a list of sources, and how a symbol font's bullet may read."""

_MANY, _DENSE, _GOES_ON = 5, 0.7, 0.3
"""Lines of a column of prose beside another; how dense the sparser of the two is; how many lines begin amid a sentence."""
_APART = 0.5  # heights of text that a line stands apart from a table above it
_ALIGNED = 0.8  # share of a column's pieces that stand on lines of the others, in a table


class Line(NamedTuple):
    """A line of a column."""

    left: float
    top: float
    right: float
    bottom: float
    text: str
    bold: bool
    """Whether all of it is in a bold font …"""
    begins_bold: bool
    """… or at least its first word."""
    column: Interval
    """Where the column that it is in begins and ends."""

    @property
    def height(self) -> float:
        """How high its letters' boxes are."""
        return self.bottom - self.top


def in_order(pieces: Sequence[Piece], rules: Sequence[Rule]) -> list[list[Line] | Table]:
    """Return a page's columns of lines and its tables, in the order in which they are read.

    Args:
        pieces: The page's text.
        rules: The lines that are drawn on it.
    """
    if not pieces:
        return []
    return list(_ordered(sorted(pieces, key=lambda piece: (piece.top, piece.left)), rules, 0))


def _ordered(pieces: list[Piece], rules: Sequence[Rule], depth: int) -> Iterator[list[Line] | Table]:
    """Cut pieces, sorted by their tops, into what is side by side and what is not."""
    plain: list[Piece] = []
    start = 0
    whole = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    while start < len(pieces):
        region = _Region(len(pieces) - start)
        if depth < _MAX_DEPTH and len(pieces) <= _MAX_PIECES:
            region = _region(pieces, start, whole)
        run = pieces[start : start + region.size]
        start += region.size
        if not region.gutters:
            plain += run
            continue
        if plain:
            yield _lines(plain)
            plain = []
        if region.is_table:
            yield table_of(_columns(run, region.gutters), rules)
        else:
            for column in _columns(run, region.gutters):
                yield from _ordered(column, rules, depth + 1)
    if plain:
        yield _lines(plain)


class _Region(NamedTuple):
    """Some pieces that belong together."""

    size: int
    gutters: Sequence[Interval] = ()
    """What parts them into columns; none where they flow."""
    is_table: bool = False


def _region(pieces: Sequence[Piece], start: int, whole: Interval) -> _Region:
    """Return what the pieces from `start` on are part of: columns as long as some gutter goes, or a table as long as all
    of its gutters do.
    """
    shorter, longer = _side_by_side(pieces, start, whole)
    columns = _columns(pieces[start : start + longer.size], longer.gutters)
    if len(columns) == 1 or _is_list(columns):
        return _Region(longer.size)
    if not _is_table(columns):
        return longer
    page_gutter = _page_gutter(columns)
    if page_gutter:
        return longer._replace(gutters=[longer.gutters[page_gutter - 1]])
    if _is_alone(pieces, start):  # a caption
        return _Region(1)
    count = _without_tail(pieces, start, start + shorter.size) - start
    return _Region(
        count, shorter.gutters, _is_table(_columns(pieces[start : start + count], shorter.gutters))
    )


def _is_alone(pieces: Sequence[Piece], number: int) -> bool:
    """Whether nothing stands beside a piece that is the first of several."""
    return number + 1 < len(pieces) and pieces[number + 1].top >= pieces[number].bottom - 1


def _without_tail(pieces: Sequence[Piece], start: int, end: int) -> int:
    """Return where a table ends, without the lines behind it that stand apart and have nothing beside them."""
    while end - start > 1:
        above, last = pieces[end - 2], pieces[end - 1]
        if last.top - above.bottom < _APART * last.height or last.left > pieces[start].right:
            break
        end -= 1
    return end


def _side_by_side(pieces: Sequence[Piece], start: int, whole: Interval) -> tuple[_Region, _Region]:
    """Return the pieces from `start` on that leave the same white space free from top to bottom: as long as all gutters
    go, and as long as any does; without gutters, as many pieces as need no further look.
    """
    free = [whole]
    left = right = pieces[start].left
    inner, shorter = list[Interval](), None
    for number in range(start, len(pieces)):
        piece = pieces[number]
        left, right = min(left, piece.left), max(right, piece.right)
        free = list(_without(free, piece))
        before, inner = inner, [gap for gap in free if left < gap[0] and gap[1] < right]
        if free and (inner or not before) and (shorter or len(inner) >= len(before)):
            continue
        good = _with_sides(pieces[start:number], before)
        region = _Region(number - start if good else 1, good)
        if not inner:
            return shorter or region, region
        shorter = region if good else None
    region = _Region(len(pieces) - start, _with_sides(pieces[start:], inner))
    return shorter or region, region


def _without(free: Iterable[Interval], piece: Piece) -> Iterator[Interval]:
    """Yield what a piece leaves of free intervals, as far as it is wide enough."""
    least = piece.height * _GUTTER
    for left, right in free:
        if piece.right <= left or piece.left >= right:
            yield left, right
            continue
        if piece.left - left >= least:
            yield left, piece.left
        if right - piece.right >= least:
            yield piece.right, right


def _with_sides(pieces: Sequence[Piece], gutters: Iterable[Interval]) -> list[Interval]:
    """Return those gutters that have lines enough on both sides."""
    return [
        (left, right)
        for left, right in gutters
        if len({round(piece.top) for piece in pieces if piece.right <= left}) >= _SIDE
        and len({round(piece.top) for piece in pieces if piece.left >= right}) >= _SIDE
    ]


def _columns(pieces: Sequence[Piece], gutters: Sequence[Interval]) -> list[list[Piece]]:
    """Deal pieces out to the columns between gutters; none is empty."""
    columns: list[list[Piece]] = [[] for _ in range(len(gutters) + 1)]
    for piece in pieces:
        columns[sum(piece.left >= right for _, right in gutters)].append(piece)
    return [column for column in columns if column]


def _is_list(columns: Sequence[Sequence[Piece]]) -> bool:
    """Whether the first of two columns has nothing but bullets, numbers or labels, of the items beside them."""
    return len(columns) == 2 and all(
        MARKER.fullmatch(piece.text) or _LABEL.fullmatch(piece.text) for piece in columns[0]
    )


def _page_gutter(columns: Sequence[Sequence[Piece]]) -> int:
    """Return how many columns stand left of the gutter between two columns of prose, of which one is cut further by the
    labels of a list; 0 where there is none, as in a table.
    """
    for cut, side in ((1, columns[0]), (len(columns) - 1, columns[-1])):
        lines = _lines(side)
        others = _lines(
            [piece for column in (columns[cut:] if cut == 1 else columns[:cut]) for piece in column]
        )
        goes_on = sum(line.text[:1].islower() for line in lines)
        dense = min(len(lines), len(others)) >= _DENSE * max(len(lines), len(others))
        if len(lines) >= _MANY and dense and goes_on >= _GOES_ON * len(lines) and _is_prose(side):
            return cut
    return 0


def _is_table(columns: Sequence[Sequence[Piece]]) -> bool:
    """Whether columns are a table's: not all of them are prose, and their lines stand side by side."""
    if all(_is_prose(column) for column in columns):
        return False
    tops = [sorted(piece.top + piece.height / 2 for piece in column) for column in columns]
    shortest = min(range(len(columns)), key=lambda number: len(tops[number]))
    others = sorted(top for number, own in enumerate(tops) if number != shortest for top in own)
    slack = median(piece.height for piece in columns[shortest]) * 0.3
    aligned = sum(_has_near(others, top, slack) for top in tops[shortest])
    return aligned >= _ALIGNED * len(tops[shortest])


def _has_near(tops: Sequence[float], top: float, slack: float) -> bool:
    place = bisect_left(tops, top - slack)
    return place < len(tops) and tops[place] <= top + slack


def _is_prose(column: Sequence[Piece]) -> bool:
    """Whether a column's lines are of several words and take most of its width."""
    lines = _lines(column)
    width = max(line.right for line in lines) - min(line.left for line in lines)
    words = median(len(line.text.split()) for line in lines)
    return words >= _PROSE_WORDS and median(line.right - line.left for line in lines) >= _PROSE_FILL * width


def _lines(pieces: Sequence[Piece]) -> list[Line]:
    """Join the pieces of a column that stand on one line."""
    column = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    return [_line(row, column) for row in rows_of(pieces)]


def _line(row: Sequence[Piece], column: Interval) -> Line:
    main = max(row, key=lambda piece: len(piece.text))
    bold = all(piece.bold or MARKER.fullmatch(piece.text) for piece in row)
    text = " ".join(piece.text for piece in row)
    right = max(piece.right for piece in row)
    return Line(row[0].left, main.top, right, main.bottom, text, bold, row[0].begins_bold, column)
