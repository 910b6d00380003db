"""Quote → the lines in which every front end draws it: list markers, table rows under their headers, code.

What is drawn is the quote's own text, in order. White space between blocks becomes line ends, the marks of plain text
that a block stands for become the block's own marker, and of a table the rules between its cells are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import dropwhile

from chipbot.model import Block, Quote, Span
from chipbot.service.lines import LINE_END, Code, Line, Marks, Run, runs
from chipbot.service.tables import TABLE_KINDS, aligned, is_repeated_header, row_runs, small_table

_LIST_MARKER = re.compile(r"\s*(?:[-*+•‣◦–]|\(?\d{1,9}[.)]|\(?[a-zA-Z][.)])\s+")
_OWN_MARKER = re.compile(r"(?:[-*+•‣◦–]|\(?(\d{1,9})[.)])\s")


def layout(quote: Quote) -> list[Line | Code]:
    """Return what of a quote is drawn, line by line; a quote without blocks is its text's own lines."""
    quote = replace(quote, marks=Marks(quote.marks))
    blocks = [block for block in quote.blocks if block.start < block.end]
    if not blocks:
        return list(_text_lines(quote, (0, len(quote.text)), Block(0, len(quote.text))))
    drawn: list[Line | Code] = []
    position, number = 0, 0
    while number < len(blocks):
        block = blocks[number]
        before, start = _gap(quote, position, block)
        drawn += before if drawn or any(isinstance(line, Line) and line.runs for line in before) else []
        table = small_table(quote, blocks, number)
        if table:
            number, position = number + len(table), table[-1].end
            drawn.append(Code(tuple(aligned(quote, table)), table=True, quoted=block.quoted))
            continue
        number, position = number + 1, block.end
        following = blocks[number] if number < len(blocks) else None
        if not is_repeated_header(quote, block, following):
            drawn += _block(quote, block._replace(start=start))
    end = len(quote.text)
    if quote.text[position:].strip():
        before, start = _gap(quote, position, Block(end, end))
        drawn += [*before, Line(runs(quote, start, end))] if start < end else before
    return drawn


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
    if block.kind in ("code", *TABLE_KINDS):
        return [*before, Line(runs(quote, lead, start))], start
    return before, lead


def _block(quote: Quote, block: Block) -> Iterator[Line | Code]:
    """Yield a block's lines."""
    if block.kind == "code":
        yield from _code(quote, block)
    elif block.kind in TABLE_KINDS and any(start < end for start, end in block.cells):
        yield Line(tuple(row_runs(quote, block)), quoted=block.quoted)
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
