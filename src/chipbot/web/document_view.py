"""A stored document → what its page shows: headings, passages, and the words that were quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from chipbot.model import Citation, Quote, Span
from chipbot.retrieval.documents import StoredDocument
from chipbot.retrieval.retriever import StoredPassage
from chipbot.service.links import marked_span
from chipbot.service.place_names import place_name
from chipbot.sources.anchors import slug
from chipbot.translation import gettext
from chipbot.web.elements import Element, ElementReader, LinkTo

MAX_CHARS = 150_000
"""Characters of a document on one page; a longer one takes several."""
_MAX_CONTENTS = 3  # levels of headings in the contents


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading or a passage of a page."""

    heading: str = ""
    """What a heading says; empty for a passage."""
    level: int = 2
    """A heading's level, 2 to 6."""
    anchor: str = ""
    """A heading's id."""
    elements: Sequence[Element] = ()
    """What stands in a passage."""
    quoted: bool = False
    """Whether the passage is the quoted one."""
    quoted_pages: Sequence[int] = ()
    """The pages of the file that the quoted words stand on, where it has pages."""
    page: int | None = None
    """The page that begins with it, as `place`."""
    place: str = ""
    """The page, slide or other place that begins with it; empty where that is none, or the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """What a page of a document shows."""

    title: str
    language: str
    sections: Sequence[Section]
    part: int
    """Which page of the document it is, from 1."""
    parts: int
    """How many there are."""
    mark: Literal["none", "found", "changed"] = "none"
    """Whether what was quoted is there, or the document has changed since."""
    contents: Sequence[Section] = field(default=())
    """The headings of the page, for its contents."""


def document_view(document: StoredDocument, link_to: LinkTo, mark: str = "", part: int = 0) -> DocumentView:
    """Return what a page shows of a document.

    Args:
        document: The document.
        link_to: Says where its links lead.
        mark: What was quoted, as `links.mark_of` has it; empty for nothing.
        part: The page; 0 for the one with the mark, or the first.
    """
    span = marked_span(document.text, mark)
    parts = _parts(document.passages)
    if not part and span is not None:
        part = next((i for i, each in enumerate(parts, 1) if each[-1].passage.end > span[0]), 1)
    part = min(max(part, 1), len(parts))
    first = parts[part - 1]
    before = parts[part - 2][-1] if part > 1 else None
    sections = list(_Sections(document, link_to, span, before).of(first, last=part == len(parts)))
    contents = [one for one in sections if one.heading and one.level <= _MAX_CONTENTS + 1]
    return DocumentView(
        title=document.row.title,
        language=document.row.language,
        sections=sections,
        part=part,
        parts=len(parts),
        mark="none" if not mark else "found" if span else "changed",
        contents=contents if len(contents) > 1 else (),
    )


def _parts(passages: Sequence[StoredPassage]) -> list[list[StoredPassage]]:
    parts: list[list[StoredPassage]] = [[]]
    size = 0
    for passage in passages:
        size += len(passage.text)
        if parts[-1] and size > MAX_CHARS:
            parts.append([])
            size = len(passage.text)
        parts[-1].append(passage)
    return parts


class _Sections:
    """Makes the sections of one page."""

    def __init__(
        self, document: StoredDocument, link_to: LinkTo, mark: Span | None, before: StoredPassage | None
    ) -> None:
        self._document, self._mark = document, mark
        self._reader = ElementReader(link_to)
        self._path = before.passage.heading if before else ()
        self._end = before.passage.end if before else 0
        self._place = _place(before) if before else ""
        self._anchors: set[str] = {"quote"}

    def of(self, passages: Sequence[StoredPassage], *, last: bool) -> list[Section]:
        """Return the sections of these passages, and what stands behind the document's last."""
        sections: list[Section] = []
        for stored in passages:
            sections += self._headings(stored)
            sections.append(self._passage(stored))
        if last:
            sections += self._bare(len(self._document.text), ())
        return sections

    def _headings(self, stored: StoredPassage) -> list[Section]:
        """Return the headings between the passage before and this one."""
        path, shared = stored.passage.heading, 0
        while shared < min(len(path), len(self._path)) and path[shared] == self._path[shared]:
            shared += 1
        new = path[shared:]
        sections = self._bare(stored.passage.start, new)
        for number, heading in enumerate(new, 1):
            anchor = stored.places[0].anchor if number == len(new) else ""
            sections.append(self._heading(heading, shared + number, anchor))
        self._path, self._end = path, stored.passage.end
        return sections

    def _bare(self, end: int, known: Sequence[str]) -> list[Section]:
        """Return the headings that nothing stands below: no passage is under them."""
        lines = [" ".join(line.split()) for line in self._document.text[self._end : end].splitlines()]
        told = {"", *map(_letters, (*known, *self._path, self._document.row.title))}
        return [self._heading(line, len(self._path) + 1, "") for line in lines if _letters(line) not in told]

    def _heading(self, heading: str, depth: int, anchor: str) -> Section:
        anchor = anchor if anchor and anchor not in self._anchors else slug(heading)
        number, base = 1, anchor or "section"
        anchor = base
        while anchor in self._anchors:
            anchor, number = f"{base}-{number}", number + 1
        self._anchors.add(anchor)
        return Section(heading=heading, level=min(depth + 1, 6), anchor=anchor)

    def _passage(self, stored: StoredPassage) -> Section:
        start, end = stored.passage.start, stored.passage.end
        highlights: tuple[Span, ...] = ()
        if self._mark and self._mark[0] < end and start < self._mark[1]:
            highlights = ((max(self._mark[0], start) - start, min(self._mark[1], end) - start),)
        place = _place(stored)
        is_new, self._place = place != self._place, place
        return Section(
            elements=self._reader.read(_as_quote(stored, highlights)),
            quoted=bool(highlights),
            quoted_pages=_pages(stored, self._mark) if self._mark and highlights else (),
            place=place if is_new else "",
            page=stored.places[0].page if is_new else None,
        )


def _letters(text: str) -> str:
    """Return what of a heading is no markup, in plain text as well."""
    return "".join(filter(str.isalnum, text))


def _place(stored: StoredPassage) -> str:
    place = stored.places[0]
    if place.page is not None:
        return gettext("Page {number}", number=place.page)
    return place_name(None, place.label)


def _pages(stored: StoredPassage, span: Span) -> list[int]:
    """Return the pages that a span stands on within a passage."""
    ends = [place.start for place in stored.places[1:]] + [stored.passage.end]
    return [
        place.page
        for place, end in zip(stored.places, ends, strict=True)
        if place.page is not None and place.start < span[1] and span[0] < end
    ]


def _as_quote(stored: StoredPassage, highlights: tuple[Span, ...]) -> Quote:
    """Return a passage with its structure in offsets into its own text, as quotes have it."""
    start = stored.passage.start
    blocks = tuple(block.moved(-start) for block in stored.blocks)
    marks = tuple(mark.moved(-start) for mark in stored.marks)
    citation = Citation(
        document_id=stored.passage.document_id,
        title=stored.title,
        heading=stored.passage.heading,
        page=None,
        line_start=None,
        line_end=None,
        start=start,
        end=stored.passage.end,
        url=None,
    )
    return Quote(
        text=stored.text, highlights=highlights, citation=citation, score=0.0, blocks=blocks, marks=marks
    )
