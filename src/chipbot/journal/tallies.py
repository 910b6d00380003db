"""Counts by server and day, without questions and members: they are kept for good."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from chipbot.journal.rows import count
from chipbot.journal.schema import tally

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

Kind = Literal["outcome", "vote", "document", "digest"]
"""What is counted: what came of questions, votes `up` and `down`, documents that were cited, digests that were sent."""
NO_GUILD = 0
"""The server of direct messages."""


def day_of(seconds: float) -> str:
    """Return the day of a time, UTC, in ISO 8601."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


async def add(
    connection: AsyncConnection, guild_id: int | None, seconds: float, kind: Kind, name: str, step: int = 1
) -> None:
    """Count something that happened in a server at a time."""
    key = {"guild_id": guild_id or NO_GUILD, "day": day_of(seconds), "kind": kind, "name": name[:1024]}
    await count(connection, tally, key, step)
