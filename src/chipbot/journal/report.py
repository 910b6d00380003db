"""What was asked in some days and how it went: from the counts, and from the gaps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, select

from chipbot.journal.database import Database
from chipbot.journal.schema import gap, gap_asker, tally
from chipbot.journal.tallies import add, day_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_DIGEST: Literal["digest"] = "digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Some days of a server, or of all of them."""

    first_day: str
    """The first of the days, ISO 8601, UTC."""
    last_day: str
    """The last of them."""
    days: dict[str, dict[str, int]] = field(default_factory=dict)
    """For each day on which something was asked: how many questions came to what."""
    votes: dict[str, int] = field(default_factory=dict)
    """How many votes were `up`, how many `down`."""
    documents: tuple[tuple[str, int], ...] = ()
    """The documents that were cited most, and how often."""
    gaps: tuple[tuple[str, int], ...] = ()
    """The open gaps that most members asked in these days, and how many did."""
    open_gaps: int = 0
    """How many gaps are open, of whatever day."""

    @property
    def questions(self) -> int:
        """How many questions were asked."""
        return sum(sum(outcomes.values()) for outcomes in self.days.values())

    @property
    def answered(self) -> int:
        """How many of them were answered."""
        return sum(outcomes.get("answered", 0) for outcomes in self.days.values())


class Reports:
    """Reports of the journal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, now: float, days: int, guild_id: int | None = None, most: int = 10) -> Report:
        """Return the report of the last days, today's included. Raises JournalError.

        Args:
            now: The time, in seconds since 1970.
            days: How many days.
            guild_id: The server; None for all, direct messages included.
            most: How many documents and gaps are named.
        """
        today = datetime.fromtimestamp(now, UTC).date()
        first = today - timedelta(days=days - 1)

        async def find(connection: AsyncConnection) -> Report:
            counted = select(tally.c.day, tally.c.kind, tally.c.name, func.sum(tally.c.count))
            wanted: Any = tally.c.day.between(first.isoformat(), today.isoformat())
            if guild_id is not None:
                wanted &= tally.c.guild_id == guild_id
            grouped = counted.where(wanted).group_by(tally.c.day, tally.c.kind, tally.c.name)
            rows = [tuple(row) for row in await connection.execute(grouped)]
            documents = Counter[str]()
            for _, kind, name, count in rows:
                documents.update({name: count} if kind == "document" else {})
            by_day: dict[str, dict[str, int]] = {}
            votes = Counter[str]()
            for day, kind, name, count in sorted(rows):
                if kind == "outcome":
                    by_day.setdefault(day, {})[name] = count
                elif kind == "vote":
                    votes[name] += count
            gaps, total = await _gaps(connection, guild_id, _start(first.isoformat()), most)
            return Report(
                first_day=first.isoformat(),
                last_day=today.isoformat(),
                days=by_day,
                votes=dict(votes),
                documents=tuple(sorted(documents.items(), key=lambda pair: (-pair[1], pair[0]))[:most]),
                gaps=gaps,
                open_gaps=total,
            )

        return await self._database.read(find)

    async def claim_digest(self, guild_id: int, now: float, days: int = 7) -> bool:
        """Whether a server's digest is due: none was claimed in the last days; it is now. Raises JournalError.

        One that was claimed by a clock which was further ahead than that does not count, or none would be due for as long.
        """
        since, until = day_of(now - (days - 1) * 86_400), day_of(now + days * 86_400)

        async def claim(connection: AsyncConnection) -> bool:
            mine = (
                (tally.c.guild_id == guild_id) & (tally.c.kind == _DIGEST) & tally.c.day.between(since, until)
            )
            if (await connection.execute(select(func.count()).select_from(tally).where(mine))).scalar():
                return False
            await add(connection, guild_id, now, _DIGEST, "sent")
            return True

        return await self._database.write(claim)


async def _gaps(
    connection: AsyncConnection, guild_id: int | None, since: float, most: int
) -> tuple[tuple[tuple[str, int], ...], int]:
    """Return the open gaps that were asked since, and how many are open."""
    is_open: Any = gap.c.state == "open"
    if guild_id is not None:
        is_open &= gap.c.guild_id == guild_id
    askers = func.count().label("askers")
    asked = select(gap.c.question, askers).join(gap_asker).where(is_open, gap_asker.c.asked_at >= since)
    ranked = asked.group_by(gap.c.id, gap.c.question).order_by(askers.desc(), gap.c.id).limit(most)
    total = await connection.execute(select(func.count()).select_from(gap).where(is_open))
    return tuple((text, number) for text, number in await connection.execute(ranked)), total.scalar_one()


def _start(day: str) -> float:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()
