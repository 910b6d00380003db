"""Measures follow-up questions: with what was asked before, without it, and joined to it by brute force.

    python -m tests.quality.converse DATA_DIR [--json]

asks the turns of conversations.jsonl, each exchange over the documents of its set: DATA_DIR/SET/docs, or the
shipped document; and questions of the sets (DATA_DIR/SET/questions.jsonl) and foreign ones (DATA_DIR/*.jsonl)
after one that has nothing to do with them. Always with default settings, whatever the environment says.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from tests.quality.terse import SEED, read_lines

from chipbot.answering.pipeline import Answerer
from chipbot.model import Answer
from chipbot.ops.evaluation import Figure
from chipbot.ops.evaluation.statistics import bootstrap, figure, mean
from chipbot.service.knowledge_base import KnowledgeBase

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("conversations.jsonl")
SEED_SET = "seed"
KINDS = {
    "first": "first question",
    "leans": "depends on the history",
    "alone": "stands alone",
    "unanswerable": "unanswerable",
    "unrelated": "of a set, after another of its questions",
    "foreign": "out of domain, after a question of a set",
}
"""A turn's kind → in words; the last two are no part of an exchange."""
PAIRS = 1_000
"""How many questions of each set are asked after another one, and how many out-of-domain ones."""
MORE = "wrongly answered, more"
"""What a way of asking adds to the share that is wrongly answered without the history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question of an exchange with its label."""

    question: str
    """As a member would ask it."""
    kind: str
    """One of KINDS."""
    answers: tuple[str, ...]
    """Texts of which each is a right answer; none where it should be refused."""
    document: str
    """The id of the document that has them, without the suffix; empty where none has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Questions that one member asks, one after the other."""

    id: str
    """What tells it apart."""
    set: str
    """Whose documents it is about."""
    turns: tuple[Turn, ...]
    """Its questions; the first one stands alone."""
    held_out: bool
    """Whether it was written after the rules, which must not be fitted to it."""


