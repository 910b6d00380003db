"""Files of a backup beside their places: all are written and flushed before the first takes its place, so that a disk that
fills up, or a backup that proves damaged on the way, changes nothing.
"""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from chipbot.files import flush, flush_folder, make_folder
from chipbot.ops.backup.layout import SEEDS, Files
from chipbot.ops.backup.reader import chunks

_PREFIX = ".chipbot-restore-"


def remove_drafts(targets: Collection[Path]) -> None:
    """Remove what a restore to these places left that was killed. Raises OSError."""
    for folder in {target.parent for target in targets}:
        for draft in folder.glob(f"{_PREFIX}*"):
            draft.unlink()


@contextlib.contextmanager
def beside(archive: zipfile.ZipFile, files: Files, targets: Mapping[str, Path]) -> Iterator[dict[str, Path]]:
    """Write files beside their targets while inside; yields where each is, and leaves nothing of what stays there.

    A document gets the time that it had; the journal is for its owner alone. Raises OSError, which names the target.
    """
    written: dict[str, Path] = {}
    try:
        for name, target in targets.items():
            try:
                make_folder(target.parent, mode=0o777 if name.startswith(SEEDS) else 0o700)
                written[name] = target.with_name(f"{_PREFIX}{os.urandom(8).hex()}")
                _write(archive, name, files, written[name])
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(target)) from error
        yield written
    finally:
        for draft in written.values():
            draft.unlink(missing_ok=True)


def _write(archive: zipfile.ZipFile, name: str, files: Files, draft: Path) -> None:
    with draft.open("xb") as file:
        if not name.startswith(SEEDS):
            draft.chmod(0o600)
        for chunk in chunks(archive, name, files):
            file.write(chunk)
        file.flush()
        if name.startswith(SEEDS):
            os.utime(draft, ns=(files[name].get("mtime_ns", 0),) * 2)
        flush(file)


def put(written: Mapping[str, Path], targets: Mapping[str, Path]) -> None:
    """Move drafts to their places, for good. Raises OSError."""
    for name, draft in written.items():
        draft.replace(targets[name])
    for folder in {targets[name].parent for name in written}:
        flush_folder(folder)
