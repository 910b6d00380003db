"""The documents and the index made of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chipbot.errors import IndexMissingError, SeedsError, StoredIndexError
from chipbot.index import EVERYTHING, open_index
from chipbot.model import Failure
from chipbot.ops.doctor.findings import Finding, failed, ok, warning
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.links import CitationLinks
from chipbot.translation import digits, gettext, listed, ngettext

if TYPE_CHECKING:
    from chipbot.settings import Settings


def index(settings: Settings) -> list[Finding]:
    """Is the index intact and in sync with the documents, and can it be written?"""
    try:
        links, limits = CitationLinks(settings.seeds, settings.sources), settings.read_limits()
        why = KnowledgeBase(settings.seeds, settings.index, links=links, limits=limits).staleness()
    except SeedsError as error:
        return [failed("documents", gettext("none can be read"), str(error))]
    findings = [_writable(settings.index)]
    by_itself = gettext("`chipbot index`, or /reindex in Discord; the bot's start does it too")
    try:
        opened = open_index(settings.index, verify=EVERYTHING if why else 0)
    except IndexMissingError:
        return [
            warning("index", gettext("there is none in {folder} yet", folder=settings.index), by_itself),
            *findings,
        ]
    except StoredIndexError as error:
        return [failed("index", str(error), "`chipbot index`"), *findings]
    if why is not None:
        return [warning("index", str(why), by_itself), *findings]
    text = gettext(
        "{id}, built {time}, in sync with the documents in {folder}",
        id=opened.id,
        time=opened.built_at,
        folder=settings.seeds,
    )
    return [ok("index", text), *findings, readable(opened.failures, opened.document_count)]


def channels(settings: Settings) -> list[Finding]:
    """Can the channels be read that are imported?"""
    sources = CitationLinks(settings.seeds, settings.sources).sources()
    named = [folder for folder, source in sources.by_folder.items() if source.discord]
    if named and not settings.message_content:
        text = gettext(
            "{folders}: what members write is told to bots with the message content intent alone",
            folders=listed(named),
        )
        fix = gettext("switch it on in the developer portal, under Bot, and set CHIPBOT_MESSAGE_CONTENT=true")
        return [failed("channels", text, fix)]
    text = gettext("{number} imported, which the running bot keeps in sync", number=digits(len(named)))
    return [ok("channels", text)] if named else []


def readable(failures: Sequence[Failure], documents: int) -> Finding:
    """Judge what could not be read, beside so many `documents`; one indexed all the same is a warning."""
    unreadable = [failure for failure in failures if not (failure.indexed or failure.empty)]
    empty = sum(failure.empty for failure in failures)
    in_part = [failure for failure in failures if failure.indexed]
    named = tuple(f"{failure.document_id}: {failure.reason}" for failure in (*unreadable, *in_part))
    counts = [gettext("{number} could not be read", number=digits(len(unreadable)))] if unreadable else []
    counts += [gettext("{number} indexed, but not as meant", number=digits(len(in_part)))] if in_part else []
    text = listed(counts)
    if unreadable:
        return failed("documents", text, gettext("fix them or take them out of the folder"), named)
    if in_part:
        return warning("documents", text, gettext("correct what is named in them"), named)
    text = ngettext("{number} document was read", "all {number} documents were read", documents)
    if empty:
        text = gettext("{read}; {number} more hold no text", read=text, number=digits(empty))
    return ok("documents", text)


def _writable(folder: Path) -> Finding:
    """Whether a build could be written."""
    nearest = folder.absolute()
    while not nearest.exists():
        nearest = nearest.parent
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return ok("index folder", gettext("{folder} can be written", folder=folder))
    fix = gettext(
        "make it writable for the bot's user (and run this as that user), or name another with CHIPBOT_INDEX"
    )
    return failed("index folder", gettext("{folder} cannot be written", folder=folder), fix)
