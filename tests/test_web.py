"""The web server, asked over loopback."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp
import pytest

from chipbot import __version__, web
from chipbot.errors import ChipbotError
from chipbot.ops.metrics import Metrics

State = dict[str, str | None]


async def fetched(state: State, path: str, method: str = "GET") -> tuple[int, str, Mapping[str, str]]:
    """What a bot in this state answers."""

    async def readiness() -> State:
        return state

    async with (
        web.serving("127.0.0.1", 0, readiness=readiness, metrics=Metrics().exposition) as address,
        aiohttp.ClientSession() as session,
        session.request(method, address + path) as answer,
    ):
        return answer.status, await answer.text(), answer.headers


async def test_the_process_runs_even_if_it_is_not_ready() -> None:
    assert (await fetched({"gateway": "not connected"}, "/healthz"))[:2] == (
        200,
        f"chipbot {__version__} is running\n",
    )


@pytest.mark.parametrize(
    ("state", "status", "body"),
    [
        ({"gateway": None, "index": None}, 200, '{"ready": true, "problems": {}}'),
        ({"gateway": "away", "index": None}, 503, '{"ready": false, "problems": {"gateway": "away"}}'),
    ],
)
async def test_whether_it_is_ready(state: State, status: int, body: str) -> None:
    assert (await fetched(state, "/readyz"))[:2] == (status, body)


async def test_the_metrics() -> None:
    status, text, headers = await fetched({}, "/metrics")
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain; version=")
    assert f'chipbot_build_info{{version="{__version__}"}} 1.0\n' in text


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/", 404), ("POST", "/healthz", 405), ("GET", "/../.env", 404)]
)
async def test_there_is_nothing_else(method: str, path: str, status: int) -> None:
    assert (await fetched({}, path, method))[0] == status


async def test_an_address_that_is_taken_is_named() -> None:
    async def readiness() -> State:
        return {}

    async with web.serving("127.0.0.1", 0, readiness=readiness, metrics=Metrics().exposition) as address:
        port = int(address.rpartition(":")[2])
        with pytest.raises(
            ChipbotError, match=rf"cannot listen at 127\.0\.0\.1:{port}: another program .* CHIPBOT_WEB_PORT"
        ):
            async with web.serving("127.0.0.1", port, readiness=readiness, metrics=Metrics().exposition):
                raise AssertionError("it is taken")


async def test_an_address_that_is_not_this_machines_is_named() -> None:
    async def readiness() -> State:
        return {}

    with pytest.raises(
        ChipbotError, match=r"cannot listen at 192\.0\.2\.1:8080: .*correct CHIPBOT_WEB_HOST"
    ):  # RFC 5737
        async with web.serving("192.0.2.1", 8080, readiness=readiness, metrics=Metrics().exposition):
            raise AssertionError("it is nobody's")


async def test_ipv6() -> None:
    async def readiness() -> State:
        return {}

    async with web.serving("::1", 0, readiness=readiness, metrics=Metrics().exposition) as address:
        assert address.startswith("http://[::1]:")
