"""A quote that is too long for its place -> a shorter slice of the same document around what answers the
question."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from typing import TYPE_CHECKING

from chipbot.text.lines import count_line_breaks

if TYPE_CHECKING:
    from chipbot.model import Quote, Span

# Where a sentence or a line may begin: after an end mark (with closing quotation marks or brackets) and white
# space.
_SENTENCE = re.compile(r"(?:[.!?…]['\"”’»)\]]*\s+|[。！？]|\n\s*)")
_WORD = re.compile(r"\s+")


def narrowed(quote: Quote, limit: int) -> Quote:
    """The quote itself if its text has at most `limit` characters, else a slice of it that has, with a
    corrected citation.

    The slice holds the first highlight, as much of it as fits, and as many whole sentences around it as fit;
    where that leaves most of the room unused it ends between words. `limit` is at least 1."""
    if len(quote.text) <= limit:
        return quote
    start, end = _window(quote.text, _core(quote), limit)
    return _sliced(quote, start, end)


def _core(quote: Quote) -> Span:
    """What must be seen: the first highlight, or the quote's beginning when nothing is highlighted."""
    return quote.highlights[0] if quote.highlights else (0, 0)


def _window(text: str, core: Span, limit: int) -> Span:
    """The span of at most `limit` characters to show."""
    first, last = core
    if last - first >= limit:
        return first, _cut(text, first, first + limit)
    for ends in (_sentence_starts(text), _word_starts(text)):
        start, end = _grown(ends, first, last, limit)
        if end - start > limit // 3:
            break
    start, end = _trimmed(text, start, end)
    return (start, end) if end > start else (first, min(first + limit, len(text)))


def _grown(bounds: list[int], first: int, last: int, limit: int) -> Span:
    """`first` to `last`, widened to the bounds around it by turns, after it before ahead of it, while that
    fits."""
    before = [bound for bound in reversed(bounds) if bound < first]
    after = [bound for bound in bounds if bound > last]
    start, end = first, last
    while before or after:
        grew = False
        if after and after[0] - start <= limit:
            end, grew = after.pop(0), True
        if before and end - before[0] <= limit:
            start, grew = before.pop(0), True
        if not grew:
            break
    return start, end


def _sentence_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]


def _word_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in _WORD.finditer(text)), len(text)]


def _cut(text: str, start: int, end: int) -> int:
    """The last place at or before `end` where the text may be cut: between words, else not within what a
    reader sees as one character, else anywhere."""
    space = max((match.start() for match in _WORD.finditer(text, start, end + 1)), default=start)
    if space > start + (end - start) // 2:
        return space
    whole = end
    while start < whole < len(text) and (_joins(text[whole]) or text[whole - 1] == _JOINER):
        whole -= 1
    return whole if whole > start else end


_JOINER = "\u200d"


def _joins(character: str) -> bool:
    """Whether the character belongs to the one before it: combining marks, joiners, variation and skin tone
    marks."""
    return unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf", "Sk")


def _trimmed(text: str, start: int, end: int) -> Span:
    """The span without the white space at its ends."""
    shown = text[start:end]
    return start + len(shown) - len(shown.lstrip()), end - len(shown) + len(shown.rstrip())


def _sliced(quote: Quote, start: int, end: int) -> Quote:
    """The quote cut down to `text[start:end]`, with offsets, lines and highlights to match."""
    text = quote.text[start:end]
    line = quote.citation.line_start + count_line_breaks(quote.text, 0, start)
    highlights = ((max(first, start) - start, min(last, end) - start) for first, last in quote.highlights)
    citation = dataclasses.replace(
        quote.citation,
        start=quote.citation.start + start,
        end=quote.citation.start + end,
        line_start=line,
        line_end=line + count_line_breaks(quote.text, start, end),
    )
    kept = tuple((first, last) for first, last in highlights if first < last)
    return dataclasses.replace(quote, text=text, highlights=kept, citation=citation)
