"""How fast chipbot and its peers build, open and search, and how much memory and disk they take.

    .venv-benchmarks/bin/python tests/benchmarks/search.py [--sizes N …] [--data DIR] [--engines NAME …] …

tests/benchmarks/run sets the packages up and calls this. Each engine works in processes of its own; questions
are put to the engines in turns, a hundred at a time, so that what else the machine does falls on all of them
alike.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import math
import multiprocessing
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.benchmarks import corpus as texts
from tests.benchmarks.engines import ENGINES, emptied, size_of
from tests.benchmarks.report import plot, to_markdown

KS = (10, 50)
REAL = "real text"
ROUND = 100  # questions
OPENINGS = 5  # one after the other; the quickest of these and of five such turns counts
PASSES = 15  # times that each question is put; the quickest counts
BUDGET = 1.0  # seconds that an engine may take for one round of questions; a slow one is asked fewer
SLOW = {
    "rank-bm25",
    "SQLite FTS5",
    "bm25s numpy",
}  # engines that a large corpus is kept from, and most passes
SLOW_PASSES = 3
REFERENCE = 20  # questions whose scores are held against rank-bm25's
_SPAWN = multiprocessing.get_context("spawn")


@dataclass
class Result:
    """What was measured of one engine on one corpus."""

    engine: str
    corpus: str
    passages: int
    build: dict[str, float] = field(default_factory=dict)
    """Raw text to searchable: seconds, peak bytes of memory, bytes on disk."""
    open: float = math.inf
    """Seconds."""
    memory: list[dict[str, int]] = field(default_factory=list)
    """Bytes each time that all questions had been put: rss, uss."""
    disk: int = 0
    """Bytes of the index of ready-made tokens."""
    latencies: dict[int, list[float]] = field(default_factory=dict)
    """For each k, the seconds of each question."""
    agrees: bool | None = None
    """Whether its ten best scores are rank-bm25's; None where the formula is another."""

    def add(self, k: int, start: int, count: int, times: list[float]) -> None:
        """Keep the quickest seconds of `count` questions from `start` on, the first of which took `times`
        this time.
        """
        known = self.latencies.setdefault(k, [])
        known += [math.nan] * (start + count - len(known))
        known[start : start + len(times)] = map(np.fmin, known[start : start + len(times)], times)


def main() -> None:
    """Measure, write down and print."""
    options = _options()
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="chipbot-benchmark-", dir=options.scratch) as name:
        for corpus_name in [*(f"{size:,}" for size in options.sizes), *([REAL] if options.data else [])]:
            results += _measure(corpus_name, options, Path(name) / corpus_name.replace(",", ""))
            _keep(results, options.results)
    print(to_markdown(json.loads(options.results.read_text("utf-8"))))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], metavar="PASSAGES"
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="real text: DIR/NAME/docs/*.txt with DIR/NAME/questions.jsonl",
    )
    parser.add_argument("--engines", nargs="*", default=list(ENGINES), choices=list(ENGINES), metavar="NAME")
    parser.add_argument(
        "--largest",
        type=int,
        default=100_000,
        metavar="PASSAGES",
        help=f"what {', '.join(sorted(SLOW))} are given at most",
    )
    parser.add_argument(
        "--builds",
        type=int,
        default=2,
        metavar="N",
        help="times that each engine builds; the quickest counts",
    )
    parser.add_argument(
        "--results",
        type=Path,
        default=Path(__file__).parent / "results.json",
        metavar="FILE",
        help="what was measured, beside a plot of it; other corpora that were measured into the same file before are kept",
    )
    parser.add_argument(
        "--scratch", type=Path, metavar="DIR", help="where indexes are made (default: the temporary folder)"
    )
    return parser.parse_args()


