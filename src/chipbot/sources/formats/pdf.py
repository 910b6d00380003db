"""PDF → what its pages say, in the order in which it is read; a place is a page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

from chipbot.errors import DocumentError
from chipbot.model import Mark, Place
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.flat_text import FlatText
from chipbot.sources.formats.pdf_flow import Flow, Paragraph, flow
from chipbot.sources.formats.pdf_letters import Letters
from chipbot.sources.formats.pdf_table import Table
from chipbot.sources.formats.pdfium import Entry, Page, opened, outline, pages, title_of
from chipbot.sources.formats.questions import pair_questions
from chipbot.translation import Message

_FEW = 10  # characters on a page with pictures that is taken for a scan
_MAX_HEADING = 150
_LARGE = 1.12  # times the body's height that headings have where there is no outline
_MAX_SHARE = 0.4  # of paragraphs that may look like headings
_LETTERS = re.compile(r"[^\W\d_]{2}")
_NO_TITLE = re.compile(
    r"untitled|microsoft \w+ - |\S+\.\w{2,4}$|document\d*$|slide \d|powerpoint", re.IGNORECASE
)
_KEY = re.compile(r"[^\w]+")
_SECTION_NUMBER = re.compile(r"(?:\d+\.)*\d+\.?\s+|[A-Z]\.\s+")


def extract(data: bytes) -> Extracted:
    """Read a PDF; raises DocumentError where it is protected, damaged or has no text."""
    with opened(data) as document:
        entries, title = outline(document), title_of(document)
        found = list(pages(document))
    readable = [page for page in found if page is not None]
    _refuse_scan(readable)
    parts = flow(readable)
    writer = _Writer(parts, entries)
    text = writer.write()
    given = title if title and not _NO_TITLE.match(title) else None
    return Extracted(
        text=text.text,
        title=given or writer.title,
        blocks=pair_questions(text.text, text.blocks, (), ()),
        marks=tuple(_marks(text.text, text.places, readable)),
        places=tuple(text.places) or (Place(0, page=1),),
        problems=tuple(_problems(found)),
    )


def _marks(text: str, places: Sequence[Place], readable: Sequence[Page]) -> list[Mark]:
    """Return the links of pages over the words that stand in them; those whose words are not found are left out."""
    marks: list[Mark] = []
    ends = [*(place.start for place in places), len(text)][1:]
    for page in readable:
        spans = [(p.start, end) for p, end in zip(places, ends, strict=True) if p.page == page.number]
        if not page.links or not spans:
            continue
        start, end = spans[0][0], spans[-1][1]
        letters = Letters(text[start:end])
        for link in page.links:
            span = letters.find_whole(link.words, link.before)
            if span is not None:
                marks.append(Mark(start + span[0], start + span[1], "link", link.target))
    return _in_order(text, marks)


def _in_order(text: str, marks: list[Mark]) -> list[Mark]:
    """Return links in order, none over another; parts of one that stand on several lines are one."""
    joined: list[Mark] = []
    for mark in sorted(marks):
        last = joined[-1] if joined else Mark(0, 0, "link")
        if mark.target == last.target and not text[last.end : mark.start].strip():
            joined[-1] = last._replace(end=max(last.end, mark.end))
        elif mark.start >= last.end:
            joined.append(mark)
    return joined


def _refuse_scan(readable: Sequence[Page]) -> None:
    if not readable:
        raise DocumentError(Message("none of its pages can be read: it is damaged"))
    if not any(map(_size, readable)):
        if any(page.pictures for page in readable):
            raise DocumentError(
                Message("it holds pictures of pages and no text (a scan): run text recognition (OCR) over it")
            )
        raise DocumentError(Message("it holds no text"))


def _size(page: Page) -> int:
    return sum(len(piece.text) for piece in page.pieces)


def _problems(found: Sequence[Page | None]) -> Iterable[Message]:
    """Say which pages are left out."""
    scans = [number for number, page in enumerate(found, 1) if page and page.pictures and _size(page) < _FEW]
    damaged = [number for number, page in enumerate(found, 1) if page is None]
    of = {"number": len(found)}
    if len(scans) == 1:
        yield Message(
            "page {pages} of {number} holds pictures and no text: run text recognition (OCR) over it",
            pages=_listed(scans),
            **of,
        )
    elif scans:
        yield Message(
            "pages {pages} of {number} hold pictures and no text: run text recognition (OCR) over it",
            pages=_listed(scans),
            **of,
        )
    if len(damaged) == 1:
        yield Message(
            "page {pages} of {number} cannot be read: the file is damaged", pages=_listed(damaged), **of
        )
    elif damaged:
        yield Message(
            "pages {pages} of {number} cannot be read: the file is damaged", pages=_listed(damaged), **of
        )


def _listed(numbers: Sequence[int]) -> str:
    """Return page numbers as ranges."""
    runs = []
    for _, group in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        runs.append(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}")
    return ", ".join(runs[:8]) + (", …" if len(runs) > 8 else "")  # a line of them


class _Writer:
    """Writes paragraphs and tables as blocks, below the headings that the outline names, or else that are set large."""

    def __init__(self, parts: Sequence[Flow], entries: Sequence[Entry]) -> None:
        self._parts = parts
        self._text = FlatText()
        self._entries: dict[int, list[Entry]] = defaultdict(list)
        for entry in entries:
            if entry.page is not None:
                self._entries[entry.page].append(entry)
        self._names = {_key(entry.name) for entry in entries}
        self._page = 0
        self._levels = {} if self._entries else _levels(parts)
        self.title: str | None = self._large_title()
        self._table: tuple[tuple[str, ...], int] | None = None
        self._list: int | None = None

    def write(self) -> FlatText:
        """Write everything."""
        for part in self._parts:
            page = part.page if isinstance(part, Paragraph) else part[1]
            if isinstance(part, Paragraph):
                self._paragraph(part, page)
            else:
                self._write_table(part[0], page)
        return self._text

    def _paragraph(self, paragraph: Paragraph, page: int) -> None:
        level = self._outlined(paragraph, page) if self._entries else self._levels.get(id(paragraph))
        if level is not None:
            self._list = None
            self._text.heading(paragraph.text, level, Place(0, page=page))
            return
        if not paragraph.item:
            self._list = None
        follows = self._list is not None
        for number, part in enumerate(paragraph.parts):
            self._text.write(
                part.text, Place(0, page=part.page), separator="\n" if follows and not number else "\n\n"
            )
        if paragraph.item:
            self._list = self._list or self._text.new_unit()
            self._text.end("list_item", unit=self._list, depth=1, ordinal=paragraph.ordinal)
        else:
            self._text.end()

    def _outlined(self, paragraph: Paragraph, page: int) -> int | None:
        """Return the level of the heading that the outline says a paragraph is; None for others.

        Entries that are passed over, whose words are not on their page, head what follows all the same.
        """
        for earlier in range(self._page, page):
            for entry in self._entries.pop(earlier, ()):
                self._text.section(entry.name, entry.level)
        self._page = page
        left = self._entries.get(page, [])
        key = _key(paragraph.text) if len(paragraph.text) <= 2 * _MAX_HEADING else ""
        for number, entry in enumerate(left):
            if key and key == _key(entry.name):
                for passed in left[:number]:
                    self._text.section(passed.name, passed.level)
                del left[: number + 1]
                return entry.level
        return None

    def _write_table(self, table: Table, page: int) -> None:
        self._list = None
        unit, headers = self._text.new_unit(), tuple[str, ...]()
        place = Place(0, page=page)
        for number, cells in enumerate(row for row in table.rows if not self._is_contents(row)):
            if not number and table.headed:
                self._text.row(cells, place, unit, header=True)
                headers = cells
            else:
                self._text.row(cells, place, unit, headers=headers)

    def _is_contents(self, cells: Sequence[str]) -> bool:
        """Whether a row is of the table of contents: a name of the outline, and a page."""
        return cells[-1].isdigit() and _key(" ".join(cells[:-1])) in self._names

    def _large_title(self) -> str | None:
        """Return the largest text of the first page, where it is larger than what follows."""
        first = [part for part in self._parts if isinstance(part, Paragraph) and part.page == 1]
        if len(first) < 2:  # a title has something below it
            return None
        largest = max(first, key=lambda paragraph: paragraph.height)
        others = [paragraph.height for paragraph in first if paragraph is not largest]
        fits = len(largest.text) <= _MAX_HEADING and _LETTERS.search(largest.text) is not None
        return largest.text if fits and largest.height > _LARGE * sorted(others)[len(others) // 2] else None


def _key(text: str) -> str:
    return _KEY.sub("", _SECTION_NUMBER.sub("", text, count=1)).casefold()


def _levels(parts: Sequence[Flow]) -> dict[int, int]:
    """Return the level of each paragraph that is set as a heading, by its identity: by size, the bold ones last."""
    paragraphs = [part for part in parts if isinstance(part, Paragraph)]
    sizes: dict[float, int] = defaultdict(int)
    for paragraph in paragraphs:
        sizes[round(paragraph.height, 1)] += len(paragraph.text)
    body = max(sizes, key=lambda size: sizes[size], default=1.0)
    plain = sum(len(paragraph.text) for paragraph in paragraphs if not paragraph.bold)
    mostly_plain = plain * 2 > sum(len(paragraph.text) for paragraph in paragraphs)
    found = {
        id(paragraph): round(paragraph.height, 1)
        for paragraph in paragraphs
        if _may_head(paragraph)
        and (
            paragraph.height > _LARGE * body
            or (paragraph.bold and mostly_plain and paragraph.height > 0.95 * body)
        )
    }
    if len(found) > _MAX_SHARE * len(paragraphs):
        return {}
    ranks = {
        size: rank
        for rank, size in enumerate(sorted({max(size, body) for size in found.values()}, reverse=True), 1)
    }
    return {key: min(ranks[max(size, body)], 6) for key, size in found.items()}


def _may_head(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return (
        len(text) <= _MAX_HEADING
        and _LETTERS.search(text) is not None
        and not text.rstrip().endswith((".", ",", ";", ":"))
        and len(paragraph.parts) == 1
        and (not paragraph.item or paragraph.ordinal is not None)
    )
