"""`chipbot run`, and what happens without a command."""

from __future__ import annotations

import argparse
import signal
import sys
from typing import TYPE_CHECKING

from chipbot.cli.ask import converse
from chipbot.cli.common import Add, overrides, ready_knowledge_base, say, settings_of
from chipbot.errors import TokenError
from chipbot.translation import Message, gettext

if TYPE_CHECKING:
    from chipbot.model import Progress
    from chipbot.settings import Settings

_TERMINAL_CHAT = Message("""\
No Discord token is set, so this is a chat in your terminal: the same answers, no Discord.
To run the bot on your server: https://discord.com/developers/applications → New Application → Bot → Reset Token, \
then put the line CHIPBOT_TOKEN=… into .env and start again. “chipbot setup” does it with you, step by step.
""")
_PATIENCE = 60.0  # seconds; how long one document may take to read before a service manager gives up


def add_commands(add: Add) -> None:
    """Add `run`."""
    adding = add("run", run, gettext("run the Discord bot"), examples=("run",))
    adding.add_argument(
        "--wait-for-token",
        action="store_true",
        help=gettext(
            "where there is no usable token, wait for another one instead of ending, and try "
            "again on SIGHUP: for container engines and launchd, which would start the bot again "
            "for ever"
        ),
    )


def run(options: argparse.Namespace) -> None:
    """Run the Discord bot until it is told to stop."""
    while True:
        try:
            return run_bot(settings_of(options), options)
        except TokenError as error:
            if not options.wait_for_token or not hasattr(signal, "SIGHUP"):  # Windows has none
                raise
            say(f"chipbot: {error}")
        if not _told_to_try_again():
            return None


def _told_to_try_again() -> bool:
    """Wait until a signal says so (SIGHUP); False where one says to stop."""
    awaited = {signal.SIGHUP, signal.SIGTERM, signal.SIGINT}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    try:
        say(f"chipbot: {gettext('waiting for a token; a restart or SIGHUP tries again')}")
        return signal.sigwait(awaited) == signal.SIGHUP
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def start(options: argparse.Namespace) -> None:
    """Do the main job: the bot where there is a token, a chat in the terminal otherwise."""
    settings = settings_of(options)
    if settings.token is not None:
        run_bot(settings, options)
        return
    if sys.stdin.isatty():
        say(str(_TERMINAL_CHAT))
    converse(settings)


def run_bot(settings: Settings, options: argparse.Namespace) -> None:
    """Run the bot; `options` are read again with the settings when it is told to reload."""
    from chipbot import bot
    from chipbot.ops import daemon, sd_notify
    from chipbot.settings import load

    bot.token_of(settings)  # before the index is built: without a token there is nothing to build it for
    daemon.configure_logs(settings)

    def watch(state: Progress) -> None:
        sd_notify.starting(f"{state.step} {state.done} of {state.total}", _PATIENCE)

    knowledge_base = ready_knowledge_base(settings, watch, serving=True)
    daemon.run(settings, knowledge_base, lambda: load(**overrides(options)))
