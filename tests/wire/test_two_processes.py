"""Two true processes serve one bot by a true PostgreSQL: no shard twice, none left alone, one memory."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest
from tests.journal.postgresql import emptied
from tests.wire.answers import answer_to, control
from tests.wire.bots import FUND
from tests.wire.clubs import answered, asked, general, server, sharded
from tests.wire.members import text_of
from tests.wire.objects import TOKEN, Object

if TYPE_CHECKING:
    from tests.wire.wire import Wire

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows ends processes otherwise")

ROOT = Path(__file__).parents[2]
COUNT = 2
PATIENCE = 120.0
"""Seconds that two processes have to start, side by side, on a machine that is busy."""


async def until(condition: Callable[[], Awaitable[object]]) -> None:
    """Wait until a condition holds; raises TimeoutError where it does not in time."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110  # other processes have no event
            await asyncio.sleep(0.05)


class Bot:
    """One bot of several processes, and what they agree on."""

    def __init__(self, wire: Wire, url: str, folder: Path) -> None:
        self.wire, self.url, self.folder = wire, url, folder
        self.running: list[asyncio.subprocess.Process] = []

    async def start(self, shards: int = COUNT) -> asyncio.subprocess.Process:
        """Start another process; what it logs is in a file of its own."""
        environment = {
            "CHIPBOT_TOKEN": TOKEN,
            "CHIPBOT_DISCORD_URL": self.wire.url,
            "CHIPBOT_JOURNAL": self.url,
            "CHIPBOT_SHARDS": str(shards),
            "CHIPBOT_SEEDS": str(ROOT / "seeds"),
            "CHIPBOT_INDEX": str(self.folder / "index"),
            "CHIPBOT_COOLDOWN": "600",
        }
        with (self.folder / f"log{len(self.running)}").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-P", "-m", "chipbot", "run"),
                env=os.environ | environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.running.append(process)
        return process

    def log(self) -> str:
        """What all processes have logged."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("log*")))

    async def end(self, process: asyncio.subprocess.Process, number: int) -> int | None:
        """End a process by a signal."""
        process.send_signal(number)
        async with asyncio.timeout(PATIENCE):
            return await process.wait()

    async def query(self, statement: str, *values: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.url)
        try:
            return list(await connection.fetch(statement, *values))
        except asyncpg.UndefinedTableError:  # nobody has made it yet
            return []
        finally:
            await connection.close()

    async def shares(self) -> dict[int, int]:
        """Who serves each shard, by the numbers of processes; those alone that are connected and heard of."""
        found = await self.query(
            "SELECT shard, name FROM shard_lease JOIN process ON process.id = process_id "
            "WHERE expires_at > extract(epoch FROM clock_timestamp())"
        )
        connected = {session.shard[0] for session in self.wire.gateway.connected}
        return {row["shard"]: int(row["name"].split(":")[1]) for row in found if row["shard"] in connected}

    async def is_shared_by(self, *processes: asyncio.subprocess.Process) -> bool:
        """Whether each shard is served, and each of these processes serves any."""
        shares = await self.shares()
        return len(shares) == COUNT and set(shares.values()) == {process.pid for process in processes}


@pytest.fixture
async def running(postgresql_url: str, tmp_path: Path) -> AsyncIterator[Bot]:
    await emptied(postgresql_url, tmp_path)
    wire = sharded(COUNT)
    running = Bot(wire, postgresql_url, tmp_path)
    async with wire.serving():
        try:
            yield running
        finally:
            for process in running.running:
                if process.returncode is None:
                    process.kill()
                    await process.wait()


async def hasty(bot: Bot, who: Object, shard: int) -> str:
    """What is said to a member who uses a command too soon."""
    used = await bot.wire.members.slash(who, general(bot.wire, shard), "ask", question=FUND)
    return text_of(await answer_to(bot.wire, used))


async def vote(bot: Bot, who: Object, answer: Object, action: str) -> None:
    """Press a button for a vote below an answer, and wait until it is noted."""
    pressed = await bot.wire.members.press(who, answer, control(answer, action))
    await answer_to(bot.wire, pressed)


async def test_two_processes_are_one_bot(running: Bot) -> None:
    wire = running.wire
    first, second = await running.start(), await running.start()
    await until(lambda: running.is_shared_by(first, second))

    # Each server is answered, once, and commands were synced by one process for both.
    zero, one = await asked(wire, 0), await asked(wire, 1)
    await answered(wire, zero, one)
    synced = [count for request, count in wire.rest.asked.items() if re.match(r"PUT .*/commands$", request)]
    assert synced == [1]
    assert running.log().count("commands are unchanged") == 1

    # A pause that began in one holds in the other.
    ann = wire.members.join("ann", wire.world.guilds[str(server(0))])
    wire.world.guilds[str(server(1))]["members"].append(wire.world.guilds[str(server(0))]["members"][-1])
    await answered(wire, await asked(wire, 0, ann))
    assert re.search(r"in \d+ (minutes|seconds)|<t:\d+:R>", await hasty(running, ann, 1))

    # Who is killed is followed, after its lease has run out: the database's clock is let jump.
    answer = wire.members.shown(zero)[0]
    await vote(running, ann, answer, "up")
    assert [row["value"] for row in await running.query("SELECT value FROM vote")] == [1]
    holder = (await running.shares())[0]
    killed, other = (first, second) if first.pid == holder else (second, first)
    await running.end(killed, signal.SIGKILL)
    await running.query("UPDATE process SET expires_at = 0 WHERE name LIKE $1", f"%:{holder}")
    await until(lambda: running.is_shared_by(other))
    await answered(wire, await asked(wire, 0), await asked(wire, 1))

    # A vote of one is seen by the other, which changes it rather than counting another.
    await vote(running, ann, answer, "down")
    assert [row["value"] for row in await running.query("SELECT value FROM vote")] == [-1]

    # Who comes back has its share again; who is told to stop leaves its own at once.
    third = await running.start()
    await until(lambda: running.is_shared_by(other, third))
    assert await running.end(other, signal.SIGTERM) == 0
    await until(lambda: running.is_shared_by(third))
    await answered(wire, await asked(wire, 0), await asked(wire, 1))
    assert await running.end(third, signal.SIGTERM) == 0
    assert not await running.query("SELECT * FROM process"), "nobody is left"
    assert wire.gateway.doubled == []
    for line in running.log().splitlines():
        assert '"level": "error"' not in line, line


async def test_a_process_that_was_stopped_for_long_serves_nothing_that_is_another_s(running: Bot) -> None:
    wire = running.wire
    first = await running.start()
    await until(lambda: running.is_shared_by(first))
    os.kill(first.pid, signal.SIGSTOP)
    try:
        await running.query("UPDATE process SET expires_at = 0")
        second = await running.start()
        await until(lambda: running.is_shared_by(second))
        wire.gateway.doubled.clear()  # Discord knows nothing of the end of the first
    finally:
        os.kill(first.pid, signal.SIGCONT)
    await until(lambda: running.is_shared_by(first, second))
    await answered(wire, await asked(wire, 0), await asked(wire, 1))


async def test_another_number_of_shards_is_refused_in_one_line(running: Bot) -> None:
    first = await running.start()
    await until(lambda: running.is_shared_by(first))
    second = await running.start(COUNT + 1)
    async with asyncio.timeout(PATIENCE):
        assert await second.wait() == 1
    text = (running.folder / "log1").read_text()
    assert "CHIPBOT_SHARDS is 3, but 2 for the process" in text
    assert "Traceback" not in text
    assert await running.is_shared_by(first)
