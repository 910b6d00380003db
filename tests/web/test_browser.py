"""The pages in a real Chromium: what is quoted is seen, keys are enough, nothing is wider than a telephone."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.bot.browser import CHROMIUM, Browser, browser
from tests.web.operators import PASSWORD
from tests.web.preview import press, submit, until, visit
from tests.web.served import DESK, LAMP, Served, served
from tests.web.test_report_page import WEEKS

from chipbot.model import Answer
from chipbot.sources.collections import SOURCES
from chipbot.web.report_page import report_page

pytestmark = [
    pytest.mark.skipif(shutil.which(CHROMIUM) is None, reason="there is no Chromium: name one with CHROMIUM"),
    pytest.mark.skipif(sys.platform == "win32", reason="its debugging socket is found as on POSIX"),
]
AXE = os.environ.get("AXE_CORE", "")
"""Where axe.min.js of the npm package axe-core is."""
REPAIRS = "Who repairs a broken lamp?"
CANARY = {"question": REPAIRS, "answers": ["The workshop repairs a broken lamp for free on Fridays."]}
OPERATED: dict[str, str | bytes] = {
    "lamp.md": LAMP,
    "old.md": "# Old\n\nOld words.",
    "scan.pdf": b"%PDF-1.7 nothing",
    "stub.md": "<!-- later -->",
    "robots.txt": "x",
    "canaries.jsonl": json.dumps(CANARY),
}
LONG = LAMP.replace(
    "## Who", "".join(f"## Part {n}\n\n{'More about lamps. ' * 30}\n\n" for n in range(20)) + "## Who"
)
IN_VIEW = """(mark => { const box = mark.getBoundingClientRect();
    return scrollY > 0 && box.top >= 0 && box.bottom <= innerHeight && box.height > 0; })(document.getElementById('quote'))"""
FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path, {"lamp.md": LONG, "desk.md": DESK}) as made:
        yield made


@pytest.fixture
async def page() -> AsyncIterator[Browser]:
    async with browser() as made:
        await made.call("Page.enable")
        await made.resize(320, 640)
        yield made


async def test_keys_are_enough_from_the_question_to_the_quoted_words(server: Served, page: Browser) -> None:
    await visit(page, f"{server.address}/")
    assert await page.value("document.activeElement.id") == "question"
    await submit(page, REPAIRS)
    assert await page.value("document.activeElement.id") == "asked"
    await press(page, "Tab")
    assert "lamp.md?mark=" in await page.value("document.activeElement.href")
    await press(page, "Enter")
    await until(page, "document.readyState == 'complete' && !!document.querySelector('article #quote')")
    await until(page, IN_VIEW)
    assert await page.value("document.getElementById('quote').textContent") == (
        "The workshop repairs a broken lamp for free on Fridays."
    )
    colours = "(s => [s.color, s.backgroundColor])(getComputedStyle(document.getElementById('quote')))"
    assert len(set(await page.value(colours))) == 2


async def test_pages_fit_a_telephone_and_load_nothing_from_elsewhere(server: Served, page: Browser) -> None:
    for path in ("/", "/documents", "/documents/lamp.md", "/documents/desk.md", "/none"):
        await visit(page, server.address + path)
        assert await page.value(FITS), path
        loaded = await page.value("performance.getEntriesByType('resource').map(entry => entry.name)")
        assert [name for name in loaded if not name.startswith(server.address)] == []
        assert f"{server.address}/style.css" in loaded
        assert await page.value("getComputedStyle(document.body).marginTop") == "0px"  # the stylesheet counts


async def test_a_report_fits_a_telephone_and_its_charts_are_drawn(page: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(report_page(WEEKS), encoding="utf-8")
    await visit(page, path.as_uri())
    assert await page.value(FITS)
    assert await page.value("performance.getEntriesByType('resource').length") == 0
    boxes = (
        "[...document.querySelectorAll('svg[role=img] rect.part0')].map(one => one.getBoundingClientRect())"
    )
    heights = await page.value(f"{boxes}.map(box => box.height)")
    answered = [WEEKS.days.get(f"2026-11-{day:02}", {}).get("answered", 0) for day in range(1, 29)]
    assert heights == pytest.approx([number * max(heights) / max(answered) for number in answered], rel=0.05)
    assert await page.value(f"{boxes}.every(box => box.left >= 0 && box.right <= innerWidth)")


async def test_the_scheme_of_the_reader_is_followed(server: Served, page: Browser) -> None:
    seen = []
    for scheme in ("light", "dark"):
        await prefer(page, scheme)
        await visit(page, f"{server.address}/documents/lamp.md")
        seen.append(await page.value("getComputedStyle(document.body).backgroundColor"))
    assert seen == ["rgb(255, 255, 255)", "rgb(21, 24, 28)"]


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another site, which shows the document in its own way."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            filler = "<p>Something else.</p>" * 200
            words = "<p>The workshop <b>repairs</b> a broken lamp for free on Fridays.</p>"
            body = f"<!doctype html><title>x</title>{filler}{words}{filler}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


async def test_a_citation_scrolls_to_the_quoted_words_on_the_documents_own_site(
    server: Served, page: Browser, elsewhere: str, tmp_path: Path
) -> None:
    (tmp_path / "seeds" / SOURCES).write_text(f".: {{url: {elsewhere}}}")
    answer = server.knowledge_base.answer(REPAIRS)
    assert isinstance(answer, Answer)
    address = answer.quotes[0].citation.url or ""
    assert address.startswith(f"{elsewhere}/lamp#who-repairs-it:~:text=The%20workshop")
    await visit(page, address)
    words = "document.querySelector('b').getBoundingClientRect()"
    await until(page, f"scrollY > 0 && {words}.top >= 0 && {words}.bottom <= innerHeight")


def with_axe() -> pytest.MarkDecorator:
    return pytest.mark.skipif(not AXE, reason="axe-core is not here: AXE_CORE names its axe.min.js")


async def violations(page: Browser) -> list[object]:
    """What axe-core finds on the page."""
    script = Path(AXE).read_text(encoding="utf-8")  # noqa: ASYNC240  # nothing else waits here
    await page.value(f"{script}; 1")
    run = "axe.run().then(found => JSON.stringify(found.violations.map(one => [one.id, one.nodes[0].html])))"
    found = await page.call("Runtime.evaluate", expression=run, awaitPromise=True, returnByValue=True)
    read: list[object] = json.loads(found["result"]["value"])
    return read


async def prefer(page: Browser, scheme: str) -> None:
    await page.call(
        "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
    )


@with_axe()
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(server: Served, page: Browser, scheme: str) -> None:
    await prefer(page, scheme)
    for path in ("/", "/documents", "/documents/lamp.md", "/none"):
        await visit(page, server.address + path)
        assert await violations(page) == [], path
    await visit(page, f"{server.address}/")
    await submit(page, REPAIRS)
    assert await violations(page) == []


@pytest.fixture
async def operated(tmp_path: Path, page: Browser) -> AsyncIterator[Served]:
    """Pages at which the operator has logged in, with files in every state and a change to undo."""
    async with served(tmp_path, OPERATED, password=PASSWORD) as made:
        await visit(page, f"{made.address}/operator/login")
        await submit(page, PASSWORD, "#list")
        await visit(page, f"{made.address}/operator/documents/old.md")
        await page.value("document.querySelector('button.grave').click()")
        await until(page, "document.readyState == 'complete' && !!document.querySelector('#changes')")
        yield made


async def test_the_operators_pages_fit_a_telephone(operated: Served, page: Browser) -> None:
    for path in ("", "new", "try", "canaries", "documents/lamp.md", "documents/scan.pdf"):
        await visit(page, f"{operated.address}/operator/{path}")
        assert await page.value(FITS), path


@with_axe()
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_the_operators_pages(operated: Served, page: Browser, scheme: str) -> None:
    await prefer(page, scheme)
    for path in ("", "new", "documents/lamp.md", "documents/scan.pdf", "documents/robots.txt"):
        await visit(page, f"{operated.address}/operator/{path}")
        assert await violations(page) == [], path
    for question in (REPAIRS, "Who is the king of France?"):
        await visit(page, f"{operated.address}/operator/try")
        await submit(page, question, "#came")
        await page.value("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert await violations(page) == [], question
    await visit(page, f"{operated.address}/operator/canaries")
    assert await violations(page) == []
    await page.value("document.querySelector('main button').click()")
    await until(page, "document.readyState == 'complete' && !!document.querySelector('#results')")
    assert await violations(page) == []
    await page.value("document.querySelector('header button').click()")
    await until(page, "document.readyState == 'complete' && !!document.querySelector('#password')")
    assert await violations(page) == []
