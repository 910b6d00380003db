"""Draws what members and their team see, in a narrow and a wide window, into docs/pictures/.

    python -m tests.bot.preview [NAME…]

Needs the extra `simcord[preview]` and a Chromium that is called `chromium`, or as CHROMIUM says. Not part of
the tests: run it, and look at the pictures, when a layout changes. The simulator reads CommonMark rather than Discord's
own dialect; tests/bot/discord_text.py is the stricter reader, and draws no pictures."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import importlib
import io
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import discord
import simcord
from tests.bot.browser import browser
from tests.bot.library import Shelf
from tests.bot.scenes import SCENES
from tests.bot.town import Clock, Town

from chipbot.bot.client import ChipbotClient
from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.service.document_store import DocumentStore
from chipbot.service.documents import Documents
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.links import CitationLinks
from chipbot.service.question_service import QuestionService
from chipbot.service.refresh import IndexRefresher
from chipbot.service.scopes import Grants

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle
    from tests.bot.town import ServedKnowledgeBase

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
DOCUMENTS = {
    "rules.md": """---
url: https://ravenhold.example.net/rules
---
# Community rules

## Asking

Ask in #help-desk. Say what you tried, and which version you play.

## Advertising

Links to other servers count as advertising. So do unasked messages about them. Giveaways need a moderator's word.

## Punishments

| Offence | first time | second time | third time |
|---|---|---|---|
| advertising | warning | mute for 24 hours | ban |
| spam | warning | mute for 1 hour | mute for 24 hours |
| insulting others | mute for 24 hours | ban | |
""",
    "history.md": """# The history of Ravenhold

Ravenhold began in 2015 as a world for seven friends, who had met in a school's library and wanted a place of their own to
build in after their lessons. The first world was lost with the laptop that it ran on. The second world, called Thornmoor,
lasted from 2018 to 2021 and saw the famous siege of the Glass Castle. The third has grown ever since, and nobody wants to
leave it any more.

## Places

The Glass Castle stands on the northern shore. Its gates open on the first Saturday of each month.

The old library of Thornmoor was moved stone by stone, and opened again in the third world.
""",
}
"""Of an invented community."""
WIDTHS = (400, 1100)  # of the window; the wide one has a side bar in it, as Discord has
SHOWN = "document.querySelectorAll('#channel-message-list .channel-message').length"
# Only the conversation: the simulator's own tool bar, side bar and composer are no part of Discord.
BOX = "(r => [r.x, r.y, r.width, r.height])(document.querySelector('{element}').getBoundingClientRect())"
TODAY = 1767225600.0
"""The simulation's time, in seconds since 1970: it begins with 2026."""


async def main(names: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (library, scene) in SCENES.items():
        if not names or name in names:
            async with town(library() if library else None) as place:
                channel, viewer = await scene(place)
                await picture(place.env, channel, viewer, f"{name}.png")


@contextlib.asynccontextmanager
async def town(library: ServedKnowledgeBase | None) -> AsyncIterator[Town]:
    """A server with a bot that answers from this, or else from DOCUMENTS on disk; and members who ask in one of its channels."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        seeds, clock = folder / "seeds", Clock()
        clock.now = TODAY
        base, store = written(seeds, folder / "index")
        journal = Journal(journal_place(None, folder / "index"), clock=clock)
        await journal.start()
        stack.push_async_callback(journal.close)
        served = library or base
        questions = QuestionService(served, journal=journal, grants=Grants(("1",)))
        client = ChipbotClient(questions, IndexRefresher(served), seeds=seeds, documents=store)
        env = await stack.enter_async_context(simcord.run(client, shard_count=1))
        guild = env.create_guild("Ravenhold")
        questions.grants = Grants((str(guild.id),))
        guild.create_text_channel("help-desk")
        channel = guild.create_text_channel("questions")
        managers = guild.create_role("Team", permissions=discord.Permissions(manage_guild=True))
        if env.guild.me is not None:
            await env.guild.me.edit(nick="chipbot")
        ann, boss, mod, eve = (
            guild.add_member(env.create_user(name), roles=roles)
            for name, roles in (("robin", []), ("morgan", [managers]), ("kim", []), ("alex", []))
        )
        yield Town(env, client, Shelf({}), clock, guild, channel, ann, boss, mod, eve)


def written(seeds: Path, index: Path) -> tuple[KnowledgeBase, DocumentStore]:
    """The documents on disk, indexed, and what changes them."""
    seeds.mkdir()
    for name, text in DOCUMENTS.items():
        (seeds / name).write_text(text)
    base = KnowledgeBase(seeds, index, encoder="off")
    base.refresh()
    links = CitationLinks(seeds)
    return base, DocumentStore(seeds, Documents(base, seeds, links).inventory, links)


async def picture(env: simcord.Env, channel: ChannelHandle, viewer: MemberActor, name: str) -> None:
    """Draw a channel as a member sees it."""
    shown = len(channel.history(viewer=viewer))
    async with env.preview(channel, viewers=[viewer], layout="channel") as preview:
        pictures = [await shot(preview.url, width, shown) for width in WIDTHS]
    save(FOLDER / name, await side_by_side(pictures))


async def shot(url: str, width: int, messages: int) -> str:
    """A picture of the conversation in a window of that width, as PNG in base 64."""
    async with browser() as page:
        await page.resize(width, 2400)
        await page.call("Page.navigate", url=url)
        async with asyncio.timeout(30):
            while await page.value(SHOWN) < messages:  # noqa: ASYNC110  the page sends no event for this
                await asyncio.sleep(0.1)
        box, before = BOX.format(element="#channel-message-list"), None
        while before != (before := await page.value(box)):  # noqa: ASYNC110  # fonts and layout have no event
            await asyncio.sleep(1)
        return await page.picture(box)


async def side_by_side(pictures: list[str]) -> bytes:
    """The pictures next to each other in one, laid out by the browser itself."""
    images = "".join(f'<img src="data:image/png;base64,{picture}">' for picture in pictures)
    row = f'<div style="display:inline-flex;align-items:flex-start;gap:16px">{images}</div>'
    sheet = f'<body style="margin:0;background:#313338">{row}</body>'
    async with browser() as page:
        await page.resize(2000, 1600)
        await page.call("Page.setDocumentContent", frameId=await page.frame(), html=sheet)
        await asyncio.sleep(1)  # as above
        return base64.b64decode(await page.picture(BOX.format(element="div")))


def save(target: Path, picture: bytes) -> None:
    """Write the picture with 256 colours, which take a third of the room and look the same."""
    image: Any = importlib.import_module(
        "PIL.Image"
    )  # comes with simcord[preview], which the type check has not
    reduced = image.open(io.BytesIO(picture)).convert("RGB").quantize(256, dither=0)
    reduced.save(target, optimize=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
