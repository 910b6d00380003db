"""Fixed cases: documents in two dozen languages in one index, and what is found in them, or refused, question
by question.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from tests.core import ROOT, Asked, index_of

from chipbot.model import Answer, AnswerOptions, NoAnswer

FOLDER = ROOT / "tests" / "answers"
TEXTS = {file.name: file.read_bytes().decode() for file in sorted((FOLDER / "documents").iterdir())}
CASES: list[dict[str, Any]] = [
    json.loads(line) for line in (FOLDER / "cases.jsonl").read_text(encoding="utf-8").splitlines()
]


@cache
def answerer() -> Asked:
    return Asked(index_of(TEXTS, language=None), AnswerOptions())


def check(case: dict[str, Any]) -> None:
    """The first highlighted sentence holds an answer, of the right document; or there is a refusal that names
    what is missing.
    """
    result = answerer().answer(case["question"])
    if not case["answers"]:
        assert isinstance(result, NoAnswer), result.quotes[0].text
        assert set(case.get("missing", ())) <= set(result.missing)
        return
    assert isinstance(result, Answer), (result.reason, result.confidence, result.missing)
    quote = result.quotes[0]
    start, end = quote.highlights[0]
    highlighted = quote.text[start:end]
    assert any(answer in highlighted for answer in case["answers"]), highlighted
    assert quote.citation.document_id == case["doc_id"]
    assert "alone" not in case or case["alone"] not in highlighted, highlighted


def _parameter(case: dict[str, Any]) -> Any:
    reason = case.get("fails")
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
    return pytest.param(case, id=f"{case['part']}: {case['question']}", marks=marks)


@pytest.mark.parametrize("case", [_parameter(case) for case in CASES])
def test_cases(case: dict[str, Any]) -> None:
    check(case)


def test_a_notice_board_of_one_passage_answers_what_it_says() -> None:
    notice = FOLDER / "small" / "notice.md"
    asked = Asked(index_of({notice.name: notice.read_text(encoding="utf-8")}), AnswerOptions())
    lines = (FOLDER / "small.jsonl").read_text(encoding="utf-8").splitlines()
    wrong = []
    for case in map(json.loads, lines):
        result = asked.answer(case["question"])
        shown = result.quotes[:1] if isinstance(result, Answer) else ()
        marked = [quote.text[start:end] for quote in shown for start, end in quote.highlights]
        right = any(answer in text for answer in case["answers"] for text in marked)
        if not right if case["answers"] else marked:
            wrong.append((case["question"], result.confidence))
    assert len(wrong) <= 2, wrong  # two prices of other things


def test_the_labels_are_true() -> None:
    """Every answer, and what must not be shown with it, stands in its document; no two questions of a part
    are the same.
    """
    for case in CASES:
        if case["answers"]:
            text = TEXTS[case["doc_id"]]
            assert all(part in text for part in [*case["answers"], case.get("alone", "")]), case["question"]
    assert len({(case["part"], case["question"]) for case in CASES}) == len(CASES)


def test_every_language_has_questions_and_a_refusal() -> None:
    for name in TEXTS:
        language = name.split(".")[1]
        own = [case for case in CASES if case["lang"] == language and case["part"] == "language"]
        assert len([case for case in own if case["answers"]]) >= 3, language
        assert any(not case["answers"] for case in own), language


def test_every_document_is_taken_for_the_language_it_is_in() -> None:
    index = answerer().index
    found = {
        index.document(number).id: index.document(number).language for number in range(index.document_count)
    }
    assert found == {name: name.split(".")[1] for name in TEXTS}
