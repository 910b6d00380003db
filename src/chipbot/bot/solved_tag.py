"""The tag of a forum that says that a post is solved, told by its name."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from chipbot.translation import pgettext, said_in_each

if TYPE_CHECKING:
    import discord

_WORD = r"[\w\u0900-\u097F\u0E00-\u0E7F]+"  # with vowel signs of Devanagari and Thai


def says_solved(tag: discord.ForumTag) -> bool:
    """Whether a tag says so, be it with a tick or the like."""
    return _bare(tag.name) in _solved()


@cache
def _solved() -> frozenset[str]:
    """The names of such tags in any language: a server's may be in others than its members'."""
    names = said_in_each(
        lambda: pgettext(
            "names of tags of forum posts that are solved, with commas between them",
            "solved, resolved, answered, fixed",
        )
    )
    return frozenset(_bare(name) for each in names.values() for name in each.split(","))


def _bare(name: str) -> str:
    """Return a name in small letters, without what is no word."""
    return " ".join(re.findall(_WORD, name.casefold()))


def solved_tag(forum: discord.ForumChannel) -> discord.ForumTag | None:
    """Return the tag of a forum that says so; None where it has none."""
    return next(filter(says_solved, forum.available_tags), None)


def is_solved(post: discord.Thread) -> bool:
    """Whether a post has such a tag."""
    return any(map(says_solved, post.applied_tags))
