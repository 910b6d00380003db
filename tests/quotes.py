"""Quotes with blocks, marks and highlights: by hand for tables of examples, and random for properties."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st
from tests.bot.alphabet import ANY

from chipbot.model import Block, BlockKind, Citation, Mark, MarkKind, Quote, Span


class Part(NamedTuple):
    """A block by its text, or by its cells."""

    kind: BlockKind
    text: str
    cells: tuple[str, ...] = ()
    more: dict[str, Any] = {}  # noqa: RUF012  # never changed
    gap: str = "\n"


def part(kind: BlockKind, text: str = "", *cells: str, gap: str = "\n", **more: Any) -> Part:
    """A block with what stands before it; a table's row is its cells, with tabs between them."""
    return Part(kind, "\t".join(cells) if cells else text, cells, more, gap)


def quote_of(
    *parts: Part, highlight: str | Sequence[str] = (), marks: Sequence[tuple[MarkKind, str, str]] = ()
) -> Quote:
    """The quote of those blocks; highlights and marks are found by their text, where it first stands."""
    text, blocks = "", []
    for number, (kind, content, cells, more, gap) in enumerate(parts):
        text += gap if number else ""
        start = len(text)
        spans, position = [], start
        for cell in cells:
            spans.append((position, position + len(cell)))
            position += len(cell) + 1
        text += content
        blocks.append(Block(start, len(text), kind, unit=0, cells=tuple(spans))._replace(**more))
    highlights = [highlight] if isinstance(highlight, str) else highlight
    found = [
        Mark(text.index(word), text.index(word) + len(word), kind, target) for kind, word, target in marks
    ]
    return structured(
        text,
        blocks,
        sorted(found, key=lambda mark: (mark.start, -mark.end)),
        [(text.index(each), text.index(each) + len(each)) for each in highlights],
    )


def structured(
    text: str, blocks: Sequence[Block], marks: Sequence[Mark], highlights: Sequence[Span]
) -> Quote:
    """A quote that is a whole document."""
    citation = Citation(
        document_id="a.md",
        title="Guide",
        heading=(),
        page=None,
        line_start=1,
        line_end=1 + text.count("\n"),
        start=0,
        end=len(text),
        url=None,
    )
    return Quote(
        text=text,
        highlights=tuple(highlights),
        citation=citation,
        score=1.0,
        blocks=tuple(blocks),
        marks=tuple(marks),
    )


TARGETS = (
    "https://example.com/a_b~~c(d)",
    "http://x.org",
    "javascript:x",
    "../a.md",
    "custom:y",
    "data:z",
    "",
)
_LINE = ANY.map(lambda text: text.replace("\r", " ").replace("\n", " ")).map(str.strip).filter(bool)
_CELL = st.one_of(st.just(""), st.sampled_from(["mute", "first time", "1 hour"]), _LINE)


_MARKS: tuple[MarkKind, ...] = ("strong", "emphasis", "strikethrough", "code", "link")
_TEXTS: tuple[BlockKind, ...] = ("paragraph", "heading", "label", "question")


@st.composite
def _parts(draw: st.DrawFn) -> list[Part]:
    """Blocks of every kind, the rows of a table together."""
    parts: list[Part] = []
    for unit in range(draw(st.integers(1, 4))):
        gap = draw(st.sampled_from(["\n", "\n\n", "\r\n", "\n\n\n"]))
        drawer = draw(st.sampled_from([_table, _list, _code, _text]))
        quoted = draw(st.integers(0, 2))
        parts += [
            each._replace(gap=gap, more=each.more | {"unit": unit, "quoted": quoted}) for each in drawer(draw)
        ]
    return parts


def _table(draw: st.DrawFn) -> list[Part]:
    columns = draw(st.integers(1, 4))
    cells = st.lists(_CELL, min_size=columns, max_size=columns)
    titled = draw(st.booleans())
    headers = tuple(draw(cells)) if titled else ()
    rows = draw(st.lists(cells, min_size=1, max_size=4))
    shown = draw(st.booleans())
    above = [part("table_header", "", *headers)] if titled and shown else []
    return above + [part("table_row", "", *row, headers=headers) for row in rows]


def _list(draw: st.DrawFn) -> list[Part]:
    numbers = st.one_of(st.none(), st.integers(0, 12))
    boxes = st.sampled_from([None, None, True, False])
    return [
        part("list_item", text, depth=draw(st.integers(1, 7)), ordinal=draw(numbers), checked=draw(boxes))
        for text in draw(st.lists(_LINE, min_size=1, max_size=4))
    ]


def _code(draw: st.DrawFn) -> list[Part]:
    return [part("code", draw(ANY), label=draw(st.sampled_from(["", "py", "c++", "a b"])))]


def _text(draw: st.DrawFn) -> list[Part]:
    return [part(draw(st.sampled_from(_TEXTS)), draw(ANY), depth=draw(st.integers(0, 2)))]


def _nested(draw: st.DrawFn, start: int, end: int, depth: int) -> list[Mark]:
    """Marks that nest or follow one another in `start` to `end`."""
    marks: list[Mark] = []
    position = start
    while position < end and depth < 3 and draw(st.booleans()):
        first = draw(st.integers(position, end - 1))
        last = draw(st.integers(first + 1, end))
        kind = draw(st.sampled_from(_MARKS))
        marks.append(Mark(first, last, kind, draw(st.sampled_from(TARGETS)) if kind == "link" else ""))
        marks += _nested(draw, first, last, depth + 1)
        position = last
    return marks


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    """Quotes of random blocks whose text is rich in markup, with nested marks, and highlights across them."""
    bare = quote_of(*draw(_parts().filter(lambda parts: any(part.text.strip() for part in parts))))
    size = len(bare.text)
    bounds = sorted(draw(st.lists(st.integers(0, size), max_size=4, unique=True)))
    highlights = list(zip(bounds[::2], bounds[1::2], strict=False))
    blocks = draw(st.sampled_from([bare.blocks, bare.blocks, bare.blocks, ()]))
    return structured(bare.text, blocks, _nested(draw, 0, size, 0), highlights)
