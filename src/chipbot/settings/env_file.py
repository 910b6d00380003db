"""`.env`: a file of lines like `CHIPBOT_SEEDS=documents`."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values, set_key, unset_key

from chipbot.errors import SettingsError
from chipbot.files import replacement
from chipbot.settings.env_names import current_name
from chipbot.translation import Message

_ENCODING = "utf-8"


def read_env_file(path: Path) -> Mapping[str, str | None]:
    """Return what the file sets, nothing if there is none; raise a SettingsError if it cannot be read as
    one.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except IsADirectoryError:
        raise SettingsError(
            Message("{path} is a folder, but must be a file of lines like CHIPBOT_SEEDS=documents", path=path)
        ) from None
    except OSError as error:
        raise SettingsError(
            Message("{path} cannot be read: {reason}", path=path, reason=error.strerror)
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(
            Message("{path} is not UTF-8 in line {line}: save it as UTF-8", path=path, line=line)
        ) from None
    if "\0" in text:
        raise SettingsError(Message("{path} is not UTF-8 text: save it as UTF-8", path=path))
    return dotenv_values(stream=StringIO(text))


def set_variables(path: Path, variables: Mapping[str, str], *, private: bool = False) -> None:
    """Set variables in the file, all in one step; it is made for its owner alone if it is not there, and every other line
    stays as it is.

    `private` makes a file that is there already readable by its owner alone. Raises SettingsError where the file cannot be
    read, OSError where it cannot be written: then it stays as it was.
    """
    present, target = read_env_file(path), path.resolve()
    if not variables:
        return
    with tempfile.TemporaryDirectory(prefix=".env-", dir=target.parent) as folder:  # for its owner alone
        draft = Path(folder, "draft")
        draft.write_bytes(target.read_bytes() if target.exists() else b"")
        for name, value in variables.items():
            for other in present:
                # Case makes no difference to the settings, and an old name says the same.
                if other != name and current_name(other) == name:
                    unset_key(draft, other, encoding=_ENCODING)
            set_key(draft, name, value, quote_mode="never", encoding=_ENCODING)
        with replacement(target) as file:
            if private or not target.exists():
                Path(file.name).chmod(0o600)
            file.write(draft.read_bytes())
