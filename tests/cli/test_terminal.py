"""Answers as terminal text: the quoted text with its marks, at any width, and nothing that drives the terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core import TEXTS
from tests.quotes import part, quote_of, quotes
from tests.service.test_layout import ADVERTISING, row

from chipbot.cli.terminal import ANSI, PLAIN, REFUSALS, Style, place, status_line, to_text
from chipbot.model import Answer, Citation, IndexStatus, NoAnswer, Quote
from chipbot.service.layout import layout
from chipbot.text.columns import width
from chipbot.text.printable import visible

PLACE = Citation(
    document_id="guide.md",
    title="Guide",
    heading=("Money", "Fund"),
    page=7,
    line_start=3,
    line_end=4,
    start=20,
    end=57,
    url="https://example.com/g",
)
QUOTE = Quote(
    text="It is a fund.\r\nIt is $500 million.\rOK", highlights=((15, 34),), citation=PLACE, score=1.5
)
ANSWER = Answer(question="How much?", quotes=(QUOTE,), confidence=0.93, milliseconds=1.8)
REFUSAL = NoAnswer(
    question="Who?",
    reason="low_confidence",
    suggestions=("Guide › Fund", "Guide"),
    missing=("zebra", "gnu"),
    rejected=(QUOTE,),
    confidence=0.1,
)


def check(result: Answer | NoAnswer, *lines: str, ansi: bool = False) -> None:
    assert to_text(result, ANSI if ansi else PLAIN).split("\n") == list(lines)


def test_an_answer_as_text() -> None:
    where = "  — Guide › Money › Fund (guide.md, page 7) <https://example.com/g>"
    check(ANSWER, "│ It is a fund.", "│ »It is $500 million.«", "│ OK", where)


def test_an_answer_on_a_terminal_has_its_sentence_in_bold_line_by_line() -> None:
    spanning = replace(QUOTE, highlights=((0, 34),))
    check(
        replace(ANSWER, quotes=(spanning,)),
        "│ \x1b[1mIt is a fund.\x1b[0m",
        "│ \x1b[1mIt is $500 million.\x1b[0m",
        "│ OK",
        f"\x1b[2m  — {place(PLACE)}\x1b[0m",
        ansi=True,
    )


def test_quotes_stand_apart() -> None:
    assert to_text(replace(ANSWER, quotes=(QUOTE, QUOTE))).count("\n\n") == 1


@settings(deadline=None)
@given(st.text(st.sampled_from("ab \t\r\n\u3000é漢。"), min_size=1), st.integers(5, 30), st.data())
def test_wrapping_loses_nothing_and_keeps_to_the_width(text: str, columns: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    quote = replace(QUOTE, text=text, highlights=((start, len(text)),) if start < len(text) else ())
    shown = text_of(quote, Style(), columns).split("\n")
    assert "".join("".join(line[2:] for line in shown).split()) == "".join(visible(text).split())
    for line in shown:
        assert line[2:] in visible(text)
        assert width(line) <= columns or len(line[2:].split()) <= 1


def text_of(quote: Quote, style: Style = PLAIN, columns: int | None = None) -> str:
    """The quote without its citation."""
    shown = to_text(replace(ANSWER, quotes=(quote,)), style, columns)
    return f"\n{shown}".rpartition(f"\n{style.faint[0]}  — ")[0][1:]


LIST = [
    part("label", "Warning", quoted=1),
    part("paragraph", "Read this:", quoted=1),
    part("list_item", "one two three four", depth=1),
    part("list_item", "five", depth=2, ordinal=10),
    part("list_item", "six", depth=1, checked=True),
    part("paragraph", "seven", depth=1),
]


@pytest.mark.parametrize(
    ("quote", "style", "columns", "text"),
    [
        (
            quote_of(*LIST, highlight="five"),
            PLAIN,
            None,
            ("│ │ Warning\n│ │ Read this:\n│ • one two three four\n│   10. »five«\n│ • ☑ six\n│   seven"),
        ),
        (
            quote_of(*LIST[2:4]),
            PLAIN,
            12,
            "│ • one two\n│   three\n│   four\n│   10. five",
        ),
        (
            quote_of(
                part("paragraph", "One.\nTwo."), part("code", "  x\ny", label="sh"), highlight="One.\nTwo."
            ),
            PLAIN,
            None,
            "│ »One.\n│ Two.«\n│     x\n│   y",
        ),
        (quote_of(part("code", "a b\nc d"), highlight="c"), PLAIN, 4, "│   a b\n│   »c« d"),
        (quote_of(part("code", "run"), highlight="run"), ANSI, None, "│   \x1b[1mrun\x1b[0m"),
        (
            quote_of(ADVERTISING, highlight="warning"),
            PLAIN,
            None,
            ("│ advertising — first time: »warning« · second time: mute for 24 hours"),
        ),
        (quote_of(row("a", "b"), row("cc", "d"), highlight="cc\td"), PLAIN, None, "│   a   b\n│  »cc  d«"),
        (
            quote_of(
                part("paragraph", "all of it is here"),
                highlight="it is",
                marks=[("strong", "all", ""), ("emphasis", "it is here", ""), ("code", "is", "")],
            ),
            ANSI,
            None,
            ("│ \x1b[1mall\x1b[0m of \x1b[1;3mit \x1b[0m\x1b[1;3;36mis\x1b[0m\x1b[3m here\x1b[0m"),
        ),
        (
            quote_of(
                part("paragraph", "see it, or b"),
                marks=[("link", "it", "https://a.org/ü"), ("link", "b", "b.md")],
            ),
            PLAIN,
            None,
            "│ see it <https://a.org/%C3%BC>, or b",
        ),
        (
            quote_of(part("paragraph", "see it"), marks=[("link", "it", "https://a.org/\x1b")]),
            ANSI,
            None,
            "│ see \x1b[4m\x1b]8;;https://a.org/%1B\x1b\\it\x1b]8;;\x1b\\\x1b[0m",
        ),
        (
            quote_of(part("paragraph", "https://a.org"), marks=[("link", "https://a.org", "https://a.org")]),
            PLAIN,
            None,
            "│ https://a.org",
        ),
        (quote_of(part("paragraph", "a\n\nb\n")), PLAIN, None, "│ a\n│ \n│ b"),
    ],
)
def test_a_quote_on_a_terminal(quote: Quote, style: Style, columns: int | None, text: str) -> None:
    assert text_of(quote, style, columns) == text


@settings(max_examples=150, deadline=None)
@given(quotes(), st.one_of(st.none(), st.integers(4, 40)), st.sampled_from([PLAIN, ANSI]))
def test_any_quote_shows_its_words_and_drives_no_terminal(
    quote: Quote, columns: int | None, style: Style
) -> None:
    shown = text_of(quote, style, columns)
    codes = re.compile(r"\x1b\[[\d;]+m|\x1b\]8;;[!-~]*\x1b\\")
    bare = codes.sub("", shown)
    assert "\x1b" not in bare
    letters = re.compile(r"[^A-Za-zé\u0590-\u06ff]|<https?://[!-~]+>")
    drawn = "".join(letters.sub("", line.text) for line in layout(quote))
    if style is ANSI or not any(mark.kind == "link" for mark in quote.marks):
        assert letters.sub("", bare) == drawn
    if style is PLAIN and not set("»«") & set("".join(line.text for line in layout(quote))):
        cells = sum(len(block.cells) for block in quote.blocks)  # each is highlighted by itself
        assert shown.count("»") == shown.count("«") <= len(quote.highlights) * 2 + cells


def test_what_is_said_around_an_answer_fits_the_window_too() -> None:
    corrected = replace(ANSWER, quotes=(QUOTE,), corrections=(("fnud", "fund"),))
    refused = NoAnswer(
        question="x", reason="no_match", missing=("one", "two", "three"), suggestions=("漢" * 30,)
    )
    for result in (corrected, refused):
        shown = to_text(result, Style(), 24).split("\n")
        assert all(width(line) <= 24 for line in shown if " " in line.strip()), shown
        assert " ".join(" ".join(shown).split()).replace("漢 漢", "漢漢") == " ".join(
            to_text(result, Style()).split()
        )


def test_a_corrected_word_is_named() -> None:
    corrected = replace(ANSWER, corrections=(("fnud", "fund"),))
    assert to_text(corrected).startswith("Showing results for “fund” instead of “fnud”.\n\n│ ")


@pytest.mark.parametrize(
    ("result", "lines"),
    [
        (
            REFUSAL,
            [REFUSALS["low_confidence"], "Nowhere in them: “zebra”, “gnu”.", "Closest: Guide › Fund; Guide"],
        ),
        (NoAnswer(question="", reason="empty_question", missing=("x",)), [REFUSALS["empty_question"]]),
        (NoAnswer(question="x", reason="no_match"), [REFUSALS["no_match"]]),
    ],
)
def test_a_refusal_as_text(result: NoAnswer, lines: list[str]) -> None:
    check(result, *lines)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Guide › Money › Fund (guide.md, page 7) <https://example.com/g>"),
        ({"line_end": 3, "page": None, "url": None, "heading": ()}, "Guide (guide.md, line 3)"),
        (
            {"version": "v1.2", "url": None, "page": None},
            "Guide (v1.2) › Money › Fund (guide.md, lines 3–4)",
        ),
        (
            {"version": "v1.2", "title": "Guide to 1.2", "url": None, "page": None, "heading": ()},
            "Guide to 1.2 (guide.md, lines 3–4)",
        ),
        (
            {"label": "Prices, row 3", "page": None, "url": None, "heading": ()},
            "Guide (guide.md, Prices, row 3)",
        ),
        (
            {"line_start": None, "line_end": None, "page": None, "url": None, "heading": ()},
            "Guide (guide.md)",
        ),
        ({"title": "\x1b[2J", "url": None, "page": None}, "\ufffd[2J › Money › Fund (guide.md, lines 3–4)"),
        (
            {"url": "https://x/\x1b[2J", "page": None, "heading": ()},
            "Guide (guide.md, lines 3–4) <https://x/\ufffd[2J>",
        ),
    ],
)
def test_a_place_in_one_line(changes: dict[str, object], expected: str) -> None:
    assert place(Citation(**{name: getattr(PLACE, name) for name in PLACE.__slots__} | changes)) == expected


@given(st.one_of(TEXTS, st.text(st.characters(exclude_categories=["Cs"]))), st.sampled_from([PLAIN, ANSI]))
def test_nothing_in_a_document_drives_the_terminal(text: str, style: object) -> None:
    shown = visible(text)
    assert not {c for c in shown if (ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0) and c not in "\n\t"}
    assert len(shown) == len(text.replace("\r\n", "\n"))
    quote = replace(QUOTE, text="x" + text, highlights=((0, 1 + len(text)),))
    plain = to_text(replace(ANSWER, quotes=(quote,)), PLAIN if style is PLAIN else ANSI)
    assert plain.replace("\x1b[0m", "").replace("\x1b[1m", "").replace("\x1b[2m", "").count("\x1b") == 0


def test_sizes() -> None:
    status = IndexStatus(id="x", built_at="", documents=1, passages=1234, terms=2)
    assert status_line(status) == "1 document, 1,234 passages, 2 terms"


def test_answers_take_no_library_that_is_slow_to_load() -> None:
    """`chipbot ask` starts anew for each question."""
    code = (
        "import sys; import chipbot.cli.terminal, chipbot.service.serialization; print('rich' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
