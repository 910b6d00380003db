"""PDFs: reading order, paragraphs put together again, tables as rows, headings by the outline, running heads dropped."""

from __future__ import annotations

import io
import random
import re

import pypdfium2
import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st
from tests.core import ROOT, document, shown
from tests.growth import growth
from tests.sources.samples import handbook, journal, scan

from chipbot.errors import DocumentError
from chipbot.model import Document
from chipbot.sources.formats.pdf_page import in_order
from chipbot.sources.formats.pdf_piece import Glyph, PieceBuilder
from chipbot.sources.formats.pdf_rows import HYPHEN, Piece, Rule
from chipbot.sources.formats.pdf_table import Table
from chipbot.translation import joined

PROSE = "The herons of the tower feed at dawn and sleep after the last bell has rung over the river. "


def words_of(made: Document) -> list[str]:
    return [made.text[block.start : block.end] for block in made.blocks]


# Known text in columns


def sentences(random_: random.Random, count: int) -> list[str]:
    text = (
        (ROOT / "seeds" / "000_6aca35ccc39c56b2.txt")
        .read_text("utf-8")
        .encode("latin-1", "ignore")
        .decode("latin-1")
    )
    known = re.findall(r"[A-Z][^.!?\n]{30,220}[.!?]", text)
    return [random_.choice(known) for _ in range(count)]


LAYOUTS: dict[str, dict[str, object]] = {
    "justified": {},
    "ragged": {"align": "L"},
    "three columns": {"columns": 3, "size": 8, "gutter": 6},
    "large and narrow": {"size": 12, "gutter": 6},
    "one column": {"columns": 1, "size": 11},
    "hyphenated": {"size": 12, "gutter": 6},
}


_LONG_WORD = re.compile(r"\b([a-z]{3})([a-z]{3,})([a-z]{3})\b")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", range(3))
def test_sentences_come_out_whole_and_running_heads_do_not(layout: str, seed: int) -> None:
    random_ = random.Random(seed)
    known, paragraphs = sentences(random_, 140), list[str]()
    left = list(known)
    while left:
        count = random_.randint(2, 6)
        if len(paragraphs) % 7 == 0:
            paragraphs.append(f"#Section {len(paragraphs)} of it")
        words = " ".join(left[:count])
        paragraphs.append(_LONG_WORD.sub("\\1\xad\\2\xad\\3", words) if layout == "hyphenated" else words)
        del left[:count]
    made = document(journal("The title over all columns", paragraphs, **LAYOUTS[layout]), "a.pdf")  # type: ignore[arg-type]  # a table of them
    read = "\n".join(" ".join(words.split()) for words in words_of(made))
    whole = sum(sentence in read for sentence in known)
    assert whole >= 0.97 * len(known)
    assert "Running Head" not in read
    assert not re.search(r"Page \d", read)
    assert made.title == "The title over all columns"
    assert (
        sum(block.kind == "heading" for block in made.blocks)
        == sum(words[0] == "#" for words in paragraphs) + 1
    )
    assert not any(block.kind == "table_row" for block in made.blocks)
    data = journal("T", paragraphs, **LAYOUTS[layout])  # type: ignore[arg-type]  # of any of its keywords
    assert made.places[-1].page == len(pypdfium2.PdfDocument(data))


# A handbook


def test_the_outline_says_what_headings_are() -> None:
    made = document(handbook(), "a.pdf")
    assert made.title == "Handbook of the Clock Tower"
    headings = [made.text[block.start : block.end] for block in made.blocks if block.kind == "heading"]
    assert headings == ["Opening hours", "Prices", "Lost property"]
    assert made.blocks[1].heading == ("Opening hours",)


def test_without_an_outline_nothing_of_the_size_of_text_is_a_heading() -> None:
    made = document(handbook(outline=False), "a.pdf")
    assert not any(block.kind == "heading" for block in made.blocks)


def test_a_table_is_rows_under_their_headers() -> None:
    made = document(handbook(), "a.pdf")
    rows = [block for block in made.blocks if block.kind == "table_row"]
    cells = [[made.text[slice(*cell)] for cell in row.cells] for row in rows]
    assert cells[0] == ["Copper lantern", "12.5", "2024-05-01"]
    assert len(cells) == 3
    assert {row.headers for row in rows} == {("Item", "Price", "Sold since")}


def test_items_of_a_list_lose_their_markers() -> None:
    made = document(handbook(), "a.pdf")
    items = [shown(made)[i] for i, block in enumerate(made.blocks) if block.kind == "list_item"]
    assert items == [
        "list_item 1: Bring small coins | Prices",
        "list_item 1: Keep your ticket until you leave the tower | Prices",
    ]


