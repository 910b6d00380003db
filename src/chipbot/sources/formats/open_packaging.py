"""Packages of Office Open XML (ECMA-376, part 2): an archive whose parts refer to each other by relationships."""

from __future__ import annotations

import posixpath
from typing import NamedTuple
from xml.etree.ElementTree import Element

from chipbot.errors import DocumentError
from chipbot.sources.formats.archive import Archive, part_name
from chipbot.sources.formats.xml_tree import parse_xml

_TRANSITIONAL = "http://schemas.openxmlformats.org"
_STRICT = "http://purl.oclc.org/ooxml"
PREFIXES = {
    f"{_TRANSITIONAL}/wordprocessingml/2006/main": "w",
    f"{_STRICT}/wordprocessingml/main": "w",
    f"{_TRANSITIONAL}/presentationml/2006/main": "p",
    f"{_STRICT}/presentationml/main": "p",
    f"{_TRANSITIONAL}/drawingml/2006/main": "a",
    f"{_STRICT}/drawingml/main": "a",
    f"{_TRANSITIONAL}/officeDocument/2006/relationships": "r",
    f"{_STRICT}/officeDocument/relationships": "r",
    f"{_TRANSITIONAL}/officeDocument/2006/math": "m",
    f"{_STRICT}/officeDocument/math": "m",
    f"{_TRANSITIONAL}/markup-compatibility/2006": "mc",
    f"{_TRANSITIONAL}/package/2006/relationships": "rel",
    "http://purl.org/dc/elements/1.1/": "dc",
}


class Relationship(NamedTuple):
    """What a part refers to."""

    kind: str
    """The last part of its type, such as `hyperlink`."""
    target: str
    """The part that it leads to, or the address."""


class Package:
    """An office document's parts."""

    def __init__(self, data: bytes) -> None:
        self.archive = Archive(data)

    def tree(self, part: str) -> Element:
        """Parse a part; raises DocumentError where it is missing or no XML."""
        return parse_xml(self.archive.read(part), PREFIXES, part=part)

    def relationships(self, part: str) -> dict[str, Relationship]:
        """Return what a part refers to, by the identifiers that it uses; `""` is the package itself."""
        folder, name = posixpath.split(part)
        source = posixpath.join(folder, "_rels", name + ".rels")
        if source not in self.archive:
            return {}
        found: dict[str, Relationship] = {}
        for element in self.tree(source).iter("rel:Relationship"):
            kind = element.get("Type", "").rpartition("/")[2]
            target = element.get("Target", "")
            if element.get("TargetMode") != "External":
                target = part_name(part, target) or ""
            if target:
                found[element.get("Id", "")] = Relationship(kind, target)
        return found

    def main_part(self, otherwise: str) -> str:
        """Return the part that is the document; `otherwise` is where it stands if the package does not say."""
        for relationship in self.relationships("").values():
            if relationship.kind == "officeDocument":
                return relationship.target
        return otherwise

    def title(self) -> str | None:
        """Return the title in the document's properties."""
        try:
            titles = self.tree("docProps/core.xml").iter("dc:title")
        except DocumentError:
            return None
        return " ".join((next((title.text for title in titles), None) or "").split()) or None


def is_on(element: Element | None) -> bool:
    """Whether a property is given and not switched off (ECMA-376, part 1, 17.17.4)."""
    return element is not None and element.get("w:val", "1") not in ("0", "false", "off", "none")
