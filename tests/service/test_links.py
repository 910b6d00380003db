"""Where links and citations lead."""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chipbot.model import Answer, Citation, NoAnswer, Quote
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.links import CitationLinks, web_address
from chipbot.sources.collections import SOURCES


@pytest.mark.parametrize(
    ("target", "address"),
    [
        (" https://example.com/a b ", "https://example.com/a%20b"),
        ("HTTP://Example.com/A", "http://example.com/A"),
        ("https://bücher.example:8080/ü?x=[1]#y", "https://xn--bcher-kva.example:8080/%C3%BC?x=%5B1%5D#y"),
        ("https://a:b@example.com/", ""),
        ("https://example.com@evil.example/", ""),
        ("https://exa_mple/", ""),
        ("https://" + "a" * 64 + ".example/", ""),
        ("https://example.com:99999/", ""),
        ("https://[::1", ""),
        ("https://example.com/\ud800", ""),
        ("ftp://example.com/", ""),
        ("javascript:alert(1)", ""),
        ("steam://run/1", ""),
        ("//example.com/a", ""),
        ("../a.md#b", ""),
        ("", ""),
    ],
)
def test_only_the_web_is_linked_to(target: str, address: str) -> None:
    assert web_address(target) == address


PAGE = "https://docs.org/a"


def cited(text: str, *highlights: tuple[int, int], **place: Any) -> Quote:
    citation = Citation(
        document_id=place.pop("document_id", "docs/a.md"),
        title="A",
        heading=(),
        page=place.pop("page", None),
        line_start=1,
        line_end=1,
        start=100,
        end=100 + len(text),
        url=place.pop("url", None),
        **place,
    )
    return Quote(text=text, highlights=highlights, citation=citation, score=1.0)


def address(
    seeds: Path, quote: Quote, web_url: str = "", sources: str = f"docs: {{url: {PAGE[:-2]}}}"
) -> str | None:
    (seeds / SOURCES).write_text(sources)
    answer = CitationLinks(seeds, web_url=web_url).linked(Answer(question="?", quotes=(quote,), confidence=1))
    assert isinstance(answer, Answer)
    return answer.quotes[0].citation.url


LONG = "One two three four five six seven, " * 10 + "the-end of it: a & b."


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        (cited("It is red.", (0, 10), anchor="set-up"), f"{PAGE}#set-up:~:text=It%20is%20red."),
        (cited("It is red.", (0, 10)), f"{PAGE}#:~:text=It%20is%20red."),
        (cited("No. It, is-red & new.", (4, 21)), f"{PAGE}#:~:text=It%2C%20is%2Dred%20%26%20new."),
        (
            cited(LONG, (0, len(LONG)), anchor="料"),
            f"{PAGE}#%E6%96%99:~:text=One%20two%20three%20four%20five%20six,the%2Dend%20of%20it%3A%20a%20%26%20b.",
        ),
        (cited("spam\tmute\tban", (0, 13)), f"{PAGE}#:~:text=spam,ban"),
        (
            cited("First:\n\n- one\n- two words", (0, 6), (14, 25)),
            f"{PAGE}#:~:text=First%3A,%2D%20two%20words",
        ),
        (cited("x", (0, 1), page=7, url="https://x.org/a.pdf#top"), "https://x.org/a.pdf#page=7"),
        (cited("x", (0, 1), url="https://x.org/#/app", anchor="b"), "https://x.org/#/app:~:text=x"),
        (cited("x", (0, 1), url="https://x.org/" + "a" * 495), "https://x.org/" + "a" * 495),
        (cited("x", (0, 1), url="https://x.org/" + "a" * 600), None),
        (cited("x", document_id="other.md"), None),
        (cited("x", url="javascript:alert(1)"), None),
        (
            cited("(a) [b](c) <@1> *|`", (0, 19)),
            f"{PAGE}#:~:text=%28a%29%20%5Bb%5D%28c%29%20%3C%401%3E%20%2A%7C%60",
        ),
        (cited("all of it"), f"{PAGE}#:~:text=all%20of%20it"),
    ],
)
def test_a_citation_leads_to_the_quoted_words(tmp_path: Path, quote: Quote, expected: str | None) -> None:
    assert address(tmp_path, quote) == expected


