"""What Discord sends that is not what it documents: the bot survives it.

discord.py lets whatever its parsers raise end the connection for good, and with it the bot. Here an event
that cannot be parsed is logged and dropped. Where the protocol is broken outside of events the connection is
made again, and its session goes on with what was missed.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord.backoff import ExponentialBackoff
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from discord.state import ConnectionState

log = logging.getLogger(__name__)

_EXPECTED = (ReconnectWebSocket, discord.DiscordException, aiohttp.ClientError, OSError)
"""What a connection raises that is lost, or to be made again; a TimeoutError is an OSError."""
_RESUMABLE = 4000
"""A code to close with that leaves the session to be resumed; see "Gateway Close Event Codes"."""


def guard(
    state: ConnectionState[Any], note: Callable[[DiscordWebSocket], None], may_serve: Callable[[], bool]
) -> None:
    """Let a client's connections survive what they cannot read.

    Args:
        state: The client's.
        note: Is told of each connection that is made.
        may_serve: Says whether events are to be handled; otherwise they are dropped.
    """
    guard_parsers(state.parsers, may_serve)
    backoff: ExponentialBackoff[Any] = ExponentialBackoff()

    def update(ws: DiscordWebSocket) -> None:
        receive = functools.partial(_receive, ws, ws.received_message, backoff)
        ws.received_message = receive  # type: ignore[method-assign]  # discord.py makes its connections itself
        note(ws)

    # Otherwise it is for chunks of member lists, which are not asked for.
    state._update_references = update  # type: ignore[method-assign]  # noqa: SLF001  # each new connection comes by here alone


def guard_parsers(
    parsers: MutableMapping[str, Callable[[Any], None]], may_serve: Callable[[], bool] = lambda: True
) -> None:
    """Make each parser log what it cannot parse, by the event's name and the cause, instead of raising it; and drop what
    `may_serve` says is for nobody here.
    """
    for event, parse in list(parsers.items()):
        parsers[event] = functools.partial(_parse, event, parse, may_serve)


async def _receive(
    socket: DiscordWebSocket,
    receive: Callable[[Any], Awaitable[None]],
    backoff: ExponentialBackoff[Any],
    message: Any,
) -> None:
    """Take what a connection received; connect again, after longer and longer pauses, where it can't be read."""
    try:
        await receive(message)
        # Else a flood of events would be read in one go, and no answer to those before get on meanwhile.
        await asyncio.sleep(0)
    except _EXPECTED:
        raise
    except Exception as error:
        pause = backoff.delay()
        log.exception(
            "Discord sent what cannot be read [%s]; connecting again in %.1f s", type(error).__name__, pause
        )
        await socket.close(_RESUMABLE)
        await asyncio.sleep(pause)
        raise ReconnectWebSocket(socket.shard_id, resume=socket.session_id is not None) from error


def _parse(event: str, parse: Callable[[Any], None], may_serve: Callable[[], bool], data: Any) -> None:
    if not may_serve():
        return
    try:
        parse(data)
    except Exception as error:
        log.exception("Discord sent a malformed %s, which is dropped [%s]", event, type(error).__name__)
