"""What was written while nobody listened: after a restart, or when a shard changes its process.

Discord repeats to a session that is resumed what it missed, but to a new one it says of each channel only which message was
the last. Where that is a recent one the channel is read, and whoever addressed the bot in vain is answered after all.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta

import discord

from chipbot.bot import messages
from chipbot.bot.services import ServiceClient

log = logging.getLogger(__name__)

LONGEST = timedelta(minutes=2)
"""How old a message may be: whoever waited for longer has gone on without an answer."""
MAX_CHANNELS = 100
"""How many channels are read, those with the newest messages: a request each."""
MAX_MESSAGES = 100
"""How many messages are read of each."""
GRACE = 3.0
"""Seconds in which another process, which served them before, may send the answers that it has under way."""

Place = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


async def answer_missed(client: ServiceClient, shard: int, now: datetime) -> None:
    """Answer what was asked in a shard's servers shortly before `now` and nobody reacted to; what fails is logged."""
    after = discord.Object(discord.utils.time_snowflake(now - LONGEST))
    places = [
        place for guild in client.guilds if guild.shard_id == shard for place in _places(guild, after.id)
    ]
    places.sort(key=lambda place: place.last_message_id or 0, reverse=True)
    for place in places[:MAX_CHANNELS]:
        if client.is_closed():
            return
        try:
            async for message in _unanswered(client, place, after):
                await messages.handle(client, message)
        except discord.HTTPException as error:
            log.info("what was missed in channel %d cannot be read: %s", place.id, error)


def _places(guild: discord.Guild, after: int) -> Iterator[Place]:
    """Yield the channels and threads of a server that may be read, and whose last message is newer than that."""
    threads = (thread for thread in guild.threads if thread.parent is not None)
    places: list[Place] = [*guild.text_channels, *guild.voice_channels, *guild.stage_channels, *threads]
    for place in places:
        if (place.last_message_id or 0) > after:
            may = place.permissions_for(guild.me)
            if may.view_channel and may.read_message_history:
                yield place


async def _unanswered(
    client: ServiceClient, place: Place, after: discord.Object
) -> AsyncIterator[discord.Message]:
    """Yield a channel's messages from then on, oldest first, to which the bot has said nothing."""
    # The newest ones, so that with a question its reply is read as well.
    found = [message async for message in place.history(after=after, limit=MAX_MESSAGES, oldest_first=False)]
    own = client.user.id if client.user is not None else 0
    replied = {
        message.reference.message_id for message in found if message.author.id == own and message.reference
    }
    for message in reversed(found):
        reacted = any(reaction.me for reaction in message.reactions)
        below = place.guild.get_thread(message.id)
        if message.id not in replied and not reacted and (below is None or below.owner_id != own):
            yield message
