"""PDFium: opens a PDF and says what stands where on its pages. The only module that knows the library.

https://pdfium.googlesource.com/pdfium/+/refs/heads/main/public/fpdf_text.h
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from chipbot.errors import DocumentError
from chipbot.sources.formats.archive import PROTECTED
from chipbot.sources.formats.pdf_leftward import mirrored_lines, runs_leftward
from chipbot.sources.formats.pdf_piece import Glyph, PieceBuilder
from chipbot.sources.formats.pdf_rows import Piece, Rule
from chipbot.translation import Message

MAX_OUTLINE = 10_000
"""How many entries of an outline are read."""
_MAX_DRAWN = 5_000  # lines and pictures on a page that are looked at
_MAX_LINKS = 1_000  # on a page
_MAX_ADDRESS = 2_000  # characters of a link's
_BEFORE = 60  # characters before a link that tell which of the same words is meant
_THIN = 2.5  # points that a rule is high at most
_SHORT = 20.0  # points that it is long at least
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)

Box = tuple[float, float, float, float]


class Link(NamedTuple):
    """A link to the web on a page."""

    words: str
    """What stands in it."""
    before: str
    """What stands before it."""
    target: str


class Page(NamedTuple):
    """What is on a page, turned so that most of its text is upright."""

    number: int
    """From 1 on."""
    height: float
    pieces: list[Piece]
    rules: list[Rule]
    pictures: bool
    """Whether there are pictures on it."""
    links: Sequence[Link] = ()
    """The links on it, as far as they lead to the web."""


class Entry(NamedTuple):
    """An entry of the outline."""

    level: int
    """From 1 on."""
    name: str
    page: int | None
    """The number of the page that it leads to."""


@contextmanager
def opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF; raises DocumentError where it is protected or damaged."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise DocumentError(PROTECTED) from error
        raise DocumentError(Message("it is a damaged PDF: save it anew, or print it to a new one")) from error
    with closing(document):
        yield document


def title_of(document: pypdfium2.PdfDocument) -> str:
    """Return the title among what a PDF says about itself, empty without one."""
    return _clean(document.get_metadata_value("Title"))


def outline(document: pypdfium2.PdfDocument) -> list[Entry]:
    """Return the entries of a PDF's outline, in order."""
    entries: list[Entry] = []
    for bookmark in document.get_toc():
        name = _clean(bookmark.get_title())
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        if name:
            entries.append(Entry(bookmark.level + 1, name, None if index is None else index + 1))
        if len(entries) >= MAX_OUTLINE:
            break
    return entries


def pages(document: pypdfium2.PdfDocument) -> Iterator[Page | None]:
    """Yield the pages of a PDF; None for one that is damaged."""
    for index in range(len(document)):
        try:
            page = document[index]
        except pypdfium2.PdfiumError:
            yield None
            continue
        with closing(page):
            yield _page(page, index + 1)


def _page(page: pypdfium2.PdfPage, number: int) -> Page:
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    bounds = (box.left, box.bottom, box.right, box.top)
    with closing(page.get_textpage()) as text:
        found, links = _pieces(text), list(_links(page, text))
    turn = max(found, key=lambda turned: sum(len(piece.text) for piece in found[turned]), default=0)
    left, top, right, bottom = _turned(bounds, turn)
    rules, pictures = _drawn(page, turn)
    if runs_leftward(" ".join(piece.text for piece in found.get(turn, ()))):
        with closing(page.get_textpage()) as text:
            found[turn] = _mirrored_pieces(text, turn)
        left, right = -right, -left
        rules = [Rule(-rule.right, rule.y, -rule.left) for rule in rules]
    main = [
        piece._replace(
            left=piece.left - left, right=piece.right - left, top=piece.top - top, bottom=piece.bottom - top
        )
        for piece in found.get(turn, ())
        if left - 1 < piece.right
        and piece.left < right + 1
        and top - 1 < piece.bottom
        and piece.top < bottom + 1
    ]
    moved = [Rule(rule.left - left, rule.y - top, rule.right - left) for rule in rules]
    return Page(number, bottom - top, main, moved, pictures, links)


