"""Text → terms: what BM25 counts, the same for documents and questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, repeat
from operator import add
from typing import NamedTuple

import regex

from chipbot.text.languages import DEFAULT_LANGUAGE, detect, likeliest
from chipbot.text.languages import language as language_of
from chipbot.text.words import CLUSTER, MARK, WORD, bare_number, fold, folded, lower, lowered, plain_words

__all__ = [
    "DEFAULT_LANGUAGE",
    "VERSION",
    "Analyzer",
    "Token",
    "analyzer",
    "detect",
    "fold",
    "function_words",
    "is_common_term",
    "likeliest",
]

VERSION = 5
"""Raised with every change that makes other terms of the same text: indexes of another version are built
anew.
"""

_ACRONYMS = {"us", "it", "who", "am"}
"""Function words that in capitals, amid other text, name something else (U.S., information technology, WHO).
"""

_SCALES = {
    "k": "thousand", "m": "million", "mm": "million", "mn": "million", "mil": "million", "mio": "million",
    "b": "billion", "bn": "billion", "tn": "trillion",
    "thousand": "thousand", "million": "million", "millions": "million", "billion": "billion",
    "billions": "billion", "trillion": "trillion", "trillions": "trillion",
}  # fmt: skip
"""What may follow a figure at once ("500M"), as the word it stands for."""

_SYMBOLS = {"%": "percent", "$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee"}
"""Signs that are read as words."""

_HIRAGANA = regex.compile(r"\p{Hiragana}+")

_MEMO_LIMIT = 100_000
_CHUNK_LIMIT = 100_000


class Token(NamedTuple):
    """One term of a text with the word that it was made of."""

    term: str
    """What BM25 counts."""
    start: int
    """Where the word begins in the text."""
    end: int
    """Where it ends."""


class Analyzer:
    """Makes terms of texts in one language: words, lower-cased, without function words, stemmed, accents
    folded.

    Writing systems without spaces between words give overlapping pairs of characters instead. Safe to share
    between threads: what it remembers is a cache.
    """

    def __init__(self, language: str) -> None:
        pack = language_of(language)
        self._dotless_i = pack.dotless_i
        self._elides = pack.elides
        self._function_words = function_words(language)
        self._number_words = pack.numbers or {}
        self._stems = _stemmer(pack.stemmer)
        self._memo: dict[str, str] = {}
        self._chunks: dict[str, tuple[str, ...] | None] = {}
        self.keeps_ascii = not self._dotless_i
        """Whether words of ASCII letters are lower-cased to such words."""
        self._dependent = frozenset(
            [*_ACRONYMS, *(lower(word.upper(), dotless_i=self._dotless_i) for word in _ACRONYMS)]
        )

    def tokens(self, text: str) -> list[Token]:
        """Return the terms of `text` in order, each with its word's offsets; function words are left out."""
        found: list[Token] = []
        shouting = text.isupper()
        for match in WORD.finditer(text):
            kind = match.lastgroup
            start, end = match.span()
            if kind == "word":
                word = match.group()
                term = self._memo.get(word)
                if term is None:
                    term = self._remember(word)
                if (
                    not term
                    and word.lower() in _ACRONYMS
                    and not shouting
                    and self._is_acronym(word, text, start)
                ):
                    term = word.lower()
                if term:
                    found.append(Token(term, start, end))
            elif kind == "suffix":
                found.extend(self._number(match.group("number"), match.group("suffix"), start))
            elif kind == "dense":
                found.extend(_pairs(lower(match.group(), dotless_i=self._dotless_i), start, end))
            elif kind == "acronym":
                term = fold(lower(match.group().replace(".", ""), dotless_i=self._dotless_i))
                if term:
                    found.append(Token(term, start, end))
            else:
                found.append(Token(_SYMBOLS[match.group()], start, end))
        return found

    def terms(self, text: str) -> list[str]:
        """Return the terms of `text` in order.

        No word reaches across white space, so what stands between is looked up whole; few texts have a chunk
        whose terms depend on what is around it.
        """
        found: list[str] = []
        for chunk in text.split():
            try:
                terms = self._chunks[chunk]
            except KeyError:
                if len(self._chunks) > _CHUNK_LIMIT:
                    self._chunks.clear()
                terms = self._chunks[chunk] = self.chunk_terms(chunk)
            if terms is None:
                return [token.term for token in self.tokens(text)]
            found += terms
        return found

    def chunk_terms(self, chunk: str) -> tuple[str, ...] | None:
        """Return the terms of a text without white space, or None where they depend on the text around it."""
        return self.chunks_terms([chunk])[0]

    def chunks_terms(self, chunks: Sequence[str]) -> list[tuple[str, ...] | None]:
        """Return the terms of each chunk as `chunk_terms` does; many at once are quicker."""
        words = lowered(plain_words(chunks), dotless_i=self._dotless_i)
        distinct = list(dict.fromkeys(words))
        known = dict(zip(distinct, self.words_terms(distinct), strict=True)) | {"": None}
        terms = map(known.__getitem__, words)
        return [
            self._mixed_terms(chunk) if term is None else (term,) if term else ()
            for chunk, term in zip(chunks, terms, strict=True)
        ]

    def words_terms(self, words: Sequence[str]) -> list[str | None]:
        """Return the term of each lower-case word of `plain_words`.

        It is an empty string for a function word, and None where capitals make another word of it.
        """
        terms = self._terms_of(words)
        return [None if word in self._dependent else term for word, term in zip(words, terms, strict=True)]

    def _mixed_terms(self, chunk: str) -> tuple[str, ...] | None:
        """Return the terms of a chunk that is no plain word, or None where they depend on the text
        around it.
        """
        small = chunk.lower()
        if any(acronym in small for acronym in _ACRONYMS):  # seldom, so that most chunks are looked at once
            words = [match.group() for match in WORD.finditer(chunk) if match.lastgroup == "word"]
            if any(word.lower() in _ACRONYMS and self._is_acronym(word, "the us", 4) for word in words):
                return None
        return tuple(token.term for token in self.tokens(chunk))

    def _remember(self, word: str) -> str:
        if len(self._memo) > _MEMO_LIMIT:
            self._memo.clear()
        term = self._memo[word] = self._term(word)
        return term

    def _term(self, word: str) -> str:
        """Return the term of one word, or an empty string for a function word."""
        plain = lower(word, dotless_i=self._dotless_i).replace("’", "'").replace("ʼ", "'")
        head, _, tail = plain.partition("'")
        if tail:
            if (len(head) <= 2 and self._elides) or head == "qu":
                plain = tail  # elision: l'eau, d'un, qu'il
            elif tail == "s":
                plain = head
            else:
                plain = plain.replace("'", "")
        return self._terms_of([plain])[0]

    def _terms_of(self, words: Sequence[str]) -> list[str]:
        """Return the terms of lower-cased words without apostrophes."""
        ignored, numbers = self._function_words, self._number_words
        terms = zip(words, folded(words), folded(self._stems(list(words))), strict=True)
        return [
            "" if word in ignored or bare in ignored else numbers.get(word, term)
            for word, bare, term in terms
        ]

    def _number(self, number: str, suffix: str, start: int) -> list[Token]:
        """Read a figure and what is written against it: "500M", "2nd", "5km", "3D"."""
        bare, end = bare_number(number), start + len(number) + len(suffix)
        tail = lower(suffix, dotless_i=self._dotless_i)
        if not suffix:
            return [Token(bare, start, end)]
        if tail in ("st", "nd", "rd", "th"):
            return [Token(bare + tail, start, end)]
        middle = start + len(number)
        if tail in _SCALES:
            return [Token(bare, start, middle), Token(fold(self._stems([_SCALES[tail]])[0]), middle, end)]
        if len(tail) == 1:
            return [Token(bare + tail, start, end)]
        term = self._remember(suffix)
        return [Token(bare, start, middle), *([Token(term, middle, end)] if term else [])]

    @staticmethod
    def _is_acronym(word: str, text: str, start: int) -> bool:
        return word.isupper() or (word == "us" and text[max(0, start - 4) : start].lower() == "the ")


