"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import re
from typing import NamedTuple

from chipbot.errors import DocumentError
from chipbot.sources.formats.archive import PROTECTED, Archive
from chipbot.translation import Message

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 1024  # bytes before which a PDF has to begin (ISO 32000-1, annex H.3, note 13)
_SAMPLE = 4096
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,100}(?:<\?xml[^<>]{0,200}\?>\s{0,100})?<(?:!doctype\s+html|html)\b",
    re.IGNORECASE,
)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,100}<\?xml\b")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKS = (b"\xff\xfe", b"\xfe\xff")  # of UTF-16 and UTF-32, whose NULs are text


class Signature(NamedTuple):
    """What bytes show a file to be."""

    suffix: str
    """The suffix that such files have, empty where chipbot reads none of them."""
    name: Message
    """What people call it."""


_PDF = Signature(".pdf", Message("a PDF"))
_ARCHIVE = Signature("", Message("an archive ({kind}): unpack it", kind="zip"))
_COMPOUND = Signature("", Message("a compound file of an old office program: save it anew"))
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", Message("a picture ({kind})", kind="PNG")),
    (b"\xff\xd8\xff", Message("a picture ({kind})", kind="JPEG")),
    (b"GIF8", Message("a picture ({kind})", kind="GIF")),
    (b"II*\0", Message("a picture ({kind})", kind="TIFF")),
    (b"MM\0*", Message("a picture ({kind})", kind="TIFF")),
    (b"{\\rtf", Message("a text in Rich Text Format: save it as .docx or .txt")),
    (b"\x1f\x8b", Message("an archive ({kind}): unpack it", kind="gzip")),
    (b"7z\xbc\xaf\x27\x1c", Message("an archive ({kind}): unpack it", kind="7z")),
    (b"Rar!\x1a\x07", Message("an archive ({kind}): unpack it", kind="RAR")),
    (b"SQLite format 3\0", Message("a database (SQLite)")),
    (b"\x7fELF", Message("a program")),
    (b"OggS", Message("a recording ({kind})", kind="Ogg")),
    (b"ID3", Message("a recording ({kind})", kind="MP3")),
    (b"%!PS", Message("a text in PostScript: save it as .pdf")),
)
_AT_FOUR = ((b"ftyp", Message("a film (MP4)")),)
_IN_ZIP = (
    (b"mimetypeapplication/epub+zip", ".epub", Message("an e-book (EPUB)")),
    (
        b"mimetypeapplication/vnd.oasis.opendocument.text",
        ".odt",
        Message("a text ({kind})", kind="OpenDocument"),
    ),
    (
        b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
        ".ods",
        Message("a spreadsheet ({kind})", kind="OpenDocument"),
    ),
    (
        b"mimetypeapplication/vnd.oasis.opendocument.presentation",
        ".odp",
        Message("a presentation ({kind})", kind="OpenDocument"),
    ),
    (b"xl/workbook.bin", ".xlsb", Message("a spreadsheet ({kind})", kind="Excel, .xlsb")),
    (b"xl/workbook", ".xlsx", Message("a spreadsheet ({kind})", kind="Excel")),
    (b"word/document", ".docx", Message("a text ({kind})", kind="Word")),
    (b"ppt/presentation", ".pptx", Message("a presentation ({kind})", kind="PowerPoint")),
)
_IN_OLE = (
    ("WordDocument", "", Message("a text of an old Word (.doc): save it as .docx")),
    ("PowerPoint Document", "", Message("a presentation of an old PowerPoint (.ppt): save it as .pptx")),
    ("Workbook", ".xls", Message("a spreadsheet ({kind})", kind="Excel, .xls")),
    ("Book", ".xls", Message("a spreadsheet ({kind})", kind="Excel, .xls")),
)
_SAME = {
    **dict.fromkeys((".docm", ".dotx"), ".docx"),
    **dict.fromkeys((".potx", ".pptm"), ".pptx"),
    ".xlsm": ".xlsx",
}
"""The suffixes of templates and of files with macros → that of the files that they are like."""
_BINARY = frozenset(".pdf .xlsx .xlsb .xls .ods .docx .pptx .odt .odp .epub".split())
_PLAIN = frozenset((".txt", ".text"))
_SHEETS = frozenset(".xlsx .xlsb .xls .ods".split())


def signature(data: bytes) -> Signature | None:
    """Return what a file shows itself to be; None for text, and for what shows nothing.

    Raises DocumentError where it is protected by a password.
    """
    if data.startswith(_ZIP):
        return _in_zip(data)
    if data.startswith(_OLE):
        return _in_ole(data)
    for start, name in _STARTS:
        if data.startswith(start):
            return Signature("", name)
    for mark, name in _AT_FOUR:
        if data[4:8] == mark:
            return Signature("", name)
    return _PDF if b"%PDF-" in data[:_HEAD] and data.lstrip()[:1] != b"<" else None


def _in_zip(data: bytes) -> Signature:
    """Tell by the names of the files that a zip packs, and by what has to stand first in it (OpenDocument, EPUB)."""
    try:
        names = "\n".join(("", *Archive(data).names)).lower().encode()
    except DocumentError:
        names = data  # damaged: where names stand in it, they stand as they are
    for name, suffix, what in _IN_ZIP:
        first = name.startswith(b"mimetype")
        if data.find(name, 0, _SAMPLE) >= 0 if first else (b"" if names is data else b"\n") + name in names:
            return Signature(suffix, what)
    return _ARCHIVE


def _in_ole(data: bytes) -> Signature:
    """Streams' names stand in a compound file in UTF-16 ([MS-CFB], 2.6.1)."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise DocumentError(PROTECTED)
    for name, suffix, what in _IN_OLE:
        if (name + "\0").encode("utf-16-le") in data:
            return Signature(suffix, what)
    return _COMPOUND


def true_suffix(suffix: str, data: bytes, known: frozenset[str]) -> tuple[str, Message | None]:
    """Tell by its content how a file is to be read.

    Args:
        suffix: What its name ends in, in lower case.
        data: Its bytes.
        known: The suffixes of files that there are readers for.

    Returns:
        The suffix whose reader is to read it, and what there is to say about that, if anything.

    Raises:
        DocumentError: It is of no format that there is a reader for, or protected by a password.
    """
    suffix = _SAME.get(suffix, suffix)
    found = signature(data) or _text(suffix, data, known)
    if found is None:
        return suffix, None
    unknown = suffix in _BINARY and found in (_ARCHIVE, _COMPOUND)  # its reader may know better
    if unknown or found.suffix == suffix:
        return suffix, None
    if found.suffix not in known:
        raise DocumentError(
            Message("whatever its name ends in, it is {what}", what=found.name)
            if suffix
            else Message("it is {what}", what=found.name)
        )
    return found.suffix, Message(
        "its name ends in {suffix}, but it is {what}: it is read as such", suffix=suffix, what=found.name
    )


def _text(suffix: str, data: bytes, known: frozenset[str]) -> Signature | None:
    """Return which text a file is that its name says is none, or not such; None where the name may be right."""
    sample = data[:_SAMPLE]
    if _HTML.match(sample) and ".html" in known and (suffix in _BINARY or suffix in _PLAIN):
        return Signature(".html", Message("a web page"))
    if suffix not in _BINARY or not sample.strip() or _XML.match(sample):
        return None
    if _CONTROL.search(sample) and not sample.startswith(_MARKS):
        return None
    return Signature(".csv" if suffix in _SHEETS else ".txt", Message("text"))
