"""How chipbot is called where it runs, so that what it advises can be typed as it stands."""

from __future__ import annotations

import os
import re

COMMAND = "CHIPBOT_COMMAND"
"""The variable in which whatever starts chipbot says how that is typed: `./deploy/start`, `sudo chipbot`."""
_QUOTED = re.compile("(?<=[`“„«\u00a0])chipbot(?= [a-z])")


def command() -> str:
    """Return what to type for `chipbot`."""
    return os.environ.get(COMMAND) or "chipbot"


def is_entered() -> bool:
    """Whether the command leads into where a service manager or a container engine runs the bot: it has several words."""
    return " " in command() and not command().startswith("'")


def as_called(text: str) -> str:
    """Return a text in which each command between back-ticks or quotation marks is called as it is here.

    Messages name a command as `chipbot index`; only where they are shown is it known how to call it.
    """
    here = command()
    return _QUOTED.sub(lambda _: here, text)
