"""Every file of the seeds folder with what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

from chipbot.index import Index
from chipbot.model import Failure
from chipbot.sources.collections import Sources, collection_of

State = Literal["indexed", "failed", "empty", "ignored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file."""

    document: str
    """Its path in the seeds folder; one of a folder that is ignored as a whole ends in a slash."""
    collection: str
    """The collection that it is in; empty at the top."""
    state: State
    """Whether it is indexed, could not be read, holds no text, or is ignored."""
    reason: str = ""
    """Why it is not indexed, or what is wrong with it although it is."""
    title: str = ""
    """What the document calls itself."""
    language: str = ""
    """The ISO 639-1 code of its language."""
    passages: int = 0
    """How many passages of it can be quoted."""
    url: str | None = None
    """Where it stands on the web."""
    imported_from: str = ""
    """The repository or sitemap that its folder is imported from."""


def inventory(index: Index, ignored: Sequence[Failure], sources: Sources) -> list[Entry]:
    """Return every file, in the order of paths.

    Args:
        index: The index in use.
        ignored: What the seeds folder holds that is not meant to be a document.
        sources: Where folders come from and stand on the web.
    """
    problems = {failure.document_id: failure.reason for failure in index.failures if failure.indexed}
    entries = [*_indexed(index, problems, sources)]
    entries += (
        _left_out(failure, "empty" if failure.empty else "failed", sources)
        for failure in index.failures
        if not failure.indexed
    )
    entries += (_left_out(failure, "ignored", sources) for failure in ignored)
    return sorted(entries, key=attrgetter("document"))


def _indexed(index: Index, problems: dict[str, str], sources: Sources) -> Iterator[Entry]:
    for number, row in enumerate(index.documents()):
        yield Entry(
            document=row.id,
            collection=collection_of(row.id),
            state="indexed",
            reason=problems.get(row.id, ""),
            title=row.title,
            language=row.language,
            passages=len(index.document_passages(number)),
            url=row.url or sources.address(row.id),
            imported_from=sources.imported_from(row.id),
        )


def _left_out(failure: Failure, state: State, sources: Sources) -> Entry:
    return Entry(
        document=failure.document_id,
        collection=collection_of(failure.document_id),
        state=state,
        reason=failure.reason,
        imported_from=sources.imported_from(failure.document_id),
    )
