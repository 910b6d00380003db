"""`chipbot eval`, from its arguments to what it prints."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.evaluation.examples import write

from chipbot.answering.pipeline import Answerer
from chipbot.cli import run

QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "a",
        "question": "How many dollars does the fund hold?",
        "answers": ["500 million"],
        "doc_id": "fund",
        "lang": "en",
    },
    {"id": "b", "question": "When did Mexico join the partnership?", "answers": ["April"]},
    {"id": "c", "question": "Who paints bridges on Jupiter?", "answers": []},
]


@pytest.fixture
def folder(answerer: Answerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001  # it makes the documents
    for name in os.environ:
        if name.startswith("CHIPBOT_") and name != "CHIPBOT_ENCODER":
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "q.jsonl", *QUESTIONS)
    write(tmp_path / "foreign.jsonl", {"question": "who won the cup", "answers": ["x"]})
    return tmp_path


Output = Callable[..., tuple[int, str, str]]


@pytest.fixture
def chipbot(folder: Path, capsys: pytest.CaptureFixture[str]) -> Output:  # noqa: ARG001  # it is where the command runs
    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["eval", *arguments])
        return code, *capsys.readouterr()

    return call


def test_what_a_moderator_wants_comes_first(chipbot: Output) -> None:
    code, out, err = chipbot("q.jsonl")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "2 of 3 right, 1 answered wrong."
    assert lines[2] == "When did Mexico join the partnership? (q.jsonl, line 2)"
    assert lines[3].startswith("  shown:    “Mexico joined the partnership in March.”, confidence")
    assert lines[4] == "  expected: “April”"
    assert lines[5].startswith("  to do:    its passage was not found")
    assert lines[-1].startswith("--figures shows")


def test_each_figure_is_explained(chipbot: Output) -> None:
    code, out, err = chipbot("q.jsonl", "--foreign", "foreign.jsonl", "--figures", "--wrong", "0")
    assert (code, err) == (0, "")
    assert "\n4 questions: 2 answerable, 1 not answerable, 1 out of domain. Threshold 0.4.\n" in out
    assert "  hit@1                50.0 %  0.0–100.0     the passage ranked first holds the answer\n" in out
    assert "95 % confidence intervals" in out
    assert "CHIPBOT_MIN_CONFIDENCE=" in out
    assert "\x1b" not in out
    assert "expected:" not in out
    assert max(map(len, out.splitlines())) <= 120


def test_figures_are_explained_in_the_terminal_s_language(
    chipbot: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    _, out, _ = chipbot("q.jsonl", "--foreign", "foreign.jsonl", "--figures", "--wrong", "0")
    assert "4 Fragen: 2 beantwortbar, 1 nicht beantwortbar, 1 fachfremd. Schwelle 0.4." in out
    assert (
        "  hit@1                50,0 %  0,0–100,0     die Passage auf Rang eins enthält die Antwort\n" in out
    )
    monkeypatch.setenv("LANGUAGE", "fr")
    write(Path("bad.jsonl"), {"answers": []})
    assert chipbot("bad.jsonl")[2] == "chipbot: bad.jsonl, ligne 1: question manque ou est vide\n"


def test_json_is_one_object_with_every_figure_and_its_interval(chipbot: Output) -> None:
    code, out, _ = chipbot("q.jsonl", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["questions"] == {"all": 3, "answerable": 2, "unanswerable": 1, "foreign": 0}
    assert found["figures"]["hit@1"] == {"value": 0.5, "low": 0.0, "high": 1.0}
    assert found["threshold"] == 0.4


def test_details_are_one_ask_object_a_question_with_its_id(chipbot: Output, folder: Path) -> None:
    chipbot("q.jsonl", "--details", "details.jsonl")
    lines = [json.loads(line) for line in (folder / "details.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["id"], line["lang"], line["question"]) for line in lines] == [
        (question["id"], question.get("lang"), question["question"]) for question in QUESTIONS
    ]
    assert lines[0]["quotes"][0]["citation"]["document"] == "fund.txt"
    assert lines[2]["status"] == "no_answer"
    assert "rejected" in lines[2]


def test_settings_apply(chipbot: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPBOT_MIN_CONFIDENCE", "1")
    found = json.loads(chipbot("q.jsonl", "--json")[1])
    assert found["threshold"] == 1
    assert found["figures"]["answered"]["value"] == 0
    assert found["figures"]["words_shown"]["value"] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.jsonl",), "chipbot: none.jsonl cannot be read: No such file or directory\n"),
        (
            ("q.jsonl", "--details", "none/d.jsonl"),
            "chipbot: none/d.jsonl cannot be written: No such file or directory\n",
        ),
        (("q.jsonl", "--seeds", "none"), "chipbot: "),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    chipbot: Output, arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = chipbot(*arguments)
    assert (code, out) == (1, "")
    assert err.startswith(message)
    assert err.count("\n") == 1


def test_unknown_documents_are_said_and_not_fatal(chipbot: Output, folder: Path) -> None:
    write(
        folder / "lost.jsonl",
        {"question": "How long do cats sleep?", "answers": ["sixteen"], "doc_id": "dogs"},
    )
    code, out, err = chipbot("lost.jsonl", "--json")
    assert code == 0
    assert "lost.jsonl, line 1 (dogs)" in err
    assert json.loads(out)["figures"]["hit@1"]["value"] == 0
    assert json.loads(out)["figures"]["sentence@1"]["value"] == 1


def test_ctrl_c_ends_in_one_line(chipbot: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Answerer, "answer", interrupted)
    assert chipbot("q.jsonl") == (130, "", "chipbot: stopped\n")


@pytest.mark.parametrize("terminal", [True, False])
def test_a_bar_shows_how_far_the_questions_are_on_a_terminal_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    assert folder.is_dir()
    errors = io.StringIO()
    monkeypatch.setattr(errors, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", errors)
    monkeypatch.setattr(
        "chipbot.cli.progress.time", SimpleNamespace(monotonic=count().__next__)
    )  # a second a call
    monkeypatch.setenv("TERM", "xterm")
    assert run(["eval", "q.jsonl", "--json"]) == 0
    assert ("asking" in errors.getvalue()) == terminal
