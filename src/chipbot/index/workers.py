"""Files → segments: read and analysed in worker processes where there is enough to do, in the order of the files."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import repeat
from typing import NamedTuple

from chipbot.errors import BuildError, DocumentError, EmptyDocumentError
from chipbot.index.segment import Columns, Segment, document_arrays, numbers
from chipbot.model import Failure
from chipbot.sources import SeedFile, document_barrier, read_document
from chipbot.sources.reader_process import close_readers


class Pace(NamedTuple):
    """How much is done at once; none of it changes what is built."""

    batch: int = 1 << 18
    """Bytes of files in a segment: so many that passing it on costs little, so few that all processes end together."""
    worthwhile: int = 1 << 21
    """Bytes of files that take longer to analyse than worker processes take to start."""
    processes: int = 0
    """How many processes analyse documents; as many as there are processors if 0."""


def batched(files: Sequence[SeedFile], batch: int) -> Iterator[list[SeedFile]]:
    """Cut a list of files into runs for one segment each; a file that is larger than those should be is one of its own."""
    run: list[SeedFile] = []
    size = 0
    for file in files:
        if run and size + file.size > batch:
            yield run
            run, size = [], 0
        run.append(file)
        size += file.size
    if run:
        yield run


def extract_segment(files: Sequence[SeedFile], language: str | None) -> Segment:
    """Read and analyse files for one segment; whatever one of them raises makes it a failure, and the rest goes on."""
    columns, terms = Columns(), numbers()
    languages: set[str] = set()
    failures: list[Failure] = []
    for file in files:
        try:
            document = read_document(file, language)
            with document_barrier():
                columns.append(document_arrays(document, terms, size=file.size, mtime_ns=file.mtime_ns))
        except DocumentError as error:
            empty = isinstance(error, EmptyDocumentError)
            failures.append(Failure(document_id=file.id, reason=str(error), stamp=file.stamp, empty=empty))
        else:
            languages.add(document.language)
            if document.problems:
                reason = "; ".join(document.problems)
                failures.append(Failure(document_id=file.id, reason=reason, stamp=file.stamp, indexed=True))
    return Segment(
        arrays=columns.joined(), terms=list(terms), languages=frozenset(languages), failures=failures
    )


def extract_segments(
    runs: Sequence[Sequence[SeedFile]], language: str | None, pace: Pace
) -> Generator[Segment, None, None]:
    """Read and analyse runs of files, in order, in several processes if that is worth it.

    Raises BuildError where a worker process dies.
    """
    workers = min(pace.processes or _processors(), len(runs))
    worthwhile = workers > 1 and sum(file.size for run in runs for file in run) >= pace.worthwhile
    pool = _pool(workers) if worthwhile else None
    try:
        with _uninterrupted():  # processes are started
            segments = (pool.map if pool else map)(extract_segment, runs, repeat(language))
        yield from segments
    except BrokenProcessPool as error:
        problem = "a process that analyses documents was ended"
        raise BuildError(f"{problem}; is there enough memory? Try again") from error
    finally:
        close_readers()
        if pool:
            pool.shutdown(cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor | None:
    """Return fresh processes, which work alike on every system, or None where they cannot share what a pool needs."""
    try:
        return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_begin)
    except (ImportError, NotImplementedError, OSError):  # what systems without semaphores or queues raise
        return None


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let processes that are started inside be deaf to an interrupt from the keyboard from their first moment."""
    if not hasattr(signal, "pthread_sigmask"):  # not on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Leave an interrupt from the keyboard to the process that started this one, and end when that one is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
