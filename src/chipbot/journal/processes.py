"""Several processes that serve one bot together, by leases in the journal's database: PostgreSQL's, whose clock alone counts.

A process says every few seconds (`bot.shards.EVERY`) that it lives. Each serves its share of the shards, to one: those that
were there first have the rest. Who is not heard of for a while has lost its shards to the others, and knows that by its own
clock some seconds earlier.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Float, cast, delete, extract, func, insert, select, update
from sqlalchemy.dialects import postgresql

from chipbot.errors import ProcessesError
from chipbot.journal.database import Database
from chipbot.journal.member_key import MemberKey
from chipbot.journal.rows import put
from chipbot.journal.schema import cooldown, identify_turn, process, shard_lease
from chipbot.translation import Message

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

LIFE = 30.0
"""Seconds after its last sign of life in which a process has its shards."""
MARGIN = 5.0
"""Seconds before that in which it gives them up by itself."""
LOOK = 1.0
"""Seconds between two looks whether another process is done."""
LONGEST_PAUSE = 3600.0
"""Seconds that a member's pause can take; one that is to end later was begun before the clock was set back."""
_LOCKS = {"leases": 1, "commands": 2, "index": 3}
_NAMESPACE = 0x63686970 << 32  # "chip": PostgreSQL knows advisory locks by number
_NOW = cast(extract("epoch", func.clock_timestamp()), Float)


