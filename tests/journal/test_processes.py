"""Several processes share shards and pauses, by a true PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from tests.journal.postgresql import emptied

from chipbot.errors import JournalError, ProcessesError
from chipbot.journal import processes
from chipbot.journal.database import Database
from chipbot.journal.member_key import MemberKey
from chipbot.journal.place import JournalPlace
from chipbot.journal.processes import LIFE, MARGIN, Processes
from chipbot.journal.schema import cooldown, identify_turn, process

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection
    from tests.bot.town import Clock

KEY = MemberKey(b"k" * 32)
Make = Callable[..., Processes]


@pytest.fixture
async def place(postgresql_url: str, tmp_path: Path) -> JournalPlace:
    return await emptied(postgresql_url, tmp_path)


@pytest.fixture
async def database(place: JournalPlace) -> AsyncIterator[Database]:
    database = Database(place)
    yield database
    await database.close()


@pytest.fixture
def make(database: Database, clock: Clock) -> Make:
    def make(shards: int = 5, *, bot: int = 7, key: MemberKey = KEY, life: float = LIFE) -> Processes:
        made = Processes(database, key, shards, life=life, clock=clock)
        made.bot = bot
        return made

    return make


async def settle(*some: Processes) -> list[frozenset[int]]:
    """What each of some processes serves once nobody has anything to give up."""
    served: list[frozenset[int]] = [frozenset()] * len(some)
    for _ in range(4):
        for number, one in enumerate(some):
            served[number] = await one.renew(served[number])
    return served


async def test_shards_are_shared_evenly_and_never_twice(make: Make) -> None:
    first, second, third = make(), make(), make()
    assert await first.renew(()) == {0, 1, 2, 3, 4}
    assert await second.renew(()) == set(), "the first has them still"
    kept = await first.renew({0, 1, 2, 3, 4})
    assert kept == {0, 1, 2}
    assert await second.renew(()) == set(), "until it says that they are disconnected"
    assert await first.renew(kept) == kept
    assert await second.renew(()) == {3, 4}
    assert sorted(map(len, await settle(first, second, third))) == [1, 2, 2]
    assert sorted(number for _, number in await first.living()) == [1, 2, 2]
    assert (first.leads, second.leads) == (True, False)


async def test_who_leaves_is_followed_at_once(make: Make) -> None:
    first, second = make(), make()
    await settle(first, second)
    await first.leave()
    assert (first.left, first.leads) == (float("-inf"), False)
    assert (await settle(second))[0] == {0, 1, 2, 3, 4}


async def test_who_is_not_heard_of_has_lost_its_shards(make: Make, clock: Clock) -> None:
    first, second = make(life=0.0), make()
    assert await first.renew(()) == {0, 1, 2, 3, 4}
    assert first.left < 0, "it knows, before anybody takes them over"
    assert await second.renew(()) == {0, 1, 2, 3, 4}
    assert await first.renew({0, 1, 2, 3, 4}) == set()
    assert second.left == LIFE - MARGIN
    clock.now += LIFE
    assert second.left < 0


async def test_more_processes_than_shards_stand_by(make: Make) -> None:
    first, second = make(1), make(1)
    assert await settle(first, second) == [{0}, set()]
    await first.leave()
    assert await settle(second) == [{0}]


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"bot": 8}, "shares the shards of another bot in this journal: give each bot a database of its own"),
        ({"shards": 4}, "CHIPBOT_SHARDS is 4, but 5 for the process .*: set it to the same for all"),
        ({"key": MemberKey(b"x" * 32)}, "member.key is another one than that of the process .*: copy it"),
    ],
)
async def test_processes_that_are_set_up_otherwise_are_refused(
    make: Make, other: dict[str, object], message: str
) -> None:
    first = make()
    await first.renew(())
    with pytest.raises(ProcessesError, match=message):
        await make(**other).renew(())
    await first.leave()
    await make(**other).renew(())


async def test_one_shard_of_a_bucket_identifies_at_a_time(make: Make) -> None:
    first, second = make(), make()
    assert await first.turn(0, 5.0) == 0
    assert 4 < await second.turn(0, 5.0) <= 5
    assert 9 < await first.turn(0, 5.0) <= 10
    assert await second.turn(1, 5.0) == 0


async def test_a_pause_holds_in_all_processes(make: Make) -> None:
    first, second = make(), make()
    assert await first.start_pause(1, 60) == 0
    assert 50 < await second.start_pause(1, 5) <= 60
    assert await second.start_pause(2, 5) == 0
    assert await first.start_pause(3, -1) == 0, "it is over"
    assert await second.start_pause(3, 60) == 0


async def test_nobody_waits_for_a_clock_that_was_set_back(make: Make, database: Database) -> None:
    """By two hours, after one of two processes has died; what it and others noted is to come in two hours."""
    first, second = make(), make()
    await settle(first, second)
    await first.turn(0, 5.0)
    await first.start_pause(1, 60)

    async def set_back(connection: AsyncConnection) -> None:
        for table, column in ((process, "expires_at"), (identify_turn, "at"), (cooldown, "ready_at")):
            await connection.execute(update(table).values({column: table.c[column] + 7200}))

    await database.write(set_back)
    assert await second.turn(0, 5.0) == 0
    assert await second.start_pause(1, 60) == 0
    assert (await settle(second))[0] == {0, 1, 2, 3, 4}


async def test_one_process_is_alone_at_a_time(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LOOK", 0.01)
    inside: list[str] = []

    async def work(one: Processes, name: str) -> None:
        async with one.alone("index"):
            assert not inside
            inside.append(name)
            await asyncio.sleep(0.05)
            inside.clear()

    first, second = make(), make()
    async with first.alone("commands"):
        await asyncio.gather(work(first, "first"), work(second, "second"), work(second, "third"))
    with pytest.raises(JournalError, match="inside"):
        async with first.alone("index"):
            raise JournalError("inside")
    await work(second, "fourth")


async def test_without_the_database_nobody_is_waited_for(
    make: Make, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    one = make()
    await database.close()
    async with one.alone("index"):
        pass
    assert "another process may do the same meanwhile: the journal is closed" in caplog.text
