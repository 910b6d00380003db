"""Several shards in one process: each is connected, lost and made again by itself."""

from __future__ import annotations

import asyncio
import logging
import math
import re

import discord
import pytest
from tests.bot.library import Shelf
from tests.bot.town import client_of
from tests.wire.bots import running
from tests.wire.clubs import answered, asked, server, sharded
from tests.wire.faults import page, server_error
from tests.wire.objects import TOKEN
from tests.wire.wire import Wire, until

from chipbot import bot
from chipbot.bot import index_strings, shards
from chipbot.service.telemetry import GatewayFacts, ShardFacts

COUNT = 3


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discord.backoff.ExponentialBackoff.delay", lambda _: 0.05)


@pytest.fixture
def wire() -> Wire:
    return sharded(COUNT)


async def test_each_shard_answers_its_own_servers(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with running(wire) as client:
        await answered(wire, *[await asked(wire, shard) for shard in range(COUNT)])
        facts = client.gateway_facts()
        assert [(each.number, each.connected, each.guilds) for each in facts.shards] == [
            (0, True, 1),
            (1, True, 1),
            (2, True, 1),
        ]
        assert (facts.connected, facts.guilds, facts.shard_count) == (True, COUNT, COUNT)
        assert wire.gateway.asked["op 2"] == COUNT
    for shard in range(COUNT):
        assert f"shard {shard} of 3: connected as chipbot" in caplog.text


@pytest.mark.parametrize(
    "data",
    ["{", "[]", b"\x00\x00\xff\xff", '{"op": 10, "d": null}', '{"op": 0, "t": "READY", "s": 1, "d": {}}'],
)
async def test_what_one_shard_cannot_read_ends_no_other(
    data: str | bytes, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with running(wire) as client:
        sockets = {session.shard[0]: session.socket for session in wire.gateway.connected}
        await wire.gateway.send_raw(data, shard=1)
        missed = await asked(wire, 1)
        await answered(wire, await asked(wire, 0), await asked(wire, 2), missed)
        await until(lambda: client.gateway_facts().connected)
        now = {session.shard[0]: session.socket for session in wire.gateway.connected}
        assert (now[0], now[2]) == (sockets[0], sockets[2]), "the others' connections are the same"
        assert now[1] is not sockets[1]
    assert "Discord sent what cannot be read" in caplog.text
    assert "shard 1 of 3: the connection to Discord is lost; connecting again" in caplog.text
    assert "shard 0 of 3: the connection" not in caplog.text


async def test_a_shard_that_cannot_connect_holds_up_no_other_and_misses_nothing(wire: Wire) -> None:
    async with running(wire) as client:
        wire.rest.faults.add("GET /gateway", server_error(503), times=3)
        await wire.gateway.drop(1006, shard=1)
        await until(lambda: client.gateway_facts().disconnected == (1,))
        missed = await asked(wire, 1)
        await answered(wire, await asked(wire, 0), await asked(wire, 2))
        await answered(wire, missed)
        assert (wire.gateway.asked["op 2"], wire.gateway.asked["op 6"]) == (COUNT, 1), "its session went on"


async def test_a_server_that_the_bot_left_meanwhile_is_forgotten(wire: Wire) -> None:
    async with running(wire) as client:
        wire.gateway.resumes = False
        gone = wire.world.guilds.pop(str(server(1)))
        await wire.gateway.drop(4000, shard=1)
        await until(lambda: wire.gateway.asked["op 2"] > COUNT and client.gateway_facts().connected)
        assert client.get_guild(int(gone["id"])) is None
        assert client.gateway_facts().guilds == COUNT - 1


async def test_shards_of_a_bucket_identify_one_after_the_other(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "IDENTIFY_EVERY", 0.5)
    wire.gateway.concurrency = 2  # shards 0 and 2 are of one bucket
    async with running(wire):
        times = {shard: time for time, shard in wire.gateway.identified}
    assert times[2] - times[0] >= 0.4


async def test_a_captive_portal_is_waited_out(
    wire: Wire, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chipbot.bot.rest_guard.PAUSES", (0.01,))
    wire.rest.faults.add("GET /gateway/bot", page(), times=3)
    async with running(wire):
        await answered(wire, await asked(wire, 2))
    assert "Discord does not say how many shards it wants" in caplog.text


async def test_what_nobody_expects_of_one_shard_ends_no_other(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(wire) as client:
        shard = client.connections.get(1)
        assert shard is not None
        assert shard.ws is not None

        async def fail() -> None:
            raise LookupError("surprise")

        monkeypatch.setattr(shard.ws, "poll_event", fail)
        await wire.gateway.send_raw('{"op": 11}', shard=1)
        await until(lambda: "shard 1 of 3: the connection failed [LookupError]" in caplog.text)
        await until(lambda: wire.gateway.asked["op 6"] == 1)
        await answered(wire, *[await asked(wire, number) for number in range(COUNT)])


async def test_a_bot_that_is_closed_while_it_connects_leaves_no_shard_behind(wire: Wire) -> None:
    wire.gateway.greets = False
    client = client_of(Shelf.shipped())
    async with wire.serving():
        with bot.connecting_to(wire.url):
            serving = asyncio.create_task(bot.serve(client, TOKEN))
            await until(lambda: client.connections.get(0))
            await client.close()
            await asyncio.gather(serving, return_exceptions=True)
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("shard ")]


async def test_a_bot_that_is_closed_before_it_connects_does_not(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(Shelf.shipped())
    ask = client.http.get_bot_gateway

    async def close_meanwhile() -> object:
        answer = await ask()
        await client.close()
        return answer

    monkeypatch.setattr(client.http, "get_bot_gateway", close_meanwhile)
    async with wire.serving():
        with bot.connecting_to(wire.url):
            await bot.serve(client, TOKEN)
    assert wire.gateway.asked["op 2"] == 0


async def test_a_connection_that_is_closed_at_once_is_tried_again_after_a_pause(wire: Wire) -> None:
    async with running(wire) as client:
        wire.gateway.closes_with = 4000
        await wire.gateway.drop(4000, shard=2)
        await until(lambda: client.gateway_facts().disconnected == (2,))
        await asyncio.sleep(0.2)
        wire.gateway.closes_with = 0
        await answered(wire, *[await asked(wire, shard) for shard in range(COUNT)])


async def test_status_and_readiness_name_the_shards_that_are_lost(wire: Wire) -> None:
    async with running(wire) as client:
        assert client.gateway_facts().problem is None
        wire.gateway.greets = False
        await wire.gateway.drop(1006, shard=2)
        await until(lambda: client.gateway_facts().disconnected)
        assert client.gateway_facts().problem == "not connected to Discord: shard 2 of 3"
        place = wire.world.guilds[str(server(1))]
        boss = wire.members.join("boss", place, permissions=discord.Permissions(manage_guild=True).value)
        status = await wire.members.slash(boss, place["channels"][0], "status")
        await until(lambda: wire.members.shown(status) and wire.members.shown(status)[0]["content"])
        text = wire.members.shown(status)[0]["content"]
    assert re.search(r"^\*\*Shard\*\* 1 of 3, \d+ ms to Discord, not connected: 2$", text, re.MULTILINE)


def test_many_lost_shards_are_counted() -> None:
    lost = tuple(
        ShardFacts(number=number, connected=False, latency=math.nan, guilds=0) for number in range(12)
    )
    facts = GatewayFacts(shards=lost, shard_count=16)
    assert index_strings.shard_text(facts, server(3)) == (
        "**Shard** 3 of 16, not connected: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, and 2 more"
    )
    assert math.isnan(facts.latency)
