"""What of a document's blocks, marks and places falls into each passage, as one small JSON text a passage.

The text is `[blocks, marks, places]`, each a list of rows: a block is `[start, end, kind, unit, depth, quoted]`, with
`[ordinal, checked, label, cells, headers, question]` at the end where it has any of those; a mark is `[start, end, kind,
target]`; a place is `[start, line, page, label, anchor]`. Offsets count from the passage's start, and kinds are positions in
`BLOCK_KINDS` and `MARK_KINDS`. A block's heading is the passage's; that a rule stands before it is not kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from chipbot.index.schema import BLOCK_KINDS, MARK_KINDS
from chipbot.model import Block, Document, Mark, Place, Span
from chipbot.text.lines import count_line_breaks

Row = list[Any]

_RARE = slice(Block._fields.index("ordinal"), Block._fields.index("question") + 1)
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
        yield _encode(
            [
                [_block_row(block, start, end) for block in blocks],
                [[*_clip(mark, start, end), MARK_KINDS.index(mark.kind), mark.target] for mark in marks],
                [[place.start - start, *place[1:]] for place in places],
            ]
        )


def decode_structure(encoded: bytes, start: int, heading: tuple[str, ...]) -> Structure:
    """Return what `encode_structures` made of a passage that begins at `start`, below these headings."""
    blocks, marks, places = json.loads(encoded)
    return Structure(
        tuple(_block(row, start, heading) for row in blocks),
        tuple(Mark(first + start, last + start, MARK_KINDS[kind], to) for first, last, kind, to in marks),
        tuple(Place(first + start, *rest) for first, *rest in places),
    )


def _block_row(block: Block, start: int, end: int) -> Row:
    kind = BLOCK_KINDS.index(block.kind)
    row: Row = [*_clip(block, start, end), kind, block.unit, block.depth, block.quoted]
    if block[_RARE] != _NONE:
        cells = [_clip(cell, start, end) for cell in block.cells]
        question = block.question and [offset - start for offset in block.question]
        row.append([block.ordinal, block.checked, block.label, cells, block.headers, question])
    return row


def _block(row: Row, start: int, heading: tuple[str, ...]) -> Block:
    first, last, kind, unit, depth, quoted, *rest = row
    block = Block(first + start, last + start, BLOCK_KINDS[kind], heading, unit, depth, quoted)
    if not rest:
        return block
    ordinal, checked, label, cells, headers, question = rest[0]
    return block._replace(
        ordinal=ordinal,
        checked=checked,
        label=label,
        cells=tuple((first + start, last + start) for first, last in cells),
        headers=tuple(headers),
        question=question and (question[0] + start, question[1] + start),
    )


def _clip(span: Sequence[Any], start: int, end: int) -> list[int]:
    """Return where a span begins and ends within a passage, from the passage's start."""
    return [min(max(span[0], start), end) - start, min(max(span[1], start), end) - start]


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
