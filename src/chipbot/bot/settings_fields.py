"""The settings of a server as its managers read and write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal, NamedTuple

from chipbot.bot.components import Option, Title
from chipbot.bot.markdown_escape import inline
from chipbot.errors import SettingsError
from chipbot.journal.server_settings import OF_CHANNELS, ServerSettings
from chipbot.service.scopes import TOP
from chipbot.translation import Message, digits, gettext, listed, own_names

Kind = Literal["number", "choice", "language", "channel", "roles", "role_numbers", "collections"]


class Choice(NamedTuple):
    """One of the values that a setting can have."""

    label: str | Message
    """How it is shown."""
    value: object
    """What it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingField:
    """How one setting is shown and chosen."""

    label: Title
    """What it is called."""
    about: Option
    """What it does, in a line of a menu."""
    kind: Kind
    """How it is chosen."""
    choices: tuple[Choice, ...] = ()
    """What is chosen from, where that is always the same."""
    default: Message = Message("as the operator set it")  # noqa: RUF009  # it is never changed
    """What is shown where nothing is set."""


FIELDS: Mapping[str, SettingField] = {
    "min_confidence": SettingField(
        label=Title("Threshold"), about=Option("The confidence, 0 to 1, below which I refuse"), kind="number"
    ),
    "max_quotes": SettingField(
        label=Title("Quotes"),
        about=Option("The most quotes in one answer"),
        kind="choice",
        choices=(Choice("1", 1), Choice("2", 2), Choice("3", 3)),
    ),
    "cooldown": SettingField(
        label=Title("Cooldown"), about=Option("Seconds between two questions of a member"), kind="number"
    ),
    "role_cooldowns": SettingField(
        label=Title("Cooldowns of roles"),
        about=Option("Seconds for members who have a role"),
        kind="role_numbers",
    ),
    "private": SettingField(
        label=Title("Private answers"),
        about=Option("Whether only the asker sees answers to commands"),
        kind="choice",
        choices=(
            Choice(Option("shown to all"), value=False),
            Choice(Option("shown to the asker"), value=True),
        ),
    ),
    "listen": SettingField(
        label=Title("What I answer"),
        about=Option("Who addresses me, every message or forum post, or nothing"),
        kind="choice",
        choices=(
            Choice(Option("who addresses me"), "addressed"),
            Choice(Option("everything"), "always"),
            Choice(Option("nothing"), "never"),
        ),
    ),
    "reply_in": SettingField(
        label=Title("Where I reply"),
        about=Option("Below the message, or in a thread of its own"),
        kind="choice",
        choices=(Choice(Option("below the message"), "channel"), Choice(Option("in a thread"), "thread")),
    ),
    "language": SettingField(
        label=Title("Language"),
        about=Option("What my own sentences are in where all read them"),
        kind="language",
        default=Message("the server's own"),
    ),
    "collections": SettingField(
        label=Title("Documents"),
        about=Option("Which folders of the documents I answer from"),
        kind="collections",
    ),
    "helper_roles": SettingField(
        label=Title("Helpers"), about=Option("Roles that may answer for the team"), kind="roles"
    ),
    "gap_channel": SettingField(
        label=Title("Gap channel"),
        about=Option("Where I list questions without an answer; keeps their text"),
        kind="channel",
    ),
    "help_channel": SettingField(
        label=Title("Help channel"),
        about=Option("Where who gets no answer can ask the team, by a button"),
        kind="channel",
    ),
    "digest": SettingField(
        label=Title("Weekly digest"),
        about=Option("A summary of each week in the gap channel"),
        kind="choice",
        choices=(Choice(Option("on"), value=True), Choice(Option("off"), value=False)),
    ),
}
"""Every setting that something acts on, by its name, in the order in which they are shown."""
_NONE = Message("none")


def fields_of(channel_id: int | None) -> dict[str, SettingField]:
    """The settings that a server has, or a channel of it."""
    return {name: field for name, field in FIELDS.items() if channel_id is None or name in OF_CHANNELS}


def choices_of(field: SettingField) -> tuple[Choice, ...]:
    """What a setting is chosen from; empty where it is written, or chosen from what a server has."""
    if field.kind == "language":
        return tuple(Choice(name, each) for each, name in sorted(own_names().items(), key=itemgetter(1)))
    return field.choices


def shown(name: str, value: object) -> str:
    """A setting's value as Markdown: channels and roles as Discord draws them, without a ping."""
    field = FIELDS[name]
    if value is None or value == () or value == {}:
        return str(_NONE if field.kind in ("channel", "roles", "role_numbers") else field.default)
    if field.kind == "collections" and isinstance(value, tuple | list):
        return listed(inline(collection_label(str(one)), 60) for one in value)
    choices = choices_of(field)
    if choices:
        return next((str(choice.label) for choice in choices if choice.value == value), str(value))
    if field.kind == "channel":
        return f"<#{value}>"
    if isinstance(value, Mapping):
        return listed(f"<@&{role}> {_number(seconds)}" for role, seconds in value.items())
    if isinstance(value, tuple | list):
        return listed(f"<@&{role}>" for role in value)
    return _number(value) if isinstance(value, int | float) else str(value)


def _number(value: float) -> str:
    """A number with as many decimals as it has."""
    return digits(value, len(f"{value:g}".partition(".")[2]))


def overview(settings: ServerSettings, channel_id: int | None, operator: Mapping[str, float]) -> str:
    """The settings that hold in a server or channel, a line each; `operator` has the numbers that hold where none is set."""
    lines = []
    for name, field in fields_of(channel_id).items():
        value = getattr(settings, name)
        line = f"**{field.label}:** {shown(name, value)}"
        if value is None and name in operator:
            line += f" ({_number(operator[name])})"
        lines.append(line)
    return "\n".join(lines)


def collection_label(collection: str) -> str:
    """What a collection is called."""
    return gettext("what is in no folder") if collection == TOP else collection


def number_in(text: str) -> float:
    """The number that a manager wrote; raises SettingsError."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise SettingsError(Message("“{text}” is not a number", text=inline(text, 40))) from None
