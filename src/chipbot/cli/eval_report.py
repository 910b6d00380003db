"""Outcomes → what a moderator wants to know: how many are right, what went wrong, and what to do about each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from chipbot.cli.eval_figures import strong
from chipbot.cli.terminal import PLAIN, Style
from chipbot.model import Answer, NoAnswer
from chipbot.ops.evaluation.scoring import Outcome
from chipbot.service.serialization import to_json
from chipbot.sources.synonyms import SYNONYMS
from chipbot.text.printable import visible

Verdict = Literal["right", "refused", "wrong", "not_refused"]
_SAID: dict[Verdict, str] = {
    "refused": "refused that should be answered",
    "wrong": "answered wrong",
    "not_refused": "answered that should be refused",
}
_LONGEST = 200  # characters of a question, a sentence or an answer that is shown
_ANSWERS_SHOWN = 3


def details(outcome: Outcome) -> dict[str, Any]:
    """Return what `--details` writes of a question: what `ask --json` prints, with its id and language."""
    return {"id": outcome.question.id, "lang": outcome.question.language or None, **to_json(outcome.result)}


def verdict(outcome: Outcome) -> Verdict:
    """Return what a member would say of it."""
    if outcome.went_well:
        return "right"
    if not outcome.question.answerable:
        return "not_refused"
    return "wrong" if outcome.answered else "refused"


def headline(outcomes: Iterable[Outcome]) -> str:
    """Return how many questions got what they should, and what came of the others, in one line."""
    counts = Counter(map(verdict, outcomes))
    parts = [f"{counts['right']:,} of {counts.total():,} right"]
    parts += [f"{counts[kind]:,} {said}" for kind, said in _SAID.items() if counts[kind]]
    return ", ".join(parts) + "."


def wrong_to_text(outcomes: Iterable[Outcome], most: int, threshold: float, style: Style = PLAIN) -> str:
    """Return the questions that went wrong, at most `most`: what was asked, what was shown, what was expected,
    and what to do about it.
    """
    wrong = [outcome for outcome in outcomes if not outcome.went_well]
    shown = wrong[: max(most, 0)]
    blocks = ["\n".join(_wrong(outcome, threshold, style)) for outcome in shown]
    if len(shown) < len(wrong):
        more = len(wrong) - len(shown)
        blocks.append(f"and {more:,} more question{'s' * (more > 1)}; --wrong {len(wrong)} shows all.")
    return "\n\n".join(blocks)


def _wrong(outcome: Outcome, threshold: float, style: Style) -> Iterator[str]:
    question = outcome.question
    yield f"{strong(_short(question.text), style)} {style.faint[0]}({visible(question.source)}){style.faint[1]}"
    bold = [quote.text[start:end] for quote in outcome.quotes[:1] for start, end in quote.highlights]
    sentence = f"“{_short(' … '.join(bold))}”" if bold else "nothing"
    confidence = f"confidence {outcome.result.confidence:.2f}"
    if isinstance(outcome.result, Answer):
        yield f"  shown:    {sentence}, {confidence}"
    else:
        yield f"  shown:    a refusal, {confidence}; found: {sentence}"
    if question.answerable:
        answers = list(dict.fromkeys(question.answers))
        expected = " or ".join(f"“{_short(answer)}”" for answer in answers[:_ANSWERS_SHOWN])
        more = f" or {len(answers) - _ANSWERS_SHOWN} more" if len(answers) > _ANSWERS_SHOWN else ""
        document = f" in {visible(question.document)}" if question.document else ""
        yield f"  expected: {expected}{more}{document}"
    else:
        yield "  expected: a refusal"
    yield f"  to do:    {_advice(outcome, threshold)}"


def _advice(outcome: Outcome, threshold: float) -> str:
    """Return what would most likely make a question go well."""
    confidence = outcome.result.confidence
    if not outcome.question.answerable:
        return (
            "nothing, if that answers it after all (then correct its line). Otherwise CHIPBOT_MIN_CONFIDENCE above "
            f"{confidence:.2f} refuses it, and others as sure"
        )
    if isinstance(outcome.result, NoAnswer) and outcome.right:
        return (
            f"the right sentence was found, but is less sure than {threshold:g}: use the question's words in its heading, or "
            f"set CHIPBOT_MIN_CONFIDENCE below {confidence:.2f}"
        )
    if missing := [visible(word) for word in getattr(outcome.result, "missing", ())]:
        words = ", ".join(f"“{word}”" for word in missing)
        return f"{words}: not in the documents. Say in {SYNONYMS} what they call it, a line like “{missing[0]}, other word”"
    if outcome.rank is None:
        return "its passage was not found: write the question, or its words, as a heading above the answer"
    if outcome.rank == 1:
        return "the right passage was found, but another sentence in it: say the answer in one sentence of its own"
    return f"its passage came {outcome.rank}. of those found: give it a heading with the question's words"


def _short(text: str) -> str:
    line = visible(" ".join(text.split()))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
