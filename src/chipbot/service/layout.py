"""Quote → the lines in which every front end draws it: list markers, table rows under their headers, code.

What is drawn is the quote's own text, in order. White space between blocks becomes line ends, the marks of plain text
that a block stands for become the block's own marker, and of a table the rules between its cells are left out.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, dropwhile, pairwise
from typing import NamedTuple

from chipbot.model import Block, Mark, MarkKind, Quote, Span

LINE_END = re.compile(r"\r\n?|\n")
_LIST_MARKER = re.compile(r"\s*(?:[-*+•‣◦–]|\(?\d{1,9}[.)]|\(?[a-zA-Z][.)])\s+")
_OWN_MARKER = re.compile(r"(?:[-*+•‣◦–]|\(?(\d{1,9})[.)])\s")
_TABLE_KINDS = ("table_header", "table_row")
MAX_TABLE_ROWS = 12
"""The most rows of a table that is drawn with aligned columns."""
MAX_TABLE_WIDTH = 32
"""The most columns that such a table is wide: what a telephone shows of a fixed-width font without wrapping."""
MAX_HEADER = 40
"""The most characters of a header that is said again before each cell below it."""


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


class _Marks(tuple[Mark, ...]):  # noqa: SLOT001 - tuples cannot have slots of their own
    """A quote's marks in order, so that those of a line are found without a look at all of them."""

    starts: list[int]
    reach: list[int]  # the furthest that a mark up to here ends

    def __new__(cls, marks: Iterable[Mark]) -> _Marks:
        self = super().__new__(cls, sorted(marks, key=lambda mark: mark.start))
        self.starts = [mark.start for mark in self]
        self.reach = list(accumulate((mark.end for mark in self), max))
        return self

    def near(self, start: int, end: int) -> tuple[Mark, ...]:
        """Return a stretch of the marks with all that share characters with `start` to `end`."""
        return self[bisect_right(self.reach, start) : bisect_left(self.starts, end)]


def layout(quote: Quote) -> list[Line | Code]:
    """Return what of a quote is drawn, line by line; a quote without blocks is its text's own lines."""
    quote = replace(quote, marks=_Marks(quote.marks))
    blocks = [block for block in quote.blocks if block.start < block.end]
    if not blocks:
        return list(_text_lines(quote, (0, len(quote.text)), Block(0, len(quote.text))))
    drawn: list[Line | Code] = []
    position, number = 0, 0
    while number < len(blocks):
        block = blocks[number]
        before, start = _gap(quote, position, block)
        drawn += before if drawn or any(isinstance(line, Line) and line.runs for line in before) else []
        table = _small_table(quote, blocks, number)
        if table:
            number, position = number + len(table), table[-1].end
            drawn.append(Code(tuple(_aligned(quote, table)), table=True, quoted=block.quoted))
            continue
        number, position = number + 1, block.end
        following = blocks[number] if number < len(blocks) else None
        if not _is_repeated_header(quote, block, following):
            drawn += _block(quote, block._replace(start=start))
    end = len(quote.text)
    if quote.text[position:].strip():
        before, start = _gap(quote, position, Block(end, end))
        drawn += [*before, Line(runs(quote, start, end))] if start < end else before
    return drawn


def runs(quote: Quote, start: int, end: int) -> tuple[Run, ...]:
    """Return `quote.text[start:end]` cut where an inline form or a highlight begins or ends; line ends are blanks."""
    if start >= end:
        return ()
    near = quote.marks.near(start, end) if isinstance(quote.marks, _Marks) else quote.marks
    marks = [mark for mark in near if mark.start < end and start < mark.end]
    highlights = [span for span in quote.highlights if span[0] < end and start < span[1]]
    bounds = {start, end}
    for first, last in (*((mark.start, mark.end) for mark in marks), *highlights):
        bounds.update((max(first, start), min(last, end)))
    return tuple(_run(quote, marks, highlights, span) for span in pairwise(sorted(bounds)))


