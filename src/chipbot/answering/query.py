"""A member's question → a query: what to look for, what counts how much, and what kind of answer is wanted."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from chipbot.answering.query_expansion import Expansion, expand_query, related_expansions
from chipbot.answering.query_tokens import query_tokens
from chipbot.answering.spelling import correct, is_function_word, unaccented
from chipbot.answering.synonyms import NO_SYNONYMS, Synonyms
from chipbot.retrieval.retriever import UNKNOWN, Retriever
from chipbot.text.answer_types import AnswerType, expected_answer_types
from chipbot.text.tokenizer import Token, analyzer, function_words, is_common_term, likeliest
from chipbot.text.words import is_camel_case

MAX_CHARS = 1_000
"""Code points of a question that are looked at; what is longer is not one question."""

MAX_TERMS = 32
"""Terms of a question that are looked for."""

SHORT = 40
"""Letters of a question up to which its language is guessed rather than told."""
_LIKELY_LANGUAGES = 6  # that such a question may be in

_ENTITY_SHARE = 0.3
"""The share of a question's weight from which an entity is what it is about. Of the open sets' questions with a smaller
one, and of those with a missing word that is no entity, most are answered right all the same: documents say it in
another word.
"""

_CONTENT_SHARE = 0.6  # a word that weighs less than this share of its idf is common, and says little
_CORRECTED_WEIGHT = 0.8  # a corrected word may be the wrong one


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryTerm:
    """One term of a question."""

    term: str
    """What BM25 counts."""
    word: str
    """The word as the member wrote it."""
    number: int
    """The term's number in the index, or `UNKNOWN` where no passage holds it."""
    idf: float
    """Its inverse document frequency in the index."""
    weight: float
    """How much a match says: the same, less for words that any question may have."""
    is_entity: bool
    """Whether it is written like a name or a figure that nothing else can stand for."""
    is_answer_type_cue: bool = False
    """Whether it only says what kind of answer is wanted."""
    is_corrected: bool = False
    """Whether the word was taken for a misspelling of another."""
    is_expanded: bool = False
    """Whether documents write something else for it."""

    @property
    def is_content_word(self) -> bool:
        """Whether it says what a question is about: neither a common word nor one that only asks."""
        return self.is_entity or (not self.is_answer_type_cue and self.weight >= _CONTENT_SHARE * self.idf)

    @property
    def is_known(self) -> bool:
        """Whether the documents hold it, or what they write for it."""
        return self.number != UNKNOWN or self.is_expanded


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to look for."""

    terms: tuple[QueryTerm, ...]
    """The question's distinct terms in order."""
    answer_types: int
    """The AnswerType mask of the kinds of answer that it asks for; 0 where it does not say."""
    counted: int | None = None
    """Which of the terms says what is counted or measured, where a number is asked for."""
    corrections: tuple[tuple[str, str], ...]
    """Each misspelt word with the word that was looked for instead."""
    language: str = ""
    """What it seems to be in, ISO 639-1."""
    expansions: tuple[Expansion, ...] = ()
    """What documents write for some of the terms, the longest first."""
    related: tuple[Expansion, ...] = ()
    """What documents write that is related to some of the terms, the longest first."""

    @property
    def has_unknown_entity(self) -> bool:
        """Whether an entity that makes up much of the question stands in no document: then nothing else answers it."""
        unknown = [term.weight for term in self.terms if term.is_entity and not term.is_known]
        return max(unknown, default=0.0) > _ENTITY_SHARE * sum(term.weight for term in self.terms)

    @property
    def term_numbers(self) -> list[int]:
        """The number of each term that passages are looked for by."""
        own = [term.number for term in self.terms if term.number != UNKNOWN]
        expanded = (number for each in self.expansions + self.related for number in each.target)
        return list(dict.fromkeys([*own, *expanded]))


_QUANTITY = regex.compile(r"(?!(?:19|20)\d\d$)\d+(?:,\d{3})*\p{L}{0,3}")
"""A whole number that is no year, maybe with an ending or a unit: 13, 7th, 72h, 35,000."""

_COMMON_WEIGHT = 0.5  # a word that any text may use
_UNKNOWN_COMMON_WEIGHT = 0.2  # … and these documents happen not to use; or a number of the asker's own
_CUE_WEIGHT = 0.25  # "money" in "how much money" says what kind of answer is wanted, not what it is about


