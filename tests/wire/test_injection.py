"""Every message that the bot can send, with markup in everything that others wrote: nobody is mentioned, nothing is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.bot.discord_text import seen
from tests.wire.members import components
from tests.wire.test_lengths import answers, sentences

from chipbot.bot import team_strings

EVIL = (
    *(
        "<@1>",
        "<@!1>",
        "<@&1>",
        "<#1>",
        "@everyone",
        "@here",
        "</ask:1>",
        "<t:0:R>",
        "<id:home>",
        "<:a:1>",
        ":skull:",
    ),
    *(
        "[evil](https://evil.example)",
        "[evil](<https://evil.example>)",
        "<https://evil.example>",
    ),
    *(
        "**evil**",
        "__evil__",
        "*evil*",
        "_evil_",
        "~~evil~~",
        "||evil||",
        "`evil`",
        "```\nevil\n```",
        "``evil``",
    ),
    *("\n# evil", "\n-# evil", "\n> evil", "\n>>> evil", "\n- evil", "\n1. evil", "\r# evil", "\u2028# evil"),
    *(
        "evil](https://evil.example)",
        "`",
        "```",
        "**",
        "|| a",
        "\\",
        "\\`",
        "_",
        "~~",
        "[",
        "](",
        ">",
        "discord://evil",
    ),
)
"""An address that is written out, which leads where it says, is none of them."""
PLAIN = "evil"


def texts(text: str) -> Iterator[str]:
    """Each piece of Markdown of each message, always in the same order."""
    for view in answers(text):
        message: dict[str, Any] = {"components": view.to_components()}  # type: ignore[no-untyped-call]  # discord.py leaves it without types
        yield from (one["content"] for one in components(message) if one.get("content"))
    own = team_strings.your_text(text)  # given back to its author alone, to be copied
    yield from (one for one in sentences(text) if one != own)


def drawn(markdown: str) -> set[str]:
    """How Discord draws it, whatever links are ours."""
    return {style for style in seen(markdown).used() if not style.startswith("to https://example.org/")}


@pytest.mark.parametrize("evil", EVIL)
def test_what_others_wrote_is_drawn_as_it_is_written(evil: str) -> None:
    """In names and titles of documents, folders and members, in questions, answers of teams and reasons of failures."""
    pairs = list(zip(texts(f"a {evil} b"), texts(f"a {PLAIN} b"), strict=True))
    assert len(pairs) > 50
    found = {ours: more for ours, plain in pairs if (more := drawn(ours) - drawn(plain))}
    assert found == {}


def test_markup_would_be_seen() -> None:
    assert [evil for evil in EVIL if "evil" in evil and not drawn(f"a\n{evil} b")] == []
