"""Rows of cells, of a spreadsheet or a text file → blocks: a row is a block, its header row the labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from chipbot.model import Place
from chipbot.sources.formats.flat_text import FlatText
from chipbot.sources.formats.question_keys import ANSWER_KEYS, QUESTION_KEYS

_AHEAD = 20  # rows among which the header is looked for
_MOST = 0.6  # share of the columns that a header has text in
_LONGEST = 80  # code points of a header's cell
_NUMERIC = re.compile(r"[\d\s.,:/%€$£+−-]+")


class Row(NamedTuple):
    """A row with text in it."""

    cells: Sequence[str]
    place: Place


def write_rows(text: FlatText, rows: Iterable[Row]) -> None:
    """Write the rows of one sheet: what stands above its header as paragraphs, then a row a block.

    Columns without text are left out. Where the header names questions and answers, a row is such a pair.
    """
    found = list(_without_empty_columns(rows))
    if not found:
        return
    first = _header(found)
    for row in found[: first or 0]:
        words = "\n".join(filter(None, row.cells))
        text.write(words, row.place)
        text.end()
    if first is None and len(found[0].cells) == 1:
        for row in found:
            text.write(row.cells[0], row.place)
            text.end()
        return
    header = found[first] if first is not None else None
    body = found[first + 1 :] if first is not None else found
    asked = _column(header, QUESTION_KEYS)
    answer = _column(header, ANSWER_KEYS)
    if header and asked is not None and answer is not None and asked != answer:
        for row in body:
            _write_pair(text, row, header.cells, asked, answer)
        return
    unit = text.new_unit()
    if header:
        text.row(header.cells, header.place, unit, header=True)
    for row in body:
        text.row(row.cells, row.place, unit, headers=tuple(header.cells) if header else ())


def _write_pair(text: FlatText, row: Row, headers: Sequence[str], asked: int, answer: int) -> None:
    """Write a row as a question and its answer, with what else it says as a row of its own."""
    rest = [number for number, cell in enumerate(row.cells) if cell and number not in (asked, answer)]
    question, unit = None, text.new_unit()
    if row.cells[asked]:
        text.write(row.cells[asked], row.place)
        question = text.end("question", unit=unit)
    if row.cells[answer]:
        text.write(row.cells[answer], row.place)
        text.end(unit=unit, question=question)
    if rest:
        cells, above = [row.cells[number] for number in rest], tuple(headers[number] for number in rest)
        text.row(cells, row.place, unit, headers=above, question=question)


def _without_empty_columns(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows that have text, all with the same columns: those that have text somewhere."""
    filled = [row for row in rows if any(row.cells)]
    used = sorted({number for row in filled for number, cell in enumerate(row.cells) if cell})
    for row in filled:
        yield Row([row.cells[number] if number < len(row.cells) else "" for number in used], row.place)


def _header(rows: Sequence[Row]) -> int | None:
    """Return which row is the header: the first with short, different words in most columns; None without one."""
    columns = len(rows[0].cells)
    if columns < 2:  # one column needs no label
        return None
    for number, row in enumerate(rows[:_AHEAD]):
        filled = [cell for cell in row.cells if cell]
        if len(filled) < max(2, _MOST * columns):
            continue
        words = [cell for cell in filled if not _NUMERIC.fullmatch(cell) and len(cell) <= _LONGEST]
        names = len(words) == len(filled) == len(set(filled)) and not any(map(_is_sentence, words))
        return number if names and number + 1 < len(rows) else None
    return None


def _is_sentence(cell: str) -> bool:
    return cell.endswith((".", "!", "?", "。")) and " " in cell


def _column(header: Row | None, names: frozenset[str]) -> int | None:
    """Return the first column whose header is one of some names."""
    cells = header.cells if header else ()
    return next((number for number, cell in enumerate(cells) if cell.casefold().strip(" :*") in names), None)
