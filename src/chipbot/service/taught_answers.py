"""Answers that a server's team gave: each a signed and dated Markdown file in the documents, found and quoted like any."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import NamedTuple

from chipbot.errors import ChipbotError
from chipbot.files import make_folder, remove, replacement
from chipbot.model import TAUGHT
from chipbot.service.server_documents import server_of
from chipbot.translation import Message

_TITLE = "Answers of the team"
_NAME_LIMIT = 60
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")


def is_taught(document_id: str) -> bool:
    """Whether a document is such an answer."""
    return document_id.startswith(TAUGHT) and server_of(document_id) is not None


class TeachingError(ChipbotError):
    """An answer cannot be written to, or removed from, the documents."""


class Taught(NamedTuple):
    """An answer that was written into the documents."""

    document_id: str
    before: bytes | None
    """The answer that it replaces; None where there was none."""


def teach(
    seeds: Path,
    guild_id: int,
    gap_id: int,
    question: str,
    text: str,
    *,
    by: str,
    on: date,
    title: str = _TITLE,
) -> Taught:
    """Write an answer of the team's into the documents.

    Args:
        seeds: The folder with the documents.
        guild_id: The server whose team it is: only there it is found.
        gap_id: The number of the gap that it closes; a second answer to the same one replaces the first.
        question: What was asked.
        text: The answer, in Markdown.
        by: Who signs it.
        on: The day.
        title: What the document is called.

    Raises:
        TeachingError: The folder cannot be written.
    """
    document_id = f"{TAUGHT}{guild_id}/{gap_id}-{_slug(question)}.md"
    path = seeds / document_id
    content = (
        f"---\ntitle: {_quoted(title)}\nauthor: {_quoted(by)}\ndate: {on.isoformat()}\n---\n\n"
        f"## {_heading(question)}\n\n{text.strip()}\n\n— {_plain(by)}, {on.isoformat()}\n"
    )
    try:
        make_folder(path.parent)
        before = path.read_bytes() if path.exists() else None
        with replacement(path) as file:
            file.write(content.encode())
    except OSError as error:
        raise TeachingError(
            Message(
                "{folder} cannot be written ({reason}): see that there is room, and that the bot's user may write there",
                folder=path.parent,
                reason=error.strerror,
            )
        ) from error
    return Taught(document_id, before)


def unteach(seeds: Path, document_id: str, before: bytes | None = None) -> None:
    """Remove an answer of the team's from the documents, or put the one `before` in its place again; one that is gone
    already is no error. Raises TeachingError.
    """
    path = seeds / document_id
    if not is_taught(document_id) or ".." in Path(document_id).parts:
        raise TeachingError(Message("{document} is not an answer of the team's", document=document_id))
    try:
        if before is not None:
            with replacement(path) as file:
                file.write(before)
        elif path.exists():
            remove(path)
    except OSError as error:
        raise TeachingError(
            Message("{path} cannot be removed ({reason})", path=path, reason=error.strerror)
        ) from error


def _slug(question: str) -> str:
    """Return a question as part of a file's name: letters, digits and hyphens."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", question).casefold().replace("_", " "))
    slug = ""
    for word in words:
        if len(f"{slug}-{word}".encode()) > _NAME_LIMIT:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or "answer"


def _heading(question: str) -> str:
    return _plain(" ".join(question.split()))


def _plain(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _quoted(text: str) -> str:
    """Return a text as YAML's double-quoted scalar on one line."""
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
