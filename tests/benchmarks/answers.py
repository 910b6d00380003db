"""How long whole answers take: one after another, by several threads, and fifty at once, as the bot answers them.

    tests/benchmarks/run answers.py [--passages N] [--index DIR]

Questions are those of the search benchmark as sentences, over the same made-up documents. The event loop's
lag is how much later than asked for a timer fires that is set anew every millisecond, while the bot's own
service answers.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import time
from collections.abc import Awaitable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.benchmarks import corpus as texts

from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.question_service import QuestionService
from chipbot.service.questions import Question

PASSES = 3
"""Each question is asked so many times; the quickest counts, for what else a machine does is no matter of
ours.
"""
AT_ONCE = 50
BURSTS = 20
TICK = 0.001  # seconds
THREADS = (1, 2, 4, 8)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument(
        "--index", type=Path, help="keep documents and index in this folder, and use what is there"
    )
    options = parser.parse_args()
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {options.passages:,} passages"
    )
    with tempfile.TemporaryDirectory(prefix="chipbot-benchmark-") as name:
        knowledge_base, asked = prepared(options.passages, options.index or Path(name))
        latency(knowledge_base, asked)
        throughput(knowledge_base, asked)
        asyncio.run(lag(knowledge_base, asked))


def prepared(
    passages: int, folder: Path, kind: type[KnowledgeBase] = KnowledgeBase
) -> tuple[KnowledgeBase, list[str]]:
    """Return a library over that many made-up passages, which are written and indexed where they are not, and
    questions.
    """
    corpus = texts.synthetic(passages)
    if not (folder / "documents").exists():
        texts.write_documents(corpus, folder / "documents")
    knowledge_base = kind(folder / "documents", folder / "index", language="en")
    knowledge_base.refresh()
    return knowledge_base, as_sentences(texts.questions(corpus))


def as_sentences(questions: Sequence[Sequence[int]]) -> list[str]:
    """Return questions given as word numbers as a member would type them, each of another kind."""
    openings = (
        "What is the {}?",
        "who was the {}",
        "How many {} are there?",
        "When did the {}?",
        "Why {}?",
        "{}",
    )
    return [
        openings[i % len(openings)].format(" ".join(map(texts.word, words)))
        for i, words in enumerate(questions)
    ]


def percentiles(seconds: Sequence[float]) -> str:
    """Return the median and the 99th percentile in milliseconds."""
    return "p50 {:.2f} ms, p99 {:.2f} ms".format(*np.percentile(np.array(seconds) * 1000, [50, 99]))


def timed(knowledge_base: KnowledgeBase, asked: Sequence[str]) -> list[float]:
    """Return the seconds that each answer takes."""
    times = []
    for question in asked:
        began = time.perf_counter()
        knowledge_base.answer(question)
        times.append(time.perf_counter() - began)
    return times


def latency(knowledge_base: KnowledgeBase, asked: Sequence[str]) -> None:
    """Ask one question after another."""
    timed(knowledge_base, asked[:100])
    passes = [timed(knowledge_base, asked) for _ in range(PASSES)]
    print(f"one by one: {percentiles(np.min(passes, axis=0).tolist())} (targets 4 and 15)")
    print(
        f"  all {PASSES} passes, what else the machine did included: {percentiles(np.concatenate(passes).tolist())}"
    )


def throughput(knowledge_base: KnowledgeBase, asked: Sequence[str]) -> None:
    """Ask by several threads, in turns so that all meet the same machine; a round is as many questions for
    each.
    """
    rates: dict[int, list[float]] = {count: [] for count in THREADS}
    for _ in range(PASSES):
        for count in THREADS:
            with ThreadPoolExecutor(count) as pool:
                began = time.perf_counter()
                for _ in pool.map(knowledge_base.answer, asked):
                    pass
                rates[count].append(len(asked) / (time.perf_counter() - began))
    one = max(rates[1])
    for count, measured in rates.items():
        print(
            f"{count} threads: {max(measured):,.0f} answers a second, {max(measured) / one:.2f} of one thread's"
        )


async def lag(knowledge_base: KnowledgeBase, asked: Sequence[str]) -> None:
    """Ask fifty questions at once, as fifty members would, and see how late the event loop
    gets.
    """
    service = QuestionService(knowledge_base)
    idle = await _lags(asyncio.sleep(1))
    print(f"the event loop without questions: {_late(idle)}")
    lags: list[float] = []
    answered: list[float] = []
    for burst in range(BURSTS):
        chosen = [asked[(burst * AT_ONCE + i) % len(asked)] for i in range(AT_ONCE)]
        began = time.perf_counter()

        async def reply(question: str) -> None:
            with service.request_scope("mention"):
                await service.ask(Question(text=question), "mention")
            answered.append(time.perf_counter() - began)  # noqa: B023  # awaited before `began` changes

        lags += await _lags(asyncio.gather(*map(reply, chosen)))
    print(f"the event loop with {AT_ONCE} questions at once: {_late(lags)} (target: 20 ms at most)")
    print(f"  each answered after {percentiles(answered)}")
    await service.close()


async def _lags(work: Awaitable[object]) -> list[float]:
    """Return how many seconds late each tick came while work was done."""
    late: list[float] = []

    async def tick() -> None:
        while True:
            due = time.perf_counter() + TICK
            await asyncio.sleep(TICK)
            late.append(time.perf_counter() - due)

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0)
    await work
    ticking.cancel()
    return late


def _late(lags: Sequence[float]) -> str:
    return f"{percentiles(lags)}, at most {max(lags) * 1000:.1f} ms late"


if __name__ == "__main__":
    main()
