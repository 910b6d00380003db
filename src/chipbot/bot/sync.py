"""Telling Discord about the commands, only when they differ from what it has: syncing is rate-limited, and
slow to reach everyone."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import app_commands

from chipbot.bot.command_texts import CommandTranslator

log = logging.getLogger(__name__)

# What makes a command what it is. Discord adds ids, versions and whatever it invents next; `dm_permission` is
# overridden by `contexts`.
_OURS = frozenset(
    (
        *("type", "name", "description", "options", "default_member_permissions", "nsfw", "contexts"),
        *(
            "integration_types",
            "name_localizations",
            "description_localizations",
            "required",
            "choices",
            "value",
        ),
        *("channel_types", "min_value", "max_value", "min_length", "max_length", "autocomplete"),
    )
)


async def sync_if_changed(tree: app_commands.CommandTree[Any]) -> dict[str, int]:
    """Sync the tree's global commands if Discord's differ; returns the ids of slash commands by their names.

    Raises discord.HTTPException.

    Compares payloads, for discord.py 2.7.1 misreads `contexts` and `integration_types` in `fetch_commands`.
    """
    translator = await CommandTranslator.of(tree)
    wanted = [await command.get_translated_payload(tree, translator) for command in tree.get_commands()]
    present = await _present(tree.client)
    if comparable(wanted) == comparable(present):
        log.info("commands are unchanged (%d)", len(wanted))
        return _ids(present)
    synced = await tree.client.http.bulk_upsert_global_commands(tree.client.application_id, payload=wanted)
    log.info("commands synced (%d)", len(wanted))
    return _ids(synced)


def _ids(commands: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The ids of slash commands by their names."""
    return {each["name"]: int(each["id"]) for each in commands if each.get("type", 1) == 1}


async def _present(client: discord.Client) -> list[Any]:
    """The commands as Discord has them, with what they are called in each language, which discord.py doesn't ask for."""
    if client.application_id is None:
        return []
    route = discord.http.Route(
        "GET", "/applications/{application_id}/commands", application_id=client.application_id
    )
    return list(await client.http.request(route, params={"with_localizations": "true"}))


def comparable(payloads: list[Any]) -> dict[tuple[Any, Any], Any]:
    """The payloads by type and name, for Discord keeps its own order, without what means the same as
    nothing."""
    return {(payload.get("type", 1), payload["name"]): _normalised(payload) for payload in payloads}


def _normalised(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {key: _normalised(inner) for key, inner in value.items() if key in _OURS}
        permissions = kept.get("default_member_permissions")
        if permissions is not None:
            kept["default_member_permissions"] = str(permissions)  # Discord writes these as text
        return {key: inner for key, inner in kept.items() if not _absent(inner)}
    if isinstance(value, list):
        values = [_normalised(inner) for inner in value]
        return sorted(values) if all(isinstance(inner, int) for inner in values) else values
    return value


def _absent(value: Any) -> bool:
    """Whether a value is a default; zero is none, for it is a permission set and a lower bound of its own."""
    return value is None or value is False or (not isinstance(value, int) and not value)
