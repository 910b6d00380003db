"""Meanings compared: which sentences are near a question, and what happens where there is no vector, or no encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.core import index_of
from tests.retrieval.test_encoder import write_model

from chipbot.index import Index
from chipbot.model import Answer, AnswerOptions
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.retrieval.encoder import WEIGHTS, file_digest
from chipbot.retrieval.encoder_model import EncoderModel
from chipbot.retrieval.meaning import Meaning, QuestionEncoder
from chipbot.retrieval.vectors import VectorStore
from chipbot.service.knowledge_base import KnowledgeBase

TEXTS = {
    "a.md": "# Rules\n\n## Bans\n\nA ban lasts a week. You can write to us.\n\n## Pets\n\nDogs stay outside.",
    "b.md": "# Prices\n\nA day costs four euros. A week costs twenty.",
}
ANYTHING = AnswerOptions(min_confidence=0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    model = tmp_path / "model"
    model.mkdir()
    write_model(model)
    return model


def meaning_of(index: Index, folder: Path, languages: frozenset[str] | None = None) -> Meaning:
    digest = file_digest(folder / WEIGHTS)
    model = EncoderModel(folder, digest, languages)
    return Meaning(index, QuestionEncoder(model), VectorStore(folder.parent, digest))


def test_similarities_are_those_of_the_encoder(folder: Path) -> None:
    index = index_of(TEXTS)
    meaning = meaning_of(index, folder)
    assert meaning.fill()
    encoder = meaning._encoder.encoder
    similarities = meaning.similarities("how long is a ban", np.arange(index.passage_count))
    vectors = encoder.encode(meaning.texts())
    assert similarities == pytest.approx(vectors @ encoder.encode(["how long is a ban"])[0], abs=0.01)


def test_sentences_are_read_under_the_heading_that_says_what_they_are_about(folder: Path) -> None:
    texts = meaning_of(index_of(TEXTS), folder).texts()
    assert texts[:2] == ["Bans: A ban lasts a week.", "Bans: You can write to us."]
    assert texts[-1] == "Prices: A week costs twenty."


def test_without_vectors_words_alone_count(folder: Path) -> None:
    index = index_of(TEXTS)
    retriever = EmbeddedRetriever(index, meaning_of(index, folder))
    candidates = retriever.retrieve([index.terms.find("ban")], 5, question="how long is a ban")
    assert candidates is not None
    assert candidates.similarities is None
    assert len(candidates.passages) == 1


def test_the_nearest_are_candidates_though_they_share_no_word(folder: Path) -> None:
    index = index_of(TEXTS)
    meaning = meaning_of(index, folder)
    meaning.fill()
    candidates = EmbeddedRetriever(index, meaning).retrieve([], 5, question="entirely different words")
    assert candidates is not None
    assert candidates.similarities is not None
    assert len(candidates.similarities) == len(candidates.sentence_starts)
    assert sorted(candidates.passages.tolist()) == list(range(index.passage_count))
    assert not candidates.scores.any()


def test_excluded_documents_are_not_near(folder: Path) -> None:
    index = index_of(TEXTS)
    meaning = meaning_of(index, folder)
    meaning.fill()
    retriever = EmbeddedRetriever(index, meaning)
    candidates = retriever.retrieve([], 5, question="days", excluded=frozenset({"a.md"}))
    assert candidates is not None
    documents = {retriever.passage(number).passage.document_id for number in candidates.passages.tolist()}
    assert documents == {"b.md"}


def test_a_language_that_the_encoder_does_not_know_is_left_to_words(folder: Path) -> None:
    index = index_of({"a.txt": "Regeln\n\nEin Bann dauert eine Woche."}, language="de")
    meaning = meaning_of(index, folder, frozenset({"en"}))
    assert meaning.texts() == []
    assert meaning.fill()
    assert meaning.nearest("Wie lange dauert ein Bann?", 5) == []
    assert meaning.similarities("Wie lange dauert ein Bann?", np.arange(index.passage_count)) is None


def knowledge_base(tmp_path: Path, encoder: Path, warnings: list[str]) -> KnowledgeBase:
    seeds = tmp_path / "seeds"
    seeds.mkdir(exist_ok=True)
    for name, text in TEXTS.items():
        (seeds / name).write_text(text, encoding="utf-8")
    made = KnowledgeBase(seeds, tmp_path / "index", encoder=encoder, warn=warnings.append)
    made.refresh()
    return made


def test_a_knowledge_base_makes_its_vectors_once(tmp_path: Path, folder: Path) -> None:
    warnings: list[str] = []
    first = knowledge_base(tmp_path, folder, warnings)
    assert first.status().vectors == 0
    steps: list[int] = []
    assert first.encode(lambda state: steps.append(state.done))
    assert first.status().vectors == first.status().sentences == steps[-1]
    again = knowledge_base(tmp_path, folder, warnings)
    assert again.status().vectors == first.status().sentences
    assert again.encode(lambda _: pytest.fail("there is nothing to do"))
    assert isinstance(again.answer("how long is a ban", options=ANYTHING), Answer)
    assert warnings == []


def test_an_encoder_that_cannot_run_is_told_once_and_answers_go_on(tmp_path: Path, folder: Path) -> None:
    (folder / "vocab.txt").unlink()
    warnings: list[str] = []
    made = knowledge_base(tmp_path, folder, warnings)
    for _ in range(2):
        assert made.encode()
        assert isinstance(made.answer("how long is a ban", options=ANYTHING), Answer)
    assert len(warnings) == 1
    assert made.status().vectors is None


def test_questions_of_the_same_meaning_are_told(tmp_path: Path, folder: Path) -> None:
    seeds = tmp_path / "same"
    seeds.mkdir()
    (seeds / "a.txt").write_text("The fund holds money.\n", encoding="utf-8")
    compared = KnowledgeBase(seeds, tmp_path / "same-index", encoder=folder)
    compared.reindex()
    assert compared.same_meaning("Who pays for the fund?", "who pays for the fund?")
    by_words = KnowledgeBase(seeds, tmp_path / "same-index")
    assert not by_words.same_meaning("Who pays for the fund?", "Who pays for the fund?")
    (folder / "model.safetensors").write_bytes(b"broken")
    broken = KnowledgeBase(seeds, tmp_path / "same-index", encoder=folder)
    assert not broken.same_meaning("Who pays for the fund?", "Who pays for the fund?")
