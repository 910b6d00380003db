"""What the elements of Word's documents hold (ECMA-376, part 1, 17): contents unwrapped, cells, values, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from chipbot.sources.formats.open_packaging import Package, Relationship, is_on
from chipbot.sources.formats.word_styles import Style, value_of
from chipbot.sources.formats.xml_tree import first

_FIELD_LINK = re.compile(r'\s*HYPERLINK\s+(?:(\\l)\s+)?"([^"]*)"')
_UNWRAPPED = frozenset(
    "w:customXml w:smartTag w:ins w:moveTo w:sdtContent w:dir w:bdo w:fldSimple w:rubyBase w:ruby mc:Choice".split()
)
"""Elements whose content counts as standing where they are."""


def contents(parent: Element) -> Iterator[Element]:
    """Yield the elements in another, those that only wrap others unwrapped, and deletions and tables of contents left out."""
    for element in parent:
        if element.tag == "w:sdt":
            gallery = first(element, "w:sdtPr/w:docPartObj/w:docPartGallery")
            if gallery is None or gallery.get("w:val") != "Table of Contents":
                yield from contents(element)
        elif element.tag == "mc:AlternateContent":
            chosen = first(element, "mc:Choice")
            yield from contents(chosen if chosen is not None else element)
        elif element.tag in _UNWRAPPED:
            yield from contents(element)
        else:
            yield element


def text_boxes(element: Element) -> Iterator[Element]:
    """Yield the outermost text boxes of a drawing; an alternative for older programs repeats them."""
    for child in element:
        if child.tag == "w:txbxContent":
            yield child
        elif child.tag != "mc:Fallback":
            yield from text_boxes(child)


def cells(row: Element) -> Iterator[Element]:
    """Yield the cells of a row."""
    return (cell for cell in contents(row) if cell.tag == "w:tc")


def plain_words(element: Element) -> Iterator[str]:
    """Yield the words of a paragraph as they stand."""
    for child in contents(element):
        if child.tag in ("w:r", "w:hyperlink") and not is_hidden(child):
            yield from plain_words(child)
        elif child.tag == "w:t":
            yield child.text or ""
        elif child.tag == "w:tab":
            yield "\t"
        elif child.tag in ("w:br", "w:cr"):
            yield "\n"
        elif child.tag == "w:noBreakHyphen":
            yield "-"  # in code the plain one


def is_hidden(run: Element) -> bool:
    """Whether a run is not shown."""
    return is_on(first(run, "w:rPr/w:vanish"))


def list_of(properties: Element | None, style: Style) -> tuple[str, int] | None:
    """Return a paragraph's list and level, None where it is no item; the number 0 takes it out of its style's list."""
    numbered = first(properties, "w:numPr") if properties is not None else None
    name, level = style.list, style.level
    if numbered is not None:
        name = value_of(numbered, "w:numId") or name
        level = number_of(first(numbered, "w:ilvl"), level)
    return (name, min(level, 8)) if name and name != "0" else None


def number_of(element: Element | None, otherwise: int) -> int:
    """Return the number that an element has as its value."""
    value = element.get("w:val", "") if element is not None else ""
    return int(value) if value.isdecimal() and len(value) < 6 else otherwise


def sets_off_first_row(table: Element) -> bool:
    """Whether a table has the look of its style's first row."""
    look = first(table, "w:tblPr/w:tblLook")
    return look is not None and (
        look.get("w:firstRow") == "1" or _hexadecimal(look.get("w:val", "0")) & 0x20 != 0
    )


def _hexadecimal(value: str) -> int:
    try:
        return int(value, 16)
    except ValueError:
        return 0


def is_bold(row: Element) -> bool:
    """Whether all words of a row are bold."""
    runs = [run for run in row.iter("w:r") if any((text.text or "").strip() for text in run.iter("w:t"))]
    return bool(runs) and all(is_on(first(run, "w:rPr/w:b")) for run in runs)


def link_of(instruction: str) -> str:
    """Return where the instruction of a field links to; empty where it is for something else."""
    match = _FIELD_LINK.match(instruction)
    return ("#" if match[1] else "") + match[2] if match else ""


def notes(package: Package, references: dict[str, Relationship]) -> Iterator[tuple[tuple[str, str], Element]]:
    """Yield the footnotes and endnotes of a document by what refers to them."""
    for relationship in references.values():
        if relationship.kind in ("footnotes", "endnotes") and relationship.target in package.archive:
            kind = relationship.kind.removesuffix("s")
            for note in package.tree(relationship.target).iter(f"w:{kind}"):
                yield (kind, note.get("w:id", "")), note
