"""Draws what members see, in a narrow and a wide window, into tests/bot/preview.png.

    python -m tests.bot.preview

Needs the extra `simcord[preview]` and a Chromium that is called `chromium`, or as CHROMIUM says. Not part of
the tests: run it, and look at the picture, when a layout changes."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import simcord
from PIL import Image
from tests.bot.library import Shelf

from chipbot.bot import create_client
from chipbot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

TARGET = Path(__file__).with_name("preview.png")
CHROMIUM = os.environ.get("CHROMIUM", "chromium")
QUESTIONS = ("How much money is in the fund?", "Who is the CEO of TSMC?")
WIDTHS = (400, 1250)  # of the window; the wide one has a side bar in it, as Discord has
BACKGROUND = "#313338"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
    "about:blank",
]
READY = "document.querySelectorAll('#channel-message-list .text-display').length"
# Only the conversation: the simulator's own tool bar, side bar and composer are no part of Discord.
BOX = """
(r => [r.x, r.y, r.width, r.height])(document.querySelector('#channel-message-list').getBoundingClientRect())
"""


async def main() -> None:
    client = create_client(Settings(_env_file=None, cooldown=0), Shelf.shipped())  # type: ignore[call-arg]
    async with simcord.run(client) as env:
        channel = env.create_guild("Supply chain club").create_text_channel("questions")
        member = env.guild.add_member(env.create_user("robin"))
        if env.guild.me is not None:
            await env.guild.me.edit(nick="chipbot")
        for question in QUESTIONS:
            await member.send(channel, f"{env.guild.me.mention if env.guild.me else ''} {question}")
        async with env.preview(channel, viewers=[member], layout="channel") as preview:
            save([await shot(preview.url, width) for width in WIDTHS])


class Browser:
    """A page of a headless Chromium, driven through its debugging socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.calls = 0

    async def call(self, method: str, **params: object) -> dict[str, Any]:
        self.calls += 1
        await self.socket.send_json({"id": self.calls, "method": method, "params": params})
        while True:
            message = await self.socket.receive_json(timeout=30)
            if message.get("id") == self.calls:
                return dict(message["result"])

    async def value(self, expression: str) -> Any:
        result = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return result["result"].get("value")


@contextlib.asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            CHROMIUM,
            f"--user-data-dir={profile}",
            *FLAGS,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            port = await waited_for(lambda: debugging_port(Path(profile)))
            async with aiohttp.ClientSession() as session:
                pages = await (await session.get(f"http://127.0.0.1:{port}/json")).json()
                address = next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page")
                async with session.ws_connect(address, max_msg_size=0) as socket:
                    yield Browser(socket)
        finally:
            process.terminate()
            await process.wait()


def debugging_port(profile: Path) -> str:
    """Where the browser listens, once it does."""
    file = profile / "DevToolsActivePort"
    return file.read_text().partition("\n")[0] if file.exists() else ""


async def waited_for(value: Callable[[], str]) -> str:
    """The value, once it is there."""
    async with asyncio.timeout(30):
        while not (found := value()):  # noqa: ASYNC110  a file that appears sets no event
            await asyncio.sleep(0.1)
    return found


async def shot(url: str, width: int) -> Image.Image:
    """A picture of the conversation in a window of that width."""
    async with browser() as page:
        size = {"width": width, "height": 1600, "deviceScaleFactor": 1, "mobile": False}
        await page.call("Emulation.setDeviceMetricsOverride", **size)
        await page.call("Page.navigate", url=url)
        async with asyncio.timeout(30):
            while await page.value(READY) < len(QUESTIONS):  # noqa: ASYNC110  the page sends no event for this
                await asyncio.sleep(0.1)
        await asyncio.sleep(1)  # fonts and layout have no event of their own to wait for
        x, y, wide, high = await page.value(BOX)
        clip = {"x": x, "y": y, "width": wide, "height": high, "scale": 1}
        picture = await page.call("Page.captureScreenshot", clip=clip)
        return Image.open(io.BytesIO(base64.b64decode(picture["data"]))).convert("RGB")


def save(pictures: list[Image.Image]) -> None:
    """The pictures side by side in one small file."""
    width = sum(picture.width for picture in pictures) + 16 * (len(pictures) - 1)
    sheet = Image.new("RGB", (width, max(picture.height for picture in pictures)), BACKGROUND)
    left = 0
    for picture in pictures:
        sheet.paste(picture, (left, 0))
        left += picture.width + 16
    sheet.quantize(128, dither=Image.Dither.NONE).save(TARGET, optimize=True)


if __name__ == "__main__":
    asyncio.run(main())
