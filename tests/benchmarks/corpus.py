"""Texts to measure on: the same every time, with the statistics of natural language, in any amount."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chipbot.text.tokenizer import analyzer

VOCABULARY = 300_000
SHIFT, EXPONENT = 2.7, 1.07
"""Zipf-Mandelbrot (Mandelbrot, 1953): the word of rank r has a frequency proportional to 1 / (r + SHIFT) **
EXPONENT.
"""
MEAN, SPREAD = 80, 0.5
"""Lengths of passages, in words: log-normal with this mean, and this standard deviation of the logarithm."""
SENTENCE = 16  # words
PER_DOCUMENT = 10  # passages
QUESTIONS = 1000
_SYLLABLES = [
    a + b for a in "b c d f g h k l m n p r s t v w z ch st tr".split() for b in "a e i o u an er or".split()
]


class Corpus(NamedTuple):
    """Passages as word numbers."""

    words: npt.NDArray[np.int32]
    """The words of all passages, one after the other."""
    offsets: npt.NDArray[np.int64]
    """P + 1: those of passage i are [i]:[i + 1]."""
    vocabulary: int
    """How many different numbers there may be."""

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return len(self.offsets) - 1

    def passage(self, number: int) -> list[int]:
        """Return the words of one passage."""
        words: list[int] = self.words[self.offsets[number] : self.offsets[number + 1]].tolist()
        return words


def synthetic(passages: int) -> Corpus:
    """Return the first so many passages of one endless text."""
    random = np.random.default_rng(20_260_101)
    chances = np.cumsum(1 / (np.arange(VOCABULARY) + 1 + SHIFT) ** EXPONENT)
    lengths = np.maximum(random.lognormal(np.log(MEAN) - SPREAD**2 / 2, SPREAD, passages).astype(np.int64), 1)
    offsets = np.zeros(passages + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    words = np.empty(offsets[-1], np.int32)
    for start in range(0, len(words), 1 << 20):
        draws = random.random(min(1 << 20, len(words) - start)) * chances[-1]
        words[start : start + 1 << 20][: len(draws)] = np.searchsorted(chances, draws)
    return Corpus(words, offsets, VOCABULARY)


def real(data: Path) -> tuple[Corpus, list[list[int]]]:
    """Return the paragraphs of `data`/NAME/docs/*.txt as chipbot's terms, and the questions of
    `data`/NAME/questions.jsonl.
    """
    make_terms = analyzer("en").terms
    vocabulary: dict[str, int] = {}
    passages: list[list[int]] = []
    for path in sorted(data.glob("*/docs/*.txt")):
        passages += [
            [vocabulary.setdefault(term, len(vocabulary)) for term in make_terms(paragraph)]
            for paragraph in path.read_text("utf-8").split("\n\n")[1:]
        ]
    asked: list[list[int]] = []
    for path in sorted(data.glob("*/questions.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            terms = dict.fromkeys(make_terms(json.loads(line)["question"]))
            numbers = [vocabulary[term] for term in terms if term in vocabulary]
            if 2 <= len(numbers) <= 12:
                asked.append(numbers)
    chosen = np.random.default_rng(1).permutation(len(asked))[:QUESTIONS]
    return corpus_of(passages, len(vocabulary)), [asked[i] for i in chosen]


def copy_documents(data: Path, folder: Path) -> None:
    """Copy `data`/NAME/docs/*.txt: engines are to build from the same files, and there are others that chipbot reads."""
    for path in data.glob("*/docs/*.txt"):
        target = folder / path.relative_to(data)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def corpus_of(passages: Sequence[Sequence[int]], vocabulary: int) -> Corpus:
    """Return passages given one by one as a corpus."""
    offsets = np.cumsum([0, *map(len, passages)], dtype=np.int64)
    return Corpus(np.array([word for words in passages for word in words], np.int32), offsets, vocabulary)


def questions(corpus: Corpus) -> list[list[int]]:
    """Return questions of 2 to 12 different words that the corpus has: half as frequent as in text, half of
    any rank from 100.
    """
    random = np.random.default_rng(4)
    known = np.zeros(corpus.vocabulary, bool)
    known[corpus.words] = True
    asked = []
    for _ in range(QUESTIONS):
        words: dict[int, None] = {}
        wanted = random.integers(2, 13)
        while len(words) < wanted:
            rank = corpus.words[random.integers(len(corpus.words))]
            if random.random() < 0.5:
                rank = int(100 * (corpus.vocabulary / 100) ** random.random())
            if known[rank]:
                words[int(rank)] = None
        asked.append(list(words))
    return asked


def word(number: int) -> str:
    """Return a pronounceable word; frequent ones are short, and none is an English function word."""
    number += len(_SYLLABLES)
    syllables = ""
    while number:
        number, rest = divmod(number, len(_SYLLABLES))
        syllables = _SYLLABLES[rest] + syllables
    return syllables


def write_documents(corpus: Corpus, folder: Path) -> None:
    """Write the passages as text files of `PER_DOCUMENT` paragraphs, each with a title."""
    words = [word(number) for number in range(corpus.vocabulary)]
    for first in range(0, corpus.passages, PER_DOCUMENT):
        number = first // PER_DOCUMENT
        path = folder / f"{number // 1000:03}" / f"{number:07}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        passages = range(first, min(first + PER_DOCUMENT, corpus.passages))
        paragraphs = [_paragraph([words[i] for i in corpus.passage(passage)]) for passage in passages]
        path.write_text("\n\n".join([f"Document {number}", *paragraphs]) + "\n", "utf-8")


def read_passages(folder: Path) -> Iterator[str]:
    """Yield the paragraphs of `write_documents`, or of documents of the same form."""
    for path in sorted(folder.rglob("*.txt")):
        yield from path.read_text("utf-8").split("\n\n")[1:]


def _paragraph(words: list[str]) -> str:
    sentences = [" ".join(words[i : i + SENTENCE]) for i in range(0, len(words), SENTENCE)]
    return " ".join(f"{sentence[:1].upper()}{sentence[1:]}." for sentence in sentences)
