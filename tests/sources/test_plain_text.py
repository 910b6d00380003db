"""Plain text stays the decoded file; what its lines show of its structure becomes blocks."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.core import TEXTS, document, shown

from chipbot.errors import DocumentError


def check(text: str, *blocks: str) -> None:
    made = document("T\n" + text)
    assert made.text == "T\n" + text
    assert made.title == "T"
    assert shown(made)[1:] == list(blocks)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        pytest.param("a\nb", ["paragraph: a\nb"], id="wrapped lines are one paragraph"),
        pytest.param(
            "One is.\nTwo is.\nThree is.",
            ["paragraph: One is.", "paragraph: Two is.", "paragraph: Three is."],
            id="short lines that end sentences",
        ),
        pytest.param(
            "a " * 60 + "\nb", [f"paragraph: {('a ' * 60).strip()}", "paragraph: b"], id="lines not wrapped"
        ),
        pytest.param("\na\n \t\nb", ["paragraph: a", "paragraph: b"], id="blank lines"),
        pytest.param("\n- a\n- b\n  c", ["list_item 1: a", "list_item 1: b\n  c"], id="list"),
        pytest.param("\n1) a\n2) b", ["list_item 1 #1: a", "list_item 1 #2: b"], id="numbered list"),
        pytest.param(
            "\nThese:\n* a\n  * b\n* c",
            ["paragraph: These:", "list_item 1: a", "list_item 2: b", "list_item 1: c"],
            id="nested list with its introduction",
        ),
        pytest.param("\na | b\n1 | 2", ["table_row: a | b", "table_row: 1 | 2"], id="table with bars"),
        pytest.param("\na\tb\tc\n1\t2\t3", ["table_row: a\tb\tc", "table_row: 1\t2\t3"], id="with tabs"),
        pytest.param("\n|a|b|\n|-|-|\n|1|2|", ["table_header: |a|b|", "table_row: |1|2|"], id="with a rule"),
        pytest.param(
            "\nOPENING HOURS\nDaily.\n\nHOW TO JOIN\n\nFill in the form.",
            [
                "heading 3: OPENING HOURS",
                "paragraph: Daily. | OPENING HOURS",
                "heading 3: HOW TO JOIN",
                "paragraph: Fill in the form. | HOW TO JOIN",
            ],
            id="shouted headings",
        ),
        pytest.param("\nALL OF THIS\nIS SHOUTED", ["paragraph: ALL OF THIS\nIS SHOUTED"], id="shouted text"),
        pytest.param("\nSTOP!\nWait.", ["paragraph: STOP!", "paragraph: Wait."], id="a shouted sentence"),
        pytest.param("\nA/B\nis both", ["paragraph: A/B\nis both"], id="too short to tell"),
        pytest.param(
            "\n# A\na\n## B ##\nb\n# C#\nc",
            [
                "heading 1: A",
                "paragraph: a | A",
                "heading 2: B | A",
                "paragraph: b | A › B",
                "heading 1: C#",
                "paragraph: c | C#",
            ],
            id="marked headings",
        ),
        pytest.param(
            "\n== A ==\na\n=== B ===\nb",
            ["heading 2: A", "paragraph: a | A", "heading 3: B | A", "paragraph: b | A › B"],
            id="wiki headings",
        ),
        pytest.param(
            "\n= A =\na\n = = B = = \nb",
            ["heading 1: A", "paragraph: a | A", "heading 2: B | A", "paragraph: b | A › B"],
            id="spaced wiki headings",
        ),
        pytest.param(
            "\n= a\nb =\nc = d\n#e\n #f\n==", ["paragraph: = a\nb =\nc = d\n#e\n #f\n=="], id="none"
        ),
        pytest.param(
            "\nA\n===\na\n\nB\n---\nb",
            ["heading 1: A", "paragraph: a | A", "heading 2: B | A", "paragraph: b | A › B"],
            id="underlined headings",
        ),
        pytest.param("\nTHE FUND\n\na", ["heading 3: THE FUND", "paragraph: a | THE FUND"], id="shouted"),
        pytest.param("\nSTOP IT!\n\na", ["paragraph: STOP IT!", "paragraph: a"], id="a shouted sentence"),
        pytest.param("\nUSA\n\na", ["paragraph: USA", "paragraph: a"], id="an acronym"),
        pytest.param("\n# A\n\n# B\n\nb", ["heading 1: A", "heading 1: B", "paragraph: b | B"], id="no text"),
        pytest.param("  a  \n  b  ", ["paragraph: a  \n  b"], id="white space around is left out"),
        pytest.param(
            "\n" + "A" * 201 + "\n---\nb",
            [f"paragraph: {'A' * 201}", "paragraph: ---", "paragraph: b"],
            id="too long for a heading",
        ),
    ],
)
def test_plain_text(text: str, blocks: list[str]) -> None:
    check(text, *blocks)


def test_rows_know_their_cells_and_headers() -> None:
    made = document("| a  |  b|\n|--|--|\n|1|2|\n|3|")
    rows = [[made.text[start:end] for start, end in block.cells] for block in made.blocks]
    assert rows == [["a", "b"], ["1", "2"], ["3"]]
    assert [block.headers for block in made.blocks] == [(), ("a", "b"), ("a",)]


@given(TEXTS, st.sampled_from(["\r\n", "\r"]))
@example("T\n\n" + "a" * 110 + "\nb", "\r\n")  # as long as a wrapped line may be
def test_plain_text_reads_the_same_whatever_ends_its_lines(text: str, newline: str) -> None:
    def read(text: str) -> tuple[str, list[str]]:
        try:
            made = document(text)
        except DocumentError:
            return "", []
        return made.title, [line.replace(newline, "\n") for line in shown(made)]

    text = text.replace("\r", "")
    assert read(text.replace("\n", newline)) == read(text)


def test_the_first_of_several_shouted_headings_is_no_title() -> None:
    made = document("OPENING HOURS\nDaily.\n\nHOW TO JOIN\nFill in the form.", "club.txt")
    assert made.title == "club"
    assert shown(made) == [
        "heading 3: OPENING HOURS",
        "paragraph: Daily. | OPENING HOURS",
        "heading 3: HOW TO JOIN",
        "paragraph: Fill in the form. | HOW TO JOIN",
    ]
    assert document("CLUB GUIDE\n\nHOW TO JOIN\nFill in the form.", "club.txt").title == "CLUB GUIDE"
