"""A process that shares the shards with others serves what is due to it, and nothing that others may have."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Collection
from pathlib import Path

import pytest
from tests.bot.library import Shelf
from tests.wire.bots import running
from tests.wire.clubs import answered, asked, server, sharded
from tests.wire.objects import APPLICATION, TOKEN
from tests.wire.wire import Wire, until

from chipbot import bot
from chipbot.bot import shards
from chipbot.errors import JournalError, ProcessesError
from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.journal.processes import Processes
from chipbot.service.question_service import QuestionService
from chipbot.service.refresh import IndexRefresher

COUNT = 2


class Agreed(Processes):
    """What other processes leave to this one."""

    def __init__(self, *share: int, shards: int = COUNT) -> None:
        self.shards, self.bot = shards, 0
        self.share = frozenset(share)
        self.error: Exception | None = None
        self.seconds = 100.0
        self.told: list[frozenset[int]] = []
        """What this process said that it serves."""
        self.turns: list[int] = []
        self.has_left = False

    @property
    def left(self) -> float:
        return self.seconds

    async def renew(self, serving: Collection[int]) -> frozenset[int]:
        self.told.append(frozenset(serving))
        if self.error is not None:
            raise self.error
        return self.share

    async def turn(self, bucket: int, every: float) -> float:
        self.turns.append(bucket)
        assert every == shards.IDENTIFY_EVERY
        return 0.0

    async def leave(self) -> None:
        self.has_left = True
        raise JournalError("it is down")

    @contextlib.asynccontextmanager
    async def alone(self, what: str) -> AsyncIterator[None]:
        assert what == "commands"
        yield


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discord.backoff.ExponentialBackoff.delay", lambda _: 0.05)
    monkeypatch.setattr(shards, "EVERY", 0.02)
    monkeypatch.setattr(shards, "RETRY", 0.02)


@pytest.fixture
def wire() -> Wire:
    return sharded(COUNT)


def client_of(processes: Processes, journal: Journal | None = None) -> bot.ChipbotClient:
    shelf = Shelf.shipped()
    questions = QuestionService(shelf, journal=journal)
    return bot.ChipbotClient(questions, IndexRefresher(shelf), processes=processes)


def connected(wire: Wire) -> set[int]:
    """The shards that are connected."""
    return {session.shard[0] for session in wire.gateway.connected}


def noted(client: bot.ChipbotClient) -> list[str]:
    """The names of events that arrive from now on, handled or not."""
    names: list[str] = []
    for name, parse in list(client._connection.parsers.items()):

        def note(data: object, name: str = name, parse: Callable[[object], None] = parse) -> None:
            names.append(name)
            parse(data)

        client._connection.parsers[name] = note
    return names


async def test_the_share_of_a_process_changes_while_it_runs(wire: Wire) -> None:
    agreed = Agreed(0)
    async with running(wire, client_of(agreed)) as client:
        await answered(wire, await asked(wire, 0))
        assert connected(wire) == {0}
        assert (client.serves(server(0)), client.serves(server(1))) == (True, False)
        agreed.share = frozenset((1,))
        await until(lambda: connected(wire) == {1})
        await until(lambda: {guild.id for guild in client.guilds} == {server(1)})
        await answered(wire, await asked(wire, 1))
        nobody = await asked(wire, 0)
        assert nobody.reached == 0, "its session is over"
        agreed.share = frozenset((0, 1))
        await until(lambda: connected(wire) == {0, 1})
        await until(lambda: len(client.guilds) == COUNT)
        await answered(wire, await asked(wire, 0), await asked(wire, 1))
    assert agreed.has_left
    assert agreed.bot == int(APPLICATION)
    assert agreed.told[:2] == [frozenset(), {0}]
    assert agreed.turns == [0, 1, 0]
    assert not wire.gateway.doubled


async def test_who_has_no_shard_stands_by(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    agreed = Agreed()
    client = client_of(agreed)
    async with wire.serving():
        with bot.connecting_to(wire.url):
            serving = asyncio.create_task(bot.serve(client, TOKEN))
            await until(client.connected_once.is_set)
            facts = client.gateway_facts()
            assert (facts.connected, facts.problem, facts.guilds, facts.shards) == (True, None, 0, ())
            agreed.share = frozenset((1,))
            await until(lambda: client.gateway_facts().connected and client.guilds)
            await answered(wire, await asked(wire, 1))
            await client.close()
            await serving
    assert "serving shard none of 2" in caplog.text
    assert "serving shard 1 of 2" in caplog.text


async def test_nothing_is_served_once_the_lease_has_run_out(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    agreed = Agreed(0, 1)
    async with running(wire, client_of(agreed)) as client:
        agreed.error = JournalError("it is down")
        await answered(wire, await asked(wire, 0))
        agreed.seconds = 0.0
        dropped = await asked(wire, 1)
        await until(lambda: not connected(wire))
        assert "nobody renews the lease of shard 0, 1: disconnecting" in caplog.text
        assert not wire.members.shown(dropped)
        assert not client.guilds
        agreed.error, agreed.seconds = None, 100.0
        await until(lambda: len(client.guilds) == COUNT)
        await answered(wire, await asked(wire, 0), await asked(wire, 1))
    assert wire.gateway.asked["op 2"] == 2 * COUNT, "sessions of its own begin anew"


async def test_what_arrives_after_the_lease_is_dropped_at_once(wire: Wire) -> None:
    agreed = Agreed(0, 1)
    async with running(wire, client_of(agreed)) as client:
        following = client.connections._sharing
        assert following is not None
        following.cancel()  # as if the process had been stopped until now
        parsed = noted(client)
        agreed.seconds = 0.0
        dropped = await asked(wire, 0)
        await until(lambda: "MESSAGE_CREATE" in parsed)
        agreed.seconds = 100.0
        await answered(wire, await asked(wire, 0))
        assert not wire.members.shown(dropped)


async def test_a_shard_comes_with_the_settings_that_its_servers_have_by_now(
    wire: Wire, tmp_path: Path
) -> None:
    here, there = (Journal(journal_place(None, tmp_path / "index")) for _ in range(2))
    agreed = Agreed(0)
    await here.settings.load()
    async with running(wire, client_of(agreed, here)) as client:
        await there.settings.change(server(1), "max_quotes", 1, by=1)
        agreed.share = frozenset((0, 1))
        await until(lambda: here.settings.of(server(1)).max_quotes == 1)
        assert client.gateway_facts().connected
    await here.close()
    await there.close()


async def test_who_is_set_up_otherwise_ends(wire: Wire) -> None:
    agreed = Agreed()
    agreed.error = ProcessesError("CHIPBOT_SHARDS is 2, but 3 for the process other:1")
    async with wire.serving():
        with bot.connecting_to(wire.url), pytest.raises(ProcessesError, match="but 3 for the process"):
            await bot.serve(client_of(agreed), TOKEN)


async def test_fewer_shards_than_discord_recommends_are_warned_of(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(wire, client_of(Agreed(0, shards=1))):
        await answered(wire, await asked(wire, 1))
    assert "Discord recommends 2 shards, and CHIPBOT_SHARDS says 1" in caplog.text
