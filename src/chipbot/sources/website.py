"""A website's pages, by its sitemap (https://www.sitemaps.org/protocol.html): politely, and nothing from elsewhere."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import time
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET  # what declares entities is refused before it is parsed

from chipbot.errors import SourcesError
from chipbot.model import ReadLimits
from chipbot.sources.collections import Source
from chipbot.sources.fetched import Fetch, Fetched, is_safe
from chipbot.sources.formats import FORMATS, PAGES, suffix_of
from chipbot.sources.http_client import AGENT, HttpClient, Origin, Response
from chipbot.translation import Message, digits, gettext

PAUSE = 0.5
"""Seconds between two requests, unless robots.txt asks for more."""

_MAX_PAUSE = 30.0
_MAX_SITEMAPS = 50
_MAX_SITEMAP_BYTES = 50 * 2**20  # as the protocol has it
_MAX_ROBOTS_BYTES = 500 * 2**10  # the least that RFC 9309 allows, section 2.5
_SUFFIXES = (".html", ".htm")
_PAGE_KINDS = ("text/html", "application/xhtml+xml")
_GONE = (404, 410)


class _Page(NamedTuple):
    url: str
    changed: str
    """When it was last changed, as the sitemap has it; empty where that does not say."""


class _Tag(NamedTuple):
    """What tells whether a page has changed."""

    changed: str = ""
    etag: str = ""
    modified: str = ""


@contextlib.contextmanager
def fetch(source: Source, known: Mapping[str, str], pause: float = PAUSE) -> Iterator[Fetch]:
    """Fetch the pages that a sitemap lists.

    Args:
        source: The sitemap, how many pages it may have, and whether it may be at a private address.
        known: What told the state of each page that was fetched before, by its path.
        pause: Seconds between two requests.

    Raises:
        SourcesError: The sitemap cannot be had, or robots.txt forbids it.
    """
    site = _Site(source, pause)
    pages, notes = site.pages(source.sitemap, source.pages)
    by_path: dict[str, _Page] = {}
    for page in pages:
        path = path_of(page.url)
        if not path or not site.allows(page.url):
            why = gettext("robots.txt forbids it") if path else gettext("it cannot be the name of a file")
            notes.append(f"{page.url}: {why}")
        else:
            by_path.setdefault(path, page)
    files = (site.file(path, page, known.get(path, "")) for path, page in by_path.items())
    url = page_template(source.sitemap, {path: page.url for path, page in by_path.items()})
    yield Fetch(version="", paths=frozenset(by_path), files=files, url=url, notes=tuple(notes))


def page_template(sitemap: str, pages: Mapping[str, str]) -> str:
    """Return the address of pages, as `Source.url` has it, with which most of them stand where they do.

    Args:
        sitemap: The address of the sitemap.
        pages: The address of each page by the path of its file.
    """
    origin = Origin.of(sitemap)

    def right(template: str) -> int:
        source = Source(url=template)
        return sum(source.address(path) == url for path, url in pages.items())

    return max((f"{origin}/{{path}}", f"{origin}/{{file}}"), key=right)


def path_of(url: str) -> str:
    """Return the path of the file that a page or document is kept in; empty where there can be none."""
    parts = urlsplit(url)
    path = unquote(parts.path, errors="replace").lstrip("/")
    if parts.query:
        return ""
    if not path or path.endswith("/"):
        path += "index.html"
    elif not path.lower().endswith(_SUFFIXES) and not _is_document(path):
        path += ".html"
    return path if is_safe(path) else ""


def _is_document(path: str) -> bool:
    """Whether a path is that of a document which is no page, such as a PDF."""
    suffix = suffix_of(path)
    return suffix in FORMATS and suffix not in PAGES


class _Site:
    """One website."""

    def __init__(self, source: Source, pause: float) -> None:
        self._origin = Origin.of(source.sitemap)
        self._client = HttpClient(self._origin, private=source.private)
        self._robots = RobotFileParser()
        self._pause = 0.0
        self._last = 0.0
        self._read_robots()
        asked = self._robots.crawl_delay(AGENT)
        self._pause = min(max(pause, float(asked or 0)), max(pause, _MAX_PAUSE))

    def allows(self, url: str) -> bool:
        """Whether robots.txt allows a page."""
        return self._robots.can_fetch(AGENT, url)

    def pages(self, sitemap: str, most: int) -> tuple[list[_Page], list[str]]:
        """Return the pages of a sitemap and those that it leads to, and what is left out of them."""
        pages: list[_Page] = []
        notes: list[str] = []
        sitemaps = [sitemap]
        for number, address in enumerate(sitemaps):  # grows on the way
            if number >= _MAX_SITEMAPS or len(pages) > most:
                break
            for tag, page in self._sitemap(address):
                problem = self._foreign(page.url)
                if problem:
                    notes.append(problem)
                elif tag == "sitemap" and page.url not in sitemaps:
                    sitemaps.append(page.url)
                elif tag == "url":
                    pages.append(page)
        if len(pages) > most:
            notes.append(
                gettext(
                    "only the first {number} pages are imported: “pages” in sources.yaml allows more",
                    number=digits(most),
                )
            )
        return pages[:most], notes

    def _foreign(self, url: str) -> str:
        """Return why an address is none of this site's; empty where it is one."""
        try:
            its_own = Origin.of(url) == self._origin
        except SourcesError as error:
            return str(error)
        why = gettext("it is another site's")
        return "" if its_own else f"{url}: {why}"

    def file(self, path: str, page: _Page, known: str) -> Fetched:
        """Return a page, unless it has not changed."""
        tag = _read_tag(known)
        if page.changed and tag.changed == page.changed:
            return Fetched(path=path, tag=known)
        conditions = {"If-None-Match": tag.etag, "If-Modified-Since": tag.modified}
        try:
            most = ReadLimits().size if _is_document(path) else None
            answer = self._get(page.url, {name: value for name, value in conditions.items() if value}, most)
        except SourcesError as error:
            return Fetched(path=path, problem=str(error))
        new = _Tag(
            page.changed,
            answer.headers.get("etag", tag.etag),
            answer.headers.get("last-modified", tag.modified),
        )
        if answer.status == 304 and known:
            return Fetched(path=path, tag=json.dumps(new))
        if answer.status in _GONE:
            problem = gettext("{address} is gone ({status})", address=page.url, status=answer.status)
            return Fetched(path=path, problem=problem, gone=True)
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if answer.status != 200:
            return Fetched(path=path, problem=str(_not_had(page.url, answer.status)))
        if (kind in _PAGE_KINDS) == _is_document(path):
            problem = gettext(
                "{address} is not what its name says but {kind}", address=page.url, kind=kind or "?"
            )
            return Fetched(path=path, problem=problem)
        return Fetched(path=path, tag=json.dumps(new), data=answer.body)

    def _read_robots(self) -> None:
        """Read robots.txt as RFC 9309 has it: without one all is allowed; one that cannot be had forbids all."""
        answer = self._get(f"{self._origin}/robots.txt", {})
        if 400 <= answer.status < 500:
            self._robots.parse([])
        elif answer.status == 200:
            lines = answer.body[:_MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace").splitlines()
            cut_off = len(answer.body) > _MAX_ROBOTS_BYTES
            self._robots.parse(lines[:-1] if cut_off else lines)  # half a rule may be another one
        else:
            address = f"{self._origin}/robots.txt"
            raise SourcesError(
                Message(
                    "{address} answered with {status}: try again later",
                    address=address,
                    status=str(answer.status),
                )
            )

    def _sitemap(self, address: str) -> Iterator[tuple[str, _Page]]:
        answer = self._get(address, {}, _MAX_SITEMAP_BYTES)
        if answer.status != 200:
            raise SourcesError(_not_had(address, answer.status))
        data = _unpacked(answer.body, address)
        if any(mark in data for mark in (b"<!DOCTYPE", b"<!ENTITY", b"\0")):  # NUL: they are in UTF-16
            raise SourcesError(
                Message("the sitemap {address} declares entities or is not UTF-8", address=address)
            )
        try:
            for _, element in ET.iterparse(io.BytesIO(data)):  # noqa: S314  # without entities
                tag = element.tag.rpartition("}")[2]
                if tag in ("url", "sitemap"):
                    values = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in element}
                    element.clear()
                    if values.get("loc"):
                        yield tag, _Page(values["loc"], values.get("lastmod", ""))
        except ET.ParseError as error:
            raise SourcesError(
                Message("{address} is no sitemap: {reason}", address=address, reason=error)
            ) from None

    def _get(self, url: str, headers: Mapping[str, str], most: int | None = None) -> Response:
        time.sleep(max(0.0, self._last + self._pause - time.monotonic()))
        try:
            return self._client.get(url, headers, **({} if most is None else {"most": most}))
        finally:
            self._last = time.monotonic()


def _not_had(address: str, status: int) -> Message:
    return Message("{address} answered with {status}", address=address, status=str(status))


def _read_tag(known: str) -> _Tag:
    try:
        return _Tag(*map(str, json.loads(known)))
    except (ValueError, TypeError):
        return _Tag()


def _unpacked(data: bytes, address: str) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as file:
            data = file.read(_MAX_SITEMAP_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise SourcesError(Message("the sitemap {address} is packed wrongly", address=address)) from None
    if len(data) > _MAX_SITEMAP_BYTES:
        number = _MAX_SITEMAP_BYTES // 2**20
        raise SourcesError(
            Message("the sitemap {address} is larger than {number} MiB", address=address, number=number)
        )
    return data
