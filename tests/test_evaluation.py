"""Evaluating: each statistic equals its slow obvious twin, files are read or refused with a reason, the command shows it all."""

from __future__ import annotations

import io
import json
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chipbot.answer import Answerer
from chipbot.cli import run
from chipbot.errors import QuestionsError
from chipbot.evaluation import LabelledQuestion, Outcome, ask, read, resolve, summarise, to_object, to_text, wrong_to_text
from chipbot.evaluation.scoring import words
from chipbot.evaluation.statistics import (
    Statistic,
    auroc,
    bootstrap,
    calibration_error,
    figure,
    mean,
    quantile,
    share_at,
    threshold_at,
)
from chipbot.library import Library
from chipbot.model import Answer, Citation, NoAnswer, Quote

# Statistics against their twins

Cases = list[tuple[float, bool, int]]
CASES: st.SearchStrategy[Cases] = st.lists(
    st.tuples(st.sampled_from([0.0, 0.05, 0.1, 0.3, 0.35, 0.5, 0.99, 1.0]) | st.floats(0, 1), st.booleans(), st.integers(0, 3)),
    min_size=1,
    max_size=25,
)
"""Questions as (confidence, whether it counts among the good, how often it stands in the sample)."""


def once(statistic: Statistic, cases: Cases) -> float:
    """The statistic of one sample."""
    return float(statistic(np.array([[count for _, _, count in cases]], float))[0])


def written_out(cases: Cases) -> list[tuple[float, bool]]:
    """The sample with every question as often as it stands in it."""
    return [(score, good) for score, good, count in cases for _ in range(count)]


def columns(cases: Cases) -> tuple[list[float], list[bool], list[bool]]:
    return [one[0] for one in cases], [one[1] for one in cases], [not one[1] for one in cases]


def check(found: float, expected: float | None) -> None:
    if expected is None:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(expected, abs=1e-9)


@settings(deadline=None)
@given(CASES)
def test_mean_is_the_sum_over_the_members_by_their_number(cases: Cases) -> None:
    scores, good, _ = columns(cases)
    members = [score for score, is_good in written_out(cases) if is_good]
    check(once(mean(scores, good), cases), sum(members) / len(members) if members else None)


@settings(deadline=None)
@given(CASES)
def test_auroc_is_the_share_of_all_pairs_in_the_right_order(cases: Cases) -> None:
    sample = written_out(cases)
    pairs = [(a > b) + (a == b) / 2 for a, is_good in sample if is_good for b, other in sample if not other]
    check(once(auroc(*columns(cases)), cases), sum(pairs) / len(pairs) if pairs else None)


@settings(deadline=None)
@given(CASES, st.sampled_from([0.0, 0.05, 0.2, 0.5]))
def test_share_at_is_the_best_of_all_thresholds_that_let_few_enough_through(cases: Cases, passed: float) -> None:
    sample = written_out(cases)
    good = [score for score, is_good in sample if is_good]
    bad = [score for score, is_good in sample if not is_good]
    best = 0.0
    for threshold in (score for score, _ in sample):
        if good and sum(score >= threshold for score in bad) <= passed * len(bad) + 1e-9:
            best = max(best, sum(score >= threshold for score in good) / len(good))
    check(once(share_at(*columns(cases), passed), cases), best if good and bad else None)


@settings(deadline=None)
@given(CASES, st.sampled_from([0.0, 0.05, 0.2, 0.5]))
def test_threshold_at_is_the_lowest_that_lets_few_enough_through(cases: Cases, passed: float) -> None:
    scores, _, bad = columns(cases)
    members = [score for score, is_bad in zip(scores, bad, strict=True) if is_bad]
    few = [t for t in scores if sum(score >= t for score in members) <= passed * len(members) + 1e-9]
    assert threshold_at(scores, bad, passed) == (min(few) if members and few else None)


@settings(deadline=None)
@given(CASES)
def test_calibration_error_is_the_weighted_distance_bin_by_bin(cases: Cases) -> None:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in written_out(cases):
        bins.setdefault(min(int(confidence * 10), 9), []).append((confidence, right))
    total = sum(map(len, bins.values()))
    error = 0.0
    for members in bins.values():
        claimed = sum(confidence for confidence, _ in members) / len(members)
        right_share = sum(right for _, right in members) / len(members)
        error += len(members) / total * abs(claimed - right_share) if total else 0
    scores, good, _ = columns(cases)
    check(once(calibration_error(scores, good), cases), error if total else None)


