"""The fields of the settings: what each is, may be and stands for if nobody sets it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from chipbot.model import AnswerOptions, ReadLimits
from chipbot.settings import addresses
from chipbot.settings.env_names import PREFIX
from chipbot.settings.messages import IDS, is_url
from chipbot.settings.servers import server_entries
from chipbot.settings.sources import EnvFileSource, home, old_values
from chipbot.settings.token import clean_token, read_token, token_in
from chipbot.translation import Message

_ID_DIGITS = 20  # as many as 64 bits take


class Settings(BaseSettings):
    """Everything an operator can set; each field is the environment variable `CHIPBOT_` + its name in
    capitals.

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
        Field(
            description="The bot's token from the Discord developer portal. Without one, chipbot is a chat in the terminal."
        ),
    ] = None
    seeds: Annotated[Path, Field(description="The folder with the documents.")] = Path("seeds")
    index: Annotated[Path, Field(description="The folder that builds of the index go to.")] = Path("index")
    sources: Annotated[
        Path | None,
        Field(
            description="The file that says where each folder of documents comes from and stands on the web; the default is "
            "`sources.yaml` among the documents."
        ),
    ] = None
    import_every: Annotated[
        float,
        Field(
            ge=0,
            le=8760,
            description="Hours between two looks of the bot at the repositories and websites that `chipbot import` imported; "
            "0 switches them off.",
        ),
    ] = 0.0
    watch: Annotated[
        bool,
        Field(
            description="Whether the bot refreshes the index by itself when files among the documents change."
        ),
    ] = False
    encoder: Annotated[
        Path | Literal["off"] | None,
        Field(
            description="The folder of a sentence encoder (`model.safetensors`, `vocab.txt`, `config.json`) that compares "
            "meanings; the default is the one that `chipbot encoder install` installs, where it is. `off`: words alone."
        ),
    ] = None
    starter_synonyms: Annotated[
        bool,
        Field(
            description="Whether what most communities abbreviate alike (mod and moderator, config and configuration) means "
            "the same, besides what the documents' `synonyms.txt` says."
        ),
    ] = True
    max_file_size: Annotated[
        int, Field(ge=1, le=2048, description="The size in MiB up to which a file is read.")
    ] = 64
    max_read_seconds: Annotated[
        int,
        Field(
            ge=1,
            le=3600,
            description="The seconds of processor time that reading one PDF, spreadsheet or other binary file may take.",
        ),
    ] = 60
    max_read_memory: Annotated[
        int,
        Field(
            ge=128,
            le=65536,
            description="The MiB of memory that it may take; macOS and Windows do not enforce it.",
        ),
    ] = 1024
    min_confidence: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="The confidence below which a question is refused: higher answers less and errs less.",
        ),
    ] = 0.4
    max_quotes: Annotated[int, Field(ge=1, le=3, description="The most quotes in one answer.")] = 3
    cooldown: Annotated[
        float,
        Field(ge=0, le=3600, description="Seconds a member waits between questions; 0 switches it off."),
    ] = 5.0
    message_content: Annotated[
        bool,
        Field(
            description="Whether the bot reads all messages where it is to answer all of them (`/settings`, per channel), and "
            "in channels that `chipbot import` names. Takes the message content intent, which is switched on in the developer "
            "portal, under Bot."
        ),
    ] = False
    bridges: Annotated[
        frozenset[int],
        NoDecode,
        Field(description="Bots and webhooks that are answered like members; all others are ignored."),
    ] = frozenset()
    servers: Annotated[
        frozenset[str],
        NoDecode,
        Field(
            description="The ids of the servers that are answered, `dm` for direct messages and `web` for the pages; all, "
            "if empty. `id:folder+folder` answers from these folders of the documents alone (`.` for documents in none); so "
            "does a channel's id, in place of its server's."
        ),
    ] = frozenset()
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="How much is written to the log.")
    ] = "info"
    log_format: Annotated[
        Literal["auto", "text", "json"],
        Field(
            description="How log entries are written; `auto` is text on a terminal and JSON, one object a line, elsewhere."
        ),
    ] = "auto"
    log_questions: Annotated[
        bool,
        Field(description="Whether members' questions are written to the log."),
    ] = False
    journal: Annotated[
        Path | SecretStr | None,
        Field(
            description="Where votes, settings of servers and what buttons stand for are kept: a file, or the URL of a "
            "PostgreSQL database (`postgresql://user:password@host/name`). The default is `journal/journal.sqlite3` beside the "
            "index's folder."
        ),
    ] = None
    # Stands after the journal, for its validator looks at it.
    shards: Annotated[
        int,
        Field(
            ge=0,
            le=16384,
            description="How many shards the bot's servers are spread over, where several processes serve them together: all "
            "that have the same number, token and PostgreSQL journal. 0: as many as Discord recommends, in this process alone.",
        ),
    ] = 0
    keep_questions: Annotated[
        bool,
        Field(
            description="Whether the journal keeps members' questions, without their names; `/privacy` tells members."
        ),
    ] = False
    keep_days: Annotated[
        int,
        Field(
            ge=1,
            le=3650,
            description="Days that the journal keeps questions, votes and what buttons stand for.",
        ),
    ] = 90
    web_host: Annotated[
        str,
        Field(
            description="The address that the pages, `/healthz`, `/readyz` and `/metrics` are served at; the default is this "
            "machine only. At another one the pages are served only if `CHIPBOT_WEB_URL` is set."
        ),
    ] = "127.0.0.1"
    web_port: Annotated[int, Field(ge=0, le=65535, description="Their port; 0 switches them off.")] = 0
    web_url: Annotated[
        str,
        Field(
            description="The address at which members reach the bot's pages, such as `https://docs.example.org`; citations then "
            "lead there."
        ),
    ] = ""
    web_originals: Annotated[
        bool, Field(description="Whether the pages offer the documents' own files, to be kept.")
    ] = False
    web_password_file: Annotated[
        Path | None,
        Field(
            description="A file that holds the operator's password, or its hash as `chipbot web --set-password` writes it; "
            "with one there are pages at `/operator` that change the documents."
        ),
    ] = None
    # Stands before the address, whose validator looks at it.
    discord_url_anywhere: Annotated[
        bool,
        Field(
            description="Whether `CHIPBOT_DISCORD_URL` may be on another machine, such as a proxy of Discord's API: the "
            "bot's token is sent there."
        ),
    ] = False
    discord_url: Annotated[
        str,
        Field(
            description="The Discord to connect to: its own, or a server on this machine in its place, for tests."
        ),
    ] = addresses.DISCORD

    def answer_options(self) -> AnswerOptions:
        """Return what an answer may be."""
        return AnswerOptions(min_confidence=self.min_confidence, max_quotes=self.max_quotes)

    def read_limits(self) -> ReadLimits:
        """Return within what a file is read."""
        return ReadLimits(self.max_file_size * 2**20, self.max_read_seconds, self.max_read_memory * 2**20)

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
            EnvFileSource(settings_cls, env_file=env_file),
            InitSettingsSource(settings_cls, old_values(Path(str(env_file)))),
            InitSettingsSource(settings_cls, defaults),
        )

    @field_validator(
        "token_file", "secrets_dir", "seeds", "index", "sources", "encoder", "journal", "web_password_file"
    )
    @classmethod
    def _expand_home(cls, value: Path | SecretStr | str | None) -> Path | SecretStr | str | None:
        try:
            return value.expanduser() if isinstance(value, Path) else value
        except RuntimeError as error:
            raise ValueError(Message("a path in which ~ leads to somebody's home folder")) from error

    @field_validator("web_host")
    @classmethod
    def _check_host(cls, value: str) -> str:
        return addresses.listening_host(value)

    @field_validator("discord_url")
    @classmethod
    def _check_discord(cls, value: str, info: ValidationInfo) -> str:
        return addresses.discord_url(value, anywhere=bool(info.data.get("discord_url_anywhere")))

    @field_validator("web_url")
    @classmethod
    def _check_url(cls, value: str) -> str:
        return addresses.web_url(value)

    @field_validator("encoder", mode="before")
    @classmethod
    def _off(cls, value: object) -> object:
        return "off" if isinstance(value, str) and value.strip().lower() == "off" else value

    @field_validator("journal", mode="before")
    @classmethod
    def _database(cls, value: object) -> object:
        if not is_url(value):
            return Path(value) if isinstance(value, str) else value
        return SecretStr(addresses.database_url(str(value)))

    @field_validator("shards")
    @classmethod
    def _check_shards(cls, value: int, info: ValidationInfo) -> int:
        if value and not isinstance(info.data.get("journal", SecretStr("")), SecretStr):
            raise ValueError(
                "0 unless CHIPBOT_JOURNAL is the URL of a PostgreSQL database, in which processes share shards"
            )
        return value

    @field_validator("bridges", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = value.replace(",", " ").split()
        if not all(part.isascii() and part.isdigit() and len(part) <= _ID_DIGITS for part in parts):
            raise ValueError(IDS)
        return frozenset(map(int, parts))

    @field_validator("servers", mode="before")
    @classmethod
    def _entries(cls, value: object) -> object:
        return server_entries(value) if isinstance(value, str) else value

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("token", mode="before")
    @classmethod
    def _find_token(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if isinstance(value, str) and value.strip():
            return clean_token(value, PREFIX + "TOKEN")
        if not isinstance(value, str | None):
            return value  # which pydantic refuses
        if info.data.get("token_file"):
            return read_token(info.data["token_file"], PREFIX + "TOKEN_FILE")
        return token_in(info.data.get("secrets_dir"))
