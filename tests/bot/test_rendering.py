"""How an answer and a refusal are laid out: the first quote first, everything within Discord's limits,
nothing added."""

from __future__ import annotations

import dataclasses

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bot.alphabet import PING, RICH
from tests.bot.discord_text import seen, visible
from tests.bot.library import quoted
from tests.quotes import part, quote_of, quotes, structured

from chipbot.bot.markdown_escape import units
from chipbot.bot.rendering import TEXT_LIMIT, cited, quote_parts, rendered
from chipbot.model import Answer, Mark, NoAnswer, Quote


def texts(view: discord.ui.LayoutView) -> list[str]:
    return [item.content for item in view.walk_children() if isinstance(item, discord.ui.TextDisplay)]


def answer(*quotes: Quote) -> Answer:
    return Answer(question="What?", quotes=quotes, confidence=0.9, shown=len(quotes))


def whole(text: str, **cited_as: str) -> Quote:
    return quoted(
        text, (0, len(text)), (0, len(text)), title=cited_as.get("title", "A title"), url=cited_as.get("url")
    )


def test_an_answer_is_its_quotes_each_above_its_citation() -> None:
    view = rendered(answer(whole("One."), quoted("a\nTwo. b", (2, 8), (0, 4))))
    assert texts(view) == [
        "> **One.**",
        "-# A title",
        "> **Two.** b",
        "-# A title",
    ]
    assert [type(item).__name__ for item in view.walk_children()] == (
        ["Container", "TextDisplay", "TextDisplay", "Separator", "TextDisplay", "TextDisplay"]
    )


def test_the_question_and_notes_stand_above() -> None:
    corrected = dataclasses.replace(answer(whole("One.")), corrections=(("fnud", "fund"),))
    assert texts(rendered(corrected, question="*Why* @here?", notes=["A note."])) == [
        "-# Question: \\*Why\\* \\@\u200bhere?",
        "-# Showing results for “fund” instead of “fnud”.",
        "-# A note.",
        "> **One.**",
        "-# A title",
    ]


def test_quotes_that_are_no_answer_by_themselves_are_left_out() -> None:
    hidden = Answer(question="?", quotes=(whole("One."), whole("Two.")), confidence=0.9)
    assert texts(rendered(hidden)) == ["> **One.**", "-# A title"]


@pytest.mark.parametrize(
    ("quote", "line"),
    [
        (quoted("a\nb\nc", (2, 5), heading=("One", "Two", "Three *x*")), "-# A title › Two › Three \\*x\\*"),
        (quoted("a", (0, 1), page=4), "-# A title · page\u00a04"),
        (quoted("a", (0, 1), url="https://x.org/(a)"), "-# [A title](https://x.org/%28a%29)"),
        (
            quoted("a", (0, 1), heading=("_One_",), page=4, url="https://x.org/"),
            "-# [A title › \\_One\\_](https://x.org/) · page\u00a04",
        ),
        (quoted("a", (0, 1), url="https://x.org/" + "a" * 500), "-# A title"),
        (quoted("a", (0, 1), url="file:///etc/passwd"), "-# A title"),
        (quoted("a", (0, 1), title="t" * 100), f"-# {'t' * 80}…"),
        (quoted("a", (0, 1), title="1. *@everyone*"), "-# 1\\. \\*\\@\u200beveryone\\*"),
    ],
)
def test_where_a_quote_stands(quote: Quote, line: str) -> None:
    assert cited(quote.citation) == line


def test_a_slide_or_a_time_stands_behind_the_title() -> None:
    citation = dataclasses.replace(quoted("a", (0, 1)).citation, label="slide *4*")
    assert cited(citation) == "-# A title · slide \\*4\\*"


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (NoAnswer(question="?", reason="no_match"), "I found no answer to that in the documents."),
        (NoAnswer(question="?", reason="empty_question"), "I found no word to look for in that question."),
        (
            NoAnswer(question="?", reason="no_match", missing=("TSMC",)),
            "I found no answer to that in the documents.\nNowhere in them: “TSMC”.",
        ),
        (
            NoAnswer(
                question="?",
                reason="low_confidence",
                missing=("TSMC", "*x*"),
                suggestions=("A", "B_b", "C", "D"),
            ),
            "I found no answer to that in the documents.\nNowhere in them: “TSMC”, “*x*”.",
        ),
    ],
)
def test_a_refusal_says_what_is_missing(result: NoAnswer, text: str) -> None:
    (shown,) = texts(rendered(result))
    assert seen(shown).text == text


