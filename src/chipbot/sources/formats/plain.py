"""Plain text → the decoded file itself, with the structure that its lines show.

Paragraphs stand between blank lines, or one a line where lines are not wrapped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from chipbot.model import Block, BlockKind, Span
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.decoding import decode
from chipbot.sources.formats.front_matter import front_matter
from chipbot.sources.formats.questions import pair_questions

_LONE_CR = re.compile(r"\r(?!\n)")
_ITEM = re.compile(r"(?:[-*•‣◦+–]|\(?(?P<ordinal>\d{1,3})[.)]|\(?[a-zA-Z][.)])\s+(?=\S)")
_TABLE_ROW = re.compile(r"[^|\n]+(?:\s\|\s[^|\n]*)+|\s*\|.*\||[^\t\n]+(?:\t[^\t\n]*){2,}")
_TABLE_RULE = re.compile(r"[-:=+|\s]*$")
_HASHES = re.compile(r"#{1,6}(?=\s)")
_SIGNS = re.compile(r"=(?: ?=){0,5}+(?=\s)")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,})$")
_CLOSING = "\"'”’)]"
_SENTENCE_ENDS = tuple(".!?:;,。！？।؟…")
_MAX_TITLE = 200
_MAX_SHOUTED, _MIN_SHOUTED = 80, 4  # code points, and letters among them
_WRAP_WIDTH = 110  # code points: longer lines were not wrapped by hand or by an editor


class _Line(NamedTuple):
    start: int  # of its words
    text: str  # without the line break
    words: str  # without the white space around them; never empty

    @property
    def end(self) -> int:
        return self.start + len(self.words)


class _Heading(NamedTuple):
    level: int
    name: str
    start: int
    lines: int = 1  # how many it takes

    def block(self, path: tuple[str, ...], unit: int) -> Block:
        return Block(self.start, self.start + len(self.name), "heading", path, unit, self.level)


def extract(data: bytes) -> Extracted:
    """Read a plain text; raises DocumentError where it is none."""
    text = decode(data)
    matter = front_matter(text)
    groups = _groups(text, matter.end)
    title = _title(groups) if groups else None
    if matter.title and title and title.name.casefold() != matter.title.casefold():
        title = None
    blocks, line_starts = _blocks_of(groups, title)
    said = title.name if title and len(blocks) > 1 else None  # a title alone is all that the document says
    return Extracted(
        text=text,
        title=matter.title or said,
        blocks=pair_questions(text, blocks, (), line_starts),
        language=matter.language,
        url=matter.url,
        problems=matter.problems,
    )


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


def _blocks_of(groups: Sequence[list[_Line]], title: _Heading | None) -> tuple[list[Block], list[int]]:
    """Return the blocks, and where lines begin inside them."""
    blocks = [title.block((), 0)] if title else []
    line_starts: list[int] = []
    headings: list[_Heading] = []
    for number, whole in enumerate(groups):
        group = whole[title.lines :] if title and not number else whole
        if not group:
            continue
        heading = _heading(group)
        if heading:
            headings = [above for above in headings if above.level < heading.level]
            blocks.append(heading.block(_path(headings), len(blocks)))
            headings.append(heading)
            group = group[heading.lines :]
        blocks += _blocks(group, _path(headings), unit=len(blocks))
        line_starts += [line.start for line in group]
    return blocks, line_starts


def _path(headings: Sequence[_Heading]) -> tuple[str, ...]:
    return tuple(" ".join(heading.name.split()) for heading in headings)


def _title(groups: list[list[_Line]]) -> _Heading | None:
    """Return the title at the head of the first run."""
    line, *after = groups[0]
    marked = _marked(line)
    if marked:
        return marked._replace(level=1)
    if after and _UNDERLINE.match(after[0].words):
        return _Heading(1, line.words, line.start, lines=2)
    if after and _is_shouted(line) and any(_is_shouted(group[0]) for group in groups[1:]):
        return None  # but the heading of the first section
    rest = after or len(groups) > 1
    if (
        rest
        and len(line.words) <= _MAX_TITLE
        and not (_ends_sentence(line) or _ITEM.match(line.words) or _is_row(line.words))
    ):
        return _Heading(1, line.words, line.start)
    return None


def _heading(group: list[_Line]) -> _Heading | None:
    """Return the heading that begins a run: marked with # or =, underlined, or shouted above what is not."""
    line, words = group[0], group[0].words
    marked = _marked(line)
    if marked or len(words) > _MAX_TITLE:
        return marked
    if len(group) > 1 and _UNDERLINE.match(group[1].words):
        level = 1 if "=" in group[1].words else 2
        return None if _is_row(line.text) else _Heading(level, words, line.start, lines=2)
    alone = len(group) == 1 or not (group[1].words.isupper() or _is_row(line.text))
    return _Heading(3, words, line.start) if alone and _is_shouted(line) else None


