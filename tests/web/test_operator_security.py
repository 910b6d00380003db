"""The operator's pages as strangers, other sites, guessers, slow and broken clients meet them."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

import aiohttp
import pytest
from tests.web.operators import DOCUMENTS, PASSWORD, Operator, operator
from tests.web.served import LAMP, Served, served

from chipbot.web import forms
from chipbot.web.sessions import IDLE, LONGEST, Session, Sessions

HTTPS = "https://docs.example.org/bot"
AS_HTTPS = {"Host": "docs.example.org"}
PAGES = ("", "new", "try", "canaries", "documents/lamp.md")
FORMS = ("", "new", "try", "canaries", "documents/lamp.md", "remove", "undo", "logout")


def files(folder: Path) -> dict[str, bytes]:
    """Return every file with what is in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def raw(server: Served, request: bytes, *, hangs_up: bool = False) -> bytes:
    """Send bytes; return what comes until the server ends the connection, or the sender hangs up."""
    where = urlsplit(server.address)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        writer.write(request)
        if hangs_up:
            writer.write_eof()
        async with asyncio.timeout(60):
            return await reader.read()
    finally:
        writer.close()


def cookie_of(desk: Operator) -> str:
    return "; ".join(f"{one.key}={one.value}" for one in desk.server.session.cookie_jar)


# Strangers


@pytest.mark.parametrize("cookie", ["", "chipbot=", "chipbot=x", "chipbot=" + "A" * 43, "__Host-chipbot=x"])
async def test_a_stranger_reads_and_changes_nothing(tmp_path: Path, cookie: str) -> None:
    async with served(tmp_path, DOCUMENTS, password=PASSWORD) as server:
        before = files(tmp_path / "seeds")
        headers = {"Cookie": cookie} if cookie else {}
        for method, paths in (("GET", PAGES), ("POST", FORMS)):
            for path in paths:
                address = f"{server.address}/operator/{path}"
                form = {"form_token": "", "document": "lamp.md", "text": "x"}
                async with server.session.request(
                    method, address, data=form, headers=headers, allow_redirects=False
                ) as answer:
                    assert answer.status == 303, (method, path)
                    assert await answer.text() == ""
                    assert re.fullmatch(r"[./]+/operator/login", answer.headers["Location"])
        assert files(tmp_path / "seeds") == before


async def test_without_a_password_file_there_are_no_such_pages(tmp_path: Path) -> None:
    async with served(tmp_path, DOCUMENTS) as server:
        for path in ("/operator", "/operator/", "/operator/login", "/operator/try"):
            assert (await server.get(path))[0] == 404


async def test_no_page_is_kept_or_framed_or_runs_anything(tmp_path: Path) -> None:
    async with operator(tmp_path) as desk:
        for path in ("", "login", *PAGES):
            spoken = {"Accept-Language": "de"}
            status, page, headers = await desk.server.get(f"/operator/{path}", **spoken)
            assert (status, '<html lang="de">' in page) == (200, True)
            assert "Zum Inhalt" in page
            assert (headers["Cache-Control"], headers["Vary"]) == ("no-store", "Cookie")
            assert "ETag" not in headers
            assert "Content-Encoding" not in headers  # which would tell of a secret by its length
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "script-src" not in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert "<script" not in page
            assert not re.search(r"\son\w+=|style=|javascript:", page)
        assert "What there is" in (await desk.get("../operator")).text


# Cookies and sessions


@pytest.mark.parametrize(
    ("headers", "name", "is_secure"), [({}, "chipbot", False), (AS_HTTPS, "__Host-chipbot", True)]
)
async def test_only_these_pages_get_the_cookie(
    tmp_path: Path, headers: Mapping[str, str], name: str, is_secure: bool
) -> None:
    async with served(tmp_path, DOCUMENTS, password=PASSWORD, web_url=HTTPS) as server:
        async with server.session.post(
            f"{server.address}/operator/login",
            data={"password": PASSWORD},
            headers=headers,
            allow_redirects=False,
        ) as answer:
            (kept,) = answer.headers.getall("Set-Cookie")
        first, *attributes = (part.strip() for part in kept.split(";"))
        assert re.fullmatch(rf"{name}=[\w-]{{43}}", first)
        wanted = {"HttpOnly", "Path=/", "SameSite=Strict"} | ({"Secure"} if is_secure else set())
        assert set(attributes) == wanted
        for cookie, path in ((first, "operator/"), ("", "login")):
            server.session.cookie_jar.clear()
            async with server.session.get(
                f"{server.address}/operator/", headers={**headers, "Cookie": cookie}
            ) as answer:
                assert str(answer.url).endswith(path)


