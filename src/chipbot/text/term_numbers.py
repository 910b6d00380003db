"""Many texts → the numbers of their terms; what comes again in them is looked at once."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import count, islice
from uuid import uuid4

import numpy as np

from chipbot.arrays import Array, Ints, concat_ranges, exclusive_cumsum
from chipbot.text.tokenizer import LONGEST_REMEMBERED, DependsOnText, analyzer

MAX_CHUNKS = 1_000_000
"""How many chunks are remembered, each in some 200 bytes, before all are forgotten."""


def numbers(known: Iterable[str] = ()) -> defaultdict[str, int]:
    """Return what numbers terms: those that are known from 0 on, and others as they are first asked for."""
    made = defaultdict[str, int](None, zip(known, count(), strict=False))
    made.default_factory = made.__len__
    return made


@cache
def _numbers() -> TermNumbers:
    return TermNumbers()


def process_numbers(most: int = MAX_CHUNKS) -> TermNumbers:
    """Return what this process numbers terms with: another one where that remembers more than `most` chunks."""
    if _numbers().size > most:
        _numbers.cache_clear()
    return _numbers()


class TermNumbers:
    """Numbers the terms of texts as they come.

    Each text is cut into chunks, which stand between white space. A chunk is looked up once a time, and its terms are known
    from then on as numbers in arrays.
    """

    def __init__(self) -> None:
        self.id = uuid4().hex
        """Tells apart what was numbered independently."""
        self._numbers = numbers()
        self._told = 0  # how many of them have been returned as fresh
        self._chunks: dict[str, _Chunks] = {}
        self._terms = array("i", (0,))  # those of all chunks; NumPy takes no empty buffer
        self._starts = array("q", (1,))  # where each chunk's begin, and the last's end

    @property
    def size(self) -> int:
        """How many chunks are remembered."""
        return len(self._starts) - 1

    def fresh(self) -> list[str]:
        """Return the terms that were numbered since this was last called, in the order of their numbers."""
        fresh = list(islice(reversed(self._numbers), len(self._numbers) - self._told))
        self._told = len(self._numbers)
        return fresh[::-1]

    def number(self, texts: Iterable[str], language: str) -> tuple[Array, Ints]:
        """Return the numbers of the terms of all texts, one after the other; and where each text's begin, and the last's end."""
        known = self._chunks.get(language)
        if known is None:
            known = self._chunks[language] = _Chunks(language, self)
        chunks, ends = list[int](), [0]
        for text in texts:
            try:
                chunks += map(known.__getitem__, text.split())
            except DependsOnText:  # then it is one chunk
                chunks[ends[-1] :] = [self.add(analyzer(language).terms(text))]
            ends.append(len(chunks))
        starts, found = np.frombuffer(self._starts, np.int64), np.array(chunks, np.int64)
        first = starts.take(found)
        sizes = starts.take(found + 1) - first
        terms = np.frombuffer(self._terms, np.int32).take(concat_ranges(first, sizes))
        return terms, exclusive_cumsum(sizes).take(ends)

    def add(self, terms: Iterable[str]) -> int:
        """Return the number of a chunk that has these terms."""
        self._terms.extend(map(self._numbers.__getitem__, terms))
        self._starts.append(len(self._terms))
        return len(self._starts) - 2


class _Chunks(dict[str, int]):
    """The number of each chunk in one language."""

    def __init__(self, language: str, numbers: TermNumbers) -> None:
        super().__init__()
        self._analyzer, self._add = analyzer(language), numbers.add

    def __missing__(self, chunk: str) -> int:
        word = self._analyzer.plain_word(chunk)
        if word and word != chunk:
            number = self[word]
        else:
            number = self._add(self._analyzer.word_terms(word) if word else self._analyzer.other_terms(chunk))
        if len(chunk) <= LONGEST_REMEMBERED:
            self[chunk] = number
        return number
