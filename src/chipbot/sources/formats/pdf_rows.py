"""Pieces of text on a page of a PDF, and the rows that they stand in.

Coordinates are in points (1/72 inch), from the left and from the top.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from operator import attrgetter
from typing import NamedTuple, Protocol, TypeVar

HYPHEN = "\u2010"
"""A hyphen at a line's end, as PDFium tells it from others; a piece has it nowhere else."""

MARKER = re.compile(r"[•‣◦▪●○■□–—*·-]|\(?(?P<ordinal>\d{1,3})[.)]|\(?[a-zA-Z][.)]")
"""What stands before an item of a list."""


class Piece(NamedTuple):
    """Some text on one baseline."""

    left: float
    top: float
    right: float
    bottom: float
    text: str
    bold: bool = False
    """Whether all of it is in a bold font …"""
    begins_bold: bool = False
    """… or at least its first word."""

    @property
    def height(self) -> float:
        """How high its letters' boxes are, which is the font's size whatever matrix it is drawn with."""
        return self.bottom - self.top


class Rule(NamedTuple):
    """A horizontal line that is drawn."""

    left: float
    y: float
    right: float


class _Boxed(Protocol):
    """What has a place on the page."""

    @property
    def left(self) -> float: ...
    @property
    def top(self) -> float: ...
    @property
    def bottom(self) -> float: ...
    @property
    def height(self) -> float: ...


T = TypeVar("T", bound=_Boxed)


def rows_of(pieces: Iterable[T]) -> list[list[T]]:
    """Group pieces that overlap in height by more than half, from top to bottom; each group from left to right."""
    rows: list[list[T]] = []
    bottom = top = float("-inf")
    for piece in sorted(pieces, key=lambda piece: piece.top + piece.bottom):
        overlap = min(bottom, piece.bottom) - max(top, piece.top)
        if rows and overlap > 0.5 * min(piece.height, bottom - top):
            rows[-1].append(piece)
        else:
            rows.append([piece])
        if len(rows[-1]) == 1 or piece.height > bottom - top:
            top, bottom = piece.top, piece.bottom
    return [sorted(row, key=attrgetter("left")) for row in rows]
