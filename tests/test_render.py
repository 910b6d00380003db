"""Answers as JSON and as terminal text: the contract's keys, the quoted text, and nothing that drives the
terminal.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core import TEXTS

from chipbot.model import Answer, Citation, IndexStatus, NoAnswer, Quote
from chipbot.render import ANSI, PLAIN, REFUSALS, Style, place, status_line, to_json, to_text, visible

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
KEYS = ["question", "status", "reason", "confidence", "quotes", "suggestions", "corrections", "milliseconds"]


def test_an_answer_as_json() -> None:
    assert to_json(ANSWER) == {
        "question": "How much?",
        "status": "answered",
        "reason": None,
        "confidence": 0.93,
        "quotes": [
            {
                "text": QUOTE.text,
                "highlights": [[15, 34]],
                "score": 1.5,
                "citation": {
                    "document": "guide.md",
                    "title": "Guide",
                    "heading": ["Money", "Fund"],
                    "page": 7,
                    "line_start": 3,
                    "line_end": 4,
                    "start": 20,
                    "end": 57,
                    "url": "https://example.com/g",
                },
            }
        ],
        "suggestions": [],
        "corrections": [],
        "milliseconds": 1.8,
    }


def test_a_refusal_as_json_has_the_same_keys_and_what_was_rejected() -> None:
    rendered = to_json(REFUSAL)
    assert [*rendered][: len(KEYS)] == [*to_json(ANSWER)] == KEYS
    assert (rendered["status"], rendered["reason"], rendered["quotes"]) == ("no_answer", "low_confidence", [])
    assert rendered["rejected"] == to_json(ANSWER)["quotes"]
    assert (rendered["suggestions"], rendered["missing"]) == (["Guide › Fund", "Guide"], ["zebra", "gnu"])
    json.dumps(rendered)


def check(result: Answer | NoAnswer, *lines: str, ansi: bool = False) -> None:
    assert to_text(result, ANSI if ansi else PLAIN).split("\n") == list(lines)


def test_an_answer_as_text() -> None:
    where = "  — Guide › Money › Fund, page 7 (guide.md, lines 3–4) <https://example.com/g>"
    check(ANSWER, "│ It is a fund.", "│ »It is $500 million.«", "│ OK", where)


def test_an_answer_on_a_terminal_has_its_sentence_in_bold_line_by_line() -> None:
    spanning = replace(QUOTE, highlights=((0, 34),))
    check(
        replace(ANSWER, quotes=(spanning,)),
        "│ \x1b[1mIt is a fund.\x1b[0m",
        "│ \x1b[1mIt is $500 million.\x1b[0m",
        "│ OK",
        f"  \x1b[2m— {place(PLACE)}\x1b[0m",
        ansi=True,
    )


def test_quotes_stand_apart() -> None:
    assert to_text(replace(ANSWER, quotes=(QUOTE, QUOTE))).count("\n\n") == 1


STARS = Style(strong=("*", "*"))


@given(st.text(st.sampled_from("ab \t\r\n\u3000é漢")), st.integers(3, 30), st.data())
def test_wrapping_loses_nothing_and_keeps_to_the_width(text: str, width: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    quote = replace(QUOTE, text=text, highlights=((start, len(text)),) if start < len(text) else ())
    shown = to_text(replace(ANSWER, quotes=(quote,)), STARS, width).split("\n")[:-1]
    assert "".join(line[2:] for line in shown).replace("*", "") == re.sub(
        "[\r\n]", "", visible(text.replace("*", ""))
    )
    for line in shown:
        assert (
            len(line[2:].replace("*", "").rstrip()) <= width - 2
            or len(line[2:].replace("*", "").split()) <= 1
        )


def test_a_corrected_word_is_named() -> None:
    corrected = replace(ANSWER, corrections=(("fnud", "fund"),))
    assert to_text(corrected).startswith("Showing results for “fund” instead of “fnud”.\n\n│ ")
    assert to_json(corrected)["corrections"] == [["fnud", "fund"]]


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
        ({}, "Guide › Money › Fund, page 7 (guide.md, lines 3–4) <https://example.com/g>"),
        ({"line_end": 3, "page": None, "url": None, "heading": ()}, "Guide (guide.md, line 3)"),
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
