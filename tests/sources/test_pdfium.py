"""What PDFium says of pages: turned text, rare characters, heavy fonts, links, outlines and damage."""

from __future__ import annotations

import pytest
from fpdf import FPDF
from tests.sources.office_samples import saved

from chipbot.sources.formats import pdf, pdfium
from chipbot.translation import joined


def made(*objects: str, pages: str = "[3 0 R]", catalog: str = "") -> bytes:
    """A PDF of a page, 3 0, and what else there is from 4 0 on."""
    count = pages.count("R")
    whole = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Kids {pages} /Count {count} >>",
        (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents 4 0 R"
            " /Resources << /Font << /F 5 0 R >> >> >>"
        ),
        *objects,
    ]
    out, starts = b"%PDF-1.7\n", []
    for number, content in enumerate(whole, 1):
        starts.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    size = len(whole) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode()


def stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def font(more: str = "") -> str:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica {more} >>"


WORDS = stream("BT /F 12 Tf 40 200 Td (The bell rings.) Tj ET")


def page_of(data: bytes) -> pdfium.Page:
    with pdfium.opened(data) as document:
        page = next(pdfium.pages(document))
    assert page is not None
    return page


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_turned_pages_read_from_their_own_top(angle: int) -> None:
    paper = FPDF(unit="pt", format=(400, 400))
    paper.add_page()
    paper.set_font("helvetica", size=12)
    with paper.rotation(angle, 200, 200):
        paper.text(60, 100, "The first line.")
        paper.text(60, 200, "The second line.")
        paper.line(60, 250, 300, 250)
        paper.line(60, 260, 70, 260)
    page = page_of(saved(paper.output))
    found = sorted((round(piece.top), round(piece.left), piece.text) for piece in page.pieces)
    assert found == [(89, 60, "The first line."), (189, 60, "The second line.")]
    (rule,) = page.rules
    assert (rule.left, rule.y, rule.right) == pytest.approx((60, 250, 300), abs=1)


def test_characters_beyond_16_bits_come_out_whole() -> None:
    shown = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
        "3 beginbfchar <61> <D83DDE00> <62> <0062> <63> <DE00> endbfchar endcmap end"
    )
    data = made(stream("BT /F 12 Tf 40 200 Td (abcb) Tj ET"), font("/ToUnicode 6 0 R"), stream(shown))
    assert "".join(piece.text for piece in page_of(data).pieces) == "\N{GRINNING FACE}bb"


@pytest.mark.parametrize(("stem", "bold"), [(80, False), (190, True)])
def test_a_font_is_bold_by_its_stems_where_its_name_does_not_say(stem: int, bold: bool) -> None:
    described = f"<< /Type /FontDescriptor /FontName /Quill /Flags 32 /StemV {stem} /FontBBox [0 0 9 9] >>"
    named = font("/FontDescriptor 6 0 R").replace("Helvetica", "Quill")
    assert [piece.bold for piece in page_of(made(WORDS, named, described)).pieces] == [bold]


def outlined() -> bytes:
    item = "<< /Title ({}) /Parent 6 0 R {} >>"
    return made(
        WORDS,
        font(),
        "<< /Type /Outlines /First 7 0 R /Last 9 0 R /Count 3 >>",
        item.format("Bells", "/Next 8 0 R /Dest [3 0 R /Fit]"),
        item.format(" ", "/Prev 7 0 R /Next 9 0 R"),
        item.format("Ropes", "/Prev 8 0 R"),
        catalog="/Outlines 6 0 R",
    )


def test_an_entry_of_the_outline_without_a_name_is_none() -> None:
    with pdfium.opened(outlined()) as document:
        assert pdfium.outline(document) == [(1, "Bells", 1), (1, "Ropes", None)]


def test_an_outline_is_read_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfium, "MAX_OUTLINE", 1)
    with pdfium.opened(outlined()) as document:
        assert [entry.name for entry in pdfium.outline(document)] == ["Bells"]


@pytest.mark.parametrize(("links", "read"), [(2, 2), (1_001, 1_000)])
def test_links_are_read_up_to_a_limit(links: int, read: int) -> None:
    paper = FPDF(format=(600, 600))
    paper.add_page()
    paper.set_font("helvetica", size=6)
    for number in range(links):
        paper.text(10 + number % 32 * 18, 10 + number // 32 * 18, f"{number}")
        paper.link(10 + number % 32 * 18, 5 + number // 32 * 18, 15, 7, f"https://tower.example/{number}")
    found = page_of(saved(paper.output)).links
    assert [link.target.rpartition("/")[2] for link in found] == [f"{number}" for number in range(read)]
    assert [link.words.strip() for link in found[:2]] == ["0", "1"]


@pytest.mark.parametrize(
    ("pages", "said"), [("3 0 R 99 0 R", "page 2 of 2"), ("3 0 R 98 0 R 99 0 R", "pages 2–3 of 3")]
)
def test_pages_that_are_missing_are_named_and_the_others_are_read(pages: str, said: str) -> None:
    extracted = pdf.extract(made(WORDS, font(), pages=f"[{pages}]"))
    assert extracted.text == "The bell rings."
    assert joined(extracted.problems) == f"{said} cannot be read: the file is damaged"
