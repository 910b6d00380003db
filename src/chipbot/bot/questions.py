"""What a member wrote, with Discord's syntax in it -> the question in it: plain words, of bounded length."""

from __future__ import annotations

import re
from dataclasses import dataclass

QUESTION_LIMIT = 500
"""The most characters that are searched with: a question, not an essay; the rest is cut and the member is
told."""

_MENTION = re.compile(r"<(?:@[!&]?|#)\d+>|<id:\w+>|<sound:\d+:\d+>")
_EMOJI = re.compile(r"<a?:(\w+):\d+>")
_TIMESTAMP = re.compile(r"<t:-?\d+(?::[a-zA-Z])?>")
_COMMAND = re.compile(r"</([^:>]+):\d+>")
_FENCE = re.compile(r"```(?:[a-z0-9+-]+\n)?|`")
_LINE_MARKER = re.compile(r"^[ \t]*(?:>>>|>|#{1,3}|-#|[-*])[ \t]+", re.MULTILINE)
_EMPHASIS = re.compile(r"\*{1,3}|~~|\|\||(?<!\w)_{1,3}|_{1,3}(?!\w)|\\(?=[^\w\s])")
_LINK = re.compile(r"\[([^\]\n]*)\]\(<?https?://[^)\s]*\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to look for, and what happened to what the member wrote on the way."""

    text: str
    """The words to search with; empty when there are none."""
    cut: bool = False
    """Whether the member wrote more than is searched with."""
    wordless: bool = False
    """Whether the member wrote something, but without a letter or digit in it: emoji, markup, punctuation."""


def understood(content: str, limit: int = QUESTION_LIMIT) -> Question:
    """The question in a message's content."""
    addressed = " ".join(_MENTION.sub(" ", content).split())
    text = " ".join(_unmarked(content).split())
    if not any(character.isalnum() for character in text):
        return Question(text="", wordless=bool(addressed))
    if len(text) <= limit:
        return Question(text=text)
    head = text[:limit]
    words = head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head
    return Question(text=words, cut=True)


def _unmarked(content: str) -> str:
    """The content without mentions, custom emoji and Markdown's marks; what a link or command is called
    stays."""
    text = _MENTION.sub(" ", content)
    for pattern, replacement in ((_EMOJI, " "), (_TIMESTAMP, " "), (_COMMAND, r"\1"), (_LINK, r"\1")):
        text = pattern.sub(replacement, text)
    for pattern in (_FENCE, _LINE_MARKER, _EMPHASIS):
        text = pattern.sub("", text)
    return text