def _measure(name: str, options: argparse.Namespace, folder: Path) -> list[Result]:
    folder.mkdir()
    corpus, questions, documents = _corpus(name, options.data, folder)
    engines = [one for one in options.engines if one not in SLOW or corpus.passages <= options.largest]
    results = {one: Result(one, name, corpus.passages) for one in engines}
    for turn in range(options.builds):
        for one in engines:
            seconds, peak = _in_process(_build, one, documents, emptied(folder / one))
            known = results[one].build
            known["seconds"] = min(known.get("seconds", seconds), seconds)
            known["peak"] = min(known.get("peak", peak), peak)
            known["disk"] = size_of(folder / one)
            _say(f"{name}: {one} built in {seconds:.1f} s, at most {peak / 2**20:.0f} MiB (turn {turn + 1})")
    corpus_file = folder / "corpus.npz"
    np.savez(corpus_file, words=corpus.words, offsets=corpus.offsets, vocabulary=corpus.vocabulary)
    for one in engines:
        _in_process(_build_tokens, one, corpus_file, emptied(folder / one))
        results[one].disk = size_of(folder / one)
        _say(f"{name}: {one} has the tokens")
    del corpus
    _ask(results, questions, folder)
    return list(results.values())


def _corpus(name: str, data: Path | None, folder: Path) -> tuple[texts.Corpus, list[list[int]], Path]:
    if name == REAL:
        if data is None:
            raise ValueError("real text needs --data")
        corpus, questions = texts.real(data)
        texts.copy_documents(data, folder / "documents")
        return corpus, questions, folder / "documents"
    corpus = texts.synthetic(int(name.replace(",", "")))
    texts.write_documents(corpus, folder / "documents")
    return corpus, texts.questions(corpus), folder / "documents"


def _ask(results: dict[str, Result], questions: list[list[int]], folder: Path) -> None:
    """Put the questions to all engines in turns, and see how their scores compare."""
    servers = {one: _Server(one, folder / one, questions) for one in results}
    _open(results, servers)
    for k in KS:
        for server in servers.values():
            server.call("warm", k)
        for turn in range(PASSES):
            asked = {one: result for one, result in results.items() if one not in SLOW or turn < SLOW_PASSES}
            for start in range(0, len(questions), ROUND):
                for one, result in asked.items():
                    result.add(
                        k, start, min(ROUND, len(questions) - start), servers[one].call("ask", start, k)
                    )
            for one, result in asked.items():
                result.memory.append(servers[one].call("memory"))
    _compare_scores(results, servers)
    for server in servers.values():
        server.close()


def _open(results: dict[str, Result], servers: dict[str, _Server]) -> None:
    for _ in range(OPENINGS):
        for one, result in results.items():
            result.open = min(result.open, *servers[one].call("open"))
    for one, result in results.items():
        _say(f"{result.corpus}: {one} opened in {result.open * 1000:.2f} ms")


def _compare_scores(results: dict[str, Result], servers: dict[str, _Server]) -> None:
    reference = servers["rank-bm25" if "rank-bm25" in servers else "chipbot"].call("scores")
    for one, result in results.items():
        if ENGINES[one].formula == ENGINES["chipbot"].formula:
            result.agrees = all(
                np.allclose(np.pad(a, (0, len(b) - len(a))), b, rtol=0 if one == "chipbot" else 1e-5)
                for a, b in zip(reference, servers[one].call("scores"), strict=True)
            )


class _Server:
    """An engine in a process of its own."""

    def __init__(self, engine: str, folder: Path, questions: list[list[int]]) -> None:
        self._connection, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(engine, folder, questions, theirs), daemon=True)
        self._process.start()

    def call(self, *request: Any) -> Any:
        """Have something done, and return what came of it."""
        self._connection.send(request)
        return self._connection.recv()

    def close(self) -> None:
        """End the process."""
        self._connection.send(("stop",))
        self._process.join()


