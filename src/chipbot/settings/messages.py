"""What is said about a setting: in words, without its value where it is secret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import SecretStr

from chipbot.settings.env_names import OLD_NAMES, PREFIX
from chipbot.translation import Message, gettext, listed

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


def problem(
    details: Mapping[str, Any],
    fields: Mapping[str, FieldInfo],
    given: Mapping[str, object],
    env_file: Path,
    in_file: Mapping[str, object],
) -> str:
    """Say what is wrong with one setting: its variable, its value unless it is secret, and what is allowed.

    `details` is one of a ValidationError's errors, `given` what the command line sets, `in_file` what
    `env_file` sets.
    """
    name = str(details["loc"][0])
    field = fields.get(name)
    if field is None:
        return gettext("{name} is not a setting", name=name)
    if name == "token":  # its errors are worded by its validator, and never hold the token
        return str(details.get("ctx", {}).get("error", Message("CHIPBOT_TOKEN is not a text")))
    variable = _variable_in_use(name, {**in_file, **os.environ})
    place = ""
    if name in given:
        variable = name
    elif variable not in map(str.upper, os.environ) and variable in map(str.upper, in_file):
        place = f" {gettext('in {path}', path=env_file)}"
    value = details["input"]
    if SecretStr in _kinds(field) and is_url(value):
        value = f"{value.split('://')[0]}://…"
    allowed = str(details["ctx"]["error"]) if details["type"] == "value_error" else _allowed(field)
    return gettext(
        "{variable} is {value}{place}, but must be {allowed}",
        variable=variable,
        value=str(value) if isinstance(value, Path) else repr(value),
        place=place,
        allowed=allowed,
    )


def _variable_in_use(name: str, variables: Mapping[str, object]) -> str:
    """Return the variable that sets a field: its old name where that alone is set."""
    variable = PREFIX + name.upper()
    present = {name.upper() for name, value in variables.items() if value}
    old = [old for old, new in OLD_NAMES.items() if new == variable and old in present]
    return old[0] if old and variable not in present else variable


IDS = Message("Discord ids, separated by commas")
"""What a setting takes that names channels or accounts."""


SERVERS = Message("`id` or `id:folder+folder`, each id once, separated by commas")
"""What a setting takes that grants places some of the documents."""


def table(fields: Mapping[str, FieldInfo]) -> str:
    """Return the settings as a Markdown table."""
    lines = ["| variable | default | allowed | meaning |", "|---|---|---|---|"]
    for name, field in fields.items():
        written = "" if field.default is None else plain(field.default)
        default = f"`{written}`" if written else ""
        lines.append(
            f"| `{PREFIX}{name.upper()}` | {default} | {_allowed(field, '`')} | {field.description} |"
        )
    return "\n".join(lines) + "\n"


def is_path(field: FieldInfo, value: str = "") -> bool:
    """Whether a setting is a path, unless its value is a word or URL that it takes instead."""
    return Path in _kinds(field) and value.strip().lower() not in _words(field) and not is_url(value)


def is_url(value: object) -> bool:
    """Whether a value is a URL, in which there may be a password."""
    return isinstance(value, str) and "://" in value


def _kinds(field: FieldInfo) -> tuple[object, ...]:
    return (field.annotation, *get_args(field.annotation))


def _words(field: FieldInfo) -> tuple[str, ...]:
    """Return the words that a field takes."""
    return tuple(word for kind in _kinds(field) if get_origin(kind) is Literal for word in get_args(kind))


def plain(value: object) -> str:
    """Write a value as an operator would."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, frozenset):
        return ",".join(map(str, sorted(value)))
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _allowed(field: FieldInfo, mark: str = "") -> str:
    """Say in words which values a field takes; `mark` goes around those that are to be written as they
    are.
    """
    words = [f"{mark}{word}{mark}" for word in _words(field)]
    if words:
        *most, last = [gettext("a path"), *words] if is_path(field) else words
        return gettext("{most} or {last}", most=listed(most), last=last)
    if is_path(field):
        return gettext("a path or a URL") if SecretStr in _kinds(field) else gettext("a path")
    if field.annotation is bool:
        return gettext("{most} or {last}", most=f"{mark}true{mark}", last=f"{mark}false{mark}")
    if field.annotation is str:
        return gettext("an address")
    if field.annotation == frozenset[int]:
        return str(IDS)
    if field.annotation == frozenset[str]:
        return str(SERVERS)
    if field.annotation not in (int, float):
        return gettext("a token")
    limits = {
        key: getattr(limit, key) for limit in field.metadata for key in ("ge", "le") if hasattr(limit, key)
    }
    values = {"least": plain(limits["ge"]), "most": plain(limits["le"])}
    if field.annotation is int:
        return gettext("a whole number from {least} to {most}", **values)
    return gettext("a number from {least} to {most}", **values)
