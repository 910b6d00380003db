"""What of a document's blocks, marks and places falls into each passage, as one small JSON text a passage.

The text is `[blocks, marks, places]`, each a list of rows: what the tuples of `chipbot.model` have, in their order. A
block's row leaves its heading out, which is the passage's, and whether a rule stands before it, and ends after `quoted`
where the block has nothing that is rare.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from chipbot.model import Block, Document, Mark, Place, Span
from chipbot.text.lines import count_line_breaks

_RARE = slice(Block._fields.index("ordinal"), Block._fields.index("after_rule"))
_NONE = Block(0, 0)[_RARE]
_Spanned = TypeVar("_Spanned", Block, Mark)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Structure(NamedTuple):
    """The structure of one passage, in offsets into its document's text."""

    blocks: tuple[Block, ...]
    """The blocks that fall into it, cut off at its ends; a question that one answers may stand outside."""
    marks: tuple[Mark, ...]
    """The marks, likewise."""
    places: tuple[Place, ...]
    """Where its text stands in the source; the first place is at its start."""


def encode_structures(document: Document, passages: Sequence[Span]) -> Iterator[str]:
    """Yield the structure of each passage, in order, in time linear in the document."""
    parts = zip(
        passages,
        _overlapping(document.blocks, passages),
        _overlapping(document.marks, passages),
        _places(document, passages),
        strict=True,
    )
    for (start, end), blocks, marks, places in parts:
        rows = [_block_row(block, start, end) for block in blocks]
        yield _encode([rows, [(*_clip(mark, start, end), *mark[2:]) for mark in marks], places])


def decode_structure(encoded: bytes, heading: tuple[str, ...]) -> Structure:
    """Return what `encode_structures` made of a passage below these headings."""
    blocks, marks, places = json.loads(encoded)
    return Structure(
        tuple(_block(row, heading) for row in blocks),
        tuple(map(Mark._make, marks)),
        tuple(map(Place._make, places)),
    )


def _block_row(block: Block, start: int, end: int) -> tuple[Any, ...]:
    row = (*_clip(block, start, end), block.kind, block.unit, block.depth, block.quoted)
    if block[_RARE] == _NONE:
        return row
    cells = [_clip(cell, start, end) for cell in block.cells]
    return (*row, block.ordinal, block.checked, block.label, cells, block.headers, block.question)


def _block(row: list[Any], heading: tuple[str, ...]) -> Block:
    block = Block._make([*row[:3], heading, *row[3:], *Block(0, 0)[len(row) + 1 :]])
    if block[_RARE] == _NONE:
        return block
    question = (block.question[0], block.question[1]) if block.question else None
    cells = tuple((start, end) for start, end in block.cells)
    return block._replace(cells=cells, headers=tuple(block.headers), question=question)


def _clip(span: Sequence[Any], start: int, end: int) -> Span:
    """Return a span cut off at the ends of a passage."""
    return min(max(span[0], start), end), min(max(span[1], start), end)


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
