"""Files → segments: read and analysed in worker processes where there is enough to do, in the order of the files."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures.process import BrokenProcessPool
from itertools import repeat
from typing import NamedTuple

from chipbot.errors import BuildError, DocumentError, EmptyDocumentError
from chipbot.index.segment import Columns, Segment, document_arrays, numbers
from chipbot.model import Failure
from chipbot.processes import mapped, process_pool, processors
from chipbot.sources import SeedFile, document_barrier, read_document
from chipbot.sources.reader_process import close_readers
from chipbot.translation import Message


class Pace(NamedTuple):
    """How much is done at once; none of it changes what is built."""

    batch: int = 1 << 18
    """Bytes of files in a segment: so many that passing it on costs little, so few that all processes end together."""
    worthwhile: int = 1 << 21
    """Bytes of files that take longer to analyse than worker processes take to start."""
    processes: int = 0
    """How many processes analyse documents; as many as there are processors if 0."""


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
            failures.append(
                Failure(document_id=file.id, reasons=(error.reason,), stamp=file.stamp, empty=empty)
            )
        else:
            languages.add(document.language)
            if document.problems:
                failures.append(
                    Failure(document_id=file.id, reasons=document.problems, stamp=file.stamp, indexed=True)
                )
    return Segment(
        arrays=columns.joined(), terms=list(terms), languages=frozenset(languages), failures=failures
    )


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
            yield from map(extract_segment, runs, repeat(language))
        else:
            yield from mapped(pool, 4 * workers, extract_segment, runs, repeat(language))
    except BrokenProcessPool as error:
        lost = Message("a process that analyses documents was ended; is there enough memory? Try again")
        raise BuildError(lost) from error
    finally:
        close_readers()
        if pool:
            pool.shutdown(cancel_futures=True)
