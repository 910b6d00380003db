"""Draws what members see: an answer and a refusal, in a narrow and a wide window, into tests/bot/preview.png.

    PYTHONPATH=src:tests/bot python tests/bot/preview.py

Needs the extra `simcord[preview]` and a Chromium that is called `chromium`, or as CHROMIUM says. Not part of the tests:
run it, and look at the picture, when a layout changes.
"""

from __future__ import annotations

import asyncio
import io
import os
import tempfile
from pathlib import Path

import simcord
from library import Shelf
from PIL import Image

from chipbot.bot import create_client
from chipbot.settings import Settings

TARGET = Path(__file__).with_name("preview.png")
CHROMIUM = os.environ.get("CHROMIUM", "chromium")
QUESTIONS = ("How much money is in the fund?", "Who is the CEO of TSMC?")
WIDTHS = (400, 1000)
HEIGHT = 900
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --virtual-time-budget=4000"
).split()


async def main() -> None:
    client = create_client(Settings(_env_file=None, cooldown=0), Shelf.shipped())  # type: ignore[call-arg]  # pydantic's own
    async with simcord.run(client) as env:
        channel = env.create_guild("Supply chain club").create_text_channel("questions")
        member = env.guild.add_member(env.create_user("robin"))
        for question in QUESTIONS:
            await member.send(channel, f"<@{client.user.id if client.user else 0}> {question}")
        async with env.preview(channel, viewers=[member], layout="channel") as preview:
            pictures = [await shot(preview.url, width) for width in WIDTHS]
    save(pictures)


async def shot(url: str, width: int) -> Image.Image:
    """A picture of the page in a window of that width."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "shot.png")
        arguments = [
            *FLAGS,
            f"--user-data-dir={folder}/profile",
            f"--window-size={width},{HEIGHT}",
            f"--screenshot={file}",
        ]
        process = await asyncio.create_subprocess_exec(
            CHROMIUM, *arguments, url, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        await asyncio.wait_for(process.wait(), 60)
        return Image.open(io.BytesIO(file.read_bytes())).convert("RGB")


def save(pictures: list[Image.Image]) -> None:
    """The pictures side by side in one small file."""
    width = sum(picture.width for picture in pictures) + 16 * (len(pictures) - 1)
    sheet = Image.new("RGB", (width, max(picture.height for picture in pictures)), "white")
    left = 0
    for picture in pictures:
        sheet.paste(picture, (left, 0))
        left += picture.width + 16
    sheet.quantize(128, dither=Image.Dither.NONE).save(TARGET, optimize=True)


if __name__ == "__main__":
    asyncio.run(main())
