"""Word's documents (ECMA-376, part 1, 17) → headings, paragraphs, lists, tables with their marks and notes.

What is not the document's own text is left out: headers and footers, tables of contents, comments, deletions, hidden text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from chipbot.sources.formats import Extracted
from chipbot.sources.formats.inline_marks import Form
from chipbot.sources.formats.list_levels import ListLevels
from chipbot.sources.formats.office_text import OfficeText
from chipbot.sources.formats.open_packaging import Package, is_on
from chipbot.sources.formats.readable_text import BREAK, SPACE
from chipbot.sources.formats.word_elements import (
    cells,
    contents,
    is_bold,
    is_hidden,
    link_of,
    list_of,
    notes,
    number_of,
    plain_words,
    sets_off_first_row,
    text_boxes,
)
from chipbot.sources.formats.word_styles import MAX_HEADING, Style, outline_level, read_styles, value_of
from chipbot.sources.formats.xml_tree import first

_GAPS = {"w:tab": SPACE, "w:ptab": SPACE, "w:br": BREAK, "w:cr": BREAK}


def extract(data: bytes) -> Extracted:
    """Read a document of Word; raises DocumentError where it is damaged or protected."""
    package = Package(data)
    part = package.main_part("word/document.xml")
    reader = _Reader(package, part)
    for body in package.tree(part):
        if body.tag == "w:body":
            reader.blocks(body)
    made = reader.finish()
    if made.title:
        return made
    return replace(made, title=package.title())


class _Reader(OfficeText):
    """Walks over the elements of a document."""

    def __init__(self, package: Package, part: str) -> None:
        super().__init__()
        self._lists = ListLevels(self._builder)
        self._styles, self._numbering = read_styles(package, part)
        self._references = package.relationships(part)
        self._notes = dict(notes(package, self._references))
        self._links: list[Form] = []
        self._fields: list[str] = []  # the instructions of those that are open

    def finish(self) -> Extracted:
        """Return what has been read."""
        self._end_code()
        self._lists.end()
        return self._builder.extracted()

    # Blocks

    def blocks(self, parent: Element) -> None:
        """Read the paragraphs and tables of a body, cell, note or text box."""
        for element in contents(parent):
            if element.tag == "w:p":
                self._paragraph(element)
            elif element.tag == "w:tbl":
                self._table(element)

    def _paragraph(self, element: Element) -> None:
        properties = first(element, "w:pPr")
        style = self._styles.of(value_of(properties, "w:pStyle"))
        if style.name.startswith(("toc ", "table of figures")):
            return
        if self._builder.role == "table_row":
            self._runs(element)
            self._out.gap(BREAK)
        elif style.is_code:
            self._code.append("".join(plain_words(element)))
        else:
            self._end_code()
            self._begin(element, properties, style)
        self._notes_after()

    def _begin(self, element: Element, properties: Element | None, style: Style) -> None:
        level = outline_level(properties) or style.outline
        numbered = list_of(properties, style)
        if level is not None:
            self._lists.end()
            self._builder.begin_heading(min(level, MAX_HEADING))
            self._runs(element)
            self._builder.end_heading()
            return
        if numbered is not None and any(map(str.strip, plain_words(element))):
            name, depth = numbered
            self._lists.item(name, depth, self._numbering.ordinal(name, depth))
        else:
            self._lists.end()
        if style.is_quote:
            self._builder.open_container("quote", quoted=True)
        self._runs(element)
        self._builder.end_block()
        if style.is_quote:
            self._builder.close_container("quote")

    def _end_code(self) -> None:
        if self._code:
            self._lists.end()
        super()._end_code()

    # Tables

    def _table(self, table: Element) -> None:
        rows = [row for row in contents(table) if row.tag == "w:tr" and first(row, "w:trPr/w:del") is None]
        width = max((len(list(cells(row))) for row in rows), default=0)
        if self._builder.role == "table_row" or width < 2:  # a table in a cell; a frame around text
            for row in rows:
                for cell in cells(row):
                    self.blocks(cell)
            return
        self._end_code()
        self._lists.end()
        self._builder.open_table()
        headed = self._has_header(table, rows)
        for number, row in enumerate(rows):
            self._row(row, header=headed and number == 0)
        self._builder.close_table()

    def _has_header(self, table: Element, rows: list[Element]) -> bool:
        """Whether the first row heads the columns: it says so, looks unlike the others by the table's style, or is bold."""
        if first(rows[0], "w:trPr/w:tblHeader") is not None:
            return is_on(first(rows[0], "w:trPr/w:tblHeader"))
        style = self._styles.of(value_of(first(table, "w:tblPr"), "w:tblStyle"))
        if style.first_row and sets_off_first_row(table):
            return True
        return len(rows) > 1 and is_bold(rows[0]) and not is_bold(rows[1])

    def _row(self, row: Element, *, header: bool) -> None:
        self._builder.open_row()
        for cell in cells(row):
            self._builder.open_cell(header=header)
            self.blocks(cell)
            self._builder.close_cell()
            for _ in range(min(number_of(first(cell, "w:tcPr/w:gridSpan"), 1), 100) - 1):
                self._builder.open_cell(header=header)
                self._builder.close_cell()
        self._builder.end_row()

    # Runs

    def _runs(self, parent: Element) -> None:
        for element in contents(parent):
            if element.tag == "w:r":
                self._run(element)
            elif element.tag == "w:hyperlink":
                self._links.append(("link", self._target(element)))
                self._runs(element)
                self._links.pop()
            elif element.tag in ("m:oMath", "m:oMathPara"):
                self._marks.change(self._links)
                self._out.write("".join(text.text or "" for text in element.iter("m:t")))
        if parent.tag == "w:p":
            self._marks.change(())

    def _target(self, link: Element) -> str:
        reference = self._references.get(link.get("r:id", ""))
        anchor = link.get("w:anchor")
        return (reference.target if reference else "") + (f"#{anchor}" if anchor else "")

    def _run(self, run: Element) -> None:
        if is_hidden(run):
            return
        properties = first(run, "w:rPr")
        forms = [*self._links, *self._forms(properties)]
        field = next((link_of(words) for words in reversed(self._fields) if words), None)
        if field:
            forms.append(("link", field))
        self._marks.change(forms)
        for element in contents(run):
            reader = _IN_RUN.get(element.tag)
            if reader is not None:
                reader(self, element)
            elif element.tag in _GAPS:
                self._out.gap(_GAPS[element.tag])

    def _forms(self, properties: Element | None) -> Iterator[Form]:
        if properties is None:
            return
        style = self._styles.of(value_of(properties, "w:rStyle"))
        bold, italic = first(properties, "w:b"), first(properties, "w:i")
        if is_on(bold) or (bold is None and style.bold):
            yield "strong", ""
        if is_on(italic) or (italic is None and style.italic):
            yield "emphasis", ""
        if is_on(first(properties, "w:strike")) or is_on(first(properties, "w:dstrike")):
            yield "strikethrough", ""
        if style.is_code:
            yield "code", ""

    def text(self, element: Element) -> None:
        """Read words."""
        self._out.write(element.text or "")

    def hyphen(self, _: Element) -> None:
        """Read a hyphen at which no line breaks."""
        self._out.write("\u2011")

    def field(self, element: Element) -> None:
        """Note where a field begins and ends, whose result may be a link."""
        kind = element.get("w:fldCharType")
        if kind == "begin":
            self._fields.append("")
        elif kind == "end" and self._fields:
            self._fields.pop()

    def instruction(self, element: Element) -> None:
        """Note what a field is to do."""
        if self._fields:
            self._fields[-1] += element.text or ""

    def note(self, element: Element) -> None:
        """Keep a footnote or endnote for after the paragraph."""
        kind = element.tag.removeprefix("w:").removesuffix("Reference")
        note = self._notes.pop((kind, element.get("w:id", "")), None)
        if note is not None:
            self._after.append(note)

    def drawing(self, element: Element) -> None:
        """Keep the text boxes of a drawing for after the paragraph."""
        for box in text_boxes(element):
            self._after.append(box)


_IN_RUN: dict[str, Callable[[_Reader, Element], None]] = {
    "w:t": _Reader.text, "m:t": _Reader.text, "w:noBreakHyphen": _Reader.hyphen,
    "w:fldChar": _Reader.field, "w:instrText": _Reader.instruction,
    "w:footnoteReference": _Reader.note, "w:endnoteReference": _Reader.note,
    "w:drawing": _Reader.drawing, "w:pict": _Reader.drawing, "w:object": _Reader.drawing,
}  # fmt: skip
"""What reads the elements of a run."""
