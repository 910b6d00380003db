"""PowerPoint's presentations (ECMA-376, part 1, 19) → slides with titles, lists, tables and notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from xml.etree.ElementTree import Element

from chipbot.model import Place
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.inline_marks import Form, InlineMarks
from chipbot.sources.formats.list_levels import ListLevels
from chipbot.sources.formats.open_packaging import Package, Relationship
from chipbot.sources.formats.readable_text import BREAK
from chipbot.sources.formats.structure_builder import StructureBuilder
from chipbot.sources.formats.xml_tree import first

_TITLES = ("title", "ctrTitle")
_FURNITURE = ("dt", "ftr", "sldNum", "hdr", "sldImg")
_LISTS = ("body", "obj", "")
"""Placeholders whose paragraphs have bullets unless they say otherwise; one without a type is `obj`."""
_MAX_LEVEL = 8


def extract(data: bytes) -> Extracted:
    """Read a presentation; raises DocumentError where it is damaged or protected."""
    package = Package(data)
    part = package.main_part("ppt/presentation.xml")
    references = package.relationships(part)
    builder = StructureBuilder(None)
    for number, slide in enumerate(package.tree(part).iter("p:sldId"), 1):
        reference = references.get(slide.get("r:id", ""))
        if reference is not None and reference.target in package.archive:
            _Slide(package, reference.target, builder).read(number)
    made = builder.extracted()
    if made.title:
        return made
    return replace(made, title=package.title())


class _Slide:
    """Reads one slide and its notes."""

    def __init__(self, package: Package, part: str, builder: StructureBuilder) -> None:
        self._package = package
        self._tree = package.tree(part)
        self._references = package.relationships(part)
        self._builder = builder
        self._marks = InlineMarks(builder.out)
        self._lists = ListLevels(builder)

    def read(self, number: int) -> None:
        """Write what the slide says, unless it is hidden."""
        if self._tree.get("show") in ("0", "false"):
            return
        self._builder.turn_to(Place(0, label=f"slide {number}"))
        shapes = list(_shapes(self._tree))
        shapes.sort(key=lambda shape: _placeholder(shape) not in _TITLES)
        if shapes and _placeholder(shapes[0]) not in _TITLES:
            self._builder.rule()  # nothing says that it goes on with what the slide before is about
        for shape in shapes:
            self._shape(shape)
        for name in self._parts("notesSlide"):
            self._builder.turn_to(Place(0, label=f"slide {number}, notes"))
            for shape in _shapes(self._package.tree(name)):
                if _placeholder(shape) == "body":
                    self._text(shape, "p:txBody", listed=False)

    def _parts(self, kind: str) -> Iterator[str]:
        for reference in self._references.values():
            if reference.kind == kind and reference.target in self._package.archive:
                yield reference.target

    def _shape(self, shape: Element) -> None:
        kind = _placeholder(shape)
        if kind in _FURNITURE:
            return
        if shape.tag == "p:graphicFrame":
            for table in shape.iter("a:tbl"):
                self._table(table)
            self._diagram(shape)
        elif kind in _TITLES:
            self._builder.begin_heading(1)
            for paragraph in shape.iter("a:p"):
                self._runs(paragraph)
                self._builder.out.gap(BREAK)
            self._builder.end_heading()
        else:
            self._text(shape, "p:txBody", listed=kind in _LISTS)

    def _text(self, shape: Element, path: str, *, listed: bool) -> None:
        body = first(shape, path)
        for paragraph in body if body is not None else ():
            if paragraph.tag == "a:p":
                self._paragraph(paragraph, listed=listed)
        self._lists.end()

    def _paragraph(self, paragraph: Element, *, listed: bool) -> None:
        properties = first(paragraph, "a:pPr")
        names = {child.tag for child in properties} if properties is not None else set()
        level = (properties.get("lvl") or "0") if properties is not None else "0"
        if "a:buNone" not in names and (
            listed or not names.isdisjoint(("a:buChar", "a:buAutoNum", "a:buBlip"))
        ):
            if any((text.text or "").strip() for text in paragraph.iter("a:t")):
                depth = min(int(level), _MAX_LEVEL) if level.isdecimal() else 0
                self._lists.item("numbered" if "a:buAutoNum" in names else "", depth, None)
        else:
            self._lists.end()
        self._runs(paragraph)
        self._builder.end_block()

    def _diagram(self, frame: Element) -> None:
        """Read the words of a diagram, which are in a part of their own."""
        for element in frame.iter():
            reference = self._references.get(element.get("r:dm", ""))
            if reference is None or reference.target not in self._package.archive:
                continue
            for paragraph in self._package.tree(reference.target).iter("a:p"):
                self._paragraph(paragraph, listed=True)
            self._lists.end()

    def _table(self, table: Element) -> None:
        properties = first(table, "a:tblPr")
        headed = properties is not None and properties.get("firstRow") in ("1", "true")
        self._builder.open_table()
        for number, row in enumerate(table.iter("a:tr")):
            self._builder.open_row()
            for cell in row.iter("a:tc"):
                self._builder.open_cell(header=headed and number == 0)
                for paragraph in cell.iter("a:p"):
                    self._runs(paragraph)
                    self._builder.out.gap(BREAK)
                self._builder.close_cell()
            self._builder.end_row()
        self._builder.close_table()

    def _runs(self, paragraph: Element) -> None:
        for element in paragraph:
            if element.tag == "a:br":
                self._builder.out.gap(BREAK)
            elif element.tag == "mc:AlternateContent":
                self._marks.change(())
                self._builder.out.write("".join(text.text or "" for text in element.iter("m:t")))
            elif element.tag == "a:r" or (element.tag == "a:fld" and element.get("type") != "slidenum"):
                self._marks.change(list(_forms(first(element, "a:rPr"), self._references)))
                text = first(element, "a:t")
                self._builder.out.write((text.text or "" if text is not None else "").replace("\v", "\n"))
        self._marks.change(())


def _forms(properties: Element | None, references: Mapping[str, Relationship]) -> Iterator[Form]:
    if properties is None:
        return
    link = first(properties, "a:hlinkClick")
    reference = references.get(link.get("r:id", "")) if link is not None else None
    if reference is not None and reference.kind == "hyperlink":
        yield "link", reference.target
    if properties.get("b") in ("1", "true"):
        yield "strong", ""
    if properties.get("i") in ("1", "true"):
        yield "emphasis", ""
    if properties.get("strike", "noStrike") != "noStrike":
        yield "strikethrough", ""


def _shapes(parent: Element) -> Iterator[Element]:
    """Yield the shapes of a slide as they stand, those in groups as well, but none that is hidden."""
    for element in parent:
        if _is_hidden(element):
            continue
        if element.tag in ("p:cSld", "p:spTree", "p:grpSp"):
            yield from _shapes(element)
        elif element.tag == "mc:AlternateContent":
            chosen = first(element, "mc:Choice")
            if chosen is not None:
                yield from _shapes(chosen)
        elif element.tag in ("p:sp", "p:graphicFrame"):
            yield element


def _is_hidden(shape: Element) -> bool:
    return any(
        element.get("hidden") in ("1", "true")
        for part in shape
        for element in part
        if element.tag == "p:cNvPr"
    )


def _placeholder(shape: Element) -> str | None:
    """Return which placeholder of the layout a shape fills; None where it fills none."""
    found = first(shape, "p:nvSpPr/p:nvPr/p:ph")
    return None if found is None else found.get("type", "")
