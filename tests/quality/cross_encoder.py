"""Fits the adapter that makes a cross-encoder of the encoder's model: src/chipbot/retrieval/cross_encoder.safetensors.

    python -m tests.quality.cross_encoder DATA_DIR [--further] [--write]

Needs the package torch, which nothing else takes, and an hour of two cores. It is fitted to the project's own English
communities, their plain and further questions among them, but to none of those apart, and to squad20-dev. With --further, it
goes once over everything from where it stands. Prints, for the
communities in DATA_DIR and for those apart, how often a right first sentence has more confidence than a near question's,
without it and with it.
"""

from __future__ import annotations

import argparse
import math
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from tests.quality.communities import OWN, communities, question_files, question_lines
from tests.quality.comparing import Comparing, add_vectors, comparing_with
from tests.quality.examples import COMMUNITY, Example, example_of, searched
from tests.quality.network import Network

from chipbot.answering.confidence import closeness
from chipbot.answering.snippets import highlight_spans, highlighted_sentences
from chipbot.cli.progress import progress
from chipbot.model import Progress
from chipbot.ops.evaluation import read, resolve
from chipbot.ops.evaluation.statistics import auroc
from chipbot.retrieval.cross_encoder import encode_pair
from chipbot.retrieval.encoder import VOCABULARY
from chipbot.retrieval.encoder_model import FITTED
from chipbot.retrieval.wordpiece import WordPiece

EPOCHS, BATCH = 3, 32  # how often each pair is read, and how many at once
SORTED = 50  # of so many batches, pairs of about one length come together
RATE, HEAD_RATE = 5e-4, 1e-3
WRONG_IMPORTANCE = 0.7  # of one beside a right one, where there is a right one
SCALE, OFFSET = 0.4, 0.9
"""What its log-odds count beside the confidence's own, since both say much the same; and what is added where it says
neither yes nor no: with it four in five near questions of the communities given are refused."""


class Pair(NamedTuple):
    """A question and a sentence, as they are read together."""

    tokens: list[int]
    second: int
    """Where the sentence's tokens begin."""
    right: bool
    importance: float


class First(NamedTuple):
    """A question's first sentence, as members get it."""

    pair: Pair
    is_near: bool
    """Whether the question is near the documents' subjects, and they do not answer it."""
    confidence: float
    """Its log-odds by the trees alone."""


class Found(NamedTuple):
    """A question with what was found for it, and the sentences as they are read."""

    example: Example
    question: str
    sentences: list[str]
    """The best-ranked ones and the right ones, best first."""
    right: list[bool]
    """Which of them are right, with what is highlighted beside them."""


def found_in(folder: Path, work: Path, comparing: Comparing) -> Iterator[Found]:
    """Yield what is found for each question of a set whose first sentence's meaning was compared, but for far ones."""
    asked = searched(folder / "docs", work / folder.name, comparing)
    far = {str(line["id"]) for line in question_lines(folder) if line.get("near") is False}
    for question in resolve(read(question_files(folder)), asked.opened, lambda _: None):
        example = example_of(asked.answerer, question, question.text, folder.name)
        example = example._replace(answerable=question.answerable)
        ranking = example.ranking
        if ranking is None or ranking.matches.candidates.similarities is None or question.id in far:
            continue
        order = np.argsort(-ranking.scores, kind="stable").tolist()
        target = example.hit & example.right & example.answerable
        rows = [row for place, row in enumerate(order) if place < 12 or target[row]]
        found = ranking.matches.candidates
        yield Found(
            example,
            question.text,
            [
                asked.answerer.retriever.passage(
                    int(found.passages[found.sentence_candidates[row]])
                ).in_context(highlight_spans(ranking, row))
                for row in rows
            ],
            [bool(target[highlighted_sentences(ranking, row)].any()) for row in rows],
        )


class Reader:
    """Makes pairs of texts."""

    def __init__(self, model: Path) -> None:
        self._tokenizer = WordPiece.load(model / VOCABULARY)

    def pair(self, question: str, text: str, *, right: bool, importance: float = 1.0) -> Pair:
        """Return a question and a text as the cross-encoder reads them."""
        return Pair(*encode_pair(self._tokenizer, question, text), right, importance)

    def pairs(self, found: Found, wrong: int, importance: float = 1.0) -> Iterator[Pair]:
        """Yield a right sentence of a question, where it has one, and some that are wrong."""
        if found.example.answerable and not any(found.right):
            return
        right = (text for text, is_right in zip(found.sentences, found.right, strict=True) if is_right)
        others = (text for text, is_right in zip(found.sentences, found.right, strict=True) if not is_right)
        for text in islice(right, 1):
            yield self.pair(found.question, text, right=True, importance=importance)
        importance *= WRONG_IMPORTANCE if found.example.answerable else 1.0
        for text in islice(others, wrong):
            yield self.pair(found.question, text, right=False, importance=importance)

    def first(self, found: Found) -> First:
        """Return the first sentence."""
        ranking = found.example.ranking
        if ranking is None:
            raise AssertionError("what is found has a ranking")
        odds = min(max(closeness(ranking), 1e-4), 1 - 1e-4)
        return First(
            self.pair(found.question, found.sentences[0], right=found.right[0]),
            not found.example.answerable,
            math.log(odds / (1 - odds)),
        )


