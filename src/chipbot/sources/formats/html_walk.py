"""Elements of HTML → blocks and marks: what pages, books and their parts have in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from chipbot.sources.formats.html_code import code_language, code_text
from chipbot.sources.formats.html_content import HEADINGS, element_from
from chipbot.sources.formats.structure_builder import StructureBuilder
from chipbot.sources.formats.tags import CALLOUTS, TagReader

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from chipbot.sources.formats.html_content import PageContent

Close = Callable[[], object]
"""What is to be done at an element's end."""

_VOID = frozenset(("br", "hr", "img", "input", "wbr"))
_MAX_SPAN = 100  # columns or rows that a cell may reach over
_TITLE_CLASS = re.compile(r"(?:admonition|alert|callout|note|message|tip)[-_]{1,2}(?:title|heading|header)")
_CALLOUT_CLASS = re.compile(r"(?:admonition|alert|callout|message|custom-block|markdown-alert)(?:[-_]\w+)*")
_CODE_BOX = frozenset(("highlighttable", "rouge-table", "code-table", "syntaxhighlighter"))


class ElementTag:
    """An element's begin or end as a tag."""

    __slots__ = ("_node", "closing", "line", "name")

    def __init__(self, node: LexborNode, *, closing: bool) -> None:
        self._node = node
        self.name: str = node.tag or ""
        self.closing = closing
        self.line: int | None = None

    def attribute(self, name: str) -> str | None:
        """Return what an attribute says; None where the element has none of the name."""
        if name == "id" and self.name in HEADINGS:
            return anchor_of(self._node)
        attributes = self._node.attributes
        return (attributes[name] or "") if name in attributes else None


class _Columns:
    """Which columns of a table are taken by cells of rows above."""

    def __init__(self) -> None:
        self.column = 0
        self.reaching: dict[int, int] = {}  # column → rows that a cell above still reaches over

    def skip(self) -> int:
        """Return how many columns from here on are taken, and go past them."""
        count = 0
        while self.reaching.get(self.column, 0) > 0:
            self.reaching[self.column] -= 1
            self.column += 1
            count += 1
        return count

    def take(self, columns: int, rows: int) -> None:
        """Note a cell that reaches over columns and rows."""
        for _ in range(columns):
            if rows > 1:
                self.reaching[self.column] = rows - 1
            self.column += 1


class HtmlWalk:
    """Writes what elements say into a builder, as far as they are content."""

    def __init__(self, builder: StructureBuilder, content: PageContent) -> None:
        self._builder = builder
        self._out = builder.out
        self._content = content
        self._tags = TagReader(builder, lambda _label, _line: None)
        # Those that are open; None for one that only lays out a page.
        self._tables: list[_Columns | None] = []

    def walk(self, root: LexborNode) -> None:
        """Write what stands in an element, however deep."""
        closing: list[tuple[LexborNode, Close]] = []
        node = root.first_child
        while node is not None or closing:
            if node is None:
                element, close = closing.pop()
                close()
                node = element.next
            elif node.is_element_node:
                opened = self._open(node)
                if opened is None:
                    node = node.next
                else:
                    closing.append((node, opened))
                    node = node.first_child
            else:
                if node.is_text_node:
                    self._out.write(node.text_content or "")
                node = node.next
        self._builder.end_block()

    def _open(self, node: LexborNode) -> Close | None:
        """Begin an element; return what ends it, or None where what is in it is not to be read."""
        name = node.tag or ""
        if name in _VOID:
            if name != "img" or self._content.keeps(node):
                self._tags.read(ElementTag(node, closing=False))
            return None
        if not self._content.keeps(node):
            if name not in ("a", "button", "span", "sup"):
                self._builder.edge()
            return None
        if self._content.asks(node):
            return self._question()
        reader = _READERS.get(name)
        close = reader(self, node) if reader is not None else self._element(node)
        return self._answer(close) if close is not None and self._content.answers(node) else close

    def _element(self, node: LexborNode) -> Close | None:
        classes = node.attributes.get("class") if node.attributes else None
        if classes:
            if node.tag in ("div", "aside", "section", "blockquote", "dl") and _is_callout(classes):
                return self._callout()
            if _TITLE_CLASS.match(classes):
                return self._label()
            if "fragment" in classes.split() and node.css_first("div.line") is not None:  # Doxygen's code
                return self.pre(node)
        self._tags.read(ElementTag(node, closing=False))
        return lambda: self._tags.read(ElementTag(node, closing=True))

    def _callout(self) -> Close:
        self._builder.open_container("callout", quoted=True, nests=True)
        return lambda: self._builder.close_container("callout")

    def _question(self) -> Close:
        """Begin what a button asks that shows the answer; both are in a container, as in `<details>`."""
        self._builder.open_container("details")
        if self._builder.role is None:
            self._builder.begin("question")
        return self._builder.end_block

    def _answer(self, close: Close) -> Close:
        """Return what ends such an answer."""

        def end() -> None:
            close()
            self._builder.close_container("details")

        return end

    def _label(self) -> Close:
        if self._builder.role is None:
            self._builder.begin("label")
            return self._builder.end_block
        return self._builder.edge

    def quotation(self, _: LexborNode) -> Close:
        """Read a block quotation."""
        return self._callout()

    def pre(self, node: LexborNode) -> Close | None:
        """Read preformatted text: code, if it is not said to be none."""
        self._builder.code(code_text(node, self._content), None, code_language(node))
        return None

    def term(self, _: LexborNode) -> Close:
        """Read a term, which labels its definition."""
        self._builder.edge()
        return self._builder.end_term

    def table(self, node: LexborNode) -> Close | None:
        """Read a table, or what one lays out on the page."""
        if _lays_out(node):
            self._tables.append(None)
            self._builder.edge()
            return self._close_layout
        self._tables.append(_Columns())
        self._tags.read(ElementTag(node, closing=False))
        return lambda: self._close_table(node)

    def _close_table(self, node: LexborNode) -> None:
        self._tables.pop()
        self._tags.read(ElementTag(node, closing=True))

    def _close_layout(self) -> None:
        self._tables.pop()
        self._builder.edge()

    def caption(self, _: LexborNode) -> Close:
        """Read a table's caption, which is of one unit with its rows."""
        return self._label()

    def row(self, _: LexborNode) -> Close:
        """Read a row of a table."""
        if not self._tables or self._tables[-1] is None:
            self._builder.edge()
            return self._builder.edge
        self._tables[-1].column = 0
        self._builder.open_row()
        return self._builder.end_row

    def cell(self, node: LexborNode) -> Close:
        """Read a cell; those that it reaches over are empty, so that the cells beside it stand under their headers."""
        columns = self._tables[-1] if self._tables else None
        if columns is None:
            self._builder.edge()
            return self._builder.edge
        header = node.tag == "th" or (node.parent is not None and _in_head(node.parent))
        width = _span(node, "colspan")
        self._empty_cells(columns.skip(), header=header)
        columns.take(width, _span(node, "rowspan"))
        self._builder.open_cell(header=header)
        return lambda: self._close_cell(width, header=header)

    def _close_cell(self, width: int, *, header: bool) -> None:
        self._builder.close_cell()
        self._empty_cells(width - 1, header=header)

    def _empty_cells(self, count: int, *, header: bool) -> None:
        for _ in range(count):
            self._builder.open_cell(header=header)
            self._builder.close_cell()

    def left_out(self, _: LexborNode) -> Close | None:
        """Leave out what says the same again, such as a pronunciation above a character."""
        return None

    def image_text(self, _: LexborNode) -> Close:
        """Read what explains a picture."""
        self._builder.edge()
        return self._builder.edge


