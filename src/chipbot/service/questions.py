"""A question: plain words of bounded length, whichever front end they come by."""

from __future__ import annotations

from dataclasses import dataclass

QUESTION_LIMIT = 500
"""The most characters that are searched with: a question, not an essay; the rest is cut and the member is
told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to look for, and what happened to what the member wrote on the way."""

    text: str
    """The words to search with; empty when there are none."""
    cut: bool = False
    """Whether the member wrote more than is searched with."""
    wordless: bool = False
    """Whether the member wrote something, but without a letter or digit in it: emoji, markup, punctuation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who asks, and where: what a server's settings are looked up by, and the journal notes."""

    user_id: int
    """The member."""
    guild_id: int | None = None
    """The server; None in direct messages, and on the web pages."""
    channel_id: int | None = None
    """The channel; a thread's is the one that it hangs in."""
    role_ids: tuple[int, ...] = ()
    """The member's roles."""
    message_id: int | None = None
    """The message that asks, where one does."""
    thread_id: int | None = None
    """The thread that it stands in; None where it stands in the channel itself."""
    language: str = ""
    """The member's language, ISO 639-1, if it is known."""
    alone: bool = False
    """Whether the member alone sees what comes of it, so that documents of their roles are searched."""
    web: bool = False
    """Whether it is asked on the web pages."""


def clean_question(text: str, *, blank: bool = False, limit: int = QUESTION_LIMIT) -> Question:
    """Return the question in a text without markup: on one line, cut between words where it is too long.

    Args:
        text: What was written, in plain words.
        blank: Whether nothing at all was written, rather than nothing with a word in it.
        limit: The most characters of the question.
    """
    text = " ".join(text.split())
    if not any(character.isalnum() for character in text):
        return Question(text="", wordless=not blank)
    if len(text) <= limit:
        return Question(text=text)
    head = text[:limit]
    return Question(text=head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head, cut=True)
