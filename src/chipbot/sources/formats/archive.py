"""Zip archives, which office documents and e-books are: opened in memory and read within limits."""

from __future__ import annotations

import posixpath
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import unquote
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from chipbot.errors import DocumentError
from chipbot.translation import Message

_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1  # the bit of an entry's flags (PKWARE's APPNOTE.TXT, 4.4.4)
_CHUNK = 1 << 20

PROTECTED = Message("it is protected by a password: save it without one")
"""The reason for what cannot be read without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """What an archive may be made of; whatever is more is refused before it is held in memory."""

    entries: int = 20_000
    """How many files it may pack."""
    size: int = 256 * 2**20
    """How many bytes may be unpacked from it, all its files together."""
    ratio: int = 200
    """How many times as large as the archive that may be, once it is more than `free`: XML packs to a tenth or
    twentieth, a bomb to a thousandth."""
    free: int = 16 * 2**20
    """How many bytes may be unpacked whatever the ratio."""


class Archive:
    """A zip archive whose files are read one by one; no name in it is ever a path on disk.

    >>> archive = Archive(data)
    >>> archive.names
    ('[Content_Types].xml', 'word/document.xml')
    >>> archive.read("WORD/document.xml")
    b'<?xml version="1.0"…'

    Raises DocumentError where the bytes are no archive or break the limits; so does `read`.
    """

    def __init__(self, data: bytes, limits: ArchiveLimits = ArchiveLimits()) -> None:
        if data.count(_DIRECTORY_ENTRY) > limits.entries:  # before the directory is read, which takes memory
            raise DocumentError(Message("it contains more than {number} files", number=limits.entries))
        try:
            self._zip = ZipFile(BytesIO(data))
        # NotImplementedError: of a method or a version of ZIP that zipfile does not know.
        except (BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error) as error:
            raise DocumentError(
                Message("it is a damaged archive ({problem}): save it anew", problem=error)
            ) from error
        self._entries: dict[str, ZipInfo] = {}
        for entry in self._zip.infolist():
            self._entries.setdefault(_key(entry.filename), entry)
        self.names = tuple(
            entry.filename for entry in self._entries.values() if not entry.filename.endswith("/")
        )
        """What the files are called, as the archive has it."""
        self._left = min(limits.size, max(limits.free, len(data) * limits.ratio))

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._entries

    def read(self, name: str) -> bytes:
        """Unpack one file, whose name is found in upper and lower case alike.

        Bytes are counted as they come, whatever size the archive's directory claims.
        """
        entry = self._entries.get(_key(name))
        if entry is None:
            raise DocumentError(
                Message("{part} is missing in it: it is damaged, or of another format", part=name)
            )
        if entry.flag_bits & _ENCRYPTED:
            raise DocumentError(PROTECTED)
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            method = str(entry.compress_type)
            raise DocumentError(
                Message("it is packed by method {method}, not deflated: save it anew", method=method)
            )
        try:
            return self._unpacked(entry)
        except (
            BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,  # a method of compression that zipfile does not know
            ValueError,
            struct.error,
        ) as error:
            problem = str(error) or type(error).__name__
            raise DocumentError(
                Message(
                    "{part} in it cannot be unpacked ({problem}): it is damaged", part=name, problem=problem
                )
            ) from error

    def _unpacked(self, entry: ZipInfo) -> bytes:
        chunks = []
        with self._zip.open(entry) as file:
            while chunk := file.read(min(_CHUNK, self._left + 1)):
                self._left -= len(chunk)
                if self._left < 0:
                    raise DocumentError(Message("it unpacks to far more than its own size: it may be a bomb"))
                chunks.append(chunk)
        return b"".join(chunks)


def part_name(base: str, target: str) -> str | None:
    """Return the name of the file that a reference inside an archive leads to.

    Args:
        base: The file that holds the reference, as `OEBPS/text/one.xhtml`.
        target: The reference, relative to it or from the root on, as `../pictures/a%20b.png#c`.

    Returns:
        The name; None where it leads out of the archive or to an address.
    """
    path = unquote(target.partition("#")[0].partition("?")[0]).replace("\\", "/")
    if not path or ":" in path.partition("/")[0]:
        return None
    if not path.startswith("/"):
        path = posixpath.join(posixpath.dirname(base), path)
    name = posixpath.normpath(path.lstrip("/"))
    return None if name == ".." or name.startswith("../") else name


def _key(name: str) -> str:
    """Return what names that lead to one file have in common: part names of OPC ignore case (ISO 29500-2, 6.2.2.3)."""
    return name.replace("\\", "/").lstrip("/").lower()
