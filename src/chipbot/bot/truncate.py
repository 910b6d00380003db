"""A quote that is too long for its place → a shorter slice of the same document that holds what answers the question."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from chipbot.model import Block, Mark, Quote, Span
from chipbot.service.layout import layout
from chipbot.service.lines import Code
from chipbot.text.columns import width
from chipbot.text.lines import count_line_breaks

# Where a sentence or a line may begin: after an end mark (with closing quotation marks or brackets) and white
# space.
_SENTENCE = re.compile(r"(?:[.!?…]['\"”’»)\]]*\s+|[。！？]|\n\s*)")
_WORD = re.compile(r"\s+")


class _Bounds(NamedTuple):
    """Where a shorter quote may begin and end, each in order."""

    starts: list[int]
    ends: list[int]


PHONE_LINES = 8
"""About how many lines of a phone an answer takes at first."""
PHONE_WIDTH = 34
"""How many columns a line of a quote has there: measured in a window 400 pixels wide, as Discord draws quotes."""


def excerpt(quote: Quote, lines: int = PHONE_LINES) -> Quote:
    """The quote from the block on that answers, as far as that block goes and about so many lines of a phone hold.

    Where that block is longer, it begins with the highlight itself. All of the highlight is shown in any case, steps of
    a list with those that follow, and an item with what is below it.
    """
    if not quote.highlights:
        return quote
    first, last = quote.highlights[0][0], quote.highlights[-1][1]
    blocks = [block for block in quote.blocks if block.start < block.end]
    own = [block for block in blocks if block.start < last and first < block.end]
    start = min(first, own[0].start) if own else 0
    if _phone_lines(quote, start, last) > lines:
        start = first
    ends = [*_sentences(quote.text[: own[-1].end if own else None]).ends, *_belonging(blocks, own)]
    end = last
    for bound in (bound for bound in ends if bound > last):
        if _phone_lines(quote, start, bound) > lines:
            break
        end = bound
    end = max(last, _trimmed(quote.text, start, end)[1])
    return quote if (start, end) == (0, len(quote.text)) else _sliced(quote, start, end)


def _belonging(blocks: list[Block], own: list[Block]) -> Iterator[int]:
    """Yield the ends of the blocks below the last that answers which go on with it: what a heading is above, what is in
    its list item, further steps, the rest of a definition or of an answer in a pair.
    """
    last = own[-1] if own else Block(0, 0, kind="table_row")
    for block in blocks[blocks.index(last) + 1 :] if last.kind != "table_row" else []:
        inside = block.depth > last.depth or (block.depth == last.depth and block.kind != "list_item")
        step = block.ordinal is not None and last.ordinal is not None and block.depth == last.depth
        heads = last.kind in ("heading", "label") and block.kind != "heading"
        if not heads and (block.unit != last.unit or not (inside or step)):
            return
        yield block.end


def _phone_lines(quote: Quote, start: int, end: int) -> int:
    """About how many lines a phone takes for `text[start:end]`, its table cells under their headers."""
    count = 0
    for line in layout(_sliced(quote, start, end)):
        texts = line.text.split("\n") if isinstance(line, Code) else [line.text]
        count += sum(max(1, -(-width(text) // PHONE_WIDTH)) for text in texts)
    return count


def is_cut(quote: Quote, offset: int) -> bool:
    """Whether the quote would be cut inside a sentence or a block there, rather than between two blocks."""
    return any(block.start < offset < block.end for block in quote.blocks) or (
        not quote.blocks and 0 < offset < len(quote.text)
    )


def truncate(quote: Quote, limit: int) -> Quote:
    """The quote itself if its text has at most `limit` characters, else a slice of it that has, with blocks, marks,
    highlights and citation to match.

    The slice holds the first highlight, as much of it as fits, and around it as many whole blocks as fit; where that
    leaves most of the room unused, whole sentences, and at last words. `limit` is at least 1."""
    if len(quote.text) <= limit:
        return quote
    start, end = _window(quote, limit)
    return _sliced(quote, start, end)


def _window(quote: Quote, limit: int) -> Span:
    """The span of at most `limit` characters to show."""
    text = quote.text
    first, last = quote.highlights[0] if quote.highlights else (0, 0)
    if last - first >= limit:
        return first, _cut(text, first, first + limit)
    for bounds, room in ((_blocks(quote), limit // 2), (_sentences(text), limit // 3), (_words(text), 0)):
        start, end = _trimmed(text, *_grown(bounds, first, last, limit))
        if bounds.starts and end - start > room:
            return start, end
    return first, min(first + limit, len(text))


def _grown(bounds: _Bounds, first: int, last: int, limit: int) -> Span:
    """`first` to `last`, widened to the bounds around it by turns, after it before ahead of it, while that fits."""
    before = [bound for bound in bounds.starts if bound < first]
    after = [bound for bound in reversed(bounds.ends) if bound > last]
    start, end = first, last
    while before or after:
        grew = False
        if after and after[-1] - start <= limit:
            end, grew = after.pop(), True
        if before and end - before[-1] <= limit:
            start, grew = before.pop(), True
        if not grew:
            break
    return start, end


def _blocks(quote: Quote) -> _Bounds:
    return _Bounds([block.start for block in quote.blocks], [block.end for block in quote.blocks])


def _sentences(text: str) -> _Bounds:
    return _between(text, _SENTENCE)


def _words(text: str) -> _Bounds:
    return _between(text, _WORD)


def _between(text: str, pattern: re.Pattern[str]) -> _Bounds:
    bounds = [0, *(match.end() for match in pattern.finditer(text)), len(text)]
    return _Bounds(bounds, bounds)


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
    before, line = quote.citation.line_start, None
    if before is not None:
        line = before + count_line_breaks(quote.text, 0, start)
    highlights = (_clipped(span, start, end) for span in quote.highlights)
    citation = dataclasses.replace(
        quote.citation,
        start=quote.citation.start + start,
        end=quote.citation.start + end,
        line_start=line,
        line_end=None if line is None else line + count_line_breaks(quote.text, start, end),
    )
    return dataclasses.replace(
        quote,
        text=text,
        highlights=tuple((first, last) for first, last in highlights if first < last),
        citation=citation,
        blocks=tuple(_clipped_blocks(quote, start, end)),
        marks=tuple(_clipped_marks(quote, start, end)),
    )


def _clipped_blocks(quote: Quote, start: int, end: int) -> Iterator[Block]:
    """Yield the blocks of `text[start:end]`, in offsets into it."""
    for block in quote.blocks:
        if block.start < end and start < block.end:
            cells = tuple(_clipped(span, start, end) for span in block.cells)
            question = _clipped(block.question, start, end) if block.question else None
            if question and question[0] == question[1]:
                question = None
            first, last = _clipped((block.start, block.end), start, end)
            yield block._replace(start=first, end=last, cells=cells, question=question)


def _clipped_marks(quote: Quote, start: int, end: int) -> Iterator[Mark]:
    for mark in quote.marks:
        first, last = _clipped((mark.start, mark.end), start, end)
        if first < last:
            yield mark._replace(start=first, end=last)


def _clipped(span: Span, start: int, end: int) -> Span:
    """What of a span is in `text[start:end]`, in offsets into it; an empty one at its end where nothing is."""
    return min(max(span[0] - start, 0), end - start), min(max(span[1] - start, 0), end - start)
