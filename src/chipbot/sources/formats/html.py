"""HTML → the content of a web page, with the anchors of its headings."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser

from chipbot.errors import DocumentError
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.decoding import decode
from chipbot.sources.formats.front_matter import LANGUAGES
from chipbot.sources.formats.html_content import PageContent
from chipbot.sources.formats.html_walk import HtmlWalk
from chipbot.sources.formats.structure_builder import StructureBuilder
from chipbot.translation import Message

MAX_DEPTH = 500
"""How deep elements may be nested, about as in browsers: the parser's time grows with depth and length alike."""
_CHARSET = re.compile(
    rb"""<meta[^<>]{0,200}\bcharset\s*=\s*["']?([\w.:-]{1,40})|<\?xml[^<>]{0,80}encoding=["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_HEAD = 4096  # bytes in which a page says its encoding
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,30})[^<>]{0,2000}?(/?)>")
_FLAT = frozenset(
    "area base br col dd dt embed hr img input li link meta option p param source tbody td th thead tr track wbr".split()
)
"""Elements that end by themselves, so that none is in another of its kind for want of an end."""
_SEPARATOR = re.compile(r"\s+(?:[|·•»«›–—-]|::)\s+")


def extract(data: bytes) -> Extracted:
    """Read a web page; raises DocumentError where it is no text, or too deep."""
    page = parse_page(decode_page(data))
    content = PageContent(page)
    builder = StructureBuilder(None)
    if content.root is not None:
        HtmlWalk(builder, content).walk(content.root)
    made = builder.extracted(language=_language(page), url=_address(page))
    return made if made.title else _titled(made, page)


def parse_page(text: str) -> LexborHTMLParser:
    """Parse HTML; raises DocumentError where it is too deep."""
    depth = 0
    for closing, name, alone in _TAG.findall(text):
        if alone or name.lower() in _FLAT:
            continue
        depth += -1 if closing else 1
        depth = max(depth, 0)
        if depth > MAX_DEPTH:
            raise DocumentError(Message("it nests elements more than {number} deep", number=MAX_DEPTH))
    return LexborHTMLParser(text)


def decode_page(data: bytes) -> str:
    """Decode a page: UTF-8 or by its mark, otherwise as it says, otherwise as fits best; raises as `decode` does."""
    said = _CHARSET.search(data[:_HEAD])
    name = (said[1] or said[2]).decode() if said else ""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            # Browsers take Latin-1 for its superset (https://encoding.spec.whatwg.org/#names-and-labels).
            codec = codecs.lookup(name).name if name else ""
            if codec and b"\0" not in data:
                return data.decode("cp1252" if codec in ("iso8859-1", "ascii") else codec, "replace")
        except (LookupError, UnicodeError):
            pass
    return decode(data).removeprefix("\ufeff")


def _titled(made: Extracted, page: LexborHTMLParser) -> Extracted:
    node = page.css_first("title")
    words = " ".join((node.text() if node is not None else "").split())
    return replace(made, title=_SEPARATOR.split(words)[0] or None)


def _language(page: LexborHTMLParser) -> str | None:
    root = page.css_first("html")
    code = (root.attributes.get("lang") or root.attributes.get("xml:lang") or "") if root is not None else ""
    code = code.lower().replace("_", "-").partition("-")[0]
    return code if code in LANGUAGES else None


def _address(page: LexborHTMLParser) -> str | None:
    """Return where the page says that it stands on the web."""
    link = page.css_first("link[rel=canonical]")
    address = (link.attributes.get("href") or "").strip() if link is not None else ""
    return address if address.startswith(("https://", "http://")) and len(address.split()) == 1 else None
