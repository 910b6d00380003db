"""A term with the word that it was made of, and the terms of scripts without spaces between words: pairs of characters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, repeat
from operator import add
from typing import NamedTuple

from chipbot.text.words import CLUSTER, MARK


class Token(NamedTuple):
    """One term of a text with the word that it was made of."""

    term: str
    """What BM25 counts."""
    start: int
    """Where the word begins in the text."""
    end: int
    """Where it ends."""


def bigrams(word: str, start: int, end: int) -> list[Token]:
    """Return the overlapping pairs of what readers take for characters: letters with the marks on them
    (UAX #29, grapheme clusters).

    A compatibility form of another length keeps the whole run's offsets.
    """
    characters = clusters(word)
    if len(characters) <= 2:
        return [Token(word, start, end)]
    starts: Iterable[int] = repeat(start)
    ends: Iterable[int] = repeat(end)
    if len(word) == end - start:
        starts = list(accumulate(map(len, characters), initial=start))
        ends = starts[2:]
    found = zip(pairs(characters), starts, ends, strict=False)
    return list(map(tuple.__new__, repeat(Token), found))  # as Token._make, without a call of Python for each


def clusters(word: str) -> Sequence[str]:
    """Return what readers take for the characters of a word."""
    return CLUSTER.findall(word) if MARK.search(word) else word


def pairs(characters: Sequence[str]) -> Iterable[str]:
    """Return the overlapping pairs of characters; all, where there are no more than two."""
    return map(add, characters, characters[1:]) if len(characters) > 2 else ["".join(characters)]
