"""Where in its file a quote stands, in the reader's language; the formats name such places in English, as programs read them."""

from __future__ import annotations

import re
from functools import cache

from chipbot.translation import Message, gettext

_PLACES = (
    Message("{sheet}, row {number}"),
    Message("row {number}"),
    Message("slide {number}, notes"),
    Message("slide {number}"),
    Message("cell {number}"),
    Message("entry {number}"),
    Message("mail of {date}"),
    Message("mail"),
)
"""What formats call places; other labels, such as times, are the same in every language."""
_NAME = re.compile(r"\\\{(\w+)\\\}")


def place_name(page: int | None, label: str) -> str:
    """Return what a reader calls a place: its page, or what its label says; empty where it has neither.

    >>> with in_language("de"):
    ...     place_name(None, "Prices, row 3")
    'Prices, Zeile 3'
    """
    if page is not None:
        return gettext("page\u00a0{number}", number=page)
    for pattern, said in _patterns():
        match = pattern.fullmatch(label)
        if match:
            return said.filled(**match.groupdict())
    return label


@cache
def _patterns() -> list[tuple[re.Pattern[str], Message]]:
    return [(re.compile(_NAME.sub(r"(?P<\1>.+)", re.escape(one.text))), one) for one in _PLACES]
