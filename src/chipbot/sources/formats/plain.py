"""Plain text → title and blocks: paragraphs stand between blank lines, or one a line where lines are not
wrapped.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from chipbot.model import Block, BlockKind

_LONE_CR = re.compile(r"\r(?!\n)")
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
    start: int  # of its words
    text: str  # without the line break
    words: str  # without the white space around them; never empty


def read_plain(text: str, start: int, known: str | None = None) -> tuple[str | None, tuple[Block, ...]]:
    """Return the title (the first line, where it reads as one) and the blocks after it, each under its
    headings.

    Where the title is `known`, the first line is only taken for it if it repeats it.
    """
    groups = _groups(text, start)
    if not groups:
        return known, ()
    title, taken = _title(groups)
    if known is not None:
        taken = taken if (title or "").casefold() == known.casefold() else 0
        title = known
    blocks: list[Block] = []
    headings: list[tuple[int, str]] = []
    path: tuple[str, ...] = ()
    for group in filter(None, (groups[0][taken:], *groups[1:])):
        level, name, used = _heading(group) or (0, "", 0)
        if used:
            headings = [(above, other) for above, other in headings if above < level] + [(level, name)]
            path = tuple(name for _, name in headings)
        blocks += _blocks(group[used:], path, unit=len(blocks))
    if not blocks:  # a title alone is all that the document says
        return known, (_block(groups[0][:1], (), 0),)
    return title, tuple(blocks)


def _groups(text: str, start: int) -> list[list[_Line]]:
    """Return the runs of lines between blank lines from `start`; a marked heading begins a run of its own.

    LF, CR LF or a lone CR ends a line.
    """
    if "\r" in text:
        text = _LONE_CR.sub("\n", text)
    groups: list[list[_Line]] = []
    group: list[_Line] = []
    for content in text[start:].split("\n"):
        words = content.strip()
        if words:
            line = _Line(start + content.index(words[0]), content.removesuffix("\r"), words)
            if not group or _marked(line):
                group = []
                groups.append(group)
            group.append(line)
        else:
            group = []
        start += len(content) + 1
    return groups


def _title(groups: list[list[_Line]]) -> tuple[str | None, int]:
    """Return the title at the head of the first run, and how many lines it takes."""
    line, *after = groups[0]
    marked = _marked(line)
    if marked:
        return marked["hash_title"] or marked["wiki_title"], 1
    if after and _UNDERLINE.match(after[0].words):
        return line.words, 2
    rest = after or len(groups) > 1
    if (
        rest
        and len(line.words) <= _MAX_TITLE
        and not (_ends_sentence(line) or _ITEM.match(line.words) or _is_row(line.words))
    ):
        return line.words, 1
    return None, 0


def _heading(group: list[_Line]) -> tuple[int, str, int] | None:
    """Return level, text and number of lines of the heading that begins a run: marked with # or =,
    underlined, or shouted.
    """
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
    shouted = (
        words.isupper()
        and len(words) <= 80
        and not _ends_sentence(line)
        and sum(map(str.isalpha, words)) >= 4
    )
    return (3, words, 1) if shouted else None


def _marked(line: _Line) -> re.Match[str] | None:
    return _MARKED_HEADING.match(line.text) if line.words[0] in "#=" else None


def _blocks(group: list[_Line], path: tuple[str, ...], *, unit: int) -> list[Block]:
    """Cut one run of lines into blocks: each line of a list, a table or unwrapped text is one."""
    if len(group) < 2:
        return [_block(group, path, unit)] if group else []
    rows = sum(1 for line in group if _is_row(line.text))
    if rows >= 2 and rows * 2 > len(group):
        return [_block([line], path, unit, "table_row") for line in group]
    if sum(1 for line in group if _ITEM.match(line.words)) >= 2:
        return [_block([line], path, unit, "list_item") for line in group]
    if _is_unwrapped(group):
        return [_block([line], path, unit + number) for number, line in enumerate(group)]
    return [_block(group, path, unit)]


def _is_row(text: str) -> bool:
    return ("|" in text or "\t" in text) and _TABLE_ROW.match(
        text
    ) is not None  # the pattern reads long lines to their end


def _is_unwrapped(group: list[_Line]) -> bool:
    """Whether line breaks end paragraphs here: lines run longer than anyone wraps, or short lines end
    sentences.

    Wrapped text is the other way round: no line is long, and most lines end amid a sentence.
    """
    if max(len(line.text) for line in group) > _WRAP_WIDTH:
        return True
    inner = group[:-1]
    return all(map(_ends_sentence, inner)) and max(len(line.text) for line in inner) < 60


def _ends_sentence(line: _Line) -> bool:
    return line.words.rstrip(_CLOSING).endswith(_SENTENCE_ENDS)


def _block(lines: list[_Line], path: tuple[str, ...], unit: int, kind: BlockKind = "paragraph") -> Block:
    first, last = lines[0], lines[-1]
    return Block(first.start, last.start + len(last.words), kind, path, unit)
