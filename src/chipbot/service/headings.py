"""Titles and headings of an index, for members who begin to type a question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from chipbot.index import Index

MAX_CHOICES = 25
"""The most suggestions that Discord shows."""
MAX_LENGTH = 100
"""The most characters of a suggestion: a longer one cannot be taken."""
MAX_HEADINGS = 20_000
"""How many headings are looked through: a few milliseconds' work; those of the first documents."""

Entry = TypeVar("Entry", tuple[str, str], tuple[str, str, str])
"""What a text is found by, the text, and what else there is."""


class Headings:
    """The titles and headings of an index, in the order of its documents."""

    def __init__(self, index: Index) -> None:
        self._entries = list(islice(_entries(index), MAX_HEADINGS))

    def going_on(self, typed: str, is_inside: Callable[[str], bool]) -> tuple[str, ...]:
        """Return the first that go on from what was typed, of documents that are inside."""
        found = ((key, text) for key, text, document in matching(self._entries, typed) if is_inside(document))
        return best_first(found, typed)


def _entries(index: Index) -> Iterator[tuple[str, str, str]]:
    """Yield what each title and heading is found by, what it says, and its document."""
    for number, row in enumerate(index.documents()):
        paths = map(index.heading, index.document_breadcrumbs(number))
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


def matching(entries: Iterable[Entry], typed: str) -> Iterator[Entry]:
    """Yield the entries, whose keys come first, in which each word that was typed begins a word."""
    begun = [f" {word}" for word in typed.split()]
    for entry in entries:
        key = entry[0]
        for each in begun:
            if each not in key:
                break
        else:
            yield entry


def best_first(found: Iterable[tuple[str, str]], typed: str) -> tuple[str, ...]:
    """Return as many texts of keys and texts as are shown, each once: those before the others whose keys begin as was typed."""
    first: dict[str, None] = {}
    others: dict[str, None] = {}
    for key, text in found:
        beginning = first if key.startswith(typed) else others
        if len(beginning) < MAX_CHOICES:
            beginning[text] = None
        if len(first) == MAX_CHOICES:
            break
    return (*first, *(text for text in others if text not in first))[:MAX_CHOICES]
