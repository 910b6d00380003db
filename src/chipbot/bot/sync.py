"""Telling Discord about the commands, only when they differ from what it has: syncing is rate-limited and
slow to spread."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from discord import app_commands

log = logging.getLogger(__name__)

# What Discord adds to a command, and `dm_permission`, which `contexts` overrides.
_NOT_OURS = frozenset({"id", "application_id", "version", "guild_id", "dm_permission"})


async def sync_if_changed(tree: app_commands.CommandTree[Any]) -> bool:
    """Sync the tree's global commands if Discord's differ; whether it did. Raises discord.HTTPException."""
    wanted = _indexed([command.to_dict(tree) for command in tree.get_commands()])
    present = _indexed([_payload(command) for command in await tree.fetch_commands()])
    if wanted == present:
        log.info("commands are unchanged (%d)", len(wanted))
        return False
    await tree.sync()
    log.info("commands synced (%d)", len(wanted))
    return True


def _payload(command: app_commands.AppCommand) -> Mapping[str, Any]:
    """A command of Discord's, with what its own `to_dict` leaves out."""
    permissions = command.default_member_permissions
    return {
        **command.to_dict(),
        "default_member_permissions": None if permissions is None else permissions.value,
        "nsfw": command.nsfw,
    }


def _indexed(payloads: list[Mapping[str, Any]]) -> dict[tuple[Any, Any], Any]:
    """The payloads in comparable form, by type and name, for Discord keeps its own order."""
    return {(payload.get("type", 1), payload["name"]): _normalised(payload) for payload in payloads}


def _normalised(value: Any) -> Any:
    """A payload without defaults: what is absent, null, false or empty means the same to Discord."""
    if isinstance(value, Mapping):
        kept = {key: _normalised(inner) for key, inner in value.items() if key not in _NOT_OURS}
        return {key: inner for key, inner in kept.items() if not _absent(inner)}
    if isinstance(value, list):
        inner_values = [_normalised(inner) for inner in value]
        return sorted(inner_values) if all(isinstance(inner, int) for inner in inner_values) else inner_values
    return value


def _absent(value: Any) -> bool:
    """Whether a value is a default; zero is none, for it is a permission set and a lower bound of its own."""
    return value is None or value is False or (not isinstance(value, int) and not value)
