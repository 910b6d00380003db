"""The journal: what the bot remembers of answers, votes, questions, gaps and the settings of servers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import delete

from chipbot.errors import JournalError
from chipbot.journal.answers import Answers
from chipbot.journal.database import Database
from chipbot.journal.gaps import Gaps
from chipbot.journal.member_key import MemberKey, read_key
from chipbot.journal.members import Entry, Members
from chipbot.journal.opt_outs import OptOuts
from chipbot.journal.place import JournalPlace
from chipbot.journal.questions import Questions
from chipbot.journal.records import MemberData
from chipbot.journal.report import Reports
from chipbot.journal.schema import answer, cooldown, gap, gap_asker, question, setting_change
from chipbot.journal.settings_book import SettingsBook

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from chipbot.journal.processes import Processes

log = logging.getLogger(__name__)

DAY = 86_400.0
_AUDIT_DAYS = 365
_TIDY_EVERY = 6 * 3600.0
_RELOAD_EVERY = 60.0


class Journal:
    """What is kept, by what it is about: `answers`, `questions`, `gaps`, `reports`, `settings` of servers and `opt_outs`.

    It works from its making on; what is written before the database can be reached waits in memory. Its methods belong
    to one event loop.
    """

    def __init__(
        self,
        place: JournalPlace,
        *,
        keep_questions: bool = False,
        keep_days: int = 90,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Keep a journal in a place.

        Args:
            place: Where it is.
            keep_questions: Whether questions are kept, or only counted.
            keep_days: Days after which questions, answers, votes and gaps are deleted.
            clock: Tells the time, in seconds since 1970.

        Raises:
            JournalError: The key of members cannot be read or made.
        """
        self.place = place
        self.keep_days = keep_days
        self.member: MemberKey = read_key(place.folder)
        """Turns the id of a member into what stands for them: `journal.member(user_id)`."""
        self._clock = clock
        self._database = Database(place)
        self.answers = Answers(self._database, clock)
        self.questions = Questions(self._database, kept=keep_questions, clock=clock)
        self.gaps = Gaps(self._database, clock)
        self.settings = SettingsBook(self._database, clock)
        self.opt_outs = OptOuts(self._database, clock)
        self.reports = Reports(self._database)
        self._members = Members(self._database)
        self._chores: asyncio.Task[None] | None = None

    @property
    def problem(self) -> str | None:
        """Why it does not work now; None where it does."""
        return self._database.problem

    @property
    def pending(self) -> int:
        """How many entries wait to be written."""
        return self._database.pending

    @property
    def dropped(self) -> int:
        """How many entries were lost since the start."""
        return self._database.dropped

    def processes(self, shards: int) -> Processes:
        """Return what shares that many shards with other processes; takes PostgreSQL."""
        from chipbot.journal.processes import Processes  # with PostgreSQL's dialect, which is large

        return Processes(self._database, self.member, shards)

    async def start(self) -> None:
        """Open it, read the settings of servers and who opted out; where that fails it is said in `problem`, and tried again."""
        with contextlib.suppress(JournalError):
            await self.settings.load()
            await self.opt_outs.load()
        self._chores = asyncio.create_task(self._do_chores())

    async def close(self) -> None:
        """Write what waits to be written, and close it."""
        if self._chores is not None:
            self._chores.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._chores
        await self._database.close()

    async def flush(self) -> None:
        """Wait until what was written in the background is on the disk."""
        await self._database.flush()

    def keeps_text(self, guild_id: int | None) -> bool:
        """Whether what is asked in a server may be kept: the operator says so, or the server lists its gaps."""
        return self.questions.kept or self.settings.of(guild_id).gap_channel is not None

    async def data_of(self, user_id: int) -> MemberData:
        """Return everything that is kept of a member. Raises JournalError."""
        return await self._members.data(self.member(user_id), user_id)

    async def forget(self, user_id: int) -> tuple[Entry, ...]:
        """Delete everything that is kept of a member, but for their opting out; return the entries of gaps that are no more.

        Raises JournalError.
        """
        return await self._members.forget(self.member(user_id))

    async def tidy(self) -> None:
        """Delete what is older than it may be. Raises JournalError."""
        now = self._clock()
        limit, audit_limit = now - self.keep_days * DAY, now - _AUDIT_DAYS * DAY

        async def write(connection: AsyncConnection) -> None:
            ages = ((answer, "kept_at"), (question, "asked_at"), (gap_asker, "asked_at"), (gap, "asked_at"))
            for table, column in ages:
                await connection.execute(delete(table).where(table.c[column] < limit))
            await connection.execute(delete(setting_change).where(setting_change.c.changed_at < audit_limit))
            await connection.execute(delete(cooldown).where(cooldown.c.ready_at < now))

        await self._database.write(write)

    async def _do_chores(self) -> None:
        """Tidy now and then; read the settings again where others may change them, or where they are not read yet."""
        tidied = float("-inf")
        while True:
            with contextlib.suppress(JournalError):
                if self.place.file is None or not self.settings.loaded or self.opt_outs.members is None:
                    await self.settings.load()
                    await self.opt_outs.load()
                if time.monotonic() - tidied > _TIDY_EVERY:
                    await self.tidy()
                    tidied = time.monotonic()
            await asyncio.sleep(_RELOAD_EVERY)
