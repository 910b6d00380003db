"""Texts → term numbers: what a chunk of text is made into is found out once, and looked up wherever it stands
again.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from chipbot.index import Array, Strings, offsets_of, spread
from chipbot.index.keys import Pieces, Table, chunks_of, lowered
from chipbot.text.answer_types import CAPITAL, hints, says_nothing
from chipbot.text.tokenizer import analyzer
from chipbot.text.words import AROUND

_LIMIT = 500_000  # chunks that are remembered from one batch to the next

Ints = npt.NDArray[np.int64]

_DEPENDENT = 1 << 30
"""Marks, among its hints, a chunk whose terms depend on the text around it."""
_MARKS = "".join(filter(str.isascii, AROUND))
_NO_TERM, _AS_WRITTEN = -1, -2
"""Stand in place of a word's term: it has none; that, or what the word hints at, depends on how it is
written.
"""


class Words:
    """What has been found out about chunks (runs of characters other than white space); for one thread at a
    time.

    Chunks and terms are numbered as they are first met. The numbers hold until `forget_some` is called.
    """

    def __init__(self) -> None:
        self._worker = f"{os.getpid()}-{os.urandom(8).hex()}"
        self._forget()

    def _forget(self) -> None:
        self._languages: dict[str, int] = {}  # their numbers from 1, which tag the keys of chunks and words
        self._chunks = Table()
        self._starts, self._terms = (
            array("q", [0]),
            array("i"),
        )  # the terms of each chunk, one after the other
        self._hints = array("i")  # which signals each chunk may be a part of
        self._words = (
            Table()
        )  # of ASCII letters, in lower case: there are fewer than chunks with their marks and capitals
        self._word_terms = array("i")
        self._numbers = Table()  # of terms
        self._new: list[str] = []
        self.source = self._worker, os.urandom(8).hex()
        """Names who numbers terms, and this numbering."""

    def forget_some(self) -> None:
        """Keep memory within bounds; to be called when no number is in use."""
        if len(self._chunks) > _LIMIT:
            self._forget()

    def look_up(self, texts: Sequence[str], languages: Sequence[str]) -> tuple[npt.NDArray[np.int32], Ints]:
        """Return the chunks of texts, each in its language, as numbers, one text after the other, and how
        many each text has.
        """
        chunks, counts = chunks_of(texts)
        for name in dict.fromkeys(languages):
            self._languages.setdefault(name, len(self._languages) + 1)
        spoken = np.repeat(np.array(list(map(self._languages.__getitem__, languages)), np.int64), counts)
        numbers, new = self._chunks.numbers(chunks.keys(spoken))
        if len(new):
            self._find_out(chunks[new], spoken[new])
        return numbers, counts

    def terms_of(self, chunks: npt.NDArray[np.int32], counts: Ints) -> tuple[npt.NDArray[np.int32], Ints]:
        """Return the terms of runs of chunks, `counts` being each run's length; and how many terms each run
        has.
        """
        starts, terms = np.frombuffer(self._starts, np.int64), np.frombuffer(self._terms, np.int32)
        first = starts.take(chunks)
        lengths = starts.take(chunks + 1) - first
        return terms.take(spread(first, lengths)), np.diff(offsets_of(lengths)[offsets_of(counts)])

    def hints_of(self, chunks: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Return the hints of each chunk; `depends` tells from them whether its terms depend on the text
        around it.
        """
        return np.frombuffer(self._hints, np.int32).take(chunks)

    def numbers(self, terms: Sequence[str]) -> npt.NDArray[np.int32]:
        """Return the number of each term; new ones are numbered."""
        numbers, new = self._numbers.numbers(Pieces.of(Strings.of(terms)).keys())
        self._new += [terms[i] for i in new.tolist()]
        return numbers

    def new_terms(self) -> Strings:
        """Return the terms that have been numbered since this was last asked."""
        terms, self._new = Strings.of(self._new), []
        return terms

    def _find_out(self, chunks: Pieces, spoken: Ints) -> None:
        """Find out about new chunks, in the languages of these numbers; they are numbered on from those that
        are known.
        """
        term, hinted = self._plain_words(chunks, spoken)
        written = np.flatnonzero(term == _AS_WRITTEN)
        found, hinted[written] = self._as_written(chunks[written], spoken[written])
        counts = (term >= 0).astype(np.int64)
        counts[written] = list(map(len, found))
        terms, offsets = np.empty(counts.sum(), np.int32), offsets_of(counts)
        terms[offsets[:-1][term >= 0]] = term[term >= 0]
        terms[spread(offsets[written], counts[written])] = self.numbers(list(chain.from_iterable(found)))
        self._starts.frombytes((offsets[1:] + self._starts[-1]).tobytes())
        self._terms.frombytes(terms.tobytes())
        self._hints.frombytes(hinted.tobytes())

    def _plain_words(
        self, chunks: Pieces, spoken: Ints
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Return each chunk's term if it is a plain word, or `_NO_TERM` or `_AS_WRITTEN`; and its hints, but
        for the latter.
        """
        bare = chunks.without(_MARKS)
        keys, letters, capitals = lowered(bare.keys(spoken), bare.ends - bare.starts)
        for language, number in self._languages.items():
            if not analyzer(language).keeps_ascii:
                letters &= ~(capitals & (spoken == number))
        plain = np.flatnonzero(letters)
        numbers, new = self._words.numbers(keys[:, plain])
        if len(new):
            self._learn(bare[plain[new]], spoken[plain[new]])
        terms = np.full(len(chunks), _AS_WRITTEN, np.int32)
        terms[plain] = np.frombuffer(self._word_terms, np.int32).take(numbers)
        return terms, np.where(capitals, CAPITAL, 0).astype(np.int32)

    def _learn(self, words: Pieces, spoken: Ints) -> None:
        """Find out about new plain words, which are numbered on from those that are known."""
        made = np.empty(len(words), np.int32)
        for language, those in self._by_language(spoken):
            lower = [word.lower() for word in words[those].strings()]
            terms = analyzer(language).words_terms(lower)
            known = [
                term if term is not None and says_nothing(word) else None
                for word, term in zip(lower, terms, strict=True)
            ]
            numbers = iter(self.numbers([term for term in known if term]).tolist())
            made[those] = [
                _AS_WRITTEN if term is None else next(numbers) if term else _NO_TERM for term in known
            ]
        self._word_terms.frombytes(made.tobytes())

    def _as_written(self, chunks: Pieces, spoken: Ints) -> tuple[list[tuple[str, ...]], Array]:
        """Return the terms and the hints of chunks, each looked at by itself."""
        found: list[tuple[str, ...]] = [()] * len(chunks)
        hinted = np.empty(len(chunks), np.int32)
        for language, those in self._by_language(spoken):
            strings = chunks[those].strings()
            for i, terms, mask in zip(
                those.tolist(), analyzer(language).chunks_terms(strings), map(hints, strings), strict=True
            ):
                found[i] = terms or ()
                hinted[i] = mask | (_DEPENDENT if terms is None else 0)
        return found, hinted

    def _by_language(self, spoken: Ints) -> Iterator[tuple[str, Ints]]:
        """Yield each language with where it is spoken."""
        for language, number in self._languages.items():
            those = np.flatnonzero(spoken == number)
            if len(those):
                yield language, those


def depends(hinted: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Return whether terms depend on the text around them, by the hints of chunks or of runs of them."""
    return (hinted & _DEPENDENT).astype(bool)
