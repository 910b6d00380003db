"""What is counted of a running bot, in Prometheus' text format; the only importer of prometheus_client.

Names and units follow "Metric and label naming" of Prometheus' documentation. Nothing here holds a word of
what members ask, nor who they are: labels take few values, all of them ours.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import prometheus_client as prometheus
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from chipbot import __version__
from chipbot.service.telemetry import (
    TRIGGERS,
    GatewayFacts,
    IndexFacts,
    JournalFacts,
    Outcome,
    RebuildOutcome,
    ReconnectKind,
    ShardFacts,
    Trigger,
)

_REPLY_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds
_LAG_BUCKETS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5)  # seconds
_CONFIDENCE_BUCKETS = tuple(tenth / 10 for tenth in range(1, 11))


class Metrics:
    """Implements `Telemetry`: counts, and writes down what it has counted. Its methods may be called from any thread."""

    def __init__(self) -> None:
        prometheus.disable_created_metrics()  # type: ignore[no-untyped-call]  # it has no annotations; halves the text
        self._registry = registry = prometheus.CollectorRegistry()
        prometheus.ProcessCollector(registry=registry)
        counter = partial(prometheus.Counter, registry=registry)
        histogram = partial(prometheus.Histogram, registry=registry)
        build = prometheus.Gauge(
            "chipbot_build_info", "1; the version is its label.", ["version"], registry=registry
        )
        build.labels(__version__).set(1)
        asked = "Questions by what triggered the bot and by what came of them."
        self._questions = counter("chipbot_questions_total", asked, ["trigger", "outcome"])
        replied = "From a question's arrival until its reply was sent, those turned away left out."
        self._replies = histogram("chipbot_reply_seconds", replied, buckets=_REPLY_BUCKETS)
        sure = "The confidence in the best quote of each question, refused ones included."
        self._confidence = histogram("chipbot_confidence", sure, buckets=_CONFIDENCE_BUCKETS)
        rebuilt = "Rebuilds of the index by how they ended."
        self._rebuilds = counter("chipbot_rebuilds_total", rebuilt, ["outcome"])
        connected = "Connections to Discord after the first, by kind."
        self._reconnects = counter("chipbot_gateway_reconnects_total", connected, ["kind"])
        requested = "Requests to Discord's REST interface by HTTP status."
        self._requests = counter("chipbot_discord_requests_total", requested, ["code"])
        late = "How late the event loop was, once a second."
        self._lag = histogram("chipbot_event_loop_lag_seconds", late, buckets=_LAG_BUCKETS)
        self._entries = counter("chipbot_log_entries_total", "Log entries by level.", ["level"])
        self._begin_at_zero()

    def _begin_at_zero(self) -> None:
        """Make the counts that alerts look at, since Prometheus sees no rise from a count that was not
        there.
        """
        for trigger in TRIGGERS:
            if trigger != "role_mention":  # carries no question
                self._questions.labels(trigger, "failed")
        for outcome in ("done", "failed"):
            self._rebuilds.labels(outcome)
        for level in ("warning", "error"):
            self._entries.labels(level)
        self._requests.labels("429")

    def question(self, trigger: Trigger, outcome: Outcome, seconds: float) -> None:
        """Count a question, and the seconds that its reply took unless it was turned away."""
        self._questions.labels(trigger, outcome).inc()
        if outcome != "turned_away":
            self._replies.observe(seconds)

    def confidence(self, value: float) -> None:
        """Count how sure an answer was."""
        self._confidence.observe(value)

    def rebuild(self, outcome: RebuildOutcome) -> None:
        """Count a rebuild of the index by how it ended."""
        self._rebuilds.labels(outcome).inc()

    def reconnect(self, kind: ReconnectKind) -> None:
        """Count a connection to the gateway after the first."""
        self._reconnects.labels(kind).inc()

    def request(self, status: int) -> None:
        """Count an answer of Discord's REST interface."""
        self._requests.labels(str(status)).inc()

    def lag(self, seconds: float) -> None:
        """Count how late the event loop was."""
        self._lag.observe(seconds)

    def watch(
        self,
        index: Callable[[], IndexFacts | None],
        gateway: Callable[[], GatewayFacts],
        journal: Callable[[], JournalFacts],
    ) -> None:
        """Ask these for numbers whenever the metrics are read; None says that no index can be opened."""
        self._registry.register(_Facts(index, gateway, journal))

    def counting_log(self) -> logging.Handler:
        """Return a handler that counts the entries it is given."""
        return _Counting(self._entries)

    def exposition(self) -> tuple[bytes, str]:
        """Return everything in Prometheus' text format, and the format's media type."""
        return prometheus.generate_latest(self._registry), CONTENT_TYPE_LATEST


