"""The real bot, connected to a Discord on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

from tests.bot.library import Shelf
from tests.bot.town import ServedKnowledgeBase, client_of
from tests.wire import objects
from tests.wire.objects import TOKEN, Object
from tests.wire.wire import Wire, until

from chipbot import bot
from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.model import Answer, AnswerOptions, NoAnswer
from chipbot.service.pages import Page
from chipbot.service.question_service import QuestionService
from chipbot.service.refresh import IndexRefresher

FUND = "How much money is in the fund?"
MONEY = "$500 million"
"""What the answer to FUND holds."""


def club(*channels: Object, number: int = 100, **permissions: int) -> Object:
    """A server with a channel called general."""
    return objects.guild(number, "Club", objects.channel(number + 2, "general"), *channels, **permissions)


async def reply_to(wire: Wire, question: str = FUND) -> Object:
    """What the bot replies to a new member of the club who mentions it."""
    ann = wire.members.join("ann", wire.world.guilds["100"])
    asked = await wire.members.ask(ann, wire.world.channels["102"], question)
    await until(lambda: wire.members.shown(asked))
    return wire.members.shown(asked)[0]


class Gated(Shelf):
    """Documents that are only looked at while a gate is open."""

    def __init__(self, documents: dict[str, str]) -> None:
        super().__init__(documents)
        self.gate = threading.Event()
        self.gate.set()

    def answer(
        self, question: str, *, history: tuple[str, ...] = (), options: AnswerOptions = AnswerOptions()
    ) -> Answer | NoAnswer:
        self.gate.wait()
        return super().answer(question, history=history, options=options)

    def page(self, document_id: str, *, number: int | None = None, offset: int = 0) -> Page | None:
        self.gate.wait()
        return super().page(document_id, number=number, offset=offset)


@contextlib.asynccontextmanager
async def remembering(
    folder: Path, knowledge_base: ServedKnowledgeBase | None = None
) -> AsyncIterator[bot.ChipbotClient]:
    """A bot with a journal, which is kept below the folder."""
    knowledge_base = knowledge_base or Shelf.shipped()
    journal = Journal(journal_place(None, folder / "index"))
    questions = QuestionService(knowledge_base, journal=journal)
    try:
        yield bot.ChipbotClient(questions, IndexRefresher(knowledge_base))
    finally:
        await journal.close()


@contextlib.asynccontextmanager
async def running(wire: Wire, client: bot.ChipbotClient | None = None) -> AsyncIterator[bot.ChipbotClient]:
    """A bot that answers on a Discord, which is served meanwhile; it must still run at the end."""
    client = client or client_of(Shelf.shipped())
    async with wire.serving():
        with bot.connecting_to(wire.url):
            serving = asyncio.create_task(bot.serve(client, TOKEN))
            try:
                await until(lambda: client.is_ready() or serving.done())
                yield client
                if client.is_closed() or serving.done():
                    await serving
                    raise AssertionError("the bot has stopped")
            finally:
                await client.close()
                await asyncio.gather(serving, return_exceptions=True)
                await asyncio.sleep(
                    0.01
                )  # what discord.py has to say about the end is said before the loop is gone
                with warnings.catch_warnings():
                    # A socket that discord.py is just connecting when it is stopped is left to the collector.
                    warnings.simplefilter("ignore", ResourceWarning)
                    gc.collect()
