"""Fitting weights: the regressions find what made the data, and weights.py is written so that it reads back
the same.
"""

from __future__ import annotations

import json
import runpy
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from tests.quality.communities import OWN
from tests.quality.examples import Comparing, Example, article, dealt, some, understood
from tests.quality.fitting import calibration, listwise, logistic
from tests.quality.train import (
    GROUPS,
    OPPOSING,
    SUPPORTING,
    WEIGHTS,
    ablation,
    ablation_table,
    cross_validated,
    examples,
    figures,
    fit,
    written,
)

from chipbot.answering import weights
from chipbot.answering.confidence import confidence_names
from chipbot.answering.features import FEATURES, MEANING_FEATURES
from chipbot.ops.evaluation import read
from chipbot.retrieval.encoder_model import EncoderModel
from chipbot.retrieval.meaning import QuestionEncoder
from chipbot.retrieval.vectors import VectorStore

DICE = np.random.default_rng(1)


def test_listwise_regression_finds_the_direction_that_made_the_ranking() -> None:
    meant = np.array([2.0, -1.0, 0.0])
    features = DICE.normal(size=(900, 3)) * [1.0, 10.0, 1.0]
    starts = np.arange(0, 900, 9)
    right = np.zeros(900, bool)
    for start in starts:
        right[start + np.argmax(features[start : start + 9] @ meant)] = True
    found = listwise(features, starts, right, np.ones(100), l2=0.1)
    assert found @ meant / np.linalg.norm(found) / np.linalg.norm(meant) > 0.99


def test_logistic_regression_finds_the_odds_that_made_the_outcomes() -> None:
    features = DICE.normal((0.0, 5.0), 1.0, (20_000, 2))
    odds = features @ [1.5, -0.5] + 2.0
    outcome = DICE.random(20_000) < 1 / (1 + np.exp(-odds))
    found = logistic(features, outcome, np.ones(20_000), l1=1e-6)
    assert [*found.weights, found.bias] == pytest.approx([1.5, -0.5, 2.0], abs=0.15)
    assert found(features) == pytest.approx(odds, abs=0.6)


def test_a_weight_keeps_the_sign_that_it_is_held_to() -> None:
    features = DICE.normal(size=(5_000, 3))
    outcome = DICE.random(5_000) < 1 / (1 + np.exp(-features @ [1.0, -1.0, 0.5]))
    found = logistic(features, outcome, np.ones(5_000), 1e-6, (-1, 1, 1))
    assert found.weights[:2].tolist() == [0.0, 0.0]
    assert found.weights[2] == pytest.approx(0.5, abs=0.15)


def test_of_features_that_say_the_same_one_is_left() -> None:
    feature = DICE.normal(size=5_000)
    outcome = DICE.random(5_000) < 1 / (1 + np.exp(-feature))
    features = np.column_stack([feature, feature + DICE.normal(0, 0.5, 5_000), DICE.normal(size=5_000)])
    weights = logistic(features, outcome, np.ones(5_000), 0.01).weights
    assert weights[0] > 0.5
    assert weights[1:] == pytest.approx([0.0, 0.0], abs=0.05)


def test_groups_are_dealt_in_turn_and_kept_together() -> None:
    nothing = np.zeros(0, bool)
    groups = ["a", "b", "a", "c", "d", "e", "f", "b"]
    parts = dealt([Example("set", group, None, nothing, nothing, answerable=True) for group in groups])
    assert parts == [0, 1, 0, 2, 3, 4, 0, 1]


def test_calibration_finds_the_ceiling() -> None:
    log_odds = DICE.normal(0, 3, 20_000)
    outcome = DICE.random(20_000) < 0.8 / (1 + np.exp(0.5 - 1.2 * log_odds))
    assert calibration(log_odds, outcome, np.ones(20_000)) == pytest.approx((-0.5, 1.2, 0.8), abs=0.15)


def test_weights_are_of_the_ranking_and_confidence_features_that_there_are() -> None:
    for model, features in ((weights.WORDS, FEATURES), (weights.MEANING, FEATURES | MEANING_FEATURES)):
        assert set(model.ranking) <= set(features)
        assert set(model.confidence) <= set(confidence_names(meaning=model is weights.MEANING))
        assert 0.5 < model.ceiling < 1


