"""The documents and the index made of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chipbot.errors import SeedsError, StoredIndexError
from chipbot.index import open_index
from chipbot.model import Failure
from chipbot.ops.doctor.findings import Finding, failed, ok, warning
from chipbot.service.knowledge_base import KnowledgeBase

if TYPE_CHECKING:
    from chipbot.settings import Settings

_NAMED = 5
"""How many unreadable documents are named; the rest is counted."""


def index(settings: Settings) -> list[Finding]:
    """Is the index intact and in sync with the documents, and can it be written?"""
    try:
        why = KnowledgeBase(settings.seeds, settings.index).staleness()
    except SeedsError as error:
        return [failed("documents", str(error), "create the folder and put documents in it")]
    findings = [_writable(settings.index)]
    if why is not None:
        return [failed("index", why, "chipbot index, or /reindex in Discord"), *findings]
    try:
        opened = open_index(settings.index)
    except StoredIndexError as error:  # only when it changed this moment
        return [failed("index", str(error), "chipbot index"), *findings]
    text = f"{opened.id}, built {opened.built_at}, in sync with the documents in {settings.seeds}"
    return [ok("index", text), *findings, readable(opened.failures, opened.document_count)]


def readable(failures: Sequence[Failure], documents: int) -> Finding:
    """Judge what could not be read, beside so many `documents`; one indexed all the same is a warning."""
    unreadable = [failure for failure in failures if not failure.indexed]
    in_part = [failure for failure in failures if failure.indexed]
    said = []
    if unreadable:
        said.append(f"{len(unreadable)} could not be read: {_names(unreadable)}")
    if in_part:
        said.append(f"{len(in_part)} indexed, but: {_names(in_part)}")
    if unreadable:
        return failed("documents", "; ".join(said), "fix them or take them out of the folder")
    if in_part:
        return warning("documents", said[0], "correct what is named in them")
    return ok("documents", f"all {documents:,} could be read")


def _names(failures: Sequence[Failure]) -> str:
    named = "; ".join(f"{failure.document_id}: {failure.reason}" for failure in failures[:_NAMED])
    return named + (f"; and {len(failures) - _NAMED} more" if len(failures) > _NAMED else "")


def _writable(folder: Path) -> Finding:
    """Whether a build could be written."""
    nearest = folder.absolute()
    while not nearest.exists():
        nearest = nearest.parent
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return ok("index folder", f"{folder} can be written")
    fix = (
        "make it writable for the bot's user (and run this as that user), or name another with CHIPBOT_INDEX"
    )
    return failed("index folder", f"{folder} cannot be written", fix)
