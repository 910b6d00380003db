"""Comma-separated values and their kin → rows under their headers; a place is a line."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO

from chipbot.errors import DocumentError
from chipbot.model import Place
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.decoding import decode, readable
from chipbot.sources.formats.flat_text import FlatText
from chipbot.sources.formats.grid import Row, write_rows
from chipbot.sources.formats.questions import pair_questions
from chipbot.translation import Message

_DELIMITERS = ",;\t|"
_SAMPLE = 100  # rows by which the delimiter is told
_SAMPLE_CHARS = 100_000


def extract(data: bytes) -> Extracted:
    """Read a file of rows; raises DocumentError where it is no text, or a cell is too long to be one."""
    source = readable(decode(data)).removeprefix("\ufeff")
    first, problems = 1, list[Message]()
    if source[:4].casefold() == "sep=" and source[5:6] in ("\r", "\n"):  # Excel's own hint
        delimiter, first = source[4], 2
        source = source[5:].removeprefix("\r").removeprefix("\n")
    else:
        delimiter = told_delimiter(source)
    try:
        rows = list(_rows(source, delimiter, first, csv.QUOTE_MINIMAL))
    except csv.Error:
        problems.append(Message("a quotation mark in it is never closed: quotation marks are read as text"))
        try:
            rows = list(_rows(source, delimiter, first, csv.QUOTE_NONE))
        except csv.Error as error:
            raise DocumentError(
                Message("it is no table ({problem}): is it text? Then name it .txt", problem=error)
            ) from error
    text = FlatText()
    write_rows(text, rows)
    return Extracted(
        text=text.text,
        title=None,
        blocks=pair_questions(text.text, text.blocks, (), ()),
        places=tuple(text.places) or (Place(0, line=1),),
        problems=tuple(problems),
    )


def told_delimiter(source: str) -> str:
    """Return what separates cells: that which cuts most of the first rows into the same number of them, above one."""
    best, delimiter = (0.0, 0), ","
    for candidate in _DELIMITERS:
        try:
            counts = Counter(len(row) for row in _sample(source, candidate) if row)
        except csv.Error:
            continue
        wide = [(count, cells) for cells, count in counts.items() if cells > 1]
        if wide:
            count, cells = max(wide)
            best, delimiter = max((best, delimiter), ((count / counts.total(), cells), candidate))
    return delimiter


def _sample(source: str, delimiter: str) -> Iterator[list[str]]:
    lines = StringIO(source[:_SAMPLE_CHARS], newline="")
    for number, row in enumerate(csv.reader(lines, delimiter=delimiter)):
        if number >= _SAMPLE:
            return
        yield row


def _rows(source: str, delimiter: str, first: int, quoting: int) -> Iterator[Row]:
    """Yield the rows with the lines on which they begin."""
    reader = csv.reader(StringIO(source, newline=""), delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]  # one of csv's constants
    line = first
    for cells in reader:
        yield Row([" ".join(cell.split()) for cell in cells], Place(0, line=line))
        line = first + reader.line_num
