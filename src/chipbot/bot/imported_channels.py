"""Channels that the operator imports: read after each connection, then kept in sync by what Discord tells."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import discord

from chipbot.bot.channel_pages import Page, find_channel, is_member, is_private, pages_of, solved_post
from chipbot.bot.channel_text import imported
from chipbot.errors import ChipbotError, SourcesError
from chipbot.sources.channel_links import ChannelLink, channel_link
from chipbot.sources.discord_channel import write_pages
from chipbot.translation import Message

if TYPE_CHECKING:
    from chipbot.journal.journal import Journal
    from chipbot.sources.collections import Source, Sources

log = logging.getLogger(__name__)

QUIET = 3.0
"""Seconds without news after which what is new is written."""
LONGEST = 30.0
"""Seconds after which it is written all the same."""
LOOK = 60.0
"""Seconds until the sources are looked at again, and what could not be read is tried again."""
LONGEST_PAUSE = 3600.0
"""Seconds after which an index that could not be refreshed is tried again at the latest."""
_INTENT = Message(
    "what members write is told to bots with the message content intent alone: switch it on in the developer portal, under "
    "Bot, and set CHIPBOT_MESSAGE_CONTENT=true"
)
_LEFT = (
    "the bot is not in its server any more, so what was imported is deleted: invite the bot again, or remove the entry in "
    "sources.yaml"
)
_NO_JOURNAL = Message(
    "the journal cannot be read, which knows who does not want to be quoted: the log says why"
)


class Refresh(Protocol):
    """Brings the index in sync with the documents."""

    async def __call__(self, why: str, *, force: bool) -> bool:
        """Do so, for a reason; with `force` whatever canary questions that breaks. Returns whether it is in sync."""


class _Channel:
    """A channel that is imported, and what is known of it."""

    def __init__(self, folder: str, source: Source, link: ChannelLink) -> None:
        self.folder, self.source, self.link = folder, source, link
        self.pages: dict[int, Page] = {}
        """By their ids."""
        self.is_read = False
        self.is_written = False
        self.posts: set[int] = set()
        """The posts of a forum that are to be looked at again."""
        self.problem = ""
        """Why it is not in sync."""

    def unread(self) -> None:
        """Have it read anew: something may have been missed."""
        self.pages, self.posts = {}, set()
        self.is_read = self.is_written = False


class ImportedChannels:
    """Keeps the folders of imported channels in sync with Discord."""

    def __init__(
        self,
        client: discord.Client,
        journal: Journal | None,
        seeds: Path,
        sources: Callable[[], Sources],
        refresh: Refresh,
        *,
        serves: Callable[[int], bool] = lambda _: True,
        quiet: float = QUIET,
        look: float = LOOK,
    ) -> None:
        """Import to `seeds` what `sources` says at the time; `refresh` brings the index in sync with it.

        The channels of servers that `serves` says are not this process's are left to others.
        """
        self._client, self._journal = client, journal
        self._serves = serves
        self._seeds, self._sources, self._refresh = seeds, sources, refresh
        self._quiet, self._look = quiet, look
        self._connected, self._news = asyncio.Event(), asyncio.Event()
        self._channels: dict[str, _Channel] = {}
        self._hidden: frozenset[str] = frozenset()  # members, as of the last look
        self._again, self._pause = math.inf, look  # when the index is to be refreshed again that could not be
        self._handlers: dict[str, Callable[..., None]] = {
            "shard_ready": lambda _: self._note_connection(),
            "guild_available": self._note_server,
            "guild_join": self._note_server,
            "guild_remove": self._note_server,
            "message": self._note_message,
            "raw_message_edit": lambda event: self._note_message(event.message),
            "raw_message_delete": lambda event: self._note_deletions(event.channel_id, {event.message_id}),
            "raw_bulk_message_delete": lambda event: self._note_deletions(
                event.channel_id, event.message_ids
            ),
            "thread_create": lambda post: self._note_post(post.parent_id, post.id),
            "raw_thread_update": lambda event: self._note_post(event.parent_id, event.thread_id),
            "raw_thread_delete": lambda event: self._note_post(event.parent_id, event.thread_id),
            "guild_channel_update": lambda _, channel: self._note_channel(channel.id),
            "guild_channel_delete": lambda channel: self._note_channel(channel.id),
        }

    def note(self, event: str, *args: Any) -> None:
        """Take in what Discord tells."""
        handler = self._handlers.get(event)
        if handler is not None:
            handler(*args)

    def look_again(self) -> None:
        """Look soon at who does not want to be quoted."""
        self._news.set()

    def of_server(self, guild_id: int | None) -> list[int]:
        """Return the ids of a server's channels that are imported."""
        return [each.link.channel_id for each in self._channels.values() if each.link.guild_id == guild_id]

    async def run(self) -> None:
        """Keep everything in sync until this is cancelled."""
        await self._connected.wait()
        while True:
            try:
                await self._settle()
                await self._sync()
            except Exception:  # the bot goes on, whatever it was
                log.exception("imported channels are not in sync")
                await asyncio.sleep(self._look)

    async def _settle(self) -> None:
        """Wait until there is news, and then for a moment in which there is no more; or until it is time to look."""
        try:
            await asyncio.wait_for(self._news.wait(), self._look)
        except TimeoutError:
            return
        loop = asyncio.get_running_loop()
        latest = loop.time() + LONGEST
        while self._news.is_set() and loop.time() < latest:
            self._news.clear()
            await asyncio.sleep(self._quiet)

    async def _sync(self) -> None:
        self._read_sources()
        changed = False
        for channel in list(self._channels.values()):
            try:
                changed |= await self._sync_channel(channel)
            except (ChipbotError, discord.HTTPException) as error:
                self._say(channel, str(error))
            else:
                channel.problem = ""
        if changed or asyncio.get_running_loop().time() >= self._again:
            await self._refresh_index()

    async def _refresh_index(self) -> None:
        """Refresh the index; where that fails, have it tried again, after longer and longer pauses."""
        self._again = asyncio.get_running_loop().time() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        # What a member deletes goes, whatever canary question it answered.
        if await self._refresh("an imported channel", force=True):
            self._again, self._pause = math.inf, self._look

    def _read_sources(self) -> None:
        wanted = {folder: source for folder, source in self._sources().by_folder.items() if source.discord}
        for folder, source in wanted.items():
            known, link = self._channels.get(folder), channel_link(source.discord)
            if link is None or not self._serves(link.guild_id):
                self._channels.pop(folder, None)
            elif known is None or known.source != source:
                self._channels[folder] = _Channel(folder, source, link)
        for folder in self._channels.keys() - wanted.keys():
            del self._channels[folder]

    async def _sync_channel(self, channel: _Channel) -> bool:
        """Bring a channel's folder in sync; return whether that changed anything."""
        if not channel.is_read and not await is_member(self._client, channel.link.guild_id):
            channel.is_read = True
            self._say(channel, _LEFT)
            return await self._write(channel, lambda _: False)
        is_hidden = self._check_hidden()
        try:
            if not channel.is_read:
                await self._read(channel)
            await self._read_posts(channel)
        except BaseException:
            channel.unread()
            raise
        if channel.is_written or not channel.is_read:  # which it is not, where something was missed meanwhile
            return False
        return await self._write(channel, is_hidden)

    def _check_hidden(self) -> Callable[[int], bool]:
        """Return what says of a member's id whether their messages are left out; raises SourcesError where nothing does."""
        journal = self._journal
        if not self._client.intents.message_content:
            raise SourcesError(_INTENT)
        if journal is None or journal.opt_outs.members is None:
            raise SourcesError(_NO_JOURNAL)
        hidden, member = journal.opt_outs.members, journal.member
        if hidden != self._hidden:
            self._hidden = hidden
            for channel in self._channels.values():
                channel.is_written = False
        return lambda user_id: member(user_id) in hidden

    async def _read(self, channel: _Channel) -> None:
        """Read all of a channel; one that is no more is read as empty."""
        channel.is_read = True  # what is told from now on is newer
        try:
            place = await find_channel(self._client, channel.link)
        except discord.NotFound:
            self._say(channel, "Discord has no such channel any more: what was imported of it is removed")
            return
        if is_private(place):
            log.warning(
                "#%s is not for everybody in its server, and is quoted to everybody there", place.name
            )
        async for page in pages_of(place):
            channel.pages[page.place.id] = page
            await page.read(self._own)
        if not channel.pages:
            self._say(channel, f"no post in #{place.name} has a tag that is called Solved")
        log.info(
            "#%s: %d messages read", place.name, sum(len(page.messages) for page in channel.pages.values())
        )

    async def _read_posts(self, channel: _Channel) -> None:
        """Look again at the posts of a forum that something happened to."""
        while channel.posts:
            number = channel.posts.pop()
            post = await solved_post(self._client, channel.link.channel_id, number)
            known = channel.pages.pop(number, None)
            channel.is_written &= post is None and known is None
            if post is not None:
                page = channel.pages[number] = known or Page(post)
                page.place = post
                if known is None:
                    await page.read(self._own)

    async def _write(self, channel: _Channel, is_hidden: Callable[[int], bool]) -> bool:
        """Write what is known of a channel; return whether that changed anything."""
        pages = [page.shown(is_hidden) for page in channel.pages.values()]
        channel.is_written = True  # what is told from now on is newer
        try:
            result = await asyncio.to_thread(write_pages, self._seeds, channel.folder, channel.source, pages)
        except BaseException:
            channel.is_written = False
            raise
        return bool(result.added or result.changed or result.removed)

    @property
    def _own(self) -> int:
        """The bot's own id."""
        return self._client.user.id if self._client.user is not None else 0

    def _say(self, channel: _Channel, problem: str) -> None:
        """Log what keeps a channel from being in sync, once."""
        if problem != channel.problem:
            log.warning("%s is not in sync with its channel: %s", channel.folder, problem)
        channel.problem = problem

    def _note_connection(self) -> None:
        self._connected.set()
        self._news.set()

    def _note_server(self, guild: discord.Guild) -> None:
        """Have the channels of a server read, which is told of in each new session: something may have been missed."""
        for channel in self._channels.values():
            if channel.link.guild_id == guild.id:
                channel.unread()
                self._news.set()

    def _note_channel(self, number: int) -> None:
        for channel in self._channels.values():
            if channel.link.channel_id == number:
                channel.unread()
                self._news.set()

    def _note_post(self, forum: int, number: int) -> None:
        for channel in self._channels.values():
            if forum == channel.link.channel_id and forum not in channel.pages:  # it is no text channel
                channel.posts.add(number)
                self._news.set()
            elif number == channel.link.channel_id:
                self._note_channel(number)

    def _note_message(self, message: discord.Message) -> None:
        own = message.author.id == self._own
        for channel, page in self._pages(message.channel.id):
            page.put(message.id, None if own else imported(message))
            channel.is_written = False
            self._news.set()

    def _note_deletions(self, place: int, numbers: set[int]) -> None:
        for channel, page in self._pages(place):
            for number in numbers:
                page.put(number, None)
            channel.is_written = False
            self._news.set()

    def _pages(self, number: int) -> Iterator[tuple[_Channel, Page]]:
        """Yield what is known of a channel or post, for each folder that it is imported to."""
        for channel in self._channels.values():
            if number in channel.pages:
                yield channel, channel.pages[number]
