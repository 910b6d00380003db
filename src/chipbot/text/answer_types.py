"""What kinds of answer a sentence could hold: numbers, dates, names… as a bit mask, computed once when the
index is built.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import IntFlag
from functools import cache

import numpy as np
import numpy.typing as npt
import regex

from chipbot.text.words import AROUND


class Signal(IntFlag):
    """The kinds of answer that a sentence shows on its surface."""

    NUMBER = 1
    """A figure that is not a year, or a number word."""
    DATE = 2
    """A year, a month, a weekday or a clock time."""
    AMOUNT = 4
    """Money, a percentage or a measure."""
    NAME = 8
    """A capitalised word inside the sentence."""
    REASON = 16
    """A word that introduces a cause or purpose."""
    PLACE = 32
    """A capitalised word after a preposition of place."""
    PERSON = 64
    """Two capitalised words in a row, or a title before one."""
    DEFINITION = 128
    """A form of words that says what something is."""
    BACKWARD = 256
    """It begins with a word that points back to the sentence before it."""


@cache
def _patterns() -> dict[Signal, regex.Pattern[str]]:
    """Return what shows each signal; compiled when the first sentence is looked at, since asking needs the
    names only.
    """
    return {
        Signal.NUMBER: regex.compile(
            r"(?<!\p{N})(?!(?:1[0-9]|20)\p{Nd}{2}(?!\p{N}))\p{N}|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|"
            r"hundred|thousand|million|billion|half|twice|third|quarter)s?\b"
        ),
        Signal.DATE: regex.compile(
            r"\b(?:1[0-9]|20)\p{Nd}{2}s?\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December|"
            r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|today|yesterday|century|centuries|decades?|"
            r"spring|summer|autumn|winter)\b|\b\p{Nd}{1,2}(?::\p{Nd}{2}|\s?[ap]\.?m\b)|\b\p{Nd}{1,4}[./-]\p{Nd}{1,2}[./-]\p{Nd}{1,4}\b|"
            r"\b\p{Nd}+\s(?:BC|AD|BCE|CE)\b|年|月"
        ),
        Signal.AMOUNT: regex.compile(
            r"[$€£¥₹%]|\b\p{Nd}[\p{Nd}.,]*\s?"
            r"(?:percent|per cent|million|billion|trillion|thousand|dollars?|euros?|pounds?|km|kg|cm|mm|mi|"
            r"miles?|met(?:re|er)s?|feet|ft|hours?|minutes?|seconds?|"
            r"days?|weeks?|months?|years?|degrees?|°)"
        ),
        Signal.NAME: regex.compile(r"(?<=[\p{Ll}\p{N},;:)’'\"] [\"'“‘(]?)\p{Lu}[\p{L}\p{N}]"),
        Signal.REASON: regex.compile(
            r"\b(?:because|due to|since|so that|in order to|as a result|therefore|thus|caused?|causes|causing|led to|"
            r"reasons?|aims?|purpose|response to|resulted|intended|designed to|"
            r"to (?:reduce|avoid|prevent|protect|support|increase|improve|ensure|fortify))\b",
            regex.IGNORECASE,
        ),
        Signal.PLACE: regex.compile(
            r"\b(?:in|at|near|from|to|of|on|around|across|outside|inside)\s(?:the\s)?\p{Lu}"
        ),
        Signal.PERSON: regex.compile(
            r"\p{Lu}[\p{Ll}'’.-]+\s(?:\p{Lu}\.\s)*(?:(?:van|von|de|der|la|al|bin|ibn)\s)*\p{Lu}[\p{Ll}'’-]+|"
            r"\b(?:Mr|Mrs|Ms|Dr|Prof|President|King|Queen|Sir|Saint|Pope|Emperor)\b\.?\s\p{Lu}"
        ),
        Signal.DEFINITION: regex.compile(
            r"\b(?:is|are|was|were)\s(?:a|an|the|any|one)\b|\b(?:refers? to|defined as|known as|called|means|consists? of|"
            r"stands for)\b",
            regex.IGNORECASE,
        ),
        Signal.BACKWARD: regex.compile(
            r"^\W*(?:this|these|that|those|it|its|they|their|them|he|his|him|she|her|such|both|another|"
            r"the (?:aim|goal|latter|former|same)|"
            r"esto|esta?s?|eso|ello|ella|ellos|ellas|él|su|sus|isso|isto|ele|ela|eles|elas|seu|sua|il|elle|ils|elles|ce|cela|ces|cette|"
            r"er|sie|es|dies\w*|acest\w*|el|ea|ei|ele|это|этот|эта|эти|он|она|они|оно|αυτ\w+|bu|bunlar|o|onlar|nó|họ|"
            r"هذا|هذه|هو|هي|यह|वह|ये|वे|这|它|他|她)"
            r"(?!\w)",
            regex.IGNORECASE,
        ),
    }


_LETTERS = re.compile("[a-z]+")
_ALL = sum(Signal)
_SHOWN = 10
"""How far the hint that a chunk shows a signal by itself is shifted from the hint that it may be a part of
what shows it.
"""
_BY_ITSELF = (Signal.NUMBER, Signal.DATE, Signal.AMOUNT, Signal.REASON, Signal.DEFINITION, Signal.BACKWARD)
"""Signals that a chunk can show by itself: their patterns see no difference between white space and the end
of the text.
"""
CAPITAL = int(Signal.NAME | Signal.PLACE | Signal.PERSON)
"""The hint of a capital letter: the signals that show only where a chunk other than a text's first has one.
"""
_LEADING = int(Signal.BACKWARD | Signal.BACKWARD << _SHOWN) << 1
"""The hints at BACKWARD of a chunk that may or may not be a text's first, where alone they count: one bit
higher than usual.
"""


@cache
def _parts() -> dict[int, regex.Pattern[str]]:
    """Return what some chunk (a run of characters other than white space) has of every text that shows
    signals across chunks.
    """
    return {
        CAPITAL: regex.compile(r"\p{Lu}"),
        Signal.DATE: regex.compile(r"^(?:[ap]\.?m|BC|AD|BCE|CE)\b"),
        Signal.AMOUNT: regex.compile(r"\p{Nd}[\p{Nd}.,]*(?:per)?\Z"),
        Signal.REASON: regex.compile(
            r"\b(?:due|so|led|response|designed)\Z|^order\Z|"
            r"^(?:result|reduce|avoid|prevent|protect|support|increase|improve|ensure|fortify)\b",
            regex.IGNORECASE,
        ),
        Signal.DEFINITION: regex.compile(
            r"\b(?:is|are|was|were|refers?|defined|known|consists?|stands)\Z", regex.IGNORECASE
        ),
        Signal.BACKWARD: regex.compile(r"^\W*(?:the)?\Z", regex.IGNORECASE),
    }


_UNUSUAL = frozenset("年月ſKİı")
"""The letters beyond ASCII that are in the patterns, or taken for one of theirs."""


class _Hinting:
    """What `hints` looks for: hints, each with what finds it in a chunk; made when the first chunk is looked
    at.
    """

    def __init__(self) -> None:
        patterns, parts = _patterns(), _parts()
        sources = " ".join(patterns[signal].pattern for signal in _BY_ITSELF)
        named = regex.findall("[a-z]+", regex.sub(r"\\\p{L}(?:\{\w+\})?", " ", sources).lower())
        named += [word[:-1] for word in regex.findall(r"[a-z]+(?=\?)", sources)]
        self.named = frozenset(["am", "pm", *named, *(f"{word}s" for word in named)]) - {"", "s"}
        """The words of ASCII letters, lower-cased, that the patterns name, optional letters and all, and some
        more.
        """
        self.beginnings = tuple(regex.findall(r"([a-z]+)\\w", sources))
        """How words begin that the patterns name by their beginnings."""
        shown = {signal: (int(signal) << _SHOWN, patterns[signal].search) for signal in _BY_ITSELF}
        part = {signal: (int(signal), pattern.search) for signal, pattern in parts.items()}
        number, date, amount, reason, definition, _ = shown.values()
        self.in_figures = [number, date, amount, part[Signal.AMOUNT]]
        """What shows only where there is a figure or a symbol."""
        self.in_words = [
            number,
            date,
            reason,
            definition,
            *(part[s] for s in (Signal.DATE, Signal.REASON, Signal.DEFINITION)),
        ]
        """What shows only where there is a word that the patterns name."""
        self.in_letters = [
            (
                Signal.BACKWARD << _SHOWN,
                patterns[Signal.BACKWARD].match,
            ),  # does not look for a beginning further on
            part[CAPITAL],
        ]
        """What letters of any script may show."""
        self.elsewhere = [*self.in_letters, (int(Signal.BACKWARD), parts[Signal.BACKWARD].match)]
        """What any other chunk may show."""
        self.figure = regex.compile(r"[\p{N}$€£¥₹%年月]").search
        """Finds a figure or a symbol."""

    def names(self, chunk: str) -> bool:
        """Whether the patterns name a word in a chunk."""
        words = _LETTERS.findall(chunk.lower())
        return not (self.named.isdisjoint(words) and _UNUSUAL.isdisjoint(chunk)) or any(
            w.startswith(self.beginnings) for w in words
        )


_hinting = cache(_Hinting)


def says_nothing(word: str) -> bool:
    """Whether the patterns name no form of a word, given in lower-case ASCII letters: only its capitals are
    hints.
    """
    looking = _hinting()
    return word not in looking.named and not word.startswith(looking.beginnings)


def hints(chunk: str) -> int:
    """Return which signals a text shows or may show because it has this chunk, as a mask for `signals`; 0 for
    most chunks.
    """
    looking = _hinting()
    word = chunk.strip(AROUND)
    if word.isascii() and word.isalpha():
        if says_nothing(word.lower()):
            return 0 if word.islower() else CAPITAL
        searches = looking.elsewhere + looking.in_words
    elif word.isalpha() and _UNUSUAL.isdisjoint(
        word
    ):  # other letters around them keep ASCII letters from being a named word
        searches = looking.in_letters
    else:
        searches = looking.elsewhere
        if looking.figure(chunk):
            searches = searches + looking.in_figures
        if looking.names(chunk):
            searches = searches + looking.in_words
    mask = 0
    for hint, search in searches:
        if search(chunk):
            mask |= hint
    return mask + (mask & _LEADING >> 1)


class _Chunks(dict[str, int]):
    """The hints of each chunk; finds out when it is first asked."""

    _LIMIT = 200_000

    def __missing__(self, chunk: str) -> int:
        if len(self) > self._LIMIT:
            self.clear()
        mask = self[chunk] = hints(chunk)
        return mask


_chunks = _Chunks()  # a cache, shared between threads; nothing is in it at import


@cache
def _searches(wanted: int) -> list[tuple[int, Callable[[str], object]]]:
    """Return each of the signals in a mask as a plain number, with what looks for it."""
    return [(int(signal), pattern.search) for signal, pattern in _patterns().items() if wanted & signal]


def signals(sentence: str, chunks: Sequence[int] | None = None) -> int:
    """Return the Signal mask of a sentence; `chunks` are the `hints` of its chunks, in order, where they are
    known.
    """
    if chunks is None:
        chunks = [_chunks[chunk] for chunk in sentence.split()]
    if not chunks:
        return 0
    hinted = chunks[0] & ~CAPITAL | (chunks[0] & _LEADING) >> 1
    for hint in filter(None, chunks[1:]):
        hinted |= hint
    mask = hinted >> _SHOWN & _ALL
    wanted = hinted & _ALL & ~mask
    if wanted:
        for signal, search in _searches(wanted):
            if search(sentence):
                mask |= signal
    return mask


def hinted(hints: npt.NDArray[np.int32], counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Return which signals runs of chunks may show, given the hints of all chunks in order; `counts` are the
    runs' lengths.

    Each is a mask that `signals` takes as the one chunk after a first without hints.
    """
    first = np.cumsum(counts) - counts
    first = first[counts > 0]
    hints = hints.copy()
    hints[first] = hints[first] & ~CAPITAL | (hints[first] & _LEADING) >> 1
    masks = np.zeros(len(counts), np.int32)
    if len(first):
        masks[counts > 0] = np.bitwise_or.reduceat(hints, first)
    return masks
