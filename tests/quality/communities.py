"""What members get who ask about a community's documents, and what a threshold does to it, as Markdown tables.

    python -m tests.quality.communities [FOLDER] [--encoder] [--wrong]

FOLDER holds a folder a community, each with docs/ and questions.jsonl; without it, the project's own are asked, whose form
tests/communities/README.md says. Every community is an index of its own.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from tests.quality.terse import read_lines

from chipbot.cli.progress import progress
from chipbot.model import AnswerOptions, Progress
from chipbot.ops.evaluation import Outcome, ask, read, resolve
from chipbot.ops.evaluation.scoring import holds
from chipbot.ops.evaluation.statistics import auroc, bootstrap, calibration_error, figure, mean
from chipbot.service.knowledge_base import KnowledgeBase

OWN = Path(__file__).parents[1] / "communities"
"""The communities that were invented for the project."""
PLAIN = "plain.jsonl"
"""Where a community's plain questions are, in the documents' words: what chipbot is fitted to as well."""
FURTHER = "further.jsonl"
"""Where a community's further questions are, which a cross-encoder is fitted to as well and nobody else is."""
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
HEAD = """\
| threshold | of 100 that the documents answer: right | wrong | refused | of 100 others: refused | of 100 answers: wrong |
|--:|--:|--:|--:|--:|--:|"""


class Asked(NamedTuple):
    """A question about a community, and what came of it."""

    line: dict[str, Any]
    """Its line in the file of questions."""
    outcome: Outcome

    @property
    def confidence(self) -> float:
        """The confidence that its first highlight answers it."""
        return self.outcome.result.confidence

    @property
    def kind(self) -> str:
        """What members see: right (the first highlight is an answer), passage (another part of a quote is one), wrong or
        refused; for a question that has no answer, invented or declined.
        """
        question, quotes = self.outcome.question, self.outcome.quotes
        if not question.answerable:
            return "invented" if self.outcome.answered else "declined"
        if not self.outcome.answered:
            return "refused"
        if self.is_right:
            return "right"
        return "passage" if any(holds(quote.text, question) for quote in quotes) else "wrong"

    @property
    def is_right(self) -> bool:
        """Whether what is highlighted first is an answer in the document that has it, shown or not."""
        quotes, documents = self.outcome.quotes, self.outcome.question.documents
        return self.outcome.right and (
            documents is None or (bool(quotes) and quotes[0].citation.document_id in documents)
        )


def communities(folder: Path) -> list[Path]:
    """Return the folders of the communities in a folder."""
    return sorted(path.parent for path in folder.glob("*/questions.jsonl"))


def question_files(community: Path) -> list[Path]:
    """Return the files of all questions about a community, plain and further ones among them."""
    files = (community / name for name in ("questions.jsonl", PLAIN, FURTHER))
    return [file for file in files if file.exists()]


def question_lines(community: Path) -> list[dict[str, Any]]:
    """Return the lines of all questions about a community."""
    return [line for file in question_files(community) for line in read_lines(file)]


def asked(community: Path, work: Path, encoder: Literal["off"] | None = "off") -> Iterator[Asked]:
    """Ask every question about a community; its index is kept in the folder `work`."""
    knowledge_base = KnowledgeBase(community / "docs", work / community.name, encoder=encoder)
    knowledge_base.refresh()
    knowledge_base.encode()
    lines = {str(line["id"]): line for line in read_lines(community / "questions.jsonl")}
    questions = resolve(read([community / "questions.jsonl"], []), knowledge_base.index(), _refuse)
    for outcome in ask(knowledge_base.answerer(), questions):
        yield Asked(lines[outcome.question.id], outcome)


def _refuse(warning: str) -> None:
    raise SystemExit(warning)


