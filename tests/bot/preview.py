"""Draws what members see, in a narrow and a wide window, into docs/pictures/.

    python -m tests.bot.preview

Needs the extra `simcord[preview]` and a Chromium that is called `chromium`, or as CHROMIUM says. Not part of
the tests: run it, and look at the pictures, when a layout changes. The simulator reads CommonMark rather than Discord's
own dialect; tests/bot/discord_text.py is the stricter reader, and draws no pictures."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import importlib
import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import simcord
from tests.bot.library import Shelf
from tests.bot.town import ServedKnowledgeBase, control
from tests.quotes import part, quote_of

from chipbot.bot.client import ChipbotClient
from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.model import Answer, AnswerOptions, NoAnswer, Quote
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.question_service import QuestionService
from chipbot.service.refresh import IndexRefresher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
CHROMIUM = os.environ.get("CHROMIUM", "chromium")
QUESTIONS = ("How much money is in the fund?", "Who is the CEO of TSMC?")
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
ASKED = ("what is the punishment for advertising", "When was Thornmoor?", "where do i ask for hlep")
REFUSED = "is there a discord nitro giveaway?"
WIDTHS = (400, 1100)  # of the window; the wide one has a side bar in it, as Discord has
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
BOX = "(r => [r.x, r.y, r.width, r.height])(document.querySelector('{element}').getBoundingClientRect())"


HEADERS = ("Offence", "first time", "second time")
TABLE = (
    part("table_header", "", "Offence", "1st", "2nd"),
    part("table_row", "", "spam", "warning", "mute", headers=("Offence", "1st", "2nd")),
    part("table_row", "", "adverts", "mute", "ban", headers=("Offence", "1st", "2nd")),
    part("table_row", "", "insults", "mute", "ban", headers=("Offence", "1st", "2nd")),
)
DRAWN: dict[str, Quote] = {
    "What happens to whoever advertises?": quote_of(
        part("table_row", "", "advertising", "warning", "mute for 24 hours", headers=HEADERS),
        part("table_row", "", "insulting others", "mute for 24 hours", "ban", headers=HEADERS),
        highlight=["warning", "mute for 24 hours"],
    ),
    "And for which offence is there a ban?": quote_of(
        *TABLE, highlight=["adverts\tmute\tban", "insults\tmute\tban"]
    ),
    "How do I start the server?": quote_of(
        part("paragraph", "Accept the licence in eula.txt, then start the server with at least 2 GB:"),
        part("code", "cd server\njava -Xmx2G -jar server.jar nogui", label="sh", gap="\n\n"),
        part("paragraph", "It listens on port 25565, unless server-port says otherwise.", gap="\n\n"),
        highlight="Accept the licence in eula.txt, then start the server with at least 2 GB:",
        marks=[("code", "eula.txt", ""), ("code", "25565", ""), ("code", "server-port", "")],
    ),
    "How do I join a match?": quote_of(
        part("paragraph", "Before you join:"),
        part("list_item", "Read the rules of the league, all of them, and agree to them", depth=1, ordinal=1),
        part("list_item", "no cheats", depth=2),
        part("list_item", "no second accounts", depth=2),
        part("list_item", "Link your account", depth=1, ordinal=2),
        part("list_item", "Press Join at least ten minutes before it starts", depth=1, ordinal=3),
        part("paragraph", "What is ready:", gap="\n\n"),
        part("list_item", "lobby", checked=True, gap="\n\n"),
        part("list_item", "spectators", checked=False),
        highlight="Press Join at least ten minutes before it starts",
        marks=[("link", "rules of the league", "https://example.org/rules"), ("strong", "no cheats", "")],
    ),
    "Can I plug in the lamp while it is open?": quote_of(
        part("paragraph", "The case opens with two screws."),
        part("label", "Warning", quoted=1, gap="\n\n"),
        part("paragraph", "Never plug it in while the case is open. The capacitors stay charged.", quoted=1),
        part("paragraph", "Close it before you switch it on.", gap="\n\n"),
        highlight="Never plug it in while the case is open.",
        marks=[("emphasis", "stay", ""), ("strikethrough", "two", "")],
    ),
}
"""What a quote can hold, with the question that leads to it."""


class Drawn(Shelf):
    """A core that answers with the quotes above."""

    def answer(
        self,
        question: str,
        *,
        history: tuple[str, ...] = (),  # noqa: ARG002  # the interface's
        options: AnswerOptions = AnswerOptions(),  # noqa: ARG002  # likewise; it is immutable
    ) -> Answer | NoAnswer:
        return Answer(question=question, quotes=(DRAWN[question],), confidence=0.9)


async def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    await draw("answer.png", Shelf.shipped(), QUESTIONS)
    with tempfile.TemporaryDirectory() as folder:
        await draw_community(Path(folder))
    questions = tuple(DRAWN)
    for number, some in enumerate((questions[:2], questions[2:3], questions[3:4], questions[4:]), 1):
        await draw(f"quotes-{number}.png", Drawn({}), some)


async def draw_community(folder: Path) -> None:
    """Draw answers from documents on disk, and what their buttons open."""
    seeds = folder / "seeds"
    seeds.mkdir()
    for name, text in DOCUMENTS.items():
        (seeds / name).write_text(text)
    knowledge_base = KnowledgeBase(seeds, folder / "index", encoder="off")
    knowledge_base.refresh()
    await draw("community.png", knowledge_base, ASKED)
    async with conversation(knowledge_base) as (env, channel, member):
        answer = (await member.slash(channel, "ask", question=ASKED[1])).response
        assert answer is not None
        await member.click(answer, custom_id=control(answer, "context"))
        await picture(env, channel, member, "context.png", 2)
    async with conversation(knowledge_base) as (env, channel, member):
        refusal = (await member.slash(channel, "ask", question=REFUSED)).response
        answer = (await member.slash(channel, "ask", question=ASKED[0])).response
        assert refusal is not None
        assert answer is not None
        await member.click(answer, custom_id=control(answer, "down"))
        await picture(env, channel, member, "private.png", 3)


async def draw(name: str, library: ServedKnowledgeBase, questions: tuple[str, ...]) -> None:
    """Draw the questions with their answers."""
    async with conversation(library) as (env, channel, member):
        for question in questions:
            await member.send(channel, f"{env.guild.me.mention if env.guild.me else ''} {question}")
        await picture(env, channel, member, name, len(questions))


@contextlib.asynccontextmanager
async def conversation(
    library: ServedKnowledgeBase,
) -> AsyncIterator[tuple[simcord.Env, ChannelHandle, MemberActor]]:
    """A server with a bot that answers from this, two channels, and a member who asks in one of them."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        journal = Journal(journal_place(None, folder / "index"))
        stack.push_async_callback(journal.close)
        client = ChipbotClient(QuestionService(library, journal=journal), IndexRefresher(library))
        env = await stack.enter_async_context(simcord.run(client, shard_count=1))
        guild = env.create_guild("Ravenhold")
        guild.create_text_channel("help-desk")
        channel = guild.create_text_channel("questions")
        member = env.guild.add_member(env.create_user("robin"))
        if env.guild.me is not None:
            await env.guild.me.edit(nick="chipbot")
        yield env, channel, member


