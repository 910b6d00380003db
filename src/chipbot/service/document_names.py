"""What a document that is added may be called: whatever its file was, its name is safe on every system, and no other's."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from chipbot.errors import DocumentError
from chipbot.model import CHANNELS, TAUGHT
from chipbot.service.scopes import TOP
from chipbot.sources import FORMATS
from chipbot.sources.collections import SOURCES
from chipbot.sources.fetched import is_safe
from chipbot.sources.formats import suffix_of
from chipbot.sources.formats.signatures import true_suffix
from chipbot.sources.ignore_rules import read_ignore_rules
from chipbot.sources.seeds_folder import CANARIES
from chipbot.sources.synonyms import SYNONYMS
from chipbot.translation import Message

_STEM_BYTES = 100
_FOLDER_LENGTH = 60
_UNSAFE = re.compile(r"[^\w.-]+")
_RESERVED = frozenset((SYNONYMS, SOURCES, CANARIES))


def document_id_of(name: str, data: bytes, collection: str) -> str:
    """Return the id of a new document.

    Args:
        name: What its file is called, wherever it comes from; folders in it are left out.
        data: Its bytes, which say what its suffix is.
        collection: The folder that it is to be in, `.` for none.

    Raises:
        DocumentError: There is no reader for it.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    suffix = suffix_of(name) if "." in name else ""
    true, _ = true_suffix(suffix, data, frozenset(FORMATS))
    stem = name[: len(name) - len(suffix)] if suffix in FORMATS else name
    slug = _UNSAFE.sub("-", stem).strip("-._")
    slug = slug.encode()[:_STEM_BYTES].decode("utf-8", "ignore").rstrip("-._") or "document"
    prefix = "" if collection == TOP else f"{collection}/"
    return f"{prefix}{slug}{true if true in FORMATS else '.txt'}"


def format_name(document_id: str) -> str:
    """Return which of the readers reads a document."""
    return FORMATS.get(suffix_of(document_id), "")


def problem_with_folder(collection: str) -> Message | None:
    """Say why a folder cannot be one of documents that are added; None where it can."""
    if f"{collection.lower()}/" in (TAUGHT, CHANNELS):  # which some file systems take for the same
        return Message(
            "the folder {folder}/ holds what belongs to one server alone: choose another", folder=collection
        )
    if collection != TOP and not ("/" not in collection and is_safe(collection)):
        return Message("that is no name for a folder: use letters, digits, - and _")
    if len(collection) > _FOLDER_LENGTH:
        return Message("a folder's name has at most {number} characters", number=_FOLDER_LENGTH)
    return None


def is_document_id(document_id: str) -> bool:
    """Whether something is the path of a file that may be a document, and leads nowhere else."""
    return is_safe(document_id) and bool(format_name(document_id)) and document_id.lower() not in _RESERVED


def check_wanted(seeds: Path, document_id: str) -> None:
    """Raise DocumentError where a file of that name would be no document."""
    if not is_document_id(document_id):
        raise DocumentError(Message("that name has a meaning of its own: give the file another"))
    rules = read_ignore_rules(seeds)
    folder = document_id.rpartition("/")[0]
    reason = rules.reason(document_id) or (rules.folder_reason(folder) if folder else None)
    if reason is not None:
        raise DocumentError(
            Message(
                "{document} would be ignored ({reason}): give it another name",
                document=document_id,
                reason=reason,
            )
        )
