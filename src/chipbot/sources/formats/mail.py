"""Mail (.eml) → its subject, who wrote when, and what it says; replies are quoted, signatures left out."""

from __future__ import annotations

import re
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from itertools import groupby

from chipbot.errors import DocumentError
from chipbot.model import Place
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.decoding import decode, readable
from chipbot.sources.formats.html import parse_page
from chipbot.sources.formats.html_content import PageContent
from chipbot.sources.formats.html_walk import HtmlWalk
from chipbot.sources.formats.markdown import MarkdownWriter
from chipbot.sources.formats.questions import pair_questions
from chipbot.sources.formats.structure_builder import StructureBuilder
from chipbot.translation import Message

_HEADERS = ("from", "date")
_SIGNATURE = "-- "  # RFC 3676, section 4.3
_LINE_BREAK = re.compile(r"\r\n?|\n")
_QUOTE = re.compile(r"(?:>\s?)+")
_MAX_HEADERS = 200_000  # bytes of headers


def extract(data: bytes) -> Extracted:
    """Read a mail; raises DocumentError where it is none, or has no text."""
    head = data[:_MAX_HEADERS].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if not re.match(rb"[A-Za-z][A-Za-z0-9-]*:|From ", head.lstrip()):
        raise DocumentError(Message("it does not begin with the headers of a mail"))
    message = BytesParser(policy=policy.default).parsebytes(data)
    subject = _header(message, "subject")
    builder = StructureBuilder(subject or None)
    for name in _HEADERS:
        value = _header(message, name)
        if value:
            builder.out.write(f"{name.capitalize()}: {value}", 1)
            builder.end_block()
    count = len(builder.out.blocks)
    _write(builder, message.get_body(("plain", "html")))
    builder.end_block()
    out = builder.out
    if len(out.blocks) == count:
        raise DocumentError(Message("it is a mail without text"))
    names = ", ".join(filter(None, map(_name, message.iter_attachments())))
    return Extracted(
        text=out.text,
        title=subject or None,
        blocks=pair_questions(out.text, out.blocks, out.marks, out.line_starts),
        marks=tuple(out.marks),
        places=(Place(0, label=_label(message)),),
        problems=(Message("what is attached to it is not read: {names}", names=names[:200]),)
        if names
        else (),
    )


def _header(message: EmailMessage, name: str) -> str:
    """Return a header in one line; the library raises for some that are broken."""
    try:
        return " ".join(readable(str(message.get(name, ""))).split())[:1_000]
    except Exception:  # noqa: BLE001  # the library raises almost anything for headers that are broken
        return ""


def _label(message: EmailMessage) -> str:
    date = getattr(message.get("date"), "datetime", None) if _header(message, "date") else None
    return f"mail of {date:%Y-%m-%d}" if date else "mail"


def _name(part: EmailMessage) -> str:
    try:
        return " ".join(readable(part.get_filename() or "").split())
    except Exception:  # noqa: BLE001  # as above
        return ""


def _write(builder: StructureBuilder, part: MIMEPart | None) -> None:
    """Write what a mail says: its plain text, else its web page."""
    payload = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(payload, bytes):
        return
    text = _decoded(payload, part.get_content_charset())
    if part.get_content_subtype() == "html":
        content = PageContent(parse_page(readable(text)), whole=True)
        if content.root is not None:
            HtmlWalk(builder, content).walk(content.root)
        return
    flowed = part.get_param("format") == "flowed"
    _write_lines(MarkdownWriter(builder), builder, _unwrapped(text) if flowed else text)


def _decoded(raw: bytes, charset: str | None) -> str:
    try:
        return raw.decode(charset or "utf-8")
    except (UnicodeDecodeError, LookupError):
        return decode(raw.replace(b"\0", b""))


def _unwrapped(text: str) -> str:
    """Join the lines of format=flowed: a blank at the end says that a line goes on (RFC 3676, section 4.2)."""
    lines: list[str] = []
    flows = False
    for line in _LINE_BREAK.split(text):
        own = line.removeprefix(" ")
        if flows and lines and not own.startswith(">") and own != _SIGNATURE:
            lines[-1] += own
        else:
            lines.append(own)
        flows = line.endswith(" ") and line != _SIGNATURE and not line.startswith(">")
    return "\n".join(lines)


def _write_lines(markdown: MarkdownWriter, builder: StructureBuilder, text: str) -> None:
    """Write the lines of a mail, those that quote another as quoted; a signature ends it."""
    lines = _LINE_BREAK.split(readable(text))
    if _SIGNATURE in lines:
        lines = lines[: lines.index(_SIGNATURE)]
    for depth, group in groupby(lines, _depth):
        words = "\n".join(_QUOTE.sub("", line, count=1) if depth else line for line in group)
        for _ in range(depth):
            builder.open_container("quote", quoted=True, nests=True)
        builder.open_container("body", nests=True)
        markdown.write(words)
        builder.close_container("body")
        for _ in range(depth):
            builder.close_container("quote")


def _depth(line: str) -> int:
    match = _QUOTE.match(line)
    return min(match[0].count(">"), 9) if match else 0
