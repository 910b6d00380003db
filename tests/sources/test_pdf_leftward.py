"""PDFs whose text runs from right to left: letters, names and numbers are read in order, wherever they stand."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core import document, shown
from tests.growth import assert_linear

from chipbot.sources.formats.pdf_leftward import mirrored_lines, runs_leftward
from chipbot.sources.formats.pdf_piece import Glyph

LETTER, LINE = 6, 14  # points


def page(lines: dict[tuple[int, int], str]) -> bytes:
    """Return a PDF with letters from left to right as they are seen; each line ends at a point, counted from the right.

    Its font draws boxes and says which characters they stand for, as any font may.
    """
    letters = sorted({letter for line in lines.values() for letter in line})
    codes = {letter: number for number, letter in enumerate(letters, 1)}
    names = " ".join(f"/g{number}" for number in codes.values())
    widths = " ".join(["600"] * len(codes))
    box = "600 0 0 -200 600 800 d1 50 0 500 600 re f"
    hexadecimal = {place: "".join(f"{codes[letter]:02x}" for letter in line) for place, line in lines.items()}
    stream = "".join(
        f"BT /F {LINE * 0.7:.1f} Tf 1 0 0 1 {right - len(line) * LETTER} {y} Tm <{hexadecimal[right, y]}> Tj ET\n"
        for (right, y), line in lines.items()
    )
    maps = "".join(f"<{code:02x}> <{letter.encode('utf-16-be').hex()}>\n" for letter, code in codes.items())
    cmap = f"begincmap\n1 begincodespacerange <00> <ff> endcodespacerange\n{len(codes)} beginbfchar\n{maps}endbfchar\nendcmap"
    font = (
        f"<< /Type /Font /Subtype /Type3 /FontBBox [0 -200 600 800] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 1 "
        f"/LastChar {len(codes)} /Widths [{widths}] /Encoding << /Type /Encoding /Differences [1 {names}] >> "
        f"/CharProcs << {' '.join(f'/g{number} 5 0 R' for number in codes.values())} >> /ToUnicode 6 0 R /Resources << >> >>"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F 4 0 R >> >> /Contents 7 0 R >>",
        font,
        *(f"<< /Length {len(body)} >>\nstream\n{body}\nendstream" for body in (box, cmap, stream)),
    ]
    body = "".join(f"{number} 0 obj\n{each}\nendobj\n" for number, each in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer << /Root 1 0 R /Size {len(objects) + 1} >>\n%%EOF\n".encode()


def seen(text: str) -> str:
    """Return a text of leftward letters alone as it is seen, from left to right."""
    return text[::-1]


def test_a_page_is_read_from_right_to_left() -> None:
    lines = {
        (560, 700): seen("המגדל נפתח בבוקר בימי חול ובצהריים בימי ראשון של כל חודש,"),
        (560, 684): seen("והעורבים ישנים."),
        (560, 640): seen(" נכנסים כולם.") + "play.example.net" + seen("דרך השער "),
    }
    made = document(page(lines), "a.pdf")
    assert shown(made) == [
        "paragraph: המגדל נפתח בבוקר בימי חול ובצהריים בימי ראשון של כל חודש, והעורבים ישנים.",
        "paragraph: דרך השער play.example.net נכנסים כולם.",
    ]


def test_a_list_is_one_from_the_right() -> None:
    lines = {
        (560, 700): "." + seen("מטבעות קטנים") + " .1",
        (560, 684): "." + seen("כרטיס אחד") + " .2",
    }
    assert shown(document(page(lines), "a.pdf")) == [
        "list_item 1 #1: מטבעות קטנים.",
        "list_item 1 #2: כרטיס אחד.",
    ]


def test_a_table_has_its_first_column_at_the_right() -> None:
    rows = [("פריט", "מחיר"), ("פנס", "12"), ("סולם", "140"), ("וילון", "61")]
    lines = {}
    for number, cells in enumerate(rows):
        for right, cell in zip((560, 300), cells, strict=True):
            lines[right, 700 - number * 16] = cell if cell.isdigit() else seen(cell)
    made = document(page(lines), "a.pdf")
    found = [[made.text[slice(*span)] for span in block.cells] for block in made.blocks if block.cells]
    assert found == [list(row) for row in rows]


@pytest.mark.parametrize(
    ("visual", "text"),
    [
        ("םולש", "שלום"),
        ("םלוע םולש", "שלום עולם"),
        ("12 ןב", "בן 12"),
        ("9:00 העשב", "בשעה 9:00"),
        ("םישנא 10-12", "10-12 אנשים"),
        ("12% $15", "$15 12%"),
        (
            "net.example.play".replace("net.example.play", "play.example.net") + " תבותכ",
            "כתובת play.example.net",
        ),
        ("Visual Studio Code תכרעמ", "מערכת Visual Studio Code"),
        ("1.21 הסרג", "גרסה 1.21"),
        (".(ןכ) בוט", "טוב (כן)."),
        ("١٢٫٥ رعسلا", "السعر ١٢٫٥"),
        ("\ufefb", "\ufefb"),
        ("", ""),
    ],
)
def test_what_is_seen_is_read(visual: str, text: str) -> None:
    glyphs = [Glyph(letter, LETTER * n, 0, LETTER * (n + 1), LINE, n) for n, letter in enumerate(visual)]
    lines = list(mirrored_lines(glyphs))
    assert "".join(glyph.text for line in lines for glyph in line) == text
    assert all(one.left <= other.left for line in lines for one, other in pairwise(line))


def test_where_there_are_no_spaces_gaps_are() -> None:
    places = {"ם": 0, "ו": 6, "י": 18, "מ": 24}
    glyphs = [Glyph(letter, left, 0, left + LETTER, LINE, left) for letter, left in places.items()]
    assert ["".join(glyph.text for glyph in line) for line in mirrored_lines(glyphs)] == ["מי ום"]


@pytest.mark.parametrize(
    ("text", "leftward"),
    [
        ("שלום", True),
        ("hello", False),
        ("", False),
        ("123", False),
        ("שלום hi", True),
        ("אב hello", False),
        ("مرحبا", True),
    ],
)
def test_a_page_runs_as_most_of_its_letters(text: str, leftward: bool) -> None:
    assert runs_leftward(text) == leftward


@given(st.text(alphabet="אבגabc123 .,:-()%", max_size=40))
def test_no_glyph_is_lost(visual: str) -> None:
    glyphs = [Glyph(letter, LETTER * n, 0, LETTER * (n + 1), LINE, n) for n, letter in enumerate(visual)]
    lines = list(mirrored_lines(glyphs))
    found = sorted(glyph.number for line in lines for glyph in line if not glyph.text.isspace())
    assert found == [n for n, letter in enumerate(visual) if not letter.isspace()]


@pytest.mark.parametrize("piece", ["א", "a", "1 ", "a. ", "א1"])
def test_lines_are_read_in_linear_time(piece: str) -> None:
    def read(text: str) -> None:
        glyphs = [Glyph(one, n, 0, n + 1, LINE, n) for n, one in enumerate(text)]
        list(mirrored_lines(glyphs))

    assert_linear(read, piece)


def test_forms_of_letters_are_letters() -> None:
    made = document(
        page({(560, 700): "\ufe8e\ufe92\ufea3\ufeae\ufee3 " + seen("كيف حالك اليوم يا صديقي")}), "a.pdf"
    )
    assert unicodedata.normalize("NFKC", made.text) == made.text
    assert "مرحبا" in made.text
