"""OpenDocument's texts and presentations (ISO 26300) → headings, paragraphs, lists, tables, slides and notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from chipbot.errors import DocumentError
from chipbot.model import Place
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.archive import PROTECTED, Archive
from chipbot.sources.formats.inline_marks import Form
from chipbot.sources.formats.office_text import OfficeText
from chipbot.sources.formats.open_document_styles import OpenDocumentStyles
from chipbot.sources.formats.readable_text import BREAK, SPACE
from chipbot.sources.formats.xml_tree import first, parse_xml

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_PREFIXES = {
    f"{_NAMES}office:1.0": "office", f"{_NAMES}text:1.0": "text", f"{_NAMES}table:1.0": "table",
    f"{_NAMES}drawing:1.0": "draw", f"{_NAMES}style:1.0": "style", f"{_NAMES}presentation:1.0": "presentation",
    f"{_NAMES}xsl-fo-compatible:1.0": "fo", f"{_NAMES}svg-compatible:1.0": "svg",
    "http://www.w3.org/1999/xlink": "xlink", "http://purl.org/dc/elements/1.1/": "dc",
}  # fmt: skip
_LEFT_OUT = frozenset(
    "office:annotation office:annotation-end office:forms office:event-listeners text:tracked-changes text:hidden-text "
    "text:hidden-paragraph text:table-of-content text:illustration-index text:table-index text:object-index text:user-index "
    "text:alphabetical-index text:bibliography text:sequence-decls text:variable-decls text:user-field-decls "
    "text:note-citation text:ruby-text text:page-number text:page-count draw:object draw:object-ole svg:title svg:desc "
    "presentation:notes presentation:footer-decl presentation:header-decl presentation:date-time-decl table:named-expressions "
    "style:master-page".split()
)
"""What is not the document's own text, or stands elsewhere in it."""
_PLACED = frozenset(("page-number", "date-time", "footer", "header", "page"))
_MAX_REPEATED = 100
_MAX_HEADING = 6


def extract(data: bytes) -> Extracted:
    """Read a text or presentation; raises DocumentError where it is damaged or protected."""
    archive = Archive(data)
    if "META-INF/manifest.xml" in archive and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise DocumentError(PROTECTED)
    content = parse_xml(archive.read("content.xml"), _PREFIXES, part="content.xml")
    trees = [content]
    if "styles.xml" in archive:
        trees.append(parse_xml(archive.read("styles.xml"), _PREFIXES, part="styles.xml"))
    reader = _Reader(OpenDocumentStyles(trees))
    body = first(content, "office:body")
    for part in body if body is not None else ():
        reader.blocks(part)
    return reader.finish(_title(archive))


def _title(archive: Archive) -> str | None:
    if "meta.xml" not in archive:
        return None
    title = next(parse_xml(archive.read("meta.xml"), _PREFIXES, part="meta.xml").iter("dc:title"), None)
    return " ".join((title.text or "").split()) or None if title is not None else None


