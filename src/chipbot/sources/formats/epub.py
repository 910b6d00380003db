"""E-books (EPUB 2 and 3) → the text of their chapters in reading order."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from chipbot.errors import DocumentError
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.archive import Archive, part_name
from chipbot.sources.formats.front_matter import LANGUAGES
from chipbot.sources.formats.html import decode_page, parse_page
from chipbot.sources.formats.html_content import PageContent
from chipbot.sources.formats.html_walk import HtmlWalk
from chipbot.sources.formats.structure_builder import StructureBuilder
from chipbot.sources.formats.xml_tree import first, parse_xml
from chipbot.translation import Message

_PREFIXES = {
    "urn:oasis:names:tc:opendocument:xmlns:container": "",
    "http://www.idpf.org/2007/opf": "",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://www.w3.org/2001/04/xmlenc#": "enc",
}
_TEXT = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_ALONE = re.compile(
    r"<((?!(?:area|base|br|col|hr|img|input|link|meta|param|source|track|wbr)\b)[a-zA-Z][\w:-]*)(\s[^<>]*)?/>"
)
"""An element without content, which in HTML, unlike in XHTML, would begin one that goes on."""


def extract(data: bytes) -> Extracted:
    """Read an e-book; raises DocumentError where it is damaged, or no reader may open it."""
    archive = Archive(data)
    part = _package_part(archive)
    package = parse_xml(archive.read(part), _PREFIXES, part=part)
    builder = StructureBuilder(_said(package, "dc:title"))
    encrypted = _encrypted(archive)
    missing = 0
    for name in _chapters(package, part):
        if name.lower() in encrypted:
            raise DocumentError(Message("it is locked to a reading program (DRM): use a copy without that"))
        if name not in archive:
            missing += 1
            continue
        page = parse_page(_ALONE.sub(r"<\1\2></\1>", decode_page(archive.read(name))))
        content = PageContent(page, whole=True)
        if content.root is not None:
            HtmlWalk(builder, content).walk(content.root)
    language = (_said(package, "dc:language") or "").lower().replace("_", "-").partition("-")[0]
    return builder.extracted(
        language=language if language in LANGUAGES else None,
        problems=[Message("{number} of its chapters are missing in it", number=missing)] if missing else [],
    )


def _package_part(archive: Archive) -> str:
    container = parse_xml(archive.read("META-INF/container.xml"), _PREFIXES, part="META-INF/container.xml")
    part = next((root.get("full-path") for root in container.iter("rootfile")), None)
    if not part:
        raise DocumentError(Message("it does not say where its contents are: it is damaged"))
    return part


def _chapters(package: Element, part: str) -> list[str]:
    """Return the files of the book in reading order, without its table of contents."""
    items = {item.get("id"): item for item in package.iter("item")}
    names: list[str] = []
    for reference in package.iter("itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _TEXT:
            continue
        name = part_name(part, item.get("href", ""))
        if name and "nav" not in item.get("properties", "").split() and name not in names:
            names.append(name)
    return names


def _encrypted(archive: Archive) -> set[str]:
    """Return the files that are encrypted; fonts often are, to which nobody objects."""
    name = "META-INF/encryption.xml"
    if name not in archive:
        return set()
    tree = parse_xml(archive.read(name), _PREFIXES, part=name)
    return {
        (part_name("", reference.get("URI", "")) or "").lower()
        for reference in tree.iter("enc:CipherReference")
    }


def _said(package: Element, name: str) -> str | None:
    metadata = first(package, "metadata")
    element = next(metadata.iter(name), None) if metadata is not None else None
    return " ".join((element.text or "").split()) or None if element is not None else None
