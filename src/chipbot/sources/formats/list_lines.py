"""Lines that begin alike, with an emoji, a bullet or a bold name, and bold ones above others: what people write for Discord
who mean a list or a title.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import regex

from chipbot.model import Block

_MIN_LINES = 2  # that begin alike make a list
_MAX_TITLE = 80
_SENTENCE_ENDS = ".!?:;,。！？：…؟"
_BULLET = regex.compile(
    r"(?:(?![©®™])\p{Extended_Pictographic}[\uFE0F\u200D\p{Emoji_Modifier}\p{Extended_Pictographic}]*+"
    r"|[0-9#*]\uFE0F?\u20E3|[•‣◦▪●○■➢]|:[\w+-]{2,40}:)\s*(?=[^\s\p{Extended_Pictographic}])"
)
_NAMED = regex.compile(r"\s?[:：–—]\s")


def list_lines(
    text: str, blocks: Sequence[Block], bold: Mapping[int, int], line_starts: Sequence[int]
) -> tuple[Block, ...]:
    """Make blocks of their own of the lines of a paragraph that are a list, or a title, in all but their marks.

    Args:
        text: The readable text.
        blocks: Its blocks.
        bold: Where bold words begin → where they end: a line may begin with a bold name.
        line_starts: Where lines of the source begin inside blocks, in order.
    """
    return tuple(part for block in blocks for part in _parts(text, block, bold, line_starts))


def _parts(text: str, block: Block, bold: Mapping[int, int], line_starts: Sequence[int]) -> Iterator[Block]:
    """Yield what stands before the list in a paragraph, each of its items with the lines that it goes on over, and what is
    a title of the lines below it.
    """
    if block.kind != "paragraph":
        yield block
        return
    lines = line_edges(block, line_starts)[:-1]
    bullets = [start for start in lines if _BULLET.match(text, start, block.end)]
    items = max(bullets, [start for start in lines if _is_named(text, start, bold)], key=len)
    titles = {start: end for start, end in pairwise(lines) if _is_title(text, start, end, bold)}
    cuts = {*titles, *titles.values(), *(items if len(items) >= _MIN_LINES else ())}
    for start, end in pairwise(sorted({block.start, *cuts, block.end})):
        kind = "label" if start in titles else block.kind
        yield block._replace(start=start, end=start + len(text[start:end].rstrip()), kind=kind)


def line_edges(block: Block, line_starts: Sequence[int]) -> list[int]:
    """Return where the lines of a block begin, and where the last one ends."""
    first, last = bisect_right(line_starts, block.start), bisect_left(line_starts, block.end)
    return [block.start, *line_starts[first:last], block.end]


def _is_title(text: str, start: int, end: int, bold: Mapping[int, int]) -> bool:
    """Whether a line up to `end` is bold from end to end, short and no sentence."""
    words = text[start:end].rstrip()
    return (
        len(words) <= _MAX_TITLE and bold.get(start) == start + len(words) and words[-1] not in _SENTENCE_ENDS
    )


def _is_named(text: str, start: int, bold: Mapping[int, int]) -> bool:
    """Whether a line begins with a bold name and a colon or dash, in either order."""
    end = bold.get(start)
    return end is not None and (text[end - 1] in ":：" or _NAMED.match(text, end) is not None)