class _Counting(logging.Handler):
    def __init__(self, entries: prometheus.Counter) -> None:
        super().__init__()
        self._entries = entries

    def emit(self, record: logging.LogRecord) -> None:
        """Count one entry."""
        self._entries.labels(record.levelname.lower()).inc()


class _Facts(Collector):
    """Numbers that are looked up when they are asked for."""

    def __init__(
        self,
        index: Callable[[], IndexFacts | None],
        gateway: Callable[[], GatewayFacts],
        journal: Callable[[], JournalFacts],
    ) -> None:
        self._index = index
        self._gateway = gateway
        self._journal = journal

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges; those of an index that cannot be opened are missing."""
        yield from self._of_gateway()
        yield from self._of_journal()
        yield from self._of_index()

    def _of_journal(self) -> Iterator[Metric]:
        journal = self._journal()
        up = "1 while the journal can be read and written."
        yield GaugeMetricFamily("chipbot_journal_up", up, journal.working)
        yield GaugeMetricFamily(
            "chipbot_journal_pending_writes", "Writes that wait for the journal.", journal.pending
        )
        lost = "Writes that the journal lost: too many were waiting, or one was wrong."
        yield CounterMetricFamily("chipbot_journal_lost_writes", lost, journal.lost)

    def _of_gateway(self) -> Iterator[Metric]:
        gateway = self._gateway()
        connected = "1 while events arrive from Discord; of several shards, from each."
        yield GaugeMetricFamily("chipbot_gateway_connected", connected, gateway.connected)
        slow = "A heartbeat's way there and back; of several shards, the slowest."
        yield GaugeMetricFamily("chipbot_gateway_latency_seconds", slow, gateway.latency)
        yield GaugeMetricFamily("chipbot_guilds", "Servers that the bot is in.", gateway.guilds)
        yield from self._of_shards(gateway.shards)

    @staticmethod
    def _of_shards(shards: Sequence[ShardFacts]) -> Iterator[Metric]:
        arriving = "1 while events arrive from this shard, of those that this process serves."
        connected = GaugeMetricFamily("chipbot_shard_connected", arriving, labels=["shard"])
        there_and_back = "A heartbeat's way there and back."
        latency = GaugeMetricFamily("chipbot_shard_latency_seconds", there_and_back, labels=["shard"])
        guilds = GaugeMetricFamily("chipbot_shard_guilds", "Servers of this shard.", labels=["shard"])
        for shard in shards:
            label = [str(shard.number)]
            connected.add_metric(label, shard.connected)
            latency.add_metric(label, shard.latency)
            guilds.add_metric(label, shard.guilds)
        yield from (connected, latency, guilds)

    def _of_index(self) -> Iterator[Metric]:
        index = self._index()
        yield GaugeMetricFamily(
            "chipbot_index_open", "1 while there is an index to answer from.", index is not None
        )
        if index is None:
            return
        yield GaugeMetricFamily("chipbot_index_documents", "Documents in the index.", index.documents)
        yield GaugeMetricFamily("chipbot_index_passages", "Passages in the index.", index.passages)
        yield GaugeMetricFamily("chipbot_index_terms", "Different terms in the index.", index.terms)
        yield GaugeMetricFamily("chipbot_index_sentences", "Sentences in the index.", index.sentences)
        if index.vectors is not None:
            yield GaugeMetricFamily("chipbot_index_vectors", "Vectors of sentences.", index.vectors)
        yield GaugeMetricFamily("chipbot_index_bytes", "Size of the index's arrays.", index.size)
        yield GaugeMetricFamily(
            "chipbot_index_built_timestamp_seconds", "When the index was built.", index.built_at
        )
        yield GaugeMetricFamily(
            "chipbot_index_unreadable_files", "Files that could not be read for the index.", index.unreadable
        )