@settings(deadline=None)
@given(CASES, st.sampled_from([0.05, 0.5, 0.95]))
def test_a_quantile_is_the_first_value_that_enough_do_not_exceed(cases: Cases, q: float) -> None:
    values = sorted(score for score, _ in written_out(cases))
    expected = next((value for i, value in enumerate(values, 1) if i >= q * len(values) - 1e-9), None)
    check(once(quantile(columns(cases)[0], q), cases), expected)


@settings(deadline=None)
@given(st.lists(st.none() | st.integers(1, 10), min_size=1, max_size=30))
def test_mrr_and_hits_are_what_a_loop_counts(ranks: list[int | None]) -> None:
    summary = summarise([outcome(rank=rank) for rank in ranks], 0.2, resamples=2)
    total = 0.0
    for rank in ranks:
        if rank is not None:
            total += 1 / rank
    check(summary.figures["mrr@10"].value or 0.0, total / len(ranks))
    for k in (1, 3, 10):
        hits = sum(rank is not None and rank <= k for rank in ranks)
        check(summary.figures[f"hit@{k}"].value or 0.0, hits / len(ranks))


def test_the_bootstrap_of_a_share_has_the_binomial_s_interval() -> None:
    right = [True] * 300 + [False] * 100
    found = figure(bootstrap({"right": mean(right, [True] * 400)}, 400)["right"])
    error = 1.96 * math.sqrt(0.75 * 0.25 / 400)
    assert found.value == 0.75
    assert found.low == pytest.approx(0.75 - error, abs=0.01)
    assert found.high == pytest.approx(0.75 + error, abs=0.01)


def test_the_bootstrap_is_the_same_every_time() -> None:
    statistics = {"mean": mean(range(50), [True] * 50), "median": quantile(range(50), 0.5)}
    first, again = bootstrap(statistics, 50), bootstrap(statistics, 50)
    assert all(np.array_equal(first[name], again[name]) for name in statistics)
    assert len(first["mean"]) == 1001
    assert first["mean"][0] == 24.5


def test_a_figure_without_questions_is_undefined() -> None:
    assert figure(bootstrap({"none": mean([1.0], [False])}, 1)["none"]) == (None, None, None)


# Outcomes and summaries


def outcome(
    *,
    rank: int | None = None,
    sentence: int | None = None,
    confidence: float = 0.5,
    answered: bool = True,
    answers: tuple[str, ...] = ("x",),
    foreign: bool = False,
    language: str = "",
) -> Outcome:
    question = LabelledQuestion(id="1", text="?", answers=answers, foreign=foreign, language=language)
    citation = Citation(
        document_id="a.txt", title="A", heading=(), page=None, line_start=1, line_end=1, start=0, end=11, url=None
    )
    quotes = (Quote(text="Three words.", highlights=((0, 5),), citation=citation, score=1.0),)
    result: Answer | NoAnswer = NoAnswer(question="?", reason="low_confidence", confidence=confidence, rejected=quotes)
    if answered:
        result = Answer(question="?", quotes=quotes, confidence=confidence, milliseconds=2.0)
    return Outcome(question=question, result=result, rank=rank, sentence=sentence)


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
    assert [one.went_well for one in outcomes] == [True, False, False, False, False, True]


def test_unanswerable_and_foreign_questions_have_their_own_refusal_figures() -> None:
    good = [outcome(confidence=0.5, sentence=1)] * 10
    summary = summarise([*good, outcome(confidence=0.6, answers=()), outcome(confidence=0.4, answers=(), foreign=True)], 0.2)
    assert summary.figures["auroc_unanswerable"].value == 0
    assert summary.figures["auroc_foreign"].value == 1
    assert summary.figures["answered_at_5_foreign"].value == 1
    assert summary.thresholds == {"unanswerable": None, "foreign": 0.5}
    assert summary.counts == {"answerable": 10, "unanswerable": 1, "foreign": 1}
    text = to_text(summary)
    assert "CHIPBOT_THRESHOLD=0.5 would let 5 % of the foreign questions through" in text
    assert "No threshold refuses all but 5 % of the questions that the documents do not answer." in text


def test_each_language_counts_the_same_in_the_mean_over_languages() -> None:
    outcomes = [outcome(language="de", rank=1)] + [outcome(language="en")] * 9
    summary = summarise(outcomes, 0.2, resamples=10)
    assert summary.figures["hit@1"].value == 0.1
    assert summary.language_mean["hit@1"].value == 0.5
    assert {code: one.questions for code, one in summary.languages.items()} == {"de": 1, "en": 9}
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
    assert found["calibration"] == [{"low": 0.5, "high": 0.6, "questions": 1, "confidence": 0.5, "right": 0.0}]


