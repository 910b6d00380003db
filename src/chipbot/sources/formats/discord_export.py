"""DiscordChatExporter's JSON → a channel's messages: a message is a unit, its link the citation.

https://github.com/Tyrrrz/DiscordChatExporter
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chipbot.model import Place
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.decoding import readable
from chipbot.sources.formats.markdown import MarkdownWriter
from chipbot.sources.formats.questions import pair_questions
from chipbot.sources.formats.structure_builder import StructureBuilder

_WRITTEN = ("Default", "Reply", "ThreadStarterMessage")
"""The types of messages that somebody wrote; others say that somebody joined or pinned something."""


def is_export(value: Any, lines: Sequence[tuple[int, Any]]) -> bool:  # any JSON
    """Whether a JSON value is such an export, or lines of JSON are such messages."""
    if isinstance(value, dict):
        messages = value.get("messages")
        return isinstance(value.get("channel"), dict) and isinstance(messages, list)
    return bool(lines) and all(_is_message(message) for _, message in lines)


def _is_message(value: Any) -> bool:  # any JSON
    return isinstance(value, dict) and {"id", "timestamp", "content", "author"} <= value.keys()


def read_export(export: dict[str, Any]) -> Extracted:
    """Return the messages that people wrote, in order, with their links."""
    channel = _object(export.get("channel"))
    builder = StructureBuilder(_line(channel.get("name")) or None)
    markdown = MarkdownWriter(builder)
    blocks = builder.out.blocks
    starts: list[tuple[int, Place]] = []
    markdown.write(_text(channel.get("topic")))
    base = _base(export)
    for message in filter(_is_message, export["messages"]):
        first = len(blocks)
        if message.get("type", "Default") in _WRITTEN:
            _write_message(builder, markdown, message)
        if len(blocks) > first:
            unit = blocks[first].unit
            blocks[first:] = [block._replace(unit=unit) for block in blocks[first:]]
            starts.append((first, _place(message, base)))
    places = [place._replace(start=blocks[first].start) for first, place in starts]
    if not places or places[0].start:
        places.insert(0, Place(0))
    return Extracted(
        text=builder.out.text,
        title=builder.title,
        blocks=pair_questions(builder.out.text, blocks, builder.out.marks, builder.out.line_starts),
        marks=tuple(builder.out.marks),
        places=tuple(places),
    )


def _write_message(builder: StructureBuilder, markdown: MarkdownWriter, message: dict[str, Any]) -> None:
    """Write what a message says, embeds included; what looks like a heading in it is none of the channel's."""
    builder.open_container("message", nests=True)
    markdown.write(_text(message["content"]))
    for embed in _objects(message.get("embeds")):
        for words in (embed.get("title"), embed.get("description")):
            markdown.write(_text(words))
        for field in _objects(embed.get("fields")):
            markdown.write(f"**{_line(field.get('name'))}**\n\n{_text(field.get('value'))}")
    builder.close_container("message")


def _base(export: dict[str, Any]) -> str:
    """Return the address that messages' links begin with, empty where the export does not tell it."""
    guild, channel = _object(export.get("guild")).get("id"), _object(export.get("channel")).get("id")
    if not _is_id(channel) or not _is_id(guild):
        return ""
    return f"https://discord.com/channels/{'@me' if guild == '0' else guild}/{channel}/"


def _is_id(value: Any) -> bool:  # any JSON
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20  # 64 bits


def _place(message: dict[str, Any], base: str) -> Place:
    number = message["id"]
    url = base + number if base and _is_id(number) else ""
    return Place(0, label=_line(message["timestamp"])[:16].replace("T", " "), url=url)


def _object(value: Any) -> dict[str, Any]:  # any JSON
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:  # any JSON
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:  # any JSON
    return readable(value) if isinstance(value, str) else ""


def _line(value: Any) -> str:  # any JSON
    return " ".join(_text(value).split())
