"""Commands are synced when they differ from what Discord has, and only then."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from chipbot.bot.sync import comparable

if TYPE_CHECKING:
    import simcord
    from tests.bot.town import Town

MENUS = ["Add to documents", "Ask the documents", "Remove this answer"]
COMMANDS = [
    *("ask", "documents", "forget-me", "help", "my-data", "privacy", "questions", "reindex", "settings"),
    "status",
]


def syncs(env: simcord.Env) -> int:
    return sum(request.method == "PUT" for request in env.http_requests)


async def test_the_commands_are_synced_on_the_first_start_and_not_on_the_second(town: Town) -> None:
    assert sorted(name for name, _ in town.env.backend.commands[None]) == MENUS + COMMANDS
    assert syncs(town.env) == 1
    ids = town.client.command_ids
    assert sorted(ids) == COMMANDS
    await town.env.restart_bot()
    assert syncs(town.env) == 1
    assert town.client.command_ids == ids


@pytest.mark.parametrize(
    "change",
    [
        lambda commands: commands.pop(("ask", 1)),
        lambda commands: commands[("ask", 1)].update(description="Old"),
        lambda commands: commands[("ask", 1)]["options"].pop(),
        lambda commands: commands[("status", 1)].update(default_member_permissions=None),
        lambda commands: commands[("status", 1)].update(contexts=[0, 1]),
        lambda commands: commands.update({("old", 1): {**commands[("help", 1)], "name": "old"}}),
    ],
)
async def test_a_difference_is_synced_away(town: Town, change: Any) -> None:
    before = deepcopy(comparable(list(town.env.backend.commands[None].values())))
    change(town.env.backend.commands[None])
    await town.env.restart_bot()
    assert syncs(town.env) == 2
    assert comparable(list(town.env.backend.commands[None].values())) == before


async def test_what_discord_adds_is_no_difference(town: Town) -> None:
    for command in town.env.backend.commands[None].values():
        command.update(
            version="1", nsfw=False, name_localizations=None, description_localizations=None, handler=1
        )
        if command["default_member_permissions"] is not None:
            command["default_member_permissions"] = str(command["default_member_permissions"])
        command["contexts"] = command["contexts"][::-1]
    await town.env.restart_bot()
    assert syncs(town.env) == 1


async def test_when_discord_refuses_the_sync_messages_are_answered_all_the_same(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.env.inject_error("GET", "/applications/*/commands", status=400)
    await town.env.restart_bot()
    assert "could not be synced" in caplog.text
    assert len(await town.say(f"{town.mention} hello")) == 1


def test_zero_is_not_the_same_as_nothing() -> None:
    nobody = {"name": "a", "default_member_permissions": "0", "options": [{"name": "b", "min_value": 0}]}
    assert comparable([nobody]) != comparable([{**nobody, "default_member_permissions": None}])
    assert comparable([nobody]) != comparable([{**nobody, "options": [{"name": "b"}]}])
