"""Quote → the Markdown that Discord draws it from, line by line.

Text and lists stand in a block quote. Code and aligned tables stand between block quotes, since Discord's client draws
a code block inside one as code within a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from chipbot.bot.markdown_escape import code_block, marked
from chipbot.model import Quote
from chipbot.service.layout import layout
from chipbot.service.lines import Code, Line, Run

MAX_DEPTH = 5
"""How many lists deep an item is drawn at most: Discord draws eleven, for which a telephone has no room."""
_MAX_ORDINAL = 1_000_000_000  # up to which Discord counts; it counts from 1
_BOXES = {True: "☑ ", False: "☐ ", None: ""}


def quote_markdown(
    quote: Quote,
    *,
    cut_before: bool = False,
    cut_after: bool = False,
    links: bool = True,
    channels: Mapping[str, int] = MappingProxyType({}),
) -> str:
    """A quote as Markdown, its highlights bold.

    Args:
        quote: What is drawn.
        cut_before: Whether more of its passage stands before it, which a mark says.
        cut_after: Whether more stands after it.
        links: Whether links are drawn as links; their text stands in any case.
        channels: The channels that names with `#` before them are drawn as.
    """
    if not links:
        quote = replace(quote, marks=tuple(mark for mark in quote.marks if mark.kind != "link"))
    lines = list(_spaced(layout(quote))) or [Line()]
    if cut_before:
        lines[:1] = _cut(lines[0], before=True)
    if cut_after:
        lines[-1:] = _cut(lines[-1], before=False)
    lists = _Lists()
    return "\n".join(_markdown(line, lists, channels) for line in lines)


def _spaced(lines: Iterable[Line | Code]) -> Iterator[Line | Code]:
    """Yield the lines, with a blank one where a quotation inside the quote begins or ends, and none beside code."""
    previous: Line | Code | None = None
    blanks: list[Line] = []
    for line in lines:
        if isinstance(line, Line) and not line.runs:
            blanks.append(line)
            continue
        if isinstance(line, Line) and not isinstance(previous, Code):
            apart = previous is not None and previous.quoted != line.quoted
            yield from blanks or [Line()] * apart
        yield line
        previous, blanks = line, []


def _cut(line: Line | Code, *, before: bool) -> list[Line | Code]:
    """The line with the mark of a cut at one of its ends; code has the mark on a line of its own."""
    if isinstance(line, Code):
        return [Line((Run("…"),)), line] if before else [line, Line((Run("…"),))]
    if not line.runs:
        return [Line((Run("…"),))]
    return [line._replace(runs=(Run("… "), *line.runs) if before else (*line.runs, Run(" …")))]


def _markdown(line: Line | Code, lists: _Lists, channels: Mapping[str, int]) -> str:
    if isinstance(line, Code):
        lists.close()
        return code_block(_table(line) if line.table else line.text, line.language)
    text = marked(line.runs, channels)
    if lists or line.item:
        text = text.lstrip(" ")  # by which Discord would take a line for a part of the item above it
    return f"> {lists.lead(line)}{text}"


def _table(table: Code) -> str:
    """The table's lines, those that are highlighted with a mark before them: nothing can be bold there."""
    if not any(run.highlighted for line in table.lines for run in line):
        return table.text
    marked_lines = ((any(run.highlighted for run in line), line) for line in table.lines)
    return "\n".join(
        ("▸ " if mark else "  ") + "".join(run.text for run in line) for mark, line in marked_lines
    )


class _List(NamedTuple):
    """A list that the next item may continue."""

    depth: int
    """How deep its items are in the document's lists."""
    indent: int
    """The columns of its marker, by which what is inside an item is indented."""
    number: int | None
    """The number of its last item; None where it has bullets."""


class _Lists:
    """Which lists are open at a line, outermost first."""

    def __init__(self) -> None:
        self._open: list[_List] = []

    def __bool__(self) -> bool:
        return bool(self._open)

    def close(self) -> None:
        """End all lists."""
        self._open.clear()

    def lead(self, line: Line) -> str:
        """What stands before a line's text: its indentation, and an item's marker.

        Discord counts a numbered list's items itself, and goes on with a list whatever the next item's marker is:
        where that would show another one, the marker is written as text.
        """
        if not line.item:
            self._leave(line.depth + 1 if line.runs else 0)
            return self._indent()
        before = self._leave(line.depth)
        indent, number = self._indent(), line.ordinal
        marker = "- " if number is None else f"{number}. "
        follows = before is None or before.number == (None if number is None else number - 1)
        if follows and (number is None or 1 <= number <= _MAX_ORDINAL):
            self._open.append(_List(line.depth, len(marker), number))
        else:
            marker = "• " if number is None else f"{number}\\. "
        return f"{indent}{marker}{_BOXES[line.checked]}"

    def _leave(self, depth: int) -> _List | None:
        """End the lists from that depth on, and return the outermost of them."""
        left = None
        while self._open and (self._open[-1].depth >= depth or len(self._open) >= MAX_DEPTH):
            left = self._open.pop()
        return left

    def _indent(self) -> str:
        return " " * sum(each.indent for each in self._open)
