"""What Discord says about a bot that is not running, asked with discord.py's own network code on loopback."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from tests.wire.objects import APPLICATION, FORUM, TOKEN, channel, guild, overwrite
from tests.wire.wire import Wire

from chipbot.bot import connecting_to, diagnostics
from chipbot.bot.diagnostics import Inspection, ServerAccess, missing_intents
from chipbot.bot.invite import invite_link
from chipbot.errors import ChipbotError, TokenError
from chipbot.journal.server_settings import DEFAULTS, ServerSettings

VIEW = discord.Permissions(view_channel=True).value
SEND = discord.Permissions(send_messages=True).value
TAG = {"id": "9", "moderated": False, "emoji_id": None, "emoji_name": None}
HISTORY = discord.Permissions(read_message_history=True).value


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with Wire().serving() as served:
        with connecting_to(served.url):
            yield served


async def inspected(token: str = TOKEN, patience: float = diagnostics.PATIENCE) -> Inspection:
    return await asyncio.to_thread(diagnostics.inspect, token, patience=patience)


async def test_all_is_well(wire: Wire) -> None:
    forum, voice = channel(103, "forum", kind=FORUM), channel(104, "voice", kind=2)
    wire.world.add_guild(guild(100, "Club", channel(102, "general"), forum, voice))
    result = await inspected()
    assert result.name == "chipbot#0001"
    assert result.missing_intents == ()
    assert result.interactions_url is None
    assert not result.needs_code_grant
    assert result.sessions_left == 1000
    assert result.shards == 1
    assert result.clock_ahead is not None
    assert abs(result.clock_ahead) < 10
    assert result.servers == (ServerAccess(name="Club", answers_in=2, text_channels={102: "#general"}),)
    assert wire.gateway.asked["op 2"] == 0, "no session is used up"


async def test_the_invite_link_asks_for_what_is_needed_and_no_more() -> None:
    link = invite_link(7)
    assert link.startswith("https://discord.com/oauth2/authorize?client_id=7&")
    assert "scope=bot+applications.commands" in link
    # Bits 10, 11, 16 and 38 of the table in "Permissions" of Discord's documentation.
    assert f"permissions={1 << 10 | 1 << 11 | 1 << 16 | 1 << 38}" in link


async def test_a_refused_token(wire: Wire) -> None:
    with pytest.raises(TokenError, match="Discord refused the token") as caught:
        await inspected("other.token.x")
    assert "other.token.x" not in str(caught.value)
    assert wire.rest.asked == {"GET /users/@me": 1}


async def test_a_gateway_that_does_not_answer(wire: Wire) -> None:
    wire.gateway.greets = False
    with pytest.raises(ChipbotError, match="did not answer in time"):
        await inspected(patience=0.5)


async def test_nobody_is_there(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{unused_tcp_port}/api/v10")
    with pytest.raises(ChipbotError, match=r"Discord cannot be reached: .* needs discord\.com"):
        await inspected()


async def test_what_the_portal_has_wrong(wire: Wire) -> None:
    wire.world.application |= {
        "bot_require_code_grant": True,
        "interactions_endpoint_url": "https://example.org/x",
    }
    result = await inspected()
    assert result.public
    assert result.needs_code_grant
    assert result.interactions_url == "https://example.org/x"


@pytest.mark.parametrize("ahead", [-3600, 3600])
async def test_a_clock_that_is_off(wire: Wire, ahead: int) -> None:
    wire.rest.clock = time.time() - ahead
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
        [overwrite(101, deny=HISTORY)],
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
    wire: Wire,
    overwrites: list[dict[str, Any]],
    channels: dict[str, tuple[str, ...]],
    answers_in: int,
) -> None:
    wire.world.add_guild(guild(100, "Club", channel(102, "general", *overwrites)))
    (server,) = (await inspected()).servers
    assert server == ServerAccess(
        name="Club",
        channels=channels,
        answers_in=answers_in,
        text_channels={102: "#general"} if answers_in else {},
    )


@pytest.mark.parametrize(
    ("settings", "chosen", "bits"),
    [
        (DEFAULTS, {}, []),
        (ServerSettings(reply_in="thread"), {"#general": ("Create Public Threads",)}, [35]),
        (
            ServerSettings(listen="always"),
            {"#general": ("Add Reactions",), "#help": ("Manage Threads",)},
            [6, 34],
        ),
    ],
)
async def test_what_a_server_s_settings_take(
    wire: Wire, settings: ServerSettings, chosen: dict[str, tuple[str, ...]], bits: list[int]
) -> None:
    """Bits of the table in "Permissions" of Discord's documentation."""
    tagged = channel(103, "help", kind=FORUM) | {"available_tags": [TAG | {"name": "Solved"}]}
    untagged = channel(104, "chat", kind=FORUM) | {"available_tags": [TAG | {"name": "Fun"}]}
    everyone = VIEW | SEND | HISTORY | discord.Permissions(send_messages_in_threads=True).value
    wire.world.add_guild(
        guild(100, "Club", channel(102, "general"), tagged, untagged, everyone=everyone, mine=0)
    )
    result = await asyncio.to_thread(
        diagnostics.inspect, TOKEN, settings_of=lambda _guild, _channel: settings
    )
    (server,) = result.servers
    assert server.chosen == chosen
    assert result.invite == invite_link(int(APPLICATION), sum(1 << bit for bit in bits))


async def test_a_server_where_the_role_lacks_something(wire: Wire) -> None:
    for one in (guild(100, "Club", everyone=VIEW, mine=0), guild(200, "Other")):
        wire.world.add_guild(one)
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
