"""What the cross-encoder is fitted to, and how; the fitting itself needs torch."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.quality.communities import question_lines
from tests.quality.cross_encoder import BATCH, CrossNetwork, Pair, Reader, batches, found_in

from chipbot.retrieval.cross_encoder import TOKENS
from chipbot.retrieval.encoder import VOCABULARY
from chipbot.retrieval.encoder_model import FITTED

if TYPE_CHECKING:
    from tests.quality.comparing import Comparing


def test_pairs_are_right_sentences_and_the_best_ranked_wrong_ones(
    tmp_path: Path, comparing: Comparing, community: Path
) -> None:
    lines = {line["question"]: line for line in question_lines(community)}
    reader = Reader(comparing.encoder.model.folder)
    found = list(found_in(community, tmp_path, comparing))
    assert len(found) > 12
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
    assert sum(pair.right for one in found for pair in reader.pairs(one, 2)) > 10


def test_batches_hold_every_pair_once() -> None:
    shuffled = random.Random(3)
    pairs = [Pair([0] * shuffled.randrange(5, 70), 3, right=False, importance=1.0) for _ in range(3001)]
    cut = list(batches(pairs, shuffled))
    assert sorted(map(id, pairs)) == sorted(id(pair) for batch in cut for pair in batch)
    assert {len(batch) for batch in cut} <= {BATCH, len(pairs) % BATCH}


def test_what_is_fitted_is_what_runs(comparing: Comparing) -> None:
    pytest.importorskip("torch", reason="only fitting takes torch")
    network, encoder = CrossNetwork(comparing.encoder.model.folder), comparing.encoder.encoder
    network.load(FITTED.cross_encoder)
    parameters = [*network.adapter.values(), *network.head.values()]
    assert all(parameter.requires_grad for parameter in parameters), "it can learn on"
    question, text = "how long does a ban last", "A ban lasts a week. | Bans | Rules"
    pair = Reader(comparing.encoder.model.folder).pair(question, text, right=True)
    expected = encoder.cross_encoder(FITTED.cross_encoder).log_odds(question, text)
    assert network.odds([pair, pair])[0] == pytest.approx(expected, abs=0.01)
