"""Figures, times and versions, as documents may write them otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import zip_longest

import regex

from chipbot.retrieval.retriever import UNKNOWN, Vocabulary
from chipbot.text.tokenizer import Token, analyzer

_MIN_SCALED = 10_000  # smaller figures are years, more often than not
_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}

_FIGURE = regex.compile(r"\d+(?:\.\d+)?")
_VERSION = regex.compile(r"\d{1,3}(?:\.\d{1,3})+")
_RELEASES = 30
"""Last parts of a version that are looked for where a question leaves it open."""

_CLOCK = regex.compile(
    r"(?<![\d.,:])(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?(?:\ ?(?P<half>[ap])\.?m\b\.?)?(?![\d:])",
    regex.IGNORECASE,
)

Phrase = tuple[str, ...]
"""Terms that follow one another."""


def written_forms(
    text: str, tokens: Sequence[Token], language: str, vocabulary: Vocabulary
) -> Iterator[tuple[Phrase, Phrase]]:
    """Yield terms of a question that are figures, times or versions, with what documents may write for them.

    Args:
        text: The question.
        tokens: Its terms.
        language: Its language.
        vocabulary: The documents' terms.
    """
    if not any(map(str.isdigit, text)) and language != "en":
        return
    yield from _times(text, tokens, language)
    yield from _versions(text, tokens, vocabulary)
    if language == "en":
        yield from _numbers(text, tokens)


def _numbers(text: str, tokens: Sequence[Token]) -> Iterator[tuple[Phrase, Phrase]]:
    """Yield 500000000 for "500 million", 22 for "twenty-two", whose terms are 20 and 2, and both the other way
    round.
    """
    for token, after in zip_longest(tokens, tokens[1:]):
        term, following = token.term, after.term if after else ""
        if not _FIGURE.fullmatch(term):
            continue
        if regex.fullmatch(r"[2-9]0", term) and regex.fullmatch(r"[1-9]", following):
            yield (term, following), (f"{term[0]}{following}",)
        if regex.fullmatch(r"[2-9][1-9]", term):
            yield (term,), (f"{term[0]}0", term[1])
        scales = _scales()
        value = Decimal(term) * 10 ** scales.get(following, 0)
        if following in scales:
            if value == int(value):
                yield (term, following), (str(int(value)),)
        elif value >= _MIN_SCALED or (
            value >= 1000 and text[token.start : token.end] != term
        ):  # "5,000" is no year
            for scale, zeros in scales.items():
                scaled = value.scaleb(-zeros)
                if 1 <= scaled < 1000 and scaled == round(scaled, 3):  # a figure of three digits at most
                    yield (term,), (f"{scaled.normalize():f}", scale)


@cache
def _scales() -> dict[str, int]:
    return {analyzer("en").terms(word)[0]: zeros for word, zeros in _SCALES.items()}


def _times(text: str, tokens: Sequence[Token], language: str) -> Iterator[tuple[Phrase, Phrase]]:
    """Yield 20:00 for 8 pm, and the other way round."""
    for match in _CLOCK.finditer(text):
        hour, minute, half = int(match["hour"]), match["minute"] or "00", (match["half"] or "").lower()
        if hour > (12 if half else 23) or (not half and match["minute"] is None):
            continue
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
            forms = [f"{hour}:{minute}", f"{hour:02}:{minute}"]
        else:
            twelve, ending = (hour + 11) % 12 + 1, "pm" if hour >= 12 else "am"  # hours of half a day
            forms = [f"{twelve}:{minute} {ending}", *([f"{twelve} {ending}"] if minute == "00" else [])]
        source = tuple(token.term for token in tokens if match.start() <= token.start < match.end())
        targets = (tuple(analyzer(language).terms(form)) for form in forms)
        yield from ((source, target) for target in targets if source and len(target) > 1)


def _versions(text: str, tokens: Sequence[Token], vocabulary: Vocabulary) -> Iterator[tuple[Phrase, Phrase]]:
    """Yield 1.20.x, or 1.20 where it is unknown, for 1.20.4, and what is known of 1.20.4 and its like for 1.20.x; for 1.20,
    too, where that itself is unknown.
    """
    for token, after in zip_longest(tokens, tokens[1:]):
        term = token.term
        if not _VERSION.fullmatch(term):
            continue
        is_open = after is not None and after.term == "x" and text[token.end : after.start] == "."
        leading = term.rpartition(".")[0]
        is_unknown = vocabulary.find(term) == UNKNOWN
        if is_open or (is_unknown and "." not in leading):
            source = (term, "x") if is_open else (term,)
            yield from ((source, (f"{term}.{last}",)) for last in range(_RELEASES))
        if is_open:
            continue
        yield (term,), (leading, "x")
        number, series = vocabulary.find(leading), vocabulary.find("x")
        has_series = UNKNOWN not in (number, series) and vocabulary.are_adjacent(number, series)
        if is_unknown and "." in leading and not has_series:
            yield (term,), (leading,)
