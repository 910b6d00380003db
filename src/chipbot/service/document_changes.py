"""What was changed among the documents, and what was there before: kept for a while, so that it can be undone."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from chipbot.files import make_folder, replacement

Action = Literal["added", "replaced", "removed"]

FOLDER = ".chipbot-changes"
"""The folder's name in the seeds folder: hidden, so that nothing in it is a document."""
KEPT_DAYS = 30
"""Days for which a change can be undone …"""
KEPT = 100
"""… and how many changes can."""
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One change."""

    action: Action
    document_id: str
    by: str
    """Who changed it."""
    at: float
    """When, in seconds since 1970."""
    digest: str
    """The SHA-256 of the file after the change; empty where there is none."""


class DocumentChanges:
    """The changes that can be undone, in a folder: a record each, and the file as it was before.

    Its methods raise OSError.
    """

    def __init__(self, seeds: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder = seeds / FOLDER
        self._clock = clock

    def note(self, action: Action, document_id: str, *, by: str, digest: str, file: Path | None) -> str:
        """Note a change that is about to be made, and keep the file as it is now; return the change's id."""
        make_folder(self._folder, mode=0o700)
        self._tidy()
        change_id = secrets.token_hex(8)
        if file is not None:
            with file.open("rb") as now, replacement(self.before(change_id)) as kept:
                shutil.copyfileobj(now, kept)
            shutil.copystat(file, self.before(change_id))
        record = Record(action=action, document_id=document_id, by=by, at=self._clock(), digest=digest)
        with replacement(self._record(change_id)) as place:
            place.write(json.dumps(asdict(record), ensure_ascii=False).encode())
        return change_id

    def find(self, change_id: str) -> Record | None:
        """Return a change; None where it is not kept any more."""
        if not _ID.fullmatch(change_id):
            return None
        try:
            return Record(**json.loads(self._record(change_id).read_bytes()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def before(self, change_id: str) -> Path:
        """Return where the file is as it was before a change."""
        return self._folder / f"{change_id}.before"

    def drop(self, change_id: str) -> None:
        """Forget a change."""
        self._record(change_id).unlink(missing_ok=True)
        self.before(change_id).unlink(missing_ok=True)

    def _record(self, change_id: str) -> Path:
        return self._folder / f"{change_id}.json"

    def _tidy(self) -> None:
        """Forget changes that are too old, or too many; and what a change that was cut short has left."""
        made = {path: path.stat().st_mtime for path in self._folder.glob("*.json")}
        limit = self._clock() - KEPT_DAYS * 86_400
        newest = sorted(made, key=made.__getitem__, reverse=True)[: KEPT - 1]
        kept = {path.stem for path in newest if made[path] >= limit}
        for path in list(self._folder.iterdir()):
            if path.stem not in kept:
                path.unlink(missing_ok=True)
