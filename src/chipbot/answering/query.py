"""A member's question → what to look for: its terms with their weights, and the kind of answer that it
expects.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from chipbot.answering.query_expansion import NO_SYNONYMS, Synonyms, Variant, variants
from chipbot.answering.spelling import correct, is_function_word, unaccented
from chipbot.index import Index
from chipbot.index.usage import surface
from chipbot.text.answer_types import expected_answer_types
from chipbot.text.languages import fillers
from chipbot.text.tokenizer import Token, analyzer, is_common_term, likeliest

MAX_LENGTH = 1_000
"""Code points of a question that are looked at; what is longer is not one question."""

MAX_TERMS = 32

_SHORT = 40  # letters up to which a language is guessed rather than told
_LIKELY = 6  # languages that such a question may be in

_KEY_SHARE = 0.3
"""The share of a question's weight from which a name is what it is about. Of the open sets' questions with a
smaller one, and of those with a missing word that is no name, most are answered right all the same: documents
say it in another word.
"""

_TELLING = 0.6  # a word that weighs less than this share of its idf is common, and says little
_CORRECTED_WEIGHT = 0.8  # a corrected word may be the wrong one


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryTerm:
    """One term of a question."""

    term: str
    """What BM25 counts."""
    word: str
    """The word as the member wrote it."""
    number: int
    """The term's number in the index, or -1 where no passage holds it."""
    idf: float
    """Its inverse document frequency in the index."""
    weight: float
    """How much finding it says: the same, less for words that any question may have."""
    name: bool
    """Whether it is written like a name or a figure, which nothing else can stand for."""
    soft: bool = False
    """Whether it only says what kind of answer is wanted."""
    corrected: bool = False
    """Whether the word was taken for a misspelling of another."""
    varied: bool = False
    """Whether documents write something else for it."""

    @property
    def telling(self) -> bool:
        """Whether it says what a question is about: neither a common word nor one that only asks."""
        return self.name or (not self.soft and self.weight >= _TELLING * self.idf)

    @property
    def known(self) -> bool:
        """Whether the documents hold it, or what they write for it."""
        return self.number >= 0 or self.varied


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question, read."""

    terms: tuple[QueryTerm, ...]
    """Its distinct terms in order."""
    expects: int
    """The Signal mask of the kinds of answer that it asks for; 0 where it does not say."""
    corrections: tuple[tuple[str, str], ...]
    """Each misspelt word with the word that was looked for instead."""
    variants: tuple[Variant, ...] = ()
    """What documents write for some of the terms, the longest first."""

    @property
    def lacks_key_word(self) -> bool:
        """Whether a name or figure that makes up much of the question stands in no document: then nothing
        else answers it.
        """
        missing = max((term.weight for term in self.terms if term.name and not term.known), default=0.0)
        return missing > _KEY_SHARE * sum(term.weight for term in self.terms)

    @property
    def numbers(self) -> list[int]:
        """The number of each term that passages are looked for by."""
        own = [term.number for term in self.terms if term.number >= 0]
        return list(
            dict.fromkeys([*own, *(number for variant in self.variants for number in variant.written)])
        )


_COMMON_WEIGHT = 0.5  # a word that any text may use
_UNKNOWN_COMMON_WEIGHT = 0.2  # … and these documents happen not to use
_SOFT_WEIGHT = 0.25  # "money" in "how much money" says what kind of answer is wanted, not what it is about


def read_question(
    text: str, index: Index, languages: tuple[str, ...], synonyms: Synonyms = NO_SYNONYMS
) -> Query:
    """Read a question in the light of an index whose documents are written in `languages`."""
    text = unicodedata.normalize("NFKC", text[:MAX_LENGTH])[:MAX_LENGTH]  # full-width letters; it may grow
    language = _language(text, index, languages)
    tokens = analyzer(language).tokens(text)
    kept = [token for token in tokens if text[token.start : token.end].lower() not in fillers()] or tokens
    written = variants(text, kept, language, synonyms, index)
    expects, soft = expected_answer_types(text)
    terms: dict[str, QueryTerm] = {}
    corrections: list[tuple[str, str]] = []
    for token in kept:
        if token.term not in terms and len(terms) < MAX_TERMS:
            found, correction = _look_up(token, text, language, index, written)
            if not found.known and not found.name and is_function_word(found.word, language):
                continue
            if token.start < soft[1] and token.end > soft[0]:
                found = replace(found, weight=found.weight * _SOFT_WEIGHT, soft=True)
            elif is_common_term(token.term, language) and not found.name:
                found = replace(
                    found, weight=found.weight * (_COMMON_WEIGHT if found.known else _UNKNOWN_COMMON_WEIGHT)
                )
            terms.setdefault(found.term, found)
            if correction:
                corrections.append((found.word, correction))
    return Query(
        terms=tuple(terms.values()), expects=expects, corrections=tuple(corrections), variants=tuple(written)
    )


def _language(text: str, index: Index, languages: tuple[str, ...]) -> str:
    """Return the language of a question: of a short one, the likeliest in which all of its terms are known,
    if there is one.

    Few letters tell little ("Café Zoé parrot"), but read in another language a question keeps function words,
    and gets stems, that the documents do not have.
    """
    likely = likeliest(text, languages)[:_LIKELY]
    if len(likely) > 1 and sum(map(str.isalpha, text)) <= _SHORT:
        for language in likely:
            terms = analyzer(language).terms(text)
            if terms and all(index.terms.find(term) >= 0 for term in terms):
                return language
    return likely[0]


def _look_up(
    token: Token, text: str, language: str, index: Index, written: Sequence[Variant]
) -> tuple[QueryTerm, str | None]:
    """Return what there is to know of a token, and the word that was looked for in its place if it is
    misspelt.

    Where documents write something else for it, its idf is that of whichever is commoner (as in Lucene's
    SynonymQuery).
    """
    word = text[token.start : token.end]
    number = index.terms.find(token.term)
    if number < 0:
        number = unaccented(word, index, language)
    name = _is_name(word, token.start, text)
    idf = index.arrays["term_idf"]
    own = [float(idf[number])] if number >= 0 else []
    others = [float(idf[list(variant.written)].max()) for variant in written if token.term in variant.asked]
    if own or others:
        weight = min(own + others)
        found = QueryTerm(
            term=token.term,
            word=word,
            number=number,
            idf=weight,
            weight=weight,
            name=name,
            varied=bool(others),
        )
        return found, None
    number = correct(token.term, word, index, language)
    if number >= 0:
        weight = float(idf[number]) * _CORRECTED_WEIGHT
        found = QueryTerm(
            term=index.terms[number],
            word=word,
            number=number,
            idf=weight,
            weight=weight,
            name=name,
            corrected=True,
        )
        return found, surface(index, number)
    return QueryTerm(
        term=token.term, word=word, number=-1, idf=index.unknown_idf, weight=index.unknown_idf, name=name
    ), None


def _is_name(word: str, start: int, text: str) -> bool:
    """Whether a word is capitalised amid lower case, in capitals, or a figure."""
    if any(map(str.isdigit, word)):
        return True
    if not word[:1].isupper() or not any(map(str.islower, text)):
        return False
    others = regex.findall(r"\b\p{L}\w*", text[:start] + " " + text[start + len(word) :])
    lowered = sum(other[0].islower() for other in others)
    first = not regex.search(r"\w", text[:start])
    return lowered * 2 >= len(others) and (not first or (len(word) > 1 and word.isupper()))
