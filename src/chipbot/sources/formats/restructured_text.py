"""reStructuredText → what a reader of the rendered page sees, with the structure that the markup gave it."""

from __future__ import annotations

import re
from collections.abc import Callable

from docutils import nodes

from chipbot.errors import DocumentError
from chipbot.model import MarkKind
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.decoding import decode
from chipbot.sources.formats.readable_text import BREAK, SOFT
from chipbot.sources.formats.rst_syntax import parse_rst
from chipbot.sources.formats.structure_builder import StructureBuilder
from chipbot.translation import Message

_MAX_HEADING = 6
_BREAKS = ("|br|", "|nbsp|")  # what many projects call a break or blank that another file defines
_REFERENCE = re.compile(r"\|([^|]+)\|_{0,2}|`([^`<]+)(?:<[^<>`]*>)?`_{0,2}|([^\s_`|]+)_{1,2}")


def extract(data: bytes) -> Extracted:
    """Read a reStructuredText file; raises DocumentError where it is no text, or nested too deep."""
    text = decode(data).removeprefix("\ufeff")
    builder = StructureBuilder(None)
    try:
        _Reader(builder, text.splitlines()).children(parse_rst(text), 1)
    except RecursionError as error:
        raise DocumentError(Message("it nests lists, quotations or directives too deep")) from error
    return builder.extracted()


def _unresolved(words: str) -> str:
    """Return what a reference shows whose target docutils does not find, since another file or Sphinx has it."""
    if words in _BREAKS:
        return " "
    match = _REFERENCE.fullmatch(words)
    return next((shown.rstrip() for shown in match.groups() if shown), words) if match else words