LONG = "This sentence is of some length, it is. " * 60


@pytest.mark.parametrize(
    "text", [LONG, LONG.replace(" ", ""), "*" * 3000, "\n".join("*" * 1500), "@everyone " * 400, "😀" * 3000]
)
@pytest.mark.parametrize("count", [1, 3])
def test_long_quotes_are_shortened_until_they_fit(text: str, count: int) -> None:
    quotes = [quoted(text, (0, len(text)), (100, 190), title="T*" * 60, heading=("H_" * 60,) * 3)] * count
    parts = quote_parts(quotes, ["why " * 50, "A note."])
    assert sum(units(text) for part in parts for text in part) <= TEXT_LIMIT
    assert all(part for part in parts)
    markdown = parts[0][2]
    shown = seen(markdown).text.removeprefix("… ").removesuffix(" …")
    assert visible(shown) in visible(text)
    assert seen(markdown).styled("bold")


def test_later_quotes_are_shortened_first() -> None:
    first, second, third = quote_parts([whole(LONG)] * 3)
    assert len(first[0]) > 1000
    assert len(second[0]) < 400
    assert len(third[0]) < 400
    tight = quote_parts([whole("*" * 3000)] * 3)
    assert len(tight[0][0]) == 3008  # 1,500 escaped asterisks in bold, and the mark of the cut
    assert sum(len(part[0]) for part in tight[1:]) < 1000


@settings(max_examples=300, deadline=None)
@given(documents=st.lists(RICH.filter(str.strip), min_size=1, max_size=3), title=RICH, question=RICH)
def test_no_document_breaks_the_layout(documents: list[str], title: str, question: str) -> None:
    """Whatever the documents hold: the limits hold, every quote reads as its text, nobody is pinged."""
    quotes = [whole(document, title=title, url="https://example.org/" + question) for document in documents]
    view = rendered(answer(*quotes), question=question)
    shown = texts(view)
    assert sum(map(units, shown)) <= TEXT_LIMIT
    assert all(len(text) >= 1 for text in shown)
    bodies = [text for text in shown if text.startswith("> ")]
    assert [visible(seen(body).text) for body in bodies] == [visible(document) for document in documents]
    assert not any(PING.search(text) for text in shown)


LINKED = structured(
    "a b " * 300,
    [],
    [
        Mark(start, start + 1, "link", f"https://example.org/{start}/" + "x" * 400)
        for start in range(0, 1200, 2)
    ],
    [(0, 1200)],
)
WIDE = quote_of(part("table_row", "", *"a" * 600, headers=("a long header " * 9,) * 600), highlight="a\ta\ta")


@pytest.mark.parametrize(
    "url", ["https://example.org/" + "長" * 440, "https://example.org/" + "x" * 479, "x" * 9999]
)
@pytest.mark.parametrize("quote", [LINKED, WIDE, quoted("@everyone" * 200, (0, 1800), (0, 1800))])
def test_shortening_ends_whatever_the_message_holds(quote: Quote, url: str) -> None:
    """Addresses of 500 characters, headers before every cell, titles that take three characters for each of theirs."""
    odd = "@everyone" * 50
    citation = dataclasses.replace(quote.citation, url=url, title=odd, heading=(odd, odd))
    bare = dataclasses.replace(quote, citation=citation)
    pairs = ((odd, odd),) * 9
    shown = Answer(question="?", quotes=(bare,) * 3, confidence=0.9, shown=3, corrections=pairs)
    view = rendered(shown, question=odd, notes=["A note of ours."])
    assert sum(map(units, texts(view))) <= TEXT_LIMIT
    assert sum(1 for _ in view.walk_children()) <= 40
    assert not any(PING.search(text) for text in texts(view))


def test_links_are_left_out_before_text_is() -> None:
    (shown,) = quote_parts([LINKED])
    assert "](" not in shown[0]
    assert visible(seen(shown[0]).text) == visible(LINKED.text[:1200])
    (kept,) = quote_parts([dataclasses.replace(LINKED, marks=LINKED.marks[:3])])
    assert kept[0].count("](https://example.org/") == 3


@settings(max_examples=100, deadline=None)
@given(shown=st.lists(quotes(), min_size=1, max_size=3))
def test_no_structure_breaks_the_layout(shown: list[Quote]) -> None:
    view = rendered(answer(*shown))
    assert sum(map(units, texts(view))) <= TEXT_LIMIT
    assert sum(1 for _ in view.walk_children()) <= 40
    assert all(text.strip() for text in texts(view))
    assert not any(PING.search(text) for text in texts(view))
