"""The pages that everybody reads, as strangers meet them who send what no browser does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.web.served import DESK, LAMP, Served, served

from chipbot.web import forms

DOCUMENTS: dict[str, str | bytes] = {"lamp.md": LAMP, "sub/desk.md": DESK}
PATHS = ("/", "/documents", "/documents/lamp.md", "/documents/lamp.md?mark=1-9", "/style.css", "/nothing")
CRLF = "%0d%0aX-Evil:%20yes%0d%0a%0d%0a<script>"
KNOWN = frozenset(
    (
        *("cache-control", "content-length", "content-type", "content-encoding", "content-security-policy"),
        *("cross-origin-opener-policy", "cross-origin-resource-policy", "date", "etag", "permissions-policy"),
        *(
            "referrer-policy",
            "server",
            "vary",
            "x-content-type-options",
            "x-robots-tag",
            "content-disposition",
        ),
        *("connection", "accept-ranges", "last-modified"),
    )
)
"""The headers of these pages."""


async def raw(server: Served, request: bytes) -> tuple[bytes, bytes]:
    """Send bytes; return the head and the body of what is answered."""
    where = urlsplit(server.address)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        writer.write(request)
        async with asyncio.timeout(60):
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        return head, body
    finally:
        writer.close()


def request(target: str, *headers: str, method: str = "GET", host: str = "localhost") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@pytest.mark.parametrize(
    "target",
    [
        f"/{CRLF}",
        f"/documents/{CRLF}",
        f"/documents/lamp.md{CRLF}",
        f"/documents/lamp.md?mark={CRLF}",
        f"/documents/lamp.md?page={CRLF}",
        f"/documents?page={CRLF}",
        f"/originals/{CRLF}",
        f"/originals/lamp.md?{CRLF}",
        f"/pictures/lamp.md?mark={CRLF}",
        f"/?question={CRLF}",
        "/documents/lamp.md#\r\n X-Evil: yes",
    ],
)
async def test_no_address_adds_a_header_or_a_script(tmp_path: Path, target: str) -> None:
    async with served(tmp_path, DOCUMENTS, originals=True) as server:
        head, body = await raw(server, request(target, f"Accept-Language: de;q=1{CRLF}"))
        assert re.match(rb"HTTP/1\.[01] (200|400|404) ", head)
        names = {line.partition(":")[0].lower() for line in head.decode().split("\r\n")[1:]}
        assert names <= KNOWN
        assert b"<script" not in body


LIES: Mapping[str, str] = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Port": "666",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Server": "evil.example",
    "Forwarded": "host=evil.example;proto=gopher",
    "X-Host": "evil.example",
    "X-Original-URL": "/operator/",
    "X-Rewrite-URL": "/operator/",
    "X-HTTP-Method-Override": "DELETE",
    "Referer": "https://evil.example/",
    "Origin": "https://evil.example",
    "User-Agent": "evil.example",
    "Cookie": "chipbot=evil.example",
}


@pytest.mark.parametrize("path", PATHS)
async def test_a_cache_keeps_nothing_that_a_stranger_has_put_in(tmp_path: Path, path: str) -> None:
    """Whatever is not named in Vary changes no page; and no cache that many share may keep one."""
    async with served(tmp_path, DOCUMENTS, web_url="https://docs.example.org/bot") as server:
        names = {"Host": "docs.example.org"}
        status, page, headers = await server.get(path, **names)
        assert (status, headers["Cache-Control"]) == (404 if path == "/nothing" else 200, "private, no-cache")
        assert headers["Vary"] == "Accept-Encoding, Accept-Language"
        for name, value in LIES.items():
            lied, changed, others = await server.get(path, **names, **{name: value})
            assert (lied, changed, others.get("ETag")) == (status, page, headers.get("ETag")), name
            assert "evil.example" not in changed + str(others)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request("/", host="evil.example"), 421),
        (request("/", "Host: evil.example"), 400),
        (request("http://evil.example/"), 421),
        (request("//evil.example/"), 404),
        (request("/", host="localhost\x00.evil.example"), 400),
        (request("/", "Content-Length: 5", "Transfer-Encoding: chunked", method="POST"), 400),
        (request("/", "Content-Length: 5", "Content-Length: 6", method="POST"), 400),
        (request("/", "Transfer-Encoding: gzip, identity", method="POST"), 400),
        (request("/", "Content-Length: -1", method="POST"), 400),
        (request("/", " folded: x"), 400),
        (request("/" + "a" * 20_000), 400),
        (request("/", "X: " + "a" * 20_000), 400),
        (request("/", *(f"X-{number}: y" for number in range(3_000))), 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00", 400),
    ],
)
async def test_what_two_servers_might_read_in_two_ways_is_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, sent: bytes, status: int
) -> None:
    """Another name, two lengths, two hosts: what smuggles requests past a server in front; nor does it fill the log."""
    async with served(tmp_path, DOCUMENTS) as server:
        caplog.clear()  # of what is said at the start
        head, body = await raw(server, sent + b"\r\n")
        assert head.startswith(b"HTTP/1."), head
        assert int(head.split()[1]) == status, head + body[:200]
        assert b"evil" not in head
        assert not caplog.records
        assert (await server.get("/"))[0] == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "POST"])
async def test_nothing_but_reading_and_asking_is_done(tmp_path: Path, method: str) -> None:
    async with served(tmp_path, DOCUMENTS, originals=True) as server:
        for path in ("/documents/lamp.md", "/originals/lamp.md", "/healthz", "/readyz", "/metrics"):
            async with server.session.request(method, server.address + path, data=b"x") as answer:
                assert answer.status in (404, 405), path
        assert (tmp_path / "seeds" / "lamp.md").read_text() == LAMP


async def test_a_question_that_never_arrives_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "PATIENCE", 0.2)
    async with served(tmp_path, DOCUMENTS) as server:
        form = ("Content-Type: application/x-www-form-urlencoded", "Content-Length: 1000")
        slow = request("/", *form, method="POST") + b"question="
        answers = await asyncio.gather(*(raw(server, slow) for _ in range(20)))
        assert {head.split()[1] for head, _ in answers} == {b"408"}
        assert (await server.ask("Who repairs a broken lamp?"))[0] == 200
