"""What of a document's blocks, marks and places falls into each of its passages, and how it is written as JSON.

The JSON is `[blocks, marks, places]`, each a list of rows: what the tuples of `chipbot.model` have, in their order. A
block's row has neither its heading, which is the passage's, nor whether a rule stands before it, and ends where only
what blocks have by default would follow.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from chipbot.model import Block, Document, Mark, Place, Span
from chipbot.text.lines import count_line_breaks

_PLAIN = Block(-1, -1)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_Spanned = TypeVar("_Spanned", Block, Mark)


class Structure(NamedTuple):
    """The structure of one passage, in offsets into its document's text."""

    blocks: tuple[Block, ...]
    """The blocks that fall into it, cut off at its ends; a question that one answers may stand outside."""
    marks: tuple[Mark, ...]
    """The marks, likewise."""
    places: tuple[Place, ...]
    """Where its text stands in the source; the first place is at its start."""


def structures(document: Document, passages: Sequence[Span]) -> Iterator[Structure]:
    """Yield the structure of each passage, in order, in time linear in the document."""
    parts = zip(
        passages,
        _overlapping(document.blocks, passages),
        _overlapping(document.marks, passages),
        _places(document, passages),
        strict=True,
    )
    for span, blocks, marks, places in parts:
        yield Structure(
            tuple(_clipped(block, span) for block in blocks),
            tuple(_clipped(mark, span) for mark in marks),
            tuple(places),
        )


def structure_json(structure: Structure) -> str:
    """Return the structure of a passage as JSON."""
    return _encode([list(map(_row, structure.blocks)), structure.marks, structure.places])


def structure_of(encoded: bytes, heading: tuple[str, ...]) -> Structure:
    """Return what `structure_json` made of a passage below these headings."""
    blocks, marks, places = json.loads(encoded)
    return Structure(
        tuple(block_of(row)._replace(heading=heading) for row in blocks),
        tuple(map(Mark._make, marks)),
        tuple(map(Place._make, places)),
    )


def block_of(row: list[Any]) -> Block:
    """Return the block that JSON has as a row."""
    return Block(*map(_tuples, row))


def _tuples(value: Any) -> Any:
    """Return a JSON value with tuples in place of lists."""
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _row(block: Block) -> list[Any]:
    row: list[Any] = [*block._replace(heading=(), after_rule=False)]
    while row[-1] == _PLAIN[len(row) - 1]:
        row.pop()
    return row


def _clipped(item: _Spanned, span: Span) -> _Spanned:
    """Return a block or a mark cut off at the ends of a span."""
    if span[0] <= item[0] and item[1] <= span[1]:
        return item
    start, end = _clip(item[:2], span)
    if isinstance(item, Mark):
        return item._replace(start=start, end=end)
    return item._replace(start=start, end=end, cells=tuple(_clip(cell, span) for cell in item.cells))


def _clip(inner: Span, outer: Span) -> Span:
    start, end = outer
    return min(max(inner[0], start), end), min(max(inner[1], start), end)


def _overlapping(items: Iterable[_Spanned], passages: Iterable[Span]) -> Iterator[list[_Spanned]]:
    """Yield the items that reach into each passage; items are in the order of their starts, and so are passages."""
    coming = iter(items)
    following = next(coming, None)
    open_items: list[_Spanned] = []
    for start, end in passages:
        while following is not None and following.start < end:
            open_items.append(following)
            following = next(coming, None)
        open_items = [item for item in open_items if item.end > start]
        yield open_items


def _places(document: Document, passages: Iterable[Span]) -> Iterator[list[Place]]:
    """Yield where each passage stands: the place that holds at its start, and those that begin inside it."""
    text, places = document.text, document.places
    number, position, line = 0, places[0].start, places[0].line
    for start, end in passages:
        while number + 1 < len(places) and places[number + 1].start <= start:
            number += 1
            position, line = places[number].start, places[number].line
        if line is not None:  # counted on from the passage before, so that no line is counted twice
            line += count_line_breaks(text, position, start)
            position = start
        inside = number + 1
        while inside < len(places) and places[inside].start < end:
            inside += 1
        yield [places[number]._replace(start=start, line=line), *places[number + 1 : inside]]