class CrossNetwork(Network):
    """Reads pairs: of what the transformer says of the first token, a head makes one number."""

    def __init__(self, model: Path) -> None:
        super().__init__(model)
        self.head = {
            "head.weight": self.torch.randn(1, self.size) / math.sqrt(self.size),
            "head.bias": self.torch.zeros(1),
        }
        for parameter in self.head.values():
            parameter.requires_grad_()

    def load(self, file: Path) -> None:
        """Take what was learned before, head and all."""
        super().load(file)
        learned = import_module("safetensors.torch").load_file(file)
        self.head.update({name: learned[name].float().requires_grad_() for name in self.head})

    def fit(self, pairs: Sequence[Pair], epochs: int) -> None:
        """Read all pairs so many times, and learn."""
        steps = epochs * math.ceil(len(pairs) / BATCH)
        groups = [
            {"params": list(self.adapter.values()), "lr": RATE},
            {"params": list(self.head.values()), "lr": HEAD_RATE},
        ]
        optimizer, schedule = self.optimizer(groups, steps)
        shuffled = random.Random(1)
        with progress() as report:
            every = (batch for _ in range(epochs) for batch in batches(pairs, shuffled))
            for step, batch in enumerate(every):
                report(Progress(step="asking", done=step, total=steps))
                right = self.torch.tensor([float(pair.right) for pair in batch])
                importance = self.torch.tensor([pair.importance for pair in batch])
                odds = self._odds(batch, learning=True)
                loss = self.functional.binary_cross_entropy_with_logits(odds, right, importance)
                self.step(optimizer, schedule, loss)

    def odds(self, pairs: Sequence[Pair]) -> npt.NDArray[np.float64]:
        """Return the log-odds that each text answers its question, as it has learned."""
        with self.torch.no_grad():
            parts = [
                self._odds(pairs[start : start + BATCH]).numpy() for start in range(0, len(pairs), BATCH)
            ]
        return np.concatenate(parts).astype(float)

    def _odds(self, pairs: Sequence[Pair], *, learning: bool = False) -> Any:
        tokens, seconds = [pair.tokens for pair in pairs], [pair.second for pair in pairs]
        x, _ = self.vectors(tokens, seconds, learning=learning)
        return (x[:, 0].float() @ self.head["head.weight"].T + self.head["head.bias"])[:, 0]


def batches(pairs: Sequence[Pair], shuffled: random.Random) -> Iterator[list[Pair]]:
    """Yield all pairs once, in batches of about equal length."""
    order = list(range(len(pairs)))
    shuffled.shuffle(order)
    for start in range(0, len(order), BATCH * SORTED):
        part = sorted(
            (pairs[place] for place in order[start : start + BATCH * SORTED]),
            key=lambda pair: len(pair.tokens),
        )
        cut = [part[place : place + BATCH] for place in range(0, len(part), BATCH)]
        shuffled.shuffle(cut)
        yield from cut


def scaled(head: Mapping[str, Any], scale: float, offset: float) -> dict[str, Any]:
    """Return a head that says `scale` times what this one says, and `offset` more."""
    changed = {name: (value * scale).detach() for name, value in head.items()}
    changed["head.bias"] += offset
    return {name: value.requires_grad_() for name, value in changed.items()}


def _figures(firsts: Sequence[First], odds: npt.NDArray[np.float64]) -> str:
    """Return how often a right first sentence has more confidence than a near question's, and than all that is wrong."""
    confidence = np.array([first.confidence for first in firsts])
    right = np.array([first.pair.right for first in firsts])
    near = np.array([first.is_near for first in firsts])
    cells = []
    for name, others in (("near", near), ("all else", ~right)):
        before, after = (
            float(auroc(values.tolist(), right, others)(np.ones((1, len(firsts))))[0])
            for values in (confidence, confidence + odds)
        )
        cells.append(f"AUROC against {name} {before:.3f} → {after:.3f}")
    return ", ".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fits the adapter of the cross-encoder.")
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--write", action="store_true", help=f"put it into {FITTED.cross_encoder}")
    parser.add_argument(
        "--further", action="store_true", help="learn on, once, from the adapter that is there"
    )
    add_vectors(parser)
    options = parser.parse_args()
    comparing = comparing_with(options.vectors)
    if comparing is None:
        parser.error("no encoder is installed: `chipbot encoder install`")
    reader = Reader(comparing.encoder.model.folder)
    pairs: list[Pair] = []
    with tempfile.TemporaryDirectory() as work:
        squad = options.data / "squad20-dev"
        for folder, wrong, importance in [*((own, 3, 1.0) for own in communities(OWN)), (squad, 1, 0.6)]:
            for found in found_in(folder, Path(work) / "fitted", comparing):
                pairs += reader.pairs(found, wrong, importance)
        judged = {
            title: [
                reader.first(found)
                for folder in communities(collection)
                for found in found_in(folder, Path(work) / title, comparing)
            ]
            for title, collection in (("given", options.data / COMMUNITY), ("apart", OWN / "apart"))
        }
    network = CrossNetwork(comparing.encoder.model.folder)
    if options.further:
        network.load(FITTED.cross_encoder)
        network.head = scaled(network.head, 1 / SCALE, -OFFSET / SCALE)
    network.fit(pairs, 1 if options.further else EPOCHS)
    odds = {title: network.odds([first.pair for first in firsts]) for title, firsts in judged.items()}
    for title, firsts in judged.items():
        print(f"{title}: {_figures(firsts, SCALE * odds[title] + OFFSET)}")
    if options.write:
        network.save(FITTED.cross_encoder, scaled(network.head, SCALE, OFFSET))


if __name__ == "__main__":
    main()
