"""Pages of a PDF whose text runs from right to left: seen in a mirror, they are laid out like any other.

PDFium tells the order of such text by guesses, which fail for joined Arabic letters and for names with points in them.
Where glyphs stand is sure: read from right to left they are in order, but for what runs the other way inside.
https://www.unicode.org/reports/tr9/
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from chipbot.sources.formats.pdf_piece import Glyph
from chipbot.sources.formats.pdf_rows import rows_of

_LEFTWARD = ("R", "AL")
_GAP = 0.22  # heights of text that two glyphs are apart between which there is a space
_MIRRORED = dict(zip("()[]{}<>«»‹›", ")(][}{><»«›‹", strict=True))
_MAX_APART = 3  # characters between two letters or digits of one run


def runs_leftward(text: str) -> bool:
    """Whether most letters of a text are of scripts that run from right to left."""
    directions = [unicodedata.bidirectional(character) for character in text if character.isalpha()]
    return 2 * sum(direction in _LEFTWARD for direction in directions) > len(directions)


def mirrored_lines(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Yield the lines of a page with its glyphs as a mirror shows them, in reading order, with the spaces between."""
    mirrored = [glyph._replace(left=-glyph.right, right=-glyph.left) for glyph in glyphs if glyph.text]
    for row in rows_of(mirrored):
        yield list(_in_reading_order(list(_spaced(row))))


def _spaced(row: Sequence[Glyph]) -> Iterator[Glyph]:
    """Yield glyphs, and a space where two stand apart."""
    last, height = row[0], max(glyph.height for glyph in row)
    for glyph in row:
        if glyph.left - last.right > _GAP * height:
            yield last._replace(text=" ", left=last.right, right=glyph.left)
        yield glyph
        last = glyph if glyph.right > last.right else last


def _in_reading_order(line: Sequence[Glyph]) -> Iterator[Glyph]:
    """Yield the glyphs of a line, seen in a mirror, in the order in which they are read, each where it is read then."""
    kinds = [_kind(glyph.text) for glyph in line]
    start = 0
    while start < len(line):
        end = _end_of_run(kinds, start)
        if kinds[start] == "O":
            yield line[start]._replace(text=_MIRRORED.get(line[start].text, line[start].text))
            start = end
            continue
        left, right = line[start].left, max(glyph.right for glyph in line[start:end])
        for glyph in reversed(line[start:end]):
            yield glyph._replace(left=left + right - glyph.right, right=left + right - glyph.left)
        start = end


def _kind(character: str) -> str:
    """Return what a character is to the order of those around it: a letter that runs rightward or leftward, a part of a
    number, a space, or none of these.
    """
    direction = unicodedata.bidirectional(character[0])
    if direction in ("L", *_LEFTWARD):
        return "L" if direction == "L" else "R"
    return "N" if direction in ("EN", "AN", "ET") else "S" if direction == "WS" else "O"


def _end_of_run(kinds: Sequence[str], start: int) -> int:
    """Return where what runs rightward from here on ends: words with what is between them, or a number."""
    end = start + 1
    for number in range(end, len(kinds) if kinds[start] in "LN" else end):
        if kinds[number] == "R" or number - end > _MAX_APART:
            break
        if kinds[number] in "LN":
            if "S" in kinds[end:number] and kinds[end - 1] + kinds[number] != "LL":
                break
            end = number + 1
    return end
