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
    from collections.abc import AsyncIterator

    from chipbot.bot.answering import Answering
    from chipbot.settings import Settings

log = logging.getLogger(__name__)

_MENDING = (
    "set CHIPBOT_TOKEN or CHIPBOT_TOKEN_FILE to the token from "
    "https://discord.com/developers/applications (Bot › Reset Token)"
)


_TOKEN_REVOKED = 4004  # the gateway's "authentication failed": the token was reset while the bot ran


def run(settings: Settings, library: Answering) -> None:
    """Run the bot until it is told to stop by SIGINT or SIGTERM.

    Raises TokenError when the token is missing or Discord refuses it, ChipbotError when Discord cannot be
    reached."""
    token = _token(settings)
    asyncio.run(serve(create_client(settings, library), token))


def _token(settings: Settings) -> str:
    """The token from the setting, or else from the file that the setting names."""
    token = settings.token.get_secret_value() if settings.token is not None else ""
    if not token and settings.token_file is not None:
        try:
            token = settings.token_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise TokenError(f"CHIPBOT_TOKEN_FILE: {settings.token_file} cannot be read: {error}") from error
    if not token.strip():
        raise TokenError(f"no Discord token: {_MENDING}")
    return token.strip()


async def serve(client: ChipbotClient, token: str) -> None:
    """Connect the client, and stay connected until it is closed."""
    async with _stopped_by_signals(client):
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
            raise ChipbotError(
                f"Discord cannot be reached: {error} (chipbot needs discord.com and gateway.discord.gg)"
            ) from error
        finally:
            if not client.is_closed():
                await client.close()


@contextlib.asynccontextmanager
async def _stopped_by_signals(client: ChipbotClient) -> AsyncIterator[None]:
    """While inside, SIGINT and SIGTERM close the client, which ends its connection in good order."""
    loop = asyncio.get_running_loop()
    closing: set[asyncio.Task[None]] = set()

    def stop() -> None:
        if not closing:
            log.info("stopping")
            closing.add(loop.create_task(client.close()))

    signals = (signal.SIGINT, signal.SIGTERM)
    with contextlib.suppress(
        NotImplementedError
    ):  # Windows' event loop: there SIGINT raises KeyboardInterrupt
        for number in signals:
            loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        with contextlib.suppress(NotImplementedError):
            for number in signals:
                loop.remove_signal_handler(number)
        await asyncio.gather(*closing)
