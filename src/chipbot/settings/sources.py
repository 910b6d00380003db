"""Where the settings' values come from: the environment, `.env`, and variables' old names in either."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic_settings import DotEnvSettingsSource

from chipbot.settings.env_file import read_env_file
from chipbot.settings.env_names import HOME, OLD_NAMES, PREFIX
from chipbot.settings.messages import is_path


class EnvFileSource(DotEnvSettingsSource):
    """`.env`, whose relative paths start from its own folder."""

    def __call__(self) -> dict[str, Any]:
        """Return the fields that the file sets."""
        values = super().__call__()
        folder = Path(str(self.env_file)).parent
        for name, value in values.items():
            field = self.settings_cls.model_fields[name]
            if isinstance(value, str) and is_path(field, value) and not value.startswith("~"):
                values[name] = folder / value
        return values


def present_variables(env_file: Path) -> dict[str, str]:
    """Return every variable that is set, in capitals: the environment's before the file's."""
    pairs = (*read_env_file(env_file).items(), *os.environ.items())
    return {name.upper(): value for name, value in pairs if value}


def old_values(env_file: Path) -> dict[str, Any]:
    """Return the fields that variables set by their old names."""
    present = present_variables(env_file)
    return {
        new.removeprefix(PREFIX).lower(): present[old] for old, new in OLD_NAMES.items() if old in present
    }


def home() -> Path:
    """Return the folder in which `.env`, `seeds` and `index` are looked for when nothing else is said."""
    return Path(os.environ.get(HOME) or ".")
