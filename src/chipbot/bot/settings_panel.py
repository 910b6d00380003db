"""/settings: what those who manage a server set for it, or for one of its channels, in a panel that they alone see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from chipbot.bot import document_strings, strings
from chipbot.bot.command_texts import command_name, command_text
from chipbot.bot.components import Label, Option, clipped
from chipbot.bot.markdown_escape import inline
from chipbot.bot.panel import Form, Panel
from chipbot.bot.permissions import lacking
from chipbot.bot.services import Interaction, ServiceClient, journal_of, server_of
from chipbot.bot.settings_controls import ChannelMenu, Menu, Press, RoleMenu
from chipbot.bot.settings_fields import (
    FIELDS,
    Choice,
    SettingField,
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
    from collections.abc import Mapping, Sequence

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
    questions = interaction.client.questions
    collections = await questions.collections(server_of(interaction))
    operator = {
        "min_confidence": questions.options.min_confidence,
        "max_quotes": questions.options.max_quotes,
        "cooldown": questions.cooldown.seconds,
    }
    panel = SettingsPanel(journal, interaction.guild_id, collections, operator)
    await interaction.response.send_message(await panel.text(), view=panel, ephemeral=True)


class SettingsPanel(Panel):
    """What is set, and the menus that change it."""

    def __init__(
        self, journal: Journal, guild_id: int, collections: tuple[str, ...], operator: Mapping[str, float]
    ) -> None:
        super().__init__()
        self._operator = operator
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
        lines = [
            f"**{gettext('Settings of {place}', place=where)}**",
            overview(current, self._channel_id, self._operator),
        ]
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

    def _draw(self) -> None:
        self.clear_items()
        self.add_item(self._place_menu())
        self.add_item(self._setting_menu())
        if self._name is not None:
            for control in self._value_controls(FIELDS[self._name]):
                self.add_item(control)
            self.add_item(Press("reset", str(Label("Back to the default")), self._reset, row=4))

    def _place_menu(self) -> ChannelMenu:
        """Return the menu of whose settings are shown: the server's, or a channel's."""
        here = self._channel_id
        channel = discord.SelectDefaultValueType.channel
        return ChannelMenu(
            "place",
            str(Option("This server, or choose a channel")),
            self._choose_place,
            channel_types=_CHANNELS,
            min_values=0,
            default_values=[] if here is None else [discord.SelectDefaultValue(id=here, type=channel)],
            row=0,
        )

    def _setting_menu(self) -> Menu:
        """Return the menu of settings."""
        options = [
            discord.SelectOption(
                label=str(field.label), value=name, description=str(field.about), default=name == self._name
            )
            for name, field in fields_of(self._channel_id).items()
        ]
        return Menu("setting", str(Option("Choose what to change")), options, self._choose_setting, row=1)

    def _value_controls(self, field: SettingField) -> list[discord.ui.Item[Any]]:
        """Return what the chosen setting is set by."""
        choices = choices_of(field)
        return self._choice_menus(str(field.label), choices) if choices else [self._value_control(field)]

    def _choice_menus(self, label: str, choices: Sequence[Choice]) -> list[discord.ui.Item[Any]]:
        """Return the menu of choices, or two where a menu has no room for all."""
        if len(choices) <= _OPTIONS:
            return [Menu("choice", label, self._options(choices), self._choose_value)]
        halves = choices[: len(choices) // 2], choices[len(choices) // 2 :]
        return [
            Menu(
                f"choice:{number}",
                f"{label}: {half[0].label} – {half[-1].label}",
                self._options(half),
                self._choose_value,
                row=2 + number,
            )
            for number, half in enumerate(halves)
        ]

    def _options(self, choices: Sequence[Choice]) -> list[discord.SelectOption]:
        current = self.current()
        return [
            discord.SelectOption(label=str(one.label), value=str(one.value), default=one.value == current)
            for one in choices
        ]

    def _value_control(self, field: SettingField) -> discord.ui.Item[Any]:
        """Return what a setting without choices is set by."""
        label = str(field.label)
        if field.kind == "channel":
            texts = [discord.ChannelType.text]
            return ChannelMenu("channel", label, self._choose_channel, channel_types=texts, row=2)
        if field.kind == "collections" and 0 < len(self._collections) <= _OPTIONS:
            return self._collection_menu(label)
        if field.kind == "roles":
            return RoleMenu("roles", label, self._choose_roles, most=25)
        if field.kind == "role_numbers":
            return RoleMenu("roles", label, self._write_for_role, most=1)
        primary, title = discord.ButtonStyle.primary, Label("Set: {name}", name=field.label)
        return Press("write", str(title), self._write, style=primary, row=2)

    def _collection_menu(self, label: str) -> Menu:
        """Return the menu of folders of the documents."""
        chosen = self.current() or ()
        options = [
            discord.SelectOption(
                label=clipped(collection_label(one), _LABEL), value=str(place), default=one in chosen
            )
            for place, one in enumerate(self._collections)
        ]
        return Menu("collections", label, options, self._choose_collections, most=len(options))

    async def _choose_place(self, interaction: Interaction, channels: list[Any]) -> None:
        """Go over to a channel's settings, or back to the server's."""
        self._channel_id = channels[0].id if channels else None
        if self._name not in fields_of(self._channel_id):
            self._name = None
        await self.show(interaction)

    async def _choose_setting(self, interaction: Interaction, names: list[str]) -> None:
        self._name = names[0]
        await self.show(interaction)

    async def _choose_value(self, interaction: Interaction, values: list[str]) -> None:
        choices = choices_of(FIELDS[self.name])
        await self.change(interaction, next(one.value for one in choices if str(one.value) == values[0]))

    async def _choose_collections(self, interaction: Interaction, places: list[str]) -> None:
        await self.change(interaction, [self._collections[int(place)] for place in places])

    async def _choose_channel(self, interaction: Interaction, channels: list[Any]) -> None:
        """Take a channel, where the bot may write there."""
        channel = channels[0].resolve()
        me = interaction.guild.me if interaction.guild is not None else None
        if channel is not None and me is not None and not _may_write(channel.permissions_for(me)):
            await interaction.response.send_message(strings.cannot_write(channel.id), ephemeral=True)
            return
        await self.change(interaction, channels[0].id)

    async def _choose_roles(self, interaction: Interaction, roles: list[discord.Role]) -> None:
        await self.change(interaction, [role.id for role in roles])

    async def _write_for_role(self, interaction: Interaction, roles: list[discord.Role]) -> None:
        await interaction.response.send_modal(_Text(self, roles[0].id))

    async def _write(self, interaction: Interaction, _: list[Any]) -> None:
        await interaction.response.send_modal(_Text(self))

    async def _reset(self, interaction: Interaction, _: list[Any]) -> None:
        await self.change(interaction, None)


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


def _line(change: SettingChange) -> str:
    who = f"{strings.moment(change.changed_at)} <@{change.changed_by}>"
    if change.name not in FIELDS:
        return f"{who}: {document_strings.audited(str(change.new))}"
    label = str(FIELDS[change.name].label)
    if change.channel_id:
        label = gettext("{setting} in {channel}", setting=label, channel=f"<#{change.channel_id}>")
    return f"{who}: {label} → {shown(change.name, change.new)}"
