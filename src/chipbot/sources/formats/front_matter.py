"""What a document says about itself before it begins: `key: value` lines between two lines of `---`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPENING = re.compile(r"\ufeff?---[ \t]*\r?\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_FIELD = re.compile(r"^([A-Za-z][\w-]*)[ \t]*:[ \t]*(.*?)[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The fields at a document's head."""

    fields: dict[str, str]
    """Key in lower case → value without its quotation marks."""
    end: int
    """The offset at which the document's body begins."""


def front_matter(text: str) -> FrontMatter:
    """Read the front matter; a text without one has no fields, and its body begins at 0 (after a byte-order
    mark).
    """
    start = 1 if text.startswith("\ufeff") else 0
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        return FrontMatter(fields={}, end=start)
    block = text[opening.end() : closing.start()]
    fields = {key.lower(): _unquoted(value) for key, value in _FIELD.findall(block)}
    if not fields:  # two rules around prose are not front matter
        return FrontMatter(fields={}, end=start)
    return FrontMatter(fields=fields, end=closing.end())


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
