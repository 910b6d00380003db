"""What people say to a bot that is no question about the documents: greetings, thanks and the like."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal

from chipbot.text.languages import languages

Kind = Literal["greeting", "thanks", "about"]
"""Which of the three a message is."""

_MAX_LENGTH = 80  # code points of a message that may be small talk


def reply_kind(text: str) -> Kind | None:
    """Which kind of small talk the whole message is, in whatever languages; None when it holds anything more,
    for then it is a question.
    """
    if len(text) > _MAX_LENGTH:
        return None
    folded = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
    words = " ".join("".join(map(_word_or_space, folded)).split())
    return next((kind for kind, pattern in _kinds().items() if pattern.fullmatch(words)), None)


@cache
def _kinds() -> dict[Kind, re.Pattern[str]]:
    """Return what a whole message of each kind is, in the order in which they are tried."""
    packs = [pack.small_talk for pack in languages()]
    greeting, thanks, about, filler = (
        "(?:" + "|".join(filter(None, phrases)) + ")"
        for phrases in zip(
            *((talk.greeting, talk.thanks, talk.about, talk.filler) for talk in packs), strict=True
        )
    )
    return {
        "about": re.compile(rf"(?:{greeting} )?(?:{filler} )*{about}(?: {filler})*"),
        "thanks": re.compile(rf"(?:{filler} )*{thanks}(?: (?:{filler}|{thanks}))*"),
        "greeting": re.compile(rf"(?:{filler} )*{greeting}(?: (?:{filler}|{greeting}))*"),
    }


def _word_or_space(character: str) -> str:
    # Combining marks belong to words, as in नमस्ते; `str.isalnum` does not count them.
    kept = character.isalnum() or character == "'" or unicodedata.category(character) in ("Mn", "Mc", "Pd")
    return character if kept else " "
