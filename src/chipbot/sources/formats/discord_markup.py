"""What Discord draws in place of ids: times, custom emoji and commands, in messages and in files that are made of them.

Source of the forms: https://discord.com/developers/docs/reference#message-formatting.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

# No alternative goes on past what may begin a further match, so that it is linear in the text's length.
DRAWN = re.compile(
    r"<t:(?P<time>-?\d{1,13})(?::[a-zA-Z])?>|<a?(?P<emoji>:\w{1,40}:)\d{1,20}>"
    r"|<(?P<command>/[^:<>]{1,100}):\d{1,20}>"
)


def drawn(text: str) -> str:
    """Return a text with what people read in place of ids: a time is that of UTC."""
    return DRAWN.sub(shown, text)


def shown(match: re.Match[str]) -> str:
    """Return what people read in place of what `DRAWN` has matched."""
    if match["time"] is None:
        return match["emoji"] or match["command"]
    try:
        return f"{datetime.fromtimestamp(int(match['time']), UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return match[0]
