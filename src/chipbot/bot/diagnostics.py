"""What Discord says about a bot that is not running: its account, and what it may do in each server.

Asked over REST with discord.py's own client, and one greeting from the gateway; nothing is changed and nobody
notices.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import reduce
from operator import or_

import aiohttp
import discord

from chipbot.bot.client import intents
from chipbot.bot.connection_errors import explained
from chipbot.bot.invite import PERMISSIONS, invite_link
from chipbot.bot.permissions import chosen, names
from chipbot.journal.server_settings import DEFAULTS, ServerSettings
from chipbot.translation import SOURCE, language_of

PATIENCE = 60.0
"""Seconds that all of Discord's answers together may take."""
SettingsOf = Callable[[int, int], ServerSettings]
"""Returns what is set in a channel, by the ids of its server and of itself."""
_PRIVILEGED = {
    "message_content": "gateway_message_content",
    "members": "gateway_guild_members",
    "presences": "gateway_presence",
}
"""Each privileged intent and its flag of the application; see "Application Flags" in Discord's documentation.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAccess:
    """What the bot may not do in one server, by the names that Discord's own settings use."""

    name: str
    """The server's name."""
    missing: tuple[str, ...] = ()
    """Permissions that the bot's roles lack in the whole server."""
    channels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Channels that members may ask in and the bot cannot answer in, with the permissions that it lacks
    there.
    """
    answers_in: int = 0
    """In how many channels it can answer."""
    text_channels: dict[int, str] = field(default_factory=dict)
    """Those among them that are no forums, by their ids."""
    language: str = SOURCE
    """What the bot's own sentences are in there."""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Channels whose settings take more than the bot may do there, with what it lacks for them."""
    wanted: int = 0
    """The permissions that its settings take besides those that every server does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What Discord says about a token's bot."""

    name: str
    """The bot's name."""
    invite: str
    """The link that invites the bot, with exactly the permissions and scopes that it needs."""
    clock_ahead: float | None
    """Seconds by which this machine's clock is ahead of Discord's, to a second or so; None where Discord did
    not say.
    """
    missing_intents: tuple[str, ...]
    """Privileged intents that the bot asks for and the developer portal has switched off."""
    interactions_url: str | None
    """Where Discord sends commands instead of to the bot, if that is set in the developer portal."""
    needs_code_grant: bool
    """Whether the portal demands a code grant, which makes the invite link fail."""
    public: bool
    """Whether anybody who finds the bot may invite it to a server of theirs; as it is in the developer portal."""
    sessions_left: int
    """How often the bot may still connect until Discord's daily limit is reset."""
    servers: tuple[ServerAccess, ...]
    """The servers that the bot is in."""
    shards: int = 1
    """How many shards Discord recommends."""


def inspect(
    token: str,
    *,
    message_content: bool = False,
    settings_of: SettingsOf = lambda _guild, _channel: DEFAULTS,
    patience: float = PATIENCE,
) -> Inspection:
    """Ask Discord about a token's bot; raises TokenError where it is refused, ChipbotError where Discord
    cannot be asked or does not answer in `patience` seconds.

    Args:
        token: The bot's token.
        message_content: Whether the bot is to read all messages.
        settings_of: Returns what is set in a server's channel.
        patience: How long all of Discord's answers may take, in seconds.
    """
    return asyncio.run(_inspect(token, intents(message_content=message_content), settings_of, patience))


def missing_intents(wanted: discord.Intents, flags: discord.ApplicationFlags) -> tuple[str, ...]:
    """Return the privileged intents among those wanted that an application with these flags does not have."""
    return tuple(
        name
        for name, flag in _PRIVILEGED.items()
        if getattr(wanted, name) and not (getattr(flags, flag) or getattr(flags, f"{flag}_limited"))
    )


