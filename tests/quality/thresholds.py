"""What a threshold does: the same labelled questions under each, as a Markdown table.

    python -m tests.quality.thresholds FOLDER [--encoder]

FOLDER holds a folder a community, each with docs/ and questions.jsonl. Every answer that is not the right one counts as wrong,
also where its passage holds the answer and another sentence is highlighted.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from chipbot.model import AnswerOptions
from chipbot.ops.evaluation import Outcome, ask, read, resolve
from chipbot.service.knowledge_base import KnowledgeBase

THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
HEAD = """\
| threshold | of 100 that the documents answer: right | wrong | refused | of 100 others: refused | of 100 answers: wrong |
|--:|--:|--:|--:|--:|--:|"""


def outcomes(community: Path, work: Path, encoder: Literal["off"] | None) -> Iterator[tuple[float, Outcome]]:
    """Yield what comes of each question of a community under each threshold."""
    knowledge_base = KnowledgeBase(community / "docs", work / community.name, encoder=encoder)
    knowledge_base.refresh()
    knowledge_base.encode()
    questions = resolve(read([community / "questions.jsonl"], []), knowledge_base.index(), lambda _: None)
    for threshold in THRESHOLDS:
        options = AnswerOptions(min_confidence=threshold)
        for outcome in ask(knowledge_base.answerer(), questions, options):
            yield threshold, outcome


def kind(outcome: Outcome) -> str:
    """Return what became of a question."""
    if not outcome.question.answerable:
        return "invented" if outcome.answered else "declined"
    return "refused" if not outcome.answered else "right" if outcome.right else "wrong"


def row(threshold: float, counted: Counter[str]) -> str:
    """Return a threshold's row."""
    answerable = counted["right"] + counted["wrong"] + counted["refused"]
    others = counted["invented"] + counted["declined"]
    shown = counted["right"] + counted["wrong"] + counted["invented"]
    shares = (
        *(counted[name] / answerable for name in ("right", "wrong", "refused")),
        counted["declined"] / others,
        (shown - counted["right"]) / shown,
    )
    return f"| {threshold} | " + " | ".join(f"{100 * share:.0f}" for share in shares) + " |"


def main() -> None:
    """Ask everything, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--encoder", action="store_true", help="compare meanings, too")
    options = parser.parse_args()
    counts = {threshold: Counter[str]() for threshold in THRESHOLDS}
    with tempfile.TemporaryDirectory() as work:
        for community in sorted(path.parent for path in options.folder.glob("*/questions.jsonl")):
            for threshold, outcome in outcomes(community, Path(work), None if options.encoder else "off"):
                counts[threshold][kind(outcome)] += 1
    print("\n".join([HEAD, *(row(threshold, counted) for threshold, counted in counts.items())]))


if __name__ == "__main__":
    main()
