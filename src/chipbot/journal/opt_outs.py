"""The members who want no message of theirs among the documents: read from memory, written through to the journal."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from chipbot.journal.database import Database
from chipbot.journal.rows import put
from chipbot.journal.schema import opt_out

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


class OptOuts:
    """Who has opted out, by keyed hashes."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self.members: frozenset[str] | None = None
        """The hashes of those who have; None until they were read, when everybody must be taken for one."""
        self._database = database
        self._clock = clock

    async def load(self) -> None:
        """Read who has. Raises JournalError, and then leaves all as it was."""

        async def find(connection: AsyncConnection) -> frozenset[str]:
            return frozenset((await connection.execute(select(opt_out.c.member))).scalars())

        self.members = await self._database.read(find)

    async def change(self, member: str, *, out: bool) -> None:
        """Note that a member opts out, or takes that back; when this returns, it is on the disk. Raises JournalError."""
        since = self._clock()

        async def write(connection: AsyncConnection) -> None:
            if out:
                await put(connection, opt_out, {"member": member}, {"since": since})
            else:
                await connection.execute(delete(opt_out).where(opt_out.c.member == member))

        await self._database.write(write)
        await self.load()