@lru_cache(maxsize=64)
def analyzer(language: str) -> Analyzer:
    """Return the shared analyzer of a language."""
    return Analyzer(language)


@lru_cache(maxsize=64)
def function_words(language: str) -> frozenset[str]:
    """Return the words that a language's terms are made without, as they are spelt and folded."""
    words = language_of(language).function_words
    return words | frozenset(map(fold, words))


def is_common_term(term: str, language: str) -> bool:
    """Return whether a term says little: most texts use it, or it is of Hiragana alone, as Japanese endings and
    particles are.
    """
    return term in _common_terms(language) or _HIRAGANA.fullmatch(term) is not None


@lru_cache(maxsize=64)
def _common_terms(language: str) -> frozenset[str]:
    return frozenset(analyzer(language).terms(" ".join(sorted(language_of(language).common_words))))


def _stemmer(name: str) -> Callable[[list[str]], list[str]]:
    """Return what makes stems of words: Snowball's stemmer of this name, or nothing."""
    if not name:
        return list
    import Stemmer

    stems: Callable[[list[str]], list[str]] = Stemmer.Stemmer(name, 0).stemWords
    return stems


def _pairs(word: str, start: int, end: int) -> list[Token]:
    """Return overlapping pairs of what readers take for characters: letters with the marks on them (UAX #29,
    grapheme clusters).

    A compatibility form of another length keeps the whole run's offsets.
    """
    clusters = CLUSTER.findall(word) if MARK.search(word) else word
    if len(clusters) <= 2:
        return [Token(word, start, end)]
    starts: Iterable[int] = repeat(start)
    ends: Iterable[int] = repeat(end)
    if len(word) == end - start:
        starts = list(accumulate(map(len, clusters), initial=start))
        ends = starts[2:]
    pairs = zip(map(add, clusters, clusters[1:]), starts, ends, strict=False)
    return list(
        map(tuple.__new__, repeat(Token), pairs)
    )  # what Token._make does, without a call of Python for each
