"""`chipbot run`, and what happens without a command."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from chipbot.cli.answering import converse
from chipbot.cli.wiring import Add, ready_library, say, settings_of

if TYPE_CHECKING:
    from chipbot.settings import Settings

_TERMINAL_CHAT = """\
No Discord token is set, so this is a chat in your terminal: the same answers, no Discord.
To run the bot on your server: https://discord.com/developers/applications → New Application → Bot → Reset Token,
then put the line CHIPBOT_TOKEN=… into .env and start again.
"""


def add_commands(add: Add) -> None:
    """Add `run`."""
    add("run", run, "run the Discord bot")


def run(options: argparse.Namespace) -> None:
    """Run the Discord bot until it is told to stop."""
    _run(settings_of(options))


def start(options: argparse.Namespace) -> None:
    """Do the main job: the bot where there is a token, a chat in the terminal otherwise."""
    settings = settings_of(options)
    if settings.token is not None:
        _run(settings)
        return
    if sys.stdin.isatty():
        say(_TERMINAL_CHAT)
    converse(settings)


def _run(settings: Settings) -> None:
    from chipbot import bot

    bot.token_of(settings)  # before the index is built: without a token there is nothing to build it for
    _log_to_stderr(settings.log_level)
    library = ready_library(settings)
    bot.run(settings, library)


def _log_to_stderr(level: str) -> None:
    import logging

    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    if level != "debug":
        logging.getLogger("discord").setLevel(logging.WARNING)  # its connection chatter is for its own debugging
