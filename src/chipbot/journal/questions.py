"""Questions that were asked: counted always, kept only where the operator says so."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import insert

from chipbot.journal.database import Database
from chipbot.journal.records import AskedQuestion
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
