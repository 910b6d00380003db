"""What is counted of questions, rebuilds and the connection, whoever counts it."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan
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


def shard_of(guild_id: int, shard_count: int) -> int:
    """Return the number of the shard, of so many, that a server is on.

    See "Sharding Formula" in Discord's documentation, https://docs.discord.com/developers/events/gateway#sharding.
    """
    return (guild_id >> 22) % shard_count


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardFacts:
    """One shard's connection to Discord, in numbers."""

    number: int
    """Which shard it is, from 0."""
    connected: bool
    """Whether events arrive."""
    latency: float
    """Seconds between the last heartbeat and its answer; not a number before there was one."""
    guilds: int
    """In how many of its servers the bot is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayFacts:
    """The connections to Discord, in numbers."""

    shards: tuple[ShardFacts, ...]
    """Those that this process serves."""
    shard_count: int = 1
    """How many there are in all."""
    serving: bool = True
    """Whether the process has begun to serve: it may have no shard then, where others serve them all."""

    @property
    def connected(self) -> bool:
        """Whether events arrive from each of its shards."""
        return self.serving and not self.disconnected

    @property
    def disconnected(self) -> tuple[int, ...]:
        """The shards that no events arrive from."""
        return tuple(shard.number for shard in self.shards if not shard.connected)

    @property
    def problem(self) -> str | None:
        """What keeps events from arriving; None where nothing does."""
        if self.connected:
            return None
        several = self.shard_count > 1 and self.disconnected
        which = f": shard {', '.join(map(str, self.disconnected))} of {self.shard_count}" if several else ""
        return f"not connected to Discord{which}"

    @property
    def latency(self) -> float:
        """The latency of the slowest shard; not a number before there was one."""
        return max((shard.latency for shard in self.shards if not isnan(shard.latency)), default=nan)

    @property
    def guilds(self) -> int:
        """How many servers its shards are in."""
        return sum(shard.guilds for shard in self.shards)


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
