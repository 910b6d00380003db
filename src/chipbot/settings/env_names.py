"""What the settings' variables are called."""

from __future__ import annotations

from chipbot.invocation import COMMAND
from chipbot.translation import gettext

PREFIX = "CHIPBOT_"
HOME = "CHIPBOT_HOME"
OTHER_VARIABLES = frozenset({HOME, COMMAND, "CHIPBOT_PYTHON", "CHIPBOT_IMAGE", "CHIPBOT_DATA"})
"""Variables with the prefix that are no settings: they are read before there are any, or by the scripts and files of deploy/."""
OLD_NAMES = {"CHIPBOT_THRESHOLD": "CHIPBOT_MIN_CONFIDENCE", "CHIPBOT_QUOTES": "CHIPBOT_MAX_QUOTES"}
"""What settings were called before → what they are called now; the old name is accepted."""


def current_name(variable: str) -> str:
    """Return a variable in capitals, and by its present name where it is an old one."""
    return OLD_NAMES.get(variable.upper(), variable.upper())


def did_you_mean(name: str, known: set[str]) -> str:
    """Say that a variable is not a setting, and which one it resembles."""
    from difflib import get_close_matches

    # Without the prefix, which would make everything look alike.
    names = sorted(other.removeprefix(PREFIX) for other in known | OLD_NAMES.keys())
    close = get_close_matches(name.upper().removeprefix(PREFIX), names, n=1)
    meant = gettext("did you mean {word}?", word=current_name(PREFIX + close[0])) if close else ""
    return gettext("{name} is not a setting", name=name) + (f": {meant}" if meant else "")
