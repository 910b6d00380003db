"""Where the journal is: a file of SQLite's, or a database of PostgreSQL's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

FILE = "journal.sqlite3"


@dataclass(frozen=True, slots=True)
class JournalPlace:
    """Where a journal is kept."""

    folder: Path
    """The folder of its files: the key of members, and the database where that is SQLite's."""
    file: Path | None
    """The database's file; None where PostgreSQL has it."""
    url: str
    """How SQLAlchemy calls it; never shown, for it may hold a password."""

    @property
    def shown(self) -> str:
        """What an operator is told: without user and password."""
        if self.file is not None:
            return str(self.file)
        parts = urlsplit(self.url)
        return f"postgresql://{parts.hostname or ''}{parts.path}"


def journal_place(value: Path | SecretStr | None, index: Path) -> JournalPlace:
    """Return the place that a setting means.

    Args:
        value: A path, a URL that begins with `postgresql://`, or None for a file beside the index.
        index: The folder of the index.
    """
    beside = index.absolute().parent / "journal"
    if isinstance(value, SecretStr):
        return JournalPlace(beside, None, f"postgresql+asyncpg://{value.get_secret_value().split('://')[1]}")
    file = beside / FILE if value is None else value.absolute()
    if file.is_dir() and value is not None:
        file /= FILE
    return JournalPlace(file.parent, file, f"sqlite+aiosqlite:///{file}")
