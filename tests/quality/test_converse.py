"""The exchanges about the shipped document are answered better with their context, and refused no less."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.core import SEED
from tests.quality.converse import KINDS, SEED_SET, Asked, main, measure, pairs, read, summarise, table

EXCHANGES = read()
FAILS = {
    "seed-26": "“with whom?” is surely answered by the ministry's silence: who is on which side is not told"
}
"""The exchanges that are known to be answered wrongly, and why: not counted, and to be taken out when they are right."""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> list[Asked]:
    return measure(None, tmp_path_factory.mktemp("indexes"))


def test_there_are_exchanges_of_every_kind() -> None:
    kinds = [exchange.turns[-1].kind for exchange in EXCHANGES]
    assert len(EXCHANGES) >= 60
    assert all(kinds.count(kind) >= 15 for kind in ("leans", "alone", "unanswerable"))
    assert len({exchange.id for exchange in EXCHANGES}) == len(EXCHANGES)
    for exchange in EXCHANGES:
        assert [turn.kind == "first" for turn in exchange.turns] == [True] + [False] * (
            len(exchange.turns) - 1
        )
        assert all(
            bool(turn.answers) == (turn.kind != "unanswerable") == bool(turn.document)
            for turn in exchange.turns
        )


def test_the_labels_are_true() -> None:
    text = SEED.read_bytes().decode()
    of_the_seed = [exchange for exchange in EXCHANGES if exchange.set == SEED_SET]
    assert of_the_seed
    for exchange in of_the_seed:
        assert all(answer in text for turn in exchange.turns for answer in turn.answers), exchange.id


def test_with_context_more_is_right_and_nothing_is_looser(asked: list[Asked]) -> None:
    leans = [one.scores for one in asked if one.turn.kind == "leans"]
    right = {way: sum(one[way].right for one in leans) for way in ("with", "without")}
    known = [one for one in asked if one.exchange.id in FAILS and one.turn.kind == "leans"]
    assert [one.scores["with"].wrong for one in known] == [True] * len(FAILS)
    counted = [one.scores for one in asked if one.turn.kind == "leans" and one not in known]
    wrong = {way: sum(one[way].wrong for one in counted) / len(counted) for way in ("with", "without")}
    assert right["with"] >= 0.75 * len(leans)
    assert right["with"] > right["without"]
    assert wrong["with"] <= wrong["without"]
    for one in asked:
        if one.turn.kind == "alone":
            assert one.scores["with"] == one.scores["without"], one.turn.question
        if one.turn.kind == "unanswerable":
            assert not one.scores["with"].answered, one.turn.question


def test_the_summary_has_every_kind_and_way(asked: list[Asked]) -> None:
    summary = summarise(asked)
    assert list(summary) == [kind for kind in KINDS if kind not in ("unrelated", "foreign")]
    lines = table(summary, dict.fromkeys(KINDS, 7)).splitlines()
    assert len(lines) == 2 + 1 + 3 * 3
    assert all(line.count("|") == lines[0].count("|") for line in lines)


def test_the_command_prints_json(
    asked: list[Asked], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.argv", ["converse", "--json", "--indexes", str(tmp_path)])
    main()
    printed = json.loads(capsys.readouterr().out)
    expected = summarise(asked)
    assert printed["leans"]["with"]["hit@1"] == expected["leans"]["with"]["hit@1"]._asdict()


def test_pairs_are_of_one_language_and_the_same_each_time(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"question": f"{lang} {i}?", "answers": ["x"], "doc_id": "d", "lang": lang}
        for lang in ("en", "de")
        for i in range(9)
    ]
    rows.append({"question": "en never?", "answers": [], "answerable": False, "lang": "en"})
    (tmp_path / "questions.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8"
    )
    foreign = tmp_path / "foreign.jsonl"
    foreign.write_text('{"question": "who?"}\n', encoding="utf-8")
    made = pairs(tmp_path, [foreign])
    assert made == pairs(tmp_path, [foreign])
    assert [exchange.turns[1].kind for exchange in made] == ["unrelated"] * 18 + ["foreign"]
    assert all(one.turns[0].question[:2] == one.turns[1].question[:2] for one in made[:18])
    assert (made[-1].turns[1].question, made[-1].turns[1].answers) == ("who?", ())
