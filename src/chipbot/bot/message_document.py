"""A message that somebody wrote → a dated Markdown document that is quoted with a link to that message."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from chipbot.sources.formats.discord_markup import drawn

if TYPE_CHECKING:
    import discord

_HEADING = re.compile(r"#{1,3} +(\S[^\n]*)")
_TITLE_LIMIT = 100


class MessageDocument(NamedTuple):
    """What is added to the documents."""

    name: str
    """What its file is called: the same for the same message."""
    data: bytes


def message_document(message: discord.Message) -> MessageDocument:
    """Return a message's text, with mentions, emoji and times as people read them, below what it is and where it stands."""
    place = str(getattr(message.channel, "name", message.channel.id))
    day = message.created_at.astimezone(UTC).date().isoformat()
    text = _readable(message)
    heading = _HEADING.match(text)
    title = heading[1] if heading else f"#{place} · {day}"
    head = f"---\ntitle: {_quoted(title[:_TITLE_LIMIT])}\ndate: {day}\nurl: {message.jump_url}\n---\n\n"
    return MessageDocument(f"{place}-{day}-{message.id}.md", f"{head}{text}\n".encode("utf-8", "replace"))


def _readable(message: discord.Message) -> str:
    """The text with what Discord draws in place of ids; discord.py breaks `@everyone` apart, which a document need not."""
    return drawn(message.clean_content.replace("@\u200b", "@")).strip()


def _quoted(text: str) -> str:
    """Return a text as YAML's double-quoted scalar on one line."""
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
