"""Answers that are kept: what the buttons below them stand for, and how members rated them."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Row, case, delete, func, insert, select, update

from chipbot.journal.database import Database
from chipbot.journal.records import KeptAnswer, KeptPassage, Votes
from chipbot.journal.rows import put
from chipbot.journal.schema import answer, vote
from chipbot.journal.tallies import add

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_ID_BYTES = 8  # nobody guesses one of 2**64


class Answers:
    """The answers whose buttons still work."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self.on_voted_down: Callable[[KeptAnswer, str], None] | None = None
        """Is told of each answer that a member votes down, with the member's hash; neither waits nor raises."""
        self._database = database
        self._clock = clock

    def keep(self, kept: KeptAnswer) -> str:
        """Keep an answer, and return its id at once: 16 hexadecimal digits.

        It is written in the background; where that fails, its buttons say that the answer is too old.
        """
        answer_id = secrets.token_hex(_ID_BYTES)
        values = _values(replace(kept, kept_at=self._clock()))

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(insert(answer).values(id=answer_id, **values))

        self._database.later(write)
        return answer_id

    def sent(self, answer_id: str, message_id: int) -> None:
        """Note which message shows an answer."""

        async def write(connection: AsyncConnection) -> None:
            changed = update(answer).where(answer.c.id == answer_id).values(message_id=message_id)
            await connection.execute(changed)

        self._database.later(write)

    async def kept(self, answer_id: str) -> KeptAnswer | None:
        """Return what an id stands for; None where it expired, was removed or never was. Raises JournalError."""
        await self._database.flush()

        async def find(connection: AsyncConnection) -> KeptAnswer | None:
            row = (await connection.execute(select(answer).where(answer.c.id == answer_id))).one_or_none()
            return None if row is None else _kept(row)

        return await self._database.read(find)

    async def shown_in(self, message_id: int) -> str | None:
        """Return the id of the answer that a message shows; None where none is kept. Raises JournalError."""
        await self._database.flush()

        async def find(connection: AsyncConnection) -> str | None:
            found = select(answer.c.id).where(answer.c.message_id == message_id)
            return (await connection.execute(found)).scalars().first()

        return await self._database.read(find)

    async def any_in(self, channel_id: int, since: float, until: float) -> bool:
        """Return whether an answer is kept that was given in a channel between two times, in seconds since 1970. Raises
        JournalError.
        """
        await self._database.flush()

        async def find(connection: AsyncConnection) -> bool:
            there = select(answer.c.id).where(answer.c.channel_id == channel_id)
            found = await connection.execute(there.where(answer.c.kept_at.between(since, until)).limit(1))
            return found.first() is not None

        return await self._database.read(find)

    async def remove(self, answer_id: str) -> None:
        """Forget an answer and its votes. Raises JournalError."""
        await self._database.flush()

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(delete(answer).where(answer.c.id == answer_id))

        await self._database.write(write)

    async def vote(
        self, answer_id: str, member: str, value: Literal[1, -1], reason: str | None = None
    ) -> Votes | None:
        """Count a member's vote instead of the one before, if any; when this returns, it is on the disk.

        Args:
            answer_id: The answer.
            member: The member's keyed hash.
            value: 1 for helpful, -1 for not.
            reason: What the member says about it; None leaves what was said before with the same vote.

        Returns:
            How the answer is rated now; None where it is not kept any more.

        Raises:
            JournalError: The vote could not be recorded.
        """
        await self._database.drain()  # or the answer might only seem not to be kept
        now = self._clock()

        async def write(connection: AsyncConnection) -> tuple[KeptAnswer, bool, Votes] | None:
            row = (await connection.execute(select(answer).where(answer.c.id == answer_id))).one_or_none()
            if row is None:
                return None
            key = {"answer_id": answer_id, "member": member}
            mine = (vote.c.answer_id == answer_id) & (vote.c.member == member)
            before = (await connection.execute(select(vote.c.value).where(mine))).scalar()
            said = {} if reason is None and before == value else {"reason": reason}
            await put(connection, vote, key, {"value": value, "voted_at": now, **said})
            if before != value:
                await add(connection, row.guild_id, now, "vote", _name(value))
                if before is not None:
                    await add(connection, row.guild_id, now, "vote", _name(before), -1)
            return _kept(row), before != value, await _votes(connection, answer_id)

        voted = await self._database.write(write)
        if voted is None:
            return None
        kept, is_new, votes = voted
        if is_new and value < 0 and self.on_voted_down is not None:
            self.on_voted_down(kept, member)
        return votes

    async def votes(self, answer_id: str) -> Votes:
        """Return how an answer is rated. Raises JournalError."""
        return await self._database.read(lambda connection: _votes(connection, answer_id))

    async def that_helped(
        self, guild_id: int | None, channel_id: int | None, limit: int = 200
    ) -> tuple[KeptAnswer, ...]:
        """Return the answers of a channel whose question is kept and that helped more members than not, somebody else than
        who asked among them; those that helped most first, and none that was asked in private. Raises JournalError.
        """
        others = func.sum(case(((vote.c.value > 0) & (vote.c.member != answer.c.asker), 1), else_=0))
        rated = (
            select(vote.c.answer_id, func.sum(vote.c.value).label("sum"))
            .join(answer, answer.c.id == vote.c.answer_id)
            .where(answer.c.guild_id == guild_id, answer.c.channel_id == channel_id)
            .where(answer.c.outcome == "answered", answer.c.private == 0, answer.c.question.is_not(None))
            .group_by(vote.c.answer_id)
            .having(func.sum(vote.c.value) > 0, others > 0)
            .order_by(func.sum(vote.c.value).desc())
            .limit(limit)
            .subquery()
        )
        found = select(answer).join(rated, rated.c.answer_id == answer.c.id)
        found = found.order_by(rated.c.sum.desc(), answer.c.kept_at.desc())

        async def find(connection: AsyncConnection) -> tuple[KeptAnswer, ...]:
            return tuple(map(_kept, await connection.execute(found)))

        return await self._database.read(find)


def _name(value: int) -> str:
    return "up" if value > 0 else "down"


async def _votes(connection: AsyncConnection, answer_id: str) -> Votes:
    counted = select(vote.c.value, func.count()).where(vote.c.answer_id == answer_id).group_by(vote.c.value)
    counts = {row[0]: row[1] for row in await connection.execute(counted)}
    return Votes(up=counts.get(1, 0), down=counts.get(-1, 0))


def _values(kept: KeptAnswer) -> dict[str, object]:
    passages = [
        [passage.document_id, passage.start, passage.end, passage.highlights] for passage in kept.passages
    ]
    return {
        "kept_at": kept.kept_at,
        "guild_id": kept.guild_id,
        "channel_id": kept.channel_id,
        "message_id": kept.message_id,
        "asker": kept.asker,
        "build": kept.build,
        "passages": json.dumps(passages, ensure_ascii=False),
        "outcome": kept.outcome,
        "confidence": kept.confidence,
        "shown": kept.shown,
        "question": kept.question,
        "history": json.dumps(kept.history if kept.question is not None else (), ensure_ascii=False),
        "private": int(kept.private),
    }


def _kept(row: Row[tuple[object, ...]]) -> KeptAnswer:
    columns = row._asdict()
    del columns["id"]
    passages = tuple(
        KeptPassage(
            document_id=document, start=start, end=end, highlights=tuple((a, b) for a, b in highlights)
        )
        for document, start, end, highlights in json.loads(columns.pop("passages"))
    )
    history = tuple(json.loads(columns.pop("history")))
    return KeptAnswer(passages=passages, history=history, private=bool(columns.pop("private")), **columns)
