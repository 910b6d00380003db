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

from chipbot.bot.rest_guard import reason

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from discord.state import ConnectionState

log = logging.getLogger(__name__)

_EXPLAINED = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
"""What `connect` raises by design: the operator is told what it means."""
_RESUMABLE = 4000
"""A code to close with that leaves the session to be resumed; see "Gateway Close Event Codes"."""


_LOGGERS = ("discord.client", "discord.shard")


def guard(state: ConnectionState[Any]) -> None:
    """Let a client's connections survive what they cannot read."""
    for logger in _LOGGERS:
        logging.getLogger(logger).addFilter(_in_one_line)
    guard_parsers(state.parsers)
    update = state._update_references  # noqa: SLF001  # the only place that each new connection comes by
    backoff: ExponentialBackoff[Any] = ExponentialBackoff()

    def update_guarded(ws: DiscordWebSocket) -> None:
        receive = functools.partial(_receive, ws, ws.received_message, backoff)
        ws.received_message = receive  # type: ignore[method-assign]  # discord.py makes its connections itself
        update(ws)

    state._update_references = update_guarded  # type: ignore[method-assign]  # noqa: SLF001  # as above


def guard_parsers(parsers: MutableMapping[str, Callable[[Any], None]]) -> None:
    """Make each parser log what it cannot parse, by the event's name and the cause, instead of raising it."""
    for event, parse in list(parsers.items()):
        parsers[event] = functools.partial(_parse, event, parse)


def _in_one_line(record: logging.LogRecord) -> bool:
    """Take the traceback from what discord.py logs of a connection that is lost: an everyday event."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, _EXPLAINED):
        record.msg, record.args = f"{record.getMessage()}: {reason(error)}", ()
        record.exc_info, record.levelno, record.levelname = None, logging.WARNING, "WARNING"
    return True


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
    except (ReconnectWebSocket, *_EXPLAINED):
        raise
    except Exception as error:
        pause = backoff.delay()
        log.exception(
            "Discord sent what cannot be read [%s]; connecting again in %.1f s", type(error).__name__, pause
        )
        await socket.close(_RESUMABLE)
        await asyncio.sleep(pause)
        raise ReconnectWebSocket(socket.shard_id, resume=socket.session_id is not None) from error


def _parse(event: str, parse: Callable[[Any], None], data: Any) -> None:
    try:
        parse(data)
    except Exception as error:
        log.exception("Discord sent a malformed %s, which is dropped [%s]", event, type(error).__name__)


async def stay_connected(client: discord.Client) -> None:
    """Connect the client until it is closed; raises as `discord.Client.connect` does where that is by design."""
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
            if (
                client.ws is not None
            ):  # else no connection was ever made, which discord.py logs and stumbles over
                log.exception("the connection failed [%s]; again in %.1f s", type(error).__name__, pause)
            client.dispatch("disconnect")
            await asyncio.sleep(pause)
