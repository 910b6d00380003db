"""The token's places: a variable, a file, a folder of secrets."""

from __future__ import annotations

import os
from pathlib import Path

from chipbot.settings.names import PREFIX

SECRET_NAMES = ("chipbot_token", "token")
"""What the token's file in the secrets folder may be called; the first that exists is used."""
LONGEST_SECRET = 4096
"""Bytes; Discord's tokens have about 70."""


def read_token(path: Path, variable: str) -> str:
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
    return clean_token(text, f"{variable} leads to {path}, whose content")


def token_in(secrets_dir: Path | None) -> str | None:
    """Return the token from the secrets folder, if it is there."""
    folder, variable = secrets_dir, PREFIX + "SECRETS_DIR"
    if folder is not None and not folder.is_dir():
        raise ValueError(f"{variable} leads to {folder}, which is not a folder")
    if folder is None and os.environ.get("CREDENTIALS_DIRECTORY"):  # set by systemd for services with credentials
        folder, variable = Path(os.environ["CREDENTIALS_DIRECTORY"]), "CREDENTIALS_DIRECTORY"
    if folder is not None:
        for name in SECRET_NAMES:
            if (folder / name).exists():
                return read_token(folder / name, variable)
    return None


def clean_token(text: str, what: str) -> str:
    """Return the token without the blanks and quotation marks that copying leaves around it."""
    token = text.strip().strip("\"'").strip()
    if not token.isascii() or not token.isprintable() or " " in token or not token:
        raise ValueError(f"{what} is not a token: it must be one word of letters, digits and punctuation (not shown here)")
    return token