def anchor_of(node: LexborNode) -> str:
    """Return what leads to a heading: its own id, that of something in it, or that of the section that it begins."""
    own = node.attributes.get("id") or node.attributes.get("name")
    if own:
        return own
    inner = node.css_first("[id], a[name]")
    if inner is not None:
        found = inner.attributes.get("id") or inner.attributes.get("name") or ""
        return found.removeprefix("user-content-")
    link = node.css_first("a[href^='#']")
    if link is not None:
        return (link.attributes["href"] or "#")[1:]
    parent = node.parent
    while (
        parent is not None
        and parent.tag in ("header", "hgroup", "div", "section")
        and not parent.attributes.get("id")
    ):
        if element_from(parent.first_child) is None or parent.tag == "section":
            break
        parent = parent.parent
    if parent is not None and parent.tag in ("section", "div", "article") and _begins(parent, node):
        return parent.attributes.get("id") or ""
    return ""


def _begins(parent: LexborNode, heading: LexborNode) -> bool:
    first = parent.css_first("h1, h2, h3, h4, h5, h6")
    return first is not None and first.mem_id == heading.mem_id


def _is_callout(classes: str) -> bool:
    words = classes.lower().split()
    return any(_CALLOUT_CLASS.fullmatch(word) for word in words) or (
        len(words) <= 2 and not CALLOUTS.isdisjoint(words)
    )


def _lays_out(table: LexborNode) -> bool:
    """Whether a table lays out a page, or code beside its line numbers, rather than relating cells to each other."""
    if table.attributes.get("role") in ("presentation", "none"):
        return True
    if not _CODE_BOX.isdisjoint((table.attributes.get("class") or "").split()):
        return True
    if len(table.css("table")) > 1 or len(table.css("td, th")) < 2:  # the first counts itself
        return True
    return table.css_first("th") is None and table.css_first("h1, h2, h3, h4, pre, form") is not None


def _in_head(row: LexborNode) -> bool:
    return row.parent is not None and row.parent.tag == "thead"


def _span(node: LexborNode, name: str) -> int:
    value = node.attributes.get(name) or ""
    return min(int(value), _MAX_SPAN) or 1 if value.isascii() and value.isdigit() and len(value) < 6 else 1


_READERS: dict[str, Callable[[HtmlWalk, LexborNode], Close | None]] = {
    "blockquote": HtmlWalk.quotation, "pre": HtmlWalk.pre, "listing": HtmlWalk.pre, "xmp": HtmlWalk.pre,
    "dt": HtmlWalk.term, "table": HtmlWalk.table, "tr": HtmlWalk.row, "td": HtmlWalk.cell, "th": HtmlWalk.cell,
    "caption": HtmlWalk.caption, "figcaption": HtmlWalk.image_text,
    "rt": HtmlWalk.left_out, "rp": HtmlWalk.left_out, "annotation": HtmlWalk.left_out,
    "annotation-xml": HtmlWalk.left_out,
}  # fmt: skip
"""What reads the elements that are more than a tag."""