def _is_shouted(line: _Line) -> bool:
    words = line.words
    return (
        words.isupper()
        and len(words) <= _MAX_SHOUTED
        and not (_ends_sentence(line) or _ITEM.match(words))
        and sum(map(str.isalpha, words)) >= _MIN_SHOUTED
    )


def _marked(line: _Line) -> _Heading | None:
    """Return the heading that a line like `## Name` or `== Name ==` is."""
    words = line.words
    if words[0] == "#" and line.text[0] == "#":
        marks = _HASHES.match(words)
        name = words[marks.end() :].strip() if marks else ""
        bare = name.rstrip("#")
        name = bare.rstrip() if bare[-1:].isspace() or not bare else name
    elif words[0] == "=":
        marks = _SIGNS.match(words)
        end = _signs_start(words)
        name = words[marks.end() : end].strip() if marks and words[end - 1 : end].isspace() else ""
        name = "" if name.endswith("=") else name
    else:
        return None
    if marks is None or not name:
        return None
    level = len(marks[0].replace(" ", ""))
    return _Heading(level, name, line.start + words.index(name[0], marks.end()))


def _signs_start(words: str) -> int:
    """Return where the run of = at the end of a line begins, which may have single blanks in it."""
    start = len(words)
    while start and words[start - 1] == "=":
        start -= 2 if words[start - 2 : start - 1] == " " and words[start - 3 : start - 2] == "=" else 1
    return start


def _blocks(group: list[_Line], path: tuple[str, ...], *, unit: int) -> list[Block]:
    """Cut one run of lines into blocks: each item of a list, row of a table or line of unwrapped text is one."""
    if len(group) < 2:
        return [_block(group, path, unit)] if group else []
    rows = sum(1 for line in group if _is_row(line.text))
    if rows >= 2 and rows * 2 > len(group):
        return _rows(group, path, unit)
    if sum(1 for line in group if _ITEM.match(line.words)) >= 2:
        return _items(group, path, unit)
    if _is_unwrapped(group):
        return [_block([line], path, unit + number) for number, line in enumerate(group)]
    return [_block(group, path, unit)]


def _items(group: Sequence[_Line], path: tuple[str, ...], unit: int) -> list[Block]:
    """Return the items of a list, each with the lines that it goes on over, after what introduces them."""
    blocks: list[Block] = []
    indents: list[int] = []  # of the items that the one at hand is in, and its own
    for line in group:
        item = _ITEM.match(line.words)
        if item:
            indent = len(line.text) - len(line.text.lstrip())
            indents = [*(outer for outer in indents if outer < indent), indent]
            ordinal = int(item["ordinal"]) if item["ordinal"] else None
            start = line.start + item.end()
            blocks.append(Block(start, line.end, "list_item", path, unit, len(indents), ordinal=ordinal))
        elif blocks:
            blocks[-1] = blocks[-1]._replace(end=line.end)
        else:
            blocks.append(_block([line], path, unit))
    return blocks


def _rows(group: Sequence[_Line], path: tuple[str, ...], unit: int) -> list[Block]:
    """Return the rows of a table; the first is its header where a rule follows it."""
    rows = [line for line in group if not _TABLE_RULE.match(line.words)]
    headed = len(rows) > 1 and len(group) > 1 and group[1] not in rows and group[0] in rows
    blocks: list[Block] = []
    headers: tuple[str, ...] = ()
    for number, line in enumerate(rows):
        cells = _cells(line)
        kind: BlockKind = "table_header" if headed and not number else "table_row"
        named = (headers + ("",) * len(cells))[: len(cells)] if headers else ()
        blocks.append(_block([line], path, unit, kind)._replace(cells=cells, headers=named))
        if kind == "table_header":
            headers = tuple(line.words[start - line.start : end - line.start] for start, end in cells)
    return blocks


def _cells(line: _Line) -> tuple[Span, ...]:
    """Return the spans of a row's cells, without the white space and the bars around them."""
    bar = "|" if "|" in line.words else "\t"
    words, start = line.words, line.start
    if bar == "|":
        words = words.removesuffix("|")
        start += words.startswith("|")
        words = words.removeprefix("|")
    spans = []
    for cell in words.split(bar):
        core = cell.strip()
        begin = start + len(cell) - len(cell.lstrip()) if core else start
        spans.append((begin, begin + len(core)))
        start += len(cell) + 1
    return tuple(spans)


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


def _block(lines: Sequence[_Line], path: tuple[str, ...], unit: int, kind: BlockKind = "paragraph") -> Block:
    return Block(lines[0].start, lines[-1].end, kind, path, unit)
