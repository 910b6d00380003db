"""Gaps: questions that the documents do not answer, each once, with how many members asked it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, delete, func, insert, select, update

from chipbot.journal.database import Database
from chipbot.journal.records import AskedAt, Gap, GapCause, GapState
from chipbot.journal.rows import put
from chipbot.journal.schema import gap, gap_asker

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

Similar = Callable[[str, Sequence[str]], Awaitable[int | None]]
"""Tells which of several questions asks the same as the first: its position, or None for none of them."""

_MOST_COMPARED = 50
_MAX_TERMS = 512  # characters


def same_terms(terms: Sequence[str]) -> str:
    """Return what questions with the same terms have in common, whatever their order."""
    return " ".join(sorted(set(terms)))[:_MAX_TERMS]


class Gaps:
    """The gaps of all servers."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self.similar: Similar | None = None
        """Compares questions in meaning, where something can."""
        self._database = database
        self._clock = clock

    async def add(
        self,
        guild_id: int,
        question: str,
        terms: Sequence[str],
        cause: GapCause,
        *,
        asker: str,
        channel_id: int,
        message_id: int | None = None,
    ) -> Gap:
        """Count a question that the documents do not answer, with those that ask the same; return them as one.

        One that was answered and is asked again without success is open again; one that is ignored stays so. Raises
        JournalError.
        """
        key = same_terms(terms)
        if self.similar is not None:
            others = await self._database.read(lambda connection: _terms(connection, guild_id))
            known = next((same for same, _ in others if same == key), None)
            if known is None and others:
                nearest = await self.similar(question, [text for _, text in others])
                key = key if nearest is None else others[nearest][0]
        now = self._clock()

        async def write(connection: AsyncConnection) -> Gap:
            mine = (gap.c.guild_id == guild_id) & (gap.c.terms == key)
            row = (await connection.execute(select(gap.c.id, gap.c.state).where(mine))).one_or_none()
            if row is None:
                values = {"question": question, "cause": cause, "state": "open", "asked_at": now}
                made = await connection.execute(insert(gap).values(guild_id=guild_id, terms=key, **values))
                number = made.inserted_primary_key[0] if made.inserted_primary_key else 0
            else:
                number, state = row
                state = "ignored" if state == "ignored" else "open"
                voted = {"cause": cause} if cause == "voted_down" else {}
                changed = update(gap).where(gap.c.id == number).values(asked_at=now, state=state, **voted)
                await connection.execute(changed)
            place = {"asked_at": now, "channel_id": channel_id, "message_id": message_id}
            await put(connection, gap_asker, {"gap_id": number, "member": asker}, place)
            return await _one(connection, number)

        return await self._database.write(write)

    async def get(self, number: int) -> Gap | None:
        """Return a gap; None where there is none of that number. Raises JournalError."""

        async def find(connection: AsyncConnection) -> Gap | None:
            row = (await connection.execute(_gaps().where(gap.c.id == number))).one_or_none()
            return None if row is None else _gap(row)

        return await self._database.read(find)

    async def list(
        self,
        guild_id: int,
        state: GapState | None = "open",
        *,
        cause: GapCause | None = None,
        offset: int = 0,
        limit: int = 10,
    ) -> tuple[tuple[Gap, ...], int]:
        """Return gaps of a server, those that most members asked first, and how many there are. Raises JournalError.

        Args:
            guild_id: The server.
            state: What came of them; None for whatever did.
            cause: Why they are gaps; None for whatever reason.
            offset: How many are left out at the beginning.
            limit: How many are returned at most.
        """
        wanted = gap.c.guild_id == guild_id
        if state is not None:
            wanted &= gap.c.state == state
        if cause is not None:
            wanted &= gap.c.cause == cause

        async def find(connection: AsyncConnection) -> tuple[tuple[Gap, ...], int]:
            page = _gaps().where(wanted).order_by(_askers().desc(), gap.c.asked_at.desc(), gap.c.id)
            rows = await connection.execute(page.offset(offset).limit(limit))
            total = await connection.execute(select(func.count()).select_from(gap).where(wanted))
            return tuple(_gap(row) for row in rows), total.scalar_one()

        return await self._database.read(find)

    async def set_entry(self, number: int, channel_id: int, message_id: int) -> None:
        """Note which message lists a gap. Raises JournalError."""
        await self._change(number, channel_id=channel_id, message_id=message_id)

    async def set_state(self, number: int, state: GapState, document_id: str | None = None) -> Gap | None:
        """Note what came of a gap, and the document that answers it; return the gap. Raises JournalError."""
        await self._change(number, state=state, document_id=document_id)
        return await self.get(number)

    async def askers(self, number: int) -> tuple[AskedAt, ...]:
        """Return where a gap was asked, the last first, once a member. Raises JournalError."""

        async def find(connection: AsyncConnection) -> tuple[AskedAt, ...]:
            places = select(gap_asker.c.channel_id, gap_asker.c.message_id).where(
                gap_asker.c.gap_id == number
            )
            rows = await connection.execute(places.order_by(gap_asker.c.asked_at.desc()))
            return tuple(AskedAt(channel_id=channel, message_id=message) for channel, message in rows)

        return await self._database.read(find)

    async def told(self, number: int) -> None:
        """Note that whoever asked a gap has been told of its answer: where they asked is forgotten. Raises JournalError."""

        async def write(connection: AsyncConnection) -> None:
            askers = update(gap_asker).where(gap_asker.c.gap_id == number)
            await connection.execute(askers.values(message_id=None))

        await self._database.write(write)

    async def remove(self, number: int) -> None:
        """Forget a gap. Raises JournalError."""

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(delete(gap).where(gap.c.id == number))

        await self._database.write(write)

    async def _change(self, number: int, **values: object) -> None:
        async def write(connection: AsyncConnection) -> None:
            await connection.execute(update(gap).where(gap.c.id == number).values(**values))

        await self._database.write(write)


def _askers() -> Any:
    return select(func.count()).where(gap_asker.c.gap_id == gap.c.id).correlate(gap).scalar_subquery()


def _gaps() -> Select[Any]:
    return select(gap, _askers().label("askers"))


async def _terms(connection: AsyncConnection, guild_id: int) -> list[tuple[str, str]]:
    """Return the terms and questions of a server's last gaps."""
    last = select(gap.c.terms, gap.c.question).where(gap.c.guild_id == guild_id)
    rows = await connection.execute(last.order_by(gap.c.asked_at.desc()).limit(_MOST_COMPARED))
    return [(terms, text) for terms, text in rows]


async def _one(connection: AsyncConnection, number: int) -> Gap:
    return _gap((await connection.execute(_gaps().where(gap.c.id == number))).one())


def _gap(row: Any) -> Gap:
    return Gap(**row._asdict())
