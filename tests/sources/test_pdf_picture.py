"""Pictures of a PDF's pages: the quoted words are marked, whatever the page looks like."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2
import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st
from tests.core import document
from tests.growth import assert_linear
from tests.sources.samples import handbook, journal

from chipbot.errors import DocumentError
from chipbot.sources.formats.pdf_letters import Letters
from chipbot.sources.formats.pdf_picture import HEIGHT, WIDTH, draw
from chipbot.sources.formats.png import encode_png


class Picture(NamedTuple):
    """A PNG, decoded by the letter of its standard as far as it is used."""

    width: int
    height: int
    pixels: bytes

    def marked(self) -> Iterator[tuple[int, int]]:
        """Yield the pixels of the marker's colour, as column and row."""
        for place in range(0, len(self.pixels), 3):
            if self.pixels[place : place + 3] == b"\xff\xe2\x78":
                yield place // 3 % self.width, place // 3 // self.width


def picture(png: bytes) -> Picture:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, data, size = 8, b"", (0, 0)
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + body)
        size = struct.unpack(">II", body[:8]) if kind == b"IHDR" else size
        data += body if kind == b"IDAT" else b""
        at += 12 + length
    raw, stride = zlib.decompress(data), size[0] * 3 + 1
    assert len(raw) == stride * size[1]
    return Picture(*size, b"".join(raw[row * stride + 1 : (row + 1) * stride] for row in range(size[1])))


def inside(png: bytes, left: float, top: float, right: float, bottom: float) -> bool:
    """Whether something is marked, and all of it between shares of the picture's width and height."""
    made = picture(png)
    marked = list(made.marked())
    assert marked
    return all(
        left * made.width <= x <= right * made.width and top * made.height <= y <= bottom * made.height
        for x, y in marked
    )


COLUMNS = journal(
    "The title", [f"Sentence {n} says that heron number {n} sleeps in tower {n}." for n in range(90)]
)


def test_words_are_marked_where_they_stand() -> None:
    made = document(COLUMNS, "a.pdf")
    first = made.text.index("Sentence 0 says")
    words = made.text[first : made.text.index(".", first)]
    assert inside(draw(COLUMNS, 1, words), 0, 0, 0.5, 0.5)
    last = max(n for n in range(90) if f"heron number {n} sleeps" in made.text[: made.places[1].start])
    words = f"Sentence {last} says that heron number {last} sleeps"
    assert inside(draw(COLUMNS, 1, words), 0.5, 0.5, 1, 1)


def test_what_stands_before_tells_which_of_the_same_words_is_meant() -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    for words in ("The red lamp. It costs five.", "", "The blue lamp. It costs five."):
        pdf.cell(0, 60, words, new_x="LMARGIN", new_y="NEXT")
    data = bytes(pdf.output())
    assert inside(draw(data, 1, "It costs five."), 0, 0, 1, 0.3)
    assert inside(draw(data, 1, "It costs five.", "The red lamp. "), 0, 0, 1, 0.3)
    assert inside(draw(data, 1, "It costs five.", "The blue lamp. "), 0, 0.4, 1, 1)


@pytest.mark.parametrize(
    ("turn", "box"), [(0, (0, 0, 1, 0.2)), (90, (0.8, 0, 1, 1)), (180, (0, 0.8, 1, 1)), (270, (0, 0, 0.2, 1))]
)
def test_a_page_that_is_turned_is_marked_as_it_is_shown(turn: int, box: tuple[float, ...]) -> None:
    opened = pypdfium2.PdfDocument(handbook())
    opened[0].set_rotation(turn)
    from io import BytesIO

    out = BytesIO()
    opened.save(out)
    made = draw(out.getvalue(), 1, "The tower opens at nine")
    assert inside(made, *box)
    shown = picture(made)
    assert (shown.width > shown.height) == (turn in (90, 270))


@pytest.mark.parametrize("size", [(1, 1), (14_400, 14_400), (14_400, 3), (3, 14_400), (595, 842)])
def test_a_picture_is_no_larger_than_a_screen(size: tuple[float, float]) -> None:
    pdf = FPDF(unit="pt", format=size)
    pdf.add_page()
    made = picture(draw(bytes(pdf.output()), 1))
    assert 0 < made.width <= WIDTH
    assert 0 < made.height <= HEIGHT
    assert not list(made.marked())


@pytest.mark.parametrize(
    ("data", "page", "reason"),
    [
        (handbook(), 0, "its page 0 cannot be rendered"),
        (handbook(), 4, "its page 4 cannot be rendered"),
        (handbook(password="x"), 1, "protected"),  # noqa: S106  # of a test
        (b"%PDF-1.7\n", 1, "damaged"),
    ],
)
def test_what_cannot_be_drawn_is_said(data: bytes, page: int, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        draw(data, page)


@pytest.mark.parametrize(
    ("text", "words", "before", "found"),
    [
        ("A hy-\nphen is small.", "hyphen is", "", ["hy-\nphen is"]),
        ("The ﬁrst Straße.", "first STRASSE", "", ["ﬁrst Straße"]),
        (
            "He said so.3 And then he left the tower.",
            "He said so. And then he left",
            "",
            ["He said so", "And then he left"],
        ),
        ("a b a b", "b", "a b a", ["b"]),
        ("nothing of it", "quite other words", "", []),
        ("", "words", "", []),
        ("words", "", "", []),
        ("words", "…", "", []),
        (
            "the middle is gone from this sentence",
            "the middle of it all is gone from this sentence",
            "",
            ["the middle", "is gone from this sentence"],
        ),
    ],
)
def test_words_are_found_by_their_letters(text: str, words: str, before: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in Letters(text).find(words, before)] == found


@pytest.mark.parametrize(
    ("text", "words", "before", "found"),
    [
        ("see here and here", "here", "", None),
        ("see here and here", "here", "see ", 4),
        ("see here and here", "here", "here and ", 13),
        ("see here", "here", "other words", 4),
        ("see", "here", "", None),
        ("see", "", "", None),
    ],
)
def test_words_that_stand_in_several_places_are_told_apart_or_left(
    text: str, words: str, before: str, found: int | None
) -> None:
    span = Letters(text).find_whole(words, before)
    assert span == (None if found is None else (found, found + len(words)))


@given(before=st.text(), words=st.text(min_size=1), after=st.text())
def test_words_are_found_in_whatever_they_stand(before: str, words: str, after: str) -> None:
    letters = Letters(words).text
    found = list(Letters(before + words + after).find(words, before))
    assert bool(found) == bool(letters)
    assert all(Letters((before + words + after)[start:end]).text == letters for start, end in found)


@pytest.mark.parametrize("piece", ["abcdefgh", "a1", "ab ab ab "])
def test_letters_are_found_in_linear_time(piece: str) -> None:
    assert_linear(lambda text: list(Letters(text).find(text[1::2][:2_000])), piece)


def test_a_picture_is_what_its_rows_say() -> None:
    rows = [bytes([1, 2, 3, 4, 5, 6]), bytes([7, 8, 9, 255, 0, 128])]
    assert picture(encode_png(2, 2, rows)) == Picture(2, 2, b"".join(rows))
