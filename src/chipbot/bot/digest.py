"""The weekly digest: what was asked in a server and what its documents lack, in its gap channel."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace

import discord

from chipbot.bot import team_strings
from chipbot.bot.language import channel_language
from chipbot.bot.services import ServiceClient, journal_of
from chipbot.bot.team import team_channel
from chipbot.errors import JournalError
from chipbot.service.questions import Origin
from chipbot.translation import in_language

log = logging.getLogger(__name__)

EVERY = 3600.0
"""Seconds between two looks at which digests are due."""
_DAYS = 7


async def send_digests(client: ServiceClient) -> None:
    """Send what is due, again and again; whatever goes wrong is logged and tried at the next look."""
    while True:
        try:
            await send_due(client, time.time())
        except JournalError as error:
            log.warning("no digest is sent: %s", error)
        except Exception:  # it is no reason for the bot to end
            log.exception("no digest is sent")
        await asyncio.sleep(EVERY)


async def send_due(client: ServiceClient, now: float) -> None:
    """Send the digests that are due. Raises JournalError."""
    journal = journal_of(client)
    for guild in client.guilds:
        settings = journal.settings.of(guild.id)
        if not settings.digest or settings.gap_channel is None:
            continue
        report = await journal.reports.make(now, _DAYS, guild.id)
        if not report.questions or not await journal.reports.claim_digest(guild.id, now, _DAYS):
            continue
        channel = team_channel(client, guild.id, settings.gap_channel)
        if channel is None:
            log.warning("the digest of server %d is not sent: the server has no such channel", guild.id)
            continue
        # Other channels, and roles, may read documents that who reads this one does not.
        place = Origin(user_id=0, guild_id=guild.id, channel_id=channel.id)
        cited = [each for each in report.documents if client.questions.is_searched(each[0], place)]
        with in_language(channel_language(client, guild.id, channel.id)):
            text = team_strings.digest(replace(report, documents=tuple(cited)))
        try:
            await channel.send(text)
        except discord.HTTPException as error:
            log.warning("the digest of server %d is not sent: %s", guild.id, error)
