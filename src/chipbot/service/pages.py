"""A document page by page, as it is read around a quote: slices of its readable text with their structure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from chipbot.answering.snippets import make_quote
from chipbot.index import Index
from chipbot.model import Block, Quote, Span
from chipbot.retrieval.documents import find_document
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
    starts = index.arrays["passage_start"]
    for number in _passages(index, document_id):
        if int(starts[number]) == span[0] and int(index.arrays["passage_end"][number]) == span[1]:
            spans = tuple((start + span[0], end + span[0]) for start, end in highlights)
            return make_quote(EmbeddedRetriever(index).passage(number), spans)
    return None


def read_page(index: Index, document_id: str, number: int) -> Page | None:
    """Return a page of a document, the nearest one that there is; None where there is no such document.

    Raises IndexDamagedError where its text is not what was indexed.
    """
    pages = _pages(index, document_id)
    if not pages:
        return None
    number = min(max(number, 0), len(pages) - 1)
    return Page(_page_quote(index, pages[number], last=number == len(pages) - 1), number, len(pages))


def page_of(index: Index, document_id: str, offset: int) -> int:
    """Return the number of the page on which an offset of a document's text stands."""
    ends = index.arrays["passage_end"]
    pages = _pages(index, document_id)
    return next((number for number, page in enumerate(pages) if offset < ends[page[-1]]), len(pages) - 1)


def _passages(index: Index, document_id: str) -> range:
    """Return the numbers of a document's passages."""
    number = find_document(index, document_id)
    return range(0) if number is None else index.document_passages(number)


def _pages(index: Index, document_id: str) -> list[range]:
    """Return the passages of each page: as many as fit."""
    starts, ends = index.arrays["passage_start"], index.arrays["passage_end"]
    pages: list[range] = []
    for number in _passages(index, document_id):
        if pages and ends[number] - starts[pages[-1][0]] <= PAGE:
            pages[-1] = range(pages[-1][0], number + 1)
        else:
            pages.append(range(number, number + 1))
    return pages


def _page_quote(index: Index, passages: range, *, last: bool) -> Quote:
    """Return a page's passages as one slice, with the headings and questions that stand before each."""
    retriever, arrays = EmbeddedRetriever(index), index.arrays
    stored = [retriever.passage(number) for number in passages]
    document = int(arrays["passage_document"][passages[0]])
    follows = passages[0] > arrays["document_passages"][document]
    start = int(arrays["passage_end"][passages[0] - 1]) if follows else 0
    first_byte = (
        arrays["passage_byte_end"][passages[0] - 1] if follows else arrays["document_bytes"][document]
    )
    last_byte = arrays["document_bytes"][document + 1] if last else arrays["passage_byte_end"][passages[-1]]
    text = arrays["text"][first_byte:last_byte].tobytes().decode()
    titled = text.lstrip()
    rest = titled.removeprefix(stored[0].title)  # which stands above every page
    if not follows and rest[:1] in ("\n", "\r"):
        titled = rest.lstrip()
    start, text = start + len(text) - len(titled), titled.rstrip()
    quotes = [make_quote(each) for each in stored]
    blocks: list[Block] = []
    end = 0
    for quote in quotes:
        offset = quote.citation.start - start
        blocks += _headings(text, (end, offset), (quote.citation.title, *quote.citation.heading))
        blocks += [_moved(block, offset) for block in quote.blocks]
        end = quote.citation.end - start
    marks = [
        mark._replace(start=mark.start + offset, end=mark.end + offset)
        for quote in quotes
        for offset in [quote.citation.start - start]
        for mark in quote.marks
    ]
    citation = replace(
        quotes[0].citation, start=start, end=start + len(text), line_end=quotes[-1].citation.line_end
    )
    return replace(quotes[0], text=text, citation=citation, blocks=tuple(blocks), marks=tuple(marks))


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


def _moved(block: Block, offset: int) -> Block:
    """Return a block that stands so much further on."""
    return block._replace(
        start=block.start + offset,
        end=block.end + offset,
        cells=tuple((start + offset, end + offset) for start, end in block.cells),
        question=None,
    )
