"""Reading a channel that is imported: its messages, or a forum's solved posts, each a page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import discord

from chipbot.bot.channel_text import imported
from chipbot.bot.permissions import names
from chipbot.bot.solved_tag import is_solved
from chipbot.errors import SourcesError
from chipbot.sources.channel_links import ChannelLink
from chipbot.sources.discord_channel import ChannelMessage, ChannelPage
from chipbot.translation import Message, listed

MAX_MESSAGES = 5_000
"""The newest messages of a channel or post that are imported."""
MAX_POSTS = 500
"""The newest solved posts of a forum that are."""
_NEEDED = discord.Permissions(view_channel=True, read_message_history=True)

Readable = discord.TextChannel | discord.Thread
"""What holds messages that can be imported."""


class Page:
    """A channel, thread or post with what it says, as far as that is known."""

    def __init__(self, place: Readable) -> None:
        self.place = place
        self.messages: dict[int, ChannelMessage] = {}
        """By their ids."""
        self._told: set[int] | None = set()  # what Discord told of while the rest is being read

    def put(self, number: int, message: ChannelMessage | None) -> None:
        """Take in what has become of a message; None where there is nothing to import of it."""
        if self._told is not None:
            self._told.add(number)
        self.messages.pop(number, None)
        if message is not None:
            self.messages[number] = message
        if len(self.messages) > MAX_MESSAGES:
            del self.messages[min(self.messages)]

    async def read(self, own: int) -> None:
        """Read what there is, but for messages of the bot's own. Raises discord.HTTPException."""
        async for message in self.place.history(limit=MAX_MESSAGES):
            content = None if message.author.id == own else imported(message)
            if content is not None and message.id not in (self._told or ()):
                self.messages[message.id] = content
        self._told = None

    def shown(self, is_hidden: Callable[[int], bool]) -> ChannelPage:
        """Return it without the messages of members that are hidden."""
        place = self.place
        return ChannelPage(
            guild_id=place.guild.id,
            channel_id=place.id,
            name=place.name,
            topic=(place.topic or "") if isinstance(place, discord.TextChannel) else "",
            messages={
                number: message
                for number, message in self.messages.items()
                if not is_hidden(message.author_id)
            },
        )


async def find_channel(client: discord.Client, link: ChannelLink) -> Readable | discord.ForumChannel:
    """Return the channel that a link leads to.

    Raises discord.HTTPException, and SourcesError where its messages cannot be imported.
    """
    try:
        channel = await client.fetch_channel(link.channel_id)
    except discord.Forbidden:
        raise SourcesError(
            Message("the bot's role lacks View Channel in it: Edit Channel › Permissions")
        ) from None
    if not isinstance(channel, discord.TextChannel | discord.Thread | discord.ForumChannel):
        raise SourcesError(Message("it is no text channel, thread or forum"))
    if channel.guild.id != link.guild_id:
        raise SourcesError(Message("the channel is of another server than its link says"))
    missing = missing_permissions(channel)
    if missing:
        raise SourcesError(
            Message(
                "the bot's role lacks {permissions} in #{channel}: Edit Channel › Permissions",
                permissions=missing,
                channel=channel.name,
            )
        )
    return channel


async def is_member(client: discord.Client, guild_id: int) -> bool:
    """Whether the bot is in a server, be it out of order. Raises discord.HTTPException."""
    if client.get_guild(guild_id) is None:  # which another process may be connected to
        try:
            await client.fetch_guild(guild_id, with_counts=False)
        except (discord.NotFound, discord.Forbidden):
            return False
    return True


def missing_permissions(channel: Readable | discord.ForumChannel) -> str:
    """Return what the bot lacks to read a channel, as Discord's settings call it; empty where it may."""
    mine = channel.permissions_for(channel.guild.me)
    return listed(names(_NEEDED.value & ~mine.value))


def is_private(channel: Readable | discord.ForumChannel) -> bool:
    """Whether not everybody in its server may see a channel."""
    return not channel.permissions_for(channel.guild.default_role).read_messages


async def pages_of(channel: Readable | discord.ForumChannel) -> AsyncIterator[Page]:
    """Yield what is to be read of a channel: itself, or a forum's solved posts. Raises discord.HTTPException."""
    if not isinstance(channel, discord.ForumChannel):
        yield Page(channel)
        return
    number = 0
    async for post in _posts(channel):
        if is_solved(post):
            yield Page(post)
            number += 1
        if number == MAX_POSTS:
            return


async def solved_post(client: discord.Client, forum_id: int, post_id: int) -> discord.Thread | None:
    """Return a post of a forum; None where it is no more, or not solved. Raises discord.HTTPException."""
    try:
        post = await client.fetch_channel(post_id)
    except discord.NotFound:
        return None
    inside = isinstance(post, discord.Thread) and post.parent_id == forum_id
    return post if inside and isinstance(post, discord.Thread) and is_solved(post) else None


async def _posts(forum: discord.ForumChannel) -> AsyncIterator[discord.Thread]:
    """Yield the posts of a forum, those that are open first, and the newest of each kind first."""
    for post in sorted(forum.threads, key=lambda each: -each.id):
        yield post
    async for post in forum.archived_threads(limit=None):
        yield post
