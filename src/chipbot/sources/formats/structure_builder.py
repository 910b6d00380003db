"""Structure in the making: headings, lists, tables and containers are opened and closed; blocks come out."""

from __future__ import annotations

from collections.abc import Sequence

from chipbot.model import Block, BlockKind, Place, Span
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.questions import pair_questions
from chipbot.sources.formats.readable_text import BREAK, ReadableText
from chipbot.translation import Message


class _List:
    """A list that is open, with the item at hand."""

    __slots__ = ("by_tag", "checked", "fresh", "next", "ordinal", "unit")

    def __init__(self, unit: int, first: int | None, *, by_tag: bool) -> None:
        self.unit = unit
        self.by_tag = by_tag
        self.next = first
        self.ordinal: int | None = None
        self.checked: bool | None = None
        self.fresh = False  # whether the item has no block yet


class _Container:
    """What blocks are in: a quotation, an admonition, a tab, a component; with what holds of those around it."""

    __slots__ = ("name", "nests", "question", "quoted")

    def __init__(self, name: str, *, quoted: bool, nests: bool, around: _Container | None) -> None:
        self.name = name
        self.quoted: int = quoted + (around.quoted if around else 0)
        self.nests: bool = nests or (around is not None and around.nests)
        self.question: Span | None = around.question if around else None


class _Table:
    """A table that is open, with the row at hand."""

    __slots__ = ("all_headers", "headers", "rows", "unit")

    def __init__(self, unit: int) -> None:
        self.unit = unit
        self.headers: tuple[str, ...] = ()
        self.rows = 0
        self.all_headers = True  # of the row at hand: whether all its cells are headers


