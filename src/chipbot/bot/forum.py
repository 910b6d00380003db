"""Answers below forum posts: only where the operator said so, and what their authors do with them."""

from __future__ import annotations

import contextlib

import discord

from chipbot.bot import strings
from chipbot.bot.components import Target
from chipbot.bot.responses import in_time, say
from chipbot.bot.services import Interaction, server_of
from chipbot.bot.solved_tag import solved_tag
from chipbot.errors import JournalError

MAX_TAGS = 5
"""The most tags of a post."""


async def mark_solved(interaction: Interaction, target: Target) -> None:
    """Give the post the tag that says that it is solved, if the forum has one."""
    post = await _own_post(interaction)
    if post is None:
        return
    await _vote(interaction, target, helped=True)
    tag = solved_tag(post.parent) if isinstance(post.parent, discord.ForumChannel) else None
    if tag is not None and tag not in post.applied_tags and len(post.applied_tags) < MAX_TAGS:
        with contextlib.suppress(discord.Forbidden):  # which takes "Manage Threads"
            await in_time(interaction, post.add_tags(tag))
    await say(interaction, strings.GLAD)


async def mark_not_meant(interaction: Interaction, target: Target) -> None:
    """Take the answer back."""
    if await _own_post(interaction) is None:
        return
    await _vote(interaction, target, helped=False)
    if interaction.message is not None:
        await in_time(interaction, interaction.message.delete())
    await say(interaction, strings.NOT_MEANT_REMOVED)


async def _vote(interaction: Interaction, target: Target, *, helped: bool) -> None:
    """Note whether it helped; where the journal is down, what was pressed is done all the same."""
    with contextlib.suppress(JournalError):
        await in_time(
            interaction,
            interaction.client.kept.vote(target.number, server_of(interaction), helped=helped),
        )


async def _own_post(interaction: Interaction) -> discord.Thread | None:
    """Return the post, where who presses wrote it or moderates; others are told, and get None."""
    post = interaction.channel
    if isinstance(post, discord.Thread) and (
        post.owner_id == interaction.user.id
        or interaction.permissions.manage_threads
        or interaction.permissions.manage_messages
    ):
        return post
    await say(interaction, strings.NOT_YOURS)
    return None
