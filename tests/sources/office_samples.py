"""A file of each office, book and page format, made by the libraries that people make them with; EPUB as its standard has it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import docx
import docx.enum.style
import docx.oxml.ns
import pptx
import pptx.util
from docx.oxml import OxmlElement
from odfdo import Document, Element


def saved(write: Callable[[io.BytesIO], object]) -> bytes:
    """The bytes that something writes into a file."""
    out = io.BytesIO()
    write(out)
    return out.getvalue()


def word() -> bytes:
    """A document of Word: headings, lists, a table, a link, a note, a text box, a deletion and a comment."""
    made = docx.Document()
    made.add_heading("Handbook of the Observatory", 0)
    made.add_heading("Visitors", 1)
    words = made.add_paragraph("The dome opens at ")
    words.add_run("half past eight").bold = True
    words.add_run(" in the evening; see ")
    _link(made, words, "the map", "https://observatory.example/map")
    words.add_run(".")
    for item in ("Bring a red torch", "Leave the dog at home"):
        made.add_paragraph(item, style="List Bullet")
    made.add_paragraph("not the cat", style="List Bullet 2")
    for item in ("Ring the bell", "Climb the stairs"):
        made.add_paragraph(item, style="List Number")
    made.add_heading("Prices", 2)
    table = made.add_table(rows=1, cols=2, style="Light List Accent 1")
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Ticket", "Price"
    for name, price in (("Child", "3 crowns"), ("Adult", "7 crowns")):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, price
    _deletion(made.add_paragraph("The telescope has a mirror of two metres"), " and a half")
    made.add_comment(made.paragraphs[-1].runs, text="who wrote this?", author="Ann")
    _text_box(made.add_paragraph("The clock runs slow."), "The box says so.")
    return saved(made.save)


def _element(name: str, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(docx.oxml.ns.qn(key.replace("__", ":")), value)
    return made


def _run(words: str, name: str = "w:t") -> Any:
    run, made = _element("w:r"), _element(name, xml__space="preserve")
    made.text = words
    run.append(made)
    return run


def _link(made: Any, paragraph: Any, words: str, target: str) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    link = _element("w:hyperlink", r__id=made.part.relate_to(target, kind, is_external=True))
    link.append(_run(words))
    paragraph._p.append(link)


def _deletion(paragraph: Any, words: str) -> None:
    deleted, inserted = _element("w:del", w__id="1"), _element("w:ins", w__id="2")
    deleted.append(_run(words, "w:delText"))
    inserted.append(_run(", newly ground."))
    paragraph._p.extend((deleted, inserted))


def _text_box(paragraph: Any, words: str) -> None:
    run, picture, content, inner = map(_element, ("w:r", "w:pict", "w:txbxContent", "w:p"))
    inner.append(_run(words))
    content.append(inner)
    picture.append(content)
    run.append(picture)
    paragraph._p.append(run)


def slides() -> bytes:
    """A presentation: titles, bullets in two levels, a table, notes and a hidden slide."""
    made = pptx.Presentation()
    first = made.slides.add_slide(made.slide_layouts[0])
    first.shapes.title.text, first.placeholders[1].text = "The Lighthouse", "A talk for keepers"
    second = made.slides.add_slide(made.slide_layouts[1])
    second.shapes.title.text = "Lamp oil"
    frame = second.placeholders[1].text_frame
    frame.text = "The lamp burns nine litres a night"
    deeper = frame.add_paragraph()
    deeper.text, deeper.level = "eleven in winter", 1
    second.notes_slide.notes_text_frame.text = "The oil is kept in the cellar."
    hidden = made.slides.add_slide(made.slide_layouts[5])
    hidden.shapes.title.text = "Nobody sees this"
    hidden._element.set("show", "0")
    last = made.slides.add_slide(made.slide_layouts[5])
    last.shapes.title.text = "Signals"
    inches = pptx.util.Inches
    table = last.shapes.add_table(2, 2, inches(1), inches(2), inches(6), inches(2)).table
    for column, (head, cell) in enumerate((("Flag", "yellow"), ("Meaning", "quarantine"))):
        table.cell(0, column).text, table.cell(1, column).text = head, cell
    return saved(made.save)


STYLES = (
    '<style:style style:name="Strong" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>',
    (
        '<text:list-style style:name="Numbers"><text:list-level-style-number text:level="1" style:num-format="1"/>'
        "</text:list-style>"
    ),
)
ORCHARD = (
    (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>nobody reads this</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
    ),
    '<text:h text:outline-level="1">Guide to the Orchard</text:h>',
    '<text:h text:outline-level="2">Pruning</text:h>',
    (
        '<text:p>Prune the pear trees <text:span text:style-name="Strong">before the first frost</text:span>, says '
        '<text:a xlink:href="https://orchard.example/">the almanac</text:a><text:note text:note-class="footnote">'
        "<text:note-citation>1</text:note-citation><text:note-body><text:p>The almanac is of 1887.</text:p>"
        "</text:note-body></text:note>.</text:p>"
    ),
    (
        "<text:list><text:list-item><text:p>a saw</text:p></text:list-item>"
        "<text:list-item><text:p>a ladder</text:p></text:list-item></text:list>"
    ),
    (
        '<text:list text:style-name="Numbers"><text:list-item><text:p>cut</text:p></text:list-item>'
        "<text:list-item><text:p>burn</text:p></text:list-item></text:list>"
    ),
    (
        '<table:table table:name="Yield"><table:table-header-rows><table:table-row>'
        "<table:table-cell><text:p>Tree</text:p></table:table-cell>"
        "<table:table-cell><text:p>Yield</text:p></table:table-cell></table:table-row></table:table-header-rows>"
        "<table:table-row><table:table-cell><text:p>Quince</text:p></table:table-cell>"
        "<table:table-cell><text:p>40 baskets</text:p></table:table-cell></table:table-row></table:table>"
    ),
)
FERRY = (
    '<draw:page draw:name="The Ferry">{title}{outline}</draw:page>',
    (
        '<draw:page draw:name="Luggage">{title}{outline}<presentation:notes><draw:frame><draw:text-box>'
        "<text:p>Ask for the porter.</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>"
    ),
)


def _open_document(kind: str, elements: Iterable[str]) -> bytes:
    """A document for LibreOffice of these elements alone."""
    made = Document(kind)
    made.body.clear()
    automatic = made.content.get_element("//office:automatic-styles")
    assert automatic is not None
    for style in STYLES:
        automatic.append(Element.from_tag(style))
    for element in elements:
        made.body.append(Element.from_tag(element))
    return saved(made.save)


def open_text() -> bytes:
    """A text for LibreOffice: headings, lists, a table, a link, a note and a tracked deletion."""
    return _open_document("text", ORCHARD)


def open_slides() -> bytes:
    """A presentation for LibreOffice: titles, text and notes."""
    texts = (("The Ferry", "It sails at dawn and at noon."), ("Luggage", "A trunk costs two pence."))
    return _open_document(
        "presentation",
        (
            slide.format(title=_frame("title", title), outline=_frame("outline", words))
            for slide, (title, words) in zip(FERRY, texts, strict=True)
        ),
    )


def _frame(kind: str, words: str) -> str:
    return f'<draw:frame presentation:class="{kind}"><draw:text-box><text:p>{words}</text:p></draw:text-box></draw:frame>'


CONTAINER = """<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PACKAGE = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Cartographer</dc:title><dc:language>en</dc:language>
<dc:identifier id="id">x</dc:identifier></metadata><manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/one.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/></spine></package>"""
CHAPTER = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"
xmlns:epub="http://www.idpf.org/2007/ops"><head><title/><script src="x.js"/></head><body>{}</body></html>"""
BOOK = {
    "META-INF/container.xml": CONTAINER,
    "OEBPS/content.opf": PACKAGE,
    "OEBPS/nav.xhtml": CHAPTER.format(
        '<nav epub:type="toc"><ol><li><a href="text/one.xhtml">One</a></li></ol></nav>'
    ),
    "OEBPS/text/one.xhtml": CHAPTER.format(
        '<h1>The Journey</h1><p><a id="p1"/>The cartographer sailed for <b>eleven weeks</b>'
        '<a epub:type="noteref" href="#n">1</a>.</p>'
    ),
    "OEBPS/text/two.xhtml": CHAPTER.format(
        "<h1>The Island</h1><p>The island has three volcanoes.</p><ul><li>two sleep</li><li>one smokes</li></ul>"
    ),
}


