"""What stands before the pages: names, rates, other sites, caches."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request
from tests.web.served import DESK, LAMP, served

from chipbot.web.guard import RateLimit, allowed_names, client_address, host_name, is_loopback

DOCUMENTS = {"lamp.md": LAMP, "desk.md": DESK}


@pytest.mark.parametrize(
    ("host", "web_url", "status"),
    [
        ("localhost:1234", "", 200),
        ("127.0.0.1", "", 200),
        ("[::1]:1234", "", 200),
        ("evil.example", "", 421),
        ("docs.example.org", "", 421),
        ("docs.example.org", "https://docs.example.org/bot", 200),
        ("DOCS.example.org:443", "https://docs.example.org", 200),
        ("evil.example", "https://docs.example.org", 421),
    ],
)
async def test_pages_are_served_under_their_own_names(
    tmp_path: Path, host: str, web_url: str, status: int
) -> None:
    async with served(tmp_path, DOCUMENTS, web_url=web_url) as server:
        for path in ("/", "/documents/lamp.md"):
            assert (await server.get(path, Host=host))[0] == status
        assert (await server.get("/healthz", Host="10.1.2.3:80"))[0] == 200


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)]
)
async def test_no_other_site_asks_in_a_readers_name(tmp_path: Path, site: str, status: int) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        assert (await server.ask("Who repairs a lamp?", **{"Sec-Fetch-Site": site}))[0] == status


async def test_a_page_that_has_not_changed_is_not_sent_again(tmp_path: Path) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        status, page, headers = await server.get("/documents/lamp.md")
        assert (status, headers["Content-Encoding"]) == (200, "deflate")
        assert len(page.encode()) > 2 * int(headers["Content-Length"])
        status, body, again = await server.get("/documents/lamp.md", **{"If-None-Match": headers["ETag"]})
        assert (status, body, again["ETag"]) == (304, "", headers["ETag"])
        assert again["Content-Security-Policy"] == headers["Content-Security-Policy"]
        (tmp_path / "seeds" / "lamp.md").write_text(LAMP + "\nMore.\n")
        server.knowledge_base.reindex()
        status, _, new = await server.get("/documents/lamp.md", **{"If-None-Match": headers["ETag"]})
        assert status == 200
        assert new["ETag"] != headers["ETag"]


async def test_who_asks_for_too_much_waits_and_nobody_else(tmp_path: Path) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        statuses = [(await server.get("/style.css"))[0] for _ in range(80)]
        assert statuses[:60] == [200] * 60
        status = (await server.get("/style.css"))[0]
        assert 429 in {*statuses, status}
        other = {"X-Forwarded-For": "1.1.1.1, 203.0.113.9"}
        assert (await server.get("/style.css", **other))[0] == 200
        assert (await server.get("/healthz"))[0] == 200


def test_a_bucket_fills_again_and_few_are_remembered() -> None:
    now = 0.0
    limit = RateLimit(rate=2, burst=3, clock=lambda: now)
    assert [limit.seconds("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert limit.seconds("b") == 0
    now = 0.5
    assert [limit.seconds("a"), limit.seconds("a")] == [0, 0.5]
    now = 100
    assert [limit.seconds("a") for _ in range(4)] == [0, 0, 0, 0.5]
    for number in range(10_050):
        limit.seconds(str(number))
    assert len(limit) == 10_000


@pytest.mark.parametrize(
    ("host", "name"),
    [("x.org", "x.org"), ("X.org:80", "x.org"), ("[::1]:80", "::1"), ("[::1]", "::1"), ("", "")],
)
def test_a_host_has_a_name_and_perhaps_a_port(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("192.0.2.1", False), ("x.org", False)],
)
def test_only_this_machine_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) == loopback
    assert host in allowed_names(host, "")


@pytest.mark.parametrize(
    ("peer", "forwarded", "who"),
    [
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("172.18.0.2", "1.2.3.4, 198.51.100.7", "198.51.100.7"),
        ("fd00::1%eth0", "198.51.100.7", "198.51.100.7"),
        ("8.8.8.8", "198.51.100.7", "8.8.8.8"),
        ("", "198.51.100.7", ""),
    ],
)
def test_a_proxy_nearby_says_who_asks(peer: str, forwarded: str, who: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(make_mocked_request("GET", "/", headers=headers).clone(remote=peer)) == who
