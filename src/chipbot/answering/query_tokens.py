"""Which of a question's words are looked for: not those that only ask, and names of several parts as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

import regex

from chipbot.answering.spelling import correct
from chipbot.retrieval.retriever import UNKNOWN, Vocabulary
from chipbot.text.languages import fillers
from chipbot.text.languages import language as language_of
from chipbot.text.tokenizer import Token, analyzer

_NAME = regex.compile(r"(?<![\w-])(?:\p{Ll}+(?:-\p{Ll}+){2,}+|\p{L}[\p{L}\d]*+(?:_[\p{L}\d]++)++)(?![\w-])")
"""Parts in lower case with hyphens between, three or more, or any with low lines: what settings and functions are called."""

_NOISE = regex.compile(r"(?:(\w{1,2})\W+(?:\1\W+)*\1|(\w+)\W+\2\W+(?:\2\W+)*\2)\W*", regex.IGNORECASE)
"""One or two letters again and again, or a word three times or more: nothing that anybody asks."""


def query_tokens(text: str, language: str, vocabulary: Vocabulary) -> list[Token]:
    """Return the tokens of a question that are looked for, in order.

    Args:
        text: The question.
        language: Its language.
        vocabulary: The documents' terms: a name whose parts they hold, but nowhere together, is one unknown word.
    """
    if _NOISE.fullmatch(text.strip()):
        return []
    tokens = list(_without_parts(analyzer(language).tokens(text)))
    tokens = [token for token in tokens if text[token.start : token.end].lower() not in fillers()] or tokens
    tokens = _without_asking(text, tokens, language) or tokens
    return _with_unknown_names(text, tokens, language, vocabulary)


def _without_parts(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens that are no parts of the word before: of an identifier, the whole is asked for."""
    end = start = 0
    for token in tokens:
        if token.end > end or (token.start, token.end) == (start, end):
            start, end = token.start, token.end
            yield token


def _without_asking(text: str, tokens: Sequence[Token], language: str) -> list[Token]:
    """Return the tokens outside of the phrases that only ask, in languages whose terms don't tell them from others."""
    asking = _asking(language)
    if asking is None:
        return list(tokens)
    spans = [match.span() for match in asking.finditer(text)]
    return [token for token in tokens if not any(a < token.end and token.start < b for a, b in spans)]


@cache
def _asking(language: str) -> regex.Pattern[str] | None:
    phrases = language_of(language).asking
    return regex.compile(phrases) if phrases else None


def _with_unknown_names(text: str, tokens: list[Token], language: str, vocabulary: Vocabulary) -> list[Token]:
    """Return the tokens, those of a name that the documents don't have replaced by one of the whole name."""
    for match in _NAME.finditer(text):
        start, end = match.span()
        parts = [token for token in tokens if start <= token.start and token.end <= end]
        inner = len(regex.findall(r"[-_]", match.group()))
        if (
            len(parts) < 2 or len(parts) < inner
        ):  # state-of-the-art: function words stand within ordinary compounds
            continue
        if not _is_known_name(
            [(part.term, text[part.start : part.end]) for part in parts], language, vocabulary
        ):
            at = tokens.index(parts[0])
            whole = Token(match.group().lower(), start, end)
            tokens = [*tokens[:at], whole, *(token for token in tokens[at:] if token not in parts)]
    return tokens


def _is_known_name(parts: Sequence[tuple[str, str]], language: str, vocabulary: Vocabulary) -> bool:
    """Return whether the parts of a name, each a term and its word, stand together somewhere, typing errors aside."""
    numbers = []
    for term, word in parts:
        number = vocabulary.find(term)
        numbers.append(number if number != UNKNOWN else correct(term, word, vocabulary, language))
    if UNKNOWN in numbers:
        return False
    return all(vocabulary.are_adjacent(a, b) for a, b in pairwise(numbers))
