"""Text → terms: what BM25 counts, the same for documents and questions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import chain

import regex

from chipbot.text.languages import DEFAULT_LANGUAGE, detect, likeliest
from chipbot.text.languages import language as language_of
from chipbot.text.stems import stemmer, without_particles
from chipbot.text.tokens import Token, bigrams, clusters, pairs
from chipbot.text.words import (
    PART,
    SPACED_WORD,
    WORD,
    bare_number,
    fold,
    host_before,
    is_camel_case,
    lower,
)

__all__ = [
    "DEFAULT_LANGUAGE",
    "VERSION",
    "Analyzer",
    "DependsOnText",
    "Token",
    "analyzer",
    "detect",
    "fold",
    "function_words",
    "is_common_term",
    "likeliest",
]

VERSION = 13
"""Raised with every change that makes other terms or sentences of the same text: indexes of another version are built
anew.
"""

MAX_TERM = 255
"""Code points of a term, and of a word that are looked at, as in Lucene's StandardAnalyzer: what is longer is
no word of any language.
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

_ACRONYMS = frozenset({"us", "it", "who", "am"})
"""Function words that in capitals, amid other text, name something else (U.S., information technology, WHO).
"""

_NOT_ALONE = _ACRONYMS | {"net"}
"""Words whose terms what stands around them may change."""

_ADDRESS = "ip"
"""What people ask for who want the name of a host, whatever the documents call it."""

_LETTER_APOSTROPHE = "\N{MODIFIER LETTER APOSTROPHE}"
_HIRAGANA = regex.compile(r"\p{Hiragana}")

_REMEMBERED = 100_000  # words
_REMEMBERED_CHUNKS = 700_000  # what stands between white space, before all are forgotten
_AROUND = ".,;:!?()[]\"'“”‘’„«»–—…،؛؟"  # marks around a word that make no other of it
_UNSEGMENTED_FROM = "\N{THAI CHARACTER KO KAI}"
"""All scripts without spaces between words come later in Unicode."""

LONGEST_REMEMBERED = 64
"""Code points of a chunk, what stands between white space, that may well come again."""


