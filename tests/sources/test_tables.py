"""Spreadsheets and delimited text: a row is a block under its header; values as people read them."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from tests.core import document, shown
from tests.growth import assert_linear
from tests.sources.samples import PRICES, STAFF, Rows, excel, old_excel, open_document

from chipbot.errors import DocumentError
from chipbot.model import Document
from chipbot.sources.formats import delimited
from chipbot.sources.formats.delimited import told_delimiter
from chipbot.sources.formats.sheets import Value, shown_value
from chipbot.translation import joined


def cells_of(made: Document) -> list[list[str]]:
    return [[made.text[slice(*cell)] for cell in block.cells] for block in made.blocks if block.cells]


# Spreadsheets


@pytest.mark.parametrize(
    ("make", "name"), [(excel, "a.xlsx"), (old_excel, "a.xls"), (open_document, "a.ods")]
)
def test_rows_stand_under_their_headers_and_sheets_are_headings(make: object, name: str) -> None:
    made = document(make(Prices=PRICES, Staff=STAFF), name)  # type: ignore[operator]  # makes such a file
    assert shown(made) == [
        "heading 1: Prices",
        "table_header: Item\tPrice\tSold since | Prices",
        "table_row: Copper lantern\t12.5\t2024-05-01 | Prices",
        "table_row: Walnut ladder\t140\t2023-11-20 | Prices",
        "table_row: Velvet curtain\t61\t2022-02-03 | Prices",
        "heading 1: Staff",
        "table_header: Name\tTask\tRoom | Staff",
        "table_row: Ottilie\trepairs the clocks\t14 | Staff",
        "table_row: Bartholomew\tfeeds the herons\t22 | Staff",
    ]
    assert made.blocks[2].headers == ("Item", "Price", "Sold since")
    assert [place.label for place in made.places][-2:] == ["Staff, row 2", "Staff, row 3"]


@pytest.mark.parametrize(
    ("rows", "blocks"),
    [
        pytest.param(
            [("a", "b"), (1, 2)], ["table_header: a\tb", "table_row: 1\t2"], id="one sheet has no heading"
        ),
        pytest.param(
            [("Prices of 2024",), (), ("Item", None, "Price"), ("Ink", None, 3)],
            ["paragraph: Prices of 2024", "table_header: Item\tPrice", "table_row: Ink\t3"],
            id="what stands above the header, empty rows and columns",
        ),
        pytest.param(
            [(1, 2), (3, 4)], ["table_row: 1\t2", "table_row: 3\t4"], id="numbers alone have no header"
        ),
        pytest.param(
            [("The fund is large.", "It grows daily."), ("It pays.", "It does so monthly.")],
            ["table_row: The fund is large.\tIt grows daily.", "table_row: It pays.\tIt does so monthly."],
            id="sentences are no header",
        ),
        pytest.param(
            [("One note",), ("Another note",)],
            ["paragraph: One note", "paragraph: Another note"],
            id="one column",
        ),
        pytest.param(
            [("Question", "Answer", "Since"), ("Why?", "Because.", 2024), ("How?", "So.", None)],
            [
                "question: Why?",
                "paragraph: Because. ← Why?",
                "table_row: 2024 ← Why?",
                "question: How?",
                "paragraph: So. ← How?",
            ],
            id="questions and answers",
        ),
        pytest.param(
            [("a", "b", "c"), (None, None, 3), (1, None, None)],
            ["table_header: a\tb\tc", "table_row: 3", "table_row: 1"],
            id="empty cells at the edges",
        ),
        pytest.param(
            [("a\nb", "c\0d"), ("x", "y")], ["table_header: a b\tcd", "table_row: x\ty"], id="controls"
        ),
    ],
)
def test_sheets(rows: Rows, blocks: list[str]) -> None:
    if any(isinstance(cell, str) and "\0" in cell for row in rows for cell in row):
        rows = [[cell.replace("\0", "") if isinstance(cell, str) else cell for cell in row] for row in rows]
    assert shown(document(excel(Sheet1=rows), "a.xlsx")) == blocks


def test_cells_of_a_ragged_row_keep_their_headers() -> None:
    made = document(excel(Sheet1=[("a", "b", "c"), (None, 2, None)]), "a.xlsx")
    row = made.blocks[1]
    assert [made.text[slice(*cell)] for cell in row.cells] == ["", "2", ""]
    assert row.headers == ("a", "b", "c")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (1e21, "1e+21"),
        (-4, "-4"),
        (True, "TRUE"),
        (dt.date(2024, 5, 1), "2024-05-01"),
        (dt.datetime(2024, 5, 1), "2024-05-01"),  # cells have no time zone
        (dt.datetime(2024, 5, 1, 9, 30), "2024-05-01 09:30"),
        (dt.time(9, 30), "09:30"),
        (dt.timedelta(hours=1, minutes=5), "1:05:00"),
        (" a \n b\u0007 ", "a b"),
        ("", ""),
    ],
)
def test_values_are_shown_as_people_read_them(value: Value, text: str) -> None:
    assert shown_value(value) == text


def test_hidden_sheets_are_left_out_and_named() -> None:
    book = openpyxl.load_workbook(io.BytesIO(excel(Shown=PRICES, Secret=STAFF)))
    book["Secret"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    made = document(out.getvalue(), "a.xlsx")
    assert joined(made.problems) == "hidden sheets are left out: Secret"
    assert "Ottilie" not in made.text


def rezipped(data: bytes, name: str, change: bytes) -> bytes:
    """An archive with another content of one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change if entry.filename == name else old.read(entry))
    return out.getvalue()


