"""Writing a backup."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from chipbot import __version__
from chipbot.ops.backup.layout import CHUNK, FORMAT, HIDDEN, MANIFEST, SEEDS, SETTINGS, Files, sealed


class ChangedError(Exception):
    """A document changed while it was read."""


def write(part: Path, seeds: Path, lines: Mapping[str, str], others: Mapping[str, Path]) -> tuple[str, ...]:
    """Write the archive of documents, settings and other files by their names in it; return what was left out.

    Raises ChangedError where a document changed meanwhile.
    """
    with open(part, "wb", opener=_for_its_owner) as file:  # Path.open takes no opener
        try:
            left_out = _fill(file, seeds, lines, others)
        except FileNotFoundError as error:
            raise ChangedError from error
        file.flush()
        os.fsync(file.fileno())
    return left_out


def _fill(
    file: IO[bytes], seeds: Path, lines: Mapping[str, str], others: Mapping[str, Path]
) -> tuple[str, ...]:
    documents, left_out = documents_in(seeds)
    before = {name: _stamp(path) for name, path in documents.items()}
    files: Files = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        text = "".join(f"{name}={value}\n" for name, value in lines.items())
        files[SETTINGS] = _stored(archive, SETTINGS, [text.encode()])
        for name, path in others.items():
            with path.open("rb") as other:
                files[name] = _stored(archive, name, _read(other))
        for name, path in documents.items():
            with path.open("rb") as document:
                files[name] = _stored(archive, name, _read(document)) | {"mtime_ns": before[name][1]}
        about = {
            "format": FORMAT,
            "chipbot": __version__,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        archive.writestr(MANIFEST, json.dumps(sealed(about | {"files": files}), indent=1))
    if before != {name: _stamp(path) for name, path in documents_in(seeds)[0].items()}:
        raise ChangedError
    return tuple(left_out)


def documents_in(seeds: Path) -> tuple[dict[str, Path], list[str]]:
    """Return the files of the seeds folder by their names in the archive, and those that cannot be in it."""
    documents: dict[str, Path] = {}
    left_out = []
    for folder, folders, names in os.walk(seeds, onerror=_raise):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".")
        )  # hidden ones are no documents either
        for name in sorted(name for name in names if not name.startswith(".") or name in HIDDEN):
            path = Path(folder, name)
            relative = path.relative_to(seeds).as_posix()
            try:
                relative.encode()
                regular = path.resolve(strict=True).is_relative_to(seeds) and path.is_file()
            except (OSError, RuntimeError, UnicodeEncodeError):
                regular = False
            if regular:
                documents[SEEDS + relative] = path
            else:
                left_out.append(relative.encode(errors="backslashreplace").decode())
    return documents, left_out


def _raise(error: OSError) -> None:
    raise error


def _stamp(path: Path) -> tuple[int, int]:
    info = path.stat()
    return info.st_size, info.st_mtime_ns


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: file.read(CHUNK), b"")


def _stored(archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> dict[str, Any]:
    """Put a file into the archive; return its row of the manifest."""
    digest, size = hashlib.sha256(), 0
    entry = zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(entry, "w", force_zip64=True) as file:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    return {"sha256": digest.hexdigest(), "size": size}
