"""Lines that begin alike, with an emoji, a bullet or a bold name: the list that people mean who write for Discord."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import regex

from chipbot.model import Block, Mark

_MIN_LINES = 2  # that begin alike make a list
_BULLET = regex.compile(
    r"(?:(?![©®™])\p{Extended_Pictographic}[\uFE0F\u200D\p{Emoji_Modifier}\p{Extended_Pictographic}]*+"
    r"|[0-9#*]\uFE0F?\u20E3|[•‣◦▪●○■➢]|:[\w+-]{2,40}:)\s*(?=[^\s\p{Extended_Pictographic}])"
)
_NAMED = regex.compile(r"\s?[:：–—]\s")


def list_lines(
    text: str, blocks: Sequence[Block], marks: Iterable[Mark], line_starts: Sequence[int]
) -> tuple[Block, ...]:
    """Make blocks of their own of the lines of a paragraph that are a list in all but its marks.

    Args:
        text: The readable text.
        blocks: Its blocks.
        marks: Its inline forms: a line may begin with a bold name.
        line_starts: Where lines of the source begin inside blocks, in order.
    """
    bold = {mark.start: mark.end for mark in marks if mark.kind == "strong"}
    return tuple(part for block in blocks for part in _parts(text, block, bold, line_starts))


def _parts(text: str, block: Block, bold: Mapping[int, int], line_starts: Sequence[int]) -> Iterator[Block]:
    """Yield what introduces the list in a paragraph, and each of its items with the lines that it goes on over."""
    starts: list[int] = []
    if block.kind == "paragraph":
        first, last = bisect_right(line_starts, block.start), bisect_left(line_starts, block.end)
        lines = [block.start, *line_starts[first:last]]
        bullets = [start for start in lines if _BULLET.match(text, start, block.end)]
        starts = max(bullets, [start for start in lines if _is_named(text, start, bold)], key=len)
    if len(starts) < _MIN_LINES:
        yield block
        return
    for start, end in pairwise(sorted({block.start, *starts, block.end})):
        yield block._replace(start=start, end=start + len(text[start:end].rstrip()))


def _is_named(text: str, start: int, bold: Mapping[int, int]) -> bool:
    """Whether a line begins with a bold name and a colon or dash, in either order."""
    end = bold.get(start)
    return end is not None and (text[end - 1] in ":：" or _NAMED.match(text, end) is not None)
