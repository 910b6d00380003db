"""What office programs write into their files, element by element, and what readers see of it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from zipfile import ZipFile

import pytest
from tests.core import shown_block
from tests.sources.office_samples import saved

from chipbot.sources.formats import Extracted, docx

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "r": OFFICE,
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
    **{
        name: f"urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0"
        for name, kind in (
            *((name, name) for name in ("office", "text", "table", "style", "presentation")),
            ("draw", "drawing"),
            ("svg", "svg-compatible"),
            ("fo", "xsl-fo-compatible"),
        )
    },
}
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
EXTERNAL = ' TargetMode="External"'
DECLARED = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMES.items())


def part(name: str, content: str) -> str:
    """A part whose outermost element declares every prefix."""
    return f"<{name} {DECLARED}>{content}</{name}>"


def packed(parts: Mapping[str, str]) -> bytes:
    def write(out: io.BytesIO) -> None:
        with ZipFile(out, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return saved(write)


def references(**targets: str) -> str:
    """Relationships given as kind_number="target", whose identifier is that keyword."""
    found = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{name.partition("_")[0]}" Target="{target}"'
        f"{EXTERNAL if '://' in target else ''}/>"
        for name, target in targets.items()
    )
    return f'<Relationships xmlns="{RELATIONSHIPS}">{found}</Relationships>'


def blocks(made: Extracted) -> list[str]:
    return [shown_block(made.text, block).replace("\t", " / ").replace("\n", "⏎") for block in made.blocks]


def marks(made: Extracted) -> list[str]:
    return [f"{made.text[mark.start : mark.end]} {mark.kind} {mark.target}".strip() for mark in made.marks]


CORE = part("core", "<dc:title> The \n Harbour </dc:title>")

# Word

STYLES = part(
    "w:styles",
    "".join(
        f'<w:style w:styleId="{key}"><w:name w:val="{name}"/>{more}</w:style>'
        for key, name, more in (
            ("toc", "toc 1", ""),
            ("code", "Source Code", ""),
            ("quote", "Intense Quote", ""),
            ("item", "List Number", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'),
            ("key", "Code Char", ""),
            ("grid", "Grid", '<w:tblStylePr w:type="firstRow"/>'),
        )
    ),
)
NUMBERING = part(
    "w:numbering",
    '<w:abstractNum w:abstractNumId="7">'
    '<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>',
)


def note(kind: str, number: int, words: str) -> str:
    return f'<w:{kind} w:id="{number}"><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:{kind}>'


def word(body: str, around: str = "") -> Extracted:
    """Read a document of Word that has these paragraphs and tables."""
    return docx.extract(
        packed(
            {
                "_rels/.rels": references(officeDocument="word/document.xml"),
                "docProps/core.xml": CORE,
                "word/document.xml": part("w:document", f"{around}<w:body>{body}</w:body>"),
                "word/_rels/document.xml.rels": references(
                    styles="styles.xml",
                    numbering="numbering.xml",
                    footnotes="footnotes.xml",
                    endnotes="endnotes.xml",
                    hyperlink_1="https://harbour.example/map",
                ),
                "word/styles.xml": STYLES,
                "word/numbering.xml": NUMBERING,
                "word/footnotes.xml": part("w:footnotes", note("footnote", 1, "At low water.")),
                "word/endnotes.xml": part("w:endnotes", note("endnote", 1, "Since 1887.")),
            }
        )
    )


def run(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def para(content: str, style: str = "", properties: str = "") -> str:
    """A paragraph; what does not begin with an element is the words of one run."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    inner = content if content.startswith("<") else run(content)
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{inner}</w:p>"


def row(*cells: str, properties: str = "") -> str:
    made = "".join(f"<w:tc>{cell if cell.startswith('<') else para(cell)}</w:tc>" for cell in cells)
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{made}</w:tr>"


def table(*rows: str, properties: str = "") -> str:
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{''.join(rows)}</w:tbl>"


def bold(words: str) -> str:
    return para(run(words, "<w:b/>"))


