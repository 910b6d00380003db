"""The settings: one model, read once from the environment, `.env` and secret files, with errors an operator can act on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from chipbot.errors import SettingsError

PREFIX = "CHIPBOT_"


class Settings(BaseSettings):
    """Everything an operator can set; each field is the environment variable `CHIPBOT_` + its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    token: Annotated[
        SecretStr | None, Field(description="The bot's token from the Discord developer portal.")
    ] = None
    token_file: Annotated[
        Path | None,
        Field(
            description="A file that holds the token, for secret stores; used when `CHIPBOT_TOKEN` is not set."
        ),
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
    ] = 0.5
    quotes: Annotated[int, Field(ge=1, le=3, description="The most quotes in one answer.")] = 3
    cooldown: Annotated[
        float,
        Field(ge=0, le=3600, description="Seconds a member waits between questions; 0 switches it off."),
    ] = 5.0
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="How much is written to the log.")
    ] = "info"
