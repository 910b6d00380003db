"""The fields of the settings: what each is, may be and stands for if nobody sets it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from chipbot.model import AnswerOptions, ReadLimits
from chipbot.settings import addresses, validators
from chipbot.settings.env_names import PREFIX
from chipbot.settings.sources import EnvFileSource, home, old_values

_EXPANDED = AfterValidator(validators.expand_home)
_LOWER = BeforeValidator(validators.lower)


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
        Path | None,
        Field(description="A file that holds the token; read when `CHIPBOT_TOKEN` is not set."),
        _EXPANDED,
    ] = None
    secrets_dir: Annotated[
        Path | None,
        Field(
            description="A folder that holds the token in a file called `chipbot_token` or `token`; read when neither of "
            "the above is set. Under systemd the folder of its credentials is the default."
        ),
        _EXPANDED,
    ] = None
    token: Annotated[
        SecretStr | None,
        BeforeValidator(validators.find_token),
        Field(
            description="The bot's token from the Discord developer portal. Without one, chipbot is a chat in the terminal."
        ),
    ] = None
    seeds: Annotated[Path, Field(description="The folder with the documents."), _EXPANDED] = Path("seeds")
    index: Annotated[
        Path,
        Field(description="The folder that builds of the index go to."),
        _EXPANDED,
    ] = Path("index")
    sources: Annotated[
        Path | None,
        Field(
            description="The file that says where each folder of documents comes from and stands on the web; the default is "
            "`sources.yaml` among the documents."
        ),
        _EXPANDED,
    ] = None
    import_every: Annotated[
        float,
        Field(
            ge=0,
            le=8760,
            description="Hours between two checks of the repositories and websites that `chipbot import` brought in; "
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
        BeforeValidator(validators.find_off),
        Field(
            description="The folder of a sentence encoder (`model.safetensors`, `vocab.txt`, `config.json`) that compares "
            "meanings; the default is the one that `chipbot encoder install` installs, where it is. `off`: words alone."
        ),
        _EXPANDED,
    ] = None
    starter_synonyms: Annotated[
        bool,
        Field(
            description="Whether what most communities abbreviate alike (mod and moderator, config and configuration) means "
            "the same, and related words (refund and money back) speak for a passage, besides what the documents' "
            "`synonyms.txt` says."
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
            description="The MiB of memory that reading such a file may take; macOS and Windows do not enforce it.",
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
        BeforeValidator(validators.split_ids),
        Field(description="Bots and webhooks that are answered like members; all others are ignored."),
    ] = frozenset()
    servers: Annotated[
        frozenset[str],
        NoDecode,
        BeforeValidator(validators.split_servers),
        Field(
            description="The ids of the servers that are answered, `dm` for direct messages and `web` for the pages; all, "
            "if empty. `id:folder+folder` answers from these folders of the documents alone (`.` for documents in none); so "
            "does a channel's id, in place of its server's. A role's id gives its members those folders besides, in answers that "
            "they alone see."
        ),
    ] = frozenset()
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        _LOWER,
        Field(description="How much is written to the log."),
    ] = "info"
    log_format: Annotated[
        Literal["auto", "text", "json"],
        _LOWER,
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
        BeforeValidator(validators.find_database),
        Field(
            description="Where votes, settings of servers and what buttons stand for are kept: a file, or the URL of a "
            "PostgreSQL database (`postgresql://user:password@host/name`). The default is `journal/journal.sqlite3` beside the "
            "index's folder."
        ),
        _EXPANDED,
    ] = None
    # Stands after the journal, at which its validator looks.
    shards: Annotated[
        int,
        Field(
            ge=0,
            le=16384,
            description="How many shards the bot's servers are spread over, where several processes serve them together: all "
            "that have the same number, token and PostgreSQL journal. 0: as many as Discord recommends, in this process alone.",
        ),
        AfterValidator(validators.check_shards),
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
        AfterValidator(addresses.listening_host),
    ] = "127.0.0.1"
    web_port: Annotated[
        int, Field(ge=0, le=65535, description="The port of the pages; 0 switches them off.")
    ] = 0
    web_url: Annotated[
        str,
        Field(
            description="The address at which members reach the bot's pages, such as `https://docs.example.org`; citations then "
            "lead there."
        ),
        AfterValidator(addresses.web_url),
    ] = ""
    web_originals: Annotated[
        bool, Field(description="Whether the pages offer the documents' own files for download.")
    ] = False
    web_password_file: Annotated[
        Path | None,
        Field(
            description="A file that holds the operator's password, or its hash as `chipbot web --set-password` writes it; "
            "with one there are pages at `/operator` that change the documents."
        ),
        _EXPANDED,
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
        Field(description="The address of Discord; another one, on this machine, is for tests."),
        AfterValidator(validators.check_discord_url),
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
