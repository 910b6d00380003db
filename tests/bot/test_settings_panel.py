"""Those who manage a server set what holds in it; nobody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest
from simcord.backend.errors import SetupError
from tests.bot.test_commands import allow_all
from tests.bot.town import Town, break_down

from chipbot.bot import strings
from chipbot.bot.settings_fields import FIELDS, number_in, shown
from chipbot.errors import SettingsError
from chipbot.journal.server_settings import DEFAULTS, ServerSettings
from chipbot.translation import own_names

if TYPE_CHECKING:
    from simcord.results import InteractionResult

    from chipbot.journal.journal import Journal


async def opened(town: Town) -> Any:
    result = await town.boss.slash(town.channel, "settings")
    assert result.ephemeral
    assert result.response is not None
    return result.response


async def choose(town: Town, panel: Any, name: str) -> None:
    await town.boss.select(panel, [name], custom_id="settings:setting")


def settings_in(town: Town, journal: Journal, channel_id: int | None = None) -> ServerSettings:
    guild = town.channel.guild
    assert guild is not None
    return journal.settings.of(guild.id, channel_id)


def test_every_setting_has_its_place_in_the_panel() -> None:
    assert FIELDS.keys() == ServerSettings.model_fields.keys()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("min_confidence", " 0,75 ", 0.75),
        ("cooldown", "30", 30),
    ],
)
async def test_numbers_are_written(town: Town, journal: Journal, name: str, text: str, value: object) -> None:
    panel = await opened(town)
    await choose(town, panel, name)
    form = await town.boss.click(panel, custom_id="settings:write")
    await town.boss.submit_modal(form, {"text": text})
    assert getattr(settings_in(town, journal), name) == value
    assert f"**{FIELDS[name].label}:** {shown(name, value)}" in panel.message.content
    await town.boss.click(panel, custom_id="settings:reset")
    for line in ("Threshold:** as the operator set it (0.4)", "Quotes:** as the operator set it (3)"):
        assert line in panel.message.content
    assert "Cooldown:** as the operator set it (5)" in panel.message.content


async def test_values_are_chosen_and_taken_back(town: Town, journal: Journal) -> None:
    panel = await opened(town)
    await choose(town, panel, "private")
    await town.boss.select(panel, ["True"], custom_id="settings:choice")
    assert settings_in(town, journal).private
    assert "**Private answers:** shown to the asker" in panel.message.content
    assert f"<@{town.boss.id}>: Private answers → shown to the asker" in panel.message.content
    await town.boss.click(panel, custom_id="settings:reset")
    assert settings_in(town, journal) == DEFAULTS
    guild = town.channel.guild
    assert guild is not None
    assert [(line.changed_by, line.new) for line in await journal.settings.changes(guild.id)] == [
        (town.boss.id, None),
        (town.boss.id, True),
    ]


async def test_a_language_is_chosen_from_two_menus(town: Town, journal: Journal) -> None:
    panel = await opened(town)
    await choose(town, panel, "language")
    menus = [control for row in panel.message.components for control in row.children][2:4]
    offered = [[option.label for option in menu.options] for menu in menus]
    assert sorted(map(len, offered)) == [15, 15]
    assert sorted(offered[0] + offered[1]) == sorted(own_names().values())
    for menu, choice, name in ((0, "de", "Deutsch"), (1, "ja", "日本語")):
        await town.boss.select(panel, [choice], custom_id=f"settings:choice:{menu}")
        assert settings_in(town, journal).language == choice
        assert name in panel.message.content
    await town.boss.click(panel, custom_id="settings:reset")
    assert settings_in(town, journal) == DEFAULTS


async def test_channels_and_roles_are_chosen(town: Town, journal: Journal) -> None:
    role = town.guild.create_role("Helpers")
    panel = await opened(town)
    await choose(town, panel, "gap_channel")
    await town.boss.select(panel, [town.channel], custom_id="settings:channel")
    await choose(town, panel, "helper_roles")
    await town.boss.select(panel, [role], custom_id="settings:roles")
    await choose(town, panel, "role_cooldowns")
    form = await town.boss.select(panel, [role], custom_id="settings:roles")
    await town.boss.submit_modal(form, {"text": "20"})
    settings = settings_in(town, journal)
    assert (settings.gap_channel, settings.helper_roles, settings.role_cooldowns) == (
        town.channel.id,
        (role.id,),
        {role.id: 20},
    )
    assert f"**Cooldowns of roles:** <@&{role.id}> 20" in panel.message.content


async def test_a_channel_that_the_bot_may_not_write_in_is_refused(town: Town, journal: Journal) -> None:
    closed = town.guild.create_text_channel(
        "closed", overwrites={town.guild.default_role: discord.PermissionOverwrite(send_messages=False)}
    )
    panel = await opened(town)
    await choose(town, panel, "gap_channel")
    result = await town.boss.select(panel, [closed], custom_id="settings:channel")
    assert said(result) == [strings.cannot_write(closed.id)]
    assert settings_in(town, journal).gap_channel is None


async def test_a_manager_is_told_what_the_bot_may_not_do_yet(town: Town, journal: Journal) -> None:
    denied = discord.PermissionOverwrite(create_public_threads=False, add_reactions=False)
    closed = town.guild.create_text_channel("closed", overwrites={town.guild.default_role: denied})
    panel = await opened(town)
    await choose(town, panel, "reply_in")
    everywhere = await town.boss.select(panel, ["thread"], custom_id="settings:choice")
    assert not everywhere.followups  # its role may
    await town.boss.select(panel, [closed], custom_id="settings:place")
    await choose(town, panel, "listen")
    result = await town.boss.select(panel, ["always"], custom_id="settings:choice")
    assert said(result)[-1] == strings.not_permitted(["Add Reactions", "Create Public Threads"])
    assert settings_in(town, journal, closed.id).listen == "always"
    await choose(town, panel, "private")
    assert not (await town.boss.select(panel, ["True"], custom_id="settings:choice")).followups


async def test_a_channel_has_its_own(town: Town, journal: Journal) -> None:
    panel = await opened(town)
    await town.boss.select(panel, [town.channel], custom_id="settings:place")
    assert f"Settings of <#{town.channel.id}>" in panel.message.content
    with pytest.raises(SetupError, match="does not exist"):
        await choose(town, panel, "gap_channel")
    await choose(town, panel, "max_quotes")
    await town.boss.select(panel, ["1"], custom_id="settings:choice")
    assert settings_in(town, journal, town.channel.id).max_quotes == 1
    assert settings_in(town, journal).max_quotes is None
    await town.boss.select(panel, [], custom_id="settings:place")
    assert "Settings of this server" in panel.message.content


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("min_confidence", "high", "That was not changed: “high” is not a number."),
        ("min_confidence", "7", "That was not changed: min_confidence must be a number from 0 to 1."),
    ],
)
async def test_what_cannot_be_is_explained(town: Town, name: str, text: str, sentence: str) -> None:
    panel = await opened(town)
    await choose(town, panel, name)
    form = await town.boss.click(panel, custom_id="settings:write")
    assert said(await town.boss.submit_modal(form, {"text": text})) == [sentence]
    town.env.errors.clear()


FOLDERS = tuple(f"folder{number:02}" for number in range(30))


@pytest.mark.parametrize(
    ("text", "chosen", "sentence"),
    [
        (" folder03 ,folder29,, ", ("folder03", "folder29"), None),
        ("folder03, *none*", None, "“\\*none\\*” is no folder of the documents that I may use"),
        (" , ", None, "“,” is no folder of the documents that I may use"),
    ],
)
async def test_more_folders_than_a_menu_takes_are_written(
    town: Town,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    chosen: tuple[str, ...] | None,
    sentence: str | None,
) -> None:
    monkeypatch.setattr(town.shelf, "collections", lambda: FOLDERS)
    panel = await opened(town)
    await choose(town, panel, "collections")
    form = await town.boss.click(panel, custom_id="settings:write")
    sent = await town.boss.submit_modal(form, {"text": text})
    assert settings_in(town, journal).collections == chosen
    if sentence is None:
        assert (
            f"<@{town.boss.id}>: {FIELDS['collections'].label} → folder03, folder29" in panel.message.content
        )
    else:
        assert said(sent) == [f"That was not changed: {sentence}."]
        town.env.errors.clear()


async def test_members_have_no_panel(town: Town) -> None:
    with pytest.raises(SetupError, match="default-member-permissions"):
        await town.ann.slash(town.channel, "settings")
    allow_all(town, "settings")
    assert said(await town.ann.slash(town.channel, "settings")) == [strings.NOT_ALLOWED]
    town.env.errors.clear()


async def test_a_manager_who_is_none_any_more_changes_nothing(town: Town, journal: Journal) -> None:
    panel = await opened(town)
    guild = town.env.backend.guilds[town.guild.id]
    for role in guild.roles.values():
        if role.name == "Managers":
            role.permissions = 0
    await choose(town, panel, "max_quotes")
    assert panel.message.content == strings.NOT_ALLOWED
    assert settings_in(town, journal) == DEFAULTS


async def test_without_the_journal_the_panel_says_so(town: Town, journal: Journal) -> None:
    break_down(journal)
    assert said(await town.boss.slash(town.channel, "settings")) == [strings.JOURNAL_DOWN]
    town.env.errors.clear()


def said(result: InteractionResult) -> list[str]:
    return [message.content for message in (result.response, *result.followups) if message is not None]


def test_a_number_is_one() -> None:
    assert number_in("1.5") == 1.5
    with pytest.raises(SettingsError, match="is not a number"):
        number_in("@everyone")
