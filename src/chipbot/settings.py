"""The settings: one model, read once from the environment, `.env` and secret files, with errors an operator can act on.

What is said in several places is taken from the first of: an argument of `load` (the command line), the environment,
`.env`, a secret file (the token only), the default. A variable that is set to nothing counts as not set.

Relative paths: those in `.env` start from its folder, the defaults from `CHIPBOT_HOME` (which `deploy/start` sets to
the checkout), all others from the working directory.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from chipbot.errors import SettingsError

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

PREFIX = "CHIPBOT_"
HOME = "CHIPBOT_HOME"
OTHER_VARIABLES = frozenset({HOME, "CHIPBOT_PYTHON"})
"""Variables with the prefix that are no settings: they are read before there are any."""
SECRET_NAMES = ("chipbot_token", "token")
"""What the token's file in the secrets folder may be called; the first that exists is used."""
LONGEST_SECRET = 4096
"""Bytes; Discord's tokens have about 70."""


class Settings(BaseSettings):
    """Everything an operator can set; each field is the environment variable `CHIPBOT_` + its name in capitals.

    `load` is the way to make one: it turns what is wrong into a SettingsError.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file_encoding="utf-8-sig",  # Windows editors write a byte order mark
        env_ignore_empty=True,
        dotenv_filtering="only_existing",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    # The two places of the token stand before it, because its validator looks at them.
    token_file: Annotated[
        Path | None, Field(description="A file that holds the token; read when `CHIPBOT_TOKEN` is not set.")
    ] = None
    secrets_dir: Annotated[
        Path | None,
        Field(
            description="A folder that holds the token in a file called `chipbot_token` or `token`; read when neither of "
            "the above is set. Under systemd the folder of its credentials is the default."
        ),
    ] = None
    token: Annotated[
        SecretStr | None,
        Field(description="The bot's token from the Discord developer portal. Without one, chipbot is a chat in the terminal."),
    ] = None
    seeds: Annotated[Path, Field(description="The folder with the documents.")] = Path("seeds")
    index: Annotated[Path, Field(description="The folder that builds of the index go to.")] = Path("index")
    threshold: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="The confidence below which a question is refused: higher answers less and errs less.",
        ),
    ] = 0.4
    quotes: Annotated[int, Field(ge=1, le=3, description="The most quotes in one answer.")] = 3
    cooldown: Annotated[
        float,
        Field(ge=0, le=3600, description="Seconds a member waits between questions; 0 switches it off."),
    ] = 5.0
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Field(description="How much is written to the log.")] = (
        "info"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # the token's validator reads it, with its own errors
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where values come from, first wins."""
        env_file = getattr(dotenv_settings, "env_file", None)
        defaults = {name: home() / cls.model_fields[name].default for name in ("seeds", "index")}
        return (
            init_settings,
            env_settings,
            _EnvFileSource(settings_cls, env_file=env_file),
            InitSettingsSource(settings_cls, defaults),
        )

    @field_validator("token_file", "secrets_dir", "seeds", "index")
    @classmethod
    def _expand_home(cls, value: Path | None) -> Path | None:
        try:
            return value and value.expanduser()
        except RuntimeError as error:
            raise ValueError("a path in which ~ leads to somebody's home folder") from error

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("token", mode="before")
    @classmethod
    def _find_token(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if isinstance(value, str) and value.strip():
            return _clean_token(value, PREFIX + "TOKEN")
        if not isinstance(value, str | None):
            return value  # which pydantic refuses
        if info.data.get("token_file"):
            return _read_token(info.data["token_file"], PREFIX + "TOKEN_FILE")
        return _token_in(info.data.get("secrets_dir"))


class _EnvFileSource(DotEnvSettingsSource):
    """`.env`, whose relative paths start from its own folder."""

    def __call__(self) -> dict[str, Any]:
        """Return the fields that the file sets."""
        values = super().__call__()
        folder = Path(str(self.env_file)).parent
        for name, value in values.items():
            if isinstance(value, str) and _is_path(self.settings_cls.model_fields[name]) and not value.startswith("~"):
                values[name] = folder / value
        return values


def home() -> Path:
    """Return the folder in which `.env`, `seeds` and `index` are looked for when nothing else is said."""
    return Path(os.environ.get(HOME) or ".")


def load(env_file: Path | None = None, **overrides: object) -> Settings:
    """Read the settings from everywhere; `overrides` are fields that the command line sets (None: it does not).

    `env_file` is `.env` in `home()` unless said otherwise. Raises one SettingsError that names everything wrong.
    """
    env_file = env_file or home() / ".env"
    given = {name: value for name, value in overrides.items() if value is not None}
    in_file = _read_env_file(env_file)
    try:
        return Settings(_env_file=env_file, **given)  # type: ignore[call-arg,arg-type]  # the model checks what is given
    except ValidationError as error:
        problems = [_problem(details, given, env_file, in_file) for details in error.errors(include_url=False)]
    # Not raised above, so that the validation error, which knows the values, is not even this one's context.
    raise SettingsError("; ".join(problems))


def unknown_variables(env_file: Path | None = None) -> tuple[str, ...]:
    """Say, a sentence each, which variables look like settings and are none: misspelt ones, most likely."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | OTHER_VARIABLES
    names = {*os.environ, *_read_env_file(env_file or home() / ".env")}
    unknown = sorted(name for name in names if name.upper().startswith(PREFIX) and name.upper() not in known)
    return tuple(_did_you_mean(name, known) for name in unknown)


def settings_table() -> str:
    """Return the settings as a Markdown table, for the README."""
    lines = ["| variable | default | allowed | meaning |", "|---|---|---|---|"]
    first = ["token", "token_file", "secrets_dir"]
    for name in first + [name for name in Settings.model_fields if name not in first]:
        field = Settings.model_fields[name]
        default = "" if field.default is None else f"`{_plain(field.default)}`"
        lines.append(f"| `{PREFIX}{name.upper()}` | {default} | {_allowed(field, '`')} | {field.description} |")
    return "\n".join(lines) + "\n"


def _did_you_mean(name: str, known: set[str]) -> str:
    from difflib import get_close_matches

    # Without the prefix, which would make everything look alike.
    close = get_close_matches(name.upper().removeprefix(PREFIX), sorted(other.removeprefix(PREFIX) for other in known), n=1)
    return f"{name} is not a setting" + (f": did you mean {PREFIX}{close[0]}?" if close else "")


def _read_env_file(path: Path) -> Mapping[str, str | None]:
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


def _read_token(path: Path, variable: str) -> str:
    """Return the token that a file holds; what is wrong is a ValueError, as a validator raises it."""
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_SECRET + 1)
    except OSError as error:
        raise ValueError(f"{variable} leads to {path}, which cannot be read: {error.strerror}") from None
    if len(content) > LONGEST_SECRET:
        raise ValueError(f"{variable} leads to {path}, which is too long to hold only a token")
    text = content.decode("utf-8-sig", errors="replace")
    if not text.strip():
        raise ValueError(f"{variable} leads to {path}, which is empty, but must hold the bot's token")
    return _clean_token(text, f"{variable} leads to {path}, whose content")


def _token_in(secrets_dir: Path | None) -> str | None:
    """Return the token from the secrets folder, if it is there."""
    folder, variable = secrets_dir, PREFIX + "SECRETS_DIR"
    if folder is not None and not folder.is_dir():
        raise ValueError(f"{variable} leads to {folder}, which is not a folder")
    if folder is None and os.environ.get("CREDENTIALS_DIRECTORY"):  # set by systemd for services with credentials
        folder, variable = Path(os.environ["CREDENTIALS_DIRECTORY"]), "CREDENTIALS_DIRECTORY"
    if folder is not None:
        for name in SECRET_NAMES:
            if (folder / name).exists():
                return _read_token(folder / name, variable)
    return None


def _clean_token(text: str, what: str) -> str:
    """Return the token without the blanks and quotation marks that copying leaves around it."""
    token = text.strip().strip("\"'").strip()
    if not token.isascii() or not token.isprintable() or " " in token or not token:
        raise ValueError(f"{what} is not a token: it must be one word of letters, digits and punctuation (not shown here)")
    return token


def _problem(details: Mapping[str, Any], given: Mapping[str, object], env_file: Path, in_file: Mapping[str, object]) -> str:
    """Say what is wrong with one setting: its variable, its value unless it is secret, and what is allowed."""
    name = str(details["loc"][0])
    field = Settings.model_fields.get(name)
    if field is None:
        return f"{name} is not a setting"
    if name == "token":  # its errors are worded by its validator, and never hold the token
        return str(details.get("ctx", {}).get("error", PREFIX + "TOKEN is not a text"))
    variable = PREFIX + name.upper()
    place = ""
    if name in given:
        variable = name
    elif variable not in map(str.upper, os.environ) and variable in map(str.upper, in_file):
        place = f" in {env_file}"
    value = details["input"]
    allowed = str(details["ctx"]["error"]) if details["type"] == "value_error" else _allowed(field)
    return f"{variable} is {str(value) if isinstance(value, Path) else value!r}{place}, but must be {allowed}"


def _is_path(field: FieldInfo) -> bool:
    return Path in (field.annotation, *get_args(field.annotation))


def _plain(value: object) -> str:
    """Write a value as an operator would."""
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def _allowed(field: FieldInfo, mark: str = "") -> str:
    """Say in words which values a field takes; `mark` goes around those that are to be written as they are."""
    if get_origin(field.annotation) is Literal:
        *most, last = (f"{mark}{value}{mark}" for value in get_args(field.annotation))
        return f"{', '.join(most)} or {last}"
    if _is_path(field):
        return "a path"
    if field.annotation not in (int, float):
        return "a token"
    limits = {key: getattr(limit, key) for limit in field.metadata for key in ("ge", "le") if hasattr(limit, key)}
    kind = "a whole number" if field.annotation is int else "a number"
    return f"{kind} from {_plain(limits['ge'])} to {_plain(limits['le'])}"
