"""Quotes and passages → the elements of a page: nested lists, tables, code, quotations, and runs of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from chipbot.model import Block, Quote, Span
from chipbot.service.lines import LINE_END, Run, runs

Kind = Literal["paragraph", "label", "heading", "code", "list", "item", "table", "quote"]
LinkTo = Callable[[str], str]
"""Returns where a link's target leads from this page; empty for nowhere."""
_TABLE_KINDS = ("table_header", "table_row")


@dataclass(slots=True, kw_only=True)
class Text:
    """Characters that are drawn alike."""

    text: str
    tags: tuple[str, ...] = ()
    """The HTML elements around it, the outermost first."""
    link: str = ""
    """Where it leads."""
    marked: bool = False
    """Whether it is part of what answers."""
    first_mark: bool = False
    """Whether it is the first such part of the page: what the page scrolls to."""


Line = tuple[Text, ...]


@dataclass(slots=True, kw_only=True)
class Element:
    """One element of a page."""

    kind: Kind
    lines: list[Line] = field(default_factory=list)
    """The lines of text in it."""
    children: list[Element] = field(default_factory=list)
    """The elements in it."""
    ordered: bool = False
    """Whether a list is numbered."""
    start: int | None = None
    """The number that an item has."""
    checked: bool | None = None
    """Whether an item of a task list is done."""
    language: str = ""
    """The programming language of code."""
    header: list[Line] = field(default_factory=list)
    """The cells of a table's header."""
    rows: list[list[Line]] = field(default_factory=list)
    """The cells of a table's rows."""


_TAGS = {"strong": "strong", "emphasis": "em", "strikethrough": "s", "code": "code"}


class ElementReader:
    """Makes elements of the quotes of one page."""

    def __init__(self, link_to: LinkTo) -> None:
        self._link_to = link_to
        self._marked = False

    def read(self, quote: Quote) -> list[Element]:
        """Return a quote's elements; one without blocks is a paragraph."""
        blocks = [block for block in quote.blocks if block.start < block.end]
        if not blocks:
            return [Element(kind="paragraph", lines=self._lines(quote, (0, len(quote.text))))]
        nest = _Nest()
        number = 0
        while number < len(blocks):
            block = blocks[number]
            table = _table_at(blocks, number)
            if table:
                nest.add(block, self._table(quote, table))
            elif block.kind == "list_item":
                nest.add_item(block, self._lines(quote, (block.start, block.end)))
            else:
                nest.add(block, self._block(quote, block))
            number += len(table) or 1
        return nest.elements

    def _block(self, quote: Quote, block: Block) -> Element:
        span = (block.start, block.end)
        if block.kind == "code":
            return Element(kind="code", lines=self._lines(quote, span), language=block.label)
        kind: Kind = "label" if block.kind in ("label", "question", "heading") else "paragraph"
        return Element(kind=kind, lines=self._lines(quote, span))

    def _table(self, quote: Quote, rows: Sequence[Block]) -> Element:
        table = Element(kind="table")
        headers = rows[0].headers
        if rows[0].kind == "table_row" and any(headers):  # its own header is in the passage before
            table.header = [(Text(text=header),) for header in headers]
        for row in rows:
            cells = [self._cell(quote, span) for span in row.cells or ((row.start, row.end),)]
            if row.kind == "table_header" and not table.header:
                table.header = cells
            else:
                table.rows.append(cells)
        return table

    def _cell(self, quote: Quote, span: Span) -> Line:
        return tuple(map(self._text, runs(quote, *span)))

    def _lines(self, quote: Quote, span: Span) -> list[Line]:
        return [tuple(map(self._text, runs(quote, *line))) for line in _line_spans(quote.text, *span)]

    def _text(self, run: Run) -> Text:
        first = run.highlighted and bool(run.text.strip()) and not self._marked
        self._marked |= first
        return Text(
            text=run.text,
            tags=tuple(tag for kind, tag in _TAGS.items() if kind in run.kinds),
            link=self._link_to(run.target) if run.target else "",
            marked=run.highlighted,
            first_mark=first,
        )


class _Nest:
    """The elements of a passage, and the quotations and lists that are open at its end."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self._quotes: list[Element] = []
        self._lists: list[Element] = []

    def add(self, block: Block, element: Element) -> None:
        """Add what stands in so many quotations and lists as the block says."""
        self._enter_quotes(block.quoted)
        del self._lists[block.depth :]
        self._inside().append(element)

    def add_item(self, block: Block, lines: list[Line]) -> None:
        """Add an item of a list."""
        self._enter_quotes(block.quoted)
        depth, ordered = max(block.depth, 1), block.ordinal is not None
        del self._lists[depth:]
        if len(self._lists) == depth and self._lists[-1].ordered != ordered:
            self._lists.pop()
        while len(self._lists) < depth:
            opened = Element(kind="list", ordered=ordered)
            self._inside().append(opened)
            self._lists.append(opened)
            if len(self._lists) < depth:
                opened.children.append(Element(kind="item"))
        item = Element(kind="item", lines=lines, start=block.ordinal, checked=block.checked)
        self._lists[-1].children.append(item)

    def _enter_quotes(self, quoted: int) -> None:
        if len(self._quotes) == quoted:
            return
        self._lists.clear()
        del self._quotes[quoted:]
        while len(self._quotes) < quoted:
            opened = Element(kind="quote")
            self._inside().append(opened)
            self._quotes.append(opened)

    def _inside(self) -> list[Element]:
        """Return where the next element goes: into the last item of the innermost list, say."""
        if self._lists:
            return self._lists[-1].children[-1].children
        return self._quotes[-1].children if self._quotes else self.elements


def _table_at(blocks: Sequence[Block], number: int) -> Sequence[Block]:
    """Return the rows of the table that begins here; none where there is no table."""
    first, end = blocks[number], number
    while end < len(blocks) and blocks[end].kind in _TABLE_KINDS and blocks[end].unit == first.unit:
        end += 1
    return blocks[number:end]


def _line_spans(text: str, start: int, end: int) -> Iterator[Span]:
    for match in LINE_END.finditer(text, start, end):
        yield start, match.start()
        start = match.end()
    yield start, end
