"""What is counted of a running bot, in Prometheus' text format; the only importer of prometheus_client.

Names and units follow "Metric and label naming" of Prometheus' documentation. Nothing here holds a word of
what members ask, nor who they are: labels take few values, all of them ours.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import prometheus_client as prometheus
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from chipbot import __version__

CONTENT_TYPE = CONTENT_TYPE_LATEST
WAYS = ("/ask", "message menu", "mention", "reply", "direct message")
"""The ways in by which questions come."""
_REPLY_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds
_LAG_BUCKETS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5)  # seconds
_CONFIDENCE_BUCKETS = tuple(tenth / 10 for tenth in range(1, 11))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayFacts:
    """The connection to Discord, in numbers."""

    connected: bool
    """Whether events arrive."""
    latency: float
    """Seconds between the last heartbeat and its answer; not a number before there was one."""
    servers: int
    """How many servers the bot is in."""


class Metrics:
    """Counts, and writes down what it has counted. Its methods may be called from any thread."""

    def __init__(self) -> None:
        prometheus.disable_created_metrics()  # type: ignore[no-untyped-call]  # it has no annotations; halves the text
        self._registry = registry = prometheus.CollectorRegistry()
        prometheus.ProcessCollector(registry=registry)
        build = prometheus.Gauge(
            "chipbot_build_info", "1; the version is its label.", ["version"], registry=registry
        )
        build.labels(__version__).set(1)
        self._questions = prometheus.Counter(
            "chipbot_questions_total",
            "Questions by way in and by what came of them.",
            ["way", "outcome"],
            registry=registry,
        )
        self._replies = prometheus.Histogram(
            "chipbot_reply_seconds",
            "From a question's arrival until its reply was sent, those turned away left out.",
            buckets=_REPLY_BUCKETS,
            registry=registry,
        )
        self._confidence = prometheus.Histogram(
            "chipbot_confidence",
            "The confidence in the best quote of each question, refused ones included.",
            buckets=_CONFIDENCE_BUCKETS,
            registry=registry,
        )
        self._rebuilds = prometheus.Counter(
            "chipbot_rebuilds_total",
            "Rebuilds of the index by how they ended.",
            ["outcome"],
            registry=registry,
        )
        self._reconnects = prometheus.Counter(
            "chipbot_gateway_reconnects_total",
            "Connections to Discord after the first, by kind.",
            ["kind"],
            registry=registry,
        )
        self._requests = prometheus.Counter(
            "chipbot_discord_requests_total",
            "Requests to Discord's REST interface by HTTP status.",
            ["code"],
            registry=registry,
        )
        self._lag = prometheus.Histogram(
            "chipbot_event_loop_lag_seconds",
            "How late the event loop was, once a second.",
            buckets=_LAG_BUCKETS,
            registry=registry,
        )
        self._entries = prometheus.Counter(
            "chipbot_log_entries_total", "Log entries by level.", ["level"], registry=registry
        )
        self._begin_at_zero()

    def _begin_at_zero(self) -> None:
        """Make the counts that alerts look at, since Prometheus sees no rise from a count that was not
        there.
        """
        for way in WAYS:
            self._questions.labels(way, "failed")
        for outcome in ("done", "failed"):
            self._rebuilds.labels(outcome)
        for level in ("warning", "error"):
            self._entries.labels(level)
        self._requests.labels("429")

    def question(self, way: str, outcome: str, seconds: float) -> None:
        """Count a question, and the seconds that its reply took unless it was turned away."""
        self._questions.labels(way, outcome).inc()
        if outcome != "turned away":
            self._replies.observe(seconds)

    def confidence(self, value: float) -> None:
        """Count how sure an answer was."""
        self._confidence.observe(value)

    def rebuild(self, outcome: str) -> None:
        """Count a rebuild of the index: done, failed or stopped."""
        self._rebuilds.labels(outcome).inc()

    def reconnect(self, kind: str) -> None:
        """Count a connection to the gateway after the first: resumed, or a new session."""
        self._reconnects.labels(kind).inc()

    def request(self, status: int) -> None:
        """Count an answer of Discord's REST interface."""
        self._requests.labels(str(status)).inc()

    def lag(self, seconds: float) -> None:
        """Count how late the event loop was."""
        self._lag.observe(seconds)

    def watch(self, index: Callable[[], IndexFacts | None], gateway: Callable[[], GatewayFacts]) -> None:
        """Ask these for numbers whenever the metrics are read; None says that no index can be opened."""
        self._registry.register(_Facts(index, gateway))

    def counting_log(self) -> logging.Handler:
        """Return a handler that counts the entries it is given."""
        return _Counting(self._entries)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return prometheus.generate_latest(self._registry)


class _Counting(logging.Handler):
    def __init__(self, entries: prometheus.Counter) -> None:
        super().__init__()
        self._entries = entries

    def emit(self, record: logging.LogRecord) -> None:
        """Count one entry."""
        self._entries.labels(record.levelname.lower()).inc()


class _Facts(Collector):
    """Numbers that are looked up when they are asked for."""

    def __init__(self, index: Callable[[], IndexFacts | None], gateway: Callable[[], GatewayFacts]) -> None:
        self._index = index
        self._gateway = gateway

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauges; those of an index that cannot be opened are missing."""
        gateway = self._gateway()
        yield GaugeMetricFamily(
            "chipbot_gateway_connected", "1 while events arrive from Discord.", gateway.connected
        )
        yield GaugeMetricFamily(
            "chipbot_gateway_latency_seconds", "A heartbeat's way there and back.", gateway.latency
        )
        yield GaugeMetricFamily("chipbot_servers", "Servers that the bot is in.", gateway.servers)
        index = self._index()
        yield GaugeMetricFamily(
            "chipbot_index_open", "1 while there is an index to answer from.", index is not None
        )
        if index is None:
            return
        yield GaugeMetricFamily("chipbot_index_documents", "Documents in the index.", index.documents)
        yield GaugeMetricFamily("chipbot_index_passages", "Passages in the index.", index.passages)
        yield GaugeMetricFamily("chipbot_index_terms", "Different terms in the index.", index.terms)
        yield GaugeMetricFamily("chipbot_index_bytes", "Size of the index's arrays.", index.size)
        yield GaugeMetricFamily(
            "chipbot_index_built_timestamp_seconds", "When the index was built.", index.built_at
        )
        yield GaugeMetricFamily(
            "chipbot_index_unreadable_files", "Files that could not be read for the index.", index.unreadable
        )
