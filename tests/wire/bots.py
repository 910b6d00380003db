"""The real bot, connected to a Discord on loopback."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from tests.bot.library import Shelf
from tests.bot.town import client_of
from tests.wire import objects
from tests.wire.objects import TOKEN, Object
from tests.wire.wire import Wire, until

from chipbot import bot

FUND = "How much money is in the fund?"
MONEY = "$500 million"
"""What the answer to FUND holds."""


def club(*channels: Object, number: int = 100, **permissions: int) -> Object:
    """A server with a channel called general."""
    return objects.guild(number, "Club", objects.channel(number + 2, "general"), *channels, **permissions)


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
