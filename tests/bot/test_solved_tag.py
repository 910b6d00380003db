"""A forum's tag says that a post is solved in any language that the bot speaks."""

from __future__ import annotations

import discord
import pytest

from chipbot.bot.solved_tag import says_solved


@pytest.mark.parametrize(
    ("name", "solved"),
    [
        ("Solved", True),
        ("✅ RESOLVED", True),
        ("Gelöst!", True),
        ("解決済み", True),
        ("đã giải quyết", True),
        ("Розв'язано", True),
        ("แก้ไขแล้ว", True),
        ("हल", True),
        ("unsolved", False),
        ("not solved", False),
        ("✅", False),
    ],
)
def test_a_tag_s_name(name: str, solved: bool) -> None:
    assert says_solved(discord.ForumTag(name=name)) == solved
