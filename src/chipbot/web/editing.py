"""Texts that are edited on a page: which files are such, and what comes back of the browser."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from chipbot.sources.formats import FORMATS, suffix_of

MAX_BYTES = 512 * 1024
"""How long a text may be that is edited on a page."""
_FORMATS = frozenset(
    ("delimited", "html", "markdown", "notebook", "plain", "records", "restructured_text", "subtitles")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Editable:
    """A file as it can be edited."""

    text: str = ""
    digest: str = ""
    """What tells whether it has changed since."""
    is_text: bool = False
    """Whether it is a text at all that a page can hold."""


def editable(document_id: str, data: bytes) -> Editable:
    """Return a file as a page shows it: as text, where it is one that comes back as it was."""
    digest = hashlib.sha256(data).hexdigest()
    if FORMATS.get(suffix_of(document_id)) not in _FORMATS or len(data) > MAX_BYTES:
        return Editable(digest=digest)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return Editable(digest=digest)
    is_text = all(character in "\t\n\r" or ord(character) >= ord(" ") for character in text)
    return Editable(text=text if is_text else "", digest=digest, is_text=is_text)


def edited(text: str, before: bytes) -> bytes:
    """Return a text as a file, with the line ends that it had: browsers send others.

    https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return (lines.replace("\n", "\r\n") if b"\r\n" in before else lines).encode()
