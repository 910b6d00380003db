"""Questions that were asked: counted always, kept only where the operator says so."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from chipbot.journal.database import Database
from chipbot.journal.records import AskedQuestion, OftenAsked
from chipbot.journal.schema import question
from chipbot.journal.tallies import add

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


class Questions:
    """The log of questions."""

    def __init__(self, database: Database, *, kept: bool, clock: Callable[[], float] = time.time) -> None:
        self.kept = kept
        """Whether questions are kept, rather than only counted."""
        self._database = database
        self._clock = clock

    def record(self, asked: AskedQuestion) -> None:
        """Count a question and what came of it, and keep it where questions are kept; in the background."""
        now, keep = self._clock(), self.kept

        async def write(connection: AsyncConnection) -> None:
            await add(connection, asked.guild_id, now, "outcome", asked.outcome)
            for document in dict.fromkeys(asked.documents):
                await add(connection, asked.guild_id, now, "document", document)
            if keep:
                await connection.execute(
                    insert(question).values(
                        asked_at=now,
                        guild_id=asked.guild_id,
                        channel_id=asked.channel_id,
                        asker=asked.asker,
                        text=asked.text,
                        trigger=asked.trigger,
                        outcome=asked.outcome,
                        confidence=asked.confidence,
                        documents=json.dumps(asked.documents, ensure_ascii=False),
                    )
                )

        self._database.later(write)

    async def most_asked(
        self, guild_id: int, *, offset: int = 0, limit: int = 10
    ) -> tuple[tuple[OftenAsked, ...], int]:
        """Return the kept questions of a server, those that most members asked first, and how many different ones there are.

        Raises JournalError.
        """
        await self._database.flush()
        askers, last = func.count(question.c.asker.distinct()), func.max(question.c.asked_at)
        asked = select(func.min(question.c.text), askers, last).where(question.c.guild_id == guild_id)
        different = asked.group_by(func.lower(question.c.text))
        page = different.order_by(askers.desc(), last.desc()).offset(offset).limit(limit)

        async def find(connection: AsyncConnection) -> tuple[tuple[OftenAsked, ...], int]:
            rows = await connection.execute(page)
            total = await connection.execute(select(func.count()).select_from(different.subquery()))
            found = (OftenAsked(question=text, askers=count, asked_at=at) for text, count, at in rows)
            return tuple(found), total.scalar_one()

        return await self._database.read(find)
