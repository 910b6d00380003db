"""Texts → term numbers: what a chunk of text is made into is found out once, and looked up wherever it stands again."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from itertools import accumulate, chain, islice

import numpy as np
import numpy.typing as npt

from chipbot.analysis import analyzer
from chipbot.analysis.signals import hints
from chipbot.index import offsets_of, spread

_LIMIT = 300_000  # chunks that are remembered from one batch to the next

Ints = npt.NDArray[np.int64]

_DEPENDENT = 1 << 30
"""Marks, among its hints, a chunk whose terms depend on the text around it."""


class Words:
    """What has been found out about chunks (runs of characters other than white space); for one thread at a time.

    Chunks and terms are numbered as they are first met. The numbers hold until `forget_some` is called.
    """

    def __init__(self) -> None:
        self._worker = f"{os.getpid()}-{os.urandom(8).hex()}"
        self._forget()

    def _forget(self) -> None:
        self._languages: dict[str, _Chunks] = {}
        self._numbers: dict[str, int] = {}
        self._terms = array("i")  # of each chunk, one after the other
        self._starts = array("q", [0])
        self._hints = array("i")  # which signals each chunk may be a part of
        self._new: list[str] = []
        self.source = self._worker, os.urandom(8).hex()
        """Names who numbers terms, and this numbering."""

    def forget_some(self) -> None:
        """Keep memory within bounds; to be called when no number is in use."""
        if len(self._hints) > _LIMIT:
            self._forget()

    def look_up(self, texts: Sequence[str], language: str) -> tuple[array[int], list[int]]:
        """Return the chunks of texts in one language as numbers, one text after the other, and how many each text has."""
        chunks = self._languages.get(language)
        if chunks is None:
            chunks = self._languages[language] = _Chunks()
        found = [text.split() for text in texts]
        chunks.next = len(self._hints)
        numbers = array("i", map(chunks.__getitem__, chain.from_iterable(found)))
        if chunks.new:
            self._find_out(chunks.new, language)
            chunks.new = []
        return numbers, list(map(len, found))

    def terms_of(self, chunks: npt.NDArray[np.int32], counts: Sequence[int] | Ints) -> tuple[npt.NDArray[np.int32], Ints]:
        """Return the terms of runs of chunks, `counts` being each run's length; and how many terms each run has."""
        starts, terms = np.frombuffer(self._starts, np.int64), np.frombuffer(self._terms, np.int32)
        first = starts[chunks]
        lengths = starts[chunks + 1] - first
        return terms[spread(first, lengths)], np.diff(offsets_of(lengths)[offsets_of(counts)])

    def hints_of(self, chunks: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Return the hints of each chunk; `depends` tells from them whether its terms depend on the text around it."""
        return np.frombuffer(self._hints, np.int32)[chunks]

    def numbers(self, terms: Sequence[str]) -> list[int]:
        """Return the number of each term; new ones are numbered."""
        numbers = self._numbers
        new = [term for term in dict.fromkeys(terms) if term not in numbers]
        numbers.update(zip(new, range(len(numbers), len(numbers) + len(new)), strict=True))
        self._new += new
        return list(map(numbers.__getitem__, terms))

    def new_terms(self) -> tuple[str, ...]:
        """Return the terms that have been numbered since this was last asked."""
        terms, self._new = tuple(self._new), []
        return terms

    def _find_out(self, chunks: Sequence[str], language: str) -> None:
        """Find out about new chunks, which are numbered on from those that are known."""
        found = analyzer(language).chunks_terms(chunks)
        self._terms.extend(self.numbers(list(chain.from_iterable(filter(None, found)))))
        lengths = [len(terms) if terms else 0 for terms in found]
        self._starts.extend(islice(accumulate(lengths, initial=self._starts[-1]), 1, None))
        self._hints.extend(map(hints, chunks))
        if None in found:
            for number, terms in enumerate(found, len(self._hints) - len(chunks)):
                self._hints[number] |= _DEPENDENT if terms is None else 0


class _Chunks(dict[str, int]):
    """The number of each chunk in a language; a new one gets the next number."""

    def __init__(self) -> None:
        super().__init__()
        self.next = 0
        self.new: list[str] = []

    def __missing__(self, chunk: str) -> int:
        number = self[chunk] = self.next
        self.next += 1
        self.new.append(chunk)
        return number


def depends(hinted: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Return whether terms depend on the text around them, by the hints of chunks or of runs of them."""
    return (hinted & _DEPENDENT).astype(bool)
