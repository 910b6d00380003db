"""Logging in, staying connected, and leaving in good order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from typing import TYPE_CHECKING

from chipbot.bot.client import ChipbotClient
from chipbot.bot.connection_errors import HOW_TO_SET_ONE, explained
from chipbot.errors import ChipbotError, TokenError
from chipbot.translation import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chipbot.settings import Settings

log = logging.getLogger(__name__)


def token_of(settings: Settings) -> str:
    """Return Discord's token; raises TokenError where none is set."""
    token = settings.token.get_secret_value().strip() if settings.token is not None else ""
    if not token:
        raise TokenError(Message("no Discord token is set: {remedy}", remedy=HOW_TO_SET_ONE))
    return token


async def serve(client: ChipbotClient, token: str, on_stop: Callable[[], None] = lambda: None) -> None:
    """Connect the client, and stay connected until it is closed or SIGINT or SIGTERM says so, which calls
    `on_stop`.

    Raises TokenError when Discord refuses the token, ChipbotError when Discord cannot be reached.
    """
    connection = asyncio.ensure_future(_connect(client, token))
    stopping: list[asyncio.Future[None]] = []

    def stop() -> None:
        if not stopping:
            log.info("stopping")
            on_stop()
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
    with explained():
        await client.start(token)


@contextlib.contextmanager
def _on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """While inside, SIGINT and SIGTERM call `stop`."""
    loop = asyncio.get_running_loop()
    handled = []
    with contextlib.suppress(
        NotImplementedError
    ):  # Windows' event loop: there SIGINT raises KeyboardInterrupt
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
            handled.append(number)
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
