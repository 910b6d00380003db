"""Bringing the journal's tables to the present version, by Alembic's migrations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from chipbot.errors import JournalError
from chipbot.translation import Message

if TYPE_CHECKING:
    from sqlalchemy import Connection


def configuration() -> Config:
    """Return what Alembic is to know: where the migrations are."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def newest() -> str | None:
    """Return the newest migration that there is."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def upgrade(connection: Connection) -> None:
    """Bring the tables to the present version, in the connection's transaction.

    Raises JournalError where they are of a version that this chipbot does not know.
    """
    config = configuration()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise JournalError(
            Message(
                "the journal was written by a newer chipbot ({reason}): upgrade chipbot, or restore a backup",
                reason=error,
            )
        ) from error
