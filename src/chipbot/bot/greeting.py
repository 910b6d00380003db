"""A first message in a channel, from a bot that is not running yet, so that members see whom they can ask."""

from __future__ import annotations

import asyncio

import discord

from chipbot.bot.connection_errors import explained
from chipbot.bot.strings import FIRST_MESSAGE
from chipbot.errors import ChipbotError

PATIENCE = 30.0
"""Seconds that Discord may take."""


def say_hello(token: str, channel_id: int) -> None:
    """Post FIRST_MESSAGE in a channel, in the language of the moment.

    Raises ChipbotError where Discord does not take it in PATIENCE seconds.
    """
    asyncio.run(_say_hello(token, channel_id))


async def _say_hello(token: str, channel_id: int) -> None:
    with explained():
        async with asyncio.timeout(PATIENCE), discord.Client(intents=discord.Intents.none()) as client:
            await client.login(token)
            channel = client.get_partial_messageable(channel_id)
            try:
                await channel.send(str(FIRST_MESSAGE), allowed_mentions=discord.AllowedMentions.none())
            except discord.HTTPException as error:
                raise ChipbotError(f"Discord does not take the message: {error.text}") from error
