"""What the journal knows of one member: shown to them, and deleted when they say so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import Table, delete, exists, func, select, update

from chipbot.journal.database import Database
from chipbot.journal.records import AskedQuestion, MemberData
from chipbot.journal.schema import answer, cooldown, gap, gap_asker, opt_out, question, setting_change, vote

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

Entry = tuple[int, int]
"""A channel and the message in it that lists a gap."""


class Members:
    """What is kept of members, by their keyed hashes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def data(self, member: str, user_id: int) -> MemberData:
        """Return everything that is kept of a member. Raises JournalError."""
        await self._database.flush()

        async def find(connection: AsyncConnection) -> MemberData:
            async def number(table: Table, condition: object) -> int:
                counted = select(func.count()).select_from(table).where(condition)  # type: ignore[arg-type]  # a column's
                return (await connection.execute(counted)).scalar_one()

            asked = select(question).where(question.c.asker == member).order_by(question.c.id.desc())
            gaps = select(gap.c.question).join(gap_asker).where(gap_asker.c.member == member)
            return MemberData(
                questions=tuple(map(_asked, await connection.execute(asked))),
                answers=await number(answer, answer.c.asker == member),
                votes=await number(vote, vote.c.member == member),
                gaps=tuple((await connection.execute(gaps.order_by(gap.c.id))).scalars()),
                changes=await number(setting_change, setting_change.c.changed_by == user_id),
                opted_out=bool(await number(opt_out, opt_out.c.member == member)),
            )

        return await self._database.read(find)

    async def forget(self, member: str) -> tuple[Entry, ...]:
        """Delete everything that is kept of a member, but for the audit of servers' settings and the wish not to
        be quoted; return the entries of gaps that are no more. Raises JournalError.

        Gaps that nobody else asked go too, and the member's questions from which others went on. Counts of days stay: they
        name nobody.
        """
        await self._database.flush()

        async def write(connection: AsyncConnection) -> tuple[Entry, ...]:
            mine = select(gap_asker.c.gap_id).where(gap_asker.c.member == member)
            numbers = list((await connection.execute(mine)).scalars())
            await _forget_followed(connection, member)
            for table, column in (
                (gap_asker, "member"),
                (vote, "member"),
                (question, "asker"),
                (answer, "asker"),
                (cooldown, "member"),
            ):
                await connection.execute(delete(table).where(table.c[column] == member))
            alone = gap.c.id.in_(numbers) & ~exists().where(gap_asker.c.gap_id == gap.c.id)
            entries = await connection.execute(select(gap.c.channel_id, gap.c.message_id).where(alone))
            gone = tuple((channel, message) for channel, message in entries if channel and message)
            await connection.execute(delete(gap).where(alone))
            return gone

        return await self._database.write(write)


async def _forget_followed(connection: AsyncConnection, member: str) -> None:
    """Take a member's questions out of what others went on from."""
    asked = select(answer.c.question).where(answer.c.asker == member, answer.c.question.is_not(None))
    questions = set((await connection.execute(asked.distinct())).scalars())
    if not questions:
        return
    others = select(answer.c.id, answer.c.history).where(answer.c.asker != member, answer.c.history != "[]")
    for number, history in (await connection.execute(others)).all():
        before = json.loads(history)
        after = [question for question in before if question not in questions]
        if after != before:
            changed = update(answer).where(answer.c.id == number)
            await connection.execute(changed.values(history=json.dumps(after, ensure_ascii=False)))


def _asked(row: object) -> AskedQuestion:
    columns = row._asdict()  # type: ignore[attr-defined]  # SQLAlchemy's rows have it
    del columns["id"]
    return AskedQuestion(documents=tuple(json.loads(columns.pop("documents"))), **columns)
