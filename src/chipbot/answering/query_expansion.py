"""What documents may write instead of a question's words: synonyms, compounds, and other forms of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import regex

from chipbot.answering.synonyms import Synonyms
from chipbot.answering.written_forms import Phrase, written_forms
from chipbot.arrays import Ints
from chipbot.retrieval.retriever import UNKNOWN, Vocabulary
from chipbot.text.languages import language as language_of
from chipbot.text.tokenizer import Token, analyzer
from chipbot.text.words import PART, is_camel_case

_PARTICLES = {
    "in",
    "on",
    "up",
    "out",
    "off",
    "over",
    "down",
}  # function words that end compounds: "login", "setup"
_MAX_COMPOUND = 60  # letters of a word that may be two
_MIN_PART = 4  # letters of a word that a compound is looked for with
_MIN_KEPT = 4  # letters that a derived word keeps


@dataclass(frozen=True, slots=True)
class Expansion:
    """What may stand in a document for neighbouring terms of a question."""

    source: Phrase
    """The question's terms."""
    target: tuple[int, ...]
    """The numbers of the document's terms, which follow one another."""


def expand_query(
    text: str, tokens: Sequence[Token], language: str, synonyms: Synonyms, vocabulary: Vocabulary
) -> list[Expansion]:
    """Return what the indexed documents have instead of a question's words, the longest first.

    Args:
        text: The question.
        tokens: Its terms.
        language: Its language.
        synonyms: The operator's synonyms.
        vocabulary: The documents' terms: what they lack is no expansion.
    """
    terms = [token.term for token in tokens]
    pairs = [
        *synonyms.same.apply(terms),
        *_joined(text, tokens, language),
        *_split(text, tokens, language, vocabulary),
        *_compounds(text, tokens, language),
        *_derived(text, tokens, language, vocabulary),
        *written_forms(text, tokens, language, vocabulary),
    ]
    return _known(pairs, vocabulary)


def related_expansions(
    tokens: Sequence[Token], language: str, synonyms: Synonyms, vocabulary: Vocabulary
) -> list[Expansion]:
    """Return what the indexed documents have of the words that are related to a question's, the longest first."""
    return _known(synonyms.related(language).apply([token.term for token in tokens]), vocabulary)


def _known(pairs: Iterable[tuple[Phrase, Phrase]], vocabulary: Vocabulary) -> list[Expansion]:
    """Return the pairs whose targets the documents may hold, the longest first."""
    expansions: dict[Expansion, None] = {}
    for source, target in pairs:
        numbers = tuple(map(vocabulary.find, target))
        if numbers and UNKNOWN not in numbers and set(target) != set(source):
            expansions[Expansion(source, numbers)] = None
    return sorted(expansions, key=lambda expansion: -len(expansion.target))  # what is longer says more


def _joined(text: str, tokens: Sequence[Token], language: str) -> Iterator[tuple[Phrase, Phrase]]:
    """Yield two words that stand together, written as one: "data base" or "data-base" as "database", "log in" as
    "login".
    """
    ends = {token.end: token for token in tokens}
    starts = {token.start: token for token in tokens}
    for match in regex.finditer(r"(?<=[\p{L}\p{M}])([ \-‐‑])(\p{L}[\p{L}\p{M}]+)", text):
        first, second = ends.get(match.start()), starts.get(match.start(2))
        if first is None:
            continue
        if match.group(2).lower() not in _PARTICLES if second is None else second.end != match.end():
            continue
        target = tuple(analyzer(language).terms(text[first.start : first.end] + match.group(2)))
        if len(target) == 1 and target[0] != first.term:  # whose stem may have swallowed the second
            yield (first.term, *([second.term] if second else [])), target


def _split(
    text: str, tokens: Sequence[Token], language: str, vocabulary: Vocabulary
) -> Iterator[tuple[Phrase, Phrase]]:
    """Yield a word written as two that somewhere stand together: "database" as "data base", "email" as "e-mail"."""
    terms = analyzer(language).terms
    words = dict.fromkeys((token.term, text[token.start : token.end]) for token in tokens)
    for term, word in words:
        if is_camel_case(word):
            if vocabulary.find(term) == UNKNOWN:
                yield (term,), tuple(terms(" ".join(PART.findall(word))))
            continue
        if not word.isalpha() or not term.isalpha() or len(word) > _MAX_COMPOUND:
            continue
        shortest = 3 if vocabulary.find(term) != UNKNOWN else 1
        for cut in range(shortest, len(word) - max(shortest, 2) + 1):
            first = terms(word[:cut])
            if len(first) != 1 or (left := vocabulary.find(first[0])) == UNKNOWN:
                continue
            second = terms(word[cut:])
            if len(second) != 1 or (right := vocabulary.find(second[0])) == UNKNOWN:
                continue
            if vocabulary.are_adjacent(left, right):
                yield (term,), (first[0], second[0])


def _compounds(text: str, tokens: Sequence[Token], language: str) -> Iterator[tuple[Phrase, Phrase]]:
    """Yield two neighbouring words written as one, in either order, as German does: "Ports weiterleiten" as
    "Portweiterleitung".
    """
    links = language_of(language).linking_elements
    if not links:
        return
    words = [(token.term, text[token.start : token.end].lower()) for token in tokens]
    for pair in pairwise(words):
        if not all(term.isalpha() and len(term) >= _MIN_PART for term, _ in pair):
            continue
        for (first, first_word), (second, second_word) in (pair, pair[::-1]):
            beginnings = dict.fromkeys(each + link for each in (first, first_word) for link in links)
            targets = {tuple(analyzer(language).terms(beginning + second_word)) for beginning in beginnings}
            yield from (((first, second), target) for target in sorted(targets) if len(target) == 1)


def _derived(
    text: str, tokens: Sequence[Token], language: str, vocabulary: Vocabulary
) -> Iterator[tuple[Phrase, Phrase]]:
    """Yield words of the same family for words that the documents lack: "application" for "apply"."""
    derivations = language_of(language).derivations
    for term, start, end in tokens if derivations else ():
        word = text[start:end].lower()
        if vocabulary.find(term) != UNKNOWN or not word.isalpha():
            continue
        for ending, other in (*derivations, *((b, a) for a, b in derivations)):
            kept = word.removesuffix(ending)
            if word.endswith(ending) and len(kept) >= _MIN_KEPT:
                yield (term,), tuple(analyzer(language).terms(kept + other))


def phrase_matches(terms: npt.NDArray[np.integer], owner: Ints, phrase: tuple[int, ...]) -> Ints:
    """Return where a phrase begins among terms, all of it with one owner."""
    count = len(terms) - len(phrase) + 1
    if count < 1:
        return np.zeros(0, np.int64)
    same = owner[:count] == owner[len(phrase) - 1 :]
    for step, number in enumerate(phrase):
        same &= terms[step : step + count] == number
    return np.flatnonzero(same)
