"""The settings of a server as its managers read and write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from chipbot.bot.markdown_escape import inline
from chipbot.errors import SettingsError
from chipbot.journal.server_settings import OF_CHANNELS, ServerSettings
from chipbot.service.scopes import TOP

Kind = Literal["number", "choice", "channel", "roles", "role_numbers", "collections"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingField:
    """How one setting is shown and chosen."""

    label: str
    """What it is called."""
    about: str
    """What it does, in a line of a menu."""
    kind: Kind
    """How it is chosen."""
    choices: Mapping[str, object] | None = None
    """What is chosen from, as it is shown, and what it stands for."""


FIELDS: Mapping[str, SettingField] = {
    "min_confidence": SettingField(
        label="Threshold", about="The confidence, 0 to 1, below which I refuse", kind="number"
    ),
    "max_quotes": SettingField(
        label="Quotes",
        about="The most quotes in one answer",
        kind="choice",
        choices={"1": 1, "2": 2, "3": 3},
    ),
    "cooldown": SettingField(
        label="Cooldown", about="Seconds between two questions of a member", kind="number"
    ),
    "role_cooldowns": SettingField(
        label="Cooldowns of roles", about="Seconds for members who have a role", kind="role_numbers"
    ),
    "private": SettingField(
        label="Private answers",
        about="Whether only the asker sees answers to commands",
        kind="choice",
        choices={"shown to all": False, "shown to the asker": True},
    ),
    "listen": SettingField(
        label="What I answer",
        about="Who addresses me, every message or forum post, or nothing",
        kind="choice",
        choices={"who addresses me": "addressed", "everything": "always", "nothing": "never"},
    ),
    "reply_in": SettingField(
        label="Where I reply",
        about="Below the message, or in a thread of its own",
        kind="choice",
        choices={"below the message": "channel", "in a thread": "thread"},
    ),
    "collections": SettingField(
        label="Documents", about="Which folders of the documents I answer from", kind="collections"
    ),
    "helper_roles": SettingField(label="Helpers", about="Roles that may answer for the team", kind="roles"),
    "gap_channel": SettingField(
        label="Gap channel",
        about="Where I list questions without an answer; keeps their text",
        kind="channel",
    ),
    "help_channel": SettingField(
        label="Help channel", about="Where who gets no answer can ask the team, by a button", kind="channel"
    ),
    "digest": SettingField(
        label="Weekly digest",
        about="A summary of each week in the gap channel",
        kind="choice",
        choices={"on": True, "off": False},
    ),
}
"""Every setting that something acts on, by its name, in the order in which they are shown."""
_DEFAULT = "as the operator set it"


def fields_of(channel_id: int | None) -> dict[str, SettingField]:
    """The settings that a server has, or a channel of it."""
    return {name: field for name, field in FIELDS.items() if channel_id is None or name in OF_CHANNELS}


def shown(name: str, value: object) -> str:
    """A setting's value as Markdown: channels and roles as Discord draws them, without a ping."""
    field = FIELDS[name]
    if value is None or value == () or value == {}:
        return "none" if field.kind in ("channel", "roles", "role_numbers") else _DEFAULT
    if field.kind == "collections" and isinstance(value, tuple | list):
        return ", ".join(inline(collection_label(str(one)), 60) for one in value)
    if field.choices is not None:
        return next((text for text, stands in field.choices.items() if stands == value), str(value))
    if field.kind == "channel":
        return f"<#{value}>"
    if isinstance(value, Mapping):
        return ", ".join(f"<@&{role}> {seconds:g}" for role, seconds in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(f"<@&{role}>" for role in value)
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def overview(settings: ServerSettings, channel_id: int | None) -> str:
    """The settings that hold in a server or channel, a line each."""
    return "\n".join(
        f"**{field.label}:** {shown(name, getattr(settings, name))}"
        for name, field in fields_of(channel_id).items()
    )


def collection_label(collection: str) -> str:
    """What a collection is called."""
    return "what is in no folder" if collection == TOP else collection


def number_in(text: str) -> float:
    """The number that a manager wrote; raises SettingsError."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise SettingsError(f"“{inline(text, 40)}” is not a number") from None
