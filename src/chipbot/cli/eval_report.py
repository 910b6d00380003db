"""Outcomes → what a moderator wants to know: how many are right, what went wrong, and what to do about each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from chipbot.cli.eval_figures import strong
from chipbot.cli.terminal import PLAIN, Style
from chipbot.cli.wrap import hanging
from chipbot.model import Answer, NoAnswer
from chipbot.ops.evaluation.questions import LabelledQuestion
from chipbot.ops.evaluation.scoring import Outcome
from chipbot.service.serialization import to_json
from chipbot.sources.synonyms import SYNONYMS
from chipbot.text.columns import padded, width
from chipbot.text.printable import visible
from chipbot.translation import Message, digits, gettext, listed, ngettext, pgettext, sentence

Verdict = Literal["right", "refused", "wrong", "not_refused"]
_SAID: dict[Verdict, Message] = {
    "refused": Message("{number} refused that should be answered"),
    "wrong": Message("{number} answered wrong"),
    "not_refused": Message("{number} answered that should be refused"),
}
_LONGEST = 200  # characters of a question, a sentence or an answer that is shown
_ANSWERS_SHOWN = 3
_NARROWEST = 20  # columns


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
    right, total = digits(counts["right"]), digits(counts.total())
    parts = [gettext("{right} of {total} right", right=right, total=total)]
    parts += [said.filled(number=digits(counts[kind])) for kind, said in _SAID.items() if counts[kind]]
    return sentence(listed(parts))


def wrong_to_text(
    outcomes: Iterable[Outcome], most: int, threshold: float, style: Style = PLAIN, columns: int | None = None
) -> str:
    """Return the questions that went wrong, at most `most`: what was asked, what was shown, what was expected,
    and what to do about it; with a number of `columns`, wrapped between words.
    """
    wrong = [outcome for outcome in outcomes if not outcome.went_well]
    shown = wrong[: max(most, 0)]
    blocks = ["\n".join(_wrong(outcome, threshold, style, columns)) for outcome in shown]
    if len(shown) < len(wrong):
        more = len(wrong) - len(shown)
        blocks.append(
            ngettext(
                "and {number} more question; --wrong {all} shows all.",
                "and {number} more questions; --wrong {all} shows all.",
                more,
                all=len(wrong),
            )
        )
    return "\n\n".join(blocks)


def _wrong(outcome: Outcome, threshold: float, style: Style, columns: int | None) -> Iterator[str]:
    question = outcome.question
    asked = _short(question.text)
    lines = "\n".join(_fitted("", f"{asked} ({visible(question.source)})", columns))
    yield f"{strong(lines[: len(asked)], style)}{style.faint[0]}{lines[len(asked) :]}{style.faint[1]}"
    bold = [quote.text[start:end] for quote in outcome.quotes[:1] for start, end in quote.highlights]
    sentence = _quoted(" … ".join(bold)) if bold else pgettext("no sentence was found", "nothing")
    confidence = digits(outcome.result.confidence, 2)
    if isinstance(outcome.result, Answer):
        shown = gettext("{sentence}, confidence {confidence}", sentence=sentence, confidence=confidence)
    else:
        shown = gettext(
            "a refusal, confidence {confidence}; found: {sentence}", sentence=sentence, confidence=confidence
        )
    told = {
        gettext("shown:"): shown,
        gettext("expected:"): _expected(question),
        gettext("to do:"): _advice(outcome, threshold),
    }
    longest = max(map(width, told))
    for label, text in told.items():
        yield from _fitted(f"  {padded(label, longest)} ", text, columns)


def _fitted(lead: str, text: str, columns: int | None) -> list[str]:
    return hanging(lead, text, max(columns, width(lead) + _NARROWEST)) if columns else [lead + text]


def _expected(question: LabelledQuestion) -> str:
    """Return what would have been right."""
    if not question.answerable:
        return gettext("a refusal")
    answers = list(dict.fromkeys(question.answers))
    expected = [_quoted(answer) for answer in answers[:_ANSWERS_SHOWN]]
    if len(answers) > _ANSWERS_SHOWN:
        expected.append(gettext("{number} more", number=digits(len(answers) - _ANSWERS_SHOWN)))
    either = f" {gettext('or')} ".join(expected)
    if not question.document:
        return either
    return gettext("{answer} in {document}", answer=either, document=visible(question.document))


def _quoted(text: str) -> str:
    return gettext("“{text}”", text=_short(text))


def _advice(outcome: Outcome, threshold: float) -> str:
    """Return what would most likely make a question go well."""
    confidence = outcome.result.confidence
    if not outcome.question.answerable:
        return gettext(
            "nothing, if that answers it after all (then correct its line). Otherwise CHIPBOT_MIN_CONFIDENCE above "
            "{confidence} refuses it, and others as sure",
            confidence=f"{confidence:.2f}",
        )
    if isinstance(outcome.result, NoAnswer) and outcome.right:
        return gettext(
            "the right sentence was found, but is less sure than {threshold}: use the question's words in its heading, "
            "or set CHIPBOT_MIN_CONFIDENCE below {confidence}",
            threshold=f"{threshold:g}",
            confidence=f"{confidence:.2f}",
        )
    if missing := [visible(word) for word in getattr(outcome.result, "missing", ())]:
        return gettext(
            "{words}: not in the documents. Say in {file} what they call it, a line like “{word}, other word”",
            words=listed(map(_quoted, missing)),
            file=SYNONYMS,
            word=missing[0],
        )
    if outcome.rank is None:
        return gettext(
            "its passage was not found: write the question, or its words, as a heading above the answer"
        )
    if outcome.rank == 1:
        return gettext(
            "the right passage was found, but another sentence in it: say the answer in one sentence of its own"
        )
    return gettext(
        "its passage was number {rank} of those found: give it a heading with the question's words",
        rank=outcome.rank,
    )


def _short(text: str) -> str:
    line = visible(" ".join(text.split()))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
