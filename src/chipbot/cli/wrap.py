"""Text broken to the width of a terminal: addresses and options stay whole."""

from __future__ import annotations

from chipbot.text.columns import rows
from chipbot.text.columns import width as width_of

WIDEST = 100
"""Columns of a text; longer lines are hard to read."""
_LINE_ENDS = str.maketrans("\t\n\r\v\f", " " * 5)


def wrap(text: str, width: int) -> list[str]:
    """Return the lines of a text, of at most so many columns where its words allow it; at least one."""
    return [row.rstrip() for row in rows(text.translate(_LINE_ENDS), width)]


def hanging(lead: str, text: str, width: int, indent: int | None = None) -> list[str]:
    """Return lines of which the first begins with a lead, and the others as far to the right as it reaches.

    Args:
        lead: What the first line begins with.
        text: What is broken.
        width: The columns that there are.
        indent: The columns that the lead takes, where its characters do not tell.
    """
    indent = width_of(lead) if indent is None else indent
    first, *rest = wrap(text, width - indent)
    return [lead + first, *(" " * indent + line for line in rest)]
