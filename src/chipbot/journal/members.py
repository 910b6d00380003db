"""What the journal knows of one member: shown to them, and deleted when they say so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import Table, delete, func, select

from chipbot.journal.database import Database
from chipbot.journal.records import AskedQuestion, MemberData
from chipbot.journal.schema import answer, cooldown, gap, gap_asker, opt_out, question, setting_change, vote

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


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

    async def forget(self, member: str) -> None:
        """Delete everything that is kept of a member, but for the audit of servers' settings and the wish not to
        be quoted. Raises JournalError.

        Gaps that nobody else asked go too. Counts of days stay: they name nobody.
        """
        await self._database.flush()

        async def write(connection: AsyncConnection) -> None:
            mine = select(gap_asker.c.gap_id).where(gap_asker.c.member == member)
            numbers = list((await connection.execute(mine)).scalars())
            for table, column in (
                (gap_asker, "member"),
                (vote, "member"),
                (question, "asker"),
                (answer, "asker"),
                (cooldown, "member"),
            ):
                await connection.execute(delete(table).where(table.c[column] == member))
            for number in numbers:
                others = select(func.count()).where(gap_asker.c.gap_id == number)
                if not (await connection.execute(others)).scalar():
                    await connection.execute(delete(gap).where(gap.c.id == number))

        await self._database.write(write)


def _asked(row: object) -> AskedQuestion:
    columns = row._asdict()  # type: ignore[attr-defined]  # SQLAlchemy's rows have it
    del columns["id"]
    return AskedQuestion(documents=tuple(json.loads(columns.pop("documents"))), **columns)
