"""What the cross-encoder is fitted to, and how; the fitting itself needs torch."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.quality.communities import OWN, communities, question_files
from tests.quality.comparing import comparing_with
from tests.quality.cross_encoder import BATCH, CrossNetwork, Pair, Reader, batches, found_in
from tests.quality.terse import read_lines

from chipbot.retrieval.cross_encoder import TOKENS
from chipbot.retrieval.encoder import VOCABULARY
from chipbot.retrieval.encoder_model import FITTED


def test_pairs_are_right_sentences_and_the_best_ranked_wrong_ones(tmp_path: Path) -> None:
    comparing = comparing_with(tmp_path / "vectors")
    if comparing is None:
        pytest.skip("the encoder is not installed: chipbot encoder install")
    folder = communities(OWN)[0]
    lines = {line["question"]: line for file in question_files(folder) for line in read_lines(file)}
    reader = Reader(comparing.encoder.model.folder)
    found = list(found_in(folder, tmp_path, comparing))
    assert len(found) > 50
    pieces = (comparing.encoder.model.folder / VOCABULARY).read_text(encoding="utf-8").split("\n")
    for one in found:
        line, pairs = lines[one.question], list(reader.pairs(one, 2))
        assert line["near"] is not False  # far ones teach it nothing
        rights = [pair for pair in pairs if pair.right]
        assert len(rights) <= 1
        assert bool(rights) <= line["answerable"]
        assert len(pairs) - len(rights) <= 2
        for pair in pairs:
            assert pieces[pair.tokens[0]] == "[CLS]"
            assert pieces[pair.tokens[pair.second - 1]] == pieces[pair.tokens[-1]] == "[SEP]"
            assert len(pair.tokens) <= TOKENS
        assert reader.first(one).is_near == (not line["answerable"])
    assert sum(pair.right for one in found for pair in reader.pairs(one, 2)) > 40


def test_batches_hold_every_pair_once() -> None:
    shuffled = random.Random(3)
    pairs = [Pair([0] * shuffled.randrange(5, 70), 3, right=False, importance=1.0) for _ in range(3001)]
    cut = list(batches(pairs, shuffled))
    assert sorted(map(id, pairs)) == sorted(id(pair) for batch in cut for pair in batch)
    assert {len(batch) for batch in cut} <= {BATCH, len(pairs) % BATCH}


def test_what_is_fitted_is_what_runs(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="only fitting takes torch")
    comparing = comparing_with(tmp_path)
    if comparing is None:
        pytest.skip("the encoder is not installed: chipbot encoder install")
    network, encoder = CrossNetwork(comparing.encoder.model.folder), comparing.encoder.encoder
    network.load(FITTED.cross_encoder)
    question, text = "how long does a ban last", "A ban lasts a week. | Bans | Rules"
    pair = Reader(comparing.encoder.model.folder).pair(question, text, right=True)
    expected = encoder.cross_encoder(FITTED.cross_encoder).log_odds(question, text)
    assert network.odds([pair, pair])[0] == pytest.approx(expected, abs=0.01)
