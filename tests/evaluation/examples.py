"""What the tests of evaluating share: files, documents, outcomes."""

from __future__ import annotations

import json
from pathlib import Path

from chipbot.model import Answer, Citation, NoAnswer, Quote
from chipbot.ops.evaluation import LabelledQuestion, Outcome

FUND = "The fund\n\nThe fund holds 500 million dollars. It was set up in 2022.\n\nMexico joined the partnership in March.\n"
CATS = "Cats\n\nCats sleep for sixteen hours a day. They hunt at night.\n"


def write(path: Path, *lines: object) -> Path:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8")
    return path


def outcome(
    *,
    rank: int | None = None,
    sentence: int | None = None,
    confidence: float = 0.5,
    answered: bool = True,
    answers: tuple[str, ...] = ("x",),
    foreign: bool = False,
    language: str = "",
    document: str = "",
) -> Outcome:
    question = LabelledQuestion(
        id="1", text="?", answers=answers, foreign=foreign, language=language, document=document
    )
    citation = Citation(
        document_id="a.txt",
        title="A",
        heading=(),
        page=None,
        line_start=1,
        line_end=1,
        start=0,
        end=11,
        url=None,
    )
    quotes = (Quote(text="Three words.", highlights=((0, 5),), citation=citation, score=1.0),)
    result: Answer | NoAnswer = NoAnswer(
        question="?", reason="low_confidence", confidence=confidence, rejected=quotes
    )
    if answered:
        result = Answer(question="?", quotes=quotes, confidence=confidence, milliseconds=2.0)
    return Outcome(question=question, result=result, rank=rank, sentence=sentence)
