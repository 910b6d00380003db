"""What Discord sends that is not what it documents: the bot survives it.

discord.py lets whatever its parsers raise end the connection for good, and with it the bot. Here an event
that cannot be parsed is logged and dropped, and a connection whose protocol is broken outside of events is
made again.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord.backoff import ExponentialBackoff

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

log = logging.getLogger(__name__)

_EXPLAINED = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
"""What `connect` raises by design: the operator is told what it means."""
_ANOTHER_SESSION = 4000
"""The code to close with so that Discord ends the session; see "Gateway Close Event Codes"."""


def guard(parsers: MutableMapping[str, Callable[[Any], None]]) -> None:
    """Make each parser log what it cannot parse, by the event's name and the cause, instead of raising it."""
    for event, parse in list(parsers.items()):
        parsers[event] = functools.partial(_parse, event, parse)


def _parse(event: str, parse: Callable[[Any], None], data: Any) -> None:
    try:
        parse(data)
    except Exception as error:
        log.exception("Discord sent a malformed %s, which is dropped [%s]", event, type(error).__name__)


async def stay_connected(client: discord.Client) -> None:
    """Connect the client until it is closed; raises as `discord.Client.connect` does where that is by design.

    Anything else that it raises is something unreadable in place of a greeting or an event: that is logged,
    and the connection is made again, after longer and longer pauses.
    """
    backoff: ExponentialBackoff[Any] = ExponentialBackoff()
    while not client.is_closed():
        try:
            await client.connect()
        except _EXPLAINED:
            raise
        except Exception as error:
            if client.is_closed():
                raise
            pause = backoff.delay()
            log.exception(
                "Discord sent what cannot be read [%s]; connecting again in %.1f s",
                type(error).__name__,
                pause,
            )
            client.dispatch("disconnect")
            if client.ws is not None:
                await client.ws.close(_ANOTHER_SESSION)
            await asyncio.sleep(pause)