class Analyzer:
    """Makes terms of texts in one language: words, lower-cased, without function words, stemmed, accents
    folded.

    Writing systems without spaces between words give character bigrams instead. Safe to share between
    threads: what it remembers is a cache.
    """

    def __init__(self, language: str) -> None:
        pack = language_of(language)
        self._dotless_i = pack.dotless_i
        self._lower = partial(lower, dotless_i=True) if pack.dotless_i else lower
        self._elides = pack.elides
        self._letters = pack.letters
        self._function_words = function_words(language)
        self._numbers = pack.numbers or {}
        self._stem = stemmer(pack.stemmer) if not pack.particles else without_particles(pack.particles)
        self._word_term = lru_cache(_REMEMBERED)(self._make_word_term)
        self._chunk_terms = _ChunkTerms(self)

    def tokens(self, text: str) -> list[Token]:
        """Return the terms of `text` in order, each with its word's offsets; function words are left out."""
        shouting = text.isupper()
        return [
            token for match in WORD.finditer(text) for token in self._read(match, text, shouting=shouting)
        ]

    def _read(self, match: regex.Match[str], text: str, *, shouting: bool) -> Sequence[Token]:
        """Return the tokens of one match of WORD."""
        kind = match.lastgroup
        start, end = match.span()
        if kind == "word":
            read = self._word(match.group(), text, start, shouting=shouting)
            host = host_before(text, start, end)
            return read if host < 0 else [*read, Token(_ADDRESS, host, end)]
        if kind == "suffix":
            return self._figure(match.group("number"), match.group("suffix"), start)
        if kind == "unsegmented":
            return bigrams(self._lower(match.group()), start, end)
        term = self._sign(match)
        return [Token(term, start, end)] if term else []

    def terms(self, text: str) -> list[str]:
        """Return the terms of `text` in order: those of its `tokens`.

        No word reaches across white space, so what stands between is a chunk that is remembered: ten times as
        quick as finding its tokens. Few texts have a chunk whose terms depend on what is around it.
        """
        try:
            return list(chain.from_iterable(map(self._chunk_terms.__getitem__, text.split())))
        except DependsOnText:
            return [token.term for token in self.tokens(text)]

    def plain_word(self, chunk: str) -> str:
        """Return the one word in a text without white space, or an empty string if it is not a plain one.

        It is in lower case where that makes the same term. Most chunks are plain: no need to look for words in them.
        """
        word = chunk.strip(_AROUND)
        if not word.isalpha() and (word.isascii() or not SPACED_WORD.fullmatch(word)):
            return ""
        if not word.isascii():
            return word if max(word) < _UNSEGMENTED_FROM and not is_camel_case(word) else ""
        small = word.lower()
        if small in _NOT_ALONE or (small != word and is_camel_case(word)):
            return ""
        return word if self._dotless_i else small

    def word_terms(self, word: str) -> tuple[str, ...]:
        """Return the terms of a plain word: one, or none if it is a function word."""
        term = self._make_word_term(word[:MAX_TERM])
        return (term,) if term else ()

    def other_terms(self, chunk: str) -> tuple[str, ...]:
        """Return the terms of a text without white space that is no plain word.

        Raises DependsOnText where what is around it may make others of it.
        """
        figure = chunk.strip(_AROUND)
        if figure.isdigit() and figure.isascii():
            return (figure[:MAX_TERM],)
        if _may_be_acronym(chunk):
            raise DependsOnText
        terms: list[str] = []
        shouting = chunk.isupper()
        for match in WORD.finditer(chunk):
            if match.lastgroup == "unsegmented":  # without a token for each of their many terms
                terms += pairs(clusters(self._lower(match.group())))
            else:
                terms += [token.term for token in self._read(match, chunk, shouting=shouting)]
        return tuple(terms)

    def _make_word_term(self, word: str) -> str:
        """Return the term of one word, or an empty string for a function word."""
        plain = self._lower(word)
        if plain.isascii() and plain.isalpha():
            known = plain in self._function_words
            return "" if known else self._numbers.get(plain) or fold(self._stem(plain))[:MAX_TERM]
        if not plain.isalpha() or _LETTER_APOSTROPHE in plain:
            plain = self._without_apostrophe(plain)
        folded = fold(plain)
        misspelt = folded in self._function_words and self._letters.isdisjoint(plain)
        if plain in self._function_words or misspelt:
            return ""
        stem = self._stem(plain)
        return self._numbers.get(plain) or (folded if stem == plain else fold(stem))[:MAX_TERM]

    def _without_apostrophe(self, plain: str) -> str:
        """Return a word in lower case without what an apostrophe ties to it."""
        plain = plain.replace("’", "'").replace(_LETTER_APOSTROPHE, "'")
        head, _, tail = plain.partition("'")
        if not tail:
            return plain
        if (len(head) <= 2 and self._elides) or head == "qu":
            return tail  # elision: l'eau, d'un, qu'il
        return head if tail == "s" else plain.replace("'", "")

    def _sign(self, match: regex.Match[str]) -> str:
        """Return the term of what is neither a word nor a figure nor characters without spaces."""
        written = match.group()
        if match.lastgroup == "acronym":
            return fold(self._lower(written.replace(".", "")))
        if match.lastgroup == "version":
            return bare_number(match.group("release")[:MAX_TERM])
        return "dotnet" if match.lastgroup == "dotnet" else _SYMBOLS.get(written, written)

    def _word(self, word: str, text: str, start: int, *, shouting: bool) -> list[Token]:
        """Read a word: its term, if it is no function word, and those of its parts, if it is an identifier."""
        term = self._word_term(word[:MAX_TERM])
        if not term and not shouting and _is_acronym(word, text, start):
            term = word.lower()
        if not term:
            return []
        own = Token(term, start, start + len(word))
        return [own, *self._parts(word, start)] if not word.islower() and is_camel_case(word) else [own]

    def _parts(self, word: str, start: int) -> list[Token]:
        """Return the terms of the parts of an identifier in camel case, which stand within its own."""
        parts = ((self._word_term(part.group()), *part.span()) for part in PART.finditer(word[:MAX_TERM]))
        return [Token(term, start + first, start + last) for term, first, last in parts if term]

    def _figure(self, number: str, suffix: str, start: int) -> list[Token]:
        """Read a figure and what is written against it: "500M", "2nd", "5km", "3D"."""
        middle = start + len(number)
        end = middle + len(suffix)
        bare = bare_number(number[:MAX_TERM])
        tail = self._lower(suffix[:MAX_TERM])
        scale = _SCALES.get(tail)
        if scale is None and (len(tail) == 1 or tail in ("st", "nd", "rd", "th")):
            return [Token(bare + tail, start, end)]
        term = self._word_term(suffix[:MAX_TERM]) if scale is None else fold(self._stem(scale))
        return [Token(bare, start, middle), *([Token(term, middle, end)] if term else [])]


class DependsOnText(Exception):  # noqa: N818  # no error: such a text is read as a whole
    """The terms of a chunk depend on the text around it."""


class _ChunkTerms(dict[str, tuple[str, ...]]):
    """The terms of chunks in one language: most come again."""

    def __init__(self, analyzer: Analyzer) -> None:
        super().__init__()
        self._analyzer = analyzer

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        word = self._analyzer.plain_word(chunk)
        if word and word != chunk:
            terms = self[word]
        else:
            terms = self._analyzer.word_terms(word) if word else self._analyzer.other_terms(chunk)
        if len(chunk) <= LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED_CHUNKS:
                self.clear()
            self[chunk] = terms
        return terms


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
    """Return whether a term says little: most texts use it, or it has Hiragana in it, as Japanese endings and
    particles are written, and what of a word stands beside them.
    """
    return term in _common_terms(language) or _HIRAGANA.search(term) is not None


@lru_cache(maxsize=64)
def _common_terms(language: str) -> frozenset[str]:
    return frozenset(analyzer(language).terms(" ".join(sorted(language_of(language).common_words))))


def _is_acronym(word: str, text: str, start: int) -> bool:
    """Return whether a function word at an offset names something else there."""
    if word.lower() not in _ACRONYMS:
        return False
    return word.isupper() or (word == "us" and text[max(0, start - 4) : start].lower() == "the ")


def _may_be_acronym(chunk: str) -> bool:
    """Return whether a chunk has a word that may be an acronym, in the right text."""
    small = chunk.lower()
    if not any(acronym in small for acronym in _ACRONYMS):  # seldom, so that most chunks are looked at once
        return False
    return any(_is_acronym(match.group(), "the us", 4) for match in WORD.finditer(chunk))
