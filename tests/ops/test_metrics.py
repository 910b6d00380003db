"""What is counted, and that Prometheus' own parser reads it."""

from __future__ import annotations

import logging
import math

from prometheus_client.parser import text_string_to_metric_families

from chipbot.ops.metrics import Metrics
from chipbot.service.telemetry import GatewayFacts, IndexFacts, JournalFacts, ShardFacts

INDEX = IndexFacts(documents=3, passages=40, terms=500, size=6000, built_at=1.7e9, unreadable=2, vectors=7)
GATEWAY = GatewayFacts(shards=(ShardFacts(number=0, connected=True, latency=math.nan, guilds=1),))
JOURNAL = JournalFacts(working=True, pending=3, lost=2)


def samples(metrics: Metrics) -> dict[str, float]:
    """Every sample, by its name and its labels' values in the order of their names."""
    return {
        " ".join((sample.name, *(value for _, value in sorted(sample.labels.items())))): sample.value
        for family in text_string_to_metric_families(metrics.exposition()[0].decode())
        for sample in family.samples
    }


def names(metrics: Metrics) -> set[str]:
    """Every name that a query may ask for."""
    return {
        sample.name
        for family in text_string_to_metric_families(metrics.exposition()[0].decode())
        for sample in family.samples
    }


def full() -> Metrics:
    """Metrics in which everything has happened once."""
    metrics = Metrics()
    metrics.watch(lambda: INDEX, lambda: GATEWAY, lambda: JOURNAL)
    metrics.question("ask", "answered", 0.2)
    metrics.confidence(0.83)
    metrics.rebuild("done")
    metrics.reconnect("resumed")
    metrics.request(429)
    metrics.lag(0.003)
    return metrics


def test_everything_is_counted() -> None:
    metrics = full()
    metrics.question("ask", "turned_away", 0.1)
    metrics.question("mention", "no_match", 0.3)
    handler = metrics.counting_log()
    handler.emit(logging.makeLogRecord({"levelname": "ERROR"}))
    found = samples(metrics)
    assert found["chipbot_questions_total answered ask"] == 1
    assert found["chipbot_questions_total turned_away ask"] == 1
    assert found["chipbot_questions_total no_match mention"] == 1
    assert found["chipbot_reply_seconds_count"] == 2, "those turned away would only make it look fast"
    assert found["chipbot_reply_seconds_bucket 0.25"] == 1
    assert found["chipbot_confidence_bucket 0.8"] == 0
    assert found["chipbot_confidence_bucket 0.9"] == 1
    assert found["chipbot_rebuilds_total done"] == 1
    assert found["chipbot_gateway_reconnects_total resumed"] == 1
    assert found["chipbot_discord_requests_total 429"] == 1
    assert found["chipbot_event_loop_lag_seconds_sum"] == 0.003
    assert found["chipbot_log_entries_total error"] == 1
    assert found["chipbot_log_entries_total warning"] == 0
    assert found["chipbot_gateway_connected"] == 1
    assert math.isnan(found["chipbot_gateway_latency_seconds"])
    assert found["chipbot_guilds"] == 1
    assert found["chipbot_journal_up"] == 1
    assert found["chipbot_journal_pending_writes"] == 3
    assert found["chipbot_journal_lost_writes_total"] == 2
    assert found["chipbot_index_open"] == 1
    assert found["chipbot_index_documents"] == 3
    assert found["chipbot_index_passages"] == 40
    assert found["chipbot_index_terms"] == 500
    assert found["chipbot_index_bytes"] == 6000
    assert found["chipbot_index_built_timestamp_seconds"] == 1.7e9
    assert found["chipbot_index_unreadable_files"] == 2
    assert not any(name.endswith("_created") for name in names(metrics))


def test_an_index_that_cannot_be_opened_has_no_numbers() -> None:
    metrics = Metrics()
    metrics.watch(lambda: None, lambda: GATEWAY, lambda: JOURNAL)
    found = samples(metrics)
    assert found["chipbot_index_open"] == 0
    assert "chipbot_index_documents" not in found


def test_two_bots_in_one_process_count_for_themselves() -> None:
    first, second = full(), Metrics()
    assert "chipbot_questions_total answered ask" in samples(first)
    assert "chipbot_questions_total answered ask" not in samples(second)
