"""Fitting weights: the regression and the trees find what made the data, and weights.json reads back as it was fitted."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from tests.quality.communities import OWN
from tests.quality.comparing import Comparing
from tests.quality.examples import Example, article, dealt, some, understood, without_learned_words
from tests.quality.fitting import NOTHING_ABOVE, boosted, listwise
from tests.quality.train import (
    GROUPS,
    OPPOSING,
    SUPPORTING,
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
from chipbot.answering.synonyms import related_rules
from chipbot.answering.weights import FILE
from chipbot.ops.evaluation import read
from chipbot.retrieval.encoder_model import EncoderModel
from chipbot.retrieval.meaning import QuestionEncoder
from chipbot.retrieval.vectors import VectorStore

DICE = np.random.default_rng(1)


def test_weights_are_fitted_without_related_words_that_our_questions_showed() -> None:
    def related() -> set[tuple[str, ...]]:
        return {target for _, target in related_rules("en").apply(["owe"])}

    everything = related()
    with without_learned_words():
        assert related() < everything
    assert related() == everything


def test_listwise_regression_finds_the_direction_that_made_the_ranking() -> None:
    meant = np.array([2.0, -1.0, 0.0])
    features = DICE.normal(size=(900, 3)) * [1.0, 10.0, 1.0]
    starts = np.arange(0, 900, 9)
    right = np.zeros(900, bool)
    for start in starts:
        right[start + np.argmax(features[start : start + 9] @ meant)] = True
    found = listwise(features, starts, right, np.ones(100), l2=0.1)
    assert found @ meant / np.linalg.norm(found) / np.linalg.norm(meant) > 0.99


def test_trees_find_the_odds_that_made_the_outcomes() -> None:
    features = DICE.uniform(-1, 1, (20_000, 2))
    odds = np.where((features[:, 0] > 0.25) & (features[:, 1] > -0.5), 1.5, -1.0)
    outcome = DICE.random(20_000) < 1 / (1 + np.exp(-odds))
    trees = boosted("ab", features, outcome, np.ones(20_000))
    for a, b, meant in ((0.8, 0.0, 1.5), (0.8, -0.9, -1.0), (-0.5, 0.9, -1.0)):
        assert trees({"a": a, "b": b}) == pytest.approx(meant, abs=0.3)


def test_outcomes_that_nothing_tells_have_the_odds_of_all() -> None:
    outcome = np.arange(1_000) % 4 == 0
    trees = boosted("a", np.ones((1_000, 1)), outcome, np.ones(1_000))
    assert trees({"a": 1.0}) == pytest.approx(np.log(1 / 3), abs=1e-3)


def test_groups_are_dealt_in_turn_and_kept_together() -> None:
    nothing = np.zeros(0, bool)
    groups = ["a", "b", "a", "c", "d", "e", "f", "b"]
    parts = dealt([Example("set", group, None, nothing, nothing, answerable=True) for group in groups])
    assert parts == [0, 1, 0, 2, 3, 4, 0, 1]


def test_weights_are_of_the_ranking_and_confidence_features_that_there_are() -> None:
    for model, features in ((weights.WORDS, FEATURES), (weights.MEANING, FEATURES | MEANING_FEATURES)):
        assert set(model.ranking) <= set(features)
        assert list(model.confidence.names) == confidence_names(meaning=model is weights.MEANING)


def test_every_feature_counts_somewhere() -> None:
    used = set(weights.WORDS.ranking) | set(weights.MEANING.ranking)
    for trees in (weights.WORDS.confidence, weights.MEANING.confidence):
        nodes = trees.features[trees.thresholds < NOTHING_ABOVE]
        used |= {trees.names[node] for node in nodes.tolist()}
    assert used == set(confidence_names(meaning=True))


def test_signs_are_of_features_that_there_are() -> None:
    assert set(FEATURES | MEANING_FEATURES) >= SUPPORTING | OPPOSING
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
    shutil.copytree(OWN / "bolt-and-bearing", tmp_path / "repositories" / "bolt+bearing")
    found = examples(data, tmp_path / "work", own=tmp_path / "own", repositories=tmp_path / "repositories")
    kinds = Counter(example.set_name for example in found)
    assert {name: count for name, count in kinds.items() if name.startswith(("communit", "repository"))} == {
        f"{name}{kind}": count
        for name in ("community", "communities", "repository")
        for kind, count in (("", 28), (" near", 14), (" far", 6))
    }
    judged = figures(cross_validated(found))
    assert judged["towns"]["hit@1"] > 0.9
    assert judged["towns"]["AUROC, foreign"] > 0.95
    table = ablation_table(ablation(found))
    assert "| everything |" in table
    assert "| − proximity |" in table
    fitted = fit(found)
    changed = json.loads(written({"WORDS": fitted}, FILE.read_text(encoding="utf-8")))
    assert set(changed["WORDS"]["ranking"]) <= set(FEATURES)
    assert changed["WORDS"]["confidence"]["leaves"] == fitted.right.leaves.tolist()
    assert changed["MEANING"] == json.loads(FILE.read_text(encoding="utf-8"))["MEANING"]
