"""A channel of Discord's as documents: a file for the channel, or for each post of a forum, in the shape that
`formats/discord_export.py` reads; nothing in it says who wrote what.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from chipbot.sources.collections import Source
from chipbot.sources.fetched import Fetch, Fetched
from chipbot.sources.imports import ImportResult, take_in


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelMessage:
    """What one message says."""

    author_id: int
    """Who wrote it; it goes into no file."""
    written_at: datetime
    """When."""
    content: str
    """Its words, in Discord's Markdown, without mentions."""
    embeds: tuple[Mapping[str, object], ...] = ()
    """Its embeds, as Discord has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPage:
    """A channel, thread or post of a forum."""

    guild_id: int
    """Its server."""
    channel_id: int
    """Its own id."""
    name: str
    """What it is called: the document's title."""
    topic: str = ""
    """What a channel says of itself."""
    messages: Mapping[int, ChannelMessage] = field(default_factory=dict)
    """Its messages by their ids."""


def write_pages(seeds: Path, folder: str, source: Source, pages: Iterable[ChannelPage]) -> ImportResult:
    """Bring a folder in sync with the pages of a channel; raises SourcesError where it is not to be written to."""
    files = [_file(page) for page in pages if page.messages]
    return take_in(
        seeds,
        folder,
        source,
        Fetch(version="", paths=frozenset(file.path for file in files), files=iter(files)),
    )


def _file(page: ChannelPage) -> Fetched:
    export = {
        "guild": {"id": str(page.guild_id)},
        "channel": {"id": str(page.channel_id), "name": page.name, "topic": page.topic},
        "messages": list(_messages(page.messages)),
    }
    data = json.dumps(export, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    return Fetched(path=f"{page.channel_id}.json", tag=hashlib.sha256(data).hexdigest(), data=data)


def _messages(messages: Mapping[int, ChannelMessage]) -> Iterator[dict[str, object]]:
    """Yield messages in the order in which they were written, as the format has them."""
    for number, message in sorted(messages.items()):
        yield {
            "id": str(number),
            "timestamp": message.written_at.isoformat(timespec="seconds"),
            "content": message.content,
            "author": {},
            "embeds": [dict(embed) for embed in message.embeds],
        }
