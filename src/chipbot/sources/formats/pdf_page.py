"""A page of a PDF → its pieces of text in reading order: columns told apart, tables made rows."""

from __future__ import annotations

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
        count, gutters = len(pieces) - start, list[Interval]()
        if depth < _MAX_DEPTH and len(pieces) <= _MAX_PIECES:
            count, gutters = _side_by_side(pieces, start, whole)
        columns = _columns(pieces[start : start + count], gutters)
        flows = len(columns) == 1 or _is_list(columns)
        is_table = not flows and _is_table(columns)
        if is_table:
            flows = _is_alone(pieces, start)  # a caption
            count = 1 if flows else _without_tail(pieces, start, start + count) - start
        run = pieces[start : start + count]
        start += count
        if flows:
            plain += run
            continue
        if plain:
            yield _lines(plain)
            plain = []
        if is_table:
            yield table_of(_columns(run, gutters), rules)
        else:
            for column in columns:
                yield from _ordered(column, rules, depth + 1)
    if plain:
        yield _lines(plain)


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


def _side_by_side(pieces: Sequence[Piece], start: int, whole: Interval) -> tuple[int, list[Interval]]:
    """Return how many pieces from `start` on leave the same white space free from top to bottom, and where; without
    such gutters, how many pieces need no further look.
    """
    free = [whole]
    left = right = None
    inner = list[Interval]()
    for number in range(start, len(pieces)):
        piece = pieces[number]
        left = piece.left if left is None else min(left, piece.left)
        right = piece.right if right is None else max(right, piece.right)
        free = list(_without(free, piece))
        before, inner = inner, [gap for gap in free if left < gap[0] and gap[1] < right]
        if not free or len(inner) < len(before):
            good = _with_sides(pieces[start:number], before)
            if good or not inner:
                return (number - start, good) if good else (1, [])
    good = _with_sides(pieces[start:], inner)
    return len(pieces) - start, good


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
    """Deal pieces out to the columns between gutters."""
    columns: list[list[Piece]] = [[] for _ in range(len(gutters) + 1)]
    for piece in pieces:
        columns[sum(piece.left >= right for _, right in gutters)].append(piece)
    return columns


def _is_list(columns: Sequence[Sequence[Piece]]) -> bool:
    """Whether the first of two columns has nothing but bullets or numbers, of the items beside them."""
    return len(columns) == 2 and all(MARKER.fullmatch(piece.text) for piece in columns[0])


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
