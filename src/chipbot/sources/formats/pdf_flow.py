"""Pages of lines → paragraphs as they were written: running heads dropped, words and sentences put together again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from chipbot.sources.formats.pdf_heads import without_heads
from chipbot.sources.formats.pdf_page import Line, in_order
from chipbot.sources.formats.pdf_rows import HYPHEN, MARKER
from chipbot.sources.formats.pdf_table import Table
from chipbot.sources.formats.pdfium import Page

_LEADING = 1.25  # times the usual distance of lines that ends a paragraph
_FEW_LINES = 10  # fewer do not tell how far lines are apart, …
_FEW_LEADING = 1.4  # … which is at most so many heights then
_INDENT = 0.6  # heights of text that a first line is indented
_RAGGED = 0.12  # share of a column's width that a line leaves free which ends a paragraph
_SAME = 0.06  # share by which letters of one size differ in height
_AHEAD = 6  # paragraphs among which the rest of one is looked for

_LEADERS = re.compile(r"(?:\.\s?){4}|…\s?…")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_SENTENCE_ENDS = tuple(".!?:;。！？؟…")
_CLOSING = "\"'”’)]»"
_ITEM = re.compile(rf"(?:{MARKER.pattern})\s+(?=\S)")
_HYPHENS = (HYPHEN, "-")


class Part(NamedTuple):
    """What of a paragraph stands on one page."""

    text: str
    page: int


class Paragraph:
    """A paragraph in the making."""

    __slots__ = ("bold", "column", "height", "item", "lines", "ordinal", "page", "parts")

    def __init__(self, line: Line, page: int) -> None:
        self.lines = [line]
        self.page = page
        self.height = line.height
        self.bold = line.bold
        self.column = line.column
        item = _ITEM.match(line.text)
        self.item = item is not None
        self.ordinal = int(item["ordinal"]) if item and item["ordinal"] else None
        self.parts: list[Part] = []

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(part.text for part in self.parts)

    @property
    def is_open(self) -> bool:
        """Whether its last line breaks off amid a sentence: it fills the column and no sentence ends there."""
        line = self.lines[-1]
        return not _ends_sentence(line.text) and (_is_full(line) or line.text.endswith(_HYPHENS))


Flow = Paragraph | tuple[Table, int]
"""A paragraph, or a table with the number of its page."""


def flow(pages: Sequence[Page]) -> list[Flow]:
    """Return what a PDF's pages say, in reading order."""
    bare = zip(pages, without_heads(pages), strict=True)
    laid_out = [(page.number, in_order(pieces, page.rules)) for page, pieces in bare]
    lines = [run for _, parts in laid_out for run in parts if isinstance(run, list)]
    leading = _usual_leading(lines)
    known = _known_words(lines)
    found: list[Flow] = []
    for number, parts in laid_out:
        for part in parts:
            if isinstance(part, Table):
                found.append((part, number))
            else:
                found += _paragraphs(_without_contents(part), number, leading)
    for paragraph in found:
        if isinstance(paragraph, Paragraph):
            text = _item_text(paragraph, _joined([line.text for line in paragraph.lines], known))
            paragraph.parts = [Part(text, paragraph.page)]
    return _with_rests(found, known)


def _without_contents(lines: Sequence[Line]) -> list[Line]:
    """Return lines without those of a table of contents, which lead on to page numbers by dots."""
    return [line for line in lines if not (_LEADERS.search(line.text) and line.text[-1:].isdigit())]


# Paragraphs


