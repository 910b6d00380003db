"""What front ends draw of a quote: lines, and runs of characters that are drawn alike."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from chipbot.model import Mark, MarkKind, Quote, Span

LINE_END = re.compile(r"\r\n?|\n")


class Run(NamedTuple):
    """Characters of a line that are drawn alike."""

    text: str
    """The characters, without line ends."""
    kinds: frozenset[MarkKind] = frozenset()
    """The inline forms that hold for all of them."""
    target: str = ""
    """Where the link that they are in leads."""
    highlighted: bool = False
    """Whether they are part of what answers the question."""


class Line(NamedTuple):
    """A line of text; one without runs is blank."""

    runs: tuple[Run, ...] = ()
    """What stands in it."""
    depth: int = 0
    """How many lists it is in."""
    item: bool = False
    """Whether it begins a list item."""
    ordinal: int | None = None
    """The number of that item in a numbered list."""
    checked: bool | None = None
    """Whether that item of a task list is done."""
    quoted: int = 0
    """How many block quotes or admonitions it is in."""

    @property
    def text(self) -> str:
        """All of its characters."""
        return "".join(run.text for run in self.runs)


class Code(NamedTuple):
    """Lines in a fixed-width font, drawn as they are: code, or a table in columns."""

    lines: tuple[tuple[Run, ...], ...]
    """What stands in each line."""
    language: str = ""
    """The programming language, where the document names one."""
    table: bool = False
    """Whether it is a table."""
    quoted: int = 0
    """How many block quotes or admonitions it is in."""

    @property
    def text(self) -> str:
        """Its lines, with LF between them."""
        return "\n".join("".join(run.text for run in line) for line in self.lines)


class Marks(tuple[Mark, ...]):  # noqa: SLOT001 - tuples cannot have slots of their own
    """A quote's marks in order, so that those of a line are found without a look at all of them."""

    starts: list[int]
    reach: list[int]  # the furthest that a mark up to here ends

    def __new__(cls, marks: Iterable[Mark]) -> Marks:
        """Put marks in order."""
        self = super().__new__(cls, sorted(marks, key=lambda mark: mark.start))
        self.starts = [mark.start for mark in self]
        self.reach = list(accumulate((mark.end for mark in self), max))
        return self

    def near(self, start: int, end: int) -> tuple[Mark, ...]:
        """Return a stretch of the marks with all that share characters with `start` to `end`."""
        return self[bisect_right(self.reach, start) : bisect_left(self.starts, end)]


def runs(quote: Quote, start: int, end: int) -> tuple[Run, ...]:
    """Return `quote.text[start:end]` cut where an inline form or a highlight begins or ends; line ends are blanks."""
    if start >= end:
        return ()
    near = quote.marks.near(start, end) if isinstance(quote.marks, Marks) else quote.marks
    marks = [mark for mark in near if mark.start < end and start < mark.end]
    highlights = [span for span in quote.highlights if span[0] < end and start < span[1]]
    bounds = {start, end}
    for first, last in (*((mark.start, mark.end) for mark in marks), *highlights):
        bounds.update((max(first, start), min(last, end)))
    return tuple(_run(quote, marks, highlights, span) for span in pairwise(sorted(bounds)))


def _run(quote: Quote, marks: Sequence[Mark], highlights: Sequence[Span], span: Span) -> Run:
    start, end = span
    around = [mark for mark in marks if mark.start <= start and end <= mark.end]
    return Run(
        LINE_END.sub(" ", quote.text[start:end]),
        frozenset(mark.kind for mark in around),
        next((mark.target for mark in around if mark.kind == "link"), ""),
        any(first <= start and end <= last for first, last in highlights),
    )