async def picture(
    env: simcord.Env, channel: ChannelHandle, member: MemberActor, name: str, answers: int
) -> None:
    """Draw a channel as a member sees it."""
    async with env.preview(channel, viewers=[member], layout="channel") as preview:
        pictures = [await shot(preview.url, width, answers) for width in WIDTHS]
    save(FOLDER / name, await side_by_side(pictures))


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

    async def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self.call("Emulation.setDeviceMetricsOverride", **size)

    async def frame(self) -> str:
        return str((await self.call("Page.getFrameTree"))["frameTree"]["frame"]["id"])

    async def picture(self, box: str) -> str:
        x, y, width, height = await self.value(box)
        clip = {"x": x, "y": y, "width": width, "height": height, "scale": 1}
        return str((await self.call("Page.captureScreenshot", clip=clip))["data"])

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


async def shot(url: str, width: int, answers: int) -> str:
    """A picture of the conversation in a window of that width, as PNG in base 64."""
    async with browser() as page:
        await page.resize(width, 1600)
        await page.call("Page.navigate", url=url)
        async with asyncio.timeout(30):
            while await page.value(READY) < answers:  # noqa: ASYNC110  the page sends no event for this
                await asyncio.sleep(0.1)
        await asyncio.sleep(1)  # fonts and layout have no event of their own to wait for
        return await page.picture(BOX.format(element="#channel-message-list"))


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
    """Write the picture with 128 colours, which take a quarter of the room and look the same."""
    image: Any = importlib.import_module(
        "PIL.Image"
    )  # comes with simcord[preview], which the type check has not
    reduced = image.open(io.BytesIO(picture)).convert("RGB").quantize(128, dither=0)
    reduced.save(target, optimize=True)


if __name__ == "__main__":
    asyncio.run(main())
