"""Many connections, slow ones, and ones that read nothing: others are served, and the bot keeps its descriptors."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from tests.web.served import LAMP, Served, served

from chipbot.web import connections

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
WHOLE = b"GET /documents/lamp.md HTTP/1.1\r\nHost: localhost\r\n\r\n"


@contextlib.asynccontextmanager
async def connected(server: Served, count: int, sent: bytes = b"") -> AsyncIterator[list[Connection]]:
    """So many connections, one after the other, each of which has sent this and reads nothing."""
    where, made = urlsplit(server.address), list[Connection]()
    try:
        for _ in range(count):
            made.append(await asyncio.open_connection(where.hostname, where.port))
            with contextlib.suppress(ConnectionError):
                made[-1][1].write(sent)
                await made[-1][1].drain()
        yield made
    finally:
        for _, writer in made:
            writer.close()


async def ended(connection: Connection) -> bool:
    """Whether the other side has hung up."""
    try:
        async with asyncio.timeout(0.5):
            while await connection[0].read(2**20):
                pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # names are enough


@pytest.mark.parametrize(
    "sent", [b"", WHOLE[:30], WHOLE], ids=["nothing", "half a request", "and reads nothing"]
)
async def test_of_too_many_the_oldest_ends_and_the_next_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connections, "MOST", 10)
    async with served(tmp_path, {"lamp.md": LAMP}) as server, connected(server, 30, sent) as made:
        status, page, _ = await server.get("/documents/lamp.md")
        assert (status, "for free on Fridays" in page) == (200, True)
        assert [await ended(each) for each in made] == [True] * 21 + [False] * 9


@pytest.mark.parametrize("near", [False, True], ids=["a stranger", "a proxy nearby, which has everybody's"])
async def test_one_address_has_some_connections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, near: bool
) -> None:
    monkeypatch.setattr(connections, "OF_ONE", 5)
    monkeypatch.setattr(connections, "is_near", lambda _: near)
    async with served(tmp_path, {"lamp.md": LAMP}) as server:
        async with connected(server, 8) as made:
            assert [await ended(each) for each in made] == [False] * 5 + [not near] * 3
        async with asyncio.timeout(30):
            while not await _is_alive(server):  # noqa: ASYNC110  # until the server has seen them go
                await asyncio.sleep(0.05)


async def _is_alive(server: Served) -> bool:
    with contextlib.suppress(aiohttp.ClientError):
        return (await server.get("/healthz"))[0] == 200
    return False


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors are counted in /proc")
async def test_a_flood_of_connections_leaves_descriptors(tmp_path: Path) -> None:
    async with served(tmp_path, {"lamp.md": LAMP}) as server:
        before = descriptors()
        async with connected(server, connections.MOST + 50, WHOLE) as made:
            await asyncio.sleep(0)
            ours = sum(not writer.transport.is_closing() for _, writer in made)
            assert descriptors() - before - ours <= connections.MOST + 5
            assert (await server.get("/documents", **{"X-Forwarded-For": "203.0.113.9"}))[0] == 200
