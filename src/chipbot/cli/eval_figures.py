"""Summary → tables of figures that explain themselves, and JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from chipbot.cli.terminal import PLAIN, Style
from chipbot.cli.wrap import wrap
from chipbot.ops.evaluation.statistics import Figure
from chipbot.ops.evaluation.summary import PASSED, Summary
from chipbot.text import columns
from chipbot.text.printable import visible
from chipbot.translation import Message, digits, gettext, listed, ngettext, sentence

FINDING = {
    "hit@1": Message("the passage ranked first holds the answer"),
    "hit@3": Message("one of the three passages ranked best does"),
    "hit@10": Message(
        "one of the ten passages ranked best does; where none does, the words of question and answer differ too much"
    ),
    "mrr@10": Message(
        "one divided by the rank of the first passage that holds the answer, on average: 1 is best"
    ),
    "sentence@1": Message(
        "the first quote's bold sentence holds the answer, refused or not: what members judge by"
    ),
    "sentence@3": Message("the bold sentence of one of the quotes does"),
    "answered": Message("something is shown rather than a refusal"),
    "answered_right": Message("of those, the first bold sentence holds the answer"),
}
"""What the figures over answerable questions mean, in an operator's words."""

REFUSING = {
    "refused": Message("are refused, as they should be, at the threshold in use"),
    "auroc": Message(
        "how well confidence tells a question with an answer from one without: 0.5 is guessing, 1 is always"
    ),
    "answered_at_5": Message(
        "of the questions with an answer would get one at the threshold that lets 5 % of those without through"
    ),
}
"""What the figures over one kind of questions without an answer mean."""

OVERALL = {
    "words_shown": Message("words that an answer shows, on average: fewer is quicker to read"),
    "calibration_error": Message("how far confidence is from the share that is right, on average: 0 is best"),
    "milliseconds_median": Message("that half of the questions take at most"),
    "milliseconds_p95": Message("that 19 of 20 questions take at most"),
}
"""What the figures over all questions mean."""

_NAMES = {
    "mrr@10": "MRR@10",
    "auroc": "AUROC",
    "answered_at_5": "answered at 5 %",
    "milliseconds_p95": "milliseconds p95",
}
_DECIMALS = {"mrr": 3, "auroc": 3, "calibration": 3, "words": 0, "milliseconds": 1}
"""Of the figures that are no shares; those are percentages."""
_COUNTED = {
    "answerable": Message("{number} answerable"),
    "unanswerable": Message("{number} not answerable"),
    "foreign": Message("{number} out of domain"),
}
_REFUSES = {
    "unanswerable": Message(
        "{setting} lets {percent} % of the questions through that the documents do not answer"
    ),
    "foreign": Message("{setting} lets {percent} % of the out-of-domain questions through"),
}
_NONE_REFUSES = {
    "unanswerable": Message(
        "No threshold lets only {percent} % of the questions through that the documents do not answer."
    ),
    "foreign": Message("No threshold lets only {percent} % of the out-of-domain questions through."),
}
_TITLES = {
    "finding": Message("Of the questions that the documents answer"),
    "unanswerable": Message("Of the questions that the documents do not answer"),
    "foreign": Message("Of the out-of-domain questions, which have nothing to do with the documents"),
    "overall": Message("Over all questions"),
}
_LANGUAGE_COLUMNS = ("hit@1", "hit@3", "mrr@10", "sentence@1", "sentence@3", "answered")


def to_text(summary: Summary, style: Style = PLAIN, width: int = 100) -> str:
    """Return a summary as a person reads it, at most about `width` columns wide."""
    blocks = [_overview(summary)]
    sections = [("finding", FINDING, "")]
    sections += [(kind, REFUSING, f"_{kind}") for kind in ("unanswerable", "foreign")]
    for name, explained, suffix in sections:
        if summary.counts["answerable" if name == "finding" else name]:
            blocks.append("\n".join(_section(_TITLES[name], summary, explained, suffix, style, width)))
    blocks.append("\n".join(_section(_TITLES["overall"], summary, OVERALL, "", style, width)))
    if summary.languages:
        blocks.append("\n".join(_languages(summary, style)))
    note = gettext(
        "The ranges are 95 % confidence intervals, from {number} samples of these questions: another "
        "hundred questions of the same sort would give figures within them, most of the time.",
        number=digits(summary.resamples),
    )
    blocks.append(_filled(note, width))
    blocks.extend(_filled(line, width) for line in _suggestions(summary))
    return "\n\n".join(blocks)


