"""Logging in, being refused, being stopped; on loopback, with discord.py's own network code."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING
from unittest.mock import Mock

import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from tests.bot.library import Shelf
from tests.bot.town import client_of

from chipbot.bot import ChipbotClient, token_of
from chipbot.bot.runner import serve
from chipbot.errors import ChipbotError, TokenError
from chipbot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

VALUE = "not-a-real.one"


def settings(**values: object) -> Settings:
    return Settings.model_construct(**{"token": None, "cooldown": 0.0, "log_questions": False, **values})  # type: ignore[arg-type]  # any field


def closed(code: int) -> discord.ConnectionClosed:
    """What discord.py raises when the gateway ends the connection with that code."""
    return discord.ConnectionClosed(Mock(), shard_id=None, code=code)


@pytest.fixture
def client() -> ChipbotClient:
    return client_of(Shelf.shipped())


@pytest.fixture
async def discord_api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[dict[str, int]]:
    """A server that answers everything with the status under "status", and counts what it was asked."""
    state = {"status": 401, "requests": 0}

    async def respond(_: web.Request) -> web.Response:
        state["requests"] += 1
        return web.json_response({"message": "refused", "code": 0}, status=state["status"])

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", respond)
    async with TestServer(app) as server:
        monkeypatch.setattr(discord.http.Route, "BASE", str(server.make_url("/api")))
        yield state


async def test_a_refused_token_is_one_clear_line(client: ChipbotClient, discord_api: dict[str, int]) -> None:
    async with asyncio.timeout(10):
        with pytest.raises(TokenError, match="Discord refused the token: set CHIPBOT_TOKEN") as caught:
            await serve(client, VALUE)
    assert caught.value.code == 78
    assert VALUE not in str(caught.value)
    assert discord_api["requests"] == 1
    assert client.is_closed()


async def test_any_other_answer_is_waited_out(
    client: ChipbotClient, discord_api: dict[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    discord_api["status"] = 403
    serving = asyncio.create_task(serve(client, VALUE))
    async with asyncio.timeout(30):
        while discord_api["requests"] < 2:  # noqa: ASYNC110  # the server has no event for this
            await asyncio.sleep(0.01)
        discord_api["status"] = 401
        with pytest.raises(TokenError):
            await serving
    warnings = [record.getMessage() for record in caplog.records if record.name == "chipbot.bot.rest_guard"]
    assert warnings[0].startswith("Discord cannot be reached; trying again in ")
    assert "\n" not in "".join(warnings)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("raised", "error", "message"),
    [
        (discord.PrivilegedIntentsRequired(None), TokenError, "refused the bot's intents"),
        (closed(4004), TokenError, "no longer accepts the token"),
        (
            closed(4013),
            ChipbotError,
            "closed the connection for good",
        ),
        (OSError("no route"), ChipbotError, "cannot be reached: no route"),
        (discord.HTTPException(Mock(status=500, reason=""), None), ChipbotError, "cannot be reached"),
    ],
)
async def test_why_the_connection_ended_is_said(
    client: ChipbotClient,
    monkeypatch: pytest.MonkeyPatch,
    raised: Exception,
    error: type[ChipbotError],
    message: str,
) -> None:
    async def start(_: str) -> None:
        raise raised

    monkeypatch.setattr(client, "start", start)
    with pytest.raises(error, match=message) as caught:
        await serve(client, VALUE)
    assert type(caught.value) is error
    assert client.is_closed()


@pytest.mark.parametrize(
    "values",
    [{}, {"token": SecretStr("")}, {"token": SecretStr("  ")}],
)
def test_a_missing_token_is_one_clear_line(values: dict[str, object]) -> None:
    with pytest.raises(TokenError, match="CHIPBOT_TOKEN") as caught:
        token_of(settings(**values))
    assert caught.value.code == 78


def test_the_token_comes_from_the_setting() -> None:
    assert token_of(settings(token=SecretStr(f"{VALUE}\n"))) == VALUE


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_closes_the_bot_once_its_replies_are_out(
    client: ChipbotClient, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    closed = asyncio.Event()
    replied = []

    async def start(_: str) -> None:
        replies.append(asyncio.create_task(reply()))
        await asyncio.sleep(0)
        os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
        await closed.wait()

    async def reply() -> None:
        with client.questions.request_scope():
            while not client.questions.closing:  # noqa: ASYNC110  the service has no event for this
                await asyncio.sleep(0.001)
            replied.append("answer")

    async def close(_: discord.Client) -> None:
        closed.set()

    replies: list[asyncio.Task[None]] = []
    monkeypatch.setattr(client, "start", start)
    monkeypatch.setattr(discord.Client, "close", close)
    async with asyncio.timeout(10):
        await serve(client, VALUE)
    assert replied == ["answer"]


async def test_a_signal_while_the_connection_is_being_made_ends_it(
    client: ChipbotClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start(_: str) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()

    monkeypatch.setattr(client, "start", start)
    async with asyncio.timeout(10):
        await serve(client, VALUE)
    assert client.is_closed()


def test_the_bot_asks_for_no_privileged_intent_and_pings_nobody(client: ChipbotClient) -> None:
    intents = client.intents
    assert not (intents.message_content)
    assert not (intents.members)
    assert not (intents.presences)
    assert client.allowed_mentions is not None
    assert dict(client.allowed_mentions.to_dict()) == {"parse": []}
