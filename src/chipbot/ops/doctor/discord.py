"""What Discord says: the token, the developer portal's switches, the clock, and the servers."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from chipbot.errors import ChipbotError, JournalError, TokenError
from chipbot.journal.server_settings import DEFAULTS, ServerSettings
from chipbot.ops.doctor.findings import Finding, failed, ok, skipped, warning
from chipbot.translation import digits, gettext, listed, ngettext

if TYPE_CHECKING:
    from chipbot.bot import Inspection, ServerAccess
    from chipbot.settings import Settings

PORTAL = "https://discord.com/developers/applications"
_CLOCK_LIMIT = 30  # seconds; Discord's dates are whole seconds, and an answer may take some
_CHANNELS_NAMED = 5


def discord(token: str, settings: Settings) -> list[Finding]:
    """Does Discord, or what is in its place, accept the token, and may the bot do what it must?"""
    from chipbot import bot

    settings_of, wanted = _settings_of_servers(settings), settings.message_content

    try:
        with bot.connecting_to(settings.discord_url):
            inspection = bot.inspect(token, message_content=wanted, settings_of=settings_of)
    except TokenError:
        return [
            failed(
                "discord",
                gettext("it refused the token"),
                gettext(
                    "{portal} › your application › Bot › Reset Token, then `chipbot setup`", portal=PORTAL
                ),
            )
        ]
    except ChipbotError as error:
        return [
            failed(
                "discord",
                str(error),
                gettext("check the network, its firewall and https://discordstatus.com"),
            )
        ]
    return findings(inspection, names_servers=bool(settings.servers), shards=settings.shards)


def _settings_of_servers(settings: Settings) -> Callable[[int, int], ServerSettings]:
    """Return what tells the settings of a server's channel: the defaults where there is no journal that can be read."""
    import asyncio

    from chipbot.journal.database import Database
    from chipbot.journal.place import journal_place
    from chipbot.journal.settings_book import SettingsBook

    async def read() -> SettingsBook:
        database = Database(place)
        book = SettingsBook(database)
        with contextlib.suppress(JournalError):  # which is a finding of its own
            await book.load()
        await database.close()
        return book

    try:
        place = journal_place(settings.journal, settings.index)
    except JournalError:
        return lambda _guild, _channel: DEFAULTS
    if place.file is not None and not place.file.exists():
        return lambda _guild, _channel: DEFAULTS
    return asyncio.run(read()).of


def findings(inspection: Inspection, *, names_servers: bool = False, shards: int = 0) -> list[Finding]:
    """Judge what Discord says."""
    return [
        ok(
            "discord",
            gettext("accepts the token; the bot is {name}, and its gateway answers", name=inspection.name),
        ),
        _intents(inspection),
        *_portal(inspection),
        _public(inspection, names_servers=names_servers),
        _clock(inspection.clock_ahead),
        *_shards(shards, inspection.shards),
        *_servers(inspection),
        ok("invite link", inspection.invite),
    ]


def _intents(inspection: Inspection) -> Finding:
    if inspection.missing_intents:
        fix = gettext(
            "switch them on at {portal} › your application › Bot › Privileged Gateway Intents", portal=PORTAL
        )
        text = gettext("switched off, but needed: {names}", names=listed(inspection.missing_intents))
        return failed("intents", text, fix)
    return ok("intents", gettext("all that the bot asks for are granted; none is privileged"))


def _portal(inspection: Inspection) -> list[Finding]:
    problems = []
    if inspection.interactions_url:
        text = gettext(
            "commands go to the Interactions Endpoint URL {url} instead of to the bot",
            url=inspection.interactions_url,
        )
        fix = gettext("empty that field at {portal} › your application › General Information", portal=PORTAL)
        problems.append(failed("commands", text, fix))
    if inspection.needs_code_grant:
        text = gettext("“Requires OAuth2 Code Grant” is on, so the invite link fails")
        fix = gettext("switch it off at {portal} › your application › Bot", portal=PORTAL)
        problems.append(failed("invite link", text, fix))
    if inspection.sessions_left <= 0:
        text = gettext("the bot has used up its connections of today: it was restarted too often")
        problems.append(
            failed(
                "connections",
                text,
                gettext("find out in its log why it restarts; Discord resets the number every 24 hours"),
            )
        )
    return problems


