"""/settings: what those who manage a server set for it, or for one of its channels, in a panel that they alone see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from chipbot.bot import strings
from chipbot.bot.command_texts import command_name, command_text
from chipbot.bot.components import Label, Option, clipped
from chipbot.bot.markdown_escape import inline
from chipbot.bot.panel import Form, Panel
from chipbot.bot.permissions import lacking
from chipbot.bot.services import Interaction, ServiceClient, journal_of, server_of
from chipbot.bot.settings_fields import (
    FIELDS,
    Choice,
    choices_of,
    collection_label,
    fields_of,
    number_in,
    overview,
    shown,
)
from chipbot.errors import SettingsError
from chipbot.translation import Message, gettext

if TYPE_CHECKING:
    from chipbot.journal.journal import Journal
    from chipbot.journal.records import SettingChange

_CHANNELS = [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]
_OPTIONS = 25  # of a menu
_LABEL = 100  # characters
_LINES = 5  # of the audit
_TEXT_LIMIT = 300


@app_commands.command(
    name=command_name("settings"),
    description=command_text("What I do in this server: threshold, channels, roles and more."),
)
async def settings(interaction: discord.Interaction[ServiceClient]) -> None:
    """Show the panel."""
    journal = journal_of(interaction.client)
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    collections = await interaction.client.questions.collections(server_of(interaction))
    panel = SettingsPanel(journal, interaction.guild_id, collections)
    await interaction.response.send_message(await panel.text(), view=panel, ephemeral=True)


class SettingsPanel(Panel):
    """What is set, and the menus that change it."""

    def __init__(self, journal: Journal, guild_id: int, collections: tuple[str, ...]) -> None:
        super().__init__()
        self._collections = collections
        self._journal = journal
        self._guild_id = guild_id
        self._channel_id: int | None = None
        self._name: str | None = None
        self._draw()

    async def allows(self, interaction: Interaction) -> bool:
        """Whether the member may manage the server still."""
        if interaction.permissions.manage_guild:
            return True
        await interaction.response.edit_message(content=str(strings.NOT_ALLOWED), view=None)
        self.stop()
        return False

    async def text(self) -> str:
        """What is set, and who changed what last."""
        where = f"<#{self._channel_id}>" if self._channel_id else gettext("this server")
        current = self._journal.settings.of(self._guild_id, self._channel_id)
        lines = [f"**{gettext('Settings of {place}', place=where)}**", overview(current, self._channel_id)]
        changes = await self._journal.settings.changes(self._guild_id, _LINES)
        if changes:
            lines += [f"-# {gettext('Last changes:')}", *(f"-# {_line(change)}" for change in changes)]
        return "\n".join(lines)[: strings.CONTENT_LIMIT]

    async def change(self, interaction: Interaction, value: object) -> None:
        """Set the chosen setting, and show what is set now."""
        await self._journal.settings.change(
            self._guild_id, self.name, value, by=interaction.user.id, channel_id=self._channel_id
        )
        await self.show(interaction)
        await self._warn(interaction)

    async def _warn(self, interaction: Interaction) -> None:
        """Say what the bot may not do yet that is set now, where that is so."""
        guild = interaction.guild
        if guild is None or self.name not in ("listen", "reply_in"):
            return
        channel = guild.get_channel(self._channel_id) if self._channel_id else None
        settings = self._journal.settings.of(self._guild_id, self._channel_id)
        missing = lacking(settings, channel, guild.me)
        if missing:
            await interaction.followup.send(strings.not_permitted(missing), ephemeral=True)

    async def show(self, interaction: Interaction) -> None:
        """Draw the panel anew."""
        self._draw()
        await interaction.response.edit_message(content=await self.text(), view=self)

    @property
    def name(self) -> str:
        """The setting that was chosen."""
        if self._name is None:
            raise AssertionError("what is set has been chosen before")
        return self._name

    def current(self) -> Any:
        """What the chosen setting is."""
        return getattr(self._journal.settings.of(self._guild_id, self._channel_id), self.name)

    def collections_in(self, text: str) -> list[str]:
        """The collections that a manager wrote, with commas between them; raises SettingsError."""
        named = [part.strip() for part in text.split(",") if part.strip()]
        unknown = next((one for one in named if one not in self._collections), None)
        if unknown is not None or not named:
            raise SettingsError(
                Message(
                    "“{name}” is no folder of the documents that I may use", name=inline(unknown or text, 40)
                )
            )
        return named

    async def choose_channel(self, interaction: Interaction, channel_id: int | None) -> None:
        """Go over to a channel's settings, or back to the server's."""
        self._channel_id = channel_id
        if self._name not in fields_of(channel_id):
            self._name = None
        await self.show(interaction)

    async def choose_setting(self, interaction: Interaction, name: str) -> None:
        """Show what a setting can be."""
        self._name = name
        await self.show(interaction)

    def _draw(self) -> None:
        self.clear_items()
        self.add_item(_Place(self._channel_id))
        self.add_item(_Settings(self._channel_id, self._name))
        if self._name is None:
            return
        field = FIELDS[self._name]
        if choices := choices_of(field):
            self.add_item(_Choices(str(field.label), choices))
        elif field.kind == "channel":
            self.add_item(_Channels(str(field.label)))
        elif field.kind == "collections" and 0 < len(self._collections) <= _OPTIONS:
            self.add_item(_Collections(str(field.label), self._collections, self.current() or ()))
        elif field.kind in ("roles", "role_numbers"):
            self.add_item(_Roles(str(field.label), self._name))
        else:
            self.add_item(_Write(self._name))
        self.add_item(_Reset())


class _Place(discord.ui.ChannelSelect[SettingsPanel]):
    """Whose settings: the server's, or a channel's."""

    def __init__(self, channel_id: int | None) -> None:
        chosen = (
            []
            if channel_id is None
            else [discord.SelectDefaultValue(id=channel_id, type=discord.SelectDefaultValueType.channel)]
        )
        super().__init__(
            custom_id="settings:place",
            placeholder=str(Option("Of the whole server; choose a channel for its own")),
            channel_types=_CHANNELS,
            min_values=0,
            default_values=chosen,
            row=0,
        )

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # the client is ours
        """Go there."""
        await _of(self).choose_channel(interaction, self.values[0].id if self.values else None)


class _Settings(discord.ui.Select[SettingsPanel]):
    """Which setting."""

    def __init__(self, channel_id: int | None, chosen: str | None) -> None:
        options = [
            discord.SelectOption(
                label=str(field.label), value=name, description=str(field.about), default=name == chosen
            )
            for name, field in fields_of(channel_id).items()
        ]
        super().__init__(
            custom_id="settings:setting",
            placeholder=str(Option("Choose what to change")),
            options=options,
            row=1,
        )

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # the client is ours
        """Show what it can be."""
        await _of(self).choose_setting(interaction, self.values[0])


class _Choices(discord.ui.Select[SettingsPanel]):
    """One of a few values."""

    def __init__(self, label: str, choices: Sequence[Choice]) -> None:
        options = [
            discord.SelectOption(label=str(choice.label), value=str(choice.value)) for choice in choices
        ]
        super().__init__(custom_id="settings:choice", placeholder=label, options=options, row=2)
        self._choices = choices

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # the client is ours
        """Take it."""
        panel = _of(self)
        chosen = (choice.value for choice in self._choices if str(choice.value) == self.values[0])
        await panel.change(interaction, next(chosen))


class _Collections(discord.ui.Select[SettingsPanel]):
    """Some folders of the documents."""

    def __init__(self, label: str, collections: tuple[str, ...], chosen: tuple[str, ...]) -> None:
        options = [
            discord.SelectOption(
                label=clipped(collection_label(one), _LABEL), value=str(place), default=one in chosen
            )
            for place, one in enumerate(collections)
        ]
        super().__init__(
            custom_id="settings:collections",
            placeholder=label,
            options=options,
            max_values=len(options),
            row=2,
        )
        self._collections = collections

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # the client is ours
        """Take them."""
        await _of(self).change(interaction, [self._collections[int(place)] for place in self.values])


class _Channels(discord.ui.ChannelSelect[SettingsPanel]):
    """A channel."""

    def __init__(self, label: str) -> None:
        super().__init__(
            custom_id="settings:channel", placeholder=label, channel_types=[discord.ChannelType.text], row=2
        )

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # the client is ours
        """Take it, where the bot may write there."""
        channel = self.values[0].resolve()
        me = interaction.guild.me if interaction.guild is not None else None
        if channel is not None and me is not None and not _may_write(channel.permissions_for(me)):
            await interaction.response.send_message(strings.cannot_write(channel.id), ephemeral=True)
            return
        await _of(self).change(interaction, self.values[0].id)


class _Roles(discord.ui.RoleSelect[SettingsPanel]):
    """Some roles; or one, to be asked for its seconds."""

    def __init__(self, label: str, name: str) -> None:
        self._several = FIELDS[name].kind == "roles"
        super().__init__(
            custom_id="settings:roles",
            placeholder=label,
            min_values=1,
            max_values=25 if self._several else 1,
            row=2,
        )

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # the client is ours
        """Take them, or ask for the seconds of the one."""
        panel = _of(self)
        if self._several:
            await panel.change(interaction, [role.id for role in self.values])
        else:
            await interaction.response.send_modal(_Text(panel, self.values[0].id))


class _Write(discord.ui.Button[SettingsPanel]):
    """Opens the form for a number."""

    def __init__(self, name: str) -> None:
        super().__init__(
            custom_id="settings:write",
            label=str(Label("Set: {name}", name=FIELDS[name].label)),
            style=discord.ButtonStyle.primary,
            row=2,
        )

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # the client is ours
        """Open it."""
        await interaction.response.send_modal(_Text(_of(self)))


class _Reset(discord.ui.Button[SettingsPanel]):
    """Takes a setting back."""

    def __init__(self) -> None:
        super().__init__(custom_id="settings:reset", label=str(Label("Back to the default")), row=3)

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # the client is ours
        """Take it back."""
        await _of(self).change(interaction, None)


class _Text(Form):
    """A form for what is written: a number, or the seconds of a role."""

    def __init__(self, panel: SettingsPanel, role_id: int | None = None) -> None:
        field = FIELDS[panel.name]
        super().__init__(title=str(field.label))
        self._panel, self._role_id = panel, role_id
        self._input: discord.ui.TextInput[_Text] = discord.ui.TextInput(
            custom_id="text",
            max_length=_TEXT_LIMIT,
            placeholder=str(field.about),
        )
        self.add_item(discord.ui.Label(text=str(field.label), component=self._input))

    async def on_submit(self, interaction: Interaction, /) -> None:  # type: ignore[override]  # the client is ours
        """Take what was written."""
        text, panel = self._input.value, self._panel
        if FIELDS[panel.name].kind == "collections":
            await panel.change(interaction, panel.collections_in(text))
        elif self._role_id is not None:
            await panel.change(interaction, panel.current() | {self._role_id: number_in(text)})
        else:
            await panel.change(interaction, number_in(text))


def _may_write(permissions: discord.Permissions) -> bool:
    return permissions.view_channel and permissions.send_messages


def _of(item: discord.ui.Item[SettingsPanel]) -> SettingsPanel:
    """The panel that an item is in."""
    if item.view is None:
        raise AssertionError("an item that was used is in its panel")
    return item.view


def _line(change: SettingChange) -> str:
    label = str(FIELDS[change.name].label) if change.name in FIELDS else change.name
    if change.channel_id:
        label = gettext("{setting} in {channel}", setting=label, channel=f"<#{change.channel_id}>")
    new = shown(change.name, change.new) if change.name in FIELDS else str(change.new)
    return f"{strings.moment(change.changed_at)} <@{change.changed_by}>: {label} → {new}"
