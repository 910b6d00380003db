"""The settings: one model, read once from the environment, `.env` and secret files, with errors an operator
can act on.

What is said in several places is taken from the first of: an argument of `load` (the command line), the
environment, `.env`, a variable's old name in either, a secret file (the token only), the default. A variable
that is set to nothing counts as not set.

Relative paths: those in `.env` start from its folder, the defaults from `CHIPBOT_HOME` (which `deploy/start`
sets to the checkout), all others from the working directory.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from pydantic import ValidationError

from chipbot.errors import SettingsError
from chipbot.settings.env_file import read_env_file
from chipbot.settings.env_names import OLD_NAMES, OTHER_VARIABLES, PREFIX, current_name, did_you_mean
from chipbot.settings.fields import Settings
from chipbot.settings.messages import plain, problem, table
from chipbot.settings.sources import home, present_variables
from chipbot.translation import gettext, joined

__all__ = [
    "Settings",
    "changed_variables",
    "home",
    "load",
    "old_variables",
    "settings_table",
    "unknown_variables",
    "variables",
]


def load(env_file: Path | None = None, **overrides: object) -> Settings:
    """Read the settings from everywhere; `overrides` are fields that the command line sets (None: it does
    not).

    `env_file` is `.env` in `home()` unless said otherwise. Raises one SettingsError that names everything
    wrong.
    """
    env_file = env_file or home() / ".env"
    given = {name: value for name, value in overrides.items() if value is not None}
    in_file = read_env_file(env_file)
    try:
        return Settings(_env_file=env_file, **given)  # type: ignore[call-arg,arg-type]  # the model checks what is given
    except ValidationError as error:
        problems = [
            problem(details, Settings.model_fields, given, env_file, in_file)
            for details in error.errors(include_url=False)
        ]
    # Not raised above, so that the validation error, which knows the values, is not even this one's context.
    raise SettingsError(joined(problems))


def unknown_variables(env_file: Path | None = None) -> tuple[str, ...]:
    """Say, a sentence each, which variables look like settings and are none: misspelt ones, most likely."""
    known = variables() | OTHER_VARIABLES
    names = {*os.environ, *read_env_file(env_file or home() / ".env")}
    unknown = sorted(
        name for name in names if name.upper().startswith(PREFIX) and current_name(name) not in known
    )
    return tuple(did_you_mean(name, known) for name in unknown)


def old_variables(env_file: Path | None = None) -> tuple[str, ...]:
    """Say, a sentence each, which variables are set by the names that they had before."""
    present = present_variables(env_file or home() / ".env")
    return tuple(
        gettext("{old} is the old name of {new}, which is set too and counts: remove {old}", old=old, new=new)
        if new in present
        else gettext("{old} is now called {new}: rename it", old=old, new=new)
        for old, new in OLD_NAMES.items()
        if old in present
    )


def variables(left_out: Collection[str] = ()) -> set[str]:
    """Return the names of the settings' variables, but for those settings that are left out."""
    return {PREFIX + name.upper() for name in Settings.model_fields if name not in left_out}


def changed_variables(settings: Settings, left_out: Collection[str] = ()) -> dict[str, str]:
    """Return each setting that is not its default as its variable and what to write for it, but for those
    left out.
    """
    values = {name: getattr(settings, name) for name in Settings.model_fields if name not in left_out}
    changed = {name: value for name, value in values.items() if value != Settings.model_fields[name].default}
    return {PREFIX + name.upper(): plain(value) for name, value in changed.items()}


def settings_table() -> str:
    """Return the settings as a Markdown table, for the README."""
    first = ("token", "token_file", "secrets_dir")
    fields = Settings.model_fields
    return table({name: fields[name] for name in (*first, *(name for name in fields if name not in first))})