class _Clock:
    """Compares this machine's clock with the dates of Discord's answers."""

    def __init__(self) -> None:
        self.ahead: float | None = None
        self.trace = aiohttp.TraceConfig()
        self.trace.on_request_end.append(self._compare)

    async def _compare(
        self, _session: object, _context: object, answer: aiohttp.TraceRequestEndParams
    ) -> None:
        date = answer.response.headers.get("Date")
        if date is not None:
            self.ahead = time.time() - parsedate_to_datetime(date).timestamp()


async def _inspect(
    token: str, wanted: discord.Intents, settings_of: SettingsOf, patience: float
) -> Inspection:
    logging.getLogger("discord").addHandler(
        logging.NullHandler()
    )  # what it would warn of is told in the inspection
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    clock = _Clock()
    with explained():
        async with (
            asyncio.timeout(patience),
            discord.Client(intents=wanted, http_trace=clock.trace) as client,
        ):
            await client.login(token)
            application = await client.application_info()
            shards, sessions_left = await _greet_gateway(client)
            servers = [
                await _server_access(client, guild.id, settings_of) async for guild in client.fetch_guilds()
            ]
    return Inspection(
        name=str(client.user),
        invite=invite_link(application.id, reduce(or_, (server.wanted for server in servers), 0)),
        clock_ahead=clock.ahead,
        missing_intents=missing_intents(wanted, application.flags),
        interactions_url=application.interactions_endpoint_url,
        needs_code_grant=application.bot_require_code_grant,
        public=application.bot_public,
        sessions_left=sessions_left,
        servers=tuple(servers),
        shards=shards,
    )


async def _greet_gateway(client: discord.Client) -> tuple[int, int]:
    """Connect to the gateway until it says hello, which uses up no session; return how many shards Discord recommends, and
    how many sessions are left.
    """
    shards, url, limit = await client.http.get_bot_gateway()
    socket = await client.http.ws_connect(f"{url}/?v=10&encoding=json")
    try:
        await socket.receive()
    finally:
        await socket.close()
    return int(shards), int(limit["remaining"])


async def _server_access(client: discord.Client, guild_id: int, settings_of: SettingsOf) -> ServerAccess:
    if client.user is None:
        raise AssertionError("the client is logged in")
    guild = await client.fetch_guild(guild_id, with_counts=False)
    me = await guild.fetch_member(client.user.id)
    channels: dict[str, tuple[str, ...]] = {}
    more: dict[str, tuple[str, ...]] = {}
    answers_in = wanted = 0
    text_channels: dict[int, str] = {}
    for channel in await guild.fetch_channels():
        if isinstance(channel, discord.TextChannel | discord.ForumChannel):
            lacking = _lacking_in(channel, me)
            if lacking:
                channels[f"#{channel.name}"] = lacking
            elif lacking is not None:
                answers_in += 1
                if isinstance(channel, discord.TextChannel):
                    text_channels[channel.id] = f"#{channel.name}"
                own = chosen(settings_of(guild_id, channel.id), channel).value
                wanted |= own
                if missing := names(own & ~channel.permissions_for(me).value):
                    more[f"#{channel.name}"] = missing
    lacks = names(PERMISSIONS.value & ~me.guild_permissions.value)
    return ServerAccess(
        name=guild.name,
        missing=lacks,
        channels=channels,
        answers_in=answers_in,
        text_channels=text_channels,
        language=language_of(str(guild.preferred_locale)),
        chosen=more,
        wanted=wanted,
    )


def _lacking_in(
    channel: discord.TextChannel | discord.ForumChannel, me: discord.Member
) -> tuple[str, ...] | None:
    """Return what the bot lacks to answer in a channel; None where nobody expects it to.

    It is expected where everybody may write, and in a private channel that it was let into.
    """
    everyone, mine = channel.permissions_for(channel.guild.default_role), channel.permissions_for(me)
    asked = everyone.send_messages if everyone.view_channel else mine.view_channel
    return names(PERMISSIONS.value & ~mine.value) if asked else None
