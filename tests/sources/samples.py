"""A file of each format, made by the libraries that people make them with; each holds `FACTS`."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import Any

import openpyxl
import xlwt
from fpdf import FPDF
from odfdo import Document, Row, Table

Cell = str | float | dt.date | None
Rows = Sequence[Sequence[Cell]]

PRICES: Rows = [
    ("Item", "Price", "Sold since"),
    ("Copper lantern", 12.5, dt.date(2024, 5, 1)),
    ("Walnut ladder", 140.0, dt.date(2023, 11, 20)),
    ("Velvet curtain", 61.0, dt.date(2022, 2, 3)),
]
STAFF: Rows = [
    ("Name", "Task", "Room"),
    ("Ottilie", "repairs the clocks", 14.0),
    ("Bartholomew", "feeds the herons", 22.0),
]


class Journal(FPDF):
    """Pages with a running head and a page number."""

    def header(self) -> None:
        """Write the head; what follows begins below it."""
        self.set_font("Helvetica", "I", 8)
        self.set_y(10)
        self.cell(0, 5, "The Running Head of the Journal", align="R" if self.page_no() % 2 else "L")
        self.set_xy(20, 25)

    def footer(self) -> None:
        """Write the page's number."""
        self.set_font("Helvetica", "I", 8)
        self.set_y(-12)
        self.cell(0, 5, f"Page {self.page_no()} of {{nb}}", align="C")


