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


@contextlib.contextmanager
def opened(source: Path) -> Iterator[tuple[zipfile.ZipFile, Files]]:
    """Open a backup and read its manifest; what is wrong with it, here or inside the block, is a
    BackupError.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive, _manifest(archive)
    except BackupError:
        raise
    except FileNotFoundError as error:
        raise BackupError(f"{source} is not there: {error.strerror}") from error
    except _UNREADABLE as error:
        raise BackupError(f"{source} is no backup of chipbot's, or is damaged: {error}") from error


def _manifest(archive: zipfile.ZipFile) -> Files:
    with archive.open(MANIFEST) as file:
        manifest = json.loads(file.read(_LARGEST_MANIFEST))
    if manifest["format"] != FORMAT:
        raise BackupError(
            f"it is a backup of format {manifest['format']}, and this chipbot reads format {FORMAT}"
        )
    if sealed(manifest) != manifest:
        raise ValueError("its manifest does not match its checksum")
    files: Files = manifest["files"]
    if sorted(archive.namelist()) != sorted([MANIFEST, *files]):
        raise ValueError("it does not hold the files that its manifest names")
    packed = {entry.filename: entry.compress_type for entry in archive.infolist()}
    for name, row in files.items():
        if not _makes_sense(row) or packed[name] not in _PACKED:
            raise TypeError(f"its manifest describes {name} wrongly")
        if name not in (SETTINGS, JOURNAL, JOURNAL_KEY) and not _stays_inside(name):
            raise BackupError(f"it holds {name!r}, which is no document's name: it was tampered with")
        if any(str(parent) in files for parent in PurePosixPath(name).parents):
            raise BackupError(f"it holds {name!r} below a file: it was tampered with")
    if files[SETTINGS]["size"] > _LARGEST_SETTINGS:
        raise BackupError(f"its settings have {files[SETTINGS]['size']:,} bytes: it was tampered with")
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
    """Yield a file's content, no more than the manifest says; raises BackupError at its end where it is
    another.
    """
    digest, left = hashlib.sha256(), files[name]["size"]
    with archive.open(name) as file:
        while left >= 0 and (chunk := file.read(min(CHUNK, left + 1))):
            digest.update(chunk)
            left -= len(chunk)
            yield chunk
    if left != 0 or digest.hexdigest() != files[name]["sha256"]:
        raise BackupError(f"{name} in the backup does not match its checksum: the backup is damaged")


def lines(archive: zipfile.ZipFile, known: Collection[str]) -> dict[str, str]:
    """Return the settings of a backup by their present names; raises BackupError where there are others than the known ones."""
    variables = dotenv_values(stream=StringIO(archive.read(SETTINGS).decode()), interpolate=False)
    values = {OLD_NAMES.get(name, name): value or "" for name, value in variables.items()}
    foreign = values.keys() - set(known)
    if foreign:
        raise BackupError(f"it sets {min(foreign)}, which no backup of this version does")
    for name, value in values.items():
        if not value.isprintable():  # a line break would set something else
            raise BackupError(f"its {name} is no setting's value: it was tampered with")
    fields: dict[str, Any] = {name.removeprefix(PREFIX).lower(): value for name, value in values.items()}
    try:
        load(**fields)
    except SettingsError as error:
        raise BackupError(f"it has a setting with a value that is not allowed: {error}") from error
    return values
