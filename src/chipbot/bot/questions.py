"""What a member wrote, with Discord's syntax in it → the question in it."""

from __future__ import annotations

import re

from chipbot.service.questions import Question, clean_question

# No pattern goes on past what may begin a further match, so that each is linear in the text's length.
_MENTION = re.compile(r"<(?:@[!&]?|#)\d+>|<id:\w+>|<sound:\d+:\d+>")
_EMOJI = re.compile(r"<a?:(\w+):\d+>")
_TIMESTAMP = re.compile(r"<t:-?\d+(?::[a-zA-Z])?>")
_COMMAND = re.compile(r"</([^:<>]+):\d+>")
_FENCE = re.compile(r"```(?:[a-z0-9+-]+\n)?|`")
_LINE_MARKER = re.compile(r"^[ \t]*(?:>>>|>|#{1,3}|-#|[-*])[ \t]+", re.MULTILINE)
_EMPHASIS = re.compile(r"\*{1,3}|~~|\|\||(?<!\w)_{1,3}|_{1,3}(?!\w)|\\(?=[^\w\s])")
_LINK = re.compile(r"\[([^\[\]\n]*)\]\(<?https?://[^)\s\[]*\)")


def question_in(content: str) -> Question:
    """Return the question in a message's content."""
    return clean_question(_unmarked(content), blank=not _MENTION.sub(" ", content).strip())


def _unmarked(content: str) -> str:
    """The content without mentions, custom emoji and Markdown's marks; what a link or command is called
    stays."""
    text = _MENTION.sub(" ", content)
    for pattern, replacement in ((_EMOJI, " "), (_TIMESTAMP, " "), (_COMMAND, r"\1"), (_LINK, r"\1")):
        text = pattern.sub(replacement, text)
    for pattern in (_FENCE, _LINE_MARKER, _EMPHASIS):
        text = pattern.sub("", text)
    return text
