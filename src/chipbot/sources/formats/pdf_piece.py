"""Glyphs of a PDF, in the order in which they are drawn → pieces of text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from chipbot.sources.formats.pdf_rows import HYPHEN, Piece

_WIDE = 0.6  # heights of text that a gap is wide which ends a piece
_BACK = 0.6  # … and that a glyph stands back
_APART = 0.5  # share of the lower height that glyphs of one piece overlap
_SMALL = 0.8  # of the height of others has a raised glyph at most
_RAISED = 0.1  # … and how far its middle is above theirs
_LINE_END_HYPHENS = ("\ufffe", "\x02", "\u00ad")
_MARKS = frozenset("*†‡§¶0123456789,")
_FORMS = (range(0xFB00, 0xFB07), range(0xFB1D, 0xFDD0), range(0xFDF0, 0xFE00), range(0xFE70, 0xFEFD))
"""Ligatures and forms of letters: Latin (ﬀ to ﬆ), Hebrew, Arabic."""
_PRIVATE = range(0xE000, 0xF900)


class Glyph(NamedTuple):
    """A character with its box, from the left and from the top."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    number: int
    """Its number on the page."""

    @property
    def height(self) -> float:
        """How high its box is."""
        return self.bottom - self.top


class PieceBuilder:
    """Puts glyphs together; `is_bold` tells by its number whether one is in a bold font."""

    def __init__(self, is_bold: Callable[[int], bool]) -> None:
        self._is_bold = is_bold
        self._done: list[Piece] = []
        self._begin()

    def _begin(self) -> None:
        self._glyphs: list[tuple[str, bool]] = []  # characters, and whether they are raised
        self._left = self._right = self._top = self._bottom = 0.0
        self._index = self._last = 0  # of the first glyph that is not raised, and of the last
        self._space = False
        self._box: tuple[float, ...] = ()
        self._heights: list[tuple[float, float]] = []

    def takes(self, glyph: Glyph) -> bool:
        """Whether a glyph goes on the piece at hand: it stands on the same line, close behind."""
        if not self._glyphs:
            return False
        if glyph[1:5] == self._box:  # the letters of a ligature have one box
            return True
        height = max(self._bottom - self._top, glyph.bottom - glyph.top)
        lower = min(self._bottom - self._top, glyph.bottom - glyph.top)
        overlap = min(self._bottom, glyph.bottom) - max(self._top, glyph.top)
        if overlap < _APART * lower:
            return False
        if glyph.left - self._right > _WIDE * height:
            return False
        return glyph.left >= self._right - _BACK * height or (
            _is_leftward(glyph.text) and abs(glyph.right - self._left) < _WIDE * height
        )

    def add(self, glyph: Glyph) -> None:
        """Add a glyph, which begins a piece where none is at hand."""
        if glyph.text.isspace() or not glyph.text:
            self._space |= bool(self._glyphs)
            return
        text = _readable(glyph.text)
        if not text:
            return
        height = self._bottom - self._top
        if not self._glyphs:
            self._left, self._right, self._index = glyph.left, glyph.right, glyph.number
            self._top, self._bottom = glyph.top, glyph.bottom
        elif self._space:
            self._glyphs.append((" ", False))
        self._space = False
        height, own = self._bottom - self._top, glyph.bottom - glyph.top
        if own * _SMALL > height:  # what stood before is raised beside it
            self._glyphs = [(before, True) for before, _ in self._glyphs]
            self._top, self._bottom, self._index = glyph.top, glyph.bottom, glyph.number
        raised = own < height * _SMALL and (
            (glyph.top + glyph.bottom) / 2 < (self._top + self._bottom) / 2 - _RAISED * height
        )
        self._glyphs.append((text, raised))
        self._last, self._box = glyph.number, glyph[1:5]
        self._heights.append((glyph.top, glyph.bottom))
        self._left, self._right = min(self._left, glyph.left), max(self._right, glyph.right)

    def end(self) -> None:
        """End the piece at hand."""
        text = _without_notes(self._glyphs).strip()
        text = text[:-1].replace(HYPHEN, "") + text[-1:]  # elsewhere it is the code of some other glyph
        if text:
            begins_bold = self._is_bold(self._index)
            bold = begins_bold and self._is_bold(self._last)
            top, bottom = sorted(self._heights, key=lambda edges: edges[1] - edges[0])[
                len(self._heights) // 2
            ]
            self._done.append(Piece(self._left, top, self._right, bottom, text, bold, begins_bold))
        self._begin()

    def take(self) -> list[Piece]:
        """Return the pieces that have been ended since the last call."""
        done, self._done = self._done, []
        return done


def _readable(character: str) -> str:
    """Return a character as text has it: ligatures as letters, nothing for what is no character."""
    code = ord(character)
    if character in _LINE_END_HYPHENS:
        return HYPHEN
    if any(code in forms for forms in _FORMS):
        return unicodedata.normalize("NFKC", character)
    if code in _PRIVATE:
        return "•"
    return "" if unicodedata.category(character) in ("Cc", "Cs", "Cn") or character == "\ufffd" else character


def _is_leftward(character: str) -> bool:
    return unicodedata.bidirectional(character[:1]) in ("R", "AL") if character else False


def _without_notes(glyphs: list[tuple[str, bool]]) -> str:
    """Return the text of glyphs without the raised marks of footnotes, which follow words and punctuation; what is
    raised after a digit or a single letter is an exponent.
    """
    text = ""
    number = 0
    while number < len(glyphs):
        end = number
        while end < len(glyphs) and glyphs[end][1]:
            end += 1
        if end == number:
            text += glyphs[number][0]
            number += 1
            continue
        raised = "".join(character for character, _ in glyphs[number:end])
        before = text[-3:]
        is_note = set(raised) <= _MARKS and (
            (len(before) == 3 and before.isalpha()) or before[-1:] in tuple(".,;:!?)]”\"'’") or not before
        )
        text += "" if is_note and before else raised + (" " if not before and is_note else "")
        number = end
    return text
