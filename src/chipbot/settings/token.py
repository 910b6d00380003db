"""The token's places: a variable, a file, a folder of secrets."""

from __future__ import annotations

import os
import re
from pathlib import Path

from chipbot.settings.env_names import PREFIX
from chipbot.translation import Message, gettext

SECRET_NAMES = ("chipbot_token", "token")
"""What the token's file in the secrets folder may be called; the first that exists is used."""
CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""Set by systemd for services with credentials; see "Credentials" in systemd.exec(5)."""
_OTHER_SECRETS = {
    Message("an application id"): r"\d{17,20}",
    Message("a public key"): r"[0-9a-f]{64}",
    Message("a client secret"): r"[\w-]{32}",
}
"""What the developer portal shows beside the token → its form."""
LONGEST_SECRET = 4096
"""Bytes; Discord's tokens have about 70."""


def read_token(path: Path, variable: str) -> str:
    """Return the token that a file holds; what is wrong is a ValueError, as a validator raises it."""
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_SECRET + 1)
    except OSError as error:
        raise ValueError(
            Message(
                "{variable} leads to {path}, which cannot be read: {reason}",
                variable=variable,
                path=path,
                reason=error.strerror,
            )
        ) from None
    if len(content) > LONGEST_SECRET:
        raise ValueError(
            Message(
                "{variable} leads to {path}, which is too long to hold only a token",
                variable=variable,
                path=path,
            )
        )
    text = content.decode("utf-8-sig", errors="replace")
    if not text.strip():
        raise ValueError(
            Message(
                "{variable} leads to {path}, which is empty, but must hold the bot's token",
                variable=variable,
                path=path,
            )
        )
    return clean_token(
        text,
        Message(
            "{variable} leads to {path}, whose content is not a token: it must be one word of letters, digits and "
            "punctuation (not shown here)",
            variable=variable,
            path=path,
        ),
    )


def token_in(secrets_dir: Path | None) -> str | None:
    """Return the token from the secrets folder, if it is there; what is wrong is a ValueError."""
    if secrets_dir is not None and not secrets_dir.is_dir():
        raise ValueError(
            Message(
                "{prefix}SECRETS_DIR leads to {path}, which is not a folder", prefix=PREFIX, path=secrets_dir
            )
        )
    path = token_file_in(secrets_dir)
    if path is None:
        return None
    return read_token(path, CREDENTIALS if secrets_dir is None else PREFIX + "SECRETS_DIR")


def token_file_in(secrets_dir: Path | None) -> Path | None:
    """Return the token's file in the secrets folder, where there is one; systemd's credentials are the
    default folder.
    """
    folder = secrets_dir or os.environ.get(CREDENTIALS)
    if not folder:
        return None
    return next((path for name in SECRET_NAMES if (path := Path(folder, name)).exists()), None)


def other_than_token(text: str) -> str | None:
    """Return what a text is that is no bot's token, None where it may be one.

    A bot's token is three parts with dots between them; see "Reference" in Discord's documentation. What else
    the developer portal shows to be copied has no dot.
    """
    if text.count(".") == 2 and all(text.split(".")):
        return None
    for what, form in _OTHER_SECRETS.items():
        if re.fullmatch(form, text):
            return str(what)
    return gettext("not a bot's token, which has two dots in it")


def clean_token(text: str, refusal: Message) -> str:
    """Return the token without the blanks and quotation marks that copying leaves around it; of what cannot be one a
    ValueError says `refusal`.
    """
    token = text.strip().strip("\"'").strip()
    if not token.isascii() or not token.isprintable() or " " in token or not token:
        raise ValueError(refusal)
    return token
