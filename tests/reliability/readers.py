"""Every reader of a file format, fuzzed on what is inside: for a zip its text part, which is put back into a whole file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import cache

from tests.core import segment_of
from tests.sources import office_samples, samples

from chipbot.model import ReadLimits
from chipbot.sources import parse_document
from chipbot.sources.barrier import document_barrier

PARTS = {
    ".docx": "word/document.xml",
    ".pptx": "ppt/slides/slide1.xml",
    ".odt": "content.xml",
    ".odp": "content.xml",
    ".ods": "content.xml",
    ".xlsx": "xl/worksheets/sheet1.xml",
    ".epub": "",
}
"""Of formats that are zips the part that is fuzzed; of a book its longest."""
WHOLE = (".docx", ".xlsx")
"""Those whose zip itself is fuzzed, too."""
LIMITS = ReadLimits(memory=256 << 20)
"""Less than by default: one spreadsheet in seven claims so many cells that its reader ends, at once or after a gigabyte."""
_MADE: dict[str, Callable[[], bytes]] = samples.SAMPLES | office_samples.SAMPLES


def names() -> dict[str, str]:
    """Targets by name, and the sample that each begins with."""
    found = {f"{name.rpartition('.')[2]} file: {name}": name for name in _MADE}
    return found | {
        f"{name.rpartition('.')[2]} file, its zip": name for name in _MADE if name.endswith(WHOLE)
    }


def seeds(target: str) -> list[bytes]:
    """What the inputs of a target are made from."""
    name = names()[target]
    return [_sample(name) if _is_whole(target) else _inside(name)]


def read(target: str, data: bytes) -> None:
    """Read a document whose inside, or all of which, this is; raises DocumentError."""
    name = names()[target]
    with document_barrier():
        segment_of(parse_document(data if _is_whole(target) else _around(name, data), name, limits=LIMITS))


def _is_whole(target: str) -> bool:
    name = names()[target]
    return target.endswith("its zip") or name[name.rindex(".") :] not in PARTS


@cache
def _sample(name: str) -> bytes:
    return _MADE[name]()


@cache
def _part(name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(_sample(name))) as archive:
        wanted = PARTS[name[name.rindex(".") :]]
        return (
            wanted
            or max(
                (each for each in archive.infolist() if each.filename.endswith("html")),
                key=lambda each: each.file_size,
            ).filename
        )


def _inside(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(_sample(name))) as archive:
        return archive.read(_part(name))


def _around(name: str, data: bytes) -> bytes:
    """The sample with another inside."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_sample(name))) as archive, zipfile.ZipFile(out, "w") as made:
        for each in archive.infolist():
            made.writestr(each, data if each.filename == _part(name) else archive.read(each))
    return out.getvalue()
