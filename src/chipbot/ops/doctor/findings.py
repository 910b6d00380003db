"""What a check finds: that something is well, that it is not and what fixes it, or that it could not be
looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the checklist."""

    check: str
    """What was looked at, in a word or two."""
    state: State
    """Whether it is well; `warning` where it works all the same, `skipped` where that could not be told."""
    text: str
    """What was found, in a sentence or less."""
    fix: str | None = None
    """What fixes it; there for every `failed` and `warning`."""
    details: tuple[str, ...] = ()
    """Each thing that it is about, where there are several: files that could not be read."""


def ok(check: str, text: str) -> Finding:
    """Return that something is well."""
    return Finding(check=check, state="ok", text=text)


def warning(check: str, text: str, fix: str, details: tuple[str, ...] = ()) -> Finding:
    """Return that something works, but not as it was meant, and what fixes it."""
    return Finding(check=check, state="warning", text=text, fix=fix, details=details)


def failed(check: str, text: str, fix: str, details: tuple[str, ...] = ()) -> Finding:
    """Return that something is not well, and what fixes it."""
    return Finding(check=check, state="failed", text=text, fix=fix, details=details)


def skipped(check: str, why: str) -> Finding:
    """Return that something could not be looked at."""
    return Finding(check=check, state="skipped", text=why)
