"""Answers as the object that programs read: the contract's keys, and what the documents say."""

from __future__ import annotations

import json

from tests.cli.test_terminal import ANSWER, QUOTE, REFUSAL
from tests.quotes import part, quote_of
from tests.service.test_layout import row

from chipbot.model import Answer
from chipbot.service.serialization import to_json

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
                "blocks": [],
                "marks": [],
                "score": 1.5,
                "citation": {
                    "document": "guide.md",
                    "title": "Guide",
                    "version": "",
                    "heading": ["Money", "Fund"],
                    "page": 7,
                    "line_start": 3,
                    "line_end": 4,
                    "label": "",
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


def test_a_corrected_word_is_named() -> None:
    corrected = Answer(question="?", quotes=(QUOTE,), confidence=0.9, corrections=(("fnud", "fund"),))
    assert to_json(corrected)["corrections"] == [["fnud", "fund"]]


def test_blocks_and_marks_are_data_beside_the_text() -> None:
    quote = quote_of(
        part("list_item", "one", depth=1, ordinal=2, checked=False),
        row("a", "b", headers=("A", "B")),
        marks=[("code", "one", ""), ("link", "a", "b.md")],
    )
    (rendered,) = to_json(Answer(question="?", quotes=(quote,), confidence=0.9))["quotes"]
    assert rendered["marks"] == [
        {"start": 0, "end": 3, "kind": "code"},
        {"start": 4, "end": 5, "kind": "link", "target": "b.md"},
    ]
    assert json.loads(json.dumps(rendered["blocks"])) == [
        {"start": 0, "end": 3, "kind": "list_item", "depth": 1, "ordinal": 2, "checked": False},
        {
            "start": 4,
            "end": 7,
            "kind": "table_row",
            "unit": 1,
            "cells": [[4, 5], [6, 7]],
            "headers": ["A", "B"],
        },
    ]