def width(text: str) -> int:
    """Return how many columns a text takes in a fixed-width font."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _run(quote: Quote, marks: Sequence[Mark], highlights: Sequence[Span], span: Span) -> Run:
    start, end = span
    around = [mark for mark in marks if mark.start <= start and end <= mark.end]
    return Run(
        LINE_END.sub(" ", quote.text[start:end]),
        frozenset(mark.kind for mark in around),
        next((mark.target for mark in around if mark.kind == "link"), ""),
        any(first <= start and end <= last for first, last in highlights),
    )


def _gap(quote: Quote, position: int, block: Block) -> tuple[list[Line | Code], int]:
    """Return the lines between a block and what stands before it, and where the block's own first line begins.

    Marks of plain text before the block on its line belong to that line, but for a list's, which is drawn anew.
    """
    pieces = list(_line_spans(quote.text, position, block.start))
    (first, end), *inner = pieces[:-1] or [(position, position)]
    before: list[Line | Code] = []
    if quote.text[first:end].strip():
        before.append(Line(runs(quote, first, end)))
    previous_blank = False
    for start, stop in inner:
        blank = not quote.text[start:stop].strip()
        if not (blank and previous_blank):
            before.append(Line() if blank else Line(runs(quote, start, stop)))
        previous_blank = blank
    lead, start = pieces[-1]
    prefix = quote.text[lead:start]
    redrawn = block.kind == "list_item" and _LIST_MARKER.fullmatch(prefix)
    if not prefix.strip() or redrawn:
        return before, start
    if block.kind in ("code", *_TABLE_KINDS):
        return [*before, Line(runs(quote, lead, start))], start
    return before, lead


def _block(quote: Quote, block: Block) -> Iterator[Line | Code]:
    """Yield a block's lines."""
    if block.kind == "code":
        yield from _code(quote, block)
    elif block.kind in _TABLE_KINDS and any(start < end for start, end in block.cells):
        yield Line(tuple(_row(quote, block)), quoted=block.quoted)
    else:
        yield from _text_lines(quote, (block.start, block.end), block)


def _code(quote: Quote, block: Block) -> Iterator[Code]:
    """Yield a block of code without blank lines around it; none where it holds nothing else."""
    end = block.start + len(quote.text[block.start : block.end].rstrip())
    spans = list(
        dropwhile(
            lambda span: not quote.text[slice(*span)].strip(), _line_spans(quote.text, block.start, end)
        )
    )
    if spans:
        yield Code(tuple(runs(quote, *span) for span in spans), block.label, quoted=block.quoted)


def _text_lines(quote: Quote, span: Span, block: Block) -> Iterator[Line]:
    """Yield a block of text line by line; of a list item the first line has the marker."""
    item = block.kind == "list_item" and not _has_own_marker(
        quote.text[block.start : block.end], block.ordinal
    )
    depth = 0 if block.kind == "heading" else max(block.depth, item)
    for start, end in _line_spans(quote.text, *span):
        drawn = runs(quote, start, end)
        if block.kind in ("heading", "label"):
            drawn = tuple(_strong(run) for run in drawn)
        line = Line(drawn, depth, quoted=block.quoted)
        yield line._replace(item=True, ordinal=block.ordinal, checked=block.checked) if item else line
        item = False


def _has_own_marker(item: str, ordinal: int | None) -> bool:
    """Whether a list item's text begins with the marker that we would draw, as in plain text it may."""
    marker = _OWN_MARKER.match(item)
    return marker is not None and (ordinal is None or marker[1] == str(ordinal))


def _strong(run: Run) -> Run:
    return run._replace(kinds=run.kinds | {"strong"})


