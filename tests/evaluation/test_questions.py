"""Files of questions are read or refused with a reason, and answers are found where they stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.evaluation.examples import FUND, write

from chipbot.errors import QuestionsError
from chipbot.model import Answer
from chipbot.ops.evaluation import LabelledQuestion, Outcome, ask, read, resolve

if TYPE_CHECKING:
    from tests.core import Asked

BAD_LINES = {
    "{": "not JSON",
    "[1, 2]": "not an object with question and answers, but a list",
    '"text"': "not an object with question and answers, but a text",
    '{"answers": ["a"]}': "question is missing or empty",
    '{"question": " ", "answers": ["a"]}': "question is missing or empty",
    '{"question": 5, "answers": ["a"]}': "question is a number, but must be a text",
    '{"question": "q"}': "answers is missing",
    '{"question": "q", "answers": "a"}': "answers is a text, but must be a list",
    '{"question": "q", "answers": [""]}': "answers must be a list of texts, none of them empty",
    '{"question": "q", "answers": [3]}': "answers must be a list of texts",
    '{"question": "q", "answers": [], "answerable": true}': "answerable is true, but answers is empty",
    '{"question": "q", "answers": ["a"], "answerable": "no"}': "answerable is a text, but must be true or false",
    '{"question": "q", "answers": ["a"], "answer_start": [-1]}': "answer_start must be a list of whole numbers",
    '{"question": "q", "answers": ["a"], "answer_start": [true]}': "answer_start must be a list of whole numbers",
    '{"question": "q", "answers": ["a"], "answer_start": [1, 2]}': "answer_start has 2 numbers for 1 answers",
    '{"question": "q", "answers": ["a"], "doc_id": {}}': "doc_id is an object, but must be a text",
    '{"question": "q", "answers": ["a"], "id": null}': "id is null, but must be a text or a number",
}


@pytest.mark.parametrize(("line", "reason"), BAD_LINES.items())
def test_a_bad_line_is_named_with_what_is_wrong(tmp_path: Path, line: str, reason: str) -> None:
    file = write(tmp_path / "q.jsonl", {"question": "fine", "answers": ["a"]}, "", line)
    with pytest.raises(QuestionsError) as raised:
        read([file])
    assert f"{file}, line 3: " in str(raised.value)
    assert reason in str(raised.value)


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "holds no question"), (b"\n \n", "no question"), (b"\xff\xfe", "UTF-8")]
)
def test_a_bad_file_is_named(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "q.jsonl").write_bytes(content)
    with pytest.raises(QuestionsError, match=reason):
        read([tmp_path / "q.jsonl"])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionsError, match=r"none\.jsonl cannot be read"):
        read([tmp_path / "none.jsonl"])


def test_only_question_and_answers_are_required(tmp_path: Path) -> None:
    file = write(tmp_path / "q.jsonl", "\ufeff" + json.dumps({"question": "q", "answers": ["a"]}))
    assert read([file]) == [LabelledQuestion(id="1", text="q", answers=("a",), source=f"{file}, line 1")]


def test_questions_that_should_be_refused(tmp_path: Path) -> None:
    file = write(
        tmp_path / "q.jsonl",
        {"question": "q", "answers": []},
        {"question": "q", "answerable": False},
        {"question": "q", "answers": ["a"], "answerable": False, "answer_start": [0]},
    )
    assert [question.answerable for question in read([file])] == [False, False, False]


def test_foreign_questions_are_not_answerable_whatever_they_say(tmp_path: Path) -> None:
    file = write(
        tmp_path / "q.jsonl",
        {"question": "q", "answers": ["a"], "doc_id": "d"},
        {"question": "no answers", "id": 7},
    )
    assert [
        (question.id, question.answerable, question.foreign, question.document)
        for question in read([], [file])
    ] == [
        ("1", False, True, None),
        ("7", False, True, None),
    ]


# Questions against documents


def labelled(text: str, *answers: str, **fields: Any) -> LabelledQuestion:  # fields of all types
    return LabelledQuestion(id="1", text=text, answers=answers, source="q.jsonl, line 1", **fields)


def outcome_of(question: LabelledQuestion, answerer: Asked) -> tuple[Outcome, list[str]]:
    warnings: list[str] = []
    (found,) = ask(answerer, resolve([question], answerer.index, warnings.append))
    return found, warnings


AT = FUND.index("500 million")
HITS: list[tuple[str, dict[str, Any], bool, str]] = [
    ("500 million", {}, True, ""),
    ("500 MILLION\n dollars", {}, True, ""),
    ("600 million", {}, False, ""),
    ("500 million", {"document": "fund"}, True, ""),
    ("500 million", {"document": "fund.txt"}, True, ""),
    ("500 million", {"document": "pets/cats.v1"}, False, ""),
    ("500 million", {"document": "dogs"}, False, "a document is named that is not in the index"),
    ("500 million", {"document": "fund", "starts": (AT,)}, True, ""),
    ("The fund", {"document": "fund", "starts": (0,)}, False, ""),  # the title is no passage
    ("500 million", {"document": "fund", "starts": (AT + 1,)}, True, "do not stand at their answer_start"),
    ("500 MILLION", {"document": "fund", "starts": (AT,)}, True, "do not stand at their answer_start"),
    ("500 million", {"starts": (AT,)}, True, "without which it is not used"),
]


@pytest.mark.parametrize(("answer", "fields", "hit", "warning"), HITS)
def test_a_hit_is_the_answer_at_its_place_or_else_its_text(
    answerer: Asked, answer: str, fields: dict[str, Any], hit: bool, warning: str
) -> None:
    found, warnings = outcome_of(labelled("How many dollars does the fund hold?", answer, **fields), answerer)
    assert found.rank == (1 if hit else None)
    assert len(warnings) == bool(warning)
    assert warning in "".join(warnings)
    assert "q.jsonl, line 1" in "".join(warnings) or not warnings


def test_the_sentence_is_right_when_an_answer_stands_in_it(answerer: Asked) -> None:
    assert outcome_of(labelled("How many dollars does the fund hold?", "500 million"), answerer)[0].right
    assert not outcome_of(labelled("How many dollars does the fund hold?", "2022"), answerer)[0].right


def test_an_unanswerable_question_is_never_right(answerer: Asked) -> None:
    found, _ = outcome_of(labelled("How many dollars does the fund hold?"), answerer)
    assert not found.right
    assert found.rank is None


def test_what_is_ranked_for_measuring_is_what_is_quoted_first(answerer: Asked) -> None:
    result = answerer.answer("How long do cats sleep?")
    assert isinstance(result, Answer)
    best = answerer.index.passage(answerer.best_passages("How long do cats sleep?", 10)[0])
    assert (best.start, best.end) == (result.quotes[0].citation.start, result.quotes[0].citation.end)
    assert answerer.best_passages("", 10) == []