@pytest.mark.parametrize(
    ("anchor", "heading", "expected"),
    [("a-b-1", ("A b",), "#a-b_1"), ("a", (), "#a"), ("", (), ""), ("own", ("A b",), "#own")],
)
def test_a_site_made_by_mkdocs_has_its_own_anchors(
    tmp_path: Path, anchor: str, heading: tuple[str, ...], expected: str
) -> None:
    quote = cited("One two.", anchor=anchor)
    quote = replace(quote, citation=replace(quote.citation, heading=heading))
    sources = f"docs: {{url: {PAGE[:-2]}, anchors: mkdocs}}"
    found = address(tmp_path, quote, sources=sources)
    assert found == f"{PAGE}{expected or '#'}:~:text=One%20two."


def test_a_citation_leads_to_the_source_page_where_there_is_one(tmp_path: Path) -> None:
    quote = cited("No. It is red.", (4, 14), document_id="docs/a b?.md", url="https://x.org")
    page = "https://bot.org/p/documents/docs/a%20b%3F.md"
    assert (
        address(tmp_path, quote, "https://bot.org/p/")
        == f"{page}?mark=104-114-{zlib.crc32(b'It is red.'):08x}#quote"
    )
    quote = replace(quote, citation=replace(quote.citation, document_id="d" * 470))
    assert address(tmp_path, quote, "https://bot.org") == f"https://bot.org/documents/{'d' * 470}"


def test_long_words_leave_the_anchor(tmp_path: Path) -> None:
    words = " ".join(["w" * 150] * 12)
    assert (
        address(tmp_path, cited(words, (0, len(words)), anchor="b"))
        == f"{PAGE}#b:~:text={'w' * 150},{'w' * 150}"
    )
    words = "w" * 600
    assert address(tmp_path, cited(words, (0, 600), anchor="b")) == f"{PAGE}#b"


def test_a_change_of_the_file_counts_at_once(tmp_path: Path) -> None:
    links = CitationLinks(tmp_path)
    refused = NoAnswer(question="?", reason="no_match", rejected=(cited("x"),))
    for url in (None, "https://first.org/a#:~:text=x", "https://second.org/a#:~:text=x"):
        if url:
            (tmp_path / SOURCES).write_text(f"docs: {{url: {url[: url.index('/a#')]}}}")
        linked = links.linked(refused)
        assert isinstance(linked, NoAnswer)
        assert linked.rejected[0].citation.url == url


def test_answers_lead_to_the_heading_and_a_wrong_line_is_reported(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    (seeds / "docs" / "guide").mkdir(parents=True)
    (seeds / "docs" / "guide" / "lamp.md").write_text(
        "# Lamp\n\nIt shines.\n\n## Change the bulb {#bulb}\n\nThe bulb is changed with a green wrench.\n"
    )
    (seeds / SOURCES).write_text("docs: {url: 'https://docs.org/{path}/'}\nold: {link: x}\n")
    knowledge_base = KnowledgeBase(seeds, tmp_path / "index")
    status = knowledge_base.reindex()
    assert [(failure.document_id, failure.indexed) for failure in status.failures] == [(SOURCES, False)]
    result = knowledge_base.answer("With what is the bulb changed?")
    assert isinstance(result, Answer)
    expected = (
        "https://docs.org/guide/lamp/#bulb:~:text=The%20bulb%20is%20changed%20with%20a%20green%20wrench."
    )
    assert result.quotes[0].citation.url == expected
    (seeds / SOURCES).write_text("docs: {url: 'https://docs.org/{path}/'}\n")
    assert knowledge_base.reindex().failures == ()
