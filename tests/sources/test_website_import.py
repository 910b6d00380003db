"""Folders that are imported from a website on loopback: its sitemap, its wishes, its changes."""

from __future__ import annotations

import gzip
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from chipbot import cli
from chipbot.errors import SourcesError
from chipbot.sources.collections import Source, read_sources
from chipbot.sources.http_client import HttpClient, Origin
from chipbot.sources.imports import STATE_FILE, ImportResult, import_folder
from chipbot.sources.website import page_template, path_of

HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass
class Answer:
    """What the site answers to a path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: dict(HTML))


class Site:
    """A website."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {"/robots.txt": Answer(status=404)}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.address = ""

    def page(self, path: str, text: str, **headers: str) -> None:
        self.answers[path] = Answer(f"<p>{text}".encode(), headers=HTML | headers)

    def sitemap(self, *paths: str, at: str = "/sitemap.xml", changed: str = "", kind: str = "url") -> None:
        when = f"<lastmod>{changed}</lastmod>" if changed else ""
        entries = "".join(
            f"<{kind}><loc>{path if '://' in path else self.address + path}</loc>{when}</{kind}>"
            for path in paths
        )
        root = "urlset" if kind == "url" else "sitemapindex"
        text = f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{root}>'
        self.answers[at] = Answer(text.encode(), headers={"Content-Type": "application/xml"})

    def asked_paths(self) -> list[str]:
        paths = [path for path, _ in self.asked]
        self.asked.clear()
        return [path for path in paths if path not in ("/robots.txt", "/sitemap.xml")]


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            answer = made.answers.get(self.path, Answer(status=404))
            etag = answer.headers.get("ETag")
            unchanged = etag is not None and self.headers.get("If-None-Match") == etag
            body = b"" if unchanged else answer.body
            self.send_response(304 if unchanged else answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in answer.headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.address = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    return tmp_path / "seeds"


def imported(seeds: Path, site: Site, pages: int = 100, at: str = "/sitemap.xml") -> ImportResult:
    return import_folder(seeds, "site", Source(sitemap=site.address + at, pages=pages, private=True), pause=0)


def files(seeds: Path) -> dict[str, str]:
    found = (path for path in (seeds / "site").rglob("*") if path.is_file() and path.name != STATE_FILE)
    return {path.relative_to(seeds / "site").as_posix(): path.read_text() for path in found}


def test_pages_come_in_and_stay_in_sync(site: Site, seeds: Path) -> None:
    site.page("/", "Home")
    site.page("/guide/start", "Start", ETag='"1"')
    site.page("/guide/", "Guide")
    site.page("/old.html", "Old")
    site.sitemap("/", "/guide/start", "/guide/", "/old.html")
    result = imported(seeds, site)
    assert (result.added, result.problems) == (4, [])
    assert files(seeds) == {
        "index.html": "<p>Home",
        "guide/start.html": "<p>Start",
        "guide/index.html": "<p>Guide",
        "old.html": "<p>Old",
    }
    site.page("/", "Home again")
    site.sitemap("/", "/guide/start", "/guide/")
    result = imported(seeds, site)
    assert (result.added, result.changed, result.removed, result.present) == (0, 1, 1, 3)
    assert files(seeds)["index.html"] == "<p>Home again"
    site.answers["/guide/start"] = Answer(status=500)
    site.answers["/guide/"] = Answer(status=410)
    result = imported(seeds, site)
    assert (result.removed, result.present) == (1, 2)
    assert sorted(result.problems) == [
        f"guide/index.html: {site.address}/guide/ is gone (410)",
        f"guide/start.html: {site.address}/guide/start answered with 500",
    ]
    assert sorted(files(seeds)) == ["guide/start.html", "index.html"]


def test_what_has_not_changed_is_not_asked_for(site: Site, seeds: Path) -> None:
    site.page("/a", "A", ETag='"1"')
    site.sitemap("/a", changed="2026-01-01")
    imported(seeds, site)
    assert site.asked_paths() == ["/a"]
    imported(seeds, site)
    assert site.asked_paths() == []
    site.sitemap("/a", changed="2026-02-02")
    result = imported(seeds, site)
    assert [(path, headers.get("if-none-match")) for path, headers in site.asked[2:]] == [("/a", '"1"')]
    assert (result.changed, result.present) == (0, 1)


def test_robots_txt_is_obeyed(site: Site, seeds: Path) -> None:
    for path in ("/a", "/private/b", "/c"):
        site.page(path, path)
    site.sitemap("/a", "/private/b", "/c")
    rules = "User-agent: *\nDisallow: /c\n\nUser-agent: chipbot\nDisallow: /private/\n"
    site.answers["/robots.txt"] = Answer(rules.encode())
    result = imported(seeds, site)
    assert result.problems == [f"{site.address}/private/b: robots.txt forbids it"]
    assert sorted(files(seeds)) == ["a.html", "c.html"]
    assert {headers["user-agent"] for _, headers in site.asked} == {"chipbot"}
    assert "/private/b" not in site.asked_paths()
    site.answers["/robots.txt"] = Answer(status=503)
    with pytest.raises(SourcesError, match=r"robots\.txt answered with 503"):
        imported(seeds, site)


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /a\n", ["b.html"]),
        (b"User-agent: *\nDisallow: /a\n" + b"# No.\n" * 400_000 + b"Disallow: /b\n", ["b.html"]),
        (b"User-agent: *\n" + b"#" * (500 * 2**10 - 27) + b"\nDisallow: /abc\n", ["a.html", "b.html"]),
    ],
    ids=["a mark of its encoding", "as far as it is read", "a rule that is cut off"],
)
def test_robots_txt_is_read_to_a_limit(site: Site, seeds: Path, rules: bytes, allowed: list[str]) -> None:
    for path in ("/a", "/b"):
        site.page(path, path)
    site.sitemap("/a", "/b")
    site.answers["/robots.txt"] = Answer(rules)
    imported(seeds, site)
    assert sorted(files(seeds)) == allowed


