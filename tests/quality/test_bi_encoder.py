"""What the bi-encoder is fitted to, and how; the fitting itself needs torch."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from tests.quality.bi_encoder import (
    BATCH,
    NEAREST,
    TOGETHER,
    BiNetwork,
    Learned,
    batches,
    dealt_to,
    learned_from,
)
from tests.quality.communities import question_lines
from tests.quality.comparing import HALVES, Comparing

from chipbot.retrieval.encoder import Encoder, file_digest
from chipbot.retrieval.encoder_model import FITTED


def plain(text: str) -> str:
    """Return a text without case and layout."""
    return " ".join(text.casefold().split())


def test_a_question_is_learned_from_with_its_answers_and_what_is_near(
    tmp_path: Path, comparing: Comparing, community: Path
) -> None:
    lines = {line["question"]: line for line in question_lines(community)}
    found = list(learned_from(community, tmp_path, comparing))
    assert len(found) > 12
    for one in found:
        assert lines[one.question]["answerable"]
        assert len(one.wrong) >= NEAREST
        assert not set(one.right) & set(one.wrong)
        held = list(map(plain, lines[one.question]["answers"]))
        assert all(any(answer in plain(one.texts[row]) for answer in held) for row in one.right)


def test_batches_hold_every_question_once_and_some_of_one_community_together() -> None:
    examples = [Learned(f"c{number % 9}", str(number), [], [], []) for number in range(999)]
    cut = batches(examples, random.Random(3))
    assert sorted(int(each.question) for batch in cut for each in batch) == list(range(999))
    assert max(map(len, cut)) == BATCH
    groups = [[each.group for each in batch] for batch in cut if len(batch) == BATCH]
    assert all(max(map(batch.count, batch)) >= TOGETHER for batch in groups)


def test_what_is_new_is_dealt_to_halves_and_what_was_learned_stays() -> None:
    every, first, second = dealt_to(list("abcdef"), {})
    assert (every, first, second) == (list("abcdef"), ["a", "c", "e"], ["b", "d", "f"])
    before = {HALVES[0].stem: frozenset(["d", "e"]), HALVES[1].stem: frozenset(["f", "squad20-dev"])}
    every, first, second = dealt_to(list("abcdef"), before)
    assert (every, first, second) == (list("abcdef"), ["a", "c", "d", "e"], ["b", "f"])


def test_every_half_has_an_adapter_of_its_own() -> None:
    assert len({file_digest(file) for file in (FITTED.bi_encoder, *HALVES)}) == 3


def test_what_is_fitted_is_what_runs(comparing: Comparing) -> None:
    pytest.importorskip("torch", reason="only fitting takes torch")
    folder = comparing.encoder.model.folder
    network, texts = BiNetwork(folder), ["how long does a ban last", "Rules: A ban lasts a week."]
    assert network.encode(texts) == pytest.approx(Encoder.load(folder).encode(texts), abs=1e-4)
    network.load(FITTED.bi_encoder)
    assert all(parameter.requires_grad for parameter in network.adapter.values()), "it can learn on"
    expected = Encoder.load(folder, adapter=FITTED.bi_encoder).encode(texts)
    assert np.abs(network.encode(texts) - expected).max() < 1e-4
