"""Plain text → title and blocks: paragraphs stand between blank lines, or one a line where lines are not wrapped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

from chipbot.model import Section

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_ITEM = re.compile(r"\s*(?:[-*•‣◦+–]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+\S")
_TABLE_ROW = re.compile(r"[^|\n]+(?:\s\|\s[^|\n]*)+|\s*\|.*\||[^\t\n]+(?:\t[^\t\n]*){2,}")
_MARKED_HEADING = re.compile(
    r"(?P<hashes>#{1,6})\s+(?P<hash_title>\S.*?)\s*#*\s*$|\s*(?P<signs>=(?: ?=){0,5})\s(?P<wiki_title>.*[^\s=])\s=(?: ?=)*\s*$"
)
_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,})\s*$")
_SENTENCE_END = re.compile(r"[.!?:;,。！？।؟…][\"'”’)\]]*\s*$")
_MAX_TITLE = 200
_WRAP_WIDTH = 110  # code points: longer lines were not wrapped by hand or by an editor


class _Line(NamedTuple):
    start: int
    end: int  # without the line break
    text: str


def read_plain(text: str, start: int, known: str | None = None) -> tuple[str | None, tuple[Section, ...]]:
    """Return the title (the first line, where it reads as one) and the blocks after it, each under its headings.

    Where the title is `known`, the first line is only taken for it if it repeats it.
    """
    lines = list(_lines(text, start))
    first = next((i for i, line in enumerate(lines) if line.text.strip()), None)
    if first is None:
        return known, ()
    title, body = _title(lines, first)
    if known is not None:
        body = body if (title or "").casefold() == known.casefold() else first
        title = known
    blocks: list[Section] = []
    headings: list[tuple[int, str]] = []
    for group in _groups(lines[body:]):
        level, name, used = _heading(group) or (0, "", 0)
        if used:
            headings = [(above, other) for above, other in headings if above < level] + [(level, name)]
        if group[used:]:
            path = tuple(name for _, name in headings)
            blocks.extend(_blocks(group[used:], path))
    if not blocks:  # a title alone is all that the document says
        line = lines[first]
        return known, (_section([line], ()),)
    return title, tuple(blocks)


def _lines(text: str, start: int) -> Iterator[_Line]:
    for match in _LINE.finditer(text, start):
        if match.start() == match.end():
            continue
        content = match.group().rstrip("\r\n")
        yield _Line(match.start(), match.start() + len(content), content)


def _title(lines: list[_Line], first: int) -> tuple[str | None, int]:
    """Return the title on the first line that is not blank, and the number of the line after it."""
    line = lines[first].text.strip()
    after = first + 1
    marked = _MARKED_HEADING.match(lines[first].text)
    if marked:
        return marked["hash_title"] or marked["wiki_title"], after
    if after < len(lines) and _UNDERLINE.match(lines[after].text):
        return line, after + 1
    rest = any(other.text.strip() for other in lines[after:])
    if rest and len(line) <= _MAX_TITLE and not _SENTENCE_END.search(line) and not _ITEM.match(line) and not _is_row(line):
        return line, after
    return None, first


def _groups(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Yield the runs of lines between blank lines; a marked heading begins a run of its own."""
    group: list[_Line] = []
    for line in lines:
        if not line.text.strip():
            if group:
                yield group
            group = []
        elif _MARKED_HEADING.match(line.text) and group:
            yield group
            group = [line]
        else:
            group.append(line)
    if group:
        yield group


def _heading(group: list[_Line]) -> tuple[int, str, int] | None:
    """Return level, text and number of lines of the heading that begins a run: marked with # or =, underlined, or shouted."""
    text = group[0].text
    marked = _MARKED_HEADING.match(text)
    if marked:
        return (
            len(marked["hashes"] or marked["signs"].replace(" ", "")),
            marked["hash_title"] or marked["wiki_title"],
            1,
        )
    plain = text.strip()
    if len(plain) > _MAX_TITLE:
        return None
    if len(group) > 1 and _UNDERLINE.match(group[1].text) and not _is_row(text):
        return (1 if "=" in group[1].text else 2), plain, 2
    letters = [c for c in plain if c.isalpha()]
    shouted = len(group) == 1 and len(letters) >= 4 and plain.isupper() and len(plain) <= 80 and not _SENTENCE_END.search(plain)
    return (3, plain, 1) if shouted else None


def _blocks(group: list[_Line], path: tuple[str, ...]) -> Iterator[Section]:
    """Cut one run of lines into blocks: a list or table is one; unwrapped lines are a paragraph each."""
    rows = sum(1 for line in group if _is_row(line.text))
    if rows >= 2 and rows * 2 > len(group):
        yield _section(group, path, "table")
    elif sum(1 for line in group if _ITEM.match(line.text)) >= 2:
        yield _section(group, path, "list")
    elif len(group) > 1 and _is_unwrapped(group):
        for line in group:
            yield _section([line], path)
    else:
        yield _section(group, path)


def _is_row(text: str) -> bool:
    return ("|" in text or "\t" in text) and _TABLE_ROW.match(text) is not None  # the pattern reads long lines to their end


def _is_unwrapped(group: list[_Line]) -> bool:
    """Whether line breaks end paragraphs here: lines run longer than anyone wraps, or short lines end sentences.

    Wrapped text is the other way round: no line is long, and most lines end amid a sentence.
    """
    if max(len(line.text) for line in group) > _WRAP_WIDTH:
        return True
    inner = [line for line, _ in pairwise(group)]
    return all(_SENTENCE_END.search(line.text) for line in inner) and max(len(line.text) for line in inner) < 60


def _section(lines: list[_Line], path: tuple[str, ...], kind: Literal["prose", "list", "table"] = "prose") -> Section:
    first, last = lines[0], lines[-1]
    start = first.start + len(first.text) - len(first.text.lstrip())
    end = last.start + len(last.text.rstrip())
    return Section(start=start, end=end, heading=path, kind=kind)