def test_places_are_pages() -> None:
    made = document(handbook(), "a.pdf")
    assert [place.page for place in made.places] == [1, 2, 3]
    assert made.text[made.places[2].start :].startswith("Lost property")


# Links


def test_links_lead_where_they_led() -> None:
    pdf = FPDF(format=(120, 200))
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.write(6, "The herons are fed at dawn; see ")
    pdf.write(6, "here", link="https://herons.org/feed")
    pdf.write(6, " for when, and here for nothing. The map is ")
    pdf.write(6, "here", link="https://herons.org/map")
    pdf.write(6, ", and ")
    pdf.write(6, "a very long link over more than one line of this page", link="https://herons.org/long")
    pdf.write(6, " ends. Press ")
    pdf.write(6, "this", link="javascript:alert(1)")
    pdf.write(6, " or ")
    pdf.write(6, "that", link=pdf.add_link(page=1))
    pdf.write(6, ".")
    pdf.link(0, 0, 5, 5, "https://herons.org/nothing")
    made = document(bytes(pdf.output()), "a.pdf")
    assert [(made.text[mark.start : mark.end], mark.kind, mark.target) for mark in made.marks] == [
        ("here", "link", "https://herons.org/feed"),
        ("here", "link", "https://herons.org/map"),
        ("a very long link over more than one line of this page", "link", "https://herons.org/long"),
    ]
    assert made.text[: made.marks[0].start].endswith("; see ")
    assert made.text[: made.marks[1].start].endswith("The map is ")