def _line_spans(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield where each line of `text[start:end]` begins and ends, without its line end."""
    for match in LINE_END.finditer(text, start, end):
        yield start, match.start()
        start = match.end()
    yield start, end


def _row(quote: Quote, row: Block) -> Iterator[Run]:
    """Yield a table row: "advertising — first time: warning · second time: mute"; without headers its cells alone."""
    headers = row.headers or ("",) * len(row.cells)
    between, before = "", row.start
    for number, ((start, end), header) in enumerate(zip(row.cells, headers, strict=False)):
        if start >= end:
            continue
        leads = number == 0 and len(row.cells) > 1 and bool(row.headers)
        name = "" if leads else _header(header)
        said = between + (f"{name}: " if name else "")
        if said:
            yield Run(said, highlighted=any(a < before and start < b for a, b in quote.highlights))
        yield from runs(quote, start, end)
        between, before = " — " if leads else " · ", end


def _header(text: str) -> str:
    """A table header on one line."""
    words = " ".join(text.split())
    return words if len(words) <= MAX_HEADER else words[: MAX_HEADER - 1].rstrip() + "…"


def _is_repeated_header(quote: Quote, block: Block, following: Block | None) -> bool:
    """Whether a table's header is said again by the row below it, and answers nothing itself."""
    return (
        block.kind == "table_header"
        and following is not None
        and following.kind == "table_row"
        and bool(following.headers)
        and not any(start < block.end and block.start < end for start, end in quote.highlights)
    )


def _small_table(quote: Quote, blocks: Sequence[Block], number: int) -> list[Block]:
    """Return the blocks of the table that begins at `number`, if all of it is small enough to be drawn in columns.

    Cells with inline forms, or of which one alone is highlighted, are shown better as text.
    """
    first = blocks[number]
    if first.kind not in _TABLE_KINDS or (number and _are_one_table(blocks[number - 1], first)):
        return []
    table = [first]
    for block in blocks[number + 1 :]:
        if block.kind != "table_row" or not _are_one_table(first, block) or len(table) > MAX_TABLE_ROWS:
            break
        table.append(block)
    rows = [block for block in table if block.kind == "table_row"]
    columns = {len(block.cells) for block in table}
    if not 2 <= len(rows) <= MAX_TABLE_ROWS or len(columns) > 1 or len(first.cells) < 2:
        return []
    if any(mark.start < table[-1].end and first.start < mark.end for mark in quote.marks):
        return []
    if any(_is_cut(quote.highlights, block) for block in table):
        return []
    texts = [run.text for (run,) in _aligned(quote, table)]
    return table if all(text.strip() and width(text) <= MAX_TABLE_WIDTH for text in texts) else []


def _are_one_table(above: Block, below: Block) -> bool:
    return above.kind in _TABLE_KINDS and above.unit == below.unit


def _is_cut(highlights: Sequence[Span], row: Block) -> bool:
    """Whether only a part of a row is highlighted."""
    filled = [span for span in row.cells if span[0] < span[1]] or [(row.start, row.end)]
    start, end = filled[0][0], filled[-1][1]
    return any(a < end and start < b and not (a <= start and end <= b) for a, b in highlights)


def _aligned(quote: Quote, table: Sequence[Block]) -> Iterator[tuple[Run]]:
    """Yield a table's lines, with its columns one below the other."""
    rows = [block for block in table if block.kind == "table_row"]
    named = [block for block in table if block.kind == "table_header"]
    header = [_cell(quote, span) for span in named[0].cells] if named else list(rows[0].headers)
    grid = [[_header(name) for name in header]] if header else []
    grid += [[_cell(quote, span) for span in row.cells] for row in rows]
    widths = [max(map(width, column)) for column in zip(*grid, strict=False)]
    texts = [_padded(line, widths) for line in grid]
    if header:
        yield (Run(texts.pop(0)),)
        yield (Run("  ".join("─" * size for size in widths)),)
    for row, text in zip(rows, texts, strict=True):
        yield (Run(text, highlighted=any(a < row.end and row.start < b for a, b in quote.highlights)),)


def _cell(quote: Quote, span: Span) -> str:
    return " ".join(quote.text[span[0] : span[1]].split())


def _padded(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (size - width(cell)) for cell, size in zip(cells, widths, strict=False))
    return "  ".join(padded).rstrip()
