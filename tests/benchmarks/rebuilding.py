"""What bringing an index in step costs: of all documents, of one changed among ten thousand, and beside a bot
that answers.

    tests/benchmarks/run rebuilding.py [--passages N]

Ten passages make a document. The last part asks questions one after another, with a pause between as members
would leave, in turns with nothing else to do and while all documents are analysed anew in a process beside.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.benchmarks import corpus as texts
from tests.benchmarks.answers import as_sentences, percentiles

from chipbot.service.background_rebuild import BackgroundRebuilder
from chipbot.service.knowledge_base import KnowledgeBase

TURNS = 5
PAUSE = 0.005  # seconds between two questions
IDLE = 5.0  # seconds of a turn with nothing else to do


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--passages", type=int, default=100_000)
    passages = parser.parse_args().passages
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="chipbot-benchmark-") as name:
        corpus = texts.synthetic(passages)
        documents, index = Path(name) / "documents", Path(name) / "index"
        texts.write_documents(corpus, documents)
        paths = sorted(documents.rglob("*.txt"))
        print(f"{len(paths):,} documents of {texts.PER_DOCUMENT} passages")
        one_changed(documents, index, paths)
        beside(documents, index, paths, as_sentences(texts.questions(corpus)))


def one_changed(documents: Path, index: Path, paths: list[Path]) -> None:
    """Build from nothing, and after a change to one document, in turns; the quickest counts."""
    whole, one, none = [], [], []
    time.sleep(3)  # so that the files' times can be trusted
    for turn in range(TURNS):
        shutil.rmtree(index, ignore_errors=True)
        whole.append(seconds(KnowledgeBase(documents, index, language="en").reindex))
        time.sleep(3)
        change(paths[len(paths) // 2 + turn])
        one.append(seconds(KnowledgeBase(documents, index, language="en").reindex))
        none.append(seconds(KnowledgeBase(documents, index, language="en").reindex))
    print(f"all documents: {min(whole):.2f} s")
    print(f"one changed: {min(one):.2f} s, {min(one) / min(whole):.1%} of that (target: 10 %)")
    print(f"none changed: {min(none):.2f} s")


def beside(documents: Path, index: Path, paths: list[Path], asked: list[str]) -> None:
    """Ask while nothing else is done, and while all documents are analysed anew beside, in turns."""
    knowledge_base = BackgroundRebuilder(documents, index, language="en")
    questions = cycle(asked)
    idle: list[float] = []
    busy: list[float] = []
    rebuilds: list[float] = []
    list(answered(knowledge_base, questions, lambda done: done >= len(asked)))
    for _ in range(TURNS):
        until = time.perf_counter() + IDLE
        idle += answered(knowledge_base, questions, lambda _, until=until: time.perf_counter() > until)  # type: ignore[misc]  # a default
        for path in paths:
            change(path)
        rebuilding = threading.Thread(target=lambda: rebuilds.append(seconds(knowledge_base.reindex)))
        rebuilding.start()
        busy += answered(knowledge_base, questions, lambda _, thread=rebuilding: not thread.is_alive())  # type: ignore[misc]  # a default
    print(f"idle: {percentiles(idle)} of {len(idle):,} answers")
    print(f"while rebuilding, {min(rebuilds):.1f} s each: {percentiles(busy)} of {len(busy):,} answers")
    ratio = np.percentile(busy, 99) / np.percentile(idle, 99)
    print(f"p99 while rebuilding is {ratio:.2f} of idle (target: 2)")


def answered(
    knowledge_base: KnowledgeBase, questions: Iterator[str], enough: Callable[[int], bool]
) -> Iterator[float]:
    """Yield the seconds of each answer until there are enough."""
    done = 0
    while not enough(done):
        question = next(questions)
        began = time.perf_counter()
        knowledge_base.answer(question)
        yield time.perf_counter() - began
        done += 1
        time.sleep(PAUSE)


def change(path: Path) -> None:
    """Change a document by a word."""
    path.write_text(path.read_text("utf-8").rstrip("\n") + " more.\n", "utf-8")


def seconds(work: Callable[[], object]) -> float:
    """Return how long work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
