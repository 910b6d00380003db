"""What Discord says about a bot that is not running, asked with discord.py's own network code on loopback."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from tests.bot.loopback import EVERYONE, TOKEN, Loopback, channel, guild, overwrite

from chipbot.bot import diagnostics
from chipbot.bot.diagnostics import Inspection, ServerAccess, invite_link, missing_intents
from chipbot.errors import ChipbotError, TokenError

VIEW = discord.Permissions(view_channel=True).value
SEND = discord.Permissions(send_messages=True).value


@pytest.fixture
async def loopback() -> AsyncIterator[Loopback]:
    async with Loopback().serving() as server:
        with server.in_place_of_discord():
            yield server


async def inspected(token: str = TOKEN, patience: float = diagnostics.PATIENCE) -> Inspection:
    return await asyncio.to_thread(diagnostics.inspect, token, patience=patience)


async def test_all_is_well(loopback: Loopback) -> None:
    loopback.guilds = [
        guild(
            100,
            "Club",
            channel(102, "general"),
            channel(103, "forum", kind=15),
            channel(104, "voice", kind=2),
        )
    ]
    result = await inspected()
    assert result.name == "chipbot#0001"
    assert result.missing_intents == ()
    assert result.interactions_url is None
    assert not result.needs_code_grant
    assert result.sessions_left == 1000
    assert result.clock_ahead is not None
    assert abs(result.clock_ahead) < 10
    assert result.servers == (ServerAccess(name="Club", answers_in=2),)
    assert loopback.asked["op 2"] == 0, "no session is used up"


async def test_the_invite_link_asks_for_what_is_needed_and_no_more() -> None:
    link = invite_link(7)
    assert link.startswith("https://discord.com/oauth2/authorize?client_id=7&")
    assert "scope=bot+applications.commands" in link
    # Bits 10, 11, 16 and 38 of the table in "Permissions" of Discord's documentation.
    assert f"permissions={1 << 10 | 1 << 11 | 1 << 16 | 1 << 38}" in link


async def test_a_refused_token(loopback: Loopback) -> None:
    with pytest.raises(TokenError, match="Discord refused the token") as caught:
        await inspected("other.token.x")
    assert "other.token.x" not in str(caught.value)
    assert loopback.asked == {"GET /users/@me": 1}


async def test_a_gateway_that_does_not_answer(loopback: Loopback) -> None:
    loopback.greet = False
    with pytest.raises(ChipbotError, match="did not answer in time"):
        await inspected(patience=0.5)


async def test_nobody_is_there(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{unused_tcp_port}/api/v10")
    with pytest.raises(ChipbotError, match=r"Discord cannot be reached: .* needs discord\.com"):
        await inspected()


async def test_what_the_portal_has_wrong(loopback: Loopback) -> None:
    loopback.application = {
        "bot_require_code_grant": True,
        "interactions_endpoint_url": "https://example.org/x",
    }
    result = await inspected()
    assert result.needs_code_grant
    assert result.interactions_url == "https://example.org/x"


@pytest.mark.parametrize("ahead", [-3600, 3600])
async def test_a_clock_that_is_off(loopback: Loopback, ahead: int) -> None:
    loopback.clock = time.time() - ahead
    result = await inspected()
    assert result.clock_ahead == pytest.approx(ahead, abs=10)


CHANNELS = [
    pytest.param([], {}, 1, id="as everybody"),
    pytest.param([overwrite(100, deny=SEND)], {}, 0, id="read only for everybody: nobody asks there"),
    pytest.param([overwrite(100, deny=VIEW)], {}, 0, id="private, and the bot was not let in"),
    pytest.param(
        [overwrite(100, deny=VIEW), overwrite(101, allow=VIEW)], {}, 1, id="private, and the bot was let in"
    ),
    pytest.param(
        [overwrite(100, deny=VIEW), overwrite(101, allow=VIEW, deny=SEND)],
        {"#general": ("Send Messages",)},
        0,
        id="private, and the bot was let in to be silent",
    ),
    pytest.param(
        [overwrite(101, deny=EVERYONE & ~VIEW & ~SEND)],
        {"#general": ("Read Message History",)},
        0,
        id="no history",
    ),
    pytest.param(
        [overwrite(101, deny=VIEW)],
        {"#general": ("View Channel", "Send Messages", "Read Message History", "Send Messages in Threads")},
        0,
        id="hidden from the bot alone",
    ),
]


@pytest.mark.parametrize(("overwrites", "channels", "answers_in"), CHANNELS)
async def test_each_channel(
    loopback: Loopback,
    overwrites: list[dict[str, Any]],
    channels: dict[str, tuple[str, ...]],
    answers_in: int,
) -> None:
    loopback.guilds = [guild(100, "Club", channel(102, "general", *overwrites))]
    (server,) = (await inspected()).servers
    assert server == ServerAccess(name="Club", channels=channels, answers_in=answers_in)


async def test_a_server_where_the_role_lacks_something(loopback: Loopback) -> None:
    loopback.guilds = [guild(100, "Club", everyone=VIEW, mine=0), guild(200, "Other")]
    first, second = (await inspected()).servers
    assert set(first.missing) == {"Send Messages", "Read Message History", "Send Messages in Threads"}
    assert second.missing == ()


@pytest.mark.parametrize(
    ("flags", "missing"),
    [
        (0, ("message_content",)),
        (1 << 17, ("message_content",)),
        (1 << 18, ()),
        (1 << 19, ()),
    ],
)
def test_a_privileged_intent_must_be_on_in_the_portal(flags: int, missing: tuple[str, ...]) -> None:
    given = discord.ApplicationFlags()
    given.value = flags
    assert missing_intents(discord.Intents(guilds=True, message_content=True), given) == missing
    assert missing_intents(discord.Intents(guilds=True), given) == ()
