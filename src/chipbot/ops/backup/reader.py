"""Reading a backup, which anybody may have written: nothing of it is believed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import Any

from dotenv import dotenv_values

from chipbot.errors import BackupError, SettingsError
from chipbot.ops.backup.layout import (
    CHUNK,
    FORMAT,
    HIDDEN,
    JOURNAL,
    JOURNAL_KEY,
    MANIFEST,
    SEEDS,
    SETTINGS,
    Files,
    sealed,
)
from chipbot.settings import load
from chipbot.settings.env_names import OLD_NAMES, PREFIX
from chipbot.translation import Message, digits

_LARGEST_MANIFEST = 2**26  # bytes
_LARGEST_SETTINGS = 2**20
_LATEST = 2**63  # nanoseconds since 1970, from where on no system knows a file's time
_PACKED = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
_UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RuntimeError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a damaged or foreign zip file raises; RuntimeError where it is encrypted or packed in an
unknown way.
"""


class _UnsoundError(Exception):
    """A backup is not as chipbot writes them; the message says what is wrong with it."""


@contextlib.contextmanager
def opened(source: Path) -> Iterator[tuple[zipfile.ZipFile, Files]]:
    """Open a backup and read its manifest; what is wrong with it, here or inside the block, is a
    BackupError that names it.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive, _manifest(archive)
    except _UnsoundError as error:
        raise BackupError(
            Message("{path} cannot be restored: {reason}", path=source, reason=error.args[0])
        ) from error
    except FileNotFoundError as error:
        raise BackupError(Message("{path} does not exist", path=source)) from error
    except _UNREADABLE as error:
        raise BackupError(
            Message(
                "{path} is no backup of chipbot's, or is damaged: {reason}",
                path=source,
                reason=getattr(error, "strerror", None) or error,
            )
        ) from error


def _manifest(archive: zipfile.ZipFile) -> Files:
    with archive.open(MANIFEST) as file:
        manifest = json.loads(file.read(_LARGEST_MANIFEST))
    if manifest["format"] != FORMAT:
        raise _UnsoundError(
            Message(
                "it has format {theirs}, and this chipbot reads format {ours}: use the version that wrote it",
                theirs=manifest["format"],
                ours=FORMAT,
            )
        )
    if sealed(manifest) != manifest:
        raise _UnsoundError(Message("its manifest does not match its checksum, so it is damaged"))
    files: Files = manifest["files"]
    if sorted(archive.namelist()) != sorted([MANIFEST, *files]):
        raise _UnsoundError(Message("it does not hold the files that its manifest names, so it is damaged"))
    packed = {entry.filename: entry.compress_type for entry in archive.infolist()}
    for name, row in files.items():
        if not _makes_sense(row) or packed[name] not in _PACKED:
            raise _UnsoundError(Message("its manifest describes {name} wrongly", name=repr(name)))
        if name not in (SETTINGS, JOURNAL, JOURNAL_KEY) and not _stays_inside(name):
            raise _UnsoundError(
                Message(
                    "it holds {name}, which is no document's name: somebody has tampered with it",
                    name=repr(name),
                )
            )
        if any(str(parent) in files for parent in PurePosixPath(name).parents):
            raise _UnsoundError(
                Message("it holds {name} below a file: somebody has tampered with it", name=repr(name))
            )
    if files[SETTINGS]["size"] > _LARGEST_SETTINGS:
        raise _UnsoundError(
            Message(
                "its settings have {size} bytes: somebody has tampered with it",
                size=digits(files[SETTINGS]["size"]),
            )
        )
    return files


def _makes_sense(row: Mapping[str, Any]) -> bool:
    size, time = row["size"], row.get("mtime_ns", 0)
    numbers = isinstance(size, int) and isinstance(time, int) and size >= 0 and -_LATEST < time < _LATEST
    return numbers and isinstance(row["sha256"], str)


def _stays_inside(name: str) -> bool:
    """Whether a name in the archive is one of a file below the seeds folder, on every system; hidden ones are none, but
    for those that belong to the documents.
    """
    *folders, last = name.removeprefix(SEEDS).split("/")
    parts = folders if last in HIDDEN else [*folders, last]
    odd = "\\:\0" if os.name == "nt" else "\0"
    return name.startswith(SEEDS) and not any(
        not part or part.startswith(".") or set(part) & set(odd) for part in parts
    )


def chunks(archive: zipfile.ZipFile, name: str, files: Files) -> Iterator[bytes]:
    """Yield a file's content, no more than the manifest says; inside of `opened` another content is a BackupError at
    its end.
    """
    digest, left = hashlib.sha256(), files[name]["size"]
    with archive.open(name) as file:
        while left >= 0 and (chunk := file.read(min(CHUNK, left + 1))):
            digest.update(chunk)
            left -= len(chunk)
            yield chunk
    if left != 0 or digest.hexdigest() != files[name]["sha256"]:
        raise _UnsoundError(Message("{name} does not match its checksum, so it is damaged", name=name))


def lines(archive: zipfile.ZipFile, known: Collection[str]) -> dict[str, str]:
    """Return the settings of a backup by their present names; inside of `opened` others than the known ones, and values
    that are none, are a BackupError.
    """
    variables = dotenv_values(stream=StringIO(archive.read(SETTINGS).decode()), interpolate=False)
    values = {OLD_NAMES.get(name, name): value or "" for name, value in variables.items()}
    foreign = values.keys() - set(known)
    if foreign:
        raise _UnsoundError(
            Message("it sets {variable}, which no backup of this version does", variable=min(foreign))
        )
    for name, value in values.items():
        if not value.isprintable():  # a line break would set something else
            raise _UnsoundError(
                Message("its {variable} is no setting's value: somebody has tampered with it", variable=name)
            )
    fields: dict[str, Any] = {name.removeprefix(PREFIX).lower(): value for name, value in values.items()}
    try:
        load(**fields)
    except SettingsError as error:
        raise _UnsoundError(
            Message("it has a setting with a value that is not allowed: {reason}", reason=error)
        ) from error
    return values
