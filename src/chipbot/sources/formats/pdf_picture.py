"""A page of a PDF → its picture, with the quoted words marked as by a marker pen."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import closing

import pypdfium2
import pypdfium2.raw as pdfium

from chipbot.errors import DocumentError
from chipbot.sources.formats.pdf_letters import Letters
from chipbot.sources.formats.pdfium import character_codes, opened
from chipbot.sources.formats.png import encode_png
from chipbot.translation import Message

WIDTH, HEIGHT = 1000, 2000
"""Pixels that a picture has at most, each way."""
_SCALE = 4.0  # times a page is enlarged at most
_PAPER, _INK = 255, (255, 226, 120)  # what white becomes where it is marked, in red, green and blue
_TABLES = [bytes(level * ink // _PAPER for level in range(256)) for ink in _INK]
_MAX_BOXES = 500  # that are marked
_EDGE = 1  # pixels that a mark is larger than the letters' boxes

Box = tuple[int, int, int, int]


def draw(data: bytes, page: int, words: str = "", before: str = "") -> bytes:
    """Return the picture of a page as a PNG.

    Args:
        data: The PDF.
        page: The page's number, from 1 on.
        words: What is marked on it, as the document's text has it.
        before: What stands before that on the page.

    Raises:
        DocumentError: The PDF is protected or damaged, or has no such page.
    """
    with opened(data) as document:
        try:
            drawn = document[page - 1] if 0 < page <= len(document) else None
        except pypdfium2.PdfiumError:
            drawn = None
        if drawn is None:
            raise DocumentError(Message("its page {page} cannot be rendered", page=str(page)))
        with closing(drawn):
            return _draw(drawn, words, before)


def _draw(page: pypdfium2.PdfPage, words: str, before: str) -> bytes:
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1.0), HEIGHT / max(height, 1.0), _SCALE)
    with closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
        pixels = bytearray(bitmap.buffer)
        size = bitmap.width, bitmap.height
        stride, channels = bitmap.stride, bitmap.n_channels
    for box in _boxes(page, words, before, *size) if words else ():
        _mark(pixels, box, stride, channels)
    rows = (pixels[top * stride : top * stride + size[0] * channels] for top in range(size[1]))
    return encode_png(*size, (_colours(row, channels) for row in rows))


def _colours(row: bytearray, channels: int) -> bytes:
    """Return a row in red, green and blue, whatever it is drawn in."""
    if channels == 3:
        return bytes(row)
    out = bytearray(len(row) // channels * 3)
    for channel in range(3):
        out[channel::3] = row[min(channel, channels - 1) :: channels]
    return bytes(out)


def _mark(pixels: bytearray, box: Box, stride: int, channels: int) -> None:
    """Colour a box as a marker pen does: what is white takes its colour, and what is black stays."""
    left, top, right, bottom = box
    for row in range(top, bottom):
        start, end = row * stride + left * channels, row * stride + right * channels
        for channel, table in zip(range(min(channels, 3)), _TABLES, strict=False):
            part = slice(start + channel, end, channels)
            pixels[part] = pixels[part].translate(table)


def _boxes(page: pypdfium2.PdfPage, words: str, before: str, width: int, height: int) -> Iterator[Box]:
    """Yield the boxes of words on the picture of a page, in pixels; none reaches over another's rows and columns."""
    with closing(page.get_textpage()) as text:
        letters = Letters(character_codes(text))
        count = 0
        taken: set[Box] = set()
        for start, end in letters.find(words, before):
            for number in range(pdfium.FPDFText_CountRects(text.raw, start, end - start)):
                box = _box(page, text, number, width, height)
                count += 1
                if count > _MAX_BOXES:
                    return
                if box not in taken:
                    taken.add(box)
                    yield box


def _box(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, number: int, width: int, height: int) -> Box:
    sides = [ctypes.c_double() for _ in range(4)]  # left, top, right, bottom
    pdfium.FPDFText_GetRect(text.raw, number, *sides)
    left, top, right, bottom = (side.value for side in sides)
    corners = [_pixel(page, *corner, width, height) for corner in ((left, top), (right, bottom))]
    (x0, x1), (y0, y1) = (sorted(axis) for axis in zip(*corners, strict=True))
    return (
        min(max(x0 - _EDGE, 0), width),
        min(max(y0 - _EDGE, 0), height),
        min(max(x1 + _EDGE, 0), width),
        min(max(y1 + _EDGE, 0), height),
    )


def _pixel(page: pypdfium2.PdfPage, x: float, y: float, width: int, height: int) -> tuple[int, int]:
    """Return where a point of a page is on its picture, whichever way the page is turned."""
    column, row = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, x, y, column, row)
    return column.value, row.value
