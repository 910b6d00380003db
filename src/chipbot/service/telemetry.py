"""What is counted of questions, rebuilds and the connection, whoever counts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, get_args

Trigger = Literal[
    "ask",
    "context_menu",
    "follow_up",
    "rephrase",
    "mention",
    "reply",
    "direct_message",
    "role_mention",
    "channel_message",
    "forum_post",
    "web",
]
"""What made the bot answer: the command, the message menu, the form of a button, a message of that kind, or the ask page."""
TRIGGERS: tuple[Trigger, ...] = get_args(Trigger)

Outcome = Literal[
    "answered", "no_match", "low_confidence", "empty_question", "small_talk", "turned_away", "failed"
]
"""What came of a question."""

RebuildOutcome = Literal["done", "failed", "stopped"]
"""How a rebuild of the index ended."""

ReconnectKind = Literal["resumed", "new_session"]
"""Whether a connection after the first goes on where the last one ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFacts:
    """The index in use, in numbers."""

    documents: int
    """How many documents it holds."""
    passages: int
    """How many passages they were cut into."""
    terms: int
    """How many different terms they have."""
    size: int
    """Bytes of all its arrays."""
    built_at: float
    """When it was built, in seconds since 1970."""
    unreadable: int
    """How many files could not be read for it."""
    sentences: int = 0
    """How many sentences it holds."""
    vectors: int | None = None
    """How many vectors of sentences there are; None without an encoder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayFacts:
    """The connection to Discord, in numbers."""

    connected: bool
    """Whether events arrive."""
    latency: float
    """Seconds between the last heartbeat and its answer; not a number before there was one."""
    guilds: int
    """How many servers the bot is in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFacts:
    """The journal, in numbers."""

    working: bool
    """Whether it can be read and written."""
    pending: int
    """How many writes wait for it."""
    lost: int
    """How many writes were lost since the start."""


class Telemetry(Protocol):
    """Counts what happens. Its methods may be called from any thread."""

    def question(self, trigger: Trigger, outcome: Outcome, seconds: float) -> None:
        """Count a question, and the seconds until its reply was sent."""

    def confidence(self, value: float) -> None:
        """Count how sure an answer was, from 0 to 1."""

    def rebuild(self, outcome: RebuildOutcome) -> None:
        """Count a rebuild of the index."""

    def reconnect(self, kind: ReconnectKind) -> None:
        """Count a connection to the gateway after the first."""

    def request(self, status: int) -> None:
        """Count an answer of Discord's REST interface by its HTTP status."""


class NullTelemetry:
    """Counts nothing."""

    def question(self, trigger: Trigger, outcome: Outcome, seconds: float) -> None:
        """Count nothing."""

    def confidence(self, value: float) -> None:
        """Count nothing."""

    def rebuild(self, outcome: RebuildOutcome) -> None:
        """Count nothing."""

    def reconnect(self, kind: ReconnectKind) -> None:
        """Count nothing."""

    def request(self, status: int) -> None:
        """Count nothing."""
