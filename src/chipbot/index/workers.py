"""Files → segments: read and analysed in worker processes where there is enough to do, in the order of the files."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures.process import BrokenProcessPool
from itertools import repeat
from typing import NamedTuple

from chipbot.errors import BuildError, DocumentError, EmptyDocumentError
from chipbot.index.segment import Segment, SegmentBuilder
from chipbot.model import Failure
from chipbot.processes import mapped, process_pool, processors
from chipbot.sources import SeedFile, document_barrier, read_document
from chipbot.sources.reader_process import close_readers
from chipbot.text.term_numbers import TermNumbers, process_numbers
from chipbot.translation import Message


class Pace(NamedTuple):
    """How much is done at once; none of it changes what is built."""

    batch: int = 1 << 18
    """Bytes of files in a segment: so many that passing it on costs little, so few that all processes end together."""
    worthwhile: int = 1 << 21
    """Bytes of files that take longer to analyse than worker processes take to start."""
    processes: int = 0
    """How many processes analyse documents; as many as there are processors if 0."""


def extract_segment(
    files: Sequence[SeedFile], language: str | None, numbers: TermNumbers | None = None
) -> Segment:
    """Read and analyse files for one segment; whatever one of them raises makes it a failure, and the rest goes on.

    Terms get their `numbers`, or else this process's, which then works for one build alone.
    """
    builder = SegmentBuilder(process_numbers() if numbers is None else numbers)
    failures: list[Failure] = []
    for file in files:
        try:
            document = read_document(file, language)
            with document_barrier():
                builder.add(document, size=file.size, mtime_ns=file.mtime_ns)
            reasons, kind = document.problems, {"indexed": True}
        except DocumentError as error:
            reasons, kind = (error.reason,), {"empty": isinstance(error, EmptyDocumentError)}
        if reasons:
            failures.append(Failure(document_id=file.id, reasons=reasons, stamp=file.stamp, **kind))
    return builder.segment(failures)


def extract_segments(
    runs: Sequence[Sequence[SeedFile]], language: str | None, pace: Pace
) -> Generator[Segment, None, None]:
    """Read and analyse runs of files, in order, in several processes if that is worth it.

    Raises BuildError where a worker process dies.
    """
    workers = min(pace.processes or processors(), len(runs))
    worthwhile = workers > 1 and sum(file.size for run in runs for file in run) >= pace.worthwhile
    pool = process_pool(workers) if worthwhile else None
    try:
        if pool is None:
            yield from map(extract_segment, runs, repeat(language), repeat(TermNumbers()))
        else:
            yield from mapped(pool, 4 * workers, extract_segment, runs, repeat(language))
    except BrokenProcessPool as error:
        lost = Message("a process that analyses documents was ended; is there enough memory? Try again")
        raise BuildError(lost) from error
    finally:
        close_readers()
        if pool:
            pool.shutdown(cancel_futures=True)