def field(instruction: str, result: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def numbered(number: str, level: str) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def contents(gallery: str, words: str) -> str:
    return (
        f'<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="{gallery}"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{para(words)}</w:sdtContent></w:sdt>"
    )


BOX = "<w:shape><w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent></w:shape>"
FIRST_ROW = '<w:tblStyle w:val="grid"/><w:tblLook w:{}="{}"/>'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            para("Dues 9", "toc") + para("Dues"), ["paragraph: Dues"], id="table of contents by style"
        ),
        pytest.param(
            contents("Table of Contents", "Dues 9") + contents("Cover Pages", "The Harbour") + para("Dues"),
            ["paragraph: The Harbour", "paragraph: Dues"],
            id="table of contents as a part",
        ),
        pytest.param(
            para("if tide:", "code")
            + para(
                "<w:r><w:tab/><w:t>sail()</w:t><w:br/><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t></w:r>",
                "code",
            )
            + para(run("kept") + run("secret", "<w:vanish/>"), "code")
            + para("Sail."),
            ["code: if tide:⏎ / sail()⏎a-b⏎kept", "paragraph: Sail."],
            id="code",
        ),
        pytest.param(para("sail()", "code"), ["code: sail()"], id="code at the end"),
        pytest.param(
            para("Ebb.", "quote") + para("Flood."), ["paragraph >: Ebb.", "paragraph: Flood."], id="quotation"
        ),
        pytest.param(
            para("moor", "item")
            + para("", "item")
            + para("pay", "item")
            + para("no item", "item", numbered("0", "0")),
            ["list_item 1 #3: moor", "list_item 1 #4: pay", "paragraph: no item"],
            id="numbers from a style",
        ),
        pytest.param(
            para("moor", properties=numbered("1", "0"))
            + para("bow", properties=numbered("1", "1"))
            + para("stern", properties=numbered("1", "1"))
            + para("pay", properties=numbered("1", "0")),
            ["list_item 1 #3: moor", "list_item 2 #1: bow", "list_item 2 #2: stern", "list_item 1 #4: pay"],
            id="numbers of paragraphs",
        ),
        pytest.param(
            para("Dues", properties='<w:outlineLvl w:val="1"/>') + para("Pay."),
            ["heading 2: Dues", "paragraph: Pay."],
            id="heading by its level alone",
        ),
        pytest.param(
            table(row("Berth", "Price", properties="<w:tblHeader/>"), row("A", "9")),
            ["table_header: Berth / Price", "table_row: A / 9"],
            id="row that says it is a header",
        ),
        pytest.param(
            table(row(bold("A"), bold("9"), properties='<w:tblHeader w:val="0"/>'), row("B", "8")),
            ["table_row: A / 9", "table_row: B / 8"],
            id="row that says it is none",
        ),
        pytest.param(
            table(row(bold("Berth"), bold("Price")), row("A", "9")),
            ["table_header: Berth / Price", "table_row: A / 9"],
            id="bold first row",
        ),
        pytest.param(
            table(row(bold("A"), "9"), row("B", "8")),
            ["table_row: A / 9", "table_row: B / 8"],
            id="half bold row",
        ),
        pytest.param(
            table(row(bold("A"), bold("9")), row(bold("B"), bold("8"))),
            ["table_row: A / 9", "table_row: B / 8"],
            id="every row bold",
        ),
        pytest.param(
            table(row("Berth", "Price"), row("A", "9"), properties=FIRST_ROW.format("val", "0420")),
            ["table_header: Berth / Price", "table_row: A / 9"],
            id="header by the look, in an older form",
        ),
        pytest.param(
            table(row("A", "9"), row("B", "8"), properties=FIRST_ROW.format("val", "none")),
            ["table_row: A / 9", "table_row: B / 8"],
            id="look that is no number",
        ),
        pytest.param(
            table(row('<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + para("all"), "9"), row("A", "B", "C")),
            ["table_row: all /  / 9", "table_row: A / B / C"],
            id="cell over two columns",
        ),
        pytest.param(
            table(row("A", "9"), row("B", "8", properties='<w:del w:id="1"/>')),
            ["table_row: A / 9"],
            id="deleted row",
        ),
        pytest.param(
            table(row(para("Beware.", "quote") + para("Rocks."))) + para("Pay."),
            ["paragraph >: Beware.", "paragraph: Rocks.", "paragraph: Pay."],
            id="frame around text",
        ),
        pytest.param(
            table(row(para("Berths") + table(row("A", "9"), row("B", "8")) + para("end"), "all")),
            ["table_row: Berths A 9 B 8 end / all"],
            id="table in a cell",
        ),
        pytest.param(
            para("<m:oMath><m:r><m:t>h=</m:t></m:r><m:r><m:t>2t</m:t></m:r></m:oMath>"),
            ["paragraph: h=2t"],
            id="formula",
        ),
        pytest.param(
            para(
                "<w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/>"
                "<w:t>three</w:t><w:noBreakHyphen/><w:t>four</w:t></w:r>"
            ),
            ["paragraph: one two⏎three\u2011four"],
            id="tabs, breaks and hyphens",
        ),
        pytest.param(
            para(run("shown ") + run("hidden", "<w:vanish/>") + run("again", '<w:vanish w:val="0"/>')),
            ["paragraph: shown again"],
            id="hidden text",
        ),
        pytest.param(
            para(
                run("The bar")
                + '<w:r><w:footnoteReference w:id="1"/></w:r>'
                + run(" is old")
                + '<w:r><w:endnoteReference w:id="1"/></w:r><w:r><w:footnoteReference w:id="9"/></w:r>'
            )
            + para("Sail."),
            [
                "paragraph: The bar is old",
                "paragraph: At low water.",
                "paragraph: Since 1887.",
                "paragraph: Sail.",
            ],
            id="notes after their paragraph",
        ),
        pytest.param(
            table(row(para(run("Bar") + '<w:r><w:footnoteReference w:id="1"/></w:r>'), "9")),
            ["table_row: Bar At low water. / 9"],
            id="note of a cell",
        ),
        pytest.param(
            para(
                run("See.") + "<w:r><mc:AlternateContent>"
                f"<mc:Choice><w:drawing>{BOX.format('new box')}</w:drawing></mc:Choice>"
                f"<mc:Fallback><w:pict>{BOX.format('old box')}</w:pict></mc:Fallback>"
                "</mc:AlternateContent></w:r>"
                f"<w:r><w:pict><mc:Fallback>{BOX.format('older box')}</mc:Fallback></w:pict></w:r>"
            ),
            ["paragraph: See.", "paragraph: new box"],
            id="text box with an alternative",
        ),
        pytest.param(
            "<w:customXml>" + para("<w:smartTag>" + run("in a tag") + "</w:smartTag>") + "</w:customXml>",
            ["paragraph: in a tag"],
            id="wrapped",
        ),
        pytest.param(
            para(
                "<w:moveFrom>"
                + run("old place")
                + "</w:moveFrom><w:moveTo>"
                + run("new place")
                + "</w:moveTo>"
            ),
            ["paragraph: new place"],
            id="moved",
        ),
    ],
)
def test_word_reads_as_its_readers_see_it(body: str, expected: list[str]) -> None:
    assert blocks(word(body)) == expected


