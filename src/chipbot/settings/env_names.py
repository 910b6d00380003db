"""What the settings' variables are called."""

from __future__ import annotations

PREFIX = "CHIPBOT_"
HOME = "CHIPBOT_HOME"
OTHER_VARIABLES = frozenset({HOME, "CHIPBOT_PYTHON"})
"""Variables with the prefix that are no settings: they are read before there are any."""


def did_you_mean(name: str, known: set[str]) -> str:
    """Say that a variable is not a setting, and which one it resembles."""
    from difflib import get_close_matches

    # Without the prefix, which would make everything look alike.
    close = get_close_matches(
        name.upper().removeprefix(PREFIX), sorted(other.removeprefix(PREFIX) for other in known), n=1
    )
    return f"{name} is not a setting" + (f": did you mean {PREFIX}{close[0]}?" if close else "")
