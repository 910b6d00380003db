"""Fits the adapter that fits the encoder's vectors to questions: src/chipbot/retrieval/bi_encoder.safetensors.

    python -m tests.quality.bi_encoder DATA_DIR [--further] [--write]

The model was made to find texts that mean the same. A question and the sentence that answers it do not: here it learns to
bring them together, each question nearer to its own answer than to what else stands beside it. It is fitted to the
project's own English communities, none of those apart, and to a part of squad20-dev.

Ranking and confidence, fitted to vectors that have learned the same questions, would trust vectors too much. So two more
adapters are fitted for tests.quality.train, each to every other community, and only the first of them to squad20-dev: a
community is asked with the one that has not seen it, and squad20-dev with the second
(tests/quality/bi_encoder_0.safetensors and …_1); learned.json says who has learned what.

With --further, each goes once over everything from where it stands, and what is new is dealt to the halves.

Needs the package torch, and an hour of two cores, or 20 minutes with --further. Prints how often the nearest sentence is
right in the communities of DATA_DIR, in those apart, and in chunkeval, before and after.
"""

from __future__ import annotations

import argparse
import math
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from tests.quality.communities import OWN, communities, question_files
from tests.quality.comparing import (
    HALVES,
    OTHERS,
    Comparing,
    add_vectors,
    comparing_with,
    learned,
    record_learned,
)
from tests.quality.examples import COMMUNITY, example_of, searched
from tests.quality.network import Network

from chipbot.answering.snippets import highlighted_sentences
from chipbot.cli.progress import progress
from chipbot.model import Progress
from chipbot.ops.evaluation import read, resolve
from chipbot.retrieval.encoder import VOCABULARY
from chipbot.retrieval.encoder_model import FITTED
from chipbot.retrieval.meaning import Meaning
from chipbot.retrieval.wordpiece import WordPiece

EPOCHS, BATCH = 3, 32  # how often each question is learned from, and how many at once
TOGETHER = 8  # of a batch are about one community, whose answers are all alike
WRONG = 2  # sentences of its own that each question must be farther from, beside those of the others
NEAREST, BEST = 10, 6  # of so many sentences that are nearest in meaning and that rank best
TEMPERATURE = 0.05
RATE = 3e-4
TOKENS = 64  # of a text that are read
SQUAD_SHARE = 0.5  # of squad20-dev's questions
SQUAD = ("squad20-dev", "xquad")
"""What a part of it teaches: the second set is about the same articles."""


class Learned(NamedTuple):
    """A question, and what is found for it as the encoder reads it."""

    group: str
    question: str
    texts: list[str]
    """All candidate sentences."""
    right: list[int]
    """Which of them answer it."""
    wrong: list[int]
    """Which are near and do not."""


def learned_from(folder: Path, work: Path, comparing: Comparing) -> Iterator[Learned]:
    """Yield what is found for each answered question about a set of documents, in a language that the encoder knows."""
    asked = searched(folder / "docs", work / folder.name, comparing)
    meaning = Meaning(asked.opened, comparing.encoder, comparing.store)
    for question in resolve(read(question_files(folder)), asked.opened, lambda _: None):
        example = example_of(asked.answerer, question, question.text, folder.name)
        ranking, target = example.ranking, example.hit & example.right
        if not question.answerable or ranking is None or not target.any():
            continue
        found = ranking.matches.candidates
        if found.similarities is None:
            continue
        right = np.flatnonzero(target).tolist()
        beside = {row for place in right for row in highlighted_sentences(ranking, place)}
        hard = [
            row
            for values, most in ((found.similarities, NEAREST), (ranking.scores, BEST))
            for row in [row for row in np.argsort(-values).tolist() if row not in beside][:most]
        ]
        texts = [text for passage in found.passages.tolist() for text in meaning.texts_of(passage)]
        yield Learned(folder.name, question.text, texts, right, list(dict.fromkeys(hard)))


