"""What it takes to bring an index in sync with the seeds folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from chipbot.errors import DocumentError
from chipbot.index.reader import Index
from chipbot.index.schema import DocumentRow, UnchangedDocument
from chipbot.model import Failure
from chipbot.sources import SeedFile, read_bytes
from chipbot.sources.synonyms import SYNONYMS
from chipbot.translation import Message

_RACY = 2.0
"""Seconds: a file changed this shortly before a build may change again within one tick of its clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshPlan:
    """What it takes to bring the index in sync with the seeds folder."""

    reused: dict[str, UnchangedDocument]
    """By its id, each document that has not changed."""
    files: list[SeedFile]
    """Every file that may be a document, in the order of ids."""
    unlisted: list[Failure]
    """What the folder holds that cannot be a document, and what is wrong with the synonyms."""
    synonyms: str
    """The text of the synonyms file."""
    stale_reason: Message | None
    """Why the index has to be built, or None when it is in sync."""


def unchanged_documents(files: list[SeedFile], index: Index) -> dict[str, UnchangedDocument]:
    """Return the documents of an index whose files are as they were indexed, by their ids."""
    built_at = datetime.fromisoformat(index.built_at).timestamp()
    present = {file.id: file for file in files}
    unchanged: dict[str, UnchangedDocument] = {}
    for number, row in enumerate(index.documents()):
        file = present.get(row.id)
        if file is not None and _is_unchanged(file, row, built_at):
            unchanged[row.id] = UnchangedDocument(number, row._replace(mtime_ns=file.mtime_ns))
    return unchanged


def stale_reason(
    present: Index | None,
    reused: dict[str, UnchangedDocument],
    files: list[SeedFile],
    unlisted: list[Failure],
    synonyms: str,
) -> Message | None:
    """Say how the seeds folder differs from the index, or return None where it does not; a file that failed
    before and has not changed is no difference.
    """
    if present is None:
        return Message("there is no index")
    failed = {failure.document_id: failure for failure in present.failures}
    fresh = [
        file.id
        for file in files
        if file.id not in reused and (file.id not in failed or failed[file.id].stamp != file.stamp)
    ]
    if fresh:
        return Message("{document} is new or has changed", document=fresh[0])
    if len(reused) < present.document_count:
        return Message("a document has been removed")
    listed = {failure.document_id for failure in unlisted}
    gone = failed.keys() - listed - {file.id for file in files}
    if listed - failed.keys() or gone:
        return Message("files that cannot be read have come or gone")
    if present.synonyms != synonyms:
        return Message("{file} has changed", file=SYNONYMS)
    return None


def _is_unchanged(file: SeedFile, row: DocumentRow, built_at: float) -> bool:
    """Whether a file is as it was indexed: by size and time where they can be trusted, by its digest
    otherwise.
    """
    if file.size != row.size:
        return False
    if file.mtime_ns == row.mtime_ns and file.mtime_ns / 1e9 < built_at - _RACY:
        return True
    try:
        return hashlib.sha256(read_bytes(file.path, file.size)).hexdigest() == row.sha256
    except DocumentError:
        return False
