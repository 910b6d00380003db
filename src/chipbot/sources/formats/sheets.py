"""Spreadsheets (.xlsx, .xls, .ods) → rows under their headers; a place is a sheet and its row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from chipbot.errors import DocumentError
from chipbot.model import Place
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.archive import PROTECTED, Archive
from chipbot.sources.formats.decoding import readable
from chipbot.sources.formats.flat_text import FlatText
from chipbot.sources.formats.grid import Row, write_rows
from chipbot.sources.formats.questions import pair_questions
from chipbot.translation import Message

MAX_CELLS = 5_000_000
"""How many cells a sheet may have, empty ones included: more are not rows that anybody reads."""

_UNREAD = ("docProps/", "meta.xml", "settings.xml", "Configurations2/")
_MIDNIGHT = time()


def extract(data: bytes) -> Extracted:
    """Read a spreadsheet; raises DocumentError where it is protected, damaged or too large."""
    text, problems = FlatText(), list[Message]()
    if data.startswith(b"PK"):
        _refuse_archive(Archive(data))
    try:
        book = CalamineWorkbook.from_object(BytesIO(data))
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        shown = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
        for name in shown:
            sheet = book.get_sheet_by_name(name)
            rows = list(_rows(sheet, name if len(shown) > 1 else ""))
            if rows and len(shown) > 1:
                text.heading(readable(name), 1, rows[0].place)
            write_rows(text, rows)
    except PasswordError as error:
        raise DocumentError(PROTECTED) from error
    except (DocumentError, MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the library in Rust is no Exception
        raise DocumentError(
            Message("it is a damaged spreadsheet ({problem}): save it anew", problem=_brief(error))
        ) from error
    hidden = [sheet.name for sheet in sheets if sheet.name not in shown]
    if hidden:
        problems.append(
            Message("hidden sheets are left out: {names}", names=readable(", ".join(hidden))[:200])
        )
    return Extracted(
        text=text.text,
        title=None,
        blocks=pair_questions(text.text, text.blocks, (), ()),
        places=tuple(text.places) or (Place(0),),
        problems=tuple(problems),
    )


def _refuse_archive(archive: Archive) -> None:
    """Raise DocumentError where a spreadsheet that is a zip is a bomb or, in OpenDocument, protected.

    The library unpacks without limits of its own.
    """
    manifest = b""
    for name in archive.names:
        if name.endswith((".xml", ".bin")) and not name.startswith(_UNREAD):
            data = archive.read(name)
            manifest = data if name == "META-INF/manifest.xml" else manifest
    if b"encryption-data" in manifest:
        raise DocumentError(PROTECTED)


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:120]


def _rows(sheet: CalamineSheet, name: str) -> Iterator[Row]:
    """Yield the rows of a sheet that have text, with their numbers as the program shows them."""
    if sheet.start is None:
        return
    if sheet.height * sheet.width > MAX_CELLS:
        short = readable(name)[:60]
        raise DocumentError(
            Message("its sheet “{name}” has more than {number} cells: split it", name=short, number=MAX_CELLS)
        )
    first = sheet.start[0] + 1
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), first):
        label = f"{readable(name)}, row {number}" if name else f"row {number}"
        shown = [shown_value(cell) for cell in cells]
        if any(shown):
            yield Row(shown, Place(0, label=label))


Value = float | str | bool | time | date | datetime | timedelta


def shown_value(value: Value) -> str:
    """Return a cell's value as people read it: no `.0`, no midnight, no line break."""
    if isinstance(value, str):
        return " ".join(readable(value).split())
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == _MIDNIGHT else value.isoformat(" ", "minutes")
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, float):
        # As many digits as a double has.
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    return str(value)
