"""The Discord bot: the only part of chipbot that knows Discord."""

from chipbot.bot.client import create_client
from chipbot.bot.running import run, token_of

__all__ = ["create_client", "run", "token_of"]
