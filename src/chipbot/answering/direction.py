"""From X to Y is not from Y to X: which way a question asks for, and what goes the other way."""

from __future__ import annotations

from collections.abc import Callable

import regex

from chipbot.text.languages import language

_NAME = r"\p{L}[\w.+#-]*(?:\s+[\w.+#-]+)?"
_BETWEEN = r"(?:[^\S\n]+[\w-]+){0,4}?[^\S\n]+"
"""Up to four words of one line: "to either Kiln or Oven"."""


def opposite(question: str, code: str) -> Callable[[str], bool] | None:
    """Return what tells whether a text goes the other way than a question, or None where that names no way.

    "From Oven to Kiln" has its opposite in what goes to Oven and says nothing of coming from there.

    Args:
        question: The question.
        code: What language it is in.
    """
    origin, goal = language(code).directions
    if not origin:
        return None
    way = rf"\b(?:{origin})\s+({_NAME})\s+(?:{goal})\s+\w"
    asked = regex.search(way, question, regex.IGNORECASE)
    if asked is None:
        return None
    name = r"\s+".join(map(regex.escape, asked.group(1).split()))
    there, back = (
        regex.compile(rf"\b(?:{words}){_BETWEEN}{name}\b", regex.IGNORECASE) for words in (goal, origin)
    )
    return lambda text: there.search(text) is not None and back.search(text) is None