def test_signs_are_of_features_that_there_are() -> None:
    assert set(confidence_names(meaning=True)) >= SUPPORTING | OPPOSING
    assert not SUPPORTING & OPPOSING


def test_an_ablation_can_leave_out_every_feature_once() -> None:
    assert sorted(name for group in GROUPS.values() for name in group) == sorted(FEATURES)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("00012_Black_Death.txt", "Black_Death"),
        ("ar_0002_Normans.txt", "Normans"),
        ("rules.md", "rules"),
        ("faq", "faq"),
    ],
)
def test_translations_and_numberings_of_an_article_are_one(document: str, expected: str) -> None:
    assert article(document) == expected


def test_a_limit_counts_questions_in_languages_that_the_encoder_knows(tmp_path: Path) -> None:
    lines = [
        {"question": f"q{lang}", "answers": answers, "lang": lang}
        for lang, answers in (("en", ["a"]), ("de", ["a"]))
    ]
    lines += [
        {"question": "any language", "answers": ["a"]},
        {"question": "none", "answers": [], "lang": "en"},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    model = EncoderModel(tmp_path, "", frozenset({"en"}))
    comparing = Comparing(QuestionEncoder(model), VectorStore(tmp_path, "00"))
    assert [question.text for question in understood(read([file]), comparing)] == ["qen", "any language"]
    assert len(understood(read([file]), None)) == 3


@pytest.mark.parametrize(("count", "limit", "kept"), [(0, 5, 0), (5, 5, 5), (11, 5, 4), (100, 10, 10)])
def test_a_sample_is_spread_evenly(count: int, limit: int, kept: int) -> None:
    assert len(some(range(count), limit)) == kept


def test_everything_from_documents_to_weights(tmp_path: Path) -> None:
    """Twelve towns with a founder, a year and a river each; questions about them, and about other things."""
    data, docs = tmp_path / "data", tmp_path / "data" / "towns" / "docs"
    docs.mkdir(parents=True)
    lines = []
    for number in range(12):
        town, founder = f"Town{chr(65 + number) * 3}", f"Founder{chr(77 + number) * 3}"
        text = (
            f"{town}\n\nIt was founded by {founder} in {1500 + number}. Nobody knows why.\n\n"
            f"The river is called Water{number:03}. It is long and slow.\n"
        )
        (docs / f"{number:05}_{town}.txt").write_text(text, encoding="utf-8", newline="")
        for question, answer in (
            (f"Who founded {town}?", founder),
            (f"When was {town} founded?", str(1500 + number)),
            (f"What is the river of {town} called?", f"Water{number:03}"),
        ):
            lines.append(
                {
                    "id": f"{number} {answer}",
                    "question": question,
                    "doc_id": f"{number:05}_{town}",
                    "answers": [answer],
                    "answer_start": [text.index(answer)],
                }
            )
    (data / "towns" / "questions.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    strangers = "".join(
        json.dumps({"question": f"how long does it take to boil egg {n}", "answers": []}) + "\n"
        for n in range(20)
    )
    (data / "strangers.jsonl").write_text(strangers)

    shutil.copytree(OWN / "brassbell-choir", tmp_path / "own" / "brassbell-choir")
    found = examples(data, tmp_path / "work", own=tmp_path / "own")
    kinds = Counter(example.set_name for example in found)
    assert {name: count for name, count in kinds.items() if name.startswith("communit")} == {
        f"{name}{kind}": count
        for name in ("community", "communities")
        for kind, count in (("", 28), (" near", 14), (" far", 6))
    }
    judged = figures(cross_validated(found))
    assert judged["towns"]["hit@1"] > 0.9
    assert judged["towns"]["AUROC, foreign"] > 0.95
    table = ablation_table(ablation(found))
    assert "| everything |" in table
    assert "| − proximity |" in table
    text = WEIGHTS.read_text(encoding="utf-8")
    changed = written({"WORDS": fit(found)}, text)
    assert changed != text
    (tmp_path / "changed_weights.py").write_text(changed, encoding="utf-8")
    fitted = runpy.run_path(str(tmp_path / "changed_weights.py"))
    assert set(fitted["WORDS"].ranking) <= set(FEATURES)
    assert set(fitted["WORDS"].confidence) <= set(confidence_names(meaning=False))
    assert fitted["MEANING"].ranking == weights.MEANING.ranking