class Score(NamedTuple):
    """What came of one turn."""

    hit: bool
    """The first passage is of the right document and holds an answer, whether it was shown or not."""
    sentence: bool
    """Its highlighted sentence holds one."""
    answered: bool
    """There was an answer."""

    @property
    def right(self) -> bool:
        """It was answered, and the first highlighted sentence was right."""
        return self.answered and self.sentence

    @property
    def wrong(self) -> bool:
        """It was answered, and that sentence was not right."""
        return self.answered and not self.sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One turn, asked in every way."""

    exchange: Exchange
    """What it is a part of."""
    turn: Turn
    """The turn."""
    before: tuple[str, ...]
    """The questions before it."""
    scores: dict[str, Score]
    """Way of asking → what came of it."""

    @property
    def went_well(self) -> bool:
        """With its context it was answered right, or refused where it should be."""
        found = self.scores["with"]
        return found.right if self.turn.answers else not found.answered


FIGURES: dict[str, Callable[[Score], bool]] = {
    "hit@1": lambda score: score.hit,
    "sentence@1": lambda score: score.sentence,
    "answered": lambda score: score.answered,
    "answered right": lambda score: score.right,
    "wrongly answered": lambda score: score.wrong,
}
WAYS: dict[str, Callable[[str, tuple[str, ...]], tuple[str, tuple[str, ...]]]] = {
    "with": lambda question, before: (question, before),
    "without": lambda question, _: (question, ()),
    "joined": lambda question, before: (" ".join((*before, question)), ()),
}
"""Way of asking → the question and the context that the answerer gets."""


def read(file: Path = FILE) -> list[Exchange]:
    """Read the exchanges."""
    exchanges = []
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        turns = tuple(_turn(turn, turn["kind"]) for turn in row["turns"])
        exchanges.append(
            Exchange(id=row["id"], set=row["set"], turns=turns, held_out=row.get("held_out", False))
        )
    return exchanges


def score(answerer: Answerer, turn: Turn, before: tuple[str, ...], way: str) -> Score:
    """Ask one turn after the questions `before` it, and see what comes of it."""
    question, context = WAYS[way](turn.question, before)
    result = answerer.answer(question, history=context)
    answered = isinstance(result, Answer)
    quotes = result.quotes if isinstance(result, Answer) else result.rejected
    if not quotes or not turn.answers:
        return Score(hit=False, sentence=False, answered=answered)
    first = quotes[0]
    found = first.citation.document_id.rpartition(".")[0] == turn.document
    highlighted = [first.text[start:end] for start, end in first.highlights]
    return Score(
        hit=found and any(answer in first.text for answer in turn.answers),
        sentence=found and any(answer in text for answer in turn.answers for text in highlighted),
        answered=answered,
    )


def ask(answerer: Answerer, exchanges: Iterable[Exchange]) -> list[Asked]:
    """Ask every turn of the exchanges in every way."""
    asked = []
    for exchange in exchanges:
        for place, turn in enumerate(exchange.turns):
            before = tuple(earlier.question for earlier in exchange.turns[:place])
            scores = {way: score(answerer, turn, before, way) for way in WAYS}
            asked.append(Asked(exchange=exchange, turn=turn, before=before, scores=scores))
    return asked


def summarise(asked: Sequence[Asked]) -> dict[str, dict[str, dict[str, Figure]]]:
    """Return kind → way → figure → its value with its interval, over the turns of that kind."""
    kinds = {one.turn.kind for one in asked}
    return {
        kind: _figures([one.scores for one in asked if one.turn.kind == kind])
        for kind in KINDS
        if kind in kinds
    }


def _figures(scores: Sequence[dict[str, Score]]) -> dict[str, dict[str, Figure]]:
    among = [True] * len(scores)
    statistics = {
        f"{way} {name}": mean([of(one[way]) for one in scores], among)
        for way in WAYS
        for name, of in FIGURES.items()
    }
    for way in WAYS:
        statistics[f"{way} {MORE}"] = mean([one[way].wrong - one["without"].wrong for one in scores], among)
    values = bootstrap(statistics, len(scores))
    return {way: {name: figure(values[f"{way} {name}"]) for name in (*FIGURES, MORE)} for way in WAYS}


def table(summary: dict[str, dict[str, dict[str, Figure]]], counts: dict[str, int]) -> str:
    """Return the summary as a Markdown table."""
    lines = [
        f"| turns | history | {' | '.join((*FIGURES, MORE))} |",
        "|---|---|" + "--:|" * (len(FIGURES) + 1),
    ]
    for kind, ways in summary.items():
        for way, figures in ways.items():
            if kind == "first" and way != "without":
                continue  # there is nothing before it
            cells = [_cell(kind, name, figures[name]) for name in (*FIGURES, MORE)]
            lines.append(f"| {counts[kind]} {KINDS[kind]} | {way} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(kind: str, name: str, value: Figure) -> str:
    if value.value is None or value.low is None or value.high is None:
        return "–"
    if kind in ("unanswerable", "foreign") and name in ("hit@1", "sentence@1", "answered right"):
        return "–"
    return f"{value.value:.2f} ({value.low:.2f}–{value.high:.2f})"


def pairs(folder: Path, foreign: Sequence[Path]) -> list[Exchange]:
    """Return pairs of questions that have nothing to do with each other: one of the set, then another or a
    foreign one.
    """
    dice = random.Random(SEED)
    lines = [
        line
        for line in read_lines(folder / "questions.jsonl")
        if line.get("answerable", True) and line["answers"]
    ]
    before: dict[str, list[str]] = {}
    for line in lines:
        before.setdefault(line.get("lang", ""), []).append(line["question"])
    sample = dice.sample(lines, min(PAIRS, len(lines)))
    follow_ups = [(dice.choice(before[line.get("lang", "")]), _turn(line, "unrelated")) for line in sample]
    strange = [line | {"answers": []} for file in foreign for line in read_lines(file)]
    sample = dice.sample(strange, min(PAIRS, len(strange)))
    follow_ups += [(dice.choice(lines)["question"], _turn(line, "foreign")) for line in sample]
    return [
        Exchange(
            id=f"{folder.name}-pair-{number}",
            set=folder.name,
            turns=(Turn(question=first, kind="first", answers=(), document=""), turn),
            held_out=False,
        )
        for number, (first, turn) in enumerate(follow_ups, 1)
    ]


def _turn(row: dict[str, Any], kind: str) -> Turn:
    return Turn(
        question=row["question"], kind=kind, answers=tuple(row["answers"]), document=row.get("doc_id", "")
    )


def measure(data: Path | None, work: Path) -> list[Asked]:
    """Ask all exchanges, or only those about the shipped document where there are no `data`; indexes go into
    `work`.
    """
    exchanges = [exchange for exchange in read() if data or exchange.set == SEED_SET]
    asked: list[Asked] = []
    for name in dict.fromkeys(exchange.set for exchange in exchanges):
        folder = ROOT / "seeds" if name == SEED_SET or data is None else data / name / "docs"
        knowledge_base = KnowledgeBase(folder, work / name)
        knowledge_base.refresh()
        asked += ask(knowledge_base.answerer(), [exchange for exchange in exchanges if exchange.set == name])
        if data and name != SEED_SET:
            foreign = (
                sorted(data.glob("*.jsonl")) if name == "squad20-dev" else []
            )  # in the language of that set
            asked += [
                one for one in ask(knowledge_base.answerer(), pairs(data / name, foreign)) if one.before
            ]
        print(f"{name}: asked", file=sys.stderr)
    return asked


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Measures follow-up questions with and without what was asked before."
    )
    parser.add_argument(
        "data",
        type=Path,
        nargs="?",
        metavar="DATA_DIR",
        help="the sets; without it only the shipped document",
    )
    parser.add_argument(
        "--held-out", action="store_true", help="only the exchanges that were written after the rules"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument(
        "--wrong", action="store_true", help="print the turns that went wrong with their context, too"
    )
    parser.add_argument(
        "--indexes",
        type=Path,
        metavar="FOLDER",
        help="where the indexes are kept; a temporary folder otherwise",
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        asked = measure(options.data, options.indexes or Path(work))
    asked = [one for one in asked if one.exchange.held_out or not options.held_out]
    summary = summarise(asked)
    if options.wrong:
        for one in asked:
            if not one.went_well and one.turn.kind not in ("unrelated", "foreign"):
                print(
                    f"{one.exchange.id}: {' → '.join((*one.before, one.turn.question))}  {one.scores['with']}"
                )
    if options.json:
        objects = {
            kind: {
                way: {name: value._asdict() for name, value in figures.items()}
                for way, figures in ways.items()
            }
            for kind, ways in summary.items()
        }
        print(json.dumps(objects, ensure_ascii=False, indent=2))
    else:
        print(table(summary, {kind: sum(one.turn.kind == kind for one in asked) for kind in KINDS}))


if __name__ == "__main__":
    main()
