"""Members as keyed hashes: the same member always the same, and nobody without the key can tell who that is."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets
from pathlib import Path

from chipbot.errors import JournalError
from chipbot.files import addition, make_folder
from chipbot.translation import Message

KEY = "member.key"
_KEY_BYTES = 32
_HASH_CHARACTERS = 32


class MemberKey:
    """HMAC-SHA256 (RFC 2104) of Discord's ids, cut to 128 bits."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __call__(self, user_id: int) -> str:
        """Return what stands for a member in the journal: 32 hexadecimal digits."""
        digest = hmac.new(self._key, str(user_id).encode("ascii"), hashlib.sha256).hexdigest()
        return digest[:_HASH_CHARACTERS]


def read_key(folder: Path) -> MemberKey:
    """Return the key in a folder; it is made on first use, for its owner alone.

    Raises JournalError where it cannot be read or made, or is none.
    """
    path = folder / KEY
    try:
        with contextlib.suppress(FileExistsError):
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise JournalError(
            Message(
                "the journal's {path} cannot be read or made: {reason}",
                path=path,
                reason=error.strerror or error,
            )
        ) from error
    if len(key) != _KEY_BYTES:
        raise JournalError(
            Message(
                "the journal's {path} is not a key of {bytes} bytes: put the one from your backup there, or "
                "delete it to count all members anew",
                path=path,
                bytes=_KEY_BYTES,
            )
        )
    return MemberKey(key)


def _make(path: Path) -> None:
    """Write a new key in one step, so that no reader sees half of one; raises FileExistsError where there is one."""
    make_folder(path.parent, mode=0o700)
    if path.exists():
        return
    with addition(path) as file:
        Path(file.name).chmod(0o600)
        file.write(secrets.token_bytes(_KEY_BYTES))
