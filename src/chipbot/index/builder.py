"""The seeds folder's files and a present index → a new index: what has not changed is taken over, the rest analysed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from chipbot.arrays import exclusive_cumsum, grouped
from chipbot.errors import SeedsError
from chipbot.index.merge import Merger
from chipbot.index.reader import Index, open_build, open_index
from chipbot.index.schema import UnchangedDocument, build_settings
from chipbot.index.workers import Pace, extract_segments
from chipbot.index.writer import IndexWriter
from chipbot.model import Failure, Progress
from chipbot.sources import SeedFile, nothing_to_index

Report = Callable[[Progress], None]
"""Takes how far a build has come; may be called from another thread."""


class Contents(NamedTuple):
    """What an index is to hold."""

    seeds: Path
    """The folder that it is made of."""
    files: Sequence[SeedFile]
    """Every file that may be a document, in the order of ids."""
    unchanged: Mapping[str, UnchangedDocument]
    """By its id, each document that is to be taken over from the present index."""
    failures: Sequence[Failure]
    """What the folder holds that cannot be a document, and what else is wrong with it."""
    synonyms: str
    """The text of the synonyms file."""
    language: str | None
    """What the documents' language is said to be, if it is."""


def build_index(
    contents: Contents,
    folder: Path | None,
    *,
    present: Index | None = None,
    report: Report = lambda _: None,
    pace: Pace = Pace(),
    approve: Callable[[Index], None] = lambda _: None,
) -> Index:
    """Build an index and make it the current one of a folder; return it, opened.

    Args:
        contents: What it is to hold.
        folder: Where builds are kept; None keeps this one in memory.
        present: The index that unchanged documents are taken over from.
        report: Hears how far the build has come.
        pace: How much is done at once.
        approve: Is shown the index before it is the current one; what it raises leaves the one before.

    Raises:
        SeedsError: No document holds any text.
        IndexWriteError: The folder cannot be written.
        BuildError: A worker process died.
    """
    total = len(contents.files)
    if folder is None:
        merger, description = _merge(contents, present, report, pace)
        unnamed = {"id": "in-memory", "built_at": datetime.now(UTC).isoformat()}
        index = Index(merger.joined(), description | unnamed)
        report(Progress(step="indexing", done=total, total=total))
        return index
    with IndexWriter(folder) as writer:
        merger, description = _merge(contents, present, report, pace, writer)
        identity = writer.write(merger.arrays(), description)
        approve(open_build(folder / identity, 0))  # what it refuses, the next build removes
        writer.commit(identity)
    report(Progress(step="indexing", done=total, total=total))
    return open_index(folder)


def describe(
    contents_language: str | None, failures: Iterable[Failure], synonyms: str, languages: Iterable[str]
) -> dict[str, object]:
    """Return what an index has besides arrays, as JSON values."""
    return {
        "settings": build_settings(contents_language),
        "failures": [one.to_json() for one in sorted(failures, key=attrgetter("document_id"))],
        "synonyms": synonyms,
        "languages": sorted(set(languages)),
    }


def _merge(
    contents: Contents, present: Index | None, report: Report, pace: Pace, writer: IndexWriter | None = None
) -> tuple[Merger, dict[str, object]]:
    """Put all documents together in the order of their ids; return what has them, and what the index has besides."""
    merger, done, total = Merger(present, writer.folder if writer else None), 0, len(contents.files)
    adding = writer.named if writer else nullcontext
    unchanged = contents.unchanged
    kept = present.failures if present else ()
    still_so = (each for each in kept if each.indexed and each.document_id in unchanged)
    failures = [*contents.failures, *still_so]
    languages = {document.row.language for document in unchanged.values()}
    runs = list(_runs(contents, pace))
    segments = extract_segments([run for run in runs if run[0].id not in unchanged], contents.language, pace)
    with closing(segments):
        for run in runs:
            report(Progress(step="reading", done=done, total=total))
            if run[0].id in unchanged:
                with adding():
                    merger.add_present(unchanged[file.id] for file in run)
            else:
                segment = next(segments)
                with adding():
                    merger.add(segment)
                failures += segment.failures
                languages |= segment.languages
            done += len(run)
    if not merger.passage_count:
        raise SeedsError(nothing_to_index(contents.seeds, failures))
    report(Progress(step="indexing", done=0, total=total))
    return merger, describe(contents.language, failures, contents.synonyms, languages)


def _runs(contents: Contents, pace: Pace) -> Iterator[Sequence[SeedFile]]:
    """Cut the files into runs of unchanged documents, and of files for one segment each."""
    for is_unchanged, group in groupby(contents.files, lambda file: file.id in contents.unchanged):
        files = list(group)
        sizes = exclusive_cumsum([file.size + 1 for file in files])
        cuts = [(0, len(files))] if is_unchanged else grouped(sizes, pace.batch)
        yield from (files[first:last] for first, last in cuts)