def to_object(summary: Summary) -> dict[str, Any]:
    """Return a summary as the object that `--json` prints; keys may be added, never renamed."""
    return {
        "questions": {"all": sum(summary.counts.values()), **summary.counts},
        "threshold": summary.threshold,
        "resamples": summary.resamples,
        "figures": _objects(summary.figures),
        "languages": {
            code: {"questions": language.questions, "figures": _objects(language.figures)}
            for code, language in summary.languages.items()
        },
        "language_mean": _objects(summary.language_mean),
        "calibration": [asdict(bin_) for bin_ in summary.bins],
        "suggested_thresholds": summary.thresholds,
    }


def _overview(summary: Summary) -> str:
    asked = ngettext("{number} question", "{number} questions", sum(summary.counts.values()))
    parts = [
        said.filled(number=digits(summary.counts[kind]))
        for kind, said in _COUNTED.items()
        if summary.counts[kind]
    ]
    return gettext(
        "{questions}: {kinds}. Threshold {threshold}.",
        questions=asked,
        kinds=listed(parts),
        threshold=f"{summary.threshold:g}",
    )


def _section(
    title: Message, summary: Summary, explained: dict[str, Message], suffix: str, style: Style, width: int
) -> Iterator[str]:
    yield strong(str(title), style)
    for key, text in explained.items():
        figure = summary.figures[key + suffix]
        name = _NAMES.get(key) or key.replace("_", " ")
        lead = f"  {name:<19} {_value(key, figure.value):>7}  {_range(key, figure):<13} "
        first, *rest = wrap(str(text), max(width - len(lead), 30))
        yield f"{lead}{style.faint[0]}{first}{style.faint[1]}"
        yield from (f"{' ' * len(lead)}{style.faint[0]}{line}{style.faint[1]}" for line in rest)


def _languages(summary: Summary, style: Style) -> Iterator[str]:
    rows = [
        (visible(code), digits(language.questions), language.figures)
        for code, language in summary.languages.items()
    ]
    rows.append((gettext("mean"), "", summary.language_mean))
    title, questions = gettext("By language"), gettext("questions")
    first = max(columns.width(title), *(columns.width(row[0]) + 2 for row in rows))
    second = max(columns.width(questions), *(len(row[1]) for row in rows))
    heads = "".join(f"{key:>12}" for key in _LANGUAGE_COLUMNS)
    yield strong(
        f"{columns.padded(title, first)} {' ' * (second - columns.width(questions))}{questions}{heads}", style
    )
    for code, number, figures in rows:
        values = "".join(f"{_value(key, figures[key].value):>12}" for key in _LANGUAGE_COLUMNS)
        yield f"{columns.padded('  ' + code, first)} {number:>{second}}{values}"


def _suggestions(summary: Summary) -> Iterator[str]:
    share = digits(PASSED * 100)
    for kind, threshold in summary.thresholds.items():
        if threshold is None:
            yield _NONE_REFUSES[kind].filled(percent=share)
            continue
        line = _REFUSES[kind].filled(
            setting=f"CHIPBOT_MIN_CONFIDENCE={_rounded_up(threshold):g}", percent=share
        )
        answered = _value("answered", summary.figures[f"answered_at_5_{kind}"].value)
        yield (
            gettext(
                "{line}, and answers {share} of those that the documents answer.", line=line, share=answered
            )
            if summary.counts["answerable"]
            else sentence(line)
        )


def _rounded_up(threshold: float) -> float:
    """Write a threshold with three decimals, never letting more through."""
    return math.ceil(round(threshold * 1000, 6)) / 1000


def _objects(figures: dict[str, Figure]) -> dict[str, Any]:
    return {
        key: {part: None if value is None else round(value, 5) for part, value in figure._asdict().items()}
        for key, figure in figures.items()
    }


def _value(key: str, value: float | None) -> str:
    if value is None:
        return "–"
    decimals = _DECIMALS.get(key.partition("@")[0].partition("_")[0])
    return f"{digits(value * 100, 1)} %" if decimals is None else digits(value, decimals)


def _range(key: str, figure: Figure) -> str:
    if figure.low is None:
        return ""
    return f"{_value(key, figure.low)}–{_value(key, figure.high)}".replace(" %", "")


def _filled(text: str, width: int) -> str:
    return "\n".join(wrap(text, width))


def strong(text: str, style: Style) -> str:
    """Return text as it stands out on a terminal, and plain elsewhere."""
    return text if style is PLAIN else f"{style.strong[0]}{text}{style.strong[1]}"