class _Reader:
    """Walks over docutils' nodes; a method that is named as a node reads those."""

    def __init__(self, builder: StructureBuilder, lines: list[str]) -> None:
        self._builder = builder
        self._out = builder.out
        self._lines = lines
        self._level = 0
        self._anchor = ""

    def children(self, node: nodes.Element, line: int) -> None:
        """Read what is in a node that begins on a line, or about there."""
        for child in node.children:
            if isinstance(child, nodes.Element):
                self._read(child, child.line or line)
            else:
                self._text(child.astext(), line)

    def _read(self, node: nodes.Element, line: int) -> None:
        name = node.tagname
        if name in _LEFT_OUT or "contents" in node.get("classes", ()):
            return
        reader = _READERS.get(name)
        if reader is not None:
            reader(self, node, line)
        elif isinstance(node, nodes.Admonition):
            self._callout(node, name.capitalize(), line)
        else:
            self.children(node, line)

    # Words

    def _text(self, words: str, line: int) -> int:
        """Write words, which may go on over lines; return the line that they end on."""
        for number, part in enumerate(words.split("\n")):
            if number:
                self._out.gap(SOFT)
            self._out.write(part, line + number)
        return line + words.count("\n")

    def _inline(self, node: nodes.Element, line: int) -> int:
        """Write the words and inline forms of a node; return the line that they end on."""
        for child in node.children:
            if not isinstance(child, nodes.Element):
                line = self._text(child.astext(), line)
            elif child.tagname in _LEFT_OUT:
                continue
            else:
                line = self._formed(child, line)
        return line

    def _formed(self, node: nodes.Element, line: int) -> int:
        name = node.tagname
        if name == "problematic":
            return self._text(_unresolved(node.astext()), line)
        if name in ("reference", "emphasis", "strong", "literal", "math"):
            kind = _MARKS[name]
            target = node.get("refuri") or ("#" + node["refid"] if node.get("refid") else "")
            self._out.open_mark(kind, target if kind == "link" else "")
            line = self._inline(node, line)
            self._out.close_mark(kind)
            return line
        return self._inline(node, line)

    # Blocks

    def paragraph(self, node: nodes.Element, line: int) -> None:
        self._builder.edge()
        self._inline(node, line)
        self._builder.edge()

    def section(self, node: nodes.Element, line: int) -> None:
        self._level += 1
        self._anchor = node["ids"][0] if node.get("ids") else ""
        self.children(node, line)
        self._level -= 1

    def title(self, node: nodes.Element, line: int) -> None:
        if isinstance(node.parent, nodes.section):
            self._builder.begin_heading(min(self._level, _MAX_HEADING), self._anchor)
            self._inline(node, self._title_line(node, line))
            self._builder.end_heading()
        else:
            self.label(node, line)

    def _title_line(self, node: nodes.Element, line: int) -> int:
        """Return the line of a section's title: docutils gives that of what underlines it."""
        first = node.astext().split("\n")[0][:10]
        for near in (line - 1, line, line - 2):
            if 0 < near <= len(self._lines) and first in self._lines[near - 1]:
                return near
        return max(line - 1, 1)

    def label(self, node: nodes.Element, line: int) -> None:
        if self._builder.role is not None:
            self._inline(node, line)
            return
        self._builder.begin("label")
        self._inline(node, line)
        self._builder.end_block()

    def code(self, node: nodes.Element, line: int) -> None:
        classes: list[str] = node.get("classes", [])
        language = node.get("language") or next((word for word in classes if word != "code"), "")
        self._builder.code(node.astext(), line, language)

    def bullet_list(self, node: nodes.Element, line: int) -> None:
        self._builder.open_list(None)
        self.children(node, line)
        self._builder.close_list()

    def enumerated_list(self, node: nodes.Element, line: int) -> None:
        self._builder.open_list(int(node.get("start", 1)))
        self.children(node, line)
        self._builder.close_list()

    def list_item(self, node: nodes.Element, line: int) -> None:
        if self._builder.role is None:
            self._builder.open_item()
        self.children(node, line)
        self._builder.edge()

    def term(self, node: nodes.Element, line: int) -> None:
        self._builder.edge()
        self._inline(node, line)
        self._builder.end_term()

    def field(self, node: nodes.Element, line: int) -> None:
        """Read the name of a field, which labels what it says."""
        self._builder.edge()
        name, body = _elements(node, nodes.Element)
        if name.astext() in ("orphan", "tocdepth", "nosearch", "nocomments", "github_url"):
            return
        self._inline(name, name.line or line)
        self._builder.end_term()
        self.children(body, line)
        self._builder.edge()

    def line_block(self, node: nodes.Element, line: int) -> None:
        self._builder.edge()
        for child in node.findall(nodes.line):
            self._inline(child, child.line or line)
            self._out.gap(BREAK)
        self._builder.edge()

    def quotation(self, node: nodes.Element, line: int) -> None:
        self._builder.open_container("quotation", quoted=True, nests=True)
        self.children(node, line)
        self._builder.close_container("quotation")

    def box(self, node: nodes.Element, line: int) -> None:
        self._builder.open_container("box")
        self.children(node, line)
        self._builder.close_container("box")

    def admonition(self, node: nodes.Element, line: int) -> None:
        self._callout(node, "", line)

    def _callout(self, node: nodes.Element, label: str, line: int) -> None:
        self._builder.open_container("callout", quoted=True, nests=True)
        if label and self._builder.role is None:
            self._builder.begin("label")
            self._out.write(label, line)
            self._builder.end_block()
        self.children(node, line)
        self._builder.close_container("callout")

    def transition(self, _node: nodes.Element, _line: int) -> None:
        self._builder.rule()

    # Tables

    def table(self, node: nodes.Element, line: int) -> None:
        if self._builder.role is not None:
            self.children(node, line)
            return
        for title in _elements(node, nodes.title):
            self.label(title, title.line or line)
        self._builder.open_table()
        reaching: dict[int, int] = {}
        for group in _elements(node, nodes.tgroup):
            for part in _elements(group, nodes.thead, nodes.tbody):
                for row in _elements(part, nodes.row):  # not those of a table in a cell
                    self._row(row, line, reaching, header=isinstance(part, nodes.thead))
        self._builder.close_table()

    def _row(self, row: nodes.Element, line: int, reaching: dict[int, int], *, header: bool) -> None:
        """Read a row; `reaching` says over how many further rows a cell above reaches, by column."""
        self._builder.open_row()
        column = self._reached(0, reaching, header=header)
        for entry in _elements(row, nodes.entry):
            self._builder.open_cell(header=header)
            self.children(entry, line)
            self._builder.close_cell()
            for extra in range(1 + int(entry.get("morecols", 0))):
                reaching[column] = int(entry.get("morerows", 0))
                column += 1
                if extra:
                    self._empty_cell(header=header)
            column = self._reached(column, reaching, header=header)
        self._builder.end_row()

    def _reached(self, column: int, reaching: dict[int, int], *, header: bool) -> int:
        """Leave the cells from a column on empty that cells above reach into; return the column after them."""
        while reaching.get(column, 0):
            reaching[column] -= 1
            column += 1
            self._empty_cell(header=header)
        return column

    def _empty_cell(self, *, header: bool) -> None:
        self._builder.open_cell(header=header)
        self._builder.close_cell()


def _elements(node: nodes.Element, *kinds: type[nodes.Element]) -> list[nodes.Element]:
    """Return the elements of some kinds right in a node."""
    return [child for child in node.children if isinstance(child, kinds)]


_MARKS: dict[str, MarkKind] = {
    "reference": "link", "emphasis": "emphasis", "strong": "strong", "literal": "code", "math": "code",
}  # fmt: skip
_LEFT_OUT = frozenset(
    "comment system_message raw footnote_reference citation_reference substitution_definition colspec decoration "
    "generated pending meta label".split()
)
"""What is no text of the document; a label is the number of a note."""
_READERS: dict[str, Callable[[_Reader, nodes.Element, int], None]] = {
    "paragraph": _Reader.paragraph, "section": _Reader.section, "title": _Reader.title, "subtitle": _Reader.paragraph,
    "rubric": _Reader.label, "caption": _Reader.paragraph, "attribution": _Reader.paragraph,
    "literal_block": _Reader.code, "doctest_block": _Reader.code, "math_block": _Reader.code,
    "bullet_list": _Reader.bullet_list, "enumerated_list": _Reader.enumerated_list, "list_item": _Reader.list_item,
    "term": _Reader.term, "field": _Reader.field, "option_group": _Reader.term, "line_block": _Reader.line_block,
    "block_quote": _Reader.quotation, "container": _Reader.box, "admonition": _Reader.admonition,
    "transition": _Reader.transition, "table": _Reader.table,
}  # fmt: skip
"""What reads the nodes that are more than what is in them."""
