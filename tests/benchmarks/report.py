"""What was measured → tables for the README, and the plot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]

COLUMNS: tuple[tuple[str, Callable[[Row], float | None], str], ...] = (
    ("p50, k = 10 (ms)", lambda row: row["k10"]["p50"], ".3f"),
    ("p99, k = 10", lambda row: row["k10"]["p99"], ".3f"),
    ("mean, k = 10", lambda row: row["k10"]["mean"], ".3f"),
    ("p50, k = 50", lambda row: row["k50"]["p50"], ".3f"),
    ("p99, k = 50", lambda row: row["k50"]["p99"], ".3f"),
    ("questions/s", lambda row: 1000 / row["k10"]["mean"], ",.0f"),
    ("build (s)", lambda row: row["build"]["seconds"], ",.1f"),
    ("build peak (MiB)", lambda row: row["build"]["peak"] / 2**20, ",.0f"),
    ("open (ms)", lambda row: row["open"] * 1000, ".2f"),
    ("RSS (MiB)", lambda row: row["memory"]["rss"] / 2**20, ",.0f"),
    ("USS (MiB)", lambda row: row["memory"]["uss"] / 2**20, ",.0f"),
    ("USS at most", lambda row: row["memory"]["highest"] / 2**20, ",.0f"),
    ("disk (MiB)", lambda row: row["disk"] / 2**20, ",.1f"),
)
TARGETS: dict[str, tuple[float | None, float | None, float | None]] = {
    "p50, k = 10 (ms)": (1.0, 0.8, 0.5),
    "p99, k = 10": (1.0, 1.0, 1.0),
    "build (s)": (1.0, 0.8, 0.8),
    "open (ms)": (1.0, 1.0, 1.0),
    "USS (MiB)": (None, 1.0, 1.0),
    "build peak (MiB)": (None, 1.0, 1.0),
}
"""What chipbot may take at most, as a share of the best peer's: for up to 10,000 passages, up to 100,000, and
more.
"""
PYTHON = ("bm25s numba", "bm25s numpy", "rank-bm25")
"""The peers that are used from Python alone, with Python's words; the others are engines of their own, in
Rust and C.
"""


def to_markdown(measured: dict[str, Any]) -> str:
    """Return a table for each corpus, and one of chipbot's ratios to the best peer."""
    lines = [f"Measured on {measured['machine']}.", ""]
    corpora = list(dict.fromkeys(row["corpus"] for row in measured["results"]))
    for corpus in corpora:
        rows = [row for row in measured["results"] if row["corpus"] == corpus]
        lines += [f"**{corpus}** ({rows[0]['passages']:,} passages)", ""]
        lines += ["| engine | " + " | ".join(name for name, _, _ in COLUMNS) + " | scores |"]
        lines += ["|---" + "|--:" * len(COLUMNS) + "|---|"]
        for row in rows:
            cells = [format(read(row), form) for _, read, form in COLUMNS]
            scores = {True: "agree", False: "differ", None: "own formula"}[row["agrees"]]
            lines.append(f"| {row['engine']} | " + " | ".join(cells) + f" | {scores} |")
        lines.append("")
    by_corpus = {
        corpus: [row for row in measured["results"] if row["corpus"] == corpus] for corpus in corpora
    }
    return "\n".join(
        [
            *lines,
            *_ratios("the best peer", by_corpus, None),
            "",
            *_ratios("the best peer in Python", by_corpus, PYTHON),
        ]
    )


def _ratios(whom: str, by_corpus: dict[str, list[Row]], peers: Sequence[str] | None) -> list[str]:
    lines = [
        f"**chipbot ÷ {whom}**, and the target",
        "",
        f"| | {' | '.join(by_corpus)} |",
        "|---" + "|--:" * len(by_corpus) + "|",
    ]
    for name, read, _ in COLUMNS:
        if name in TARGETS:
            cells = [
                _ratio(rows, read, peers) + _target(name, rows[0]["passages"]) for rows in by_corpus.values()
            ]
            lines.append(f"| {name.partition(' (')[0]} | {' | '.join(cells)} |")
    return lines


def _ratio(rows: list[Row], read: Callable[[Row], float | None], peers: Sequence[str] | None) -> str:
    values = {row["engine"]: read(row) or float("nan") for row in rows}
    own = values.pop("chipbot", float("nan"))
    values = {engine: value for engine, value in values.items() if peers is None or engine in peers}
    if not values:
        return "–"
    best = min(values, key=lambda engine: values[engine])
    ratio = own / values[best]
    return f"{ratio:.3f} ({best})" if ratio < 0.1 else f"{ratio:.2f} ({best})"


def _target(name: str, passages: int) -> str:
    target = TARGETS[name][0 if passages <= 20_000 else 1 if passages <= 200_000 else 2]
    return "" if target is None else f" ≤ {target:.1f}"


def plot(measured: dict[str, Any], path: Path) -> None:
    """Draw latency against the number of passages, both logarithmic: the median, and up to the 99th
    percentile.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    rows = [row for row in measured["results"] if row["corpus"] != "real text"]
    for engine in dict.fromkeys(row["engine"] for row in rows):
        own = [row for row in rows if row["engine"] == engine]
        sizes = [row["passages"] for row in own]
        low, high = [row["k10"]["p50"] for row in own], [row["k10"]["p99"] for row in own]
        (line,) = axes.plot(
            sizes, low, marker="o", label=engine, linewidth=2.5 if engine == "chipbot" else 1.2
        )
        axes.fill_between(sizes, low, high, alpha=0.12, color=line.get_color())
    axes.set(xscale="log", yscale="log", xlabel="passages", ylabel="milliseconds a question, one core")
    axes.set_title("The ten best passages: median, and up to the 99th percentile")
    axes.grid(visible=True, which="major", alpha=0.4)
    axes.legend(frameon=False)
    axes.set_xticks(sizes := sorted({row["passages"] for row in rows}), [f"{size:,}" for size in sizes])
    axes.yaxis.set_major_formatter("{x:g}")
    figure.savefig(path, dpi=110)
    plt.close(figure)
