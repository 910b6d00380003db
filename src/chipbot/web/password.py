"""The operator's password: a file holds it, or better its hash.

A hash is made by scrypt (RFC 7914), with what OWASP's "Password Storage Cheat Sheet" recommends for 16 MiB of memory.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import unicodedata
from pathlib import Path

from chipbot.errors import ChipbotError
from chipbot.files import replacement
from chipbot.translation import Message, digits

SHORTEST = 12
"""Characters of a password."""
_LONGEST = 1_000
_PREFIX = "scrypt"
_COST, _BLOCK, _PARALLEL = 2**14, 8, 5
_KEY = 32  # bytes
_MAX_MEMORY = 64 * 2**20
_MAX_COST = 2**15  # of a hash that others made

Stamp = tuple[int, int, int] | None


class PasswordError(ChipbotError):
    """The file of the operator's password cannot be used."""


class PasswordFile:
    """The file; read anew each time, so that a new password counts at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def stamp(self) -> Stamp:
        """Return what tells the file from one that replaces it."""
        try:
            info = self.path.stat()
        except OSError:
            return None
        return info.st_ino, info.st_mtime_ns, info.st_size

    def check(self) -> None:
        """Raise PasswordError where the file holds no password that is good enough."""
        self._matches("")

    def matches(self, typed: str) -> bool:
        """Whether somebody typed the password; takes as long whatever they typed. Blocks; raises PasswordError."""
        return self._matches(typed[:_LONGEST])

    def _matches(self, typed: str) -> bool:
        kept = self._read()
        if kept.startswith(f"{_PREFIX}:"):
            return self._matches_hash(kept, typed)
        if len(kept) < SHORTEST:
            raise PasswordError(
                Message(
                    "{path} holds a password of fewer than {least} characters: take a longer one",
                    path=self.path,
                    least=SHORTEST,
                )
            )
        return hmac.compare_digest(_digest(kept), _digest(typed))

    def _matches_hash(self, kept: str, typed: str) -> bool:
        try:
            _, *numbers, encoded_salt, encoded_key = kept.split(":")
            cost, block, parallel = map(int, numbers)
            salt, key = _decoded(encoded_salt), _decoded(encoded_key)
            is_quick = 1 < cost <= _MAX_COST and 0 < block <= _BLOCK and 0 < parallel <= _PARALLEL
            if not is_quick or len(key) != _KEY:
                raise ValueError("it is none of ours")
            return hmac.compare_digest(_derived(typed, salt, cost, block, parallel), key)
        except (ValueError, binascii.Error) as error:
            raise PasswordError(
                Message(
                    "{path} holds a hash that is damaged: write it anew with `chipbot web --set-password`",
                    path=self.path,
                )
            ) from error

    def _read(self) -> str:
        try:
            with self.path.open("rb") as file:
                content = file.read(_LONGEST + 1)
        except OSError as error:
            raise PasswordError(
                Message(
                    "CHIPBOT_WEB_PASSWORD_FILE leads to {path}, which cannot be read ({reason}): "
                    "`chipbot web --set-password` writes it",
                    path=self.path,
                    reason=error.strerror,
                )
            ) from error
        text = content.decode("utf-8-sig", errors="replace").strip()
        if not text or len(content) > _LONGEST:
            raise PasswordError(
                Message(
                    "{path} must hold a password and nothing else: `chipbot web --set-password` writes it",
                    path=self.path,
                )
            )
        return text

    def write(self, password: str) -> None:
        """Write the hash of a password, for the file's owner alone; raises PasswordError."""
        if not SHORTEST <= len(password.strip()) <= _LONGEST:
            raise PasswordError(
                Message(
                    "a password has {least} to {most} characters: take a sentence",
                    least=SHORTEST,
                    most=digits(_LONGEST),
                )
            )
        try:
            with replacement(self.path) as file:
                Path(file.name).chmod(0o600)
                file.write(f"{hashed(password)}\n".encode())
        except OSError as error:
            raise PasswordError(
                Message("{path} cannot be written: {reason}", path=self.path, reason=error.strerror)
            ) from error


def hashed(password: str) -> str:
    """Return what is kept of a password: `scrypt:N:r:p:salt:key`."""
    salt = secrets.token_bytes(16)
    key = _derived(password, salt, _COST, _BLOCK, _PARALLEL)
    encoded = (base64.urlsafe_b64encode(part).decode() for part in (salt, key))
    return ":".join((_PREFIX, *map(str, (_COST, _BLOCK, _PARALLEL)), *encoded))


def _derived(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(
        _plain(password), salt=salt, n=cost, r=block, p=parallel, maxmem=_MAX_MEMORY, dklen=_KEY
    )


def _decoded(text: str) -> bytes:
    return base64.b64decode(text, altchars=b"-_", validate=True)


def _digest(text: str) -> bytes:
    return hashlib.sha256(_plain(text)).digest()


def _plain(text: str) -> bytes:
    """Return the bytes of a password, the same on every keyboard."""
    return unicodedata.normalize("NFC", text.strip()).encode("utf-8", "surrogatepass")
