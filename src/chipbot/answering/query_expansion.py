"""What documents may write instead of a question's words: the operator's synonyms, compounds, and forms of
numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import regex

from chipbot.index import Index
from chipbot.index.usage import stand_together
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
_SMALLEST_SCALED = 10_000  # smaller figures are years, more often than not
_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}

Run = tuple[str, ...]
"""Terms that follow one another."""


@dataclass(frozen=True, slots=True)
class Variant:
    """What may stand in a document for some neighbouring terms of a question."""

    asked: Run
    """The question's terms."""
    written: tuple[int, ...]
    """The numbers of the document's terms, which follow one another."""


class Synonyms:
    """The rules of a synonyms file in terms, for documents and questions in some languages."""

    def __init__(self, text: str, languages: Sequence[str]) -> None:
        self._rules: dict[Run, dict[Run, None]] = {}
        for rule in parse_synonyms(text)[0]:
            written = dict.fromkeys(
                run for entry in rule.written for language in languages if (run := terms_of(entry, language))
            )
            for language in languages:
                asked = terms_of(rule.asked, language)
                if asked:
                    self._rules.setdefault(asked, {}).update(written)
        self._longest = max(map(len, self._rules), default=0)

    def of(self, terms: Sequence[str]) -> Iterator[tuple[Run, Run]]:
        """Yield what is asked and what may be written for it; of several rules that begin at a term the
        longest holds.
        """
        start = 0
        while start < len(terms):
            lengths = range(min(self._longest, len(terms) - start), 0, -1)
            asked = next(
                (run for n in lengths if (run := tuple(terms[start : start + n])) in self._rules), None
            )
            if asked:
                yield from ((asked, written) for written in self._rules[asked] if written != asked)
            start += len(asked) if asked else 1


NO_SYNONYMS = Synonyms("", ())


def variants(
    text: str, tokens: Sequence[Token], language: str, synonyms: Synonyms, index: Index
) -> list[Variant]:
    """Return what the indexed documents have instead of the question `text` in `language`, whose terms are
    `tokens`.
    """
    terms = [token.term for token in tokens]
    pairs = [*synonyms.of(terms), *_joined(text, tokens, language), *_split(text, tokens, language, index)]
    if language == "en":
        pairs += _numbers(terms)
    found: dict[Variant, None] = {}
    for asked, written in pairs:
        numbers = tuple(map(index.terms.find, written))
        if min(numbers) >= 0 and set(written) != set(asked):
            found[Variant(asked, numbers)] = None
    return sorted(found, key=lambda variant: -len(variant.written))  # what is longer says more


def _joined(text: str, tokens: Sequence[Token], language: str) -> Iterator[tuple[Run, Run]]:
    """Yield two words that stand together, written as one: "data base" or "data-base" as "database", "log in"
    as "login".
    """
    ends = {token.end: token for token in tokens}
    starts = {token.start: token for token in tokens}
    for match in regex.finditer(r"(?<=[\p{L}\p{M}])([ \-‐‑])(\p{L}[\p{L}\p{M}]+)", text):
        first, second = ends.get(match.start()), starts.get(match.start(2))
        if first is None or (
            match.group(2).lower() not in _PARTICLES if second is None else second.end != match.end()
        ):
            continue
        written = tuple(analyzer(language).terms(text[first.start : first.end] + match.group(2)))
        if len(written) == 1 and written[0] != first.term:  # whose stem may have swallowed the second
            yield (first.term, *([second.term] if second else [])), written


def _split(text: str, tokens: Sequence[Token], language: str, index: Index) -> Iterator[tuple[Run, Run]]:
    """Yield one word written as two that somewhere stand together: "database" as "data base", "email" as
    "e-mail".
    """
    for token in tokens:
        word = text[token.start : token.end]
        if not word.isalpha() or not token.term.isalpha():
            continue
        shortest = 3 if index.terms.find(token.term) >= 0 else 1
        for cut in range(shortest, len(word) - max(shortest, 2) + 1):
            first = analyzer(language).terms(word[:cut])
            if len(first) != 1 or (left := index.terms.find(first[0])) < 0:
                continue
            second = analyzer(language).terms(word[cut:])
            if (
                len(second) == 1
                and (right := index.terms.find(second[0])) >= 0
                and stand_together(index, left, right)
            ):
                yield (token.term,), (first[0], second[0])


def _numbers(terms: Sequence[str]) -> Iterator[tuple[Run, Run]]:
    """Yield 500000000 for "500 million", 22 for "twenty-two", whose terms are 20 and 2, and both the other
    way round.
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
        if following in scales and value == int(value):
            yield (term, following), (str(int(value)),)
        for scale, zeros in scales.items():
            scaled = value.scaleb(-zeros)
            if (
                following not in scales
                and value >= _SMALLEST_SCALED
                and 1 <= scaled < 1000
                and scaled == round(scaled, 3)
            ):
                yield (term,), (f"{scaled.normalize():f}", scale)
