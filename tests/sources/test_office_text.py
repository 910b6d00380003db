"""What office programs write into their files, element by element, and what readers see of it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from zipfile import ZipFile

import pytest
from tests.core import shown_block
from tests.sources.office_samples import saved

from chipbot.sources.formats import Extracted, docx, open_document, pptx

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


# PowerPoint


def slide(*shapes: str) -> str:
    return part("p:sld", f"<p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld>")


def presentation(*slides: str, **diagrams: str) -> Extracted:
    """Read a presentation; the diagrams are parts that every slide refers to by their keywords."""
    names = {f"slide_{number}": f"slides/{number}.xml" for number in range(1, len(slides) + 1)}
    listed = "".join(f'<p:sldId r:id="{name}"/>' for name in names)
    data = {f"diagramData_{key}": f"../diagrams/{key}.xml" for key in diagrams}
    around = references(hyperlink_1="https://harbour.example/", **data, diagramData_gone="gone.xml")
    return pptx.extract(
        packed(
            {
                "docProps/core.xml": CORE,
                "ppt/presentation.xml": part("p:presentation", f"<p:sldIdLst>{listed}</p:sldIdLst>"),
                "ppt/_rels/presentation.xml.rels": references(**names),
                **{f"ppt/slides/{i}.xml": content for i, content in enumerate(slides, 1)},
                **{f"ppt/slides/_rels/{i}.xml.rels": around for i, _ in enumerate(slides, 1)},
                **{f"ppt/diagrams/{key}.xml": content for key, content in diagrams.items()},
            }
        )
    )


def shape(content: str, kind: str | None = None, properties: str = "") -> str:
    """A shape of paragraphs; `kind` is the placeholder that it fills."""
    fills = "" if kind is None else f'<p:ph type="{kind}"/>'
    return (
        f"<p:sp><p:nvSpPr><p:cNvPr {properties}/><p:nvPr>{fills}</p:nvPr></p:nvSpPr>"
        f"<p:txBody>{content}</p:txBody></p:sp>"
    )


def line(words: str, properties: str = "", inner: str = "") -> str:
    """A paragraph of one run with these attributes and what they hold."""
    return f"<a:p><a:r><a:rPr {properties}>{inner}</a:rPr><a:t>{words}</a:t></a:r></a:p>"


def diagram(*words: str) -> str:
    return part("dgm:dataModel", "".join(f"<dgm:pt><dgm:t>{line(each)}</dgm:t></dgm:pt>" for each in words))


def frame_of(name: str) -> str:
    return f'<p:graphicFrame><dgm:relIds r:dm="diagramData_{name}"/></p:graphicFrame>'


def group(content: str, properties: str = "") -> str:
    return f"<p:grpSp><p:nvGrpSpPr><p:cNvPr {properties}/></p:nvGrpSpPr>{content}</p:grpSp>"


FORMULA = (
    "<mc:AlternateContent><mc:Choice><m:oMath><m:r><m:t>h=2t</m:t></m:r></m:oMath></mc:Choice>"
    "<mc:Fallback><a:r><a:t>picture</a:t></a:r></mc:Fallback></mc:AlternateContent>"
)


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        pytest.param(
            [shape(line("Pay."), "body"), shape(line("Dues") + line("of 1887"), "title")],
            ["heading 1: Dues⏎of 1887", "list_item 1: Pay."],
            id="title first",
        ),
        pytest.param(
            [shape(line("9"), "sldNum"), shape(line("May"), "dt"), shape(line("Pay."))],
            ["paragraph: Pay."],
            id="furniture",
        ),
        pytest.param(
            [
                shape(
                    line("moor") + line(" ") + '<a:p><a:pPr lvl="1"/><a:r><a:t>bow</a:t></a:r></a:p>', "body"
                )
            ],
            ["list_item 1: moor", "list_item 2: bow"],
            id="empty bullet",
        ),
        pytest.param(
            [shape("<a:p><a:pPr><a:buNone/></a:pPr><a:r><a:t>moor</a:t></a:r></a:p>", "body")],
            ["paragraph: moor"],
            id="bullet taken away",
        ),
        pytest.param(
            [shape("<a:p><a:pPr><a:buChar/></a:pPr><a:r><a:t>moor</a:t></a:r></a:p>")],
            ["list_item 1: moor"],
            id="bullet in a text box",
        ),
        pytest.param(
            [shape(f"<a:p><a:r><a:t>one</a:t></a:r><a:br/><a:r><a:t>two </a:t></a:r>{FORMULA}</a:p>")],
            ["paragraph: one⏎two h=2t"],
            id="break and formula",
        ),
        pytest.param(
            [
                shape(
                    '<a:p><a:fld type="slidenum"><a:t>9</a:t></a:fld>'
                    '<a:fld type="datetime1"><a:t>May</a:t></a:fld></a:p>'
                )
            ],
            ["paragraph: May"],
            id="fields",
        ),
        pytest.param(
            [
                shape(line("hidden"), properties='hidden="1"'),
                group(shape(line("shown")) + group(shape(line("within")))),
                group(shape(line("none sees it")), 'hidden="true"'),
            ],
            ["paragraph: shown", "paragraph: within"],
            id="groups and what is hidden",
        ),
        pytest.param(
            [
                (
                    f"<mc:AlternateContent><mc:Choice>{shape(line('new'))}</mc:Choice>"
                    f"<mc:Fallback>{shape(line('old'))}</mc:Fallback></mc:AlternateContent>"
                ),
                f"<mc:AlternateContent><mc:Fallback>{shape(line('old'))}</mc:Fallback></mc:AlternateContent>",
            ],
            ["paragraph: new"],
            id="alternatives",
        ),
        pytest.param(
            [frame_of("tides"), shape(line("Between.")), frame_of("moons"), frame_of("gone")],
            [
                "list_item 1: ebb",
                "list_item 1: flood",
                "paragraph: Between.",
                "list_item 1: new moon",
            ],
            id="each diagram in its place",
        ),
    ],
)
def test_a_slide_reads_as_its_readers_see_it(shapes: list[str], expected: list[str]) -> None:
    made = presentation(slide(*shapes), tides=diagram("ebb", "flood"), moons=diagram("new moon"))
    assert blocks(made) == expected


@pytest.mark.parametrize(
    ("content", "words", "expected"),
    [
        (line("slack", 'i="1" strike="sngStrike"'), "slack", ["slack emphasis", "slack strikethrough"]),
        (line("slack", 'b="0" strike="noStrike"'), "slack", []),
        (
            line("harbour", 'b="1"', '<a:hlinkClick r:id="hyperlink_1"/>'),
            "harbour",
            ["harbour link https://harbour.example/", "harbour strong"],
        ),
        (line("next slide", inner='<a:hlinkClick r:id="diagramData_gone"/>'), "next slide", []),
        (
            f'<a:p><a:r><a:rPr b="1"/><a:t>Height </a:t></a:r>{FORMULA}</a:p>',
            "Height h=2t",
            ["Height strong"],
        ),
    ],
)
def test_marks_of_slides(content: str, words: str, expected: list[str]) -> None:
    made = presentation(slide(shape(content)))
    assert (made.text, marks(made)) == (words, expected)


def test_a_slide_without_a_title_is_about_something_else() -> None:
    titled, bare = slide(shape(line("Dues"), "title"), shape(line("Pay."))), slide(shape(line("Sail.")))
    made = presentation(titled, bare)
    assert (made.title, [block.after_rule for block in made.blocks]) == ("Dues", [False, False, True])
    assert [place.label for place in made.places] == ["slide 1", "slide 2"]
    assert presentation(bare).title == "The Harbour"


# OpenDocument


AUTOMATIC = "".join(
    f'<style:style style:name="{name}" {more}</style:style>'
    for name, more in (
        ("P1", 'style:parent-style-name="Preformatted_20_Text">'),
        ("P2", 'style:parent-style-name="Quotations">'),
        ("P3", 'style:parent-style-name="Title">'),
        ("P4", 'style:parent-style-name="Table_20_Heading">'),
        ("Hidden", '><style:text-properties text:display="none"/>'),
        ("Heavy", '><style:text-properties fo:font-weight="700"/>'),
        ("Light", '><style:paragraph-properties/><style:text-properties fo:font-weight="300"/>'),
        ("Slanted", 'style:parent-style-name="Heavy"><style:text-properties fo:font-style="italic"/>'),
        ("Struck", '><style:text-properties style:text-line-through-style="solid"/>'),
        ("Upright", 'style:parent-style-name="Slanted"><style:text-properties fo:font-style="normal"/>'),
        ("Typed", 'style:parent-style-name="Teletype">'),
    )
) + (
    '<text:list-style style:name="Numbers"><text:list-level-style-number text:level="1"/>'
    '<text:list-level-style-bullet text:level="2"/></text:list-style>'
)


def opened(body: str, kind: str = "text", **parts: str) -> Extracted:
    """Read a document of LibreOffice that has these elements, with further parts of its archive."""
    automatic = f"<office:automatic-styles>{AUTOMATIC}</office:automatic-styles>"
    inner = f"{automatic}<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    others = {f"{name}.xml": content for name, content in parts.items()}
    return open_document.extract(packed({"content.xml": part("office:document-content", inner), **others}))


def text(words: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{words}</text:p>'


def cells(*contents: str, name: str = "table:table-cell", attributes: str = "") -> str:
    return "".join(
        f"<{name} {attributes}>{content if content.startswith('<') else text(content)}</{name}>"
        for content in contents
    )


def lined(*contents: str) -> str:
    """A table of these rows of cells."""
    rows = "".join(f"<table:table-row>{content}</table:table-row>" for content in contents)
    return f"<table:table>{rows}</table:table>"


def listed(*items: str, style: str = "", attributes: str = "") -> str:
    inner = "".join(f"<text:list-item {attributes}>{item}</text:list-item>" for item in items)
    return f'<text:list text:style-name="{style}">{inner}</text:list>'


def box(words: str) -> str:
    return f"<draw:frame><svg:title>alt</svg:title><draw:text-box>{text(words)}</draw:text-box></draw:frame>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            text('if tide:<text:line-break/><text:tab/>sail(<text:s text:c="3"/>)', "P1")
            + text('a<text:s/>b<text:s text:c="x"/><text:span>c</text:span>', "P1")
            + text("d<text:note><text:note-citation>1</text:note-citation></text:note>e", "P1")
            + text("Sail."),
            ["code: if tide:⏎ / sail(   )⏎a b c⏎de", "paragraph: Sail."],
            id="code",
        ),
        pytest.param(text("sail()", "P1"), ["code: sail()"], id="code at the end"),
        pytest.param(
            text("Ebb.", "P2") + text("Flood."), ["paragraph >: Ebb.", "paragraph: Flood."], id="quotation"
        ),
        pytest.param(
            text("Tides", "P3") + listed(text("Ebb", "P3")),
            ["heading 1: Tides", "list_item 1: Ebb"],
            id="title",
        ),
        pytest.param(
            '<text:h text:outline-level="9">Deep</text:h><text:h text:outline-level="x">High</text:h>',
            ["heading 6: Deep", "heading 1: High"],
            id="odd levels of headings",
        ),
        pytest.param(
            text("one<text:s/>two<text:tab/>three<text:line-break/>four"),
            ["paragraph: one two three⏎four"],
            id="white space",
        ),
        pytest.param(
            text('shown <text:span text:style-name="Hidden">hidden</text:span>again<text:note/>'),
            ["paragraph: shown again"],
            id="hidden text, a note without words",
        ),
        pytest.param(
            '<text:section text:display="none">' + text("hidden") + "</text:section>" + text("shown"),
            ["paragraph: shown"],
            id="hidden section",
        ),
        pytest.param(
            text(f"See {box('the box')}below <draw:line><svg:desc>a line</svg:desc></draw:line>."),
            ["paragraph: See below .", "paragraph: the box"],
            id="text box and the names of drawings",
        ),
        pytest.param(
            text(
                "Wait<office:annotation><text:p>why?</text:p></office:annotation> <text:ruby>"
                "<text:ruby-base>here</text:ruby-base><text:ruby-text>hier</text:ruby-text></text:ruby>"
            ),
            ["paragraph: Wait here"],
            id="comment and ruby",
        ),
        pytest.param(
            listed(
                text("moor") + listed(text("bow")),
                text("pay"),
                style="Numbers",
                attributes='text:start-value="4"',
            ),
            ["list_item 1 #4: moor", "list_item 2: bow", "list_item 1 #4: pay"],
            id="list that begins elsewhere, with bullets below",
        ),
        pytest.param(
            "<text:list><text:bookmark/><text:list-header>" + text("Do") + "</text:list-header>"
            "<text:list-item>" + text("run()", "P1") + "</text:list-item></text:list>",
            ["list_item 1: Do", "code 1: run()"],
            id="list with a header and code",
        ),
        pytest.param(
            lined(cells(listed(text("bow"), text("stern")), "9")),
            ["table_row: bow stern / 9"],
            id="list in a cell",
        ),
        pytest.param(
            lined(cells(text("Berth", "P4"), text("Price", "P4")), cells("A", "9")),
            ["table_header: Berth / Price", "table_row: A / 9"],
            id="header by the style of its words",
        ),
        pytest.param(
            lined(cells(text("A", "P4"), "9"), cells("B", "8")),
            ["table_row: A / 9", "table_row: B / 8"],
            id="one cell in the style of headers",
        ),
        pytest.param(
            lined(
                cells("all") + cells("under it", name="table:covered-table-cell") + cells("9"),
                cells("x", attributes='table:number-columns-repeated="2"') + cells("y") + "<text:bookmark/>",
            ),
            ["table_row: all /  / 9", "table_row: x / x / y"],
            id="covered and repeated cells",
        ),
        pytest.param(
            "<table:table><table:table-columns/><table:table-row-group><table:table-rows><table:table-row>"
            + cells("A", "9")
            + "</table:table-row></table:table-rows></table:table-row-group></table:table>",
            ["table_row: A / 9"],
            id="rows in groups",
        ),
        pytest.param(
            lined(cells(text("Beware.", "P2") + text("Rocks."))) + text("Pay."),
            ["paragraph >: Beware.", "paragraph: Rocks.", "paragraph: Pay."],
            id="frame around text",
        ),
        pytest.param(
            lined(cells(text("Berths") + lined(cells("A", "9"), cells("B", "8")), "all")),
            ["table_row: Berths A 9 B 8 / all"],
            id="table in a cell",
        ),
    ],
)
def test_an_open_text_reads_as_its_readers_see_it(body: str, expected: list[str]) -> None:
    assert blocks(opened(body)) == expected


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("Heavy", ["strong"]),
        ("Light", []),
        ("Slanted", ["strong", "emphasis"]),
        ("Upright", ["strong"]),
        ("Struck", ["strikethrough"]),
        ("Typed", ["code"]),
        ("Unknown", []),
    ],
)
def test_styles_of_open_texts(style: str, expected: list[str]) -> None:
    made = opened(text(f'the <text:span text:style-name="{style}">ebb</text:span> tide'))
    assert (made.text, marks(made)) == ("the ebb tide", [f"ebb {kind}" for kind in expected])


@pytest.mark.parametrize(
    ("meta", "expected"),
    [("<dc:title> Tide \n tables </dc:title>", "Tide tables"), ("<dc:title/>", None), ("", None)],
)
def test_an_open_text_has_its_title_from_its_description(meta: str, expected: str | None) -> None:
    assert opened(text("Pay."), meta=part("office:document-meta", meta)).title == expected
    assert opened(text("Pay.")).title is None


def test_a_heading_is_a_title_before_the_description() -> None:
    meta = part("office:document-meta", "<dc:title>Tides</dc:title>")
    assert opened("<text:h>Dues</text:h>" + text("Pay."), meta=meta).title == "Dues"


def test_open_slides_leave_out_what_stands_on_each() -> None:
    def framed(kind: str, words: str) -> str:
        return f'<draw:frame presentation:class="{kind}">{text(words)}</draw:frame>'

    made = opened(
        f"<draw:page>{framed('outline', 'Pay.')}{framed('title', 'Dues')}{framed('footer', '1')}</draw:page>"
        f"<draw:page><draw:g>{framed('page-number', '2')}{text('Sail.')}</draw:g></draw:page>",
        kind="presentation",
    )
    assert blocks(made) == ["heading 1: Dues", "paragraph: Pay.", "paragraph: Sail."]
    assert [block.after_rule for block in made.blocks] == [False, False, True]
    assert [place.label for place in made.places] == ["slide 1", "slide 2"]
