"""Logging in, staying connected, and leaving in good order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from typing import TYPE_CHECKING

import aiohttp
import discord

from chipbot.bot.client import ChipbotClient, create_client
from chipbot.errors import ChipbotError, TokenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chipbot.bot.answering import Answering
    from chipbot.settings import Settings

log = logging.getLogger(__name__)

_MENDING = (
    "set CHIPBOT_TOKEN or CHIPBOT_TOKEN_FILE to the token from https://discord.com/developers/applications (Bot › Reset Token)"
)


_TOKEN_REVOKED = 4004  # the gateway's "authentication failed": the token was reset while the bot ran


def run(settings: Settings, library: Answering) -> None:
    """Run the bot until it is told to stop by SIGINT or SIGTERM.

    Raises TokenError when the token is missing or Discord refuses it, ChipbotError when Discord cannot be
    reached."""
    token = token_of(settings)
    asyncio.run(serve(create_client(settings, library), token))


def token_of(settings: Settings) -> str:
    """Return Discord's token; raises TokenError where none is set."""
    token = settings.token.get_secret_value().strip() if settings.token is not None else ""
    if not token:
        raise TokenError(f"no Discord token is set: {_MENDING}")
    return token


async def serve(client: ChipbotClient, token: str) -> None:
    """Connect the client, and stay connected until it is closed or a signal says so."""
    connection = asyncio.ensure_future(_connect(client, token))
    stopping: list[asyncio.Future[None]] = []

    def stop() -> None:
        if not stopping:
            log.info("stopping")
            stopping.append(asyncio.ensure_future(_stop(client, connection)))

    try:
        with _on_signals(stop):
            await connection
    except (asyncio.CancelledError, ChipbotError, RuntimeError):
        if not stopping:  # else it is how a connection ends that is closed while it is being made
            raise
    finally:
        await asyncio.gather(*stopping)
        if not client.is_closed():
            await client.close()


async def _stop(client: ChipbotClient, connection: asyncio.Future[None]) -> None:
    await client.close()
    connection.cancel()


async def _connect(client: ChipbotClient, token: str) -> None:
    """Log in and stay connected; what Discord objects to becomes an error that an operator can act on."""
    try:
        await client.start(token)
    except discord.LoginFailure as error:
        raise TokenError(f"Discord refused the token: {_MENDING}") from error
    except discord.PrivilegedIntentsRequired as error:
        raise TokenError(f"Discord refused the bot's intents: {error}") from error
    except discord.ConnectionClosed as error:
        if error.code == _TOKEN_REVOKED:
            raise TokenError(f"Discord no longer accepts the token: {_MENDING}") from error
        raise ChipbotError(f"Discord closed the connection for good: {error}") from error
    except (OSError, aiohttp.ClientError, discord.HTTPException, discord.GatewayNotFound) as error:
        raise ChipbotError(f"Discord cannot be reached: {error} (chipbot needs discord.com and gateway.discord.gg)") from error


@contextlib.contextmanager
def _on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """While inside, SIGINT and SIGTERM call `stop`."""
    loop = asyncio.get_running_loop()
    handled = []
    with contextlib.suppress(NotImplementedError):  # Windows' event loop: there SIGINT raises KeyboardInterrupt
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
            handled.append(number)
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
