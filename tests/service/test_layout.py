"""A quote line by line: its own text in its own order, with the markers and headers that its blocks have."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.quotes import Part, part, quote_of, quotes, structured

from chipbot.model import Block, Quote
from chipbot.service.layout import layout
from chipbot.service.lines import Code, Line, Run, runs
from chipbot.service.tables import MAX_TABLE_ROWS
from chipbot.text.columns import width


def written(line: Line | Code) -> str:
    """A line in short: what stands before it, and its text with highlights in »« and bold in **."""
    if isinstance(line, Code):
        return f"[{line.language}]" + "\n".join(map(signed, line.lines))
    marker = (
        f"{line.ordinal or '-'}{'' if line.checked is None else 'x' if line.checked else 'o'} "
        if line.item
        else ""
    )
    return f"{'>' * line.quoted}{' ' * line.depth}{marker}{signed(line.runs)}"


def signed(line: tuple[Run, ...]) -> str:
    return "".join(
        f"»{run.text}«" if run.highlighted else f"**{run.text}**" if "strong" in run.kinds else run.text
        for run in line
    )


def check(quote: Quote, *lines: str) -> None:
    assert [written(line) for line in layout(quote)] == list(lines)


@pytest.mark.parametrize(
    ("parts", "lines"),
    [
        (
            [part("paragraph", "One.\nTwo."), part("paragraph", "Three.", gap="\n\n")],
            ["One.", "Two.", "", "Three."],
        ),
        ([part("paragraph", "a"), part("paragraph", "b", gap="\r\n\r\n \n\n")], ["a", "", "b"]),
        (
            [part("heading", "Rules", depth=2), part("label", "Warning", quoted=1)],
            ["**Rules**", ">**Warning**"],
        ),
        (
            [
                part("list_item", "one", depth=1),
                part("list_item", "two", depth=2, ordinal=3),
                part("list_item", "three", depth=1, checked=True),
                part("list_item", "four\nmore", depth=1, checked=False),
                part("paragraph", "inside", depth=1),
            ],
            [" - one", "  3 two", " -x three", " -o four", " more", " inside"],
        ),
        ([part("code", "\n  a\r\nb \n", label="py")], ["[py]  a\nb"]),
        ([part("code", " \n ")], []),
        ([part("question", "What?", quoted=2)], [">>What?"]),
    ],
)
def test_blocks_are_lines(parts: list[Part], lines: list[str]) -> None:
    check(quote_of(*parts), *lines)


def row(*cells: str, headers: tuple[str, ...] = (), unit: int = 1) -> Part:
    return part("table_row", "", *cells, headers=headers, unit=unit)


SPAM = ("Offence", "first time", "second time")
ADVERTISING = row("advertising", "warning", "mute for 24 hours", headers=SPAM)


@pytest.mark.parametrize(
    ("parts", "highlight", "lines"),
    [
        ([ADVERTISING], "warning", ["advertising — first time: »warning« · second time: mute for 24 hours"]),
        ([row("a", "", "c", headers=SPAM)], "c", ["a — second time: »c«"]),
        ([row("", "b", "c", headers=SPAM)], "c", ["first time: b · second time: »c«"]),
        ([row("a", "b", headers=("", ""))], "b", ["a — »b«"]),
        ([row("a", "b", "c")], "b", ["a · »b« · c"]),
        ([row("a", headers=("H",))], (), ["H: a"]),
        ([row("a", "b", headers=("x", "h " * 100))], (), [f"a — {'h ' * 19}h…: b"]),
        (
            [part("table_header", "", *SPAM), row("a", "b", "c", headers=SPAM)],
            "b",
            ["a — first time: »b« · second time: c"],
        ),
        ([part("table_header", "", *SPAM)], (), ["Offence · first time · second time"]),
        (
            [ADVERTISING],
            "advertising\twarning",
            ["»advertising« — first time: »warning« · second time: mute for 24 hours"],
        ),
        ([part("code", "a\nb")], "b", ["[]a\n»b«"]),
        ([row("a", "b"), row("c", "d")], "b", ["a · »b«", "c · d"]),
        ([row("a\nb", "c")], (), ["a b · c"]),
        ([part("table_row", "| a | b |")], (), ["| a | b |"]),
    ],
)
def test_a_table_row_reads_as_its_cells_under_their_headers(
    parts: list[Part], highlight: str, lines: list[str]
) -> None:
    check(quote_of(*parts, highlight=highlight), *lines)


@pytest.mark.parametrize(
    ("parts", "highlight", "table"),
    [
        ([row("ping", "2 s"), row("数据", "10 s")], (), "ping  2 s\n数据  10 s"),
        (
            [row("ping", "2 s", headers=("Command", "")), row("echo", "10 s", headers=("Command", ""))],
            (),
            "Command\n───────  ────\nping     2 s\necho     10 s",
        ),
        (
            [part("table_header", "", "A", "B", unit=1), row("c", "d"), row("e", "f")],
            "e\tf",
            "A  B\n─  ─\nc  d\n»e  f«",
        ),
    ],
)
def test_a_small_table_is_drawn_in_columns(parts: list[Part], highlight: str, table: str) -> None:
    check(quote_of(*parts, highlight=highlight), f"[]{table}")


@pytest.mark.parametrize(
    "quote",
    [
        quote_of(row("a", "b"), row("c", "d"), highlight="d"),
        quote_of(row("a", "b"), row("c", "d"), marks=[("code", "d", "")]),
        quote_of(row("a", "b" * 20), row("c" * 20, "d")),
        quote_of(row("a", "b"), row("c", "d", "e")),
        quote_of(row("a"), row("b")),
        quote_of(row("a", "b"), row("c", "d", unit=2)),
        quote_of(*[row("a", "b")] * (MAX_TABLE_ROWS + 1)),
    ],
)
def test_other_tables_are_drawn_row_by_row(quote: Quote) -> None:
    assert all(isinstance(line, Line) for line in layout(quote))
    assert len(layout(quote)) == len(quote.blocks)


def plain(text: str, *blocks: Block) -> Quote:
    return structured(text, blocks, (), ())


@pytest.mark.parametrize(
    ("quote", "lines"),
    [
        (plain("a\n\n\nb\n"), ["a", "", "", "b", ""]),
        (
            plain("- a\n- b", Block(2, 3, "list_item", depth=1), Block(6, 7, "list_item", depth=1)),
            [" - a", " - b"],
        ),
        (plain("- a\n- b", Block(0, 3, "list_item"), Block(4, 7, "list_item")), ["- a", "- b"]),
        (plain("1) a", Block(0, 4, "list_item", ordinal=1)), ["1) a"]),
        (plain("1) a", Block(3, 4, "list_item", ordinal=1)), [" 1 a"]),
        (plain("Title\n=====\ntext", Block(0, 5, "heading"), Block(12, 16)), ["**Title**", "=====", "text"]),
        (plain("Q: Who?\nA: I.", Block(3, 7, "question"), Block(11, 13)), ["Q: Who?", "A: I."]),
        (plain("x |\n| y", Block(0, 1), Block(6, 7)), ["x", " |", "| y"]),
        (plain("a\n\nrest", Block(0, 1)), ["a", "", "rest"]),
        (plain("~~~\na\n~~~", Block(4, 5, "code")), ["~~~", "[]a", "~~~"]),
        (plain("% a", Block(2, 3, "code")), ["% ", "[]a"]),
        (plain("", Block(0, 0)), [""]),
    ],
)
def test_what_no_block_spans_stays(quote: Quote, lines: list[str]) -> None:
    check(quote, *lines)


@settings(max_examples=200, deadline=None)
@given(quote=quotes())
def test_every_word_is_drawn_once_and_in_order(quote: Quote) -> None:
    """But for the headers of a table whose rows say them again, and the words of ours between cells."""
    drawn = "".join("".join(line.text.split()) for line in layout(quote))
    position = 0
    for block in quote.blocks or (Block(0, len(quote.text)),):
        if block.kind == "table_header":
            continue
        for start, end in block.cells or ((block.start, block.end),):
            for word in quote.text[start:end].split():
                position = drawn.index(word, position) + len(word)
    for line in layout(quote):
        assert isinstance(line, Code) or not set("\r\n") & set(line.text)
        assert isinstance(line, Code) or all(run.text for run in line.runs)


@settings(max_examples=100, deadline=None)
@given(quote=quotes())
def test_runs_have_exactly_the_marks_and_highlights_of_their_characters(quote: Quote) -> None:
    cut = runs(quote, 0, len(quote.text))
    text = "".join(run.text for run in cut)
    assert text.split() == quote.text.split()
    position = 0
    if "\r\n" in quote.text:
        return
    for run in cut:
        for offset in range(position, position + len(run.text)):
            marks = [mark for mark in quote.marks if mark.start <= offset < mark.end]
            assert run.kinds == {mark.kind for mark in marks}
            assert run.highlighted == any(a <= offset < b for a, b in quote.highlights)
        position += len(run.text)


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("数据", 4), ("e\u0301", 1), ("a\u200b", 1), ("😀", 2)]
)
def test_columns(text: str, columns: int) -> None:
    assert width(text) == columns
