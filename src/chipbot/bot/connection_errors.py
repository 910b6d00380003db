"""What Discord or the way to it objects to → an error that an operator can act on."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import aiohttp
import discord

from chipbot.errors import ChipbotError, TokenError
from chipbot.translation import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

HOW_TO_SET_ONE = Message(
    "set CHIPBOT_TOKEN or CHIPBOT_TOKEN_FILE to the token from "
    "https://discord.com/developers/applications (Bot › Reset Token)"
)
_TOO_FEW_SHARDS = 4011  # the gateway's "sharding required"
_TOKEN_REVOKED = 4004  # the gateway's "authentication failed": the token was reset while the bot ran


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Raise TokenError for what only another token or the developer portal fixes, ChipbotError for the
    rest.
    """
    try:
        yield
    except discord.LoginFailure as error:
        raise TokenError(Message("Discord refused the token: {remedy}", remedy=HOW_TO_SET_ONE)) from error
    except discord.PrivilegedIntentsRequired as error:
        raise TokenError(Message("Discord refused the bot's intents: {reason}", reason=error)) from error
    except discord.ConnectionClosed as error:
        if error.code == _TOKEN_REVOKED:
            raise TokenError(
                Message("Discord no longer accepts the token: {remedy}", remedy=HOW_TO_SET_ONE)
            ) from error
        if error.code == _TOO_FEW_SHARDS:
            raise ChipbotError(
                Message(
                    "Discord wants more shards for so many servers: start chipbot again, with a greater CHIPBOT_SHARDS if it is "
                    "set"
                )
            ) from error
        raise ChipbotError(
            Message("Discord closed the connection for good: {reason}", reason=error)
        ) from error
    except TimeoutError as error:
        raise ChipbotError(
            Message("Discord did not answer in time (chipbot needs discord.com and gateway.discord.gg)")
        ) from error
    except (OSError, aiohttp.ClientError, discord.HTTPException, discord.GatewayNotFound) as error:
        raise ChipbotError(
            Message(
                "Discord cannot be reached: {reason} (chipbot needs discord.com and gateway.discord.gg)",
                reason=error,
            )
        ) from error