@pytest.mark.parametrize(("text", "count"), [("", 0), ("two  words\n", 2), ("黑豹队的", 2), ("in 黑豹 now", 3), ("a-b c", 2)])
def test_words_are_counted_in_every_script(text: str, count: float) -> None:
    assert words(text) == count


# Files of questions

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


def write(path: Path, *lines: object) -> Path:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("line", "reason"), BAD_LINES.items())
def test_a_bad_line_is_named_with_what_is_wrong(tmp_path: Path, line: str, reason: str) -> None:
    file = write(tmp_path / "q.jsonl", {"question": "fine", "answers": ["a"]}, "", line)
    with pytest.raises(QuestionsError) as raised:
        read([file])
    assert f"{file}, line 3: " in str(raised.value)
    assert reason in str(raised.value)


@pytest.mark.parametrize(("content", "reason"), [(b"", "holds no question"), (b"\n \n", "no question"), (b"\xff\xfe", "UTF-8")])
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
    assert [one.answerable for one in read([file])] == [False, False, False]


def test_foreign_questions_are_not_answerable_whatever_they_say(tmp_path: Path) -> None:
    file = write(tmp_path / "q.jsonl", {"question": "q", "answers": ["a"], "doc_id": "d"}, {"question": "no answers", "id": 7})
    assert [(one.id, one.answerable, one.foreign, one.document) for one in read([], [file])] == [
        ("1", False, True, None),
        ("7", False, True, None),
    ]


# Questions against documents

FUND = "The fund\n\nThe fund holds 500 million dollars. It was set up in 2022.\n\nMexico joined the partnership in March.\n"
CATS = "Cats\n\nCats sleep for sixteen hours a day. They hunt at night.\n"


@pytest.fixture
def answerer(tmp_path: Path) -> Answerer:
    seeds = tmp_path / "seeds"
    (seeds / "pets").mkdir(parents=True)
    write(seeds / "fund.txt", FUND.rstrip("\n"))
    write(seeds / "pets" / "cats.v1.txt", CATS.rstrip("\n"))
    library = Library(seeds, tmp_path / "index", threshold=0.0)
    library.refresh()
    return library.answerer()


def labelled(text: str, *answers: str, **fields: Any) -> LabelledQuestion:  # fields of all types
    return LabelledQuestion(id="1", text=text, answers=answers, source="q.jsonl, line 1", **fields)


def outcome_of(question: LabelledQuestion, answerer: Answerer) -> tuple[Outcome, list[str]]:
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
    ("500 million", {"document": "dogs"}, False, "name a document that is not in the index"),
    ("500 million", {"document": "fund", "starts": (AT,)}, True, ""),
    ("The fund", {"document": "fund", "starts": (0,)}, False, ""),  # the title is no passage
    ("500 million", {"document": "fund", "starts": (AT + 1,)}, True, "do not stand at their answer_start"),
    ("500 MILLION", {"document": "fund", "starts": (AT,)}, True, "do not stand at their answer_start"),
    ("500 million", {"starts": (AT,)}, True, "without which it is not used"),
]


@pytest.mark.parametrize(("answer", "fields", "hit", "warning"), HITS)
def test_a_hit_is_the_answer_at_its_place_or_else_its_text(
    answerer: Answerer, answer: str, fields: dict[str, Any], hit: bool, warning: str
) -> None:
    found, warnings = outcome_of(labelled("How many dollars does the fund hold?", answer, **fields), answerer)
    assert found.rank == (1 if hit else None)
    assert len(warnings) == bool(warning)
    assert warning in "".join(warnings)
    assert "q.jsonl, line 1" in "".join(warnings) or not warnings


def test_the_sentence_is_right_when_an_answer_stands_in_it(answerer: Answerer) -> None:
    assert outcome_of(labelled("How many dollars does the fund hold?", "500 million"), answerer)[0].right
    assert not outcome_of(labelled("How many dollars does the fund hold?", "2022"), answerer)[0].right


def test_an_unanswerable_question_is_never_right(answerer: Answerer) -> None:
    found, _ = outcome_of(labelled("How many dollars does the fund hold?"), answerer)
    assert not found.right
    assert found.rank is None


def test_what_is_ranked_for_measuring_is_what_is_quoted_first(answerer: Answerer) -> None:
    result = answerer.answer("How long do cats sleep?")
    assert isinstance(result, Answer)
    best = answerer.index.passage(answerer.best_passages("How long do cats sleep?", 10)[0])
    assert (best.start, best.end) == (result.quotes[0].citation.start, result.quotes[0].citation.end)
    assert answerer.best_passages("", 10) == []


# The command

