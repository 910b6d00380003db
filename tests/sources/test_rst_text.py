"""reStructuredText reads as the rendered page does, in the forms that few files have."""

from __future__ import annotations

import pytest
from tests.core import shown_block

from chipbot.errors import DocumentError
from chipbot.sources.formats.restructured_text import extract
from chipbot.text.lines import place_at


def blocks(source: str) -> list[str]:
    """Each block in a line; of a row its cells, the empty ones as well."""
    made = extract(source.encode())
    shown = []
    for block in made.blocks:
        cells = " / ".join(made.text[slice(*cell)] for cell in block.cells)
        shown.append(f"{block.kind}: {cells}" if cells else shown_block(made.text, block))
    return shown


def grid(*lines: str) -> str:
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            grid(
                "+-----+-----+",
                "| one | two |",
                "+-----+     |",
                "| a   |     |",
                "+-----+-----+",
                "| b   | c   |",
                "+-----+-----+",
            ),
            ["table_row: one / two", "table_row: a / ", "table_row: b / c"],
            id="last cell over two rows",
        ),
        pytest.param(
            grid(
                "+-----+-----+",
                "| one | two |",
                "|     +-----+",
                "|     | a   |",
                "+-----+-----+",
                "| all       |",
                "+-----+-----+",
            ),
            ["table_row: one / two", "table_row:  / a", "table_row: all / "],
            id="first cell over two rows, a cell over two columns",
        ),
        pytest.param(
            grid(
                "+-----+-----+-----+",
                "| H   | I   | J   |",
                "+=====+=====+=====+",
                "| all       | c   |",
                "|           +-----+",
                "|           | d   |",
                "+-----+-----+-----+",
                "| e   | f   | g   |",
                "+-----+-----+-----+",
            ),
            [
                "table_header: H / I / J",
                "table_row: all /  / c",
                "table_row:  /  / d",
                "table_row: e / f / g",
            ],
            id="cell over two rows and columns",
        ),
        pytest.param(
            grid(
                "+-------------+-----+",
                "| .. table:: T| out |",
                "|             |     |",
                "|    == ==    |     |",
                "|    a  b     |     |",
                "|    c  d     |     |",
                "|    == ==    |     |",
                "+-------------+-----+",
                "| - x         | e   |",
                "| - y         |     |",
                "+-------------+-----+",
            ),
            ["table_row: T a b c d / out", "table_row: x y / e"],
            id="table and list in cells",
        ),
        pytest.param(
            ":orphan:\n:Author: Ann\n:Dues:\n   nine\n\n   crowns\n\nEnd.\n",
            [
                "label: Author",
                "paragraph: Ann",
                "label: Dues",
                "paragraph: nine",
                "paragraph: crowns",
                "paragraph: End.",
            ],
            id="fields",
        ),
        pytest.param(
            "ebb : noun\n   It falls.\n",
            ["label: ebb", "paragraph: noun", "paragraph: It falls."],
            id="kind of a term",
        ),
        pytest.param(
            ".. cmdoption:: --home <dir>\n   --data <dir>\n\n   Where it keeps all.\n",
            ["label: --home <dir>", "label: --data <dir>", "paragraph: Where it keeps all."],
            id="option of a command",
        ),
        pytest.param(
            "It leaks. |br| Caulk it, |who|.\n",
            ["paragraph: It leaks. Caulk it, who."],
            id="breaks that another file defines",
        ),
        pytest.param(
            "See _`the quay` and [1]_ there, `map <m.html>`_.\n\n.. _quay: x.html\n.. [1] Note.\n",
            ["paragraph: See the quay and there, map.", "paragraph: Note."],
            id="target in a paragraph",
        ),
    ],
)
def test_it_reads_as_the_page_does(source: str, expected: list[str]) -> None:
    assert blocks(source) == expected


def test_a_title_with_markup_stands_on_its_line() -> None:
    source = "Intro.\n\n*The* **Quay**\n==============\n\nIt is old.\n"
    made = extract(source.encode())
    lines = [
        place_at(made.text, made.places, made.text.index(word)).line for word in ("Intro", "Quay", "old")
    ]
    assert lines == [1, 3, 6]


def test_a_remark_before_the_title_does_not_keep_it_from_being_one() -> None:
    assert extract(b".. warning::\n   It leaks.\n\nThe Quay\n========\n\nIt is old.\n").title == "The Quay"
    assert extract(b"It leaks.\n\nThe Quay\n========\n\nIt is old.\n").title is None


def test_what_nests_too_deep_is_named() -> None:
    with pytest.raises(DocumentError, match="too deep"):
        extract("\n\n".join(" " * depth + "- a" for depth in range(0, 4000, 2)).encode())
