"""Office documents, books and notebooks that cannot be read: each is named in one line with its reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZipFile

import pytest
from tests.core import document, shown
from tests.sources.office_samples import BOOK, CHAPTER, SAMPLES, book

from chipbot.errors import DocumentError
from chipbot.translation import joined

ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
OPF = "OEBPS/content.opf"
CIPHER = '<x xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:CipherReference URI="{}"/></x>'


def changed(data: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """An archive with some of its files replaced, added, or taken out."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as archive, ZipFile(out, "w") as made:
        for name in archive.namelist():
            if name not in parts:
                made.writestr(name, archive.read(name))
        for name, content in parts.items():
            if content is not None:
                made.writestr(name, content)
    return out.getvalue()


def nested(depth: int, opening: str, closing: str, inside: str = "") -> bytes:
    return (opening * depth + inside + closing * depth).encode()


WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.mark.parametrize(
    ("name", "parts", "reason"),
    [
        ("observatory.docx", {"word/document.xml": None}, "word/document.xml is missing in it"),
        ("observatory.docx", {"word/document.xml": b"<a>"}, "word/document.xml is no valid XML"),
        ("observatory.docx", {"word/document.xml": f"{ENTITY}<x>&b;</x>".encode()}, "declares XML entities"),
        ("observatory.docx", {"word/document.xml": nested(5000, "<a>", "</a>")}, "more than 200 deep"),
        ("observatory.docx", {"word/document.xml": f"<w:document {WORD}/>".encode()}, "it holds no text"),
        ("observatory.docx", {"word/styles.xml": b"\0"}, "word/styles.xml is no valid XML"),
        (
            "observatory.docx",
            {"word/document.xml": b"<a>" + b" " * 300_000_000 + b"</a>"},
            "it may be a bomb",
        ),
        ("lighthouse.pptx", {"ppt/presentation.xml": None}, "ppt/presentation.xml is missing"),
        ("lighthouse.pptx", {"ppt/slides/slide2.xml": b"<"}, "ppt/slides/slide2.xml is no valid XML"),
        ("orchard.odt", {"META-INF/manifest.xml": b"<x><encryption-data/></x>"}, "protected by a password"),
        ("orchard.odt", {"content.xml": None}, "content.xml is missing"),
        ("ferry.odp", {"styles.xml": f"{ENTITY}<x/>".encode()}, "declares XML entities"),
        ("cartographer.epub", {"META-INF/container.xml": None}, "META-INF/container.xml is missing"),
        ("cartographer.epub", {"META-INF/container.xml": b"<x/>"}, "does not say where its contents are"),
        ("cartographer.epub", {OPF: b"<package/>"}, "it holds no text"),
        (
            "cartographer.epub",
            {"META-INF/encryption.xml": CIPHER.format("OEBPS/text/one.xhtml").encode()},
            "locked to a reading program",
        ),
        (
            "cartographer.epub",
            {"OEBPS/text/one.xhtml": nested(5000, "<div>", "</div>")},
            "more than 500 deep",
        ),
    ],
)
def test_what_is_wrong_inside_an_archive_is_named(
    name: str, parts: dict[str, bytes | None], reason: str
) -> None:
    with pytest.raises(DocumentError, match=reason) as caught:
        document(changed(SAMPLES[name](), parts), name)
    assert "\n" not in str(caught.value)
    assert "please report" not in str(caught.value)


@pytest.mark.parametrize("name", [name for name, make in SAMPLES.items() if make().startswith(b"PK")])
def test_what_is_no_archive_is_named(name: str) -> None:
    for data in (b"", SAMPLES[name]()[:-200], SAMPLES[name]()[:50]):
        with pytest.raises(DocumentError, match="damaged"):
            document(data, name)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "no valid JSON"),
        ("{", "no valid JSON"),
        ("[" * 100_000, "no valid JSON"),
        ("[]", "no Jupyter notebook"),
        ("{}", "no Jupyter notebook"),
        ('{"nbformat": 4}', "no text"),
        ('{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": 7}]}', "no text"),
        ("\0", "binary file"),
    ],
)
def test_what_is_no_notebook_is_named(data: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        document(data, "a.ipynb")


def test_lone_surrogates_of_a_notebook_are_no_text() -> None:
    cell = {"cell_type": "markdown", "source": "a \ud83d b"}
    made = document(json.dumps({"nbformat": 4, "cells": [cell]}), "a.ipynb")
    assert shown(made) == ["paragraph: a ? b"]


def test_an_old_notebook_has_its_cells_in_worksheets() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Tides"},
        {"cell_type": "code", "input": "x", "outputs": [{"output_type": "stream", "text": "4"}]},
    ]
    made = document(json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}), "a.ipynb")
    assert shown(made) == ["heading 2: Tides", "code: x", "code: 4"]


def test_a_book_without_a_chapter_says_so() -> None:
    made = document(book({name: words for name, words in BOOK.items() if "one" not in name}), "a.epub")
    assert joined(made.problems) == "1 of its chapters are missing in it"
    assert "volcanoes" in made.text


def test_encrypted_fonts_keep_nobody_from_reading() -> None:
    fonts = CIPHER.format("OEBPS/fonts/a.otf")
    assert "volcanoes" in document(book({**BOOK, "META-INF/encryption.xml": fonts}), "a.epub").text


def test_empty_elements_of_a_book_swallow_nothing() -> None:
    chapter = CHAPTER.format("<p>one <i/>two</p><p/><div id='x'/><p>three<br/>four</p>")
    made = document(book({**BOOK, "OEBPS/text/one.xhtml": chapter}), "a.epub")
    assert shown(made)[:2] == ["paragraph: one two", "paragraph: three\nfour"]


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        ("a\n\n.. include:: /etc/passwd\n\nb", ["paragraph: a", "paragraph: b"]),
        ("a\n\n.. raw:: html\n\n   <b>x</b>\n\nb", ["paragraph: a", "paragraph: b"]),
        ("a\n\n.. csv-table::\n   :file: /etc/passwd\n\nb", ["paragraph: a", "paragraph: b"]),
        ("An *unclosed mark and a |missing| thing_.", ["paragraph: An *unclosed mark and a missing thing."]),
        ("a :nobody:`b <c>` :file:`d`", ["paragraph: a b d"]),
        ("T\n=\n\n* a\n  * b\n\n.. function:: f(x)\n\n   Does it.",
         ["heading 1: T", "list_item 1: a * b", "label: f(x)", "paragraph: Does it."]),
    ],
)  # fmt: skip
def test_restructured_text_takes_in_no_file_and_shows_no_complaint(source: str, blocks: list[str]) -> None:
    assert shown(document(source, "a.rst")) == blocks


def test_restructured_text_that_is_nested_too_deep_is_named() -> None:
    with pytest.raises(DocumentError, match="too deep"):
        document("".join("  " * depth + "a\n\n" for depth in range(400)), "a.rst")
