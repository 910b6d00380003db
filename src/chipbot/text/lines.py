"""Lines and places: which line, page or other place of its source an offset of a text stands at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter

from chipbot.model import Place

_start = attrgetter("start")


def count_line_breaks(text: str, start: int = 0, end: int | None = None) -> int:
    """Count the line breaks in `text[start:end]`: LF, CR LF or a lone CR, each at the offset where it ends.

    So counts of adjacent spans add up, a CR LF that is cut in two included.

    Returns:
        How many line breaks end at an offset above `start` and up to `end`.
    """
    end = len(text) if end is None else end
    if text.find("\r", start, end) < 0:
        return text.count("\n", start, end)
    pairs = text.count("\r\n", start, end)
    count = text.count("\n", start, end) + text.count("\r", start, end) - pairs
    return count - 1 if end > start and text[end - 1] == "\r" and text[end : end + 1] == "\n" else count


def place_at(text: str, places: Sequence[Place], offset: int) -> Place:
    """Return where `text[offset]` stands in its source: the place that holds there, its line counted on.

    Args:
        text: A document's text, or the part of it that `places` and `offset` count in.
        places: The document's places, by their starts; the first is at `offset` or before it.
        offset: A code point of the text.
    """
    place = places[max(bisect_right(places, offset, key=_start) - 1, 0)]
    if place.line is None:
        return place._replace(start=offset)
    return place._replace(start=offset, line=place.line + count_line_breaks(text, place.start, offset))
