"""Tables of a quote: in aligned columns where they are small, each row as text where not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chipbot.model import Block, Quote, Span
from chipbot.service.lines import Run, runs
from chipbot.text.columns import padded, width

TABLE_KINDS = ("table_header", "table_row")
MAX_TABLE_ROWS = 12
"""The most rows of a table that is drawn with aligned columns."""
MAX_TABLE_WIDTH = 32
"""The most columns that such a table is wide: what a telephone shows of a fixed-width font without wrapping."""
MAX_HEADER = 40
"""The most characters of a header that is said again before each cell below it."""


def row_runs(quote: Quote, row: Block) -> Iterator[Run]:
    """Yield a table row: "advertising — first time: warning · second time: mute"; without headers its cells alone.

    What it says between cells is no part of the document, so that it is never highlighted.
    """
    headers = row.headers or ("",) * len(row.cells)
    between = ""
    for number, ((start, end), header) in enumerate(zip(row.cells, headers, strict=False)):
        if start >= end:
            continue
        leads = number == 0 and len(row.cells) > 1 and bool(row.headers)
        name = "" if leads else _header(header)
        said = between + (f"{name}: " if name else "")
        if said:
            yield Run(said)
        yield from runs(quote, start, end)
        between = " — " if leads else " · "


def _header(text: str) -> str:
    """A table header on one line."""
    words = " ".join(text.split())
    return words if len(words) <= MAX_HEADER else words[: MAX_HEADER - 1].rstrip() + "…"


def is_repeated_header(quote: Quote, block: Block, following: Block | None) -> bool:
    """Whether a table's header is said again by the row below it, and answers nothing itself."""
    return (
        block.kind == "table_header"
        and following is not None
        and following.kind == "table_row"
        and bool(following.headers)
        and not any(start < block.end and block.start < end for start, end in quote.highlights)
    )


def small_table(quote: Quote, blocks: Sequence[Block], number: int) -> list[Block]:
    """Return the blocks of the table that begins at `number`, if all of it is small enough to be drawn in columns.

    Cells with inline forms, or of which one alone is highlighted, are shown better as text.
    """
    first = blocks[number]
    if first.kind not in TABLE_KINDS or (number and _are_one_table(blocks[number - 1], first)):
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
    texts = [run.text for (run,) in aligned(quote, table)]
    return table if all(text.strip() and width(text) <= MAX_TABLE_WIDTH for text in texts) else []


def _are_one_table(above: Block, below: Block) -> bool:
    return above.kind in TABLE_KINDS and above.unit == below.unit


def _is_cut(highlights: Sequence[Span], row: Block) -> bool:
    """Whether only a part of a row is highlighted."""
    filled = [span for span in row.cells if span[0] < span[1]] or [(row.start, row.end)]
    start, end = filled[0][0], filled[-1][1]
    return any(a < end and start < b and not (a <= start and end <= b) for a, b in highlights)


def aligned(quote: Quote, table: Sequence[Block]) -> Iterator[tuple[Run]]:
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
    return "  ".join(map(padded, cells, widths)).rstrip()
