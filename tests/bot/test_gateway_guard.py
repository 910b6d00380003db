"""Malformed gateway traffic, over a true websocket: the bot says what came, drops it, and answers the next
question.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import discord
import pytest
from tests.bot.library import Shelf
from tests.bot.loopback import TOKEN, Loopback, channel, guild, mention
from tests.bot.town import client_of

from chipbot.bot import gateway_guard
from chipbot.bot.client import ChipbotClient
from chipbot.bot.runner import serve

PATIENCE = 30  # seconds


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  # what is waited for has no event
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def connected(loopback: Loopback) -> AsyncIterator[ChipbotClient]:
    """A client of the loopback's that is ready; it must still run at the end."""
    async with loopback.serving():
        with loopback.in_place_of_discord():
            client = client_of(Shelf.shipped())
            serving = asyncio.create_task(serve(client, TOKEN))
            try:
                await until(lambda: client.is_ready() or serving.done())
                yield client
                assert not serving.done(), serving.exception()
            finally:
                await client.close()
                await asyncio.gather(serving, return_exceptions=True)
                await asyncio.sleep(
                    0.01
                )  # what discord.py has to say about the end is said before the loop is gone


def club() -> Loopback:
    return Loopback(guilds=[guild(100, "Club", channel(102, "general"))])


async def answers(loopback: Loopback, number: int) -> bool:
    """Whether the bot answers a question now."""
    before = len(loopback.sent)
    await loopback.dispatch("MESSAGE_CREATE", mention(number, "How much money is in the fund?"))
    await until(lambda: len(loopback.sent) > before)
    return "$500 million" in json.dumps(loopback.sent[-1])


WHOLE = mention(7, "How much money is in the fund?")


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("MESSAGE_CREATE", {}),
        ("MESSAGE_CREATE", {name: value for name, value in WHOLE.items() if name != "author"}),
        ("MESSAGE_CREATE", WHOLE | {"id": "seven"}),
        ("MESSAGE_CREATE", WHOLE | {"author": []}),
        ("MESSAGE_CREATE", WHOLE | {"mentions": 3}),
        ("MESSAGE_CREATE", None),
        ("INTERACTION_CREATE", {"id": "1", "type": 2}),
        ("GUILD_CREATE", {"id": "100", "roles": 3}),
        ("CHANNEL_UPDATE", [1, 2]),
        ("GUILD_DELETE", "Club"),
    ],
)
async def test_a_malformed_event_is_logged_and_dropped(
    event: str, data: Any, caplog: pytest.LogCaptureFixture
) -> None:
    loopback = club()
    async with connected(loopback):
        await loopback.send_raw(json.dumps({"op": 0, "t": event, "s": 2, "d": data}))
        assert await answers(loopback, 8)
        assert loopback.asked["op 2"] == 1, "the same session goes on"
    assert f"Discord sent a malformed {event}, which is dropped [" in caplog.text


@pytest.mark.parametrize(
    "text", ["{", "[]", '"op"', '{"op": 0, "t": "READY", "s": 1, "d": {}}', '{"op": 10, "d": null}']
)
async def test_what_is_no_event_at_all_makes_a_new_connection(
    text: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chipbot.bot.gateway_guard.ExponentialBackoff.delay", lambda _: 0.01)
    loopback = club()
    async with connected(loopback) as client:
        await loopback.send_raw(text)
        await until(lambda: loopback.asked["op 2"] + loopback.asked["op 6"] > 1)
        await until(lambda: client.gateway_facts().connected)
        assert await answers(loopback, 8)
    assert "Discord sent what cannot be read" in caplog.text


async def test_a_client_that_is_closed_meanwhile_is_not_connected_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = discord.Client(intents=discord.Intents.none())

    async def connect() -> None:
        await client.close()
        raise KeyError("session_id")

    monkeypatch.setattr(client, "connect", connect)
    with pytest.raises(KeyError):
        await gateway_guard.stay_connected(client)


async def test_what_is_dropped_costs_only_itself(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    seen: list[object] = []

    def parse(data: Any) -> None:
        seen.append({"good": 1}[data])

    parsers: dict[str, Callable[[Any], None]] = {"EVENT": parse}
    gateway_guard.guard_parsers(parsers)
    for data in ("bad", "good", ["unhashable"]):
        parsers["EVENT"](data)
    assert seen == [1]
    assert caplog.text.count("malformed EVENT") == 2
