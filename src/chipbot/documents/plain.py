"""Plain text → title and blocks: paragraphs stand between blank lines, or one a line where lines are not wrapped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Literal, NamedTuple

from chipbot.model import Section

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_ITEM = re.compile(r"\s*(?:[-*•‣◦+–]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+\S")
_TABLE_ROW = re.compile(r"[^|\n]+(?:\s\|\s[^|\n]*)+|\s*\|.*\||[^\t\n]+(?:\t[^\t\n]*){2,}")
_MARKED_HEADING = re.compile(
    r"(?P<hashes>#{1,6})\s+(?P<hash_title>\S.*?)\s*#*\s*$|\s*(?P<signs>=(?: ?=){0,5})\s(?P<wiki_title>.*[^\s=])\s=(?: ?=)*\s*$"
)
_UNDERLINE = re.compile(r"(?:={3,}|-{3,})$")
_CLOSING = "\"'”’)]"
_SENTENCE_ENDS = tuple(".!?:;,。！？।؟…")
_MAX_TITLE = 200
_WRAP_WIDTH = 110  # code points: longer lines were not wrapped by hand or by an editor


class _Line(NamedTuple):
    start: int
    text: str  # without the line break
    words: str  # without the white space around them; empty in a blank line


def read_plain(text: str, start: int, known: str | None = None) -> tuple[str | None, tuple[Section, ...]]:
    """Return the title (the first line, where it reads as one) and the blocks after it, each under its headings.

    Where the title is `known`, the first line is only taken for it if it repeats it.
    """
    lines = _lines(text, start)
    first = next((i for i, line in enumerate(lines) if line.words), None)
    if first is None:
        return known, ()
    title, body = _title(lines, first)
    if known is not None:
        body = body if (title or "").casefold() == known.casefold() else first
        title = known
    blocks: list[Section] = []
    headings: list[tuple[int, str]] = []
    path: tuple[str, ...] = ()
    for group in _groups(lines[body:]):
        level, name, used = _heading(group) or (0, "", 0)
        if used:
            headings = [(above, other) for above, other in headings if above < level] + [(level, name)]
            path = tuple(name for _, name in headings)
        blocks += _blocks(group[used:], path)
    if not blocks:  # a title alone is all that the document says
        return known, (_section([lines[first]], ()),)
    return title, tuple(blocks)


def _lines(text: str, start: int) -> list[_Line]:
    """Return the lines from `start`, which LF, CR LF or a lone CR ends; after the last line break there may be an empty one."""
    if "\r" in text:
        return [_Line(match.start(), match[1], match[1].strip()) for match in _LINE.finditer(text, start)]
    contents = text[start:].split("\n")
    starts = accumulate((len(content) + 1 for content in contents), initial=start)
    return list(map(_Line, starts, contents, map(str.strip, contents)))


def _title(lines: list[_Line], first: int) -> tuple[str | None, int]:
    """Return the title on the first line that is not blank, and the number of the line after it."""
    line, after = lines[first], first + 1
    marked = _marked(line)
    if marked:
        return marked["hash_title"] or marked["wiki_title"], after
    if after < len(lines) and _UNDERLINE.match(lines[after].words):
        return line.words, after + 1
    rest = any(other.words for other in lines[after:])
    if rest and len(line.words) <= _MAX_TITLE and not (_ends_sentence(line) or _ITEM.match(line.words) or _is_row(line.words)):
        return line.words, after
    return None, first


def _groups(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Yield the runs of lines between blank lines; a marked heading begins a run of its own."""
    group: list[_Line] = []
    for line in lines:
        if not line.words:
            if group:
                yield group
            group = []
        elif group and _marked(line):
            yield group
            group = [line]
        else:
            group.append(line)
    if group:
        yield group


def _heading(group: list[_Line]) -> tuple[int, str, int] | None:
    """Return level, text and number of lines of the heading that begins a run: marked with # or =, underlined, or shouted."""
    line, words = group[0], group[0].words
    marked = _marked(line)
    if marked:
        return (
            len(marked["hashes"] or marked["signs"].replace(" ", "")),
            marked["hash_title"] or marked["wiki_title"],
            1,
        )
    if len(words) > _MAX_TITLE:
        return None
    if len(group) > 1:
        underlined = _UNDERLINE.match(group[1].words) and not _is_row(line.text)
        return (1 if "=" in group[1].words else 2, words, 2) if underlined else None
    shouted = words.isupper() and len(words) <= 80 and not _ends_sentence(line) and sum(map(str.isalpha, words)) >= 4
    return (3, words, 1) if shouted else None


def _marked(line: _Line) -> re.Match[str] | None:
    return _MARKED_HEADING.match(line.text) if line.words[0] in "#=" else None


def _blocks(group: list[_Line], path: tuple[str, ...]) -> list[Section]:
    """Cut one run of lines into blocks: a list or table is one; unwrapped lines are a paragraph each."""
    if len(group) < 2:
        return [_section(group, path)] if group else []
    rows = sum(1 for line in group if _is_row(line.text))
    if rows >= 2 and rows * 2 > len(group):
        return [_section(group, path, "table")]
    if sum(1 for line in group if _ITEM.match(line.words)) >= 2:
        return [_section(group, path, "list")]
    if _is_unwrapped(group):
        return [_section([line], path) for line in group]
    return [_section(group, path)]


def _is_row(text: str) -> bool:
    return ("|" in text or "\t" in text) and _TABLE_ROW.match(text) is not None  # the pattern reads long lines to their end


def _is_unwrapped(group: list[_Line]) -> bool:
    """Whether line breaks end paragraphs here: lines run longer than anyone wraps, or short lines end sentences.

    Wrapped text is the other way round: no line is long, and most lines end amid a sentence.
    """
    if max(len(line.text) for line in group) > _WRAP_WIDTH:
        return True
    inner = group[:-1]
    return all(map(_ends_sentence, inner)) and max(len(line.text) for line in inner) < 60


def _ends_sentence(line: _Line) -> bool:
    return line.words.rstrip(_CLOSING).endswith(_SENTENCE_ENDS)


def _section(lines: list[_Line], path: tuple[str, ...], kind: Literal["prose", "list", "table"] = "prose") -> Section:
    first, last = lines[0], lines[-1]
    start = first.start + len(first.text) - len(first.text.lstrip())
    end = last.start + len(last.text.rstrip())
    return Section(start=start, end=end, heading=path, kind=kind)
