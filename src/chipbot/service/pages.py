"""A document page by page, as it is read around a quote: slices of its readable text with their structure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from chipbot.answering.snippets import make_quote
from chipbot.index import Index
from chipbot.model import Block, Mark, Quote, Span
from chipbot.retrieval.documents import passage_spans, passages_of, text_around
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.service.lines import LINE_END

PAGE = 1500
"""Code points on a page, nearly: about a screen and a half of a phone, and what fits a message with its markup."""


class Page(NamedTuple):
    """One page of a document."""

    quote: Quote
    """What stands on it; a slice of the document."""
    number: int
    """Which page it is, counted from 0."""
    total: int
    """How many there are."""


def find_quote(index: Index, document_id: str, span: Span, highlights: tuple[Span, ...] = ()) -> Quote | None:
    """Return the passage that stands at a place of a document; None where none does any more.

    Raises IndexDamagedError where its text is not what was indexed.
    """
    passages = passages_of(index, document_id)
    spans = passage_spans(index, passages)
    if span not in spans:
        return None
    passage = EmbeddedRetriever(index).passage(passages[spans.index(span)])
    return make_quote(passage, tuple((start + span[0], end + span[0]) for start, end in highlights))


def read_page(index: Index, document_id: str, number: int) -> Page | None:
    """Return a page of a document, the nearest one that there is; None where there is no such document.

    Raises IndexDamagedError where its text is not what was indexed.
    """
    pages = _pages(index, document_id)
    if not pages:
        return None
    number = min(max(number, 0), len(pages) - 1)
    return Page(_page_quote(index, pages[number]), number, len(pages))


def page_of(index: Index, document_id: str, offset: int) -> int:
    """Return the number of the page on which an offset of a document's text stands."""
    pages = _pages(index, document_id)
    ends = (passage_spans(index, page)[-1][1] for page in pages)
    return next((number for number, end in enumerate(ends) if offset < end), len(pages) - 1)


def _pages(index: Index, document_id: str) -> list[range]:
    """Return the passages of each page: as many as fit."""
    passages = passages_of(index, document_id)
    pages: list[range] = []
    page_start = 0
    for number, (start, end) in zip(passages, passage_spans(index, passages), strict=True):
        if pages and end - page_start <= PAGE:
            pages[-1] = range(pages[-1].start, number + 1)
        else:
            pages.append(range(number, number + 1))
            page_start = start
    return pages


def _page_quote(index: Index, passages: range) -> Quote:
    """Return a page's passages as one slice, with the headings and questions that stand before each."""
    retriever = EmbeddedRetriever(index)
    quotes = [make_quote(retriever.passage(number)) for number in passages]
    start, text = _trimmed(*text_around(index, passages), quotes[0].citation.title)
    blocks: list[Block] = []
    marks: list[Mark] = []
    end = 0
    for quote in quotes:
        citation, offset = quote.citation, quote.citation.start - start
        blocks += _headings(text, (end, offset), (citation.title, *citation.heading))
        blocks += [block.moved(offset)._replace(question=None) for block in quote.blocks]
        marks += [mark.moved(offset) for mark in quote.marks]
        end = citation.end - start
    line_end = quotes[-1].citation.line_end
    citation = replace(quotes[0].citation, start=start, end=start + len(text), line_end=line_end)
    return replace(quotes[0], text=text, citation=citation, blocks=tuple(blocks), marks=tuple(marks))


def _trimmed(start: int, text: str, title: str) -> tuple[int, str]:
    """Return a page's text, and where it begins, without white space around it and the document's title at its
    beginning, which stands above every page.
    """
    words = text.lstrip()
    rest = words.removeprefix(title)
    if start == 0 and rest[:1] in ("\n", "\r"):
        words = rest.lstrip()
    return start + len(text) - len(words), words.rstrip()


def _headings(text: str, span: Span, names: tuple[str, ...]) -> Iterator[Block]:
    """Yield a block for each line between two passages: a heading, where a passage has it as one."""
    start = span[0]
    ends = [match.span() for match in LINE_END.finditer(text, *span)]
    for end, following in [*ends, (span[1], span[1])]:
        line = text[start:end]
        if line.strip():
            first = start + len(line) - len(line.lstrip())
            yield Block(
                first, start + len(line.rstrip()), "heading" if line.strip() in names else "paragraph"
            )
        start = following
