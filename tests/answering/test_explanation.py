"""Why a question is answered or refused, as the operator is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core import index_of

from chipbot.answering.explanation import explain
from chipbot.answering.features import FEATURES, MEANING_FEATURES
from chipbot.answering.pipeline import Answerer
from chipbot.errors import EncoderError
from chipbot.model import Answer, AnswerOptions, NoAnswer
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.service.knowledge_base import KnowledgeBase

TEXTS = {
    "lamp.md": "# The lamp\n\n## Who repairs it?\n\nThe workshop repairs a broken lamp for free on Fridays.",
    "desk.md": "# The desk\n\nIt is made of oak. The workshop sells desks.\n\n## Legs\n\nThe desk has four legs.",
    "boat.md": "# The boat\n\nThe boat leaves at nine. Tickets are sold on board.",
}


def answerer() -> Answerer:
    return Answerer(EmbeddedRetriever(index_of(TEXTS)))


def test_an_answer_is_explained_by_what_speaks_for_it() -> None:
    told = explain(answerer(), "Who repairs a broken lamp?")
    assert isinstance(told.result, Answer)
    first = told.passages[0]
    assert first.quote.citation.document_id == "lamp.md"
    assert [first.quote.text[slice(*span)] for span in first.quote.highlights] == [
        "The workshop repairs a broken lamp for free on Fridays."
    ]
    assert {"repairs", "broken", "lamp"} <= set(first.held)
    assert first.quote.score == told.result.quotes[0].score
    assert first.quote.confidence == told.result.confidence
    assert first.bm25 == max(each.bm25 for each in told.passages)
    assert first.similarity is None
    assert sum(term.share for term in told.terms) == pytest.approx(1)
    assert not told.lacks_entity
    scores = [each.quote.score for each in told.passages]
    assert scores == sorted(scores, reverse=True)
    assert told.candidates >= len(told.passages)
    effects = [abs(reason.effect) for reason in first.reasons]
    assert effects == sorted(effects, reverse=True)
    assert all(reason.effect for reason in first.reasons)


def test_a_refusal_is_explained_by_what_is_missing() -> None:
    told = explain(answerer(), "Does Napoleon repair the lamp?", AnswerOptions(min_confidence=0.7))
    assert isinstance(told.result, NoAnswer)
    assert told.min_confidence == 0.7
    assert told.lacks_entity
    assert [term.word for term in told.terms if not term.is_known] == ["Napoleon"]
    assert all("Napoleon" in each.missing for each in told.passages)


@pytest.mark.parametrize("question", ["", "?!", "xyzzy plugh"])
def test_what_finds_nothing_has_no_passages(question: str) -> None:
    told = explain(answerer(), question)
    assert isinstance(told.result, NoAnswer)
    assert (told.passages, told.candidates) == ((), 0)


def knowledge_base_in(folder: Path, **files: str) -> KnowledgeBase:
    (folder / "seeds").mkdir()
    for name, text in (TEXTS | files).items():
        (folder / "seeds" / name).write_text(text)
    knowledge_base = KnowledgeBase(folder / "seeds", folder / "index", language="en")
    knowledge_base.refresh()
    return knowledge_base


def test_what_stands_for_a_word_is_told(tmp_path: Path) -> None:
    knowledge_base = knowledge_base_in(tmp_path, **{"synonyms.txt": "ship, boat\n"})
    assert ("ship", "boat") in knowledge_base.explain("When does the ship leave?").expansions


def test_only_so_many_passages_are_told() -> None:
    texts = {f"{n}.md": f"# Page {n}\n\nThe lamp number {n} is in room {n}." for n in range(20)}
    told = explain(Answerer(EmbeddedRetriever(index_of(texts))), "Where is the lamp?", passages=3)
    assert len(told.passages) == 3
    assert told.candidates == 20


def test_each_feature_says_by_itself_what_it_means() -> None:
    for name, feature in (FEATURES | MEANING_FEATURES).items():
        assert feature.__doc__, name
        assert not feature.__doc__.startswith("…"), name


def test_a_knowledge_base_explains_and_goes_on_without_a_broken_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge_base = knowledge_base_in(tmp_path)
    calls: list[str] = []

    def broken(answerer: Answerer, question: str, options: AnswerOptions) -> object:
        calls.append(question)
        if len(calls) == 1:
            raise EncoderError("it is broken")
        return explain(answerer, question, options)

    monkeypatch.setattr("chipbot.service.knowledge_base.explain", broken)
    assert knowledge_base.explain("Who repairs a broken lamp?").passages
    assert len(calls) == 2