def _serve(engine_name: str, folder: Path, questions: list[list[int]], connection: Connection) -> None:
    engine = ENGINES[engine_name]()
    queries: list[Any] = []
    while True:
        what, *arguments = connection.recv()
        if what == "stop":
            return
        if what == "open":
            connection.send(_timed(lambda folder, _: engine.open(folder), [folder] * OPENINGS, 0))
            queries = queries or [engine.query(words) for words in questions]
            gc.collect()
            gc.freeze()
        elif what == "memory":
            used = psutil.Process().memory_full_info()
            connection.send({"rss": used.rss, "uss": used.uss})
        elif what == "scores":
            connection.send([engine.search(query, 10)[1] for query in queries[:REFERENCE]])
        elif what == "warm":
            connection.send(len(_timed(engine.search, queries[:ROUND], arguments[0])))
        else:
            connection.send(_timed(engine.search, queries[arguments[0] : arguments[0] + ROUND], arguments[1]))


def _timed(work: Callable[[Any, int], Any], items: list[Any], k: int) -> list[float]:
    """Return the seconds that each item takes, of as many as fit the budget."""
    times: list[float] = []
    for item in items:
        began = time.perf_counter()
        work(item, k)
        times.append(time.perf_counter() - began)
        if sum(times) > BUDGET:
            break
    return times


def _build(engine: str, documents: Path, folder: Path) -> None:
    ENGINES[engine]().build(documents, folder)


def _build_tokens(engine: str, corpus_file: Path, folder: Path) -> None:
    with np.load(corpus_file) as kept:
        corpus = texts.Corpus(kept["words"], kept["offsets"], int(kept["vocabulary"]))
    ENGINES[engine]().build_tokens(corpus, folder)


def _in_process(work: Callable[..., None], *arguments: Any) -> tuple[float, int]:
    """Have work done in a process of its own; return its seconds and the most memory that it and its children
    took together.
    """
    began, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_report_time, args=(theirs, work, arguments))
    process.start()
    peak = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.02):
            with contextlib.suppress(psutil.NoSuchProcess):
                peak = max(
                    peak, sum(psutil.Process(pid).memory_info().rss for pid in _tree(process.pid or 0))
                )

    watcher = threading.Thread(target=watch)
    watcher.start()
    seconds = began.recv()
    process.join()
    done.set()
    watcher.join()
    return seconds, peak


def _tree(pid: int) -> list[int]:
    """Return a process and those that it started; where the system says so, without looking at every process
    there is.
    """
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        found = [
            int(child) for thread in threads for child in (thread / "children").read_text("ascii").split()
        ]
    except OSError:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    return [pid, *(one for child in found for one in _tree(child))]


def _report_time(connection: Connection, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    began = time.perf_counter()
    work(*arguments)
    connection.send(time.perf_counter() - began)


def _keep(results: list[Result], path: Path) -> None:
    """Write down what has been measured so far, with what it was measured on, and draw it."""
    with Path("/proc/cpuinfo").open() if Path("/proc/cpuinfo").exists() else Path(os.devnull).open() as file:
        model = next(
            (line.partition(":")[2].strip() for line in file if line.startswith("model name")),
            platform.processor(),
        )
    machine = (
        f"{platform.python_implementation()} {platform.python_version()}, NumPy {np.__version__}, {platform.system()}, "
        f"{model}, {os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB"
    )
    rows = []
    for result in results:
        row = {name: value for name, value in vars(result).items() if name != "latencies"}
        used = {kind: [reading[kind] for reading in result.memory] for kind in ("rss", "uss")}
        row["memory"] = {kind: float(np.median(values)) for kind, values in used.items()} | {
            "highest": max(used["uss"])
        }
        for k, latencies in result.latencies.items():
            known = np.array(latencies)[~np.isnan(latencies)] * 1000
            row[f"k{k}"] = {
                "p50": np.median(known),
                "p99": np.percentile(known, 99),
                "mean": known.mean(),
                "asked": len(known),
            }
        rows.append(row)
    if path.exists():
        now = {row["corpus"] for row in rows}
        rows += [row for row in json.loads(path.read_text("utf-8"))["results"] if row["corpus"] not in now]
        rows.sort(key=lambda row: (row["corpus"] == REAL, row["passages"]))
    path.write_text(json.dumps({"machine": machine, "results": rows}, indent=1) + "\n", "utf-8")
    plot(json.loads(path.read_text("utf-8")), path.with_name("latency.png"))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
