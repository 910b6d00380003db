"""The setting that says which servers are answered, and from what."""

from __future__ import annotations

import re

from chipbot.settings.messages import SERVERS

_ENTRY = re.compile(r"(?:\d{1,20}|dm|web)(?::[^:+,/\\]+(?:\+[^:+,/\\]+)*)?", re.ASCII)


def server_entries(text: str) -> frozenset[str]:
    """Return the entries of a list as an operator writes it; raises ValueError where anything in it is not one.

    What is not understood must not grant anything: nothing of the list counts then.
    """
    entries = [re.sub(r"\s*([:+])\s*", r"\1", entry.strip()) for entry in text.split(",")]
    if not text.strip():
        return frozenset()
    places = {entry.partition(":")[0] for entry in entries}
    if not all(map(_ENTRY.fullmatch, entries)) or len(places) < len(entries):
        raise ValueError(SERVERS)
    return frozenset(entries)
