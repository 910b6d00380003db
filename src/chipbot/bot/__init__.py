"""The Discord bot: the only part of chipbot that knows Discord."""

from chipbot.bot.address import connecting_to
from chipbot.bot.client import ChipbotClient
from chipbot.bot.diagnostics import Inspection, ServerAccess, inspect
from chipbot.bot.digest import send_digests
from chipbot.bot.greeting import say_hello
from chipbot.bot.imported_channels import ImportedChannels
from chipbot.bot.runner import serve, token_of

__all__ = [
    "ChipbotClient",
    "ImportedChannels",
    "Inspection",
    "ServerAccess",
    "connecting_to",
    "inspect",
    "say_hello",
    "send_digests",
    "serve",
    "token_of",
]
