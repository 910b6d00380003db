"""The tag of a forum that says that a post is solved, told by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import discord

_SOLVED = frozenset(
    "solved resolved answered fixed gelöst resuelto résolu resolvido risolto opgelost".split()
)


def says_solved(tag: discord.ForumTag) -> bool:
    """Whether a tag says so, be it with a tick or the like."""
    return " ".join(re.findall(r"\w+", tag.name.casefold())) in _SOLVED


def solved_tag(forum: discord.ForumChannel) -> discord.ForumTag | None:
    """Return the tag of a forum that says so; None where it has none."""
    return next(filter(says_solved, forum.available_tags), None)


def is_solved(post: discord.Thread) -> bool:
    """Whether a post has such a tag."""
    return any(map(says_solved, post.applied_tags))