QUESTIONS: list[dict[str, Any]] = [
    {"id": "a", "question": "How many dollars does the fund hold?", "answers": ["500 million"], "doc_id": "fund", "lang": "en"},
    {"id": "b", "question": "When did Mexico join the partnership?", "answers": ["April"]},
    {"id": "c", "question": "Who paints bridges on Jupiter?", "answers": []},
]


@pytest.fixture
def folder(answerer: Answerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001  # it makes the documents
    for name in os.environ:
        if name.startswith("CHIPBOT_"):
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


def test_the_table_explains_each_figure(chipbot: Output) -> None:
    code, out, err = chipbot("q.jsonl", "--foreign", "foreign.jsonl")
    assert (code, err) == (0, "")
    assert out.startswith("4 questions: 2 answerable, 1 not answerable, 1 foreign. Threshold 0.2.\n")
    assert "  hit@1                50.0 %  0.0–100.0     the passage ranked first holds the answer\n" in out
    assert "95 % confidence intervals" in out
    assert "CHIPBOT_THRESHOLD=" in out
    assert "\x1b" not in out
    assert "went wrong" not in out
    assert max(map(len, out.splitlines())) <= 120


def test_the_questions_that_went_wrong_are_shown_on_demand(chipbot: Output) -> None:
    _, out, _ = chipbot("q.jsonl", "--wrong", "5")
    wrong = out[out.index("1 question went wrong") :]
    assert wrong.splitlines()[2:] == [
        "  When did Mexico join the partnership? (q.jsonl, line 2)",
        wrong.splitlines()[3],
        "    expected: “April”, which is in none of the 10 passages ranked best",
    ]
    assert "“Mexico joined the partnership in March.”, confidence" in wrong


def test_json_is_one_object_with_every_figure_and_its_interval(chipbot: Output) -> None:
    code, out, _ = chipbot("q.jsonl", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["questions"] == {"all": 3, "answerable": 2, "unanswerable": 1, "foreign": 0}
    assert found["figures"]["hit@1"] == {"value": 0.5, "low": 0.0, "high": 1.0}
    assert found["threshold"] == 0.2


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
    monkeypatch.setenv("CHIPBOT_THRESHOLD", "1")
    found = json.loads(chipbot("q.jsonl", "--json")[1])
    assert found["threshold"] == 1
    assert found["figures"]["answered"]["value"] == 0
    assert found["figures"]["words_shown"]["value"] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.jsonl",), "chipbot: none.jsonl cannot be read: No such file or directory\n"),
        (("q.jsonl", "--details", "none/d.jsonl"), "chipbot: none/d.jsonl cannot be written: No such file or directory\n"),
        (("q.jsonl", "--seeds", "none"), "chipbot: "),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(chipbot: Output, arguments: tuple[str, ...], message: str) -> None:
    code, out, err = chipbot(*arguments)
    assert (code, out) == (1, "")
    assert err.startswith(message)
    assert err.count("\n") == 1


def test_unknown_documents_are_said_and_not_fatal(chipbot: Output, folder: Path) -> None:
    write(folder / "lost.jsonl", {"question": "How long do cats sleep?", "answers": ["sixteen"], "doc_id": "dogs"})
    code, out, err = chipbot("lost.jsonl", "--json")
    assert code == 0
    assert "lost.jsonl, line 1 (dogs)" in err
    assert json.loads(out)["figures"]["hit@1"]["value"] == 0
    assert json.loads(out)["figures"]["sentence@1"]["value"] == 1


def test_ctrl_c_ends_in_one_line(chipbot: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
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
    monkeypatch.setattr("chipbot.progress._DELAY", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    assert run(["eval", "q.jsonl", "--json"]) == 0
    assert ("asking" in errors.getvalue()) == terminal


@pytest.mark.parametrize(
    ("case", "shown"),
    [
        (outcome(rank=2), "    shown:    “Three”, confidence 0.50\n    expected: “x”, which is in the passage ranked 2"),
        (
            outcome(answered=False, rank=1),
            "    shown:    a refusal, confidence 0.50; found: “Three”\n    expected: “x”, which is",
        ),
        (outcome(answers=()), "    shown:    “Three”, confidence 0.50\n    expected: a refusal"),
        (outcome(answers=("a", "b", "c", "d", "a")), "    expected: “a” or “b” or “c” or 1 more, which is in none"),
    ],
)
def test_what_went_wrong_is_said(case: Outcome, shown: str) -> None:
    assert shown in wrong_to_text([case, outcome(sentence=1)], 10)
    assert wrong_to_text([case, case], 1).startswith("2 questions went wrong; the first 1\n\n")