def figures(everything: Sequence[Asked]) -> str:
    """Return what came of all questions, with 95 % intervals, and the share answered right by kind, style and language."""
    answerable = np.array([one.outcome.question.answerable for one in everything])
    right = np.array([one.is_right for one in everything])
    near = np.array([bool(one.line.get("near")) for one in everything]) & ~answerable
    confidence = [one.confidence for one in everything]
    kinds = np.array([one.kind for one in everything])
    statistics = {
        "right": mean(kinds == "right", answerable),
        "right passage, another sentence highlighted": mean(kinds == "passage", answerable),
        "wrong": mean(kinds == "wrong", answerable),
        "near questions refused": mean(kinds == "declined", near),
        "far questions refused": mean(kinds == "declined", ~answerable & ~near),
        "right sentence first, refused or not": mean(right, answerable),
        "AUROC of right against all else": auroc(confidence, right, ~right),
        "calibration error": calibration_error(confidence, right),
    }
    sampled = bootstrap(statistics, len(everything))
    lines = ["| | |", "|---|--:|", f"| questions with an answer | {answerable.sum():,} |"]
    for name, values in sampled.items():
        found = figure(values)
        if found.value is not None and found.low is not None and found.high is not None:
            lines.append(f"| {name} | {found.value:.3f} ({found.low:.2f} to {found.high:.2f}) |")
    lengths = [
        sum(end - start for start, end in one.outcome.quotes[0].highlights)
        for one in everything
        if one.outcome.answered and one.outcome.question.answerable
    ]
    lines.append(f"| characters of a highlight, median | {np.median(lengths or [0]):.0f} |")
    for key in ("kind", "style", "lang"):
        lines += _shares(everything, key)
    return "\n".join(lines)


def _shares(everything: Sequence[Asked], key: str) -> Iterator[str]:
    """Yield a line for each value of a key: how many questions have it, and what share of them is answered right."""
    own = [one for one in everything if one.outcome.question.answerable]
    for value in sorted({str(one.line[key]) for one in own}):
        among = [one.kind == "right" for one in own if one.line[key] == value]
        yield f"| {key} {value}, of {len(among)}: right | {np.mean(among):.2f} |"


def thresholds(everything: Sequence[Asked]) -> str:
    """Return what comes of the questions under each threshold."""
    return "\n".join([HEAD, *(_row(everything, threshold) for threshold in THRESHOLDS)])


def _row(everything: Sequence[Asked], threshold: float) -> str:
    answerable = [one for one in everything if one.outcome.question.answerable]
    others = [one for one in everything if not one.outcome.question.answerable]
    shown = [one for one in everything if one.confidence >= threshold]
    right = [one for one in shown if one.is_right]
    wrong = [one for one in shown if one.outcome.question.answerable and not one.is_right]
    shares = (
        len(right) / len(answerable),
        len(wrong) / len(answerable),
        1 - (len(right) + len(wrong)) / len(answerable),
        float(np.mean([one.confidence < threshold for one in others])) if others else 0.0,
        1 - len(right) / len(shown) if shown else 0.0,
    )
    return f"| {threshold} | " + " | ".join(f"{100 * share:.0f}" for share in shares) + " |"


def wrong(everything: Iterable[Asked]) -> str:
    """Return what went wrong, a question a line: what came of it, how sure that was, and what was highlighted."""
    lines = []
    for one in everything:
        if one.kind not in ("right", "declined"):
            quotes = one.outcome.quotes[:1]
            marked = " … ".join(quote.text[start:end] for quote in quotes for start, end in quote.highlights)
            lines.append(
                f"{one.kind} {one.confidence:.2f} {one.line['id']} {one.outcome.question.text!r}: {marked!r}"
            )
    return "\n".join(lines)


def main() -> None:
    """Ask everything, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=OWN, metavar="FOLDER")
    parser.add_argument("--encoder", action="store_true", help="compare meanings, too")
    parser.add_argument("--wrong", action="store_true", help="list what went wrong, as well")
    options = parser.parse_args()
    everything: list[Asked] = []
    folders = communities(options.folder)
    with tempfile.TemporaryDirectory() as work, progress() as report:
        for done, community in enumerate(folders):
            report(Progress(step="asking", done=done, total=len(folders)))
            everything += asked(community, Path(work), None if options.encoder else "off")
    print(f"At the default threshold, {AnswerOptions().min_confidence}:\n\n{figures(everything)}\n")
    print(thresholds(everything))
    if options.wrong:
        print(f"\n{wrong(everything)}")


if __name__ == "__main__":
    main()
