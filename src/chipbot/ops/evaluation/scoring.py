"""A labelled question and what the answerer makes of it → an outcome: where the right answer came, if at
all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from chipbot.answering.pipeline import Answerer
from chipbot.model import Answer, AnswerOptions, NoAnswer, Quote
from chipbot.ops.evaluation.questions import LabelledQuestion
from chipbot.retrieval.retriever import StoredPassage
from chipbot.text.words import UNSEGMENTED

DEPTH = 10
"""How many of the best passages are looked through for the answer."""

_UNSEGMENTED = regex.compile(rf"{UNSEGMENTED}+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one labelled question."""

    question: LabelledQuestion
    """The question and what should come of it."""
    result: Answer | NoAnswer
    """What came of it."""
    rank: int | None = None
    """The rank, from 1 to DEPTH, of the best-ranked passage that holds an answer; None where there is none.
    """
    sentence: int | None = None
    """The rank, from 1, of the best quote whose highlight holds an answer; None where there is none."""

    @property
    def answered(self) -> bool:
        """Whether something was shown, right or wrong."""
        return isinstance(self.result, Answer)

    @property
    def right(self) -> bool:
        """Whether the first highlight holds an answer, shown or not."""
        return self.sentence == 1

    @property
    def went_well(self) -> bool:
        """Whether members get what they should: the answer highlighted first, or a refusal."""
        return self.answered and self.right if self.question.answerable else not self.answered

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The quotes, be they shown or kept back."""
        return self.result.quotes if isinstance(self.result, Answer) else self.result.rejected


def ask(
    answerer: Answerer, questions: Sequence[LabelledQuestion], options: AnswerOptions = AnswerOptions()
) -> Iterator[Outcome]:
    """Ask one question after the other."""
    for question in questions:
        result = answerer.answer(question.text, options=options)
        outcome = Outcome(question=question, result=result)
        if question.answerable:
            outcome = Outcome(
                question=question,
                result=result,
                rank=_rank(question, answerer),
                sentence=_sentence(question, outcome.quotes),
            )
        yield outcome


def words(text: str) -> float:
    """Count the words of `text`; two characters count as one in scripts that put no spaces between words."""
    dense = sum(len(run.group()) for run in _UNSEGMENTED.finditer(text))
    return len(_UNSEGMENTED.sub(" ", text).split()) + dense / 2


def holds(text: str, question: LabelledQuestion) -> bool:
    """Whether an answer stands in `text`: letter for letter where its place is known.

    An answer without a place was written by hand: capitals and the kind of blanks in it do not matter.
    """
    if question.spans:
        return any(answer in text for answer in question.answers)
    return any(_plain(answer) in _plain(text) for answer in question.answers)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _rank(question: LabelledQuestion, answerer: Answerer) -> int | None:
    for rank, passage in enumerate(answerer.best_passages(question.text, DEPTH), 1):
        if _is_hit(question, answerer.retriever.passage(passage)):
            return rank
    return None


def _is_hit(question: LabelledQuestion, stored: StoredPassage) -> bool:
    """Whether a passage is of the right document and has an answer at its place, or anywhere if its place is
    not known.
    """
    passage = stored.passage
    if question.documents is not None and passage.document_id not in question.documents:
        return False
    if question.spans:
        return any(passage.start <= start and end <= passage.end for start, end in question.spans)
    return holds(stored.text, question)


def _sentence(question: LabelledQuestion, quotes: Sequence[Quote]) -> int | None:
    for rank, quote in enumerate(quotes, 1):
        if any(holds(quote.text[start:end], question) for start, end in quote.highlights):
            return rank
    return None
