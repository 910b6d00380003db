"""Canary questions: what `canaries.jsonl` beside the documents says must stay answered, before a new index goes live."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from chipbot.answering.pipeline import Answerer
from chipbot.errors import CanaryError, ChipbotError
from chipbot.index import Index
from chipbot.ops.evaluation.questions import LabelledQuestion, read, resolve
from chipbot.ops.evaluation.scoring import Outcome, ask
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.service.canary_result import CanaryResult
from chipbot.sources.seeds_folder import CANARIES
from chipbot.translation import Message, joined


def check(seeds: Path, present: Index | None, new: Index) -> None:
    """See that a new index answers the canary questions that the present one does; by words alone, as both can.

    Args:
        seeds: The folder with the documents and the questions, in the form of `chipbot eval`.
        present: The index in use; without one nothing can break.
        new: The one that is to take its place.

    Raises:
        CanaryError: Some would not be answered as they should any more, or the questions cannot be read.
    """
    path = seeds / CANARIES
    if present is None or not path.is_file():
        return
    try:
        questions = read([path])
        broken = _well(present, questions) - _well(new, questions)
    except ChipbotError as error:
        raise CanaryError(
            Message("the canary questions cannot be asked: {reason}", reason=error.args[0])
        ) from error
    if broken:
        named = joined(question.text for question in questions if question.id in broken)[:1000]
        raise CanaryError(
            Message(
                "the new index would break {number} of {total} canary questions ({questions}); the one before stays in use: "
                "correct the documents, or force it",
                number=len(broken),
                total=len(questions),
                questions=named,
            )
        )


def results(seeds: Path, index: Index) -> list[CanaryResult]:
    """Ask an index the canary questions as `check` does; return what comes of each, none where there are none.

    Raises ChipbotError where the questions cannot be read.
    """
    path = seeds / CANARIES
    return list(map(_result, _asked(index, read([path])))) if path.is_file() else []


def _result(outcome: Outcome) -> CanaryResult:
    quote = outcome.quotes[0] if outcome.answered else None
    return CanaryResult(
        question=outcome.question.text,
        expected=outcome.question.answers,
        went_well=outcome.went_well,
        found=" … ".join(quote.text[start:end] for start, end in quote.highlights) if quote else "",
        confidence=outcome.result.confidence,
    )


def _well(index: Index, questions: list[LabelledQuestion]) -> set[str]:
    """Return the ids of the questions that an index answers, or refuses, as it should."""
    return {outcome.question.id for outcome in _asked(index, questions) if outcome.went_well}


def _asked(index: Index, questions: list[LabelledQuestion]) -> Iterator[Outcome]:
    return ask(Answerer(EmbeddedRetriever(index)), resolve(questions, index, lambda _: None))
