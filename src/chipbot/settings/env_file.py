"""`.env`: a file of lines like `CHIPBOT_SEEDS=documents`."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

from chipbot.errors import SettingsError


def read_env_file(path: Path) -> Mapping[str, str | None]:
    """Return what the file sets, nothing if there is none; raise a SettingsError if it cannot be read as one."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except IsADirectoryError:
        raise SettingsError(f"{path} is a folder, but must be a file of lines like CHIPBOT_SEEDS=documents") from None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path} is not UTF-8 in line {line}: save it as UTF-8") from None
    if "\0" in text:
        raise SettingsError(f"{path} is not UTF-8 text: save it as UTF-8")
    return dotenv_values(stream=StringIO(text))