class StructureBuilder:
    """Builds a document's blocks: `out` takes the words, the methods say what they are part of.

    What ends a block also ends what was forgotten inside it, so that input which is not well-formed loses no word.
    """

    def __init__(self, title: str | None, *, lined: bool = True) -> None:
        self.out = ReadableText(lined=lined)
        self.title = title
        """The title that the file gives, or the first heading if that is before all else."""
        self.role: BlockKind | None = None
        """What the block at hand is, where that does not follow from what it is in."""
        self._given_title = title
        self._level = 0
        self._headings: list[tuple[int, str]] = []
        self._anchors: list[tuple[int, str]] = []
        self._place = Place(0)
        self._lists: list[_List] = []
        self._containers: list[_Container] = []
        self._table: _Table | None = None
        self._units = 0
        self._joined: int | None = None  # the unit that the next block belongs to
        self._after_rule = False
        self._has_begun = False  # whether there is a block that is no remark before all else

    def extracted(
        self, *, language: str | None = None, url: str | None = None, problems: Sequence[Message] = ()
    ) -> Extracted:
        """End the document and return it; a title alone is all that it says, so that it is no title."""
        self.end_block()
        out = self.out
        return Extracted(
            text=out.text,
            title=self.title if len(out.blocks) > 1 else self._given_title,
            blocks=pair_questions(out.text, out.blocks, out.marks, out.line_starts),
            marks=tuple(out.marks),
            places=tuple(out.places) or (Place(0),),
            language=language,
            url=url,
            problems=tuple(problems),
        )

    def turn_to(self, place: Place) -> None:
        """Have what follows stand at a page, slide, cell or time; anchors go by the headings."""
        self._place = place
        self.out.turn_to(place)

    def edge(self) -> None:
        """End the block at hand where a block-level element begins or ends, unless it may hold such: a row, a heading."""
        if self.role is None:
            self.end_block()
        else:
            self.out.gap(BREAK)

    def rule(self) -> None:
        """Note a rule, after which something else begins."""
        self.edge()
        self._after_rule, self._joined = True, None

    def begin(self, kind: BlockKind) -> None:
        """End the block at hand and begin one of a kind that what it is in does not tell."""
        self.end_block()
        self.role = kind

    def end_block(self) -> None:
        """End the block at hand, if there are words in it."""
        if self.role == "table_row":
            self.end_row()
            return
        kind, self.role = self.role or "paragraph", None
        if self.out.is_empty:
            self.out.discard()
            self._after_rule |= kind == "heading"
        elif kind == "heading":
            self._end_heading()
        elif kind == "paragraph" and self._lists and self._lists[-1].fresh:
            self._end_item(self._lists[-1])
        else:
            self._put(self._block(kind, self._unit()))

    def code(self, words: str, line: int | None, language: str) -> None:
        """Write code that begins on a line: a block, or a mark where a block holds it."""
        blank = len(words) - len(words.lstrip())
        begin = words.rfind("\n", 0, blank) + 1
        line = None if line is None else line + words.count("\n", 0, begin)
        words = words[begin:].rstrip()
        if self.role is not None:
            self.out.open_mark("code")
            self.out.write(words, line)
            self.out.close_mark("code")
            return
        self.end_block()
        if words:
            self.out.write_exactly(words, line)
            self._put(self._block("code", self._unit())._replace(label=language))

    def end_term(self) -> None:
        """End a term, which labels its definition; in a list, an item's text goes on."""
        if self.role is None and not self._lists:
            self.role = "label"
            self.end_block()
        else:
            self.edge()

    def _block(self, kind: BlockKind, unit: int) -> Block:
        box = self._container
        return Block(
            start=0,
            end=0,
            kind=kind,
            heading=tuple(name for _, name in self._headings),
            unit=unit,
            depth=len(self._lists),
            quoted=box.quoted if box else 0,
            question=box.question if box else None,
            after_rule=self._after_rule,
        )

    @property
    def _container(self) -> _Container | None:
        return self._containers[-1] if self._containers else None

    def _put(self, block: Block, separator: str = "\n\n") -> bool:
        """End the block at hand as what it is; a label that asks is a question, which what it labels answers."""
        span = self.out.end_block(block, separator)
        self._after_rule &= span is None
        self._has_begun |= span is not None and not block.quoted
        if span and block.kind in ("label", "question"):
            self._joined = block.unit
            if self._containers and (block.kind == "question" or self.out.last.endswith(("?", "？"))):
                self.out.blocks[-1] = self.out.blocks[-1]._replace(kind="question", question=None)
                self._containers[-1].question = span
        return span is not None

    def _unit(self) -> int:
        if self._lists:
            return self._lists[0].unit
        if self._joined is not None:
            unit, self._joined = self._joined, None
            return unit
        self._units += 1
        return self._units

    # Headings

    def begin_heading(self, level: int, anchor: str = "") -> None:
        """Begin a heading, or a block like any other where it is one inside a quotation or a list.

        Args:
            level: 1 for the outermost.
            anchor: What leads to it on a rendered page, if anything.
        """
        box = self._container
        if any(not item.by_tag for item in self._lists) or (box is not None and box.nests):
            self.edge()
            return
        self.begin("heading")
        self._lists.clear()  # what tags have begun and not ended
        self._table = self._joined = None
        self._level = level
        self._headings = [heading for heading in self._headings if heading[0] < level]
        self._anchors = [above for above in self._anchors if above[0] < level]
        if anchor:
            self._anchors.append((level, anchor))
        self.out.turn_to(self._place._replace(anchor=self._anchors[-1][1] if self._anchors else ""))

    def end_heading(self) -> None:
        """End a heading."""
        if self.role in (None, "heading"):
            self.end_block()
        else:
            self.out.gap(BREAK)

    def _end_heading(self) -> None:
        opening = not self._has_begun
        self._units += 1
        self._put(self._block("heading", self._units)._replace(depth=self._level))
        name = " ".join(self.out.last.split())
        if opening and (
            self._given_title is None or name.casefold() == " ".join((self.title or "").casefold().split())
        ):
            self.title = name
        elif name:
            self._headings.append((self._level, name))

    def leave_headings(self, level: int) -> None:
        """Have what follows stand under no heading of a level or one below it."""
        self.end_block()
        self._headings = [heading for heading in self._headings if heading[0] < level]

    # Lists

    def open_list(self, first: int | None, *, by_tag: bool = False) -> None:
        """Begin a list; `first` is the number of its first item, None where items have none."""
        self.edge()
        self._lists.append(_List(self._unit(), first, by_tag=by_tag))

    def open_item(self, ordinal: int | None = None) -> None:
        """Begin an item of the innermost list, by default with the next number."""
        self.edge()
        if self._lists:
            item = self._lists[-1]
            item.ordinal = item.next if ordinal is None else ordinal
            item.next = None if item.ordinal is None else item.ordinal + 1
            item.checked, item.fresh = None, True

    @property
    def begins_item(self) -> bool:
        """Whether what comes next begins an item of a list."""
        return bool(self._lists) and self._lists[-1].fresh and self.role is None

    def check_item(self, *, done: bool) -> None:
        """Make the item at hand one of a task list."""
        if self._lists:
            self._lists[-1].checked = done

    def close_list(self, *, by_tag: bool = False) -> None:
        """End the innermost list; a tag ends only a list that a tag began."""
        self.edge()
        if by_tag:
            if self._lists and self._lists[-1].by_tag:
                self._lists.pop()
        else:
            while self._lists and self._lists.pop().by_tag:
                pass

    def _end_item(self, item: _List) -> None:
        before = self.out.blocks[-1] if self.out.blocks else None
        unit = self._lists[0].unit
        follows = before is not None and before.kind == "list_item" and before.unit == unit
        block = self._block("list_item", unit)._replace(ordinal=item.ordinal, checked=item.checked)
        self._put(block, "\n" if follows else "\n\n")
        item.fresh = False

    # Tables

    def open_table(self) -> None:
        """Begin a table."""
        self.end_block()
        self._table = _Table(self._unit())

    def open_row(self) -> None:
        """Begin a row of a table; outside one, its cells are blocks like any other."""
        self.end_block()
        if self._table is not None:
            self.role, self._table.all_headers = "table_row", True

    def open_cell(self, *, header: bool) -> None:
        """Begin a cell of the row at hand."""
        if self.role == "table_row" and self._table is not None:
            self.out.open_cell()
            self._table.all_headers &= header
        else:
            self.edge()

    def close_cell(self) -> None:
        """End a cell."""
        if self.role == "table_row":
            self.out.close_cell()
        else:
            self.edge()

    def end_row(self) -> None:
        """End the row at hand; the first whose cells are all headers gives the rows below it their headers."""
        table = self._table
        if self.role != "table_row" or table is None:
            return
        self.role = None
        self.out.close_cell()
        cells = self.out.cell_texts()
        header = table.all_headers and not table.headers
        block = self._block("table_header" if header else "table_row", table.unit)
        if table.headers:
            block = block._replace(headers=(table.headers + ("",) * len(cells))[: len(cells)])
        if self._put(block, "\n" if table.rows else "\n\n"):
            table.rows += 1
            if header:
                table.headers = cells

    def close_table(self) -> None:
        """End a table."""
        self.end_row()
        self.edge()
        self._table = None

    # Containers

    def open_container(self, name: str, *, quoted: bool = False, nests: bool = False) -> None:
        """Begin what blocks are in.

        Args:
            name: What ends it.
            quoted: Whether its blocks count as quoted.
            nests: Whether headings in it are none of the document.
        """
        self.edge()
        self._containers.append(_Container(name, quoted=quoted, nests=nests, around=self._container))

    def has_container(self, name: str) -> bool:
        """Whether a container of a name is open."""
        return any(box.name == name for box in self._containers)

    def close_container(self, name: str) -> None:
        """End the innermost container of a name and those in it; without one, only the block at hand."""
        self.edge()
        for i in range(len(self._containers) - 1, -1, -1):
            if self._containers[i].name == name:
                del self._containers[i:]
                break