def _public(inspection: Inspection, *, names_servers: bool) -> Finding:
    """Say who may invite the bot; in a server that the settings don't name it answers from nothing, if they name any."""
    if not inspection.public:
        return ok("public bot", gettext("off: you alone can invite the bot"))
    if names_servers:
        text = gettext(
            "on: anybody may invite the bot, and servers that CHIPBOT_SERVERS does not name get nothing"
        )
        return ok("public bot", text)
    text = gettext(
        "on: anybody who finds the bot can invite it to a server of theirs, and ask all documents there"
    )
    fix = gettext(
        "switch “Public Bot” off at {place}, or name your servers in CHIPBOT_SERVERS",
        place=f"{PORTAL} › your application › Bot",
    )
    return warning("public bot", text, fix)


def _shards(chosen: int, recommended: int) -> list[Finding]:
    """Say how many shards Discord recommends, where that is no matter of course."""
    if max(chosen, recommended) == 1:
        return []
    if 0 < chosen < recommended:
        text = gettext(
            "Discord recommends {recommended}, and CHIPBOT_SHARDS says {chosen}",
            recommended=recommended,
            chosen=chosen,
        )
        fix = gettext(
            "stop all processes of the bot, set CHIPBOT_SHARDS={number} and start them", number=recommended
        )
        return [warning("shards", text, fix)]
    return [
        ok(
            "shards",
            gettext(
                "{number}; Discord recommends {recommended}",
                number=chosen or recommended,
                recommended=recommended,
            ),
        )
    ]


def _clock(ahead: float | None) -> Finding:
    if ahead is None:
        return skipped("clock", gettext("Discord's answers had no date"))
    if abs(ahead) > _CLOCK_LIMIT:
        seconds = digits(abs(ahead))
        if ahead > 0:
            text = gettext("{seconds} s ahead of Discord's", seconds=seconds)
        else:
            text = gettext("{seconds} s behind Discord's", seconds=seconds)
        return failed("clock", text, gettext("switch on time synchronisation: timedatectl set-ntp true"))
    return ok("clock", gettext("agrees with Discord's"))


def _servers(inspection: Inspection) -> list[Finding]:
    if not inspection.servers:
        return [
            failed(
                "servers",
                gettext("the bot is in none"),
                gettext("open the invite link: {link}", link=inspection.invite),
            )
        ]
    return [
        finding
        for server in inspection.servers
        for finding in (_server(server, inspection.invite), *_chosen(server))
    ]


def _chosen(server: ServerAccess) -> list[Finding]:
    """What the bot lacks for what the server has set."""
    if not server.chosen:
        return []
    text = gettext("for what `/settings` says, the bot lacks {channels}", channels=_listed(server.chosen))
    fix = gettext("allow its role what is named, in Server Settings › Roles or Edit Channel › Permissions")
    return [warning(f"server {server.name}", text, fix)]


def _listed(channels: Mapping[str, tuple[str, ...]]) -> str:
    """Channels with what is lacking there."""
    named = [f"{channel} ({listed(lacking)})" for channel, lacking in [*channels.items()][:_CHANNELS_NAMED]]
    more = len(channels) - _CHANNELS_NAMED
    shown = listed(named)
    return f"{shown} {gettext('and {number} more', number=more)}" if more > 0 else shown


def _server(server: ServerAccess, invite: str) -> Finding:
    name = f"server {server.name}"
    if server.missing:
        text = gettext("its role lacks {permissions}", permissions=listed(server.missing))
        return failed(
            name,
            text,
            gettext(
                "give the bot's role these in Server Settings › Roles, or open the invite link again: {link}",
                link=invite,
            ),
        )
    if server.channels:
        text = gettext(
            "members can ask, but the bot cannot answer, in {channels}", channels=_listed(server.channels)
        )
        return failed(name, text, gettext("Edit Channel › Permissions: allow the bot's role what is named"))
    text = ngettext(
        "it can answer in {number} channel", "it can answer in {number} channels", server.answers_in
    )
    return ok(name, text)
