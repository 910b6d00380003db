"""Where citations and a document's links lead: addresses that every front end can pass on."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote as percent_encoded
from urllib.parse import urlsplit, urlunsplit

from chipbot.model import Answer, Citation, NoAnswer, Quote, Span
from chipbot.service.taught_answers import is_taught
from chipbot.sources.anchors import anchor_on
from chipbot.sources.collections import SOURCES, Sources, read_sources

MAX_ADDRESS = 512
"""Characters of an address that a citation leads to: what Discord lets a button have."""
MARK = "quote"
"""The id of the quoted passage on a source page."""

# What RFC 3986 allows in an address, without what ends a link, opens a mark or mentions somebody in a chat.
_SAFE = ":/?#!$&+,;=%-._~"
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\Z")
_PARTS = re.compile(r"[^\t\r\n]+")
_MARKED = re.compile(r"(\d{1,9})-(\d{1,9})-([0-9a-f]{8})", re.ASCII)  # what `mark_of` writes
_EXACT = 80  # characters of a quoted sentence that are looked for as they are; of a longer one, its ends
_ENDS = (6, 3, 1)  # words of each end, as many as the address has room for


def web_address(target: str) -> str:
    """Return a link's target percent-encoded (RFC 3986) with its host in ASCII (IDNA); empty if it is no web address.

    Relative targets and other schemes lead nowhere from a chat or a terminal, or to what nobody expects. An address
    that names a user is refused as well: what stands before its @ looks like the host.
    """
    try:
        parts = urlsplit(target.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
        address = percent_encoded(urlunsplit(parts._replace(netloc=host + port)), safe=_SAFE)
    except ValueError:
        return ""
    known = parts.scheme in ("http", "https") and "@" not in parts.netloc and _HOST.match(host)
    return address if known else ""


_MESSAGES = "https://discord.com/channels/"


class CitationLinks:
    """Says where the citations of an answer lead; safe to share between threads."""

    def __init__(
        self,
        seeds: Path,
        sources: Path | None = None,
        web_url: str = "",
        *,
        on_pages: Callable[[str], bool] = lambda _: True,
    ) -> None:
        """Say it of documents in `seeds`.

        Args:
            seeds: The folder with the documents.
            sources: The file that says where they stand on the web; `sources.yaml` in `seeds` if None.
            web_url: The address at which readers find chipbot's own pages; empty where they do not.
            on_pages: Says of a document's id whether the pages show it.
        """
        self.path = sources or seeds / SOURCES
        self._web_url = web_url.rstrip("/")
        self._on_pages = on_pages
        self._read: tuple[tuple[int, int] | None, Sources] = (None, Sources())

    def sources(self) -> Sources:
        """Return what the sources file says now."""
        try:
            info = self.path.stat()
            stamp = (info.st_mtime_ns, info.st_size)
        except OSError:
            return Sources()
        if self._read[0] != stamp:
            self._read = stamp, read_sources(self.path)
        return self._read[1]

    def linked(self, result: Answer | NoAnswer) -> Answer | NoAnswer:
        """Return a result whose citations lead to where they can be read."""
        if isinstance(result, Answer):
            return replace(result, quotes=tuple(map(self.linked_quote, result.quotes)))
        rejected, closest = (
            tuple(map(self.linked_quote, quotes)) for quotes in (result.rejected, result.closest)
        )
        return replace(result, rejected=rejected, closest=closest)

    def linked_quote(self, quote: Quote) -> Quote:
        """Return a quote whose citation leads to where it can be read."""
        return replace(quote, citation=replace(quote.citation, url=self._address(quote)))

    def _address(self, quote: Quote) -> str | None:
        """Return the first address that is short enough."""
        document = quote.citation.document_id
        if is_taught(document):  # for its own server alone, and on no page
            return None
        if self._web_url and self._on_pages(document):
            page = f"{self._web_url}/{page_path(document)}"
            addresses = iter((f"{page}?mark={mark_of(quote)}#{MARK}", page))
        else:
            url = quote.citation.url or self.sources().address(document) or ""
            addresses = _source_addresses(web_address(url), quote, self.sources().anchors(document))
        return next((address for address in addresses if len(address) <= MAX_ADDRESS), None) or None


def page_path(document_id: str) -> str:
    """Return the path of a document's source page."""
    return f"documents/{percent_encoded(document_id, safe='/')}"


def mark_of(quote: Quote) -> str:
    """Return what tells a source page what is quoted: offsets into the document's text, and a checksum of what is there.

    The checksum says whether the document is still what it was when it was quoted.
    """
    start, end = _highlight(quote)
    at = quote.citation.start
    return f"{at + start}-{at + end}-{checksum(quote.text[start:end])}"


def marked_span(text: str, mark: str) -> Span | None:
    """Return what a mark says was quoted of a document; None where nothing was, or where something else is there now."""
    match = _MARKED.fullmatch(mark)
    if match is None:
        return None
    start, end = int(match[1]), int(match[2])
    right = start < end <= len(text) and checksum(text[start:end]) == match[3]
    return (start, end) if right else None


def checksum(text: str) -> str:
    """Return the CRC-32 of a text in hexadecimal: it tells a change, and keeps no secret."""
    return f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}"


def _highlight(quote: Quote) -> Span:
    """Return from where to where a quote answers: all of it, where nothing is highlighted."""
    return (quote.highlights[0][0], quote.highlights[-1][1]) if quote.highlights else (0, len(quote.text))


def _source_addresses(page: str, quote: Quote, anchors: str) -> Iterator[str]:
    """Yield the addresses of a quote in the page that it is from, the most exact first."""
    if not page:
        return
    citation = quote.citation
    if page.startswith(_MESSAGES):  # leads to the message itself, which has no headings
        pass
    elif citation.page is not None:
        yield f"{page.partition('#')[0]}#page={citation.page}"
    else:
        anchored = page if "#" in page else f"{page}#{_anchor(citation, anchors)}"
        for words in _ENDS:
            yield f"{anchored}:~:text={_text_directive(quote, words)}"
        yield anchored.rstrip("#")
    yield page


def _anchor(citation: Citation, anchors: str) -> str:
    anchor = citation.anchor
    if anchor:
        anchor = anchor_on(anchors, anchor, citation.heading[-1] if citation.heading else citation.title)
    return percent_encoded(anchor, safe="")


def _text_directive(quote: Quote, words: int) -> str:
    """Return what makes a browser scroll to the highlight and mark it: its text, or so many words at its ends.

    Words are taken from one cell or line each, for none of them may reach into another block.
    Source: https://wicg.github.io/scroll-to-text-fragment/#syntax
    """
    start, end = _highlight(quote)
    parts = [part.strip() for part in _PARTS.findall(quote.text, start, end) if part.strip()]
    if len(parts) == 1 and len(parts[0]) <= _EXACT and words == _ENDS[0]:
        return _directive_encoded(parts[0])
    first = " ".join(parts[0].split()[:words])
    last = " ".join(parts[-1].split()[-words:])
    return f"{_directive_encoded(first)},{_directive_encoded(last)}"


def _directive_encoded(text: str) -> str:
    return percent_encoded(" ".join(text.split()), safe="", errors="replace").replace("-", "%2D")
