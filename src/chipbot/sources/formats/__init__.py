"""One module a file format: bytes → readable text with its structure."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from chipbot.model import Block, Mark, Place
from chipbot.translation import Message

VERSION = 7
"""Raised with every change that reads other text, structure or places out of the same file: indexes of another version are
built anew.
"""

FORMATS = {
    ".csv": "delimited",
    ".docm": "docx",
    ".docx": "docx",
    ".dotx": "docx",
    ".eml": "mail",
    ".epub": "epub",
    ".htm": "html",
    ".html": "html",
    ".ipynb": "notebook",
    ".json": "records",
    ".jsonl": "records",
    ".markdown": "markdown",
    ".md": "markdown",
    ".mdx": "markdown",
    ".ndjson": "records",
    ".odp": "open_document",
    ".ods": "sheets",
    ".odt": "open_document",
    ".pdf": "pdf",
    ".potx": "pptx",
    ".pptm": "pptx",
    ".pptx": "pptx",
    ".rst": "restructured_text",
    ".srt": "subtitles",
    ".text": "plain",
    ".tsv": "delimited",
    ".txt": "plain",
    ".vtt": "subtitles",
    ".xls": "sheets",
    ".xlsb": "sheets",
    ".xlsm": "sheets",
    ".xlsx": "sheets",
}
"""File name suffix → the module of this package that reads such files."""

PAGES = frozenset(
    suffix
    for suffix, module in FORMATS.items()
    if module in ("html", "markdown", "notebook", "plain", "restructured_text")
)
"""The suffixes of what a website shows as a page; it has other files as they are."""

REMEDIES = {
    **dict.fromkeys(
        (".adoc", ".asciidoc"), Message("`asciidoctor FILE` makes an .html of it, which is read")
    ),
    **dict.fromkeys((".doc", ".pages", ".rtf", ".wpd"), Message("save it as {suffix}", suffix=".docx")),
    **dict.fromkeys((".key", ".ppt"), Message("save it as {suffix}", suffix=".pptx")),
    **dict.fromkeys((".numbers", ".wks"), Message("save it as {suffix}", suffix=".xlsx")),
    **dict.fromkeys(
        (".latex", ".org", ".tex", ".textile"), Message("`pandoc FILE -o FILE.html` makes an .html of it")
    ),
    **dict.fromkeys((".azw", ".azw3", ".mobi"), Message("save it as {suffix}", suffix=".epub")),
    **dict.fromkeys((".mht", ".mhtml"), Message("save it as {suffix}", suffix=".html")),
    ".msg": Message("save it as {suffix}", suffix=".eml"),
}
"""What makes a file of a format without a reader one that can be read."""

ISOLATED = frozenset(
    ("docx", "epub", "html", "mail", "open_document", "pdf", "pptx", "restructured_text", "sheets")
)
"""The modules that read in a process of their own: a parser in C or Rust can crash, or take all memory."""

DRAWN = {".pdf": "pdf_picture"}
"""File name suffix → the module of this package that draws pages of such files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What a format gets out of a file; its fields are those of a `Document`."""

    text: str
    """The readable text."""
    title: str | None
    """What the document calls itself; None where it does not say."""
    blocks: tuple[Block, ...]
    """The text's structure; empty where the file holds no text."""
    marks: tuple[Mark, ...] = ()
    """The text's inline forms."""
    places: tuple[Place, ...] = (Place(0, line=1),)
    """Where the text stands in the file; the first begins at 0."""
    language: str | None = None
    """The ISO 639-1 code of its language; None where the file does not say."""
    url: str | None = None
    """Where the document stands on the web; None where the file does not say."""
    version: str | None = None
    """The version of what it is about; None where the file does not say."""
    problems: tuple[Message, ...] = ()
    """What is wrong with the file although it can be read."""


class Format(Protocol):
    """A reader of one file format: the function `extract` of a module of this package."""

    def __call__(self, data: bytes) -> Extracted:
        """Read the bytes of one file; raises DocumentError where they are not of the format."""


def suffix_of(document_id: str) -> str:
    """Return the suffix of a file's name, in lower case."""
    return document_id[document_id.rfind(".") :].lower()


def module_of(suffix: str) -> str:
    """Return the name of the module that reads files with one of the suffixes in `FORMATS`."""
    return f"{__name__}.{FORMATS[suffix]}"


def drawer_of(suffix: str) -> str:
    """Return the name of the module that draws pages of files with one of the suffixes in `DRAWN`."""
    return f"{__name__}.{DRAWN[suffix]}"


def format_of(suffix: str) -> Format:
    """Return the reader of files with one of the suffixes in `FORMATS`.

    Modules are imported when a file is read: asking an index that is in sync needs none of their libraries.
    """
    return cast("Format", import_module(module_of(suffix)).extract)
