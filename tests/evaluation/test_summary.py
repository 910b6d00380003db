"""What is counted among which questions, and how a summary reads."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evaluation.examples import outcome

from chipbot.cli.eval_figures import to_object, to_text
from chipbot.cli.eval_report import headline, wrong_to_text
from chipbot.cli.terminal import ANSI
from chipbot.ops.evaluation import Outcome, summarise
from chipbot.ops.evaluation.scoring import words


def value(outcomes: list[Outcome], key: str) -> float | None:
    return summarise(outcomes, 0.2, resamples=2).figures[key].value


def test_what_is_answered_and_right_counts_answerable_questions_only() -> None:
    outcomes = [
        outcome(sentence=1),
        outcome(sentence=2),
        outcome(sentence=1, answered=False),
        outcome(answered=False),
        outcome(answers=()),
        outcome(answers=(), foreign=True, answered=False),
    ]
    assert value(outcomes, "answered") == 0.5
    assert value(outcomes, "answered_right") == 0.5
    assert value(outcomes, "sentence@1") == 0.5
    assert value(outcomes, "sentence@3") == 0.75
    assert value(outcomes, "refused_unanswerable") == 0
    assert value(outcomes, "refused_foreign") == 1
    assert value(outcomes, "words_shown") == 2
    assert [outcome.went_well for outcome in outcomes] == [True, False, False, False, False, True]


def test_unanswerable_and_foreign_questions_have_their_own_refusal_figures() -> None:
    good = [outcome(confidence=0.5, sentence=1)] * 10
    summary = summarise(
        [*good, outcome(confidence=0.6, answers=()), outcome(confidence=0.4, answers=(), foreign=True)], 0.2
    )
    assert summary.figures["auroc_unanswerable"].value == 0
    assert summary.figures["auroc_foreign"].value == 1
    assert summary.figures["answered_at_5_foreign"].value == 1
    assert summary.thresholds == {"unanswerable": None, "foreign": 0.5}
    assert summary.counts == {"answerable": 10, "unanswerable": 1, "foreign": 1}
    text = to_text(summary)
    assert "CHIPBOT_MIN_CONFIDENCE=0.5 lets 5 % of the out-of-domain questions through" in text
    assert "No threshold lets only 5 % of the questions through that the documents do not answer." in text


def test_each_language_counts_the_same_in_the_mean_over_languages() -> None:
    outcomes = [outcome(language="de", rank=1)] + [outcome(language="en")] * 9
    summary = summarise(outcomes, 0.2, resamples=10)
    assert summary.figures["hit@1"].value == 0.1
    assert summary.language_mean["hit@1"].value == 0.5
    assert {code: figures.questions for code, figures in summary.languages.items()} == {"de": 1, "en": 9}
    lines = to_text(summary).splitlines()
    assert [line.split()[:3] for line in lines if line.startswith(("  de ", "  mean "))] == [
        ["de", "1", "100.0"],
        ["mean", "50.0", "%"],
    ]


def test_one_language_needs_no_table_of_languages() -> None:
    summary = summarise([outcome(language="de"), outcome(language="en", answers=())], 0.2, resamples=2)
    assert summary.languages == {}
    assert "By language" not in to_text(summary)


def test_everything_in_a_summary_is_json_even_when_nothing_is_answerable() -> None:
    found = json.loads(json.dumps(to_object(summarise([outcome(answers=())], 0.2)), allow_nan=False))
    assert found["figures"]["hit@1"] == {"value": None, "low": None, "high": None}
    assert found["questions"] == {"all": 1, "answerable": 0, "unanswerable": 1, "foreign": 0}
    assert found["calibration"] == [
        {"low": 0.5, "high": 0.6, "questions": 1, "confidence": 0.5, "right": 0.0}
    ]


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("two  words\n", 2), ("黑豹队的", 2), ("in 黑豹 now", 3), ("a-b c", 2)]
)
def test_words_are_counted_in_every_script(text: str, count: float) -> None:
    assert words(text) == count


@settings(deadline=None)
@given(st.lists(st.none() | st.integers(1, 10), min_size=1, max_size=30))
def test_mrr_and_hits_are_what_a_loop_counts(ranks: list[int | None]) -> None:
    summary = summarise([outcome(rank=rank) for rank in ranks], 0.2, resamples=2)
    total = 0.0
    for rank in ranks:
        if rank is not None:
            total += 1 / rank
    assert summary.figures["mrr@10"].value == pytest.approx(total / len(ranks))
    for k in (1, 3, 10):
        hits = sum(rank is not None and rank <= k for rank in ranks)
        assert summary.figures[f"hit@{k}"].value == pytest.approx(hits / len(ranks))


@pytest.mark.parametrize(
    ("case", "shown", "to_do"),
    [
        (
            outcome(rank=2),
            "  shown:    “Three”, confidence 0.50\n  expected: “x”\n",
            "its passage was number 2 of",
        ),
        (outcome(rank=1), "  shown:    “Three”", "the right passage was found, but another sentence"),
        (
            outcome(answered=False, rank=1, sentence=1, confidence=0.3),
            "  shown:    a refusal, confidence 0.30; found: “Three”\n  expected: “x”\n",
            "the right sentence was found, but is less sure than 0.4:",
        ),
        (
            outcome(answers=()),
            "“Three”, confidence 0.50\n  expected: a refusal\n",
            "nothing, if that answers",
        ),
        (outcome(document="a.md"), "  expected: “x” in a.md\n", "its passage was not"),
        (
            outcome(answers=("a", "b", "c", "d", "a")),
            "  expected: “a” or “b” or “c” or 1 more\n",
            "its passage was not",
        ),
    ],
)
def test_what_went_wrong_is_said_with_what_to_do_about_it(case: Outcome, shown: str, to_do: str) -> None:
    text = wrong_to_text([case, outcome(sentence=1)], 10, 0.4)
    assert shown in text
    assert f"\n  to do:    {to_do}" in text
    assert all(len(line) <= 40 for line in wrong_to_text([case], 1, 0.4, columns=40).splitlines())
    assert wrong_to_text([case, case], 1, 0.4).endswith("\n\nand 1 more question; --wrong 2 shows all.")
    assert wrong_to_text([case], -1, 0.4) == "and 1 more question; --wrong 1 shows all."


def test_codes_of_a_terminal_take_no_column() -> None:
    case = outcome()
    question = replace(case.question, text="when does it open", source="questions.jsonl, line 21")
    case = replace(case, question=question)
    coloured = wrong_to_text([case], 1, 0.4, ANSI, columns=46)
    assert coloured.startswith("\x1b[1mwhen does it open\x1b[0m\x1b[2m (questions.jsonl, line 21)\x1b[0m\n")
    assert re.sub(r"\x1b\[\dm", "", coloured) == wrong_to_text([case], 1, 0.4, columns=46)


def test_the_first_line_counts_what_a_moderator_wants_to_know() -> None:
    outcomes = [outcome(sentence=1)] * 5 + [
        outcome(answers=(), answered=False),
        outcome(answered=False),
        outcome(),
    ]
    assert headline(outcomes) == "6 of 8 right, 1 refused that should be answered, 1 answered wrong."
    assert headline([outcome(answers=())]) == "0 of 1 right, 1 answered that should be refused."
    assert headline(outcomes[:2]) == "2 of 2 right."
