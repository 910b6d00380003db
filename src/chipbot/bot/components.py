"""Buttons, menus and forms as Discord takes them: what each stands for is in its `custom_id`, as a name and numbers.

Discord refuses a whole message over one label that is too long, and discord.py does not look: here it is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import discord

from chipbot.bot.markdown_escape import units
from chipbot.translation import Message

ID_LIMIT = 100
"""The most characters of a `custom_id`."""
LABEL_LIMIT = 80
"""The most characters of a button's label."""
OPTION_LIMIT = 100
"""The most characters of a menu's option, its description, and of what a menu or a field says before it is used."""
TITLE_LIMIT = 45
"""The most characters of a form's title, and of a field's label."""
NAME_LIMIT = 32
"""The most characters of the name of a command, of its options, and of an entry in a message's menu."""
OPTIONS = 25
"""The most options of a menu."""
PER_ROW = 5
"""The most buttons in a row."""
FIELD = "text"
"""The id of a form's one field."""
FORM_PATIENCE = 900.0
"""Seconds for which discord.py remembers a form; what is sent later is answered all the same."""

PATTERN = re.compile(
    r"chipbot:(?P<action>[a-z_]{1,20}):(?P<number>\w{1,32})(?::(?P<place>\d{1,20}(?:\.\d{1,9})?))?"
)
"""Every `custom_id` of ours."""

Button = discord.ui.Button[Any]
Row = discord.ui.ActionRow[Any]


class Label(Message):
    """What a button says."""


class Title(Message):
    """What a form or its field is called; short enough for a button, too."""


class Option(Message):
    """An option of a menu, what is said of it, and what a menu or a field says before it is used."""


class MenuName(Message):
    """An entry of ours in the menu of messages."""


class Target(NamedTuple):
    """What a button, a menu or a form is about."""

    action: str
    """What it does."""
    number: str
    """The number of an answer, or of a message of Discord's."""
    place: tuple[int, ...] = ()
    """Which quote, and which page of its document, where it is about one."""

    @property
    def custom_id(self) -> str:
        """The id that stands for this."""
        place = ".".join(map(str, self.place))
        return checked(f"chipbot:{self.action}:{self.number}" + (f":{place}" if place else ""), ID_LIMIT)


def target_of(custom_id: str) -> Target | None:
    """Return what a `custom_id` stands for; None where it is none of ours."""
    match = PATTERN.fullmatch(custom_id)
    if match is None:
        return None
    place = tuple(int(part) for part in (match["place"] or "").split(".") if part)
    return Target(match["action"], match["number"], place)


def checked(sentence: str | Message, limit: int) -> str:
    """Return a text of ours that is not empty and not longer than Discord takes; raises ValueError for any other."""
    text = str(sentence)
    if not 0 < units(text) <= limit:
        raise ValueError(f"Discord takes 1 to {limit} characters, not {units(text)}: {text!r}")
    return text


def clipped(text: str, limit: int) -> str:
    """Return what others have written on one line, within a limit; a mark where nothing is left to be seen."""
    words = "".join(character for character in " ".join(text.split()) if character.isprintable())
    if units(words) <= limit:
        return words or "…"
    room = limit - 1
    while units(words[:room]) >= limit:
        room -= 1
    return words[:room].rstrip() + "…"


def button(
    target: Target,
    label: str | Message = "",
    emoji: str | None = None,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    *,
    disabled: bool = False,
) -> Button:
    """Return a button for a target, with a label of ours, an emoji, or both."""
    return discord.ui.Button(
        custom_id=target.custom_id,
        label=checked(label, LABEL_LIMIT) if label else None,
        emoji=emoji,
        style=style,
        disabled=disabled,
    )


def rows(*buttons: Button) -> list[Row]:
    """Return the buttons in rows of at most five."""
    return [
        discord.ui.ActionRow(*buttons[first : first + PER_ROW]) for first in range(0, len(buttons), PER_ROW)
    ]


def menu(target: Target, placeholder: str | Message, options: Sequence[tuple[str, str, str]]) -> Row:
    """Return a menu of one choice; options are a value of ours, a label and a description that others wrote."""
    select: discord.ui.Select[Any] = discord.ui.Select(
        custom_id=target.custom_id, placeholder=checked(placeholder, OPTION_LIMIT)
    )
    for value, label, description in options[:OPTIONS]:
        select.add_option(
            value=checked(value, OPTION_LIMIT),
            label=clipped(label, OPTION_LIMIT),
            description=clipped(description, OPTION_LIMIT) if description else None,
        )
    return discord.ui.ActionRow(select)


def form(
    target: Target,
    title: str | Message,
    label: str | Message,
    *,
    text: str = "",
    hint: str | Message = "",
    limit: int = 500,
) -> discord.ui.Modal:
    """Return a form with one field, which holds `text` at first."""
    modal = discord.ui.Modal(
        title=checked(title, TITLE_LIMIT), custom_id=target.custom_id, timeout=FORM_PATIENCE
    )
    field: discord.ui.TextInput[Any] = discord.ui.TextInput(
        custom_id=FIELD,
        style=discord.TextStyle.paragraph,
        default=text[:limit] or None,
        placeholder=checked(hint, OPTION_LIMIT) if hint else None,
        max_length=limit,
    )
    modal.add_item(discord.ui.Label(text=checked(label, TITLE_LIMIT), component=field))
    return modal


def written(data: Any) -> str:
    """Return what a member wrote into a form's field, from the data of its interaction."""
    parts: list[Any] = [data]
    while parts:
        part = parts.pop()
        if isinstance(part, list):
            parts += part
        elif isinstance(part, dict):
            if part.get("custom_id") == FIELD and isinstance(part.get("value"), str):
                return str(part["value"])
            parts += [part[key] for key in ("components", "component") if key in part]
    return ""


def without_control(view: discord.ui.LayoutView, custom_id: str) -> None:
    """Take a button out of a message, with its row where nothing else is in it."""
    for row in [item for item in view.walk_children() if isinstance(item, discord.ui.ActionRow)]:
        for item in [item for item in row.children if getattr(item, "custom_id", None) == custom_id]:
            row.remove_item(item)
        if not row.children and isinstance(row.parent, discord.ui.Container):
            row.parent.remove_item(row)