def parse_query(
    text: str, retriever: Retriever, languages: tuple[str, ...], synonyms: Synonyms = NO_SYNONYMS
) -> Query:
    """Read a question in the light of what the documents hold.

    Args:
        text: The question as it was asked; the first `MAX_CHARS` code points are looked at.
        retriever: Whose vocabulary its words are looked up in.
        languages: The languages that it may be in.
        synonyms: The operator's synonyms.
    """
    text = unicodedata.normalize("NFKC", text[:MAX_CHARS])[:MAX_CHARS]  # full-width letters; some become more
    language = _language(text, retriever, languages)
    tokens = query_tokens(text, language, retriever.vocabulary)
    expansions = expand_query(text, tokens, language, synonyms, retriever.vocabulary)
    related = related_expansions(tokens, language, synonyms, retriever.vocabulary)
    answer_types, cue = expected_answer_types(text)
    terms: dict[str, QueryTerm] = {}
    corrections: list[tuple[str, str]] = []
    for token in tokens:
        if token.term in terms or len(terms) >= MAX_TERMS:
            continue
        term, correction = _look_up(token, text, language, retriever, expansions, related)
        if term.is_entity and synonyms.abbreviates(term.term):
            term = replace(term, is_entity=False)
        if not term.is_known and not term.is_entity and is_function_word(term.word, language):
            continue
        if token.start < cue[1] and token.end > cue[0]:
            term = replace(term, weight=term.weight * _CUE_WEIGHT, is_answer_type_cue=True)
        elif is_common_term(token.term, language) and not term.is_entity:
            share = _COMMON_WEIGHT if term.is_known else _UNKNOWN_COMMON_WEIGHT
            term = replace(term, weight=term.weight * share)
        terms.setdefault(term.term, term)
        if correction:
            corrections.append((term.word, correction))
    return Query(
        terms=tuple(terms.values()),
        answer_types=answer_types,
        counted=_counted(tokens, list(terms.values()), text, cue[1])
        if answer_types & AnswerType.NUMBER
        else None,
        corrections=tuple(corrections),
        language=language,
        expansions=tuple(expansions),
        related=tuple(related),
    )


def _counted(tokens: Sequence[Token], terms: Sequence[QueryTerm], text: str, cue_end: int) -> int | None:
    """Return which term comes right after the words that ask for a number: "guests" of "how many guests"."""
    token = next((token for token in tokens if token.start >= cue_end), None)
    if token is None or text[cue_end : token.start].strip():
        return None
    word = text[token.start : token.end]
    return next((place for place, term in enumerate(terms) if term.word == word), None)


def _language(text: str, retriever: Retriever, languages: tuple[str, ...]) -> str:
    """Return the language of a question: of a short one, the likeliest in which all of its terms are known, if any.

    Few letters tell little ("Café Zoé parrot"), but read in another language a question keeps function words, and
    gets stems, that the documents do not have.
    """
    likely = likeliest(text, languages)[:_LIKELY_LANGUAGES]
    if len(likely) > 1 and sum(map(str.isalpha, text)) <= SHORT:
        for language in likely:
            terms = analyzer(language).terms(text)
            if terms and all(retriever.vocabulary.find(term) != UNKNOWN for term in terms):
                return language
    return likely[0]


def _look_up(
    token: Token,
    text: str,
    language: str,
    retriever: Retriever,
    expansions: Sequence[Expansion],
    related: Sequence[Expansion],
) -> tuple[QueryTerm, str | None]:
    """Return what there is to know of a token, and the word that was looked for in its place if it is misspelt.

    Where documents write something else for it, its idf is that of whichever is commoner (as in Lucene's
    SynonymQuery).
    """
    vocabulary = retriever.vocabulary
    word = text[token.start : token.end]
    number = vocabulary.find(token.term)
    if number == UNKNOWN:
        number = unaccented(word, vocabulary, language)
    term = QueryTerm(
        term=token.term,
        word=word,
        number=number,
        idf=retriever.unknown_idf,
        weight=retriever.unknown_idf,
        is_entity=_is_entity(word, token.start, text),
    )
    own = [vocabulary.idf(number)] if number != UNKNOWN else []
    others = [max(map(vocabulary.idf, each.target)) for each in expansions if token.term in each.source]
    if own or others:
        idf = min(own + others)
        return replace(term, idf=idf, weight=idf, is_expanded=bool(others)), None
    if _is_quantity(token, text, language):
        return replace(term, is_entity=False, weight=term.weight * _UNKNOWN_COMMON_WEIGHT), None
    has_related = any(token.term in each.source for each in related)
    is_common = is_common_term(token.term, language)
    number = UNKNOWN if is_common or has_related else correct(token.term, word, vocabulary, language)
    if number == UNKNOWN:
        return term, None
    idf = vocabulary.idf(number) * _CORRECTED_WEIGHT
    known = vocabulary.term(number)
    term = replace(term, term=known, number=number, idf=idf, weight=idf, is_corrected=True)
    return term, next(vocabulary.surface_forms(number), known)


def _is_entity(word: str, start: int, text: str) -> bool:
    """Whether a word is capitalised amid lower case, in capitals, a figure, an identifier, or an operator."""
    if any(map(str.isdigit, word)) or is_camel_case(word) or regex.search(r"^[.=&|!<]|[_-]", word):
        return True
    if not word[:1].isupper() or not any(map(str.islower, text)):
        return False
    others = regex.findall(r"\b\p{L}\w*", text[:start] + " " + text[start + len(word) :])
    lowered = sum(other[0].islower() for other in others)
    first = not regex.search(r"\w", text[:start])
    return lowered * 2 >= len(others) and (not first or (len(word) > 1 and word.isupper()))


def _is_quantity(token: Token, text: str, language: str) -> bool:
    """Whether a token is a number of something that the asker has or is ("my 13 year old", "about 35000"), for which
    documents have a rule rather than the number; not a year, nor one that names what stands before it ("error 302").
    """
    if not _QUANTITY.fullmatch(text, token.start, token.end):
        return False
    if regex.search(r"[^\s(\"“]$", text[: token.start]) or regex.match(r"[.:/-]\w", text[token.end :]):
        return False  # a part of a code, a version, a time
    before = regex.findall(r"['’]?\p{L}+", text[: token.start])[-1:]
    return all(word[0] in "'’" or word.lower() in function_words(language) for word in before)
