"""Canary questions are added and taken back, and all other lines of their file stay as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from chipbot.ops.evaluation.questions import read
from chipbot.service.canary_file import CanaryFileError, add_canary, remove_canary

OTHER = '{"id": 7, "question": "Why?",   "answers": []}\n'
ODD = "\ufeff[]\n\n{broken\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, '{"question": "Was gilt für „Öl“?", "answers": ["Nie", "\\"nie\\""]}\n'),
        (OTHER, OTHER + '{"question": "Was gilt für „Öl“?", "answers": ["Nie", "\\"nie\\""]}\n'),
        (OTHER[:-1], OTHER + '{"question": "Was gilt für „Öl“?", "answers": ["Nie", "\\"nie\\""]}\n'),
        (ODD, ODD + '{"question": "Was gilt für „Öl“?", "answers": ["Nie", "\\"nie\\""]}\n'),
    ],
)
def test_a_question_is_a_line_of_its_own_once(tmp_path: Path, before: str | None, after: str) -> None:
    path = tmp_path / "canaries.jsonl"
    if before is not None:
        path.write_text(before, encoding="utf-8")
    add_canary(tmp_path, "Was gilt für „Öl“?", ["Immer"])
    add_canary(tmp_path, "Was gilt für „Öl“?", ["Nie", '"nie"'])
    assert path.read_text(encoding="utf-8") == after
    remove_canary(tmp_path, "Was gilt für „Öl“?")
    remove_canary(tmp_path, "Was gilt für „Öl“?")
    if before is None:
        assert list(tmp_path.iterdir()) == [], "a file without a question cannot be asked"
    else:
        assert path.read_text(encoding="utf-8").rstrip("\n") == before.rstrip("\n")


def test_what_is_written_is_read_as_labelled_questions(tmp_path: Path) -> None:
    add_canary(tmp_path, "Where?", ["Here", "There"])
    (question,) = read([tmp_path / "canaries.jsonl"])
    assert (question.text, question.answers) == ("Where?", ("Here", "There"))


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "canaries.jsonl").mkdir()
    with pytest.raises(CanaryFileError, match=r"canaries\.jsonl cannot be written: "):
        add_canary(tmp_path, "Where?", ["Here"])