def _links(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> Iterator[Link]:
    position, link = ctypes.c_int(), pdfium.FPDF_LINK()
    for _ in range(_MAX_LINKS):
        if not pdfium.FPDFLink_Enumerate(page.raw, position, link):
            return
        target, rect = _target(page, link), pdfium.FS_RECTF()
        if not target or not pdfium.FPDFLink_GetAnnotRect(link, rect):
            continue
        left, right = sorted((rect.left, rect.right))
        bottom, top = sorted((rect.bottom, rect.top))
        words = text.get_text_bounded(left, bottom, right, top)
        height = top - bottom
        index = pdfium.FPDFText_GetCharIndexAtPos(text.raw, left, (top + bottom) / 2, height, height)
        before = text.get_text_range(max(index - _BEFORE, 0), min(index, _BEFORE)) if index > 0 else ""
        yield Link(words, before, target)


def _target(page: pypdfium2.PdfPage, link: pdfium.FPDF_LINK) -> str:
    """Return where a link leads, as the file has it; empty if that is not on the web."""
    action = pdfium.FPDFLink_GetAction(link)
    if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
        return ""
    address = ctypes.create_string_buffer(_MAX_ADDRESS)
    size = pdfium.FPDFAction_GetURIPath(page.pdf.raw, action, address, _MAX_ADDRESS)
    found = address.value.decode("utf-8", "replace").strip() if 1 < size <= _MAX_ADDRESS else ""
    return found if found.lower().startswith(("https://", "http://")) else ""


def _pieces(text: pypdfium2.PdfTextPage) -> dict[int, list[Piece]]:
    """Return a page's text by the quarter turns that it is drawn with."""
    handle, rect = text.raw, pdfium.FS_RECTF()
    box_of, code_of, where = pdfium.FPDFText_GetLooseCharBox, pdfium.FPDFText_GetUnicode, ctypes.byref(rect)
    found: dict[int, list[Piece]] = {}
    builder = PieceBuilder(lambda index: _is_bold(handle, index))
    turn, high = 0, 0
    for index in range(text.count_chars()):
        code = code_of(handle, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        character = _character(code, high)
        high = 0
        if character in "\r\n":
            builder.end()
            continue
        if not box_of(handle, index, where):
            continue
        box = (rect.left, rect.bottom, rect.right, rect.top)
        glyph = Glyph(character, *_turned(box, turn), index)
        if not builder.takes(glyph):
            builder.end()
            found.setdefault(turn, []).extend(builder.take())
            turn = round(max(pdfium.FPDFText_GetCharAngle(handle, index), 0.0) / (math.pi / 2)) % 4
            glyph = Glyph(character, *_turned(box, turn), index)
        builder.add(glyph)
    builder.end()
    found.setdefault(turn, []).extend(builder.take())
    return found


def _mirrored_pieces(text: pypdfium2.PdfTextPage, turn: int) -> list[Piece]:
    """Return a page's text at one angle as a mirror shows it: what runs from right to left then runs from left to right."""
    rect = pdfium.FS_RECTF()
    glyphs = []
    for index, character in enumerate(character_codes(text)):
        generated = pdfium.FPDFText_IsGenerated(text.raw, index)
        if character and not generated and pdfium.FPDFText_GetLooseCharBox(text.raw, index, rect):
            box = _turned((rect.left, rect.bottom, rect.right, rect.top), turn)
            glyphs.append(Glyph(character, *box, index))
    builder = PieceBuilder(lambda index: _is_bold(text.raw, index))
    for line in mirrored_lines(glyphs):
        for glyph in line:
            if not builder.takes(glyph):
                builder.end()
            builder.add(glyph)
        builder.end()
    return builder.take()


def character_codes(text: pypdfium2.PdfTextPage) -> Iterator[str]:
    """Yield the character of each number on a page; an empty one for the first half of a surrogate pair."""
    high = 0
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text.raw, index)
        first_half = 0xD800 <= code < 0xDC00
        yield "" if first_half else _character(code, high)
        high = code if first_half else 0


def _character(code: int, high: int) -> str:
    """Return the character of a code, which may be the second half of a surrogate pair."""
    if 0xDC00 <= code < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00) if high else ""
    return chr(code) if code < 0x110000 else ""


def _turned(box: Box, turn: int) -> Box:
    """Return a box as left, top, right, bottom on a page that is turned so that text at this angle is upright."""
    left, bottom, right, top = box
    if turn == 0:
        return left, -top, right, -bottom
    if turn == 1:
        return -top, -right, -bottom, -left
    if turn == 2:  # quarter turns
        return -right, bottom, -left, top
    return bottom, left, top, right


def _is_bold(handle: object, index: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(handle, index) >= 600:  # CSS's weights: 600 is semi-bold
        return True
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(handle, index, name, 128, flags)
    return _BOLD.search(name.value.decode("latin-1")) is not None


def _drawn(page: pypdfium2.PdfPage, turn: int) -> tuple[list[Rule], bool]:
    """Return the horizontal lines on a page, and whether there are pictures."""
    rules: list[Rule] = []
    pictures = False
    for index in range(min(pdfium.FPDFPage_CountObjects(page), _MAX_DRAWN)):
        drawn = pdfium.FPDFPage_GetObject(page, index)
        kind = pdfium.FPDFPageObj_GetType(drawn)
        pictures |= kind == pdfium.FPDF_PAGEOBJ_IMAGE
        if kind != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        sides = [ctypes.c_float() for _ in range(4)]
        if pdfium.FPDFPageObj_GetBounds(drawn, *sides):
            left, top, right, bottom = _turned(tuple(side.value for side in sides), turn)  # type: ignore[arg-type]  # four of them
            if right - left >= _SHORT:
                edges = (top, bottom) if bottom - top > _THIN else ((top + bottom) / 2,)
                rules += [Rule(left, y, right) for y in edges]
    return rules, pictures


def _clean(text: str) -> str:
    """Return a text of the file's in one line, without what is no character."""
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
