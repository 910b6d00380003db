"""`synonyms.txt` in the seeds folder: what means the same to this community, in Apache Solr's format.

https://solr.apache.org/guide/solr/latest/indexing-guide/filters.html#synonym-graph-filter
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from chipbot.errors import DocumentError
from chipbot.sources.formats.decoding import decode
from chipbot.text.tokenizer import analyzer
from chipbot.translation import Message

SYNONYMS = "synonyms.txt"
"""The file's name; it stands at the top of the seeds folder and is no document."""

MAX_BYTES = 1024 * 1024

_COMMA = re.compile(r"(?<!\\),")
_ARROW = re.compile(r"(?<!\\)=>")
_ESCAPE = re.compile(r"\\(.)")


class Rule(NamedTuple):
    """What may be written for what is asked."""

    asked: str
    """A word or several, as in a question."""
    written: tuple[str, ...]
    """What documents may have instead, each a word or several."""


def decode_synonyms(data: bytes) -> str:
    """Return the text of a synonyms file; raises DocumentError where it is none."""
    if len(data) > MAX_BYTES:
        raise DocumentError(Message("it is larger than {number} MiB", number=MAX_BYTES // 2**20))
    return decode(data).removeprefix("\ufeff")


def parse_synonyms(text: str) -> tuple[list[Rule], list[Message]]:
    """Return the rules of a synonyms file, and what is wrong with lines that are left out, each with its
    number.

    `a, b, c` makes all three mean the same; `a, b => c` has questions about a or b look for c. Backslashes
    take commas and arrows literally, and lines that begin with # are comments.
    """
    rules: list[Rule] = []
    problems: list[Message] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                rules += _parse_line(line)
            except DocumentError as error:
                problems.append(
                    Message("line {line} is left out: {reason}", line=str(number), reason=error.reason)
                )
    return rules, problems


def _parse_line(line: str) -> Iterator[Rule]:
    """Yield the rules of one line; raises DocumentError before the first where it has none."""
    parts = _ARROW.split(line)
    if len(parts) > 2:
        raise DocumentError(Message("it has more than one =>"))
    sides = [_entries(part) for part in parts]
    if not all(sides):
        raise DocumentError(
            Message("one side of => is empty") if len(sides) == 2 else Message("it names nothing")
        )
    if len(sides) == 1 and len(sides[0]) < 2:
        raise DocumentError(
            Message("“{word}” stands alone: name what means the same, with a comma between", word=sides[0][0])
        )
    asked, written = sides[0], sides[-1]
    return (Rule(entry, tuple(other for other in written if other != entry)) for entry in asked)


def _entries(side: str) -> list[str]:
    entries = [_ESCAPE.sub(r"\1", entry).strip() for entry in _COMMA.split(side)]
    entries = list(dict.fromkeys(filter(None, entries)))
    for entry in entries:
        if not terms_of(entry, "en"):
            raise DocumentError(
                Message(
                    "“{word}” is left out of every question: write it in capitals if it is a name", word=entry
                )
            )
    return entries


def terms_of(entry: str, language: str) -> tuple[str, ...]:
    """Return the terms of a synonym as they are amid a sentence, where capitals tell a name from a function
    word.
    """
    lead = "… x "
    return tuple(token.term for token in analyzer(language).tokens(lead + entry) if token.start >= len(lead))