@pytest.mark.parametrize(
    ("content", "words", "expected"),
    [
        (
            run("slack ", "<w:i/>") + run("water", "<w:strike/>"),
            "slack water",
            ["slack emphasis", "water strikethrough"],
        ),
        (run("water", "<w:dstrike/>"), "water", ["water strikethrough"]),
        (run("press ") + run("F1", '<w:rStyle w:val="key"/>'), "press F1", ["F1 code"]),
        (
            field(' HYPERLINK "https://harbour.example/" ', "the harbour") + run(" opens"),
            "the harbour opens",
            ["the harbour link https://harbour.example/"],
        ),
        (field(' HYPERLINK \\l "dues" ', "dues"), "dues", ["dues link #dues"]),
        (field(" PAGEREF dues ", "9"), "9", []),
        (
            f'<w:hyperlink r:id="hyperlink_1" w:anchor="quay">{run("the quay")}</w:hyperlink>',
            "the quay",
            ["the quay link https://harbour.example/map#quay"],
        ),
        (
            '<w:r><w:instrText> HYPERLINK "x" </w:instrText><w:fldChar w:fldCharType="end"/></w:r>'
            + run("no"),
            "no",
            [],
        ),
    ],
)
def test_word_marks(content: str, words: str, expected: list[str]) -> None:
    made = word(para(content))
    assert (made.text, marks(made)) == (words, expected)


def test_word_has_its_title_from_its_properties_and_no_text_from_its_background() -> None:
    made = word(para("Pay."), around=f"<w:background>{para('none')}</w:background>")
    assert (made.title, made.text) == ("The Harbour", "Pay.")
