"""What kinds of answer a sentence could hold: numbers, dates, names… as a bit mask, computed once when the index is built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntFlag
from functools import cache

import numpy as np
import numpy.typing as npt
import regex

from chipbot.analysis.words import plain_word


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
    """Return what shows each signal; compiled when the first sentence is looked at, since asking needs the names only."""
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
        Signal.PLACE: regex.compile(r"\b(?:in|at|near|from|to|of|on|around|across|outside|inside)\s(?:the\s)?\p{Lu}"),
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


_CAPITAL = 1 << 15
"""The hint that a chunk has a capital letter."""
_AFTER_A_CAPITAL = Signal.NAME | Signal.PLACE | Signal.PERSON
"""Signals that show only where a chunk other than a text's first has a capital letter."""


@cache
def _hints() -> dict[int, regex.Pattern[str]]:
    """Return what some chunk (a run of characters other than white space) has of every text that shows a signal.

    A chunk of a signal's words is looked up in no time, and looking for the signal itself takes long.
    """
    return {
        Signal.NUMBER: regex.compile(
            r"\p{N}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion|half|twice|"
            r"third|quarter"
        ),
        Signal.DATE: regex.compile(
            r"\p{Nd}|年|月|January|February|March|April|May|June|July|August|September|October|November|December|day|century|"
            r"centuries|decade|spring|summer|autumn|winter"
        ),
        Signal.AMOUNT: regex.compile(r"[$€£¥₹%\p{Nd}]"),
        Signal.REASON: regex.compile(
            r"because|due|since|that|order|result|therefore|thus|caus|led|reason|aim|purpose|response|intended|designed|"
            r"reduce|avoid|prevent|protect|support|increase|improve|ensure|fortify",
            regex.IGNORECASE,
        ),
        Signal.DEFINITION: regex.compile(
            r"\b(?:is|are|was|were)\Z|refer|defined|known|called|means|consist|stands", regex.IGNORECASE
        ),
        _CAPITAL: regex.compile(r"\p{Lu}"),
    }


@cache
def _hinted_words() -> dict[str, int]:
    """Return the hints of the words, lower-cased, that are part of a pattern; a word of ASCII letters that is none has none."""
    numbers = (
        "one two three four five six seven eight nine ten eleven twelve dozen hundred thousand million billion half third quarter"
    )
    words = {
        Signal.NUMBER: f"{numbers} {numbers.replace(' ', 's ')}s halfs twice twices",
        Signal.DATE: "january february march april may june july august september october november december monday tuesday "
        "wednesday thursday friday saturday sunday today yesterday century centuries decade decades spring summer autumn winter",
        Signal.REASON: "because due since so in as therefore thus cause caused causes causing led reason reasons aim aims "
        "purpose response resulted intended designed to",
        Signal.DEFINITION: "is are was were refer refers defined known called means consist consists stands",
    }
    masks: dict[str, int] = {}
    for signal, listed in words.items():
        for word in listed.split():
            masks[word] = masks.get(word, 0) | signal
    return masks


def hints(chunk: str) -> int:
    """Return which signals a text may show because it has this chunk, as a mask for `signals`; 0 for most chunks."""
    word = plain_word(chunk)
    if word:
        return _hinted_words().get(word.lower(), 0) | (0 if word.islower() else _CAPITAL)
    return sum(int(signal) for signal, hint in _hints().items() if hint.search(chunk))


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
def _searches() -> tuple[tuple[int, int, Callable[[str], object]], ...]:
    """Return each signal as a plain number, the hints that it needs or -1, and what looks for it."""
    needed = {signal: _CAPITAL if signal in _AFTER_A_CAPITAL else int(signal) for signal in _patterns()}
    return tuple(
        (int(signal), needed[signal] if needed[signal] in _hints() else -1, pattern.search)
        for signal, pattern in _patterns().items()
    )


def signals(sentence: str, chunks: Sequence[int] | None = None) -> int:
    """Return the Signal mask of a sentence; `chunks` are the `hints` of its chunks, in order, where they are known."""
    if chunks is None:
        chunks = [_chunks[chunk] for chunk in sentence.split()]
    hinted = -1 if not chunks else chunks[0] & ~_CAPITAL
    for hint in set(chunks[1:]):
        hinted |= hint
    mask = 0
    for signal, hint, search in _searches():
        if (hint < 0 or hinted & hint) and search(sentence):
            mask |= signal
    return mask


def hinted(hints: npt.NDArray[np.int32], counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Return which signals runs of chunks may show, given the hints of all chunks in order; `counts` are the runs' lengths.

    Each is a mask that `signals` takes as the one chunk after a first without hints.
    """
    first = np.cumsum(counts) - counts
    first = first[counts > 0]
    hints = hints.copy()
    hints[first] &= ~_CAPITAL
    masks = np.zeros(len(counts), np.int32)
    if len(first):
        masks[counts > 0] = np.bitwise_or.reduceat(hints, first)
    return masks
