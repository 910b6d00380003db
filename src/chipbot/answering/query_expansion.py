"""What documents may write instead of a question's words: synonyms, compounds, and other forms of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import regex

from chipbot.retrieval.retriever import UNKNOWN, Vocabulary
from chipbot.sources.synonyms import parse_synonyms, terms_of
from chipbot.text.tokenizer import Token, analyzer

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
_MIN_SCALED = 10_000  # smaller figures are years, more often than not
_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}

Phrase = tuple[str, ...]
"""Terms that follow one another."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """What may stand in a document for neighbouring terms of a question."""

    source: Phrase
    """The question's terms."""
    target: tuple[int, ...]
    """The numbers of the document's terms, which follow one another."""


class Synonyms:
    """The rules of a synonyms file in terms, for documents and questions in some languages."""

    def __init__(self, text: str, languages: Sequence[str]) -> None:
        self._rules: dict[Phrase, dict[Phrase, None]] = {}
        for rule in parse_synonyms(text)[0]:
            targets = dict.fromkeys(
                phrase
                for entry in rule.written
                for language in languages
                if (phrase := terms_of(entry, language))
            )
            for language in languages:
                source = terms_of(rule.asked, language)
                if source:
                    self._rules.setdefault(source, {}).update(targets)
        self._longest = max(map(len, self._rules), default=0)

    def of(self, terms: Sequence[str]) -> Iterator[tuple[Phrase, Phrase]]:
        """Yield phrases of a question with what may be written for each; of rules that begin at one term the longest
        holds.
        """
        start = 0
        while start < len(terms):
            lengths = range(min(self._longest, len(terms) - start), 0, -1)
            source = next((p for n in lengths if (p := tuple(terms[start : start + n])) in self._rules), None)
            if source:
                yield from ((source, target) for target in self._rules[source] if target != source)
            start += len(source) if source else 1


NO_SYNONYMS = Synonyms("", ())


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
        *synonyms.of(terms),
        *_joined(text, tokens, language),
        *_split(text, tokens, language, vocabulary),
    ]
    if language == "en":
        pairs += _number_forms(terms)
    expansions: dict[Expansion, None] = {}
    for source, target in pairs:
        numbers = tuple(map(vocabulary.find, target))
        if UNKNOWN not in numbers and set(target) != set(source):
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


def _number_forms(terms: Sequence[str]) -> Iterator[tuple[Phrase, Phrase]]:
    """Yield 500000000 for "500 million", 22 for "twenty-two", whose terms are 20 and 2, and both the other way
    round.
    """
    figures = [(i, term) for i, term in enumerate(terms) if regex.fullmatch(r"\d+(?:\.\d+)?", term)]
    scales = {analyzer("en").terms(word)[0]: zeros for word, zeros in _SCALES.items()} if figures else {}
    for i, term in figures:
        following = terms[i + 1] if i + 1 < len(terms) else ""
        if regex.fullmatch(r"[2-9]0", term) and regex.fullmatch(r"[1-9]", following):
            yield (term, following), (f"{term[0]}{following}",)
        if regex.fullmatch(r"[2-9][1-9]", term):
            yield (term,), (f"{term[0]}0", term[1])
        value = Decimal(term) * 10 ** scales.get(following, 0)
        if following in scales:
            if value == int(value):
                yield (term, following), (str(int(value)),)
        elif value >= _MIN_SCALED:
            for scale, zeros in scales.items():
                scaled = value.scaleb(-zeros)
                if 1 <= scaled < 1000 and scaled == round(scaled, 3):
                    yield (term,), (f"{scaled.normalize():f}", scale)