class _Reader(OfficeText):
    """Walks over the elements of a document."""

    def __init__(self, styles: OpenDocumentStyles) -> None:
        super().__init__()
        self._styles = styles
        self._lists: list[str] = []  # the styles of those that are open
        self._forms: list[Form] = []
        self._slides = 0

    def finish(self, title: str | None) -> Extracted:
        """Return what has been read."""
        self._end_code()
        made = self._builder.extracted()
        if made.title or not title:
            return made
        return replace(made, title=title)

    def blocks(self, parent: Element) -> None:
        """Read what stands in an element."""
        for element in parent:
            if element.tag in _LEFT_OUT or element.get("text:display") == "none":
                continue
            if element.get("presentation:class") in _PLACED:
                continue
            self._block(element)

    def _block(self, element: Element) -> None:
        reader = _BLOCKS.get(element.tag)
        if reader is not None:
            reader(self, element)
        else:
            self.blocks(element)

    def heading(self, element: Element) -> None:
        """Read a heading."""
        self._end_code()
        level = element.get("text:outline-level", "1")
        self._builder.begin_heading(max(min(int(level), _MAX_HEADING), 1) if level.isdecimal() else 1)
        self._words(element)
        self._builder.end_heading()
        self._notes_after()

    def paragraph(self, element: Element) -> None:
        """Read a paragraph: a title, code or a quotation, where its style says so."""
        style = element.get("text:style-name")
        if self._builder.role is not None:
            self._words(element)
            self._out.gap(BREAK)
        elif self._styles.is_named(style, "preformatted", "source code", "code"):
            self._code.append("".join(_plain(element)))
        else:
            self._end_code()
            if self._styles.is_named(style, "title") and not self._lists:
                self._builder.begin_heading(1)
                self._words(element)
                self._builder.end_heading()
            elif self._styles.is_named(style, "quotations", "quote", "block text"):
                self._builder.open_container("quote", quoted=True)
                self._words(element)
                self._builder.close_container("quote")
            else:
                self._builder.edge()
                self._words(element)
                self._builder.edge()
        self._notes_after()

    def items(self, element: Element) -> None:
        """Read a list."""
        self._end_code()
        self._lists.append(element.get("text:style-name") or (self._lists[-1] if self._lists else ""))
        numbered = self._styles.has_numbers(self._lists[-1], len(self._lists))
        self._builder.open_list(1 if numbered else None)
        for item in element:
            if item.tag in ("text:list-item", "text:list-header"):
                start = item.get("text:start-value", "")
                if self._builder.role is None:
                    self._builder.open_item(int(start) if numbered and start.isdecimal() else None)
                self.blocks(item)
        self._end_code()
        self._builder.close_list()
        self._lists.pop()

    def table(self, element: Element) -> None:
        """Read a table; one in a cell is part of the cell."""
        rows = list(_rows(element, header=False))
        if self._builder.role == "table_row" or all(len(list(_cells(row))) < 2 for row, _ in rows):
            for row, _ in rows:
                for cell in row:
                    self.blocks(cell)
            return
        self._end_code()
        self._builder.open_table()
        headed = any(header for _, header in rows)
        for number, (row, header) in enumerate(rows):
            self._row(row, header=header or (not headed and number == 0 and self._is_heading_row(row)))
        self._builder.close_table()

    def _is_heading_row(self, row: Element) -> bool:
        """Whether all words of a row are in the style of headings that office programs give them."""
        paragraphs = [words for words in row.iter("text:p") if any(map(str.strip, words.itertext()))]
        return bool(paragraphs) and all(
            self._styles.is_named(words.get("text:style-name"), "table heading") for words in paragraphs
        )

    def _row(self, row: Element, *, header: bool) -> None:
        self._builder.open_row()
        for cell in _cells(row):
            self._builder.open_cell(header=header)
            if cell.tag == "table:table-cell":
                self.blocks(cell)
            self._builder.close_cell()
        self._builder.end_row()

    def slide(self, element: Element) -> None:
        """Read a slide, its title first, and its notes."""
        self._slides += 1
        self._builder.turn_to(Place(0, label=f"slide {self._slides}"))
        titled = [frame for frame in element if frame.get("presentation:class") == "title"]
        if titled:
            self._builder.begin_heading(1)
            for frame in titled:
                for words in frame.iter("text:p"):
                    self._words(words)
                    self._out.gap(BREAK)
            self._builder.end_heading()
        else:
            self._builder.rule()  # nothing says that it goes on with what the slide before is about
        for part in element:
            if (
                part not in titled
                and part.tag not in _LEFT_OUT
                and part.get("presentation:class") not in _PLACED
            ):
                self._block(part)
        for notes in element:
            if notes.tag == "presentation:notes":
                self._builder.turn_to(Place(0, label=f"slide {self._slides}, notes"))
                self.blocks(notes)

    # Words

    def _words(self, element: Element) -> None:
        self._inline(element)
        self._marks.change(())

    def _inline(self, element: Element) -> None:
        self._write(element.text)
        for child in element:
            self._child(child)
            self._write(child.tail)

    def _write(self, words: str | None) -> None:
        if words:
            self._marks.change(self._forms)
            self._out.write(words)

    def _child(self, child: Element) -> None:
        name = child.tag
        if name == "text:span":
            if not self._styles.is_hidden(child.get("text:style-name")):
                self._formed(child, self._styles.forms(child.get("text:style-name")))
        elif name in ("text:a", "draw:a"):
            self._formed(child, [("link", child.get("xlink:href", ""))])
        elif name in ("text:s", "text:tab"):
            self._out.gap(SPACE)
        elif name == "text:line-break":
            self._out.gap(BREAK)
        elif name == "text:note":
            body = first(child, "text:note-body")
            if body is not None:
                self._after.append(body)
        elif name in ("draw:frame", "draw:custom-shape", "draw:g", "draw:rect"):
            self._after.append(child)
        elif name not in _LEFT_OUT:
            self._inline(child)

    def _formed(self, element: Element, forms: list[Form]) -> None:
        self._forms = [*self._forms, *forms]
        self._inline(element)
        del self._forms[len(self._forms) - len(forms) :]


_BLOCKS: dict[str, Callable[[_Reader, Element], None]] = {
    "text:h": _Reader.heading, "text:p": _Reader.paragraph, "text:list": _Reader.items,
    "table:table": _Reader.table, "draw:page": _Reader.slide,
}  # fmt: skip
"""What reads the elements that are more than what is in them."""


def _rows(table: Element, *, header: bool) -> Iterator[tuple[Element, bool]]:
    """Yield a table's rows, and whether each is one of its headers."""
    for element in table:
        if element.tag == "table:table-row":
            yield element, header
        elif element.tag in ("table:table-header-rows", "table:table-rows", "table:table-row-group"):
            yield from _rows(element, header=header or element.tag == "table:table-header-rows")


def _cells(row: Element) -> Iterator[Element]:
    """Yield a row's cells, each as often as it is repeated."""
    for cell in row:
        if cell.tag in ("table:table-cell", "table:covered-table-cell"):
            count = cell.get("table:number-columns-repeated", "1")
            for _ in range(min(int(count), _MAX_REPEATED) if count.isdecimal() and len(count) < 6 else 1):
                yield cell


def _plain(element: Element) -> Iterator[str]:
    """Yield the words of a paragraph as they stand, with the white space that elements stand for."""
    yield element.text or ""
    for child in element:
        if child.tag == "text:s":
            count = child.get("text:c", "1")
            yield " " * (min(int(count), 200) if count.isdecimal() and len(count) < 6 else 1)
        elif child.tag == "text:tab":
            yield "\t"
        elif child.tag == "text:line-break":
            yield "\n"
        elif child.tag not in _LEFT_OUT and child.tag != "text:note":
            yield from _plain(child)
        yield child.tail or ""
