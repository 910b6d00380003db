"""Readable text in the making for formats without nested blocks: blocks come one after the other, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chipbot.model import Block, BlockKind, Place, Span


class FlatText:
    """Builds a document's text block by block.

    >>> text = FlatText()
    >>> text.heading("Fund", 1, Place(0, page=1))
    >>> text.write("It is large.", Place(0, page=2))
    >>> text.end()
    >>> text.text, text.places
    ('Fund\\n\\nIt is large.', [Place(start=0, page=1), Place(start=6, page=2)])
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.places: list[Place] = []
        self._text: list[str] = []
        self._length = 0
        self._begun = 0  # where the block at hand begins
        self._headings: list[tuple[int, str]] = []
        self._units = 0

    @property
    def text(self) -> str:
        """What has been written, up to the last block."""
        return "".join(self._text)

    def new_unit(self) -> int:
        """Return the number of a new unit, for blocks that belong together."""
        self._units += 1
        return self._units

    def section(self, name: str, level: int) -> None:
        """Begin what stands under a heading that is no text of its own."""
        self._headings = [above for above in self._headings if above[0] < level]
        self._headings.append((level, name))

    def heading(self, name: str, level: int, place: Place) -> None:
        """Write a heading, which what follows stands under."""
        self._headings = [above for above in self._headings if above[0] < level]
        self.write(name, place)
        self.end("heading", depth=level)
        self._headings.append((level, " ".join(name.split())))

    def write(self, words: str, place: Place, *, separator: str = "\n\n") -> Span:
        """Write words of the block at hand; they stand at a place, whose own offset does not matter.

        Args:
            words: What is written as it is, white space within the block included.
            place: Where it stands in the file.
            separator: What stands between the block and the one before, where the words are its first.
        """
        if self._begun == self._length and self._text:
            self._put(separator)
            self._begun = self._length
        start = self._length
        placed = place._replace(start=start if self.places else 0)
        if not self.places or self.places[-1][1:] != placed[1:]:
            self.places.append(placed)
        self._put(words)
        return start, self._length

    def end(
        self, kind: BlockKind = "paragraph", *, unit: int | None = None, **fields: Any
    ) -> Span:  # a block's own
        """End the block at hand, in which there are words; return where it stands."""
        span = self._begun, self._length
        path = tuple(name for _, name in self._headings)
        number = self.new_unit() if unit is None else unit
        self.blocks.append(Block(*span, kind, path, number, **fields))
        self._begun = self._length
        return span

    def row(
        self,
        cells: Sequence[str],
        place: Place,
        unit: int,
        *,
        headers: tuple[str, ...] = (),
        header: bool = False,
        question: Span | None = None,
    ) -> None:
        """Write a row of a table, whose cells are of one line each and not all empty.

        Args:
            cells: What they say.
            place: Where it stands in the file.
            unit: The table's number.
            headers: The text above each cell.
            header: Whether it is these headers itself.
            question: The question that it helps to answer.
        """
        words = "\t".join(cells)
        follows = bool(self.blocks) and self.blocks[-1].unit == unit
        start, end = self.write(words.strip("\t"), place, separator="\n" if follows else "\n\n")
        here = start - (len(words) - len(words.lstrip("\t")))
        spans: list[Span] = []
        for cell in cells:
            first, last = max(here, start), min(here + len(cell), end)
            spans.append((min(first, end), max(last, min(first, end))))
            here += len(cell) + 1
        kind: BlockKind = "table_header" if header else "table_row"
        self.end(kind, unit=unit, cells=tuple(spans), headers=headers, question=question)

    def _put(self, words: str) -> None:
        self._text.append(words)
        self._length += len(words)
