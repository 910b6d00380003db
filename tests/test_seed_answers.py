"""The shipped document's labelled questions: nine in ten are answered right, and nine in ten refused
right.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.core import QUESTIONS, SEED, answerer

from chipbot.model import Answer, AnswerOptions, NoAnswer

LABELLED: list[dict[str, Any]] = [
    json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()
]


def is_right(result: Answer | NoAnswer, label: dict[str, Any]) -> bool:
    """Answerable: the first highlighted sentence holds an answer. Not answerable: there is no answer."""
    if not label["answerable"]:
        return isinstance(result, NoAnswer)
    if isinstance(result, NoAnswer):
        return False
    start, end = result.quotes[0].highlights[0]
    return any(answer in result.quotes[0].text[start:end] for answer in label["answers"])


def test_the_labels_are_true() -> None:
    text = SEED.read_bytes().decode()
    assert len(LABELLED) >= 40
    assert 0.25 <= sum(not label["answerable"] for label in LABELLED) / len(LABELLED) <= 0.4
    for label in LABELLED:
        assert bool(label["answers"]) == label["answerable"]
        assert all(answer in text for answer in label["answers"]), label["question"]


@pytest.mark.parametrize("answerable", [True, False])
def test_nine_in_ten_are_right(answerable: bool) -> None:
    asked = answerer(
        {SEED.name: SEED.read_bytes().decode()}, language=None, min_confidence=AnswerOptions().min_confidence
    )
    labels = [label for label in LABELLED if label["answerable"] == answerable]
    wrong = [label["question"] for label in labels if not is_right(asked.answer(label["question"]), label)]
    assert len(wrong) * 10 <= len(labels), (
        f"{len(labels) - len(wrong)} of {len(labels)} right; wrong: {wrong}"
    )
