"""`.env`: a file of lines like `CHIPBOT_SEEDS=documents`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

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
            Message("{path} is not UTF-8 in line {line}: save it as UTF-8", path=path, line=str(line))
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
    # Case makes no difference to the settings, and an old name says the same.
    others = {name for name in present if name not in variables and current_name(name) in variables}
    content = _rewritten(target.read_text(_ENCODING) if target.exists() else "", variables, others)
    with replacement(target) as file:
        if private or not target.exists():
            Path(file.name).chmod(0o600)
        file.write(content.encode(_ENCODING))


def _rewritten(text: str, variables: Mapping[str, str], others: Collection[str]) -> str:
    """Return the text of a file with these variables, and without the others."""
    left, lines = dict(variables), list[str]()
    for line in parse_stream(StringIO(text)):
        if line.key is not None and line.key in variables:
            lines.append(f"{line.key}={variables[line.key]}\n")
            left.pop(line.key, None)
        elif line.key not in others:
            lines.append(line.original.string)
    if left and lines and not lines[-1].endswith("\n"):
        lines.append("\n")
    return "".join([*lines, *(f"{name}={value}\n" for name, value in left.items())])