def _usual_leading(runs: Iterable[Sequence[Line]]) -> float:
    """Return how far lines of a paragraph are apart, from top to top, in heights of their letters."""
    ratios = [
        (below.top - above.top) / above.height
        for run in runs
        for above, below in pairwise(run)
        if above.height
        and _are_alike(above.height, below.height)
        and 0 < below.top - above.top < 3 * above.height
    ]
    ratios.sort()
    usual = ratios[len(ratios) // 3] if ratios else _FEW_LEADING
    return usual if len(ratios) >= _FEW_LINES else min(usual, _FEW_LEADING)


def _paragraphs(lines: Sequence[Line], page: int, leading: float) -> Iterator[Paragraph]:
    paragraph: Paragraph | None = None
    for line in lines:
        if paragraph is None or _begins(paragraph, line, leading):
            if paragraph is not None:
                yield paragraph
            paragraph = Paragraph(line, page)
        else:
            paragraph.lines.append(line)
            paragraph.bold &= line.bold
    if paragraph is not None:
        yield paragraph


def _begins(paragraph: Paragraph, line: Line, leading: float) -> bool:
    """Whether a line begins a paragraph, after one that ends with the line above it."""
    above = paragraph.lines[-1]
    height = max(above.height, line.height)
    gap = line.top - above.top
    if gap > leading * _LEADING * height or not _are_alike(above.height, line.height):
        return True
    if line.bold > above.bold or (above.bold and not line.begins_bold):
        return True
    item = _ITEM.match(line.text)
    if item and (
        not item["ordinal"] or not paragraph.is_open or paragraph.ordinal == int(item["ordinal"]) - 1
    ):
        return not (paragraph.is_open and item[0].strip().isalpha())
    width = line.column[1] - line.column[0]
    ragged = above.right < line.column[1] - _RAGGED * width and _ends_sentence(above.text)
    if paragraph.item:
        return ragged and line.left <= paragraph.lines[0].left + _INDENT * height
    indented = line.left - above.left > _INDENT * height and line.left - line.column[0] < width / 2
    first = len(paragraph.lines) == 1
    return ragged or (indented and not first) or (indented and first and not paragraph.is_open)


def _are_alike(height: float, other: float) -> bool:
    return abs(height - other) <= _SAME * max(height, other)


def _is_full(line: Line) -> bool:
    return line.right >= line.column[1] - _RAGGED * (line.column[1] - line.column[0])


def _ends_sentence(text: str) -> bool:
    return text.rstrip(_CLOSING).endswith(_SENTENCE_ENDS)


def _item_text(paragraph: Paragraph, text: str) -> str:
    """Return a paragraph's text without the marker of an item."""
    item = _ITEM.match(text) if paragraph.item else None
    return text[item.end() :] if item else text


# Words


def _known_words(runs: Iterable[Sequence[Line]]) -> set[str]:
    """Return the words that stand whole on a line."""
    words: set[str] = set()
    for run in runs:
        for line in run:
            found = _WORD.findall(line.text)
            words.update(map(str.casefold, found[:-1] if line.text.endswith(_HYPHENS) else found))
    return words


def _joined(lines: Sequence[str], known: set[str]) -> str:
    text = lines[0]
    for line in lines[1:]:
        text = _join(text, line, known)
    return text.replace(HYPHEN, "-")


def _join(before: str, after: str, known: set[str]) -> str:
    """Return two lines as one: a word that a hyphen cuts in two is put together again, a compound keeps its hyphen."""
    if not before.endswith(_HYPHENS) or before[-2:-1].isspace() or not after:
        return f"{before} {after}"
    if not after[0].islower():
        return before[:-1] + "-" + after
    words, rest = _WORD.findall(before[:-1][-60:]), _WORD.match(after[:60])
    if words and rest:
        compound = f"{words[-1]}-{rest[0]}".casefold()
        if compound in known and compound.replace("-", "") not in known:
            return before[:-1] + "-" + after
    return before[:-1] + after


def _with_rests(found: Sequence[Flow], known: set[str]) -> list[Flow]:
    """Give paragraphs that break off at the end of a column or page their rest, which stands further on."""
    taken: set[int] = set()
    out: list[Flow] = []
    for number, part in enumerate(found):
        if number in taken:
            continue
        out.append(part)
        last: Flow | None = part
        while isinstance(part, Paragraph) and isinstance(last, Paragraph) and last.is_open:
            number, last = _rest(found, last, number, taken)  # noqa: PLW2901  # goes on from the rest
            if last is not None:
                taken.add(number)
                _append(part, last, known)
    return out


def _rest(
    found: Sequence[Flow], paragraph: Paragraph, number: int, taken: set[int]
) -> tuple[int, Paragraph | None]:
    """Return which of the next paragraphs goes on where this one breaks off: at once, or in small letters further on."""
    for other in range(number + 1, min(number + 1 + _AHEAD, len(found))):
        rest = found[other]
        if not isinstance(rest, Paragraph) or other in taken or rest.item or rest.bold != paragraph.bold:
            continue
        moved = rest.page != paragraph.page or rest.column != paragraph.column
        moved = moved or rest.lines[0].top < paragraph.lines[-1].top
        if moved and _are_alike(rest.height, paragraph.height):
            certain = other == number + 1 and len(paragraph.lines) > 1 and not paragraph.item
            goes_on = rest.lines[0].text[:1].islower() or certain
            return other, rest if goes_on else None
    return number, None


def _append(paragraph: Paragraph, rest: Paragraph, known: set[str]) -> None:
    last = paragraph.parts[-1]
    tail, added = last.text[-80:], rest.parts[0].text
    if tail.endswith("-") and paragraph.lines[-1].text.endswith(_HYPHENS):
        joined = _join(tail, added, known)
        kept = len(joined) - len(added)
        paragraph.parts[-1] = last._replace(text=last.text[: len(last.text) - len(tail)] + joined[:kept])
        paragraph.parts.append(Part(joined[kept:], rest.page))
    else:
        paragraph.parts.append(Part(" " + added, rest.page))
    paragraph.lines = [*paragraph.lines, *rest.lines]
