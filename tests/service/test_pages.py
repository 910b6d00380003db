"""A document is read page by page: slices that together are all of it, with headings where they stand."""

from __future__ import annotations

import pytest
from tests.core import index_of

from chipbot.errors import IndexDamagedError
from chipbot.index import Index
from chipbot.service.pages import PAGE, find_quote, page_of, read_page

TEXT = "# Guide\n\nHello all.\n" + "".join(
    f"\n## Part {n}\n\n- **item** one\n- [item](https://example.org) two\n\n{'Some words about it. ' * 30}\n"
    for n in range(6)
)
OTHER = "Only a line."


@pytest.fixture
def index() -> Index:
    return index_of({"guide.md": TEXT, "other.txt": OTHER, "z.txt": "Last."})


def test_the_pages_are_the_document(index: Index) -> None:
    whole = index.document_text(0)
    first = read_page(index, "guide.md", 0)
    assert first is not None
    pages = [read_page(index, "guide.md", number) for number in range(first.total)]
    assert first.total > 2
    read = ""
    for number, page in enumerate(pages):
        assert page is not None
        citation = page.quote.citation
        assert (page.number, page.total) == (number, first.total)
        assert page.quote.text == whole[citation.start : citation.end]
        assert len(page.quote.text) <= PAGE + 100
        assert page_of(index, "guide.md", citation.end - 1) == number
        read += page.quote.text
    assert "".join(f"Guide{read}".split()) == "".join(whole.split())


def test_headings_and_marks_are_drawn_as_such(index: Index) -> None:
    page = read_page(index, "guide.md", 0)
    assert page is not None
    quote = page.quote
    headings = [quote.text[block.start : block.end] for block in quote.blocks if block.kind == "heading"]
    assert headings[:2] == ["Part 0", "Part 1"]
    assert [quote.text[mark.start : mark.end] for mark in quote.marks][:2] == ["item", "item"]
    starts = [block.start for block in quote.blocks]
    assert starts == sorted(starts)


@pytest.mark.parametrize(("asked", "number"), [(-5, 0), (10**6, -1)])
def test_a_page_that_there_is_not_is_the_nearest(index: Index, asked: int, number: int) -> None:
    page, first = read_page(index, "guide.md", asked), read_page(index, "guide.md", 0)
    assert page is not None
    assert first is not None
    assert page.number == number % first.total


def test_a_document_that_there_is_not_has_no_pages(index: Index) -> None:
    assert read_page(index, "absent.md", 0) is None
    assert find_quote(index, "absent.md", (0, 5)) is None


def test_a_quote_is_found_where_it_stands(index: Index) -> None:
    found = find_quote(index, "other.txt", (0, len(OTHER)), ((5, 6),))
    assert found is not None
    assert (found.text, found.highlights) == (OTHER, ((5, 6),))
    assert find_quote(index, "other.txt", (0, len(OTHER) - 1)) is None


def test_damage_is_named() -> None:
    damaged = index_of({"other.txt": OTHER})
    text = damaged.arrays["text"].copy()
    text[0] ^= 1
    damaged.arrays = dict(damaged.arrays) | {"text": text}
    with pytest.raises(IndexDamagedError):
        read_page(damaged, "other.txt", 0)
