"""Malformed gateway traffic, over a true websocket: the bot says what came, drops it, and answers the next
question.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from tests.wire import objects
from tests.wire.bots import FUND, MONEY, club, reply_to, running
from tests.wire.members import text_of
from tests.wire.wire import Wire, until

from chipbot.bot import gateway_guard

WHOLE = objects.message(
    objects.user("ann", "1"),
    {"id": "102"},
    f"<@{objects.APPLICATION}> {FUND}",
    mentions=[objects.ME],
    guild_id="100",
    member={name: value for name, value in objects.member({}).items() if name != "user"},
)


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
    wire = Wire([club()])
    async with running(wire):
        await wire.gateway.send_raw(json.dumps({"op": 0, "t": event, "s": None, "d": data}))
        assert MONEY in text_of(await reply_to(wire))
        assert wire.gateway.asked["op 2"] == 1, "the same session goes on"
    assert f"Discord sent a malformed {event}, which is dropped [" in caplog.text


@pytest.mark.parametrize(
    "text", ["{", "[]", '"op"', '{"op": 0, "t": "READY", "s": 1, "d": {}}', '{"op": 10, "d": null}']
)
async def test_what_is_no_event_at_all_makes_a_new_connection(
    text: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chipbot.bot.gateway_guard.ExponentialBackoff.delay", lambda _: 0.01)
    wire = Wire([club()])
    async with running(wire) as client:
        await wire.gateway.send_raw(text)
        await until(lambda: wire.gateway.asked["op 2"] + wire.gateway.asked["op 6"] > 1)
        await until(lambda: client.gateway_facts().connected)
        assert MONEY in text_of(await reply_to(wire))
    assert "Discord sent what cannot be read" in caplog.text


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