class BiNetwork(Network):
    """Makes vectors of texts: the mean of its tokens', of length 1."""

    def __init__(self, model: Path) -> None:
        super().__init__(model)
        self._tokenizer = WordPiece.load(model / VOCABULARY)

    def fit(self, examples: Sequence[Learned], epochs: int) -> None:
        """Learn from all questions, so many times: of all sentences of a batch, a question's own is to be the nearest
        (van den Oord et al., 2018, "InfoNCE", https://arxiv.org/abs/1807.03748).
        """
        shuffled = random.Random(1)
        every = [batch for _ in range(epochs) for batch in batches(examples, shuffled)]
        optimizer, schedule = self.optimizer(
            [{"params": list(self.adapter.values()), "lr": RATE}], len(every)
        )
        with progress() as report:
            for step, batch in enumerate(every):
                report(Progress(step="asking", done=step, total=len(every)))
                self.step(optimizer, schedule, self._loss(batch, shuffled))

    def _loss(self, batch: Sequence[Learned], shuffled: random.Random) -> Any:
        own = [each.texts[shuffled.choice(each.right)] for each in batch]
        others = [
            each.texts[row]
            for each in batch
            for row in shuffled.sample(each.wrong, min(WRONG, len(each.wrong)))
        ]
        near = self._encode([each.question for each in batch], learning=True)
        near = near @ self._encode([*own, *others], learning=True).T / TEMPERATURE
        also = [{each.texts[row] for row in each.right} for each in batch]
        answers = self.torch.tensor(
            [
                [text in right and place != row for place, text in enumerate([*own, *others])]
                for row, right in enumerate(also)
            ]
        )
        own_places = self.torch.arange(len(batch))
        return self.functional.cross_entropy(near.masked_fill(answers, -math.inf), own_places)

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the vectors of texts, as it has learned; shape (N, D)."""
        with self.torch.no_grad():
            parts = [
                self._encode(texts[start : start + BATCH]).numpy() for start in range(0, len(texts), BATCH)
            ]
        return np.concatenate(parts)

    def _encode(self, texts: Sequence[str], *, learning: bool = False) -> Any:
        tokens = [self._tokenizer.encode(text, TOKENS) for text in texts]
        x, is_token = self.vectors(tokens, learning=learning)
        return self.functional.normalize((x.float() * is_token[:, :, None]).sum(1), dim=-1)


def batches(examples: Sequence[Learned], shuffled: random.Random) -> list[list[Learned]]:
    """Return all examples once, in batches of which some are of one group each."""
    groups: dict[str, list[Learned]] = {}
    for example in examples:
        groups.setdefault(example.group, []).append(example)
    few: list[list[Learned]] = []
    for group in groups.values():
        shuffled.shuffle(group)
        few += [group[start : start + TOGETHER] for start in range(0, len(group), TOGETHER)]
    shuffled.shuffle(few)
    at_once = BATCH // TOGETHER
    return [
        [example for part in few[start : start + at_once] for example in part]
        for start in range(0, len(few), at_once)
    ]


def nearest_is_right(network: BiNetwork, examples: Sequence[Learned]) -> float:
    """Return how often the nearest sentence is right."""
    texts = list(dict.fromkeys(text for example in examples for text in example.texts))
    texts.sort(key=len)
    places = {text: place for place, text in enumerate(texts)}
    vectors = network.encode(texts)
    questions = network.encode([example.question for example in examples])
    nearest = (
        int((vectors[[places[text] for text in example.texts]] @ question).argmax())
        for example, question in zip(examples, questions, strict=True)
    )
    return float(np.mean([row in example.right for row, example in zip(nearest, examples, strict=True)]))


def dealt_to(names: Sequence[str], before: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """Return what the adapter that runs learns from, and each half: what it has learned from before, and its share of what
    is new to both.
    """
    halves = [before.get(file.stem, frozenset()) for file in HALVES]
    new = [name for name in names if not any(name in half for half in halves)]
    shares = [{*half, *new[number :: len(HALVES)]} for number, half in enumerate(halves)]
    return [list(names), *([name for name in names if name in share] for share in shares)]


def main() -> None:
    parser = argparse.ArgumentParser(description="Fits the adapter of the bi-encoder.")
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument(
        "--write", action="store_true", help=f"put it into {FITTED.bi_encoder}, and its halves beside"
    )
    parser.add_argument(
        "--further", action="store_true", help="learn on, once, from the adapters that are there"
    )
    add_vectors(parser)
    options = parser.parse_args()
    comparing = comparing_with(options.vectors / "as published", None)
    if comparing is None:
        parser.error("no encoder is installed: `chipbot encoder install`")
    with tempfile.TemporaryDirectory() as work:
        own = [list(learned_from(folder, Path(work) / "own", comparing)) for folder in communities(OWN)]
        squad = list(learned_from(options.data / "squad20-dev", Path(work), comparing))
        judged = {
            title: [one for folder in folders for one in learned_from(folder, Path(work) / title, comparing)]
            for title, folders in (
                ("given", communities(options.data / COMMUNITY)),
                ("apart", communities(OWN / "apart")),
                ("chunkeval", [options.data / "chunkeval"]),
            )
        }
    squad = random.Random(1).sample(squad, round(SQUAD_SHARE * len(squad)))
    folder = comparing.encoder.model.folder
    published = BiNetwork(folder)
    as_published = {title: nearest_is_right(published, found) for title, found in judged.items()}
    known = learned()
    shares = dealt_to([found[0].group for found in own if found], known if options.further else {})
    for file, sets in zip((FITTED.bi_encoder, *HALVES), shares, strict=True):
        network = BiNetwork(folder)
        if options.further:
            network.load(file)
        parts = [found for found in own if found and found[0].group in sets]
        parts += [squad] if file != OTHERS else []
        known[file.stem] = frozenset([*sets, *(SQUAD if file != OTHERS else ())])
        network.fit([each for found in parts for each in found], 1 if options.further else EPOCHS)
        for title, found in judged.items():
            print(
                f"{file.stem} {title}: {as_published[title]:.3f} → {nearest_is_right(network, found):.3f}",
                flush=True,
            )
        if options.write:
            network.save(file)
            record_learned(known)


if __name__ == "__main__":
    main()