class Processes:
    """What this process and the others agree on."""

    def __init__(
        self,
        database: Database,
        member: MemberKey,
        shards: int,
        *,
        life: float = LIFE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Share shards with the other processes.

        Args:
            database: Where they agree.
            member: The key of members, which must be the same for all.
            shards: How many shards there are in all, likewise.
            life: Seconds for which a sign of life is good.
            clock: Tells the time, in seconds from any moment.
        """
        self.shards = shards
        self.bot = 0
        """Whose shards they are: the bot's id, once it is logged in."""
        self._database = database
        self._member = member
        self._life, self._clock = life, clock
        self._id: int | None = None
        self._until = float("-inf")
        self._served: frozenset[int] = frozenset()

    @property
    def left(self) -> float:
        """For how many seconds this process may serve its shards, unless it is heard of before; 0 or less: no longer."""
        return self._until - self._clock()

    @property
    def leads(self) -> bool:
        """Whether this process does what one of them is to do: whoever serves the first shard."""
        return 0 in self._served and self.left > 0

    async def renew(self, serving: Collection[int]) -> frozenset[int]:
        """Say that this process lives, and serves these shards; return those that it is to serve from now on.

        What it is to give up it still has until the next call, which is due once it is disconnected. Raises JournalError,
        and ProcessesError where the others are set up otherwise.
        """
        asked_at = self._clock()

        async def work(connection: AsyncConnection) -> tuple[int, frozenset[int]]:
            await _exclude_others(connection)
            number = await self._sign(connection)
            return number, await self._share(connection, number, serving)

        self._id, self._served = await self._database.write(work)
        self._until = asked_at + self._life - MARGIN
        return self._served

    async def leave(self) -> None:
        """Give up all shards, which are no longer served. Raises JournalError."""
        self._until, self._served = float("-inf"), frozenset()

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(process).where(process.c.id == self._id))

        await self._database.write(work)

    async def turn(self, bucket: int, every: float) -> float:
        """Take the next turn of a bucket of shards, of which there is one every so many seconds; return in how many seconds
        that is. Raises JournalError.
        """

        async def work(connection: AsyncConnection) -> float:
            await _exclude_others(connection)
            now = (await connection.execute(select(_NOW))).scalar_one()
            last = await connection.scalar(select(identify_turn.c.at).where(identify_turn.c.bucket == bucket))
            at = now if last is None else max(now, last + every)
            if at > now + every * self.shards:  # the clock was set back
                at = now
            await put(connection, identify_turn, {"bucket": bucket}, {"at": at})
            return float(at - now)

        return await self._database.write(work)

    async def start_pause(self, user_id: int, seconds: float) -> float:
        """Begin a member's pause, unless one is under way: then return the seconds that are left of it. Raises JournalError."""
        member, ready = self._member(user_id), _NOW + seconds

        async def work(connection: AsyncConnection) -> float:
            begin = postgresql.insert(cooldown).values(member=member, ready_at=ready)
            begun = begin.on_conflict_do_update(
                index_elements=[cooldown.c.member],
                set_={"ready_at": ready},
                where=~cooldown.c.ready_at.between(_NOW, _NOW + LONGEST_PAUSE),
            )
            if (await connection.execute(begun.returning(cooldown.c.member))).first() is not None:
                return 0.0
            left = select(cooldown.c.ready_at - _NOW).where(cooldown.c.member == member)
            return max(0.0, await connection.scalar(left) or 0.0)

        return await self._database.write(work)

    def alone(self, what: Literal["commands", "index"]) -> AbstractAsyncContextManager[None]:
        """Be, inside, the only process that does something; those that are at it are waited for."""
        return self._database.alone(_NAMESPACE | _LOCKS[what], LOOK)

    async def living(self) -> list[tuple[str, int]]:
        """Return the name of each process that lives, and how many shards it serves. Raises JournalError."""

        async def find(connection: AsyncConnection) -> list[tuple[str, int]]:
            counted = select(process.c.name, func.count(shard_lease.c.shard)).outerjoin(shard_lease)
            alive = counted.where(process.c.expires_at > _NOW).group_by(process.c.id).order_by(process.c.id)
            return [(name, number) for name, number in await connection.execute(alive)]

        return await self._database.read(find)

    async def _sign(self, connection: AsyncConnection) -> int:
        """Sign in, or say that this process lives still; return its number."""
        # One that is to expire later than any can was there before the clock was set back, and says so if it lives.
        await connection.execute(
            delete(process).where(~process.c.expires_at.between(_NOW, _NOW + LIFE + LOOK))
        )
        check = self._member(0)
        others = await connection.execute(select(process).where(process.c.id != (self._id or 0)))
        for other in others:
            self._compare(other, check)
        expires_at = _NOW + self._life
        alive = update(process).where(process.c.id == self._id).values(expires_at=expires_at)
        if self._id is not None and (await connection.execute(alive)).rowcount:
            return self._id
        name = f"{socket.gethostname()[:200]}:{os.getpid()}"
        signed = insert(process).values(
            name=name, bot=self.bot, shards=self.shards, key_check=check, expires_at=expires_at
        )
        return int((await connection.execute(signed.returning(process.c.id))).scalar_one())

    def _compare(self, other: Any, check: str) -> None:
        """Raise ProcessesError where another process is set up otherwise."""
        if other.bot != self.bot:
            raise ProcessesError(
                Message(
                    "the process {name} shares the shards of another bot in this journal: give each bot a database of its own",
                    name=other.name,
                )
            )
        if other.shards != self.shards:
            raise ProcessesError(
                Message(
                    "CHIPBOT_SHARDS is {mine}, but {others} for the process {name}, which serves the same bot: set it to the "
                    "same for all; to change it, stop them all first",
                    mine=self.shards,
                    others=other.shards,
                    name=other.name,
                )
            )
        if other.key_check != check:
            raise ProcessesError(
                Message(
                    "the journal's member.key is another one than that of the process {name}, which serves the same bot: "
                    "copy it from there, or members would be counted twice",
                    name=other.name,
                )
            )

    async def _share(
        self, connection: AsyncConnection, number: int, serving: Collection[int]
    ) -> frozenset[int]:
        """Release what is not served, and claim what is due; return what this process is to serve."""
        mine = shard_lease.c.process_id == number
        await connection.execute(delete(shard_lease).where(mine, shard_lease.c.shard.not_in(serving)))
        present = list((await connection.execute(select(process.c.id).order_by(process.c.id))).scalars())
        most, rest = divmod(self.shards, len(present))
        due = most + (present.index(number) < rest)
        leases = {row.shard: row.process_id for row in await connection.execute(select(shard_lease))}
        held = sorted(shard for shard, holder in leases.items() if holder == number)
        free = sorted(
            set(range(self.shards)) - leases.keys(), key=lambda shard: (shard not in serving, shard)
        )
        claimed = free[: max(0, due - len(held))]
        if claimed:
            await connection.execute(
                insert(shard_lease), [{"shard": shard, "process_id": number} for shard in claimed]
            )
        return frozenset(held[:due] + claimed)


async def _exclude_others(connection: AsyncConnection) -> None:
    """Let no other process agree on anything until the transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(_NAMESPACE | _LOCKS["leases"])))