def test_an_address_that_is_none_takes_no_other_along(site: Site, seeds: Path) -> None:
    site.page("/a", "A")
    site.sitemap("/a", "ftp://x.org/b", "https://[x/c", "https://a@x.org/d", f"{site.address}/e\u0085f")
    result = imported(seeds, site)
    assert files(seeds) == {"a.html": "<p>A"}
    assert [problem.partition("”")[2] for problem in result.problems] == [" is not a web address"] * 4


def test_requests_keep_the_distance_that_is_asked_for(
    site: Site, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("chipbot.sources.website.time.sleep", slept.append)
    site.answers["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 7\n")
    site.page("/a", "A")
    site.sitemap("/a")
    imported(seeds, site)
    assert slept[0] == 0
    assert all(6 < seconds <= 7 for seconds in slept[1:])
    assert len(slept) == 3


def test_only_the_site_itself_is_asked(site: Site, seeds: Path) -> None:
    site.page("/a", "A")
    site.answers["/away"] = Answer(status=302, headers={"Location": "http://localhost:1/x"})
    site.answers["/round"] = Answer(status=302, headers={"Location": "/round"})
    site.answers["/moved"] = Answer(status=301, headers={"Location": "a"})
    site.sitemap("/a", "/away", "/round", "/moved", "https://elsewhere.example/x")
    result = imported(seeds, site)
    assert sorted(problem.partition(":")[0] for problem in result.problems) == [
        "away.html",
        "https",
        "round.html",
    ]
    assert files(seeds) == {"a.html": "<p>A", "moved.html": "<p>A"}


def test_sitemaps_of_sitemaps_packed_ones_and_the_limit(site: Site, seeds: Path) -> None:
    for number in range(7):
        site.page(f"/{number}", str(number))
    site.sitemap("/one.xml", "/two.xml.gz", "/index.xml", at="/index.xml", kind="sitemap")
    site.sitemap("/0", "/1", at="/one.xml")
    site.sitemap("/2", "/3", "/4", "/5", "/6", at="/two.xml.gz")
    site.answers["/two.xml.gz"].body = gzip.compress(site.answers["/two.xml.gz"].body)
    result = imported(seeds, site, pages=4, at="/index.xml")
    assert sorted(files(seeds)) == ["0.html", "1.html", "2.html", "3.html"]
    assert result.problems == ["only the first 4 pages are imported: “pages” in sources.yaml allows more"]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Answer(status=404), "answered with 404"),
        (Answer(b"<urlset><url>"), "is no sitemap"),
        (Answer(b"<html><p>x</html>"), "is no sitemap|nothing to import"),
        (Answer(b'<!DOCTYPE x [<!ENTITY a "b">]><urlset/>'), "declares entities"),
        (
            Answer('<!DOCTYPE x [<!ENTITY a "b">]><urlset/>'.encode("utf-16")),
            "declares entities or is not UTF-8",
        ),
        (Answer(b"\x1f\x8bnothing"), "packed wrongly"),
        (Answer(gzip.compress(b" " * (51 * 2**20))), "larger than 50 MiB"),
        (Answer(b"<urlset>", headers={"Content-Length": "9"}), "it ends too early"),
        (Answer(gzip.compress(b"<urlset/>")[:-9], headers={"Content-Encoding": "gzip"}), "it ends too early"),
        (Answer(b"<urlset/>", headers={"Content-Encoding": "gzip"}), "cannot be fetched"),
        (
            Answer(gzip.compress(b" " * (51 * 2**20)), headers={"Content-Encoding": "gzip"}),
            "larger than 50 MiB",
        ),
        (Answer(b"<urlset/>"), "nothing to import"),
    ],
)
def test_a_sitemap_that_is_none_is_named(site: Site, seeds: Path, answer: Answer, problem: str) -> None:
    site.answers["/sitemap.xml"] = answer
    with pytest.raises(SourcesError, match=problem):
        imported(seeds, site)
    assert not (seeds / "site").exists()