def journal(
    title: str,
    paragraphs: Sequence[str],
    *,
    columns: int = 2,
    size: float = 10,
    align: str = "J",
    gutter: float = 10,
) -> bytes:
    """A PDF in columns below a title over all of them; a paragraph that begins with # is a heading."""
    pdf = Journal(format="A4")
    pdf.set_margins(20, 20)
    pdf.set_auto_page_break(auto=True, margin=20)
    pdf.add_page()
    pdf.set_font("Times", "B", 18)
    pdf.set_xy(20, 25)
    pdf.multi_cell(0, 9, title, align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Times", "", size)
    with pdf.text_columns(ncols=columns, gutter=gutter, text_align=align, line_height=1.15) as flow:
        for words in paragraphs:
            heading = words.startswith("#")
            with flow.paragraph(
                top_margin=3 if heading else 0, bottom_margin=1 if heading else 2
            ) as paragraph:
                pdf.set_font("Times", "B" if heading else "", size)
                paragraph.write(words.removeprefix("#"))
                pdf.set_font("Times", "", size)
    return bytes(pdf.output())


def handbook(*, outline: bool = True, password: str = "") -> bytes:
    """A PDF of three pages with an outline, headings that are set like the text, a list and a table with rules."""
    pdf = FPDF(format="A4")
    pdf.set_title("Handbook of the Clock Tower")
    if password:
        pdf.set_encryption(owner_password=password, user_password=password)
    pages = (
        ("Opening hours", "The tower opens at nine on weekdays and at noon on Sundays."),
        ("Prices", "Children under six climb for free."),
        ("Lost property", "Umbrellas are kept for ninety days in the porter's lodge."),
    )
    for heading, words in pages:
        pdf.add_page()
        pdf.set_font("Helvetica", "", 11)
        if outline:
            pdf.start_section(heading)
        pdf.cell(0, 8, heading, new_x="LMARGIN", new_y="NEXT")
        pdf.ln(4)
        pdf.multi_cell(0, 6, words, new_x="LMARGIN", new_y="NEXT")
        if heading == "Prices":
            pdf.ln(6)
            with pdf.table() as table:
                for cells in PRICES:
                    table.row([_shown(cell) for cell in cells])
            pdf.ln(6)
            for words_of_item in ("Bring small coins", "Keep your ticket until you leave the tower"):
                pdf.cell(0, 7, f"- {words_of_item}", new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def scan() -> bytes:
    """A PDF whose page is a picture."""
    from PIL import Image

    picture = io.BytesIO()
    Image.new("L", (80, 80), 200).save(picture, "PNG")
    pdf = FPDF()
    pdf.add_page()
    pdf.image(picture, 10, 10, 100)
    return bytes(pdf.output())


def _shown(cell: Cell) -> str:
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def excel(**sheets: Rows) -> bytes:
    """A workbook for Excel."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def old_excel(**sheets: Rows) -> bytes:
    """A workbook for Excel before 2007."""
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                style = (
                    xlwt.easyxf(num_format_str="YYYY-MM-DD") if isinstance(cell, dt.date) else xlwt.XFStyle()
                )
                sheet.write(y, x, cell, style)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def open_document(**sheets: Rows) -> bytes:
    """A spreadsheet for LibreOffice."""
    document = Document("spreadsheet")
    document.body.clear()
    for name, rows in sheets.items():
        table = Table(name)
        for cells in rows:
            row = Row()
            row.set_values(list(cells))
            table.append_row(row)
        document.body.append(table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def mail(**fields: str) -> bytes:
    """A mail with plain text and the same in HTML, a quoted question, a signature and an attachment."""
    message = EmailMessage()
    message["From"] = "Ottilie <ottilie@example.org>"
    message["To"] = "all@example.org"
    message["Subject"] = fields.get("subject", "Where the grüne key is")
    message["Date"] = "Mon, 12 May 2025 10:00:00 +0200"
    message.set_content(
        "Dear all,\n\nthe green key hangs behind the boiler door.\nPlease return it.\n\n"
        "> Where did you put\n> the green key?\n\n-- \nOttilie, Keeper of Clocks\n"
    )
    message.add_alternative("<p>the <b>green</b> key</p>", subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="map.pdf")
    return message.as_bytes()


def discord_export(**channel: str) -> bytes:
    """What DiscordChatExporter writes of a channel."""
    author = {"id": "9", "name": "ann", "nickname": "Ann", "isBot": False}
    texts = (
        ("1001", "Default", "**Rule 1**: be kind to the herons."),
        ("1002", "GuildMemberJoin", "Joined the server."),
        ("1003", "Reply", "The server is `play.example.net`.\n\nIt restarts at four in the morning."),
    )
    messages: list[dict[str, Any]] = [
        {
            "id": number,
            "type": kind,
            "timestamp": f"2024-05-01T12:{number[-2:]}:00.000+00:00",
            "timestampEdited": None,
            "isPinned": False,
            "content": content,
            "author": author,
            "attachments": [],
            "embeds": [],
            "reactions": [],
        }
        for number, kind, content in texts
    ]
    return json.dumps(
        {
            "guild": {"id": "77", "name": "Clock Tower"},
            "channel": {"id": "88", "type": "GuildTextChat", "name": "rules", "topic": None, **channel},
            "messages": messages,
            "messageCount": len(messages),
        }
    ).encode()


SUBRIP = b"""1
00:00:01,000 --> 00:00:02,500
The winding of the great clock

2
00:00:02,600 --> 00:00:05,000
takes <i>forty minutes</i>.

3
01:02:10,000 --> 01:02:12,000
- Who oils the bells?
"""

WEBVTT = b"""WEBVTT - Bells

NOTE nobody sees this

STYLE
::cue { color: red }

intro
00:01.000 --> 00:02.500 align:left
<v Ottilie>The bells ring &amp; ring

00:02.600 --> 00:05.000
<v Ottilie>until <c.loud>half past six</c>.

00:20.000 --> 00:24.000
<v Bartholomew>The herons dislike it.
"""

QUESTIONS: list[dict[str, Any]] = [
    {
        "question": "Where does the ferry depart?",
        "answer": "From the **northern jetty**.",
        "category": "Travel",
    },
    {"q": "When do the herons sleep?", "a": "After the last bell."},
]

SAMPLES: dict[str, Callable[[], bytes]] = {
    "handbook.pdf": handbook,
    "prices.xlsx": lambda: excel(Prices=PRICES, Staff=STAFF),
    "prices.xls": lambda: old_excel(Prices=PRICES, Staff=STAFF),
    "prices.ods": lambda: open_document(Prices=PRICES, Staff=STAFF),
    "prices.csv": lambda: b"Item;Price\nCopper lantern;12,50\nWalnut ladder;140\n",
    "staff.tsv": lambda: b"Name\tTask\nOttilie\trepairs the clocks\nBartholomew\tfeeds the herons\n",
    "clock.srt": lambda: SUBRIP,
    "bells.vtt": lambda: WEBVTT,
    "key.eml": mail,
    "faq.json": lambda: json.dumps(QUESTIONS).encode(),
    "faq.jsonl": lambda: b"\n".join(json.dumps(pair).encode() for pair in QUESTIONS),
    "rules.json": discord_export,
}
"""File name → what makes such a file."""
