"""A file's content decides how it is read, and its name where the content does not tell."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.core import document
from tests.sources.samples import SAMPLES

from chipbot.errors import DocumentError
from chipbot.sources.formats.signatures import true_suffix
from chipbot.translation import joined


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.txt", "handbook.pdf", "its name ends in .txt, but it is a PDF"),
        ("a.md", "prices.xlsx", "it is a spreadsheet"),
        ("a.pdf", "prices.ods", "it is a spreadsheet"),
        ("a.xlsx", "prices.xls", "it is a spreadsheet (Excel, .xls)"),
        ("a.ods", "prices.csv", "it is text"),
        ("a.csv", "prices.xlsx", "it is a spreadsheet (Excel)"),
    ],
)
def test_the_content_decides_and_it_is_said(name: str, content: str, what: str) -> None:
    made = document(SAMPLES[content](), name)
    assert what in str(made.problems[0])
    assert str(made.problems[0]).endswith("it is read as such")
    assert made.blocks == document(SAMPLES[content](), content).blocks


def test_a_pdf_that_is_prose_is_read_as_prose() -> None:
    made = document(b"The fund is large.", "a.pdf")
    assert joined(made.problems) == "its name ends in .pdf, but it is text: it is read as such"
    assert made.text == "The fund is large."


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


PROTECTED = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
)
OLD_WORD = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument\0".encode("utf-16-le") + b"\0" * 600
)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"\x89PNG\r\n\x1a\nabc", "whatever its name ends in, it is a picture (PNG)"),
        ("a.pdf", b"\xff\xd8\xff\xe0", "it is a picture (JPEG)"),
        ("a.md", zipped(a=b"x"), "it is an archive (zip): unpack it"),
        ("a.txt", b"\x7fELF\x02", "it is a program"),
        ("a.txt", b"\0\0\0\x18ftypmp42", "it is a film"),
        ("a.txt", b"{\\rtf1 hello}", "Rich Text Format: save it as .docx or .txt"),
        ("a.xlsx", PROTECTED, "it is protected by a password: save it without one"),
        ("a.txt", OLD_WORD, "a text of an old Word (.doc): save it as .docx"),
        ("a.xlsx", b"\0\1\2", "damaged spreadsheet"),
        ("a.pdf", b"\0\1\2", "damaged PDF"),
    ],
)
def test_what_has_no_reader_is_named(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as caught:
        document(data, name)
    assert reason in str(caught.value)


@pytest.mark.parametrize("text", ["PK is a name.", "<b>GIF8</b>", "# Title\n\nID4 and more"])
def test_text_stays_text(text: str) -> None:
    assert document(text, "a.md").problems == ()


def test_what_a_web_page_is_read_as_depends_on_there_being_a_reader() -> None:
    page = b"<!DOCTYPE html>\n<html><p>The fund is large.</p></html>"
    assert true_suffix(".txt", page, frozenset((".txt",))) == (".txt", None)
    assert true_suffix(".txt", page, frozenset((".txt", ".html")))[0] == ".html"
    assert true_suffix(".xls", page, frozenset((".txt", ".html", ".xls")))[0] == ".html"
    assert true_suffix(".md", page, frozenset((".md", ".html"))) == (".md", None)