def book(files: Mapping[str, str] = BOOK) -> bytes:
    """An e-book of two chapters, which stand in another order than they are read in."""

    def write(out: io.BytesIO) -> None:
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "application/epub+zip", ZIP_STORED)
            for name, content in files.items():
                archive.writestr(name, content)

    return saved(write)


def notebook() -> bytes:
    """A notebook: Markdown, code, what it printed, a picture and a cell that is not shown."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Tides\n", "\n", "High water is at *six*."]},
        {
            "cell_type": "code",
            "metadata": {},
            "source": "print(tide(18))",
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": ["4.2 metres\n"]},
                {"output_type": "display_data", "data": {"image/png": "AAAA", "text/plain": "<Figure>"}},
                {"output_type": "error", "ename": "E", "evalue": "x", "traceback": ["\x1b[31mx"]},
            ],
        },
        {"cell_type": "code", "metadata": {"tags": ["remove-cell"]}, "source": "secret()", "outputs": []},
        {"cell_type": "markdown", "metadata": {}, "source": "## Moon\n\nThe moon pulls the water."},
    ]
    metadata = {"language_info": {"name": "python"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}).encode()


PAGE = """<!doctype html><html lang="en"><head><title>Bees | The Apiary</title>
<link rel="canonical" href="https://apiary.example/bees"><style>p { color: red }</style></head><body>
<header><a href="/">Apiary</a></header>
<nav><ul><li><a href="/a">Home</a></li><li><a href="/b">Honey</a></li></ul></nav>
<div class="cookie-banner">We use cookies.</div>
<main><h1 id="bees">Bees<a class="headerlink" href="#bees">¶</a></h1>
<p>A hive holds <strong>forty thousand</strong> bees in <a href="/summer">summer</a>.</p>
<section id="wintering"><h2>Wintering</h2><p hidden>Not shown.</p>
<p>Feed them <code>sugar</code> in October.</p>
<dl><dt>Drone</dt><dd>A male bee.</dd></dl>
<details><summary>Do they sleep?</summary><p>They huddle.</p></details>
<table><thead><tr><th>Month</th><th>Work</th></tr></thead>
<tr><td rowspan="2">May</td><td>swarms</td></tr><tr><td>queens</td></tr></table>
<pre><code class="language-sh">hive --open
hive --close</code></pre></section>
<ul><li><a href="/1">Wasps and their nests</a></li><li><a href="/2">Hornets of Asia</a></li><li><a href="/3">Ants</a></li></ul>
</main><footer>Imprint</footer><script>var x = "<p>no</p>"</script></body></html>"""

RST = """.. _mill:

========
The Mill
========

The mill grinds **rye** on :ref:`Tuesdays <days>`; see :class:`~mill.stones.Stone`.

.. toctree::

   other

Water
-----

.. note::

   The sluice opens at dawn.

.. list-table:: Flour
   :header-rows: 1

   * - Grain
     - Price
   * - Rye
     - 5 pence

.. code-block:: sh
   :caption: start

   mill --start

.. tabs::

   .. tab:: Windmill

      Turn it into the wind.

.. nobody-knows:: this
   :option: x

   Its content stays.

.. versionadded:: 2.0
   The second wheel.

.. include:: /etc/passwd
.. raw:: html

   <b>raw</b>

1. lift the gate
2. pour the grain
"""

SAMPLES: dict[str, Callable[[], bytes]] = {
    "observatory.docx": word,
    "lighthouse.pptx": slides,
    "orchard.odt": open_text,
    "ferry.odp": open_slides,
    "cartographer.epub": book,
    "tides.ipynb": notebook,
    "bees.html": PAGE.encode,
    "mill.rst": RST.encode,
}
"""File name → what makes such a file."""
