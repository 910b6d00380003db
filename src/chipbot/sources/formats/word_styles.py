"""What Word's styles and numbering say of a paragraph: heading, list item, code, quotation."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element

from chipbot.sources.formats.open_packaging import Package
from chipbot.sources.formats.xml_tree import first

_HEADING = re.compile(r"heading ([1-9])\Z")
_CODE = re.compile(
    r"(?:source ?)?code\b|html preformatted|preformatted|macro text|plain text code|verbatim|listing",
    re.IGNORECASE,
)
_LEVEL = re.compile(r"list (?:bullet|number) ([2-5])\Z")
_QUOTE = re.compile(r"(?:intense )?quote\b|block text|quotations?\b", re.IGNORECASE)
_MAX_CHAIN = 20  # styles that one may be based on, one on the other
_BULLETS = ("bullet", "none")
MAX_HEADING = 6
"""The deepest level of a heading."""


class Style(NamedTuple):
    """A paragraph's or run's style with what it inherits."""

    name: str = ""
    outline: int | None = None
    """A heading's level, from 1."""
    list: str | None = None
    level: int = 0
    bold: bool = False
    italic: bool = False
    first_row: bool = False
    """Whether a table's first row looks unlike the others."""

    @property
    def is_code(self) -> bool:
        """Whether it is for code."""
        return bool(_CODE.match(self.name))

    @property
    def is_quote(self) -> bool:
        """Whether it is for quotations."""
        return bool(_QUOTE.match(self.name))


class Styles:
    """The styles of a document by their identifiers."""

    def __init__(self, tree: Element | None) -> None:
        elements = tree.iter("w:style") if tree is not None else ()
        self._elements = {element.get("w:styleId", ""): element for element in elements}
        self._known: dict[str, Style] = {}

    def of(self, identifier: str | None) -> Style:
        """Return a style; one that the document does not have says nothing."""
        if not identifier:
            return Style()
        if identifier not in self._known:
            self._known[identifier] = self._resolved(identifier)
        return self._known[identifier]

    def _resolved(self, identifier: str) -> Style:
        style = Style()
        chain: list[Element] = []
        while identifier in self._elements and len(chain) < _MAX_CHAIN:
            chain.append(self._elements[identifier])
            identifier = value_of(chain[-1], "w:basedOn") or ""
        for element in reversed(chain):
            style = _with(style, element)
        return style


def _with(style: Style, element: Element) -> Style:
    """Return a style that is based on another."""
    name = (value_of(element, "w:name") or "").lower()
    heading = _HEADING.match(name)
    outline = outline_level(first(element, "w:pPr"))
    listed = _LEVEL.match(name)  # such a style is a list of its own, of one level, set further in
    return Style(
        name=name,
        outline=int(heading[1]) if heading else 1 if name == "title" else outline or style.outline,
        list=value_of(element, "w:pPr/w:numPr/w:numId") or style.list,
        level=int(listed[1]) - 1 if listed else _level(element, style.level),
        bold=style.bold or first(element, "w:rPr/w:b") is not None,
        italic=style.italic or first(element, "w:rPr/w:i") is not None,
        first_row=style.first_row
        or any(part.get("w:type") == "firstRow" for part in element.iter("w:tblStylePr")),
    )


def _level(element: Element, otherwise: int) -> int:
    value = value_of(element, "w:pPr/w:numPr/w:ilvl")
    return int(value) if value is not None and value.isdecimal() and len(value) < 3 else otherwise


def outline_level(properties: Element | None) -> int | None:
    """Return the level, from 1, that a paragraph's properties give it in the document's outline."""
    value = value_of(properties, "w:outlineLvl")
    return int(value) + 1 if value is not None and value.isdigit() and int(value) < 9 else None


def value_of(element: Element | None, path: str) -> str | None:
    """Return the value of an element in another, None where there is none."""
    found = first(element, path) if element is not None else None
    return None if found is None else found.get("w:val")


class Numbering:
    """Counts the items of numbered lists as Word does."""

    def __init__(self, tree: Element | None) -> None:
        # Abstract list → level → format, first number.
        self._formats: dict[str, dict[int, tuple[str, int]]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if tree is None:
            return
        for abstract in tree.iter("w:abstractNum"):
            levels = {
                int(level.get("w:ilvl", "0")): (value_of(level, "w:numFmt") or "decimal", _first(level))
                for level in abstract.iter("w:lvl")
                if level.get("w:ilvl", "0").isdecimal()
            }
            self._formats[abstract.get("w:abstractNumId", "")] = levels
        for number in tree.iter("w:num"):
            self._abstract[number.get("w:numId", "")] = value_of(number, "w:abstractNumId") or ""

    def ordinal(self, name: str, level: int) -> int | None:
        """Return the number of the next item of a list; None in lists that are not numbered."""
        form, first = self._formats.get(self._abstract.get(name, ""), {}).get(level, ("bullet", 1))
        if form in _BULLETS:
            return None
        counts = self._counts.setdefault(name, {})
        counts[level] = counts.get(level, first - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        return counts[level]


def _first(level: Element) -> int:
    value = value_of(level, "w:start") or "1"
    return int(value) if value.isdigit() else 1


def read_styles(package: Package, part: str) -> tuple[Styles, Numbering]:
    """Read what the styles and numbering of a document are, from the parts that it refers to."""
    trees: dict[str, Element] = {}
    for relationship in package.relationships(part).values():
        if relationship.kind in ("styles", "numbering") and relationship.target in package.archive:
            trees[relationship.kind] = package.tree(relationship.target)
    return Styles(trees.get("styles")), Numbering(trees.get("numbering"))