HUGE = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
FAR = HUGE % b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
ENCRYPTED = b'<manifest:manifest xmlns:manifest="x"><manifest:encryption-data/></manifest:manifest>'


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (
            lambda: rezipped(excel(A=PRICES), "xl/worksheets/sheet1.xml", HUGE % b" " * 9_000_000),
            "a.xlsx",
            "a bomb",
        ),
        (
            lambda: rezipped(excel(A=PRICES), "xl/worksheets/sheet1.xml", FAR),
            "a.xlsx",
            "cells: split it|takes more",
        ),
        (
            lambda: rezipped(open_document(A=PRICES), "META-INF/manifest.xml", ENCRYPTED),
            "a.ods",
            "a password",
        ),
        (lambda: rezipped(excel(A=PRICES), "xl/workbook.xml", b"<workbook"), "a.xlsx", "damaged spreadsheet"),
        (lambda: excel(A=PRICES)[:2000], "a.xlsx", "damaged"),
        (lambda: excel(A=[]), "a.xlsx", "holds no text"),
    ],
)
def test_what_cannot_be_read_is_named(data: object, name: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        document(data(), name)  # type: ignore[operator]  # what makes it


# Delimited text


@pytest.mark.parametrize(
    ("source", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2\n", ";"),
        ("a\tb\n1, and 2\t3\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ('"a;b",c\n"d;e;f",g\n', ","),
        ("one column\nof words", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_told(source: str, delimiter: str) -> None:
    assert told_delimiter(source) == delimiter


@pytest.mark.parametrize(
    ("source", "rows", "lines"),
    [
        pytest.param("a,b\n1,2\n", [["a", "b"], ["1", "2"]], [1, 2], id="commas"),
        pytest.param(
            "Stück;Größe\nä;3,5\n".encode("cp1252"), [["Stück", "Größe"], ["ä", "3,5"]], [1, 2], id="cp1252"
        ),
        pytest.param(
            "a\tb\n1\t2\n".encode("utf-16"), [["a", "b"], ["1", "2"]], [1, 2], id="UTF-16 with tabs"
        ),
        pytest.param("\ufeffsep=|\r\na|b\r\n1|2\r\n", [["a", "b"], ["1", "2"]], [2, 3], id="Excel's hint"),
        pytest.param(
            'a,b\n1,"x\ny"\n2,z\n',
            [["a", "b"], ["1", "x y"], ["2", "z"]],
            [1, 2, 4],
            id="a cell of two lines",
        ),
        pytest.param(
            "a,b,c\n1\n1,2,3,4\n",
            [["a", "b", "c", ""], ["1", "", "", ""], ["1", "2", "3", "4"]],
            [1, 2, 3],
            id="ragged",
        ),
        pytest.param("a,b\n\n,,\n1,2\n", [["a", "b"], ["1", "2"]], [1, 4], id="empty rows"),
        pytest.param("a,b\n1\x01,2\x7f\n", [["a", "b"], ["1", "2"]], [1, 2], id="control characters"),
    ],
)
def test_delimited_text(source: str | bytes, rows: list[list[str]], lines: list[int]) -> None:
    made = document(source, "a.csv")
    assert cells_of(made) == rows
    assert [place.line for place in made.places] == lines
    assert made.problems == ()


def test_a_quotation_mark_that_is_never_closed_takes_no_row_away() -> None:
    made = document("a,b\n" + '1,"2\n' + "3,4\n" * 60_000, "a.csv")
    assert len(made.blocks) == 60_002
    assert joined(made.problems) == "a quotation mark in it is never closed: quotation marks are read as text"


def test_a_line_of_ten_million_characters_is_named() -> None:
    with pytest.raises(DocumentError, match=r"it is no table .*field larger than field limit"):
        document("x" * 10_000_000, "a.csv")


@pytest.mark.parametrize("piece", ["a,", "a\n", '"', "a,b\n", '"a\n', ";\n", "sep=", "\r"])
def test_delimited_text_takes_linear_time(piece: str) -> None:
    def read(text: str) -> None:
        with contextlib.suppress(DocumentError):
            delimited.extract(text.encode())

    assert_linear(read, piece, 10_000)
