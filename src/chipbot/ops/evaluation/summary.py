"""Outcomes → figures with confidence intervals, over all questions and by language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from chipbot.model import Answer
from chipbot.ops.evaluation.scoring import DEPTH, Outcome, words
from chipbot.ops.evaluation.statistics import (
    RESAMPLES,
    Figure,
    Statistic,
    auroc,
    bins_of,
    bootstrap,
    calibration_error,
    figure,
    mean,
    quantile,
    share_at,
    threshold_at,
)

PASSED = 0.05
"""The share of questions without an answer that the suggested threshold lets through."""

KINDS = ("unanswerable", "foreign")
"""The kinds of questions without an answer: labelled so, and from a file of out-of-domain questions."""

BINS = 10
"""How many bins of confidence the calibration is looked at in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """The questions whose confidence falls in one range."""

    low: float
    """Where the range begins."""
    high: float
    """Where it ends."""
    questions: int
    """How many there are."""
    confidence: float
    """Their mean confidence."""
    right: float
    """The share of them whose first highlight holds an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The answerable questions in one language."""

    questions: int
    """How many there are."""
    figures: dict[str, Figure]
    """What FINDING says of them, by key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What an evaluation found."""

    counts: dict[str, int]
    """How many questions there are of each kind: answerable, unanswerable, foreign."""
    figures: dict[str, Figure]
    """Every figure by its key."""
    languages: dict[str, Language]
    """The answerable questions by language, where there is more than one."""
    language_mean: dict[str, Figure]
    """The mean of the languages' figures, each language counting the same; empty where there are fewer than
    two.
    """
    bins: tuple[Bin, ...]
    """The calibration in detail: the bins that hold questions."""
    thresholds: dict[str, float | None]
    """For each kind of questions without an answer: the threshold that lets PASSED of them through, None if
    there is none.
    """
    threshold: float
    """The threshold in use."""
    resamples: int
    """How many samples the confidence intervals are made of."""


def summarise(outcomes: Sequence[Outcome], threshold: float, *, resamples: int = RESAMPLES) -> Summary:
    """Return all figures over the `outcomes`, of which there is at least one."""
    answerable = np.array([outcome.question.answerable for outcome in outcomes])
    foreign = np.array([outcome.question.foreign for outcome in outcomes])
    confidence = np.array([outcome.result.confidence for outcome in outcomes])
    without = dict(zip(KINDS, (~answerable & ~foreign, foreign), strict=True))
    statistics = _finding(outcomes) | _shown(outcomes)
    for kind, members in without.items():
        statistics |= {
            f"refused_{kind}": mean([not outcome.answered for outcome in outcomes], members),
            f"auroc_{kind}": auroc(confidence, answerable, members),
            f"answered_at_5_{kind}": share_at(confidence, answerable, members, PASSED),
        }
    samples = bootstrap(statistics, len(outcomes), resamples)
    languages, language_mean = _by_language(outcomes, resamples)
    return Summary(
        counts={"answerable": int(answerable.sum())}
        | {kind: int(members.sum()) for kind, members in without.items()},
        figures={key: figure(values) for key, values in samples.items()},
        languages=languages,
        language_mean=language_mean,
        bins=tuple(_bins(outcomes)),
        thresholds={
            kind: threshold_at(confidence, members, PASSED)
            for kind, members in without.items()
            if members.any()
        },
        threshold=threshold,
        resamples=resamples,
    )


def _finding(outcomes: Sequence[Outcome]) -> dict[str, Statistic]:
    """Return the statistics over answerable questions.

    hit@k is success at k; MRR is the mean reciprocal rank: E. M. Voorhees, "The TREC-8 question answering
    track report" (1999), here cut off at DEPTH.
    """
    answerable = np.array([outcome.question.answerable for outcome in outcomes])
    answered = np.array([outcome.answered for outcome in outcomes])
    rank = np.array([outcome.rank or np.inf for outcome in outcomes])
    sentence = np.array([outcome.sentence or np.inf for outcome in outcomes])
    return {
        "hit@1": mean(rank <= 1, answerable),
        "hit@3": mean(rank <= 3, answerable),
        "hit@10": mean(rank <= DEPTH, answerable),
        "mrr@10": mean(1 / rank, answerable),
        "sentence@1": mean(sentence <= 1, answerable),
        "sentence@3": mean(sentence <= 3, answerable),
        "answered": mean(answered, answerable),
        "answered_right": mean(sentence <= 1, answerable & answered),
    }


def _shown(outcomes: Sequence[Outcome]) -> dict[str, Statistic]:
    """Return the statistics over all questions, whether they have an answer or not."""
    milliseconds = [outcome.result.milliseconds for outcome in outcomes]
    shown = [_words_shown(outcome) for outcome in outcomes]
    return {
        "words_shown": mean(shown, [outcome.answered for outcome in outcomes]),
        "calibration_error": calibration_error(
            [outcome.result.confidence for outcome in outcomes], [outcome.right for outcome in outcomes], BINS
        ),
        "milliseconds_median": quantile(milliseconds, 0.5),
        "milliseconds_p95": quantile(milliseconds, 0.95),
    }


def _words_shown(outcome: Outcome) -> float:
    return (
        sum(words(quote.text) for quote in outcome.result.quotes) if isinstance(outcome.result, Answer) else 0
    )


def _by_language(
    outcomes: Sequence[Outcome], resamples: int
) -> tuple[dict[str, Language], dict[str, Figure]]:
    """Return the figures by language and their mean; the samples are drawn within each language."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.question.answerable:
            groups.setdefault(outcome.question.language or "unknown", []).append(outcome)
    if len(groups) < 2:
        return {}, {}
    samples = {
        code: bootstrap(_finding(group), len(group), resamples) for code, group in sorted(groups.items())
    }
    languages = {
        code: Language(
            questions=len(groups[code]), figures={key: figure(values) for key, values in figures.items()}
        )
        for code, figures in samples.items()
    }
    keys = next(iter(samples.values()))
    together = {key: np.mean([figures[key] for figures in samples.values()], axis=0) for key in keys}
    return languages, {key: figure(values) for key, values in together.items()}


def _bins(outcomes: Sequence[Outcome]) -> Iterable[Bin]:
    confidence = np.array([outcome.result.confidence for outcome in outcomes])
    right = np.array([outcome.right for outcome in outcomes])
    numbers = bins_of(confidence, BINS)
    for number in np.unique(numbers).tolist():
        members = numbers == number
        yield Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            questions=int(members.sum()),
            confidence=float(confidence[members].mean()),
            right=float(right[members].mean()),
        )
