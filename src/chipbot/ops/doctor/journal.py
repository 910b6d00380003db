"""The journal: can it be reached, read and written?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chipbot.errors import JournalError
from chipbot.journal.member_key import KEY
from chipbot.journal.place import JournalPlace, journal_place
from chipbot.journal.snapshot import trouble
from chipbot.ops.doctor.findings import Finding, failed, ok, warning
from chipbot.translation import Message, gettext

if TYPE_CHECKING:
    from chipbot.settings import Settings

_RESTORE = Message("restore it from a backup (`chipbot restore`), or move it away to begin a new one")


def journal(settings: Settings) -> list[Finding]:
    """Is the journal intact, can it be written, and can only its owner read it?"""
    try:
        place = journal_place(settings.journal, settings.index)
    except JournalError as error:
        return [failed("journal", str(error), gettext("install it, or unset CHIPBOT_JOURNAL to use SQLite"))]
    if place.file is None:
        return _reached(place, settings.shards)
    wrong = trouble(place)
    if wrong is not None:
        return [
            failed(
                "journal",
                gettext("{place} is damaged: {reason}", place=place.shown, reason=wrong),
                str(_RESTORE),
            )
        ]
    present = next(path for path in (place.file, *place.file.parents) if path.exists())
    if not os.access(present, os.W_OK):
        text = gettext(
            "{path} cannot be written by this user: votes and settings of servers are not remembered",
            path=present,
        )
        return [
            failed("journal", text, gettext("make it writable, or name another place with CHIPBOT_JOURNAL"))
        ]
    readers = [path for path in (place.file, place.folder / KEY) if _others_read(path)]
    if readers:
        text = gettext("others can read {files}", files=", ".join(map(str, readers)))
        return [warning("journal", text, f"chmod 600 {' '.join(map(str, readers))}")]
    return [
        ok(
            "journal",
            place.shown
            if place.file.exists()
            else gettext("made at the bot's first start: {place}", place=place.shown),
        )
    ]


def _reached(place: JournalPlace, shards: int) -> list[Finding]:
    """Ask the database for what it has."""
    import asyncio

    from chipbot.journal.journal import Journal

    async def ask() -> tuple[str | None, list[tuple[str, int]]]:
        journal = Journal(place)
        await journal.start()
        living = [] if not shards or journal.problem else await journal.processes(shards).living()
        await journal.close()
        return journal.problem, living

    problem, living = asyncio.run(ask())
    if problem is None:
        return [ok("journal", place.shown), *([_processes(living, shards)] if shards else [])]
    fix = gettext("start the database, or correct CHIPBOT_JOURNAL; the bot answers without it meanwhile")
    if shards:
        fix = gettext("start the database, or correct CHIPBOT_JOURNAL: without it no process serves a shard")
    text = gettext("{place} does not work: {reason}", place=place.shown, reason=problem)
    return [failed("journal", text, fix)]


def _processes(living: Sequence[tuple[str, int]], shards: int) -> Finding:
    """Say which processes share the shards."""
    if not living:
        return ok("processes", gettext("none runs; the first serves all {number} shards", number=shards))
    listed = ", ".join(f"{name} ({number})" for name, number in living)
    return ok(
        "processes", gettext("they share {number} shards: {processes}", number=shards, processes=listed)
    )


def _others_read(path: Path) -> bool:
    return os.name == "posix" and path.exists() and bool(path.stat().st_mode & 0o077)