async def test_nobody_logs_in_where_others_could_listen(tmp_path: Path) -> None:
    web_url = "http://docs.example.org"
    async with served(tmp_path, DOCUMENTS, password=PASSWORD, web_url=web_url) as server:
        desk = Operator(server)
        page = await desk.log_in(**AS_HTTPS)
        assert page.status == 421
        assert "by https" in page.text
        assert (await desk.get("login", **AS_HTTPS)).status == 421
        assert (await desk.get("login", Host="evil.example")).status == 421
        assert (await desk.log_in()).status == 200


async def test_a_session_ends(tmp_path: Path) -> None:
    now = 0.0
    elsewhere = {"X-Forwarded-For": "198.51.100.7"}  # an address has five tries at once
    async with operator(tmp_path, sessions=Sessions(lambda: now)) as desk:

        async def is_in() -> bool:
            return not (await desk.get()).url.endswith("login")

        cookie = cookie_of(desk)
        assert (await desk.press("logout")).url.endswith("login")
        assert not (await desk.get(Cookie=cookie)).text.count("What there is")
        await desk.log_in()
        while now < LONGEST - IDLE:
            now += IDLE - 1
            assert await is_in()
        now = LONGEST + 1
        assert not await is_in()
        await desk.log_in()
        now += IDLE + 1
        assert not await is_in()
        await desk.log_in()
        assert await is_in()
        (tmp_path / "password").write_text("another horse battery")
        assert "not the password" in (await desk.log_in(**elsewhere)).text
        assert not await is_in()
        await desk.log_in("another horse battery", **elsewhere)
        assert await is_in()
        (tmp_path / "password").unlink()
        assert not await is_in()
        page = await desk.log_in("another horse battery", **elsewhere)
        assert (page.status, "no password that can be used" in page.text) == (401, True)


def test_the_oldest_sessions_make_room() -> None:
    sessions = Sessions()
    ids = [sessions.open("192.0.2.1") for _ in range(60)]
    assert [sessions.find(one) is not None for one in ids] == [False] * 10 + [True] * 50
    sessions.close("unknown \ud800")
    assert not Session(address="", began=0, used=0).owns("\ud800")


# Other sites


