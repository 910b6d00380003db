"""Titles and headings of an index, for members who begin to type a question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from chipbot.index import Index

MAX_CHOICES = 25
"""The most suggestions that Discord shows."""
MAX_LENGTH = 100
"""The most characters of a suggestion: a longer one cannot be taken."""
MAX_HEADINGS = 20_000
"""How many headings are looked through: a few milliseconds' work; those of the first documents."""


class Headings:
    """The titles and headings of an index, in the order of its documents."""

    def __init__(self, index: Index) -> None:
        self._entries = list(islice(_entries(index), MAX_HEADINGS))

    def going_on(self, typed: str, is_inside: Callable[[str], bool]) -> Iterator[str]:
        """Yield those that go on from what was typed, of documents that are inside: as it begins, then in other order."""
        found = [
            (text, key)
            for key, text, document in self._entries
            if matches(key, typed) and is_inside(document)
        ]
        yield from best_first(found, typed)


def _entries(index: Index) -> Iterator[tuple[str, str, str]]:
    """Yield what each title and heading is found by, what it says, and its document."""
    bounds = index.arrays["document_breadcrumbs"].tolist()
    for number, row in enumerate(index.documents()):
        paths = (index.heading(breadcrumb) for breadcrumb in range(bounds[number], bounds[number + 1]))
        for text in dict.fromkeys((row.title, *(part for path in paths for part in path))):
            line = " ".join(text.split())
            if fits(line):
                yield key_of(line), line, row.id


def fits(text: str) -> bool:
    """Whether a text can be a suggestion: on one line that can be seen, and not too long, however that is counted."""
    return text.isprintable() and 0 < len(text.encode("utf-16-le", "surrogatepass")) // 2 <= MAX_LENGTH


def key_of(text: str) -> str:
    """Return a text as it is compared: its words in lower case, each behind a blank."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    return "".join(f" {word}" for word in words)


def matches(key: str, typed: str) -> bool:
    """Whether each word that was typed, as `key_of` has it, begins a word."""
    return all(f" {word}" in key for word in typed.split())


def best_first(found: Iterable[tuple[str, str]], typed: str) -> Iterator[str]:
    """Yield the texts of pairs with their keys: those first that begin as was typed."""
    yield from (text for text, _ in sorted(found, key=lambda pair: not pair[1].startswith(typed)))
