"""Draws the pages in a headless Chromium, narrow and wide, light and dark, into docs/pictures/: `python -m tests.web.preview`.

Needs a Chromium that is called `chromium`, or as CHROMIUM says. Look at the pictures when a page changes, and commit them.
"""

from __future__ import annotations

import asyncio
import base64
import tempfile
from pathlib import Path
from typing import Any

from tests.bot.browser import Browser, browser
from tests.web.operators import PASSWORD
from tests.web.served import DESK, LAMP, served
from tests.web.test_report_page import WEEKS

from chipbot.web.report_page import report_page

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
WIDTHS = {"narrow": 320, "wide": 800}
HEIGHT = 640
SCHEMES = ("light", "dark")
OPERATED: dict[str, str | bytes] = {
    "lamp.md": LAMP,
    "home/desk.md": DESK,
    "home/scan.pdf": b"%PDF-1.7 nothing",
    "robots.txt": "x",
}
QUESTION = "Who repairs a broken lamp?"


async def main() -> None:
    """Draw each page; one picture has it in both widths and schemes."""
    with tempfile.TemporaryDirectory() as folder:
        async with served(Path(folder), {"lamp.md": LAMP, "home/desk.md": DESK}) as server, browser() as page:
            await page.call("Page.enable")
            quoted = await quoted_page(page, server.address)
            for name, address in {"documents": f"{server.address}/documents", "document": quoted}.items():
                await draw(page, address, name)
            await draw(page, f"{server.address}/", "ask", ask=QUESTION)
            report = Path(folder, "report.html")
            report.write_text(report_page(WEEKS), encoding="utf-8")  # noqa: ASYNC240  # nothing else waits here
            await draw(page, report.as_uri(), "report", height=1280)
        async with served(Path(folder, "operator"), OPERATED, password=PASSWORD) as server, browser() as page:
            await page.call("Page.enable")
            await visit(page, f"{server.address}/operator/login")
            await submit(page, PASSWORD, "#list")
            await draw(page, f"{server.address}/operator/", "operator-files")
            await draw(page, f"{server.address}/operator/try", "operator-try", ask=QUESTION, shows="#came")


async def draw(
    page: Browser, address: str, name: str, *, ask: str = "", shows: str = ".answer", height: int = HEIGHT
) -> None:
    """Draw one page into `web-NAME.png`, after asking something, which `shows` is there after."""
    pictures: list[tuple[int, str]] = []
    for width in WIDTHS.values():
        for scheme in SCHEMES:
            await page.resize(width, height)
            feature = {"name": "prefers-color-scheme", "value": scheme}
            await page.call("Emulation.setEmulatedMedia", features=[feature])
            await visit(page, address)
            if ask:
                await submit(page, ask, shows)
            picture = await page.call("Page.captureScreenshot")
            pictures.append((width, str(picture["data"])))
    (FOLDER / f"web-{name}.png").write_bytes(await beside(page, pictures, height))


async def visit(page: Browser, address: str) -> None:
    """Open an address and wait until it is drawn."""
    await page.call("Page.navigate", url="about:blank")
    await page.call("Page.navigate", url=address)
    await until(
        page, f"document.readyState == 'complete' && location.href.startsWith({address.partition('#')[0]!r})"
    )
    await asyncio.sleep(0.2)  # until it has scrolled


async def submit(page: Browser, text: str, shows: str = ".answer") -> None:
    """Fill in what has the focus as a reader with a keyboard does: type, and press Enter."""
    await page.call("Input.insertText", text=text)
    await press(page, "Enter")
    await until(page, f"document.readyState == 'complete' && !!document.querySelector('{shows}')")
    await asyncio.sleep(0.2)


async def press(page: Browser, key: str) -> None:
    """Press a key and let go of it."""
    codes = {"Enter": (13, "\r"), "Tab": (9, "\t")}
    code, text = codes[key]
    for kind in ("keyDown", "keyUp"):
        keys: dict[str, Any] = {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code}
        await page.call("Input.dispatchKeyEvent", **keys, **({"text": text} if kind == "keyDown" else {}))


async def until(page: Browser, condition: str) -> None:
    """Wait until an expression holds on the page."""
    async with asyncio.timeout(20):
        while not await page.value(condition):  # noqa: ASYNC110  # the page sets no event here
            await asyncio.sleep(0.05)


async def quoted_page(page: Browser, address: str) -> str:
    """Return the address that the first answer's citation leads to."""
    await visit(page, f"{address}/")
    await submit(page, QUESTION)
    return str(await page.value("document.querySelector('figcaption a').href"))


async def beside(page: Browser, pictures: list[tuple[int, str]], height: int) -> bytes:
    """Return pictures as one, side by side."""
    images = "".join(
        f'<img width={width} style="border:1px solid #888" src="data:image/png;base64,{data}">'
        for width, data in pictures
    )
    body = f'<body style="margin:8px;display:flex;gap:8px;align-items:start;background:#ccc">{images}'
    await page.call("Emulation.setEmulatedMedia", features=[])
    await page.resize(sum(width + 10 for width, _ in pictures) + 16, height + 20)
    await page.call("Page.navigate", url="about:blank")  # which forbids no pictures
    await until(page, "location.href == 'about:blank'")
    await page.call("Page.setDocumentContent", frameId=await page.frame(), html=body)
    await asyncio.sleep(0.3)
    return base64.b64decode((await page.call("Page.captureScreenshot"))["data"])


if __name__ == "__main__":
    asyncio.run(main())