def test_pages_that_cannot_be_kept_are_named(site: Site, seeds: Path) -> None:
    site.page("/a", "A")
    site.answers["/b"] = Answer(b"%PDF", headers={"Content-Type": "application/pdf"})
    site.answers["/c"] = Answer(b"x" * (11 * 2**20))
    site.answers["/d"] = Answer(gzip.compress(b"<p>D"), headers=HTML | {"Content-Encoding": "gzip"})
    site.sitemap("/a", "/b", "/c", "/d", "/e?x=1", "/..%2f..%2fetc", "/.hidden")
    result = imported(seeds, site)
    assert files(seeds) == {"a.html": "<p>A", "d.html": "<p>D"}
    assert [problem.replace(site.address, "") for problem in result.problems] == [
        "/e?x=1: it cannot be the name of a file",
        "/..%2f..%2fetc: it cannot be the name of a file",
        "/.hidden: it cannot be the name of a file",
        "b.html: /b is not what its name says but application/pdf",
        "c.html: /c cannot be fetched: it is larger than 10 MiB",
    ]


@pytest.mark.parametrize("chosen", ["", "https://x.org/{path}/"])
def test_the_command_writes_down_where_pages_stand(
    site: Site, seeds: Path, monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    monkeypatch.setattr("chipbot.sources.website.time.sleep", lambda _: None)
    for path in ("/", "/a.html", "/b/c.html"):
        site.page(path, path)
    site.sitemap("/", "/a.html", "/b/c.html")
    folders = ["--seeds", str(seeds), "--index", str(seeds.parent / "index")]
    address = site.address + "/sitemap.xml"
    assert cli.run(["import", *folders, "site", address, "--private", "--url", chosen]) == 0
    source = read_sources(seeds / "sources.yaml").by_folder["site"]
    assert source == Source(sitemap=address, private=True, url=chosen or f"{site.address}/{{file}}")


def test_documents_that_are_no_pages_come_in_as_they_are(site: Site, seeds: Path) -> None:
    site.answers["/rules.pdf"] = Answer(b"%PDF-1.7", headers={"Content-Type": "application/pdf"})
    site.answers["/prices.csv"] = Answer(b"a,b", headers={"Content-Type": "application/octet-stream"})
    site.answers["/lost.docx"] = Answer(b"<p>Log in", headers=HTML)
    site.sitemap("/rules.pdf", "/prices.csv", "/lost.docx")
    result = imported(seeds, site)
    assert files(seeds) == {"rules.pdf": "%PDF-1.7", "prices.csv": "a,b"}
    assert result.problems == [f"lost.docx: {site.address}/lost.docx is not what its name says but text/html"]


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/rules.PDF", "rules.PDF"),
        ("/notes.txt", "notes.txt.html"),
        ("", "index.html"),
        ("/", "index.html"),
        ("/a/b", "a/b.html"),
        ("/a/b/", "a/b/index.html"),
        ("/a/b.html#c", "a/b.html"),
        ("/v1.2", "v1.2.html"),
        ("/%C3%BC", "ü.html"),
        ("/a//b", ""),
        ("/a?b=c", ""),
        ("/a/%2e%2e/b", ""),
        ("/a%00b", ""),
        ("/C:%5Cx", ""),
    ],
)
def test_a_page_is_kept_in_a_file_of_its_name(path: str, file: str) -> None:
    assert path_of("https://x.org" + path) == file


