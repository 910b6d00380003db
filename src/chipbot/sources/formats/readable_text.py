"""Readable text in the making: words go in with the lines they stand on; text, blocks, marks and places come out."""

from __future__ import annotations

import re
from typing import NamedTuple

from chipbot.model import Block, Mark, MarkKind, Place, Span
from chipbot.text.words import UNSEGMENTED_CHARACTER

_WHITE = " \t\n\r\f\v"
_RUN = re.compile(rf"[{_WHITE}]{{2,}}|[\t\n\r\f\v]")

_POWER = re.compile(r"[-+−]?\d+")
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")

SOFT, SPACE, BREAK = 1, 2, 3
"""The gaps between words, the stronger the larger: a line that was wrapped, white space, a line break to be kept."""


class _OpenMark:
    __slots__ = ("kind", "start", "target")

    def __init__(self, kind: MarkKind, target: str) -> None:
        self.kind: MarkKind = kind
        self.target = target
        self.start = -1  # until there are words in it


class Cell(NamedTuple):
    """A cell of a table row that has been written."""

    start: int
    """Where it begins in its block."""
    end: int
    """Where it ends."""


class ReadableText:
    """Builds a document's text block by block.

    >>> text = ReadableText()
    >>> text.write("The lid", 1)
    >>> text.gap(SOFT)
    >>> text.write("is red.", 2)
    >>> text.end_block(Block(0, 0))
    >>> text.text, text.blocks, text.places
    ('The lid is red.', [Block(start=0, end=15, …)], [Place(start=0, line=1), Place(start=8, line=2)])
    """

    def __init__(self, *, lined: bool = True) -> None:
        """Begin a text; one that is not `lined` takes line numbers only to tell lines apart, not for places."""
        self._lined = lined
        self.blocks: list[Block] = []
        self.marks: list[Mark] = []
        self.places: list[Place] = []
        self.line_starts: list[int] = []
        """Where words stand that begin a line of the source inside a block."""
        self.last = ""
        """The words of the last block."""
        self._text: list[str] = []
        self._length = 0
        self._line_here = 0  # of the source, at the text's end, as the last place has it
        self._place = Place(0)
        self._turned = False  # whether the next block stands at another place than the one before
        self._begin()

    def _begin(self) -> None:
        self._parts: list[str] = []
        self._size = 0
        self._gap = 0
        self._tabs = 0
        self._lines: list[tuple[int, int | None]] = []  # where in the block words of which line begin
        self._open: list[_OpenMark] = []
        self._marks: list[Mark] = []
        self._cells: list[Cell] = []
        self._cell_start: int | None = None
        self.is_raised = False
        """Whether words stand above the line: a power is written as one, or 2 to the 53rd would read as 253."""

    @property
    def text(self) -> str:
        """What has been written, up to the last block."""
        return "".join(self._text)

    @property
    def is_empty(self) -> bool:
        """Whether the block at hand has no words yet."""
        return not self._parts

    def turn_to(self, place: Place) -> None:
        """Have the blocks from the next one on stand at a place; its line is what they are written with."""
        self._turned |= place != self._place
        self._place = place

    def gap(self, gap: int) -> None:
        """Note white space before the next words; that at a block's ends is dropped."""
        self._gap = max(self._gap, gap)

    def separate(self) -> None:
        """Keep the next words apart from a word that stands right before them: an image is none of its letters."""
        if self._parts and self._parts[-1][-1].isalnum():
            self.gap(SPACE)

    def write(self, words: str, line: int | None = None) -> None:
        """Write words that stand on a line of the source, if it has lines; a run of white space counts as a blank."""
        core = words.strip(_WHITE)
        if not core:
            if words:
                self.gap(SPACE)
            return
        if words[0] in _WHITE:
            self.gap(SPACE)
        self.write_exactly(_RUN.sub(" ", core) if _RUN.search(core) else core, line)
        if words[-1] in _WHITE:
            self.gap(SPACE)

    def write_exactly(self, words: str, line: int | None = None) -> None:
        """Write words with the white space that is in them."""
        if (
            self.is_raised
            and self._parts
            and not self._gap
            and self._parts[-1][-1] in "0123456789)"
            and _POWER.fullmatch(words)
        ):
            words = words.translate(_RAISED)
        broken = False
        if self._tabs and self._parts:
            self._append("\t" * self._tabs)
        elif self._gap and self._parts and (self._cell_start is None or self._cell_start >= 0):
            separator = self._separator(words)
            broken = separator == "\n"
            self._append(separator)
        self._tabs = self._gap = 0
        if not self._lines or self._lines[-1][1] != line or broken:
            self._lines.append((self._size, line))
        if self._cell_start == -1:
            self._cell_start = self._size
        for mark in reversed(self._open):
            if mark.start >= 0:
                break
            mark.start = self._size
        self._append(words)

    def _append(self, part: str) -> None:
        self._parts.append(part)
        self._size += len(part)

    def _separator(self, following: str) -> str:
        if self._gap == BREAK and self._cell_start is None:
            return "\n"
        if (
            self._gap == SOFT
            and UNSEGMENTED_CHARACTER.match(self._parts[-1][-1])
            and UNSEGMENTED_CHARACTER.match(following)
        ):
            return ""
        return " "

    def open_mark(self, kind: MarkKind, target: str = "") -> None:
        """Begin an inline form at the next words; code is kept apart from code right before it, which is another's."""
        if (
            kind == "code"
            and self._marks
            and self._marks[-1].end == self._size
            and self._marks[-1].kind == "code"
        ):
            self.gap(SPACE)
        self._open.append(_OpenMark(kind, target))

    def close_mark(self, kind: MarkKind) -> None:
        """End the innermost inline form of a kind, and those that were begun inside it."""
        if any(mark.kind == kind for mark in self._open):
            while self._close_last() != kind:
                pass

    def _close_last(self) -> MarkKind:
        mark = self._open.pop()
        if 0 <= mark.start < self._size and not any(
            other.kind == mark.kind and other.target == mark.target for other in self._open
        ):
            self._marks.append(Mark(mark.start, self._size, mark.kind, mark.target))
        return mark.kind

    def write_name(self, name: str, line: int) -> None:
        """Write a name that stands for words, as code."""
        self.open_mark("code")
        self.write(name, line)
        self.close_mark("code")

    def open_cell(self) -> None:
        """Begin a cell of a table row; line breaks in it become blanks."""
        self.close_cell()
        self._cell_start = -1

    def close_cell(self) -> None:
        """End the cell at hand, if there is one."""
        if self._cell_start is not None:
            while self._open:
                self._close_last()
            start = self._cell_start
            self._cells.append(Cell(self._size if start < 0 else start, self._size))
            self._tabs += 1
            self._gap = 0
        self._cell_start = None

    def cell_texts(self) -> tuple[str, ...]:
        """Return what the cells of the row at hand say."""
        row = "".join(self._parts)
        return tuple(row[start:end] for start, end in self._cells)

    def discard(self) -> None:
        """Drop the block at hand, in which there are no words; inline forms that are open stay so."""
        self._gap = self._tabs = 0

    def end_block(self, block: Block, separator: str = "\n\n") -> Span | None:
        """End the block at hand.

        Args:
            block: What the block is; its offsets and cells are filled in.
            separator: What stands between it and the block before.

        Returns:
            Where it stands in the text; None where nothing had been written: there is no block then.
        """
        reopened = [(mark.kind, mark.target) for mark in self._open]
        self.close_cell()
        while self._open:
            self._close_last()
        span = self._flush(block, separator)
        self._begin()
        for kind, target in reopened:
            self.open_mark(kind, target)
        return span

    def _flush(self, block: Block, separator: str) -> Span | None:
        whole = "".join(self._parts)
        words = whole.strip() if block.kind != "code" else whole
        if not words.strip():
            return None
        if self._text:
            self._put(separator)
        start, end = self._length, self._length + len(words)
        shift = start - (len(whole) - len(whole.lstrip())) if block.kind != "code" else start

        def moved(offset: int) -> int:
            return min(max(offset + shift, start), end)

        self._add_places([(moved(offset), line) for offset, line in self._lines], words, start)
        self._put(words)
        self.last = words
        cells = tuple((moved(a), moved(b)) for a, b in self._cells)
        self.blocks.append(block._replace(start=start, end=end, cells=cells))
        self._marks.reverse()  # of marks over the same words the outer one was closed last
        for mark in sorted(self._marks, key=lambda mark: (mark.start, -mark.end)):
            a, b = moved(mark.start), moved(mark.end)
            if a < b:
                self.marks.append(mark._replace(start=a, end=b))
        return start, end

    def _put(self, text: str) -> None:
        self._text.append(text)
        self._length += len(text)
        self._line_here += text.count("\n")

    def _add_places(self, lines: list[tuple[int, int | None]], words: str, start: int) -> None:
        """Add a place where the block stands at another, and wherever the text's own line breaks do not lead to the line."""
        here, counted = self._line_here, 0
        for offset, line in lines:
            here += words.count("\n", counted, offset - start)
            counted = offset - start
            if offset > start:
                self.line_starts.append(offset)
            known = line if self._lined else None
            if self._turned or not self.places or (known is not None and here != line):
                self.places.append(self._place._replace(start=offset if self.places else 0, line=known))
                self._turned = False
            if line is not None:
                self._line_here += line - here
                here = line
