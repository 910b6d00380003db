"""What settings are checked for and made into; each validator raises ValueError that says what is allowed.

A `Before` validator takes what was written, an `After` validator what the field's type and limits made of it; `info` has
the fields that stand before it: https://docs.pydantic.dev/latest/concepts/validators/.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr, ValidationInfo

from chipbot.settings import addresses
from chipbot.settings.env_names import PREFIX
from chipbot.settings.messages import IDS, is_url
from chipbot.settings.servers import server_entries
from chipbot.settings.token import clean_token, read_token, token_in
from chipbot.translation import Message

_ID_DIGITS = 20  # as many as 64 bits take


def expand_home(value: Path | SecretStr | str | None) -> Path | SecretStr | str | None:
    """Return a path with the home folder in place of ~, and any other value as it is."""
    try:
        return value.expanduser() if isinstance(value, Path) else value
    except RuntimeError as error:
        raise ValueError(Message("a path in which ~ leads to somebody's home folder")) from error


def lower(value: object) -> object:
    """Return a word in lower case."""
    return value.strip().lower() if isinstance(value, str) else value


def find_off(value: object) -> object:
    """Return `off`, however it is written, and any other value as it is."""
    return "off" if isinstance(value, str) and value.strip().lower() == "off" else value


def find_database(value: object) -> object:
    """Return the path of a file, or a database's URL, in which there may be a password."""
    if not is_url(value):
        return Path(value) if isinstance(value, str) else value
    return SecretStr(addresses.database_url(str(value)))


def check_shards(value: int, info: ValidationInfo) -> int:
    """Return a number of shards, which takes a journal in PostgreSQL."""
    if value and not isinstance(info.data.get("journal", SecretStr("")), SecretStr):
        raise ValueError(
            Message(
                "0 unless CHIPBOT_JOURNAL is the URL of a PostgreSQL database, in which processes share shards"
            )
        )
    return value


def check_discord_url(value: str, info: ValidationInfo) -> str:
    """Return the address of Discord, or of what stands in its place."""
    return addresses.discord_url(value, anywhere=bool(info.data.get("discord_url_anywhere")))


def split_ids(value: object) -> object:
    """Return the ids of a list, between which there are commas or blanks."""
    if not isinstance(value, str):
        return value
    parts = value.replace(",", " ").split()
    if not all(part.isascii() and part.isdigit() and len(part) <= _ID_DIGITS for part in parts):
        raise ValueError(IDS)
    return frozenset(map(int, parts))


def split_servers(value: object) -> object:
    """Return the entries of a list of servers."""
    return server_entries(value) if isinstance(value, str) else value


def find_token(value: object, info: ValidationInfo) -> object:
    """Return the token: as it is set, or else from the file or the folder of secrets that is."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, str) and value.strip():
        return clean_token(
            value,
            Message(
                "{variable} is not a token: it must be one word of letters, digits and punctuation (not shown here)",
                variable=PREFIX + "TOKEN",
            ),
        )
    if not isinstance(value, str | None):
        return value  # which pydantic refuses
    if info.data.get("token_file"):
        return read_token(info.data["token_file"], PREFIX + "TOKEN_FILE")
    return token_in(info.data.get("secrets_dir"))