IPV4 = ("127.0.0.1", "10.1.2.3", "169.254.169.254", "0.0.0.0", "224.0.0.1", "100.64.0.1")  # noqa: S104  # nothing is bound
IPV6 = ("::1", "::", "fd00::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1")
LEADING_TO_IPV4 = (
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
)


@pytest.mark.parametrize("address", [*IPV4, *IPV6, *LEADING_TO_IPV4])
def test_private_addresses_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", (address, 443))]

    monkeypatch.setattr("chipbot.sources.http_client.socket.getaddrinfo", found)
    origin = Origin.of("https://docs.example.org/x")
    with pytest.raises(SourcesError, match="is private to a network"):
        HttpClient(origin)
    HttpClient(origin, private=True)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::93.184.216.34"])
def test_public_addresses_are_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = [(2, 1, 6, "", (address, 443))]
    asked: list[tuple[str, int]] = []

    def connect(where: tuple[str, int], *_: object) -> None:
        asked.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr("chipbot.sources.http_client.socket.getaddrinfo", lambda *_, **__: place)
    monkeypatch.setattr("chipbot.sources.http_client.socket.create_connection", connect)
    with pytest.raises(SourcesError, match="cannot be fetched"):
        HttpClient(Origin.of("https://docs.example.org/x")).get("https://docs.example.org/x")
    assert asked == [(address, 443)]


LEADING_AWAY = (
    "http://localhost:{other}/x",
    "http://127.0.0.1:{other}/x",
    "//127.0.0.1:{other}/x",
    "http://[::1]:{other}/x",
    "http://2130706433:{other}/x",
    "http://127.0.0.1:{port}@127.0.0.1:{other}/x",
    "http://169.254.169.254/latest/meta-data/",
    "https://127.0.0.1:{port}/x",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{other}/x",
    "/x\r\nHost: evil.example",
)


@pytest.mark.parametrize("target", LEADING_AWAY)
def test_no_redirection_leads_to_what_is_private(
    site: Site, seeds: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither to another service of this machine or network, nor off the web; not even where the site itself may be private."""
    port = int(site.address.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", 0)) as other:
        reached: list[object] = []
        real = socket.create_connection

        def connect(at: tuple[str, int], timeout: float) -> socket.socket:
            reached.append(at)
            return real(at, timeout)

        monkeypatch.setattr(socket, "create_connection", connect)
        address = target.format(port=port, other=other.getsockname()[1])
        site.answers["/away"] = Answer(status=302, headers={"Location": address})
        site.page("/a", "A")
        site.sitemap("/away", "/a")
        result = imported(seeds, site)
        assert set(reached) == {("127.0.0.1", port)}
    (problem,) = result.problems
    refused = " is gone" if target.startswith("/x") else "(it leads to another site|is not a web address)"
    assert re.search(f"^away.html: .*{refused}", problem)
    assert files(seeds) == {"a.html": "<p>A"}


def test_the_address_that_was_checked_is_the_one_that_is_asked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site.address.rpartition(":")[2])
    real: Callable[..., object] = socket.getaddrinfo
    names: list[str] = []

    def found(host: str, *rest: object, **options: object) -> object:
        names.append(host)
        return real("127.0.0.1" if host == "docs.example" else host, *rest, **options)

    monkeypatch.setattr("chipbot.sources.http_client.socket.getaddrinfo", found)
    client = HttpClient(Origin("http", "docs.example", port), private=True)
    site.page("/a", "A")
    for _ in range(2):
        assert client.get(f"http://docs.example:{port}/a").body == b"<p>A"
    assert names.count("docs.example") == 1
    assert {headers["host"] for _, headers in site.asked} == {f"docs.example:{port}"}


@pytest.mark.parametrize(
    "url", ["ftp://x.org", "x.org/a", "https://a@x.org", "https://x.org:99999", "https://", "https://[x"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(SourcesError, match="is not a web address"):
        Origin.of(url)


@pytest.mark.parametrize(
    "paths",
    [
        ("", "a/b", "a/b/", "rules.pdf", "a/prices.xlsx"),
        ("index.html", "a/b.html", "a/b.c.html", "a/rules.pdf"),
        ("%C3%BC.html",),
    ],
)
def test_a_page_is_read_where_it_was_fetched(paths: tuple[str, ...]) -> None:
    urls = [f"https://x.org:8443/{path}" for path in paths]
    url = page_template("https://x.org:8443/docs/sitemap.xml", {path_of(url): url for url in urls})
    source = Source(url=url)
    assert [source.address(path_of(url)) for url in urls] == urls
