"""Files → batches: read and analysed in worker processes where there is enough to do, in the order of the
files.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from functools import cache
from multiprocessing.process import BaseProcess

from chipbot.errors import BuildError, DocumentError
from chipbot.index.analysing import Analysis, Batch
from chipbot.index.words import Words
from chipbot.model import Failure
from chipbot.sources import SeedFile, document_barrier, read_document

Analyzed = tuple[Batch, list[Failure]]
"""The documents that could be read, and why others could not."""

_BATCH = 1 << 19  # bytes of files in a batch: so large that passing it on costs little …
_LAST_BATCH = (
    1 << 16
)  # … but towards the end an eighth of what is left and at last so few, so that all processes end together
_SHARE = 8
_AHEAD = 3  # batches for each worker process that may wait for one before them
_WORTHWHILE = 1 << 21  # bytes of files that take longer to analyse than worker processes take to start


def batched(files: Sequence[SeedFile]) -> Iterator[list[SeedFile]]:
    """Cut a list of files into runs for one batch each; a file that is larger than those should be is a run
    of its own.
    """
    left = sum(file.size for file in files)
    run: list[SeedFile] = []
    size = 0
    for file in files:
        if run and size + file.size > min(_BATCH, max(left // _SHARE, _LAST_BATCH)):
            yield run
            left -= size
            run, size = [], 0
        run.append(file)
        size += file.size
    if run:
        yield run


def analyze_files(files: Sequence[SeedFile], language: str | None, words: Words | None = None) -> Analyzed:
    """Read and analyse files for one batch; one that cannot be read becomes a failure."""
    analysis, failures = Analysis(words), []
    for file in files:
        try:
            document = read_document(file, language)
            with document_barrier():
                analysis.add(document, size=file.size, mtime_ns=file.mtime_ns)
        except DocumentError as error:
            failures.append(Failure(document_id=file.id, reason=str(error), stamp=file.stamp))
    return analysis.batch(), failures


def analyze_all(
    runs: Sequence[Sequence[SeedFile]], language: str | None, workers: int = 0
) -> Generator[Analyzed, None, None]:
    """Read and analyse runs of files, in order, on as many processors as `workers`, or as there are; this
    process counts.

    Only a few batches are held at a time. Raises BuildError where a worker process dies.
    """
    workers = min(workers or _processors(), len(runs))
    words, todo = Words(), deque(runs)
    with ExitStack() as stack:
        pool = None
        if workers > 1 and sum(file.size for run in runs for file in run) >= _WORTHWHILE:
            pool = _pool(workers - 1)
        if pool is not None:
            stack.callback(pool.shutdown, cancel_futures=True)
            try:
                with _uninterrupted():
                    started = pool.submit(os.getpid)  # done as soon as there is a process
                while todo and not started.done():
                    yield analyze_files(todo.popleft(), language, words)
                yield from _shared(todo, language, words, pool, workers - 1)
            except BrokenProcessPool as error:
                raise BuildError(
                    "a process that analyses documents was ended; is there enough memory? Try again"
                ) from error
        while todo:
            yield analyze_files(todo.popleft(), language, words)


def _shared(
    todo: deque[Sequence[SeedFile]],
    language: str | None,
    words: Words,
    pool: ProcessPoolExecutor,
    workers: int,
) -> Iterator[Analyzed]:
    """Analyse runs in worker processes, and here whatever they are not given while they are busy."""
    made: deque[Future[Analyzed]] = deque()
    while todo or made:
        if made and made[0].done():
            yield made.popleft().result()
        elif todo and sum(not one.done() for one in made) <= workers:
            with _uninterrupted():
                made.append(pool.submit(_analyze_here, todo.popleft(), language))
        elif todo and len(made) <= _AHEAD * workers:
            here: Future[Analyzed] = Future()
            here.set_result(analyze_files(todo.popleft(), language, words))
            made.append(here)
        else:
            yield made.popleft().result()


def _pool(workers: int) -> ProcessPoolExecutor | None:
    """Return fresh processes, which work alike on every system, or None where processes cannot share what a
    pool needs.
    """
    try:
        return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_begin)
    except (
        ImportError,
        NotImplementedError,
        OSError,
    ):  # what systems without semaphores or queues between processes raise
        return None


@cache
def _words() -> Words:
    """Return what this worker process remembers from one batch to the next."""
    return Words()


def _analyze_here(files: Sequence[SeedFile], language: str | None) -> Analyzed:
    return analyze_files(files, language, _words())


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let processes that are started inside be deaf to an interrupt from the keyboard from their first
    moment.
    """
    if not hasattr(signal, "pthread_sigmask"):  # not on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Leave an interrupt from the keyboard to the process that started this one, and end when that one is
    gone.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
