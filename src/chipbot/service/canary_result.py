"""What comes of a canary question, as front ends show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryResult:
    """What came of one canary question."""

    question: str
    expected: tuple[str, ...]
    """The right answers; empty where it should be refused."""
    went_well: bool
    found: str
    """What was highlighted first; empty where it was refused."""
    confidence: float
    """How sure chipbot was of what it found."""
