"""Bringing the journal's tables to the present version, by Alembic's migrations."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from chipbot.errors import JournalError

_LOCK = 0x63686970626F74  # "chipbot": PostgreSQL knows advisory locks by number


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
    # Two bots that start at once upgrade one after the other; SQLite's driver would begin no transaction by itself.
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = configuration()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise JournalError(
            f"the journal was written by a newer chipbot ({error}): upgrade chipbot, or restore a backup"
        ) from error
