"""What a source hands over when a folder is imported from it, whatever kind of source it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chipbot.sources.formats import FORMATS
from chipbot.sources.ignore_rules import IgnoreRules

_DEFAULT_RULES = IgnoreRules()
_FORBIDDEN = frozenset('\\:*?"<>|')  # in names of files, on one system or another


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One file."""

    path: str
    """Its path in the folder that is imported."""
    tag: str = ""
    """What tells whether it has changed the next time."""
    data: bytes | None = None
    """Its bytes; None where it has not changed, or where there is a problem."""
    problem: str = ""
    """Why it cannot be had now; what was imported of it before stays."""
    gone: bool = False
    """Whether it is not there any more: what was imported of it is removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """All files of a source."""

    version: str
    """What of the source was fetched, such as a commit; the same version need not be fetched again."""
    paths: frozenset[str] | None
    """Every path that there is; None where nothing has changed since the version that was known."""
    files: Iterator[Fetched]
    """The files, one at a time, in no order that matters."""
    url: str = ""
    """The address of its pages, as `Source.url` has it; empty where the source does not tell."""
    notes: tuple[str, ...] = ()
    """What the operator should know of it."""


def is_wanted(path: str) -> bool:
    """Whether a file of a source may be a document here: it has a reader, and a name that is safe to write."""
    *folders, name = path.split("/")
    return (
        name.lower().endswith(tuple(FORMATS))
        and is_safe(path)
        and not _DEFAULT_RULES.reason(path)
        and not any(map(_DEFAULT_RULES.folder_reason, folders))
    )


def is_safe(path: str) -> bool:
    """Whether a relative path leads nowhere but below its folder, on every system, and to nothing hidden."""
    parts = path.split("/")
    return (
        path.isprintable()  # no control characters, no bytes that are no text
        and len(path) <= 1_000
        and _FORBIDDEN.isdisjoint(path)
        and all(
            part and not part.startswith(".") and part[-1] not in ". " and len(part) <= 200 for part in parts
        )
    )
