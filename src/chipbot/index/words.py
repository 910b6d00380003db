"""Texts → term numbers: what a chunk of text is made into is found out once, and looked up wherever it stands again."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from chipbot.analysis import analyzer
from chipbot.analysis.signals import hints, signals
from chipbot.analysis.words import plain_word
from chipbot.index import offsets_of, spread

_LIMIT = 300_000  # chunks that are remembered from one batch to the next

Ints = npt.NDArray[np.int64]


class Words:
    """What has been found out about chunks (runs of characters other than white space); for one thread at a time.

    Chunks and terms are numbered as they are first met. The numbers hold until `forget_some` is called.
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._languages: dict[str, _Chunks] = {}
        self._numbers: dict[str, int] = {}
        self._alone: dict[int, int] = {}
        self._terms = array("i")  # of each chunk, one after the other
        self._starts = array("q", [0])
        self.hints: list[int] = []
        """For each chunk, which signals it may be a part of."""
        self._new: list[str] = []
        self.source = f"{os.getpid()}-{os.urandom(8).hex()}"
        """Names this numbering of terms."""

    def forget_some(self) -> None:
        """Keep memory within bounds; to be called when no number is in use."""
        if len(self.hints) > _LIMIT:
            self._forget()

    def look_up(self, text: str, language: str) -> tuple[list[int], int]:
        """Return the chunks of a text as numbers, and its signals.

        Where a chunk's terms depend on the text around it, chunks of one term each stand for the text.
        """
        chunks = self._languages.get(language)
        if chunks is None:
            chunks = self._languages[language] = _Chunks(self, language)
        numbers = list(map(chunks.__getitem__, text.split()))
        if numbers and min(numbers) < 0:
            return [self._chunk_of(term) for term in analyzer(language).terms(text)], signals(text)
        return numbers, signals(text, list(map(self.hints.__getitem__, numbers)))

    def terms_of(self, chunks: Sequence[int], counts: Sequence[int] | Ints) -> tuple[npt.NDArray[np.int32], Ints]:
        """Return the terms of runs of chunks, `counts` being each run's length; and how many terms each run has."""
        starts, terms = np.frombuffer(self._starts, np.int64), np.frombuffer(self._terms, np.int32)
        numbers = np.array(chunks, np.int64)
        first = starts[numbers]
        lengths = starts[numbers + 1] - first
        return terms[spread(first, lengths)], np.diff(offsets_of(lengths)[offsets_of(counts)])

    def new_terms(self) -> tuple[str, ...]:
        """Return the terms that have been numbered since this was last asked."""
        terms, self._new = tuple(self._new), []
        return terms

    def add(self, terms: Sequence[str], hint: int = 0) -> int:
        """Number a new chunk with these terms and signals' hints."""
        for term in terms:
            number = self._numbers.get(term, -1)
            if number < 0:
                number = self._numbers[term] = len(self._numbers)
                self._new.append(term)
            self._terms.append(number)
        self._starts.append(len(self._terms))
        self.hints.append(hint)
        return len(self.hints) - 1

    def _chunk_of(self, term: str) -> int:
        """Return the chunk that stands for one term."""
        number = self._numbers.get(term, -1)
        chunk = self._alone.get(number)
        if chunk is None:
            chunk = self.add([term])
            self._alone[self._numbers[term]] = chunk
        return chunk


class _Chunks(dict[str, int]):
    """The number of each chunk in a language, -1 where its terms depend on the text around it; finds out when first asked."""

    def __init__(self, words: Words, language: str) -> None:
        super().__init__()
        self._words = words
        self._chunk_terms = analyzer(language).chunk_terms

    def __missing__(self, chunk: str) -> int:
        word = plain_word(chunk)
        if word and word != chunk:
            number = self[word]
        else:
            terms = self._chunk_terms(chunk)
            number = -1 if terms is None else self._words.add(terms, hints(chunk))
        self[chunk] = number
        return number
