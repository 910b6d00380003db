"""Columns of short pieces on a page of a PDF → a table: rows of cells, told by rules or by alignment."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from chipbot.sources.formats.pdf_rows import HYPHEN, Piece, Rule, rows_of

_HYPHENED = re.compile(rf"{HYPHEN}\s(?=[^\W\d_A-Z])")
_LEADERS = re.compile(r"(?:\s?\.){4,}\s*$")
_SEPARATED = 0.8  # share of the spaces between rules that hold one row each, where rules separate rows


class Table(NamedTuple):
    """Rows of cells, each with as many cells as there are columns."""

    rows: tuple[tuple[str, ...], ...]
    headed: bool
    """Whether the first row says what is below it."""


def table_of(columns: Sequence[Sequence[Piece]], rules: Sequence[Rule]) -> Table:
    """Make rows of the columns of a table: between rules where there is one below each row, else by the first column."""
    rows = rows_of(piece for column in columns for piece in column)
    places = {id(piece): number for number, column in enumerate(columns) for piece in column}
    edges = _edges([piece for row in rows for piece in row], rules)
    bands = [bisect_left(edges, _middle(row)) for row in rows]
    ruled = _separate_rows(rows, bands, places, len(columns))
    grid: list[list[list[Piece]]] = []
    for number, row in enumerate(rows):
        starts = bands[number] != bands[number - 1] if ruled else _begins(row, places, rows[number - 1])
        if not number or starts:
            grid.append([[] for _ in columns])
        for piece in row:
            grid[-1][places[id(piece)]].append(piece)
    texts = tuple(tuple(_text(cell) for cell in cells) for cells in grid)
    return Table(texts, headed=_is_headed(grid, edges))


def _text(cell: Sequence[Piece]) -> str:
    """Return what a cell says: words cut by a hyphen put together, and without the dots that lead to the next cell."""
    words = " ".join(piece.text for piece in cell)
    return _LEADERS.sub("", _HYPHENED.sub("", words).replace(HYPHEN, "-"))


def _separate_rows(
    rows: Sequence[Sequence[Piece]], bands: Sequence[int], places: dict[int, int], columns: int
) -> bool:
    """Whether the rules across a table separate its rows: between two of them some cell has a single line."""
    if len(set(bands)) <= 2:
        return False
    whole = 0
    for band in set(bands):
        lines = [
            {places[id(piece)] for piece in row} for row, own in zip(rows, bands, strict=True) if own == band
        ]
        whole += len(lines) == 1 or any(
            sum(column in line for line in lines) == 1 for column in range(columns)
        )
    return whole > _SEPARATED * len(set(bands))


def _edges(pieces: Sequence[Piece], rules: Sequence[Rule]) -> list[float]:
    """Return the heights of the rules that cross a table."""
    left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    top, bottom = min(piece.top for piece in pieces), max(piece.bottom for piece in pieces)
    across = (left + right) / 2
    found = sorted(
        {round(rule.y) for rule in rules if rule.left < across < rule.right and top < rule.y < bottom}
    )
    return [float(y) for number, y in enumerate(found) if not number or y > found[number - 1] + 2]


def _middle(row: Sequence[Piece]) -> float:
    return sum(piece.top + piece.bottom for piece in row) / len(row) / 2


def _begins(row: Sequence[Piece], places: dict[int, int], before: Sequence[Piece]) -> bool:
    """Whether a line of a table begins a row: its first column has text, or it stands apart from the line before."""
    gap = min(piece.top for piece in row) - max(piece.bottom for piece in before)
    return places[id(row[0])] == 0 or gap > 0.5 * row[0].height


def _is_headed(grid: Sequence[Sequence[Sequence[Piece]]], edges: Sequence[float]) -> bool:
    """Whether a table's first row is its header: bold as no other, ruled off, or words above numbers."""
    if len(grid) < 2 or not all(grid[0][1:]):
        return False
    bold = [all(piece.bold for cell in row for piece in cell) for row in grid]
    bottom = max(piece.bottom for cell in grid[0] for piece in cell)
    top = min(piece.top for cell in grid[1] for piece in cell)
    ruled = len(edges) <= len(grid) / 2 and any(bottom - 2 <= edge <= top + 2 for edge in edges)
    numbers = [any(has_digit(piece.text) for cell in row for piece in cell) for row in grid]
    return (bold[0] and not all(bold)) or ruled or (not numbers[0] and sum(numbers[1:]) > len(grid) / 2)


def has_digit(text: str) -> bool:
    """Whether a number is in a text."""
    return any(map(str.isdigit, text))
