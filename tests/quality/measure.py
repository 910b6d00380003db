"""Measures answer quality on every set in a folder and prints one Markdown table, with the targets beside.

    python -m tests.quality.measure DATA_DIR [--sample N] [--sets NAME…] [--unvaried] [--encoder]

DATA_DIR/NAME/docs are the documents of a set and DATA_DIR/NAME/questions.jsonl its questions;
DATA_DIR/*.jsonl are questions that none of the sets answers. Always with default settings, whatever the
environment says; with --encoder, meanings are compared as well.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from tests.quality.terse import write_variants

from chipbot.answering.pipeline import Answerer
from chipbot.cli.progress import progress
from chipbot.model import AnswerOptions, Progress
from chipbot.ops.evaluation import Figure, LabelledQuestion, Outcome, Summary, ask, read, resolve, summarise
from chipbot.ops.evaluation.statistics import bootstrap, figure, mean
from chipbot.service.knowledge_base import KnowledgeBase


class Measured(NamedTuple):
    """What was measured on one set."""

    plain: Summary
    """Its questions as they are, with the foreign ones."""
    fair: Summary
    """The same without those that are unanswerable on purpose."""
    variants: dict[str, Summary]
    """Its answerable questions, by how they were varied."""
    lost: dict[str, Figure]
    """The share of hit@1 that varying them cost."""


class Row(NamedTuple):
    """One line of the table."""

    name: str
    """What it shows."""
    find: Callable[[Measured], Figure]
    """Where it is found."""
    targets: dict[str, float] = {}  # noqa: RUF012  # never written to
    """What it should be, by set."""
    at_most: bool = False
    """Whether less is better."""


NOT_MEASURED = Figure(None, None, None)


def _plain(key: str) -> Callable[[Measured], Figure]:
    return lambda one: one.plain.language_mean.get(key) or one.plain.figures[key]


def _fair(key: str) -> Callable[[Measured], Figure]:
    return lambda one: one.fair.figures[key]


def _varied(variant: str, key: str) -> Callable[[Measured], Figure]:
    return lambda one: one.variants[variant].figures[key] if variant in one.variants else NOT_MEASURED


def _lost(variant: str) -> Callable[[Measured], Figure]:
    return lambda one: one.lost.get(variant, NOT_MEASURED)


ROWS = (
    Row("hit@1", _plain("hit@1"), {"squad20-dev": 0.86, "chunkeval": 0.86, "xquad": 0.88, "faquad": 0.85}),
    Row("hit@3", _plain("hit@3")),
    Row("hit@10", _plain("hit@10")),
    Row("MRR@10", _plain("mrr@10")),
    Row("sentence@1", _plain("sentence@1"), {"squad20-dev": 0.79, "chunkeval": 0.56, "faquad": 0.82}),
    Row("sentence@3", _plain("sentence@3")),
    Row("answered, of the answerable", _plain("answered")),
    Row("of those, right", _plain("answered_right")),
    Row("words shown", _plain("words_shown")),
    Row("out-of-domain questions refused", _fair("refused_foreign"), {"squad20-dev": 0.95}),
    Row("refusal AUROC against out-of-domain", _fair("auroc_foreign"), {"squad20-dev": 0.98}),
    Row("answered at 5 % of out-of-domain", _fair("answered_at_5_foreign"), {"squad20-dev": 0.88}),
    Row("refusal AUROC against unanswerable on purpose", _plain("auroc_unanswerable")),
    Row(
        "calibration error, answerable and out-of-domain",
        _fair("calibration_error"),
        {"squad20-dev": 0.03},
        at_most=True,
    ),
    Row("terse: hit@1", _varied("terse", "hit@1")),
    Row("terse: sentence@1", _varied("terse", "sentence@1")),
    Row("terse: answered", _varied("terse", "answered")),
    Row("terse: hit@1 lost", _lost("terse")),
    Row("one typo: hit@1", _varied("typo", "hit@1")),
    Row("one typo: sentence@1", _varied("typo", "sentence@1")),
    Row("one typo: hit@1 lost", _lost("typo"), {"squad20-dev": 0.03}, at_most=True),
    Row("milliseconds, median", _fair("milliseconds_median"), {"squad20-dev": 3.0}, at_most=True),
    Row("milliseconds, 95th percentile", _fair("milliseconds_p95")),
)


def measure(
    folder: Path,
    foreign: Sequence[Path],
    work: Path,
    step: int,
    encoder: Literal["off"] | None = "off",
    *,
    vary: bool = True,
) -> Measured:
    """Measure one set, keeping what is written on the way in the folder `work`; every `step`-th question is
    asked, and varied if `vary`.
    """
    name = folder.name
    knowledge_base = KnowledgeBase(folder / "docs", work / name / "index", encoder=encoder)
    knowledge_base.refresh()
    knowledge_base.encode()
    answerer = knowledge_base.answerer()

    def outcomes(what: str, questions: list[LabelledQuestion]) -> list[Outcome]:
        asked = resolve(
            questions[::step], knowledge_base.index(), lambda text: print(f"{name}: {text}", file=sys.stderr)
        )
        return list(_asked(answerer, asked, f"{name} {what}"))

    labelled = read([folder / "questions.jsonl"])
    answerable = outcomes("answerable", [question for question in labelled if question.answerable])
    others = outcomes("unanswerable", [question for question in labelled if not question.answerable])
    strangers = outcomes("foreign", read([], foreign))
    variants = write_variants(folder / "questions.jsonl", work / name, answerable_only=True) if vary else {}
    varied = {variant: outcomes(variant, read([file])) for variant, file in variants.items()}
    return Measured(
        plain=summarise(answerable + others + strangers, AnswerOptions().min_confidence),
        fair=summarise(answerable + strangers, AnswerOptions().min_confidence),
        variants={
            variant: summarise(found, AnswerOptions().min_confidence) for variant, found in varied.items()
        },
        lost={variant: _difference(answerable, found) for variant, found in varied.items()},
    )


def _asked(answerer: Answerer, questions: Sequence[LabelledQuestion], step: str) -> Iterator[Outcome]:
    with progress() as report:
        for done, outcome in enumerate(ask(answerer, questions), 1):
            report(Progress(step=step, done=done, total=len(questions)))
            yield outcome


def _difference(before: Sequence[Outcome], after: Sequence[Outcome]) -> Figure:
    """Return how much less often the first passage holds the answer, question by question."""
    lost = [(one.rank == 1) - (other.rank == 1) for one, other in zip(before, after, strict=True)]
    return figure(bootstrap({"lost": mean(lost, [True] * len(lost))}, len(lost))["lost"])


def table(measured: dict[str, Measured]) -> str:
    """Return the figures of all sets as one Markdown table: value ± half the 95 % interval, and the
    target.
    """
    lines = ["| | " + " | ".join(measured) + " |", "|---|" + "--:|" * len(measured)]
    counts = " | ".join(f"{one.plain.counts['answerable']:,}" for one in measured.values())
    lines.append(f"| answerable questions | {counts} |")
    for row in ROWS:
        cells = " | ".join(_cell(row, name, row.find(one)) for name, one in measured.items())
        lines.append(f"| {row.name} | {cells} |")
    return "\n".join(lines)


def _cell(row: Row, name: str, found: Figure) -> str:
    if found.value is None or found.low is None or found.high is None:
        return "–"
    digits = 0 if "words" in row.name else 1 if "milliseconds" in row.name else 3
    text = f"{found.value:.{digits}f} ± {(found.high - found.low) / 2:.{digits}f}"
    target = row.targets.get(name)
    if target is None:
        return text
    met = found.value <= target if row.at_most else found.value >= target
    return f"{text} ({'≤' if row.at_most else '≥'} {target:g} {'✓' if met else '✗'})"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures answer quality on every set in a folder.")
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument(
        "--sample", type=int, default=1, metavar="N", help="ask every N-th question only, for a quick look"
    )
    parser.add_argument("--sets", nargs="+", metavar="NAME", help="measure these sets only")
    parser.add_argument("--unvaried", action="store_true", help="leave out terse questions and typing errors")
    parser.add_argument("--encoder", action="store_true", help="compare meanings, too")
    options = parser.parse_args()
    folders = sorted(file.parent for file in options.data.glob("*/questions.jsonl"))
    foreign = sorted(options.data.glob("*.jsonl"))
    with tempfile.TemporaryDirectory() as work:
        measured = {
            folder.name: measure(
                folder,
                foreign,
                Path(work),
                options.sample,
                None if options.encoder else "off",
                vary=not options.unvaried,
            )
            for folder in folders
            if not options.sets or folder.name in options.sets
        }
    print(table(measured))


if __name__ == "__main__":
    main()
