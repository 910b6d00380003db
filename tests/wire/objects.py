"""What Discord's JSON objects look like, as its documentation's resource pages say: plain dictionaries."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import discord

Object = dict[str, Any]

APPLICATION = "80351110224678912"
TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"  # noqa: S105  # made up: Discord documents this one
TEXT, DIRECT, FORUM, PUBLIC_THREAD, PRIVATE_THREAD = 0, 1, 15, 11, 12
"""Types of channels."""
THREADS = (PUBLIC_THREAD, PRIVATE_THREAD)
EVERYONE = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    add_reactions=True,
    embed_links=True,
    use_application_commands=True,
).value
"""What everybody may do, in a new server."""
IN_THREADS = discord.Permissions(send_messages_in_threads=True).value
ALL = discord.Permissions.all().value
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15
"""Flags of messages."""
_EPOCH = 1_420_070_400_000  # the first millisecond of 2015, where snowflakes begin
_serial = itertools.count()


def snowflake() -> str:
    """A new id: milliseconds since 2015, and a number so that no two are alike and later ones are larger."""
    number = next(_serial)
    return str(((int(time.time() * 1000) - _EPOCH + number // 4096) << 22) + number % 4096)


def now() -> str:
    """The time as Discord writes it."""
    return datetime.now(UTC).isoformat()


def user(name: str, number: str | None = None, *, bot: bool = False) -> Object:
    return {
        "id": number or snowflake(),
        "username": name,
        "global_name": None,
        "discriminator": "0001" if bot else "0",
        "avatar": None,
        "bot": bot,
    }


ME = user("chipbot", APPLICATION, bot=True)


def overwrite(role_or_member: str | int, *, allow: int = 0, deny: int = 0, member: bool = False) -> Object:
    return {"id": str(role_or_member), "type": int(member), "allow": str(allow), "deny": str(deny)}


def channel(number: str | int, name: str, *overwrites: Object, kind: int = TEXT) -> Object:
    made = {
        "id": str(number),
        "type": kind,
        "name": name,
        "position": 0,
        "permission_overwrites": list(overwrites),
        "parent_id": None,
        "nsfw": False,
        "topic": None,
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "bitrate": 64000,
        "user_limit": 0,
    }
    if kind == FORUM:
        made |= {"available_tags": [], "default_reaction_emoji": None, "default_forum_layout": 0, "flags": 0}
        made |= {"default_thread_rate_limit_per_user": 0, "default_sort_order": None}
    return made


def thread(parent: Object, name: str, owner: str, number: str | None = None) -> Object:
    """A public thread; the id of one that a message starts is that message's."""
    return {
        "id": number or snowflake(),
        "guild_id": parent["guild_id"],
        "parent_id": parent["id"],
        "owner_id": owner,
        "type": PUBLIC_THREAD,
        "name": name,
        "last_message_id": None,
        "message_count": 0,
        "total_message_sent": 0,
        "member_count": 1,
        "rate_limit_per_user": 0,
        "flags": 0,
        "applied_tags": [],
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 1440,
            "archive_timestamp": now(),
            "locked": False,
            "create_timestamp": now(),
        },
    }


def role(
    number: str | int, name: str, permissions: int, *, position: int = 0, managed: bool = False
) -> Object:
    return {
        "id": str(number),
        "name": name,
        "permissions": str(permissions),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": managed,
        "mentionable": False,
        "flags": 0,
        "tags": {"bot_id": APPLICATION} if managed else {},
    }


def member(of: Object, roles: Iterable[str] = ()) -> Object:
    """A user as a member of a server."""
    return {
        "user": of,
        "nick": None,
        "avatar": None,
        "roles": list(roles),
        "joined_at": "2026-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "permissions": "0",
    }


def guild(
    number: str | int, name: str, *channels: Object, everyone: int = EVERYONE, mine: int = IN_THREADS
) -> Object:
    """A server in which the bot has a role of its own, with the id after the server's; @everyone's has the
    server's, as Discord has it.
    """
    number = str(number)
    own = str(int(number) + 1)
    return {
        "id": number,
        "name": name,
        "icon": None,
        "owner_id": "1",
        "channels": [one | {"guild_id": number} for one in channels],
        "threads": [],
        "members": [member(ME, [own])],
        "member_count": 2,
        "roles": [
            role(number, "@everyone", everyone),
            role(own, "chipbot", mine, position=1, managed=True),
        ],
        "emojis": [],
        "stickers": [],
        "features": [],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "large": False,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "nsfw": False,
        "premium_tier": 0,
        "premium_progress_bar_enabled": False,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "preferred_locale": "en-US",
        "unavailable": False,
    }


def message(author: Object, place: Object, content: str = "", **other: Any) -> Object:
    """A message, with what other fields it has."""
    return {
        "id": snowflake(),
        "channel_id": place["id"],
        "author": author,
        "content": content,
        "timestamp": now(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "type": 0,
        "flags": 0,
    } | other


def own_reaction(emoji: str) -> Object:
    """A reaction of the bot's."""
    counted = {"count": 1, "count_details": {"burst": 0, "normal": 1}, "me_burst": False, "burst_colors": []}
    return {"emoji": {"id": None, "name": emoji}, "me": True} | counted


def application() -> Object:
    return {
        "id": APPLICATION,
        "name": "chipbot",
        "description": "",
        "icon": None,
        "bot": ME,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "",
        "flags": 0,
        "owner": user("ann", "1"),
        "team": None,
        "interactions_endpoint_url": None,
    }


def reply_to(referred: Object, place: Object) -> Object:
    """What a message has that replies to another in the same place."""
    reference = {"type": 0, "message_id": referred["id"], "channel_id": place["id"]}
    if "guild_id" in place:
        reference["guild_id"] = place["guild_id"]
    inner = {name: value for name, value in referred.items() if name != "referenced_message"}
    return {"type": 19, "message_reference": reference, "referenced_message": inner}


def numbered(components: list[Object]) -> list[Object]:
    """Components with the ids that Discord gives to those that have none."""
    numbers = itertools.count(1)

    def with_id(one: Object) -> Object:
        made: Object = {"id": next(numbers)} | one
        for name in ("components", "accessory", "component"):
            inner = one.get(name)
            if inner:
                made[name] = [with_id(each) for each in inner] if isinstance(inner, list) else with_id(inner)
        return made

    return [with_id(one) for one in components]