# What cannot be read


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (lambda: handbook(password="x"), "^it is protected by a password: save it without one$"),  # noqa: S106  # of a test
        (scan, r"^it holds pictures of pages and no text \(a scan\): run text recognition \(OCR\) over it$"),
        (lambda: b"%PDF-1.7\n" + b"x" * 2000, "^it is a damaged PDF"),
        (lambda: bytes(FPDF().output()), "^it holds no text$"),
    ],
)
def test_what_cannot_be_read_is_named(data: object, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        document(data(), "a.pdf")  # type: ignore[operator]  # what makes it


@pytest.mark.parametrize(("scans", "said"), [(1, "page 4 of 4 holds"), (2, "pages 4–5 of 5 hold")])
def test_pages_without_text_are_named(scans: int, said: str) -> None:
    merged = pypdfium2.PdfDocument.new()
    for data in (handbook(), *[scan()] * scans):
        merged.import_pages(pypdfium2.PdfDocument(data))
    out = io.BytesIO()
    merged.save(out)
    made = document(out.getvalue(), "a.pdf")
    assert joined(made.problems) == f"{said} pictures and no text: run text recognition (OCR) over it"


# Glyphs


def pieces_of(*glyphs: tuple[str, float, float, float, float]) -> list[str]:
    builder = PieceBuilder(lambda _: False)
    for number, glyph in enumerate(glyphs):
        made = Glyph(*glyph, number)
        if not builder.takes(made):
            builder.end()
        builder.add(made)
    builder.end()
    return [piece.text for piece in builder.take()]


def typed(
    text: str, left: float = 0, top: float = 0, size: float = 10
) -> list[tuple[str, float, float, float, float]]:
    return [(c, left + i * size / 2, top, left + (i + 1) * size / 2, top + size) for i, c in enumerate(text)]


@pytest.mark.parametrize(
    ("glyphs", "pieces"),
    [
        pytest.param(typed("the fund"), ["the fund"], id="a line"),
        pytest.param([*typed("left"), *typed("right", 40)], ["left", "right"], id="a wide gap"),
        pytest.param([*typed("above"), *typed("below", 0, 12)], ["above", "below"], id="two lines"),
        pytest.param(
            [*typed("fund"), *typed("12", 20, -1, 6), *typed(" is", 26)], ["fund is"], id="a footnote's mark"
        ),
        pytest.param([*typed("10"), *typed("6", 10, -1, 6)], ["106"], id="an exponent"),
        pytest.param([*typed("km"), *typed("2", 10, -1, 6)], ["km2"], id="a unit"),
        pytest.param(
            [
                ("o", 0, 0, 5, 10),
                ("f", 5, 0, 12, 10),
                ("f", 5, 0, 12, 10),
                ("i", 5, 0, 12, 10),
                *typed("ce", 12),
            ],
            ["office"],
            id="the letters of a ligature have one box",
        ),
        pytest.param(typed("o\ufb03ce \ufb01ne"), ["office fine"], id="ligatures as characters"),
        pytest.param(typed("su\ufffe"), ["su" + HYPHEN], id="a hyphen at a line's end"),
        pytest.param(typed("a\0b\ud800c\ufffd"), ["abc"], id="what is no character"),
        pytest.param(typed("\uf0b7 item"), ["• item"], id="a bullet of a symbol font"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_glyphs_become_text(glyphs: list[tuple[str, float, float, float, float]], pieces: list[str]) -> None:
    assert pieces_of(*glyphs) == pieces


# Pages


def column(*texts: str, left: float, top: float = 0, leading: float = 12) -> list[Piece]:
    return [
        Piece(left, top + i * leading, left + len(text) * 5, top + i * leading + 10, text)
        for i, text in enumerate(texts)
        if text
    ]


def laid_out(*pieces: Piece, rules: tuple[Rule, ...] = ()) -> list[list[str] | list[tuple[str, ...]]]:
    return [
        list(part.rows) if isinstance(part, Table) else [line.text for line in part]
        for part in in_order(pieces, rules)
    ]


LEFT = ("the herons feed at dawn", "and sleep when the bells", "have rung in the evening")
RIGHT = ("umbrellas that were lost", "are kept in the lodge by", "the porter of the tower")


def test_columns_are_read_one_after_the_other() -> None:
    assert laid_out(*column(*LEFT, left=0), *column(*RIGHT, left=140)) == [list(LEFT), list(RIGHT)]


def test_a_column_of_prose_beside_a_list_of_sources_is_no_table() -> None:
    prose = column(
        *(f"{word} of the herons of the tower that" for word in "All some and most yet few".split()), left=0
    )
    labels = column(*(f"[Abc{i}]" if i % 2 else "" for i in range(6)), left=200)
    sources = column(*(f"A. Heron, on clocks and the bells {i}" for i in range(6)), left=245)
    left, right = laid_out(*prose, *labels, *sources)
    assert left == [piece.text for piece in prose]
    assert right[1] == "[Abc1] A. Heron, on clocks and the bells 1"


def test_what_goes_over_columns_parts_them() -> None:
    wide = "a title that goes over both of the columns of the page"
    made = laid_out(
        *column(wide, left=0),
        *column(*LEFT, left=0, top=20),
        *column(*RIGHT, left=140, top=20),
        *column(wide, left=0, top=70),
        *column(*LEFT, left=0, top=90),
        *column(*RIGHT, left=140, top=90),
    )
    assert made == [[wide], list(LEFT), list(RIGHT), [wide], list(LEFT), list(RIGHT)]


def test_short_cells_on_common_lines_are_a_table() -> None:
    made = laid_out(*column("Ink", "Wax", "Oil", left=0), *column("12", "140", "7", left=100))
    assert made == [[("Ink", "12"), ("Wax", "140"), ("Oil", "7")]]


def test_cells_of_several_lines_are_told_by_rules() -> None:
    names = column("Ink", "", "Wax", "", "Oil", "", left=0)
    notes = column("is black", "and blue", "is red", "or green", "is for", "the clock", left=100)
    rules = tuple(Rule(0, y, 150) for y in (23, 47))
    assert laid_out(*names, *notes, rules=rules) == [
        [("Ink", "is black and blue"), ("Wax", "is red or green"), ("Oil", "is for the clock")]
    ]


def test_numbers_beside_their_items_are_no_column() -> None:
    made = laid_out(*column("1.", "2.", "3.", left=0), *column(*LEFT, left=20))
    assert made == [[f"{i}. {words}" for i, words in enumerate(LEFT, 1)]]


@given(
    st.lists(
        st.builds(
            lambda left, top, width, height, text: Piece(left, top, left + width, top + height, text),
            st.floats(-50, 600),
            st.floats(-50, 800),
            st.floats(0, 300),
            st.floats(0, 40),
            st.text("ab1. ", min_size=1, max_size=5),
        ),
        max_size=60,
    )
)
def test_no_piece_is_lost_or_read_twice(pieces: list[Piece]) -> None:
    read = []
    for part in in_order(pieces, [Rule(0, 100, 500)]):
        texts = (
            [line.text for line in part]
            if not isinstance(part, Table)
            else [" ".join(row) for row in part.rows]
        )
        read += [word for text in texts for word in text.split()]
    assert sorted(read) == sorted(word for piece in pieces for word in piece.text.split())


@pytest.mark.parametrize("width", [40, 400])
def test_a_page_of_many_pieces_takes_no_more_than_their_number_asks(width: float) -> None:
    import time

    def seconds(count: int) -> float:
        pieces = [
            Piece(i % 3 * 150, i // 3 * 12, i % 3 * 150 + width, i // 3 * 12 + 10, "word")
            for i in range(count)
        ]
        begun = time.thread_time()
        in_order(pieces, ())
        return time.thread_time() - begun

    assert not growth(seconds, 600, 2.0, 0.02)
