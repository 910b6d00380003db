"""Text → the spans of its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

import regex

from chipbot.model import Span
from chipbot.text.languages import language as language_pack
from chipbot.text.languages.pack import Language

_FURTHER_END = re.compile(r"(?<!។ល)[។៕]+(?=\s)|[།༎༏༐༑༔](?=\s(?!\s*[།༎]))")
"""Sentence ends that sentencex passes over: those of Khmer and Tibetan, before white space (so not within
។ល។, "and so on").
"""
_FURTHER_MARKS = "។៕།༎༏༐༑༔"
_WIDE_SPACE = re.compile(r"[^\S\x00-\x7f](?=\.)")
_MARKS = ".!?"
_PLAIN_WORD = regex.compile(r"(?<![\w.$])\p{Ll}{2,}(?:\.+|[!?]+)$")
_CAPITALIZED = regex.compile(r"\p{Lu}\p{Ll}*[\s,'’]")
"""With the one before it, what tells a missing space from a name: "It ends here.Then it goes on", but "Events.Ready"."""
_LAST_WORD = re.compile(r"(?<![\w.])(\w+)\.$")
_HALF_DAY = re.compile(r"(?<!\w)[ap]\.\s?m\.$", re.IGNORECASE)
_GOES_ON = regex.compile(r"[\p{Ll}\d&(]")
_ZONE = re.compile(r"[A-Z]{2,5}\b")
"""A time zone, after an hour: "7 p.m. UTC"."""
_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])\s*")
"""A sentence's end as most writing systems have it, for texts on which sentencex panics."""

_NEAR = 40  # code points that are looked at before and after what may be a sentence's end

MAX_PIECE = 8_000
"""Code points that are cut into sentences at a time."""


def sentence_spans(text: str, language: str, offset: int = 0) -> list[Span]:
    """Return the spans of the sentences in a text, without the white space around them.

    Args:
        text: The text of one block.
        language: Its ISO 639-1 code.
        offset: Where the text begins: it is added to all spans.
    """
    spans: list[Span] = []
    start = 0
    while len(text) - start > MAX_PIECE:  # sentencex takes time that grows with the square of a text's length
        found = _segment(text[start : start + MAX_PIECE], language, offset + start)
        if len(found) > 1:  # the last may go on
            spans += found[:-1]
            start = found[-1][0] - offset
        else:
            end = _cut_before(text, start + MAX_PIECE)
            first, last = stripped(text, start, end)
            if first < last:
                spans.append((offset + first, offset + last))
            start = end
    spans += _segment(text[start:], language, offset + start)
    if not text.isascii() and any(mark in text for mark in _FURTHER_MARKS):
        return [part for span in spans for part in _split_further(text, span, offset)]
    return spans


def _cut_before(text: str, end: int) -> int:
    """Return where a sentence that is far too long may be cut: after a word if there is one in its second half."""
    space = text.rfind(" ", end - MAX_PIECE // 2, end)
    return space if space > 0 else end


def _segment(text: str, language: str, offset: int) -> list[Span]:
    """Return the spans of a short text's sentences as sentencex has them."""
    import sentencex

    if not text.isascii():
        # sentencex 1.0.32 panics on white space of several bytes before a full stop. Only offsets are taken from it.
        text = _WIDE_SPACE.sub(" ", text)
    try:
        sentences: Iterable[str] = sentencex.segment(language, text)
    except Exception:
        raise
    except BaseException as error:
        # What PyO3 makes of a panic in Rust cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        sentences = _END.split(text)
    pack = language_pack(language)
    spans: list[Span] = []
    end = 0
    for sentence in sentences:
        words = sentence.strip()
        if words:
            # Only white space stands between, some of which sentencex leaves out.
            start = text.index(words[0], end)
            goes_on = spans and (
                _is_inside_word(text, end) if start == end else _is_abbreviated(text, end, start, pack)
            )
            first = spans.pop()[0] if goes_on else offset + start
            end = start + len(words)
            spans.append((first, offset + end))
    return spans


def _is_abbreviated(text: str, end: int, start: int, pack: Language) -> bool:
    """Whether the point before `end` is an abbreviation's, and what begins at `start` belongs to it: "Sat. to Mon."."""
    if text[end - 1] != "." or "\n\n" in text[end:start]:
        return False
    before = text[max(0, end - _NEAR) : end]
    last = _LAST_WORD.search(before)
    if last and last[1] in pack.abbreviations:
        return True
    goes_on = _GOES_ON.match(text, start) is not None
    if _HALF_DAY.search(before):
        return goes_on or _ZONE.match(text, start) is not None
    return goes_on and last is not None and last[1] in pack.short_forms


def _is_inside_word(text: str, end: int) -> bool:
    """Whether no sentence ends here, where sentencex has an end and no white space follows: in "Node.JS", "a.b.Player"."""
    before, after = text[max(0, end - _NEAR) : end], text[end : end + _NEAR]
    last = before.rstrip(_MARKS)[-1:]
    if not before[-1].isascii() or (last.isalpha() and not _is_cased(last)):
        return False  # a writing system that puts no space there
    if not after[0].isascii() and not _is_cased(after[0]):
        return False
    return not (_PLAIN_WORD.search(before) and _CAPITALIZED.match(after))


def _is_cased(letter: str) -> bool:
    return letter.isupper() or letter.islower()


def stripped(text: str, start: int, end: int) -> Span:
    """Return a span without the white space at its ends."""
    block = text[start:end]
    return start + len(block) - len(block.lstrip()), start + len(block.rstrip())


def _split_further(text: str, span: Span, offset: int) -> list[Span]:
    """Split a sentence of `text`, which begins at `offset`, at the further ends that it has."""
    start, end = span[0] - offset, span[1] - offset
    edges = [start, *(match.end() for match in _FURTHER_END.finditer(text, start, end)), end]
    parts = [stripped(text, *part) for part in pairwise(edges)]
    return [(offset + first, offset + last) for first, last in parts if first < last]
