"""The Discord bot: the only part of chipbot that knows Discord."""

from chipbot.bot.client import create_client
from chipbot.bot.diagnostics import Inspection, ServerAccess, inspect
from chipbot.bot.runner import serve, token_of

__all__ = ["Inspection", "ServerAccess", "create_client", "inspect", "serve", "token_of"]