async def test_no_other_page_sends_a_form(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with operator(tmp_path) as desk:
        token = await desk.token()
        cookie = cookie_of(desk)
        await desk.log_in()  # … at another browser
        assert cookie_of(desk) != cookie
        before = files(desk.seeds)
        for wrong in ("", "x", token, "\u00e9", token[:-1]):
            for path in FORMS:
                form = {"form_token": wrong, "document": "lamp.md", ".": "."}
                is_upload = path in ("", "new", "documents/lamp.md")
                page = await (desk.send if is_upload else desk.post)(path, form)
                assert page.status == 403, path
                assert "too old, or not from this page" in page.text
        assert "a form that is not the session's, from 127.0.0.1" in caplog.text
        fields = {"text": "x", "form_token": await desk.token()}  # what comes first isn't the token
        assert (await desk.send("documents/lamp.md", fields)).status == 403
        for site in ("cross-site", "same-site"):
            form = {"form_token": await desk.token(), "document": "lamp.md"}
            assert (await desk.post("remove", form, **{"Sec-Fetch-Site": site})).status == 403
        assert files(desk.seeds) == before


async def test_nobody_is_led_elsewhere(tmp_path: Path) -> None:
    async with operator(tmp_path) as desk:
        cookie = cookie_of(desk).encode()
        token = (await desk.token()).encode()
        body = b"form_token=" + token
        led: list[str] = []
        for target in (
            b"//evil.example/operator/",
            b"/operator/?//evil.example",
            b"/operator/documents/%0d%0aX-Evil:%201%0d%0a",
            b"/operator/documents//evil.example/..%2f",
            b"/operator/documents/https:%2F%2Fevil.example",
            b"http://evil.example/operator/",
        ):
            for method, kind, sent in (
                (b"GET", b"x", b""),
                (b"POST", b"application/x-www-form-urlencoded", body),
                (b"POST", b"multipart/form-data; boundary=x", multipart(("form_token", token))),
            ):
                head = b"%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: %s\r\n"
                rest = b"Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                request = head % (method, target, cookie) + rest % (kind, len(sent), sent)
                answer = (await raw(desk.server, request)).partition(b"\r\n\r\n")[0].decode()
                assert answer.startswith("HTTP/1.1 "), (method, target)
                assert "X-Evil" not in answer.replace("%0D%0AX-Evil", "")
                led += re.findall(r"(?im)^location: (.*)$", answer)
    assert led
    for location in led:
        assert re.match(r"\.\.?/([./]*/)?operator/", location), location


EVIL = "<img src=x onerror=alert(1)>"


async def test_nothing_that_others_write_is_run(tmp_path: Path) -> None:
    documents: dict[str, str | bytes] = {
        f"a{EVIL}.md": f"# The {EVIL}\n\nA lamp {EVIL} shines on <script>alert(2)</script> the tower.",
        f"{EVIL}/b.pdf": b"%PDF-1.4 x",
        "lamp.md": f"---\ntitle: '{EVIL}'\nurl: 'javascript:alert(3)'\n---\n\nA \"'><b>lamp</b> {EVIL}.",
    }
    async with operator(tmp_path, documents) as desk:
        pages = [
            await desk.get(),
            await desk.get("?" + "&".join(f"{name}={quote(EVIL)}" for name in ("name", "state", "page"))),
            *[await desk.get(f"documents/{quote(name)}") for name in documents],
            await desk.press("try", question=f"Where does the lamp shine {EVIL}?"),
            await desk.press("try", question=f"Who is {EVIL}?"),
            await desk.send("new", {"name": EVIL, "folder": EVIL, "text": f"</textarea>{EVIL}"}),
            await desk.send("", {"folder": EVIL}, (f"{EVIL}.md", b"# A")),
            await desk.press("remove", document=EVIL),
            await desk.press("undo", change=EVIL),
        ]
        for page in pages:
            assert page.status in (200, 404, 409), page
            for evil in ("<img", "<script", "<b>", 'href="javascript:'):
                assert evil not in page.text, page
        assert sum("&lt;img src=x onerror=alert(1)&gt;" in page.text for page in pages) >= 7


# Guessers


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No try comes back while a test runs, however long it takes."""
    for name in ("_AGAIN", "_EVERYBODY_AGAIN"):
        monkeypatch.setattr(f"chipbot.web.gate.{name}", 1e9)


@pytest.mark.usefixtures("no_time")
async def test_a_password_is_guessed_five_times(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with served(tmp_path, DOCUMENTS, password=PASSWORD) as server:
        desk = Operator(server)

        async def tried(password: str, address: str) -> int:
            return (await desk.log_in(password, **{"X-Forwarded-For": address})).status

        wrong = ("", " ", PASSWORD[:-1], PASSWORD.upper(), "x" * 10_000)
        assert [await tried(one, "198.51.100.7") for one in wrong] == [401] * 5
        assert [await tried(PASSWORD, "198.51.100.7") for _ in range(30)] == [429] * 30
        # Those count for nobody else; an address of the same IPv6 network is no other.
        assert await tried(PASSWORD, "198.51.100.8") == 200
        ours = [await tried("x", f"2001:db8::{number}") for number in range(1, 8)]
        assert ours == [401] * 5 + [429] * 2
        theirs = [await tried("x", f"203.0.113.{number}") for number in range(1, 30)]
        assert theirs == [401] * 19 + [429] * 10
    lines = [record.message for record in caplog.records if "operator's pages" in record.message]
    assert lines[0] == "operator's pages: a wrong password from 198.51.100.7"
    assert lines[5] == "operator's pages: too many tries at the password from 198.51.100.7"
    assert "operator's pages: logged in from 198.51.100.8" in lines
    assert not any(PASSWORD in line for line in caplog.text.splitlines())


@pytest.mark.usefixtures("no_time")
async def test_many_guesses_at_once_are_still_five(tmp_path: Path) -> None:
    async with served(tmp_path, DOCUMENTS, password=PASSWORD) as server:
        desk = Operator(server)
        pages = await asyncio.gather(*(desk.log_in(f"guess number {number}") for number in range(50)))
        assert sorted(page.status for page in pages) == [401] * 5 + [429] * 45
        async with server.session.post(f"{server.address}/operator/login", data={"password": "x"}) as answer:
            assert int(answer.headers["Retry-After"]) > 1


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("1.2.3.4\u2028root logged in", "an unknown address"),
        ("\u009b31m", "an unknown address"),
        ("A" * 5_000, "an unknown address"),
        ("1.2.3.4, x", "an unknown address"),
        ("x, 1.2.3.4", "1.2.3.4"),
        ("fe80::1%\u2028root logged in", "fe80::1"),
        ("", "127.0.0.1"),
    ],
)
async def test_what_is_logged_of_an_address_is_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, address: str, said: str
) -> None:
    async with served(tmp_path, DOCUMENTS, password=PASSWORD) as server:
        head = head_of("login", "", "application/x-www-form-urlencoded", 10).rstrip(b"\r\n")
        rest = f"\r\nX-Forwarded-For: {address}\r\nConnection: close\r\n\r\npassword=x"
        assert b" 401 " in await raw(server, head + rest.encode())
    assert [record.message for record in caplog.records if "wrong" in record.message] == [
        f"operator's pages: a wrong password from {said}"
    ]


# Broken, slow and many clients


def multipart(*parts: tuple[str, bytes], end: bytes = b"--x--\r\n") -> bytes:
    """Return a form with files; the names are as they are given."""
    head = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    return b"".join(head % (name.encode(), value) for name, value in parts) + end


async def sent(desk: Operator, body: bytes, kind: str = "multipart/form-data; boundary=x") -> int:
    """Post a body to the list of files; return the status of the answer."""
    address = f"{desk.server.address}/operator/"
    async with desk.server.session.post(
        address, data=body, headers={"Content-Type": kind}, allow_redirects=False
    ) as answer:
        return answer.status


HEADER = b'Content-Disposition: form-data; name="form_token"\r\n'
NO_FILE = b'--x\r\nContent-Disposition: form-data; name="files"; filename=""\r\n\r\n\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (lambda _: b"", 400),
        (lambda _: b"--y--\r\n", 400),
        (lambda token: multipart(("form_token", token)), 303),
        (lambda token: multipart(("form_token", token), end=NO_FILE), 303),  # as browsers do
        (lambda token: multipart(("form_token", token), end=b""), 403),
        (lambda token: multipart(("form_token", token + b"\xff")), 400),
        (lambda token: multipart(("form_token", token), ("folder", b"\xff")), 400),
        (lambda token: multipart(("form_token", token), ("_charset_", b"x" * 100)), 400),
        (lambda token: multipart(("_charset_", b"x" * 100), ("form_token", token)), 400),
        (lambda token: multipart(("form_token", token), *((f"f{n}", b"") for n in range(200))), 400),
        (lambda token: multipart(("form_token", b"x" * 3_000), ("form_token", token)), 413),
        (lambda token: b"--x\r\nno header\r\n\r\n" + token, 400),
        (lambda token: b"--x\r\n" + b"a: b\r\n" * 500 + HEADER + b"\r\n" + token + b"\r\n--x--\r\n", 400),
        (lambda token: b"--x\r\n" + b"a" * 100_000 + b": b\r\n\r\n" + token, 400),
        (
            lambda token: b"--x\r\nContent-Encoding: gzip\r\n" + HEADER + b"\r\n" + token + b"\r\n--x--\r\n",
            400,
        ),
        (
            lambda token: (
                b"--x\r\nContent-Type: multipart/mixed; boundary=z\r\n\r\n--z--\r\n" + token + b"--x--\r\n"
            ),
            400,
        ),
        (lambda _: b"--x\r\n" + b"preamble " * 50_000, 400),
    ],
)
async def test_what_is_no_form_is_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, body: Callable[[bytes], bytes], status: int
) -> None:
    async with operator(tmp_path) as desk:
        assert await sent(desk, body((await desk.token()).encode())) == status
        assert "could not be drawn" not in caplog.text
        assert (await desk.get()).status == 200


@pytest.mark.parametrize(
    ("path", "kind", "body", "status"),
    [
        ("", "text/plain", b"x", 415),
        ("", "multipart/form-data", b"--x--", 400),
        ("", "multipart/form-data; boundary=" + "x" * 80, b"--x--", 400),
        ("remove", "multipart/form-data; boundary=x", b"--x--", 415),
        ("remove", "application/x-www-form-urlencoded", b"a=1&" * 50, 400),
        ("remove", "application/x-www-form-urlencoded", b"a=" + b"x" * 100_000, 413),
        ("login", "application/json", b"{}", 415),
        ("login", "application/x-www-form-urlencoded", b"password=%ff%00", 401),
        ("login", "application/x-www-form-urlencoded", b"a=" + b"x" * 100_000, 413),
    ],
)
async def test_what_is_no_form_of_the_page_is_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, path: str, kind: str, body: bytes, status: int
) -> None:
    async with operator(tmp_path) as desk:
        address = f"{desk.server.address}/operator/{path}"
        async with desk.server.session.post(address, data=body, headers={"Content-Type": kind}) as answer:
            assert answer.status == status
        assert "could not be drawn" not in caplog.text


def head_of(path: str, cookie: str, kind: str, length: int = 10**6) -> bytes:
    return (
        f"POST /operator/{path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("path", "kind", "length"),
    [
        ("login", "application/x-www-form-urlencoded", 1_000),
        ("remove", "application/x-www-form-urlencoded", 1_000),
        ("", "multipart/form-data; boundary=x", 10**6),
    ],
)
async def test_who_sends_no_more_is_sent_away(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    path: str,
    kind: str,
    length: int,
) -> None:
    async with operator(tmp_path) as desk:
        before, token = files(desk.seeds), (await desk.token()).encode()
        start = multipart(("form_token", token), ("text", b"# A"), end=b"") if not path else b"form_token="
        request = head_of(path, cookie_of(desk), kind, length) + start
        assert await raw(desk.server, request, hangs_up=True) == b""
        monkeypatch.setattr(forms, "PATIENCE", 0.2)
        assert b" 408 " in await raw(desk.server, request)
        assert (await desk.get()).status == 200
        assert files(desk.seeds) == before
        assert "could not be drawn" not in caplog.text


async def test_an_upload_does_not_drip_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "MAX_SECONDS", 0.5)
    async with operator(tmp_path) as desk:
        token = (await desk.token()).encode()
        where = urlsplit(desk.server.address)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(head_of("", cookie_of(desk), "multipart/form-data; boundary=x"))
        writer.write(multipart(("form_token", token), ("text", b"# A"), end=b""))

        async def drip() -> None:
            while True:
                writer.write(b"x")
                await asyncio.sleep(0.05)

        dripping = asyncio.create_task(drip())
        async with asyncio.timeout(60):
            assert b" 408 " in await reader.readline()
        dripping.cancel()
        writer.close()


@pytest.mark.parametrize("start", [b"", b"GET /operator/ HTTP/1.1\r\nHost: local", b"GET"])
async def test_a_connection_without_a_whole_request_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    monkeypatch.setattr("chipbot.web.IDLE", 0.2)
    async with served(tmp_path, DOCUMENTS, password=PASSWORD) as server:
        connections = [raw(server, start) for _ in range(20)]
        assert set(await asyncio.gather(*connections)) == {b""}


async def test_a_flood_keeps_nobody_else_out(tmp_path: Path) -> None:
    async with operator(tmp_path) as desk:
        theirs = {"X-Forwarded-For": "198.51.100.7"}
        pages = await asyncio.gather(*(desk.get("login", **theirs) for _ in range(100)))
        assert {page.status for page in pages} == {200, 429}
        await asyncio.gather(*(desk.post("login", {"password": "x" * 50_000}, **theirs) for _ in range(100)))
        assert (await desk.get()).status == 200
        assert (await desk.press("try", question="Who repairs a broken lamp?")).status == 200


async def test_what_is_uploaded_is_counted_as_it_arrives(tmp_path: Path) -> None:
    """However long it says that it is: nothing, or less than it is."""
    from chipbot.model import ReadLimits

    async with operator(tmp_path, limits=ReadLimits(size=2**18)) as desk:
        token, arrived = (await desk.token()).encode(), 0

        async def endless() -> object:
            nonlocal arrived
            yield multipart(("form_token", token), end=b"")
            yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\n'
            while True:
                arrived += 2**16
                yield b"x" * 2**16

        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        address = f"{desk.server.address}/operator/"
        try:
            async with desk.server.session.post(address, data=endless(), headers=headers) as answer:
                assert answer.status == 413
        except aiohttp.ClientError:
            pass  # the server hung up while it was still sent to
        assert arrived < 2**26
        assert (await desk.get()).status == 200
        assert files(desk.seeds)["lamp.md"] == LAMP.encode()
