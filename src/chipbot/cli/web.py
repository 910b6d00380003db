"""`chipbot web`: the pages without Discord."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from chipbot.cli.common import Add, ready_knowledge_base, say, settings_of
from chipbot.cli.prompt import secret
from chipbot.errors import ChipbotError
from chipbot.translation import Message, gettext

if TYPE_CHECKING:
    from chipbot.settings import Settings


def add_commands(add: Add) -> None:
    """Add `web`."""
    command = add(
        "web",
        web,
        gettext("serve the pages to ask on and to read documents on, without Discord"),
        examples=("web", "web --set-password"),
    )
    command.add_argument(
        "--set-password",
        action="store_true",
        help=gettext("write the operator's password to CHIPBOT_WEB_PASSWORD_FILE"),
    )


def web(options: argparse.Namespace) -> None:
    """Serve the pages until told to stop, or set their password."""
    from chipbot.ops import daemon, pages_server

    settings = settings_of(options)
    if options.set_password:
        _set_password(settings)
        return
    daemon.configure_logs(settings)
    pages_server.run(settings, ready_knowledge_base(settings, serving=True), say)


def _set_password(settings: Settings) -> None:
    """Ask for the operator's password and write its hash."""
    from chipbot.web import PasswordFile

    if settings.web_password_file is None:
        raise ChipbotError(
            Message(
                "set CHIPBOT_WEB_PASSWORD_FILE to the file that is to hold the password, outside of "
                "the documents"
            )
        )
    try:
        typed, again = (
            secret(gettext("The operator's password, which is not shown: ")),
            secret(gettext("The same again: ")),
        )
    except EOFError:
        raise ChipbotError(Message("no password was typed: nothing is written")) from None
    if typed != again:
        raise ChipbotError(Message("the two differ: nothing is written"))
    PasswordFile(settings.web_password_file).write(typed)
    say(
        gettext(
            "The password's hash is in {path}; the pages are at /operator.", path=settings.web_password_file
        )
    )
