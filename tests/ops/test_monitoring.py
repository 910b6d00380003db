"""The dashboard and the alert rules in deploy/ ask only for metrics, labels and values that there are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.ops.test_metrics import full

DEPLOY = Path(__file__).parents[2] / "deploy"
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))
ALERTS = (DEPLOY / "alerts.yaml").read_text(encoding="utf-8")
# What Prometheus adds to each target itself: "Jobs and instances" in its documentation.
OWN_METRICS, OWN_LABELS = {"up"}, {"job", "instance"}
OUTCOMES = {
    "answered",
    "no_match",
    "low_confidence",
    "empty_question",
    "small_talk",
    "turned_away",
    "failed",
    "done",
    "stopped",
}
_STRING = re.compile(r'"[^"]*"')
_SELECTOR = re.compile(r"([a-z_:]+)\{([^}]*)\}")
_MATCHER = re.compile(r'(\w+)\s*(=~|=|!=|!~)\s*"([^"]*)"')


class Metric(NamedTuple):
    """What is known of a metric."""

    labels: set[str]
    values: dict[str, set[str]]


def known() -> dict[str, Metric]:
    """Every metric's labels, and their values as far as they have come up."""
    found: dict[str, Metric] = {name: Metric(set(), {}) for name in OWN_METRICS}
    for family in text_string_to_metric_families(full().exposition()[0].decode()):
        for sample in family.samples:
            metric = found.setdefault(sample.name, Metric(set(), {}))
            metric.labels.update(sample.labels)
            for label, value in sample.labels.items():
                metric.values.setdefault(label, set()).add(value)
    return found


def dashboard_queries() -> list[str]:
    return [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


def alert_queries() -> list[str]:
    return re.findall(r"^ +expr: (.+)$", ALERTS, re.MULTILINE)


def metrics_in(query: str) -> set[str]:
    """The names in a query that are no functions, labels or words of the language."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)", "", _STRING.sub("", query))
    return {
        name for name in re.findall(r"[a-z_:]+\b(?!\s*\()", bare) if name not in {"by", "and", "or", "unless"}
    }


@pytest.mark.parametrize("query", [*dashboard_queries(), *alert_queries()])
def test_every_query_asks_for_what_there_is(query: str) -> None:
    metrics = known()
    assert metrics_in(query), query
    for name in metrics_in(query):
        assert name in metrics, f"no metric is called {name}: {query}"
    for name, matchers in _SELECTOR.findall(query):
        for label, _, value in _MATCHER.findall(matchers):
            assert label in metrics[name].labels | OWN_LABELS, f"{name} has no label {label}"
            if label not in OWN_LABELS:
                assert set(value.split("|")) <= metrics[name].values[label] | OUTCOMES, (
                    f"{name} is never {label}={value}"
                )
    for grouped in re.findall(r"by \(([^)]*)\)", query):
        assert any(grouped in metrics[name].labels for name in metrics_in(query)), (
            f"nothing has the label {grouped}: {query}"
        )


def test_every_metric_of_ours_is_on_the_dashboard() -> None:
    asked = {name for query in dashboard_queries() for name in metrics_in(query)}
    missing = {
        name
        for name in known()
        if name.startswith("chipbot_")
        and not name.endswith(("_sum", "_count"))
        and name not in asked | {"chipbot_guilds"}
    }
    assert missing == set()


def test_what_alerts_look_at_is_there_before_it_first_happens() -> None:
    from chipbot.ops.metrics import Metrics
    from chipbot.service.telemetry import GatewayFacts, IndexFacts, JournalFacts, ShardFacts

    metrics = Metrics()
    index = IndexFacts(documents=1, passages=1, terms=1, size=1, built_at=1, unreadable=0, vectors=1)
    gateway = GatewayFacts(shards=(ShardFacts(number=0, connected=True, latency=0.1, guilds=1),))
    metrics.watch(lambda: index, lambda: gateway, lambda: JournalFacts(working=True, pending=0, lost=0))
    text = metrics.exposition()[0].decode()
    for query in alert_queries():
        for name, matchers in _SELECTOR.findall(query):
            wanted = [
                f'{label}="{value}"'
                for label, _, value in _MATCHER.findall(matchers)
                if label not in OWN_LABELS
            ]
            lines = [line for line in text.splitlines() if line.startswith(name)]
            if name not in OWN_METRICS:
                assert any(all(part in line for part in wanted) for line in lines), query


def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    rules = re.split(r"^ +- alert: ", ALERTS, flags=re.MULTILINE)[1:]
    assert len(rules) == len(alert_queries())
    for rule in rules:
        assert re.search(r"labels: \{severity: (critical|warning|info)\}", rule), rule
        assert re.search(r"^ +summary: .+", rule, re.MULTILINE), rule
        assert re.search(r"^ +action: .+", rule, re.MULTILINE), rule


def test_panels_have_titles_and_places_of_their_own() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert panel["title"]
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
