"""The journal's database: opened when it can be, written beside what answers, never waited for by an answer."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from sqlalchemy import exc, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chipbot.errors import JournalError
from chipbot.journal.engine import PATIENCE, make_engine, prepare
from chipbot.journal.place import JournalPlace
from chipbot.translation import Message

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]
"""What is done in one transaction."""

MAX_PENDING = 1_000
"""Writes that wait for the database at most; what comes then is dropped and counted."""
BATCH = 100
"""Writes that go into one transaction at most."""
PAUSE = 5.0
"""Seconds after a failure until the database is tried again."""
_DOWN = (exc.DBAPIError, exc.TimeoutError, OSError, TimeoutError)
"""What is raised when the database cannot be reached, read or written …"""
_DAMAGED = (ValueError, TypeError, LookupError)
"""What reading a row raises whose text or JSON is not what was written: SQLite keeps no checksums."""
_WRONG = (exc.IntegrityError, exc.DataError, exc.ProgrammingError, exc.NotSupportedError)
"""… unless it is one of these, which say that what was asked of it is wrong."""


class Database:
    """Transactions now (`read`, `write`) or later (`later`), and what keeps it from working (`problem`).

    SQLite has one connection, whose users take turns. It is opened on first use; nothing but `read` and `write` raises.
    """

    def __init__(self, place: JournalPlace, *, max_pending: int = MAX_PENDING, pause: float = PAUSE) -> None:
        self.place = place
        self.problem: str | None = None
        """Why it does not work now; None where it does, or was not tried."""
        self.dropped = 0
        """How many writes were lost since the start, because too many were waiting or one was wrong."""
        self._max_pending = max_pending
        self._pause = pause
        self._pending: deque[Work[None]] = deque()
        self._engine: AsyncEngine | None = None
        self._prepared = False
        self._failed_at = float("-inf")
        self._turn, self._draining = asyncio.Lock(), asyncio.Lock()
        self._writer: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def pending(self) -> int:
        """How many writes wait."""
        return len(self._pending)

    async def read(self, work: Work[T]) -> T:
        """Return what `work` finds; raises JournalError where the database does not work, or holds what nobody wrote."""
        try:
            return await self._transaction(work)
        except _DAMAGED as error:
            raise JournalError(
                Message(
                    "the journal {place} is damaged ({reason}); restore it from a backup",
                    place=self.place.shown,
                    reason=f"{type(error).__name__}: {error}",
                )
            ) from error

    async def write(self, work: Work[T]) -> T:
        """Do `work` in one transaction; when this returns, it is on the disk. Raises JournalError where it is not.

        It is done again, once, where another writer came first with the same row.
        """
        try:
            return await self._transaction(work)
        except exc.IntegrityError:
            return await self._transaction(work)

    @contextlib.asynccontextmanager
    async def alone(self, lock: int, pause: float) -> AsyncIterator[None]:
        """Be, inside, the only process that holds a lock of PostgreSQL's, which others are waited for with looks after each
        `pause` seconds; where the database does not work, go on all the same.
        """
        async with contextlib.AsyncExitStack() as stack:
            try:
                engine = await self._opened()
                # No transaction stays open meanwhile, and the lock ends with the connection, whatever ends that.
                connection = await stack.enter_async_context(engine.connect())
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                while not await connection.scalar(select(func.pg_try_advisory_lock(lock))):  # noqa: ASYNC110  # it wakes nobody
                    await asyncio.sleep(pause)
                stack.push_async_callback(_unlock, connection, lock)
            except (JournalError, *_DOWN) as error:
                log.warning("another process may do the same meanwhile: %s", error)
            yield

    def later(self, work: Work[None]) -> None:
        """Do `work` soon, in the background; it is dropped where the database does not work for too long."""
        if self._closed or len(self._pending) >= self._max_pending:
            self.dropped += 1
            return
        self._pending.append(work)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_pending())

    async def flush(self) -> None:
        """Write what is to be written later, as far as the database lets that happen."""
        with contextlib.suppress(JournalError):
            await self.drain()

    async def drain(self) -> None:
        """Write all that is pending; raises JournalError, and then what was not written is pending still."""
        async with self._draining:
            while self._pending:
                batch = [self._pending.popleft() for _ in range(min(BATCH, len(self._pending)))]
                try:
                    await self._write_batch(batch)
                except (JournalError, asyncio.CancelledError):
                    self._pending.extendleft(reversed(batch))
                    raise

    async def close(self) -> None:
        """Write what is pending, as far as the database lets that happen, and disconnect."""
        await self.flush()
        self._closed = True
        if self._writer is not None:
            self._writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer
        self.dropped += len(self._pending)
        if self._pending:
            log.error("%d entries of the journal are lost: %s", len(self._pending), self.problem)
            self._pending.clear()
        if self._engine is not None:
            await self._engine.dispose()

    async def _write_pending(self) -> None:
        """Write all that is pending; where the database does not work, try again until it does."""
        while self._pending:
            try:
                await self.drain()
            except JournalError:
                await asyncio.sleep(self._pause)

    async def _write_batch(self, batch: list[Work[None]]) -> None:
        """Write these in one transaction; where one of them is wrong, each in its own without that one."""

        async def all_of_it(connection: AsyncConnection) -> None:
            for work in batch:
                await work(connection)

        try:
            await self.write(all_of_it)
        except JournalError:
            raise
        except Exception as error:  # a single wrong entry must not take the others along
            if len(batch) == 1:
                self.dropped += 1
                log.exception("an entry of the journal is lost", exc_info=error)
                return
            for work in batch:
                await self._write_batch([work])

    async def _transaction(self, work: Work[T]) -> T:
        async with self._turn if self.place.file is not None else contextlib.nullcontext():
            try:
                engine = await self._opened()
                async with asyncio.timeout(2 * PATIENCE), engine.begin() as connection:
                    result = await work(connection)
            except _WRONG:
                raise
            except _DOWN as error:
                self._fail(error)
                raise self._down() from error
        if self.problem is not None:
            log.info("the journal works again")
            self.problem = None
        return result

    async def _opened(self) -> AsyncEngine:
        """Return the engine of a database that has the present tables."""
        if self._closed:
            raise JournalError(Message("the journal is closed"))
        if self._prepared and self._engine is not None:
            return self._engine
        if self.problem is not None and time.monotonic() - self._failed_at < self._pause:
            raise self._down()
        try:
            if self._engine is None:
                self._engine = make_engine(self.place)
            await prepare(self._engine)
        except JournalError as error:
            self._fail(error)
            raise
        except (exc.DBAPIError, *_DAMAGED) as error:  # whatever it is, there are no tables to work with
            self._fail(error)
            raise self._down() from error
        self._prepared = True
        return self._engine

    def _fail(self, error: Exception) -> None:
        self._failed_at = time.monotonic()
        reason = str(error) if isinstance(error, JournalError) else _reason(error)
        if reason != self.problem:
            log.warning("the journal does not work: %s; answers go on without it", reason)
        self.problem = reason

    def _down(self) -> JournalError:
        return JournalError(
            Message(
                "the journal {place} does not work now: {reason}", place=self.place.shown, reason=self.problem
            )
        )


async def _unlock(connection: AsyncConnection, lock: int) -> None:
    with contextlib.suppress(*_DOWN):  # then PostgreSQL has done so itself
        await connection.scalar(select(func.pg_advisory_unlock(lock)))


def _reason(error: Exception) -> str:
    """Return what a driver says, without the statement and its values."""
    inner = getattr(error, "orig", None) or error
    text = getattr(inner, "strerror", None) or str(inner) or "it did not answer in time"
    return " ".join(text.split())
