"""Fits the adapter that makes a cross-encoder of the encoder's model: src/chipbot/retrieval/cross_encoder.safetensors.

    python -m tests.quality.cross_encoder DATA_DIR [--write]

Needs the package torch, which nothing else takes, and an hour of two cores. It is fitted to the project's own English
communities, their plain and further questions among them, but to none of those apart, and to squad20-dev. Prints, for the
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
from safetensors.numpy import save_file
from tests.quality.communities import FURTHER, OWN, PLAIN, communities
from tests.quality.examples import COMMUNITY, Comparing, Example, example_of, searched
from tests.quality.terse import read_lines
from tests.quality.train import add_vectors, comparing_with

from chipbot.answering.confidence import closeness
from chipbot.answering.snippets import highlight_spans, highlighted_sentences
from chipbot.cli.progress import progress
from chipbot.model import Progress
from chipbot.ops.evaluation import read, resolve
from chipbot.ops.evaluation.statistics import auroc
from chipbot.retrieval.cross_encoder import encode_pair
from chipbot.retrieval.encoder import VOCABULARY, WEIGHTS
from chipbot.retrieval.encoder_model import ADAPTER
from chipbot.retrieval.wordpiece import WordPiece

RANK = 16
"""The narrow side of the matrices that change a layer."""
EPOCHS, BATCH = 3, 32  # how often each pair is read, and how many at once
SORTED = 50  # of so many batches, pairs of about one length come together
RATE, HEAD_RATE, WARM_UP = 5e-4, 1e-3, 0.06
DROPOUT, DECAY = 0.1, 0.01
WRONG_IMPORTANCE = 0.7  # of one beside a right one, where there is a right one
SCALE, OFFSET = 0.45, 0.9
"""What its log-odds count beside the confidence's own, since both say much the same; and what is added where it says
neither yes nor no: with it seven in eight near questions of communities are refused."""
LAYERS, HEADS = 6, 12
LINEAR = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


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
    files = [folder / name for name in ("questions.jsonl", PLAIN, FURTHER) if (folder / name).exists()]
    far = {str(line["id"]) for file in files for line in read_lines(file) if line.get("near") is False}
    questions = read(files)
    for question in resolve(questions, asked.opened, lambda _: None):
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


class Network:
    """The encoder's model in torch, with an adapter that learns; the model itself stays as it is."""

    def __init__(self, model: Path) -> None:
        self._torch: Any = import_module("torch")
        self._functional: Any = import_module("torch.nn.functional")
        self._torch.manual_seed(1)
        tensors = import_module("safetensors.torch").load_file(model / WEIGHTS)
        self._model = {name.removeprefix("bert."): value.float() for name, value in tensors.items()}
        self._rounded = {name: value.bfloat16() for name, value in self._model.items()}
        self.adapter = {
            "embeddings.token_type_embeddings.weight": self._model[
                "embeddings.token_type_embeddings.weight"
            ].clone()
        }
        for layer in range(LAYERS):
            for name in (f"encoder.layer.{layer}.{name}" for name in LINEAR):
                out, inside = self._model[f"{name}.weight"].shape
                self.adapter[f"{name}.down"] = self._torch.randn(RANK, inside) / math.sqrt(inside)
                self.adapter[f"{name}.up"] = self._torch.zeros(out, RANK)
        size = self._model["embeddings.LayerNorm.bias"].shape[0]
        self.head = {
            "head.weight": self._torch.randn(1, size) / math.sqrt(size),
            "head.bias": self._torch.zeros(1),
        }
        for parameter in (*self.adapter.values(), *self.head.values()):
            parameter.requires_grad_()

    def load(self, file: Path) -> None:
        """Take what was learned before."""
        learned = import_module("safetensors.torch").load_file(file)
        for parameters in (self.adapter, self.head):
            parameters.update({name: learned[name].float() for name in parameters})

    def fit(self, pairs: Sequence[Pair]) -> None:
        """Read all pairs several times, and learn."""
        groups = [
            {"params": list(self.adapter.values()), "lr": RATE},
            {"params": list(self.head.values()), "lr": HEAD_RATE},
        ]
        optimizer = self._torch.optim.AdamW(groups, weight_decay=DECAY)
        steps = EPOCHS * math.ceil(len(pairs) / BATCH)
        warm = WARM_UP * steps
        schedule = self._torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))
        )
        shuffled = random.Random(1)
        with progress() as report:
            every = (batch for _ in range(EPOCHS) for batch in batches(pairs, shuffled))
            for step, batch in enumerate(every):
                report(Progress(step="asking", done=step, total=steps))
                right = self._torch.tensor([float(pair.right) for pair in batch])
                importance = self._torch.tensor([pair.importance for pair in batch])
                odds = self._odds(batch, self._rounded, DROPOUT)
                loss = self._functional.binary_cross_entropy_with_logits(odds, right, importance)
                optimizer.zero_grad()
                loss.backward()
                self._torch.nn.utils.clip_grad_norm_(groups[0]["params"], 1.0)
                optimizer.step()
                schedule.step()

    def odds(self, pairs: Sequence[Pair]) -> npt.NDArray[np.float64]:
        """Return the log-odds that each text answers its question, as it has learned."""
        with self._torch.no_grad():
            parts = [
                self._odds(pairs[start : start + BATCH], self._model).numpy()
                for start in range(0, len(pairs), BATCH)
            ]
        return np.concatenate(parts).astype(float)

    def _odds(self, pairs: Sequence[Pair], model: Mapping[str, Any], dropout: float = 0.0) -> Any:
        longest = max(len(pair.tokens) for pair in pairs)
        ids = self._torch.zeros(len(pairs), longest, dtype=self._torch.long)
        second, is_token = self._torch.zeros_like(ids), self._torch.zeros_like(ids, dtype=self._torch.bool)
        for row, pair in enumerate(pairs):
            ids[row, : len(pair.tokens)] = self._torch.tensor(pair.tokens)
            second[row, pair.second : len(pair.tokens)] = 1
            is_token[row, : len(pair.tokens)] = True
        return self._forward(ids, second, is_token, model, dropout)

    def _forward(self, ids: Any, second: Any, is_token: Any, model: Mapping[str, Any], dropout: float) -> Any:
        f: Any = self._functional
        batch, length = ids.shape
        embeddings = model["embeddings.word_embeddings.weight"]
        adapter = {name: value.to(embeddings.dtype) for name, value in self.adapter.items()}

        def norm(x: Any, name: str) -> Any:
            return f.layer_norm(x, x.shape[-1:], model[f"{name}.weight"], model[f"{name}.bias"], 1e-12)

        def linear(x: Any, name: str) -> Any:
            y = f.linear(x, model[f"{name}.weight"], model[f"{name}.bias"])
            return y + x @ adapter[f"{name}.down"].T @ adapter[f"{name}.up"].T

        x = f.embedding(ids, embeddings)
        x = x + model["embeddings.position_embeddings.weight"][:length]
        x = x + f.embedding(second, adapter["embeddings.token_type_embeddings.weight"])
        x = norm(x, "embeddings.LayerNorm")
        for layer in (f"encoder.layer.{number}." for number in range(LAYERS)):
            heads = [
                linear(x, f"{layer}attention.self.{part}").view(batch, length, HEADS, -1).transpose(1, 2)
                for part in ("query", "key", "value")
            ]
            query, key, value = heads  # written out: torch's own function takes half of a step to learn from
            near = query @ key.transpose(2, 3) / math.sqrt(query.shape[-1])
            near = near.masked_fill(~is_token[:, None, None, :], -math.inf).softmax(-1)
            attended = linear(
                (near @ value).transpose(1, 2).reshape(x.shape), f"{layer}attention.output.dense"
            )
            x = norm(x + f.dropout(attended, dropout), f"{layer}attention.output.LayerNorm")
            inner = linear(f.gelu(linear(x, f"{layer}intermediate.dense")), f"{layer}output.dense")
            x = norm(x + f.dropout(inner, dropout), f"{layer}output.LayerNorm")
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
    parser.add_argument("--write", action="store_true", help=f"put it into {ADAPTER}")
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
    network = Network(comparing.encoder.model.folder)
    network.fit(pairs)
    odds = {title: network.odds([first.pair for first in firsts]) for title, firsts in judged.items()}
    for title, firsts in judged.items():
        print(f"{title}: {_figures(firsts, SCALE * odds[title] + OFFSET)}")
    if options.write:
        learned = {name: value.detach().numpy() for name, value in network.adapter.items()}
        head = {name: value.detach().numpy() * SCALE for name, value in network.head.items()}
        head["head.bias"] += OFFSET
        save_file({name: value.astype(np.float16) for name, value in (learned | head).items()}, ADAPTER)


if __name__ == "__main__":
    main()
