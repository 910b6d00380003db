"""The library: keeps the index in step with the seeds folder, and answers from the newest one."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chipbot import analysis, store
from chipbot.answer import DEFAULT_THRESHOLD, Answerer
from chipbot.documents import SeedFile, scan
from chipbot.errors import IndexMissingError, IndexWriteError, SeedsError, StoredIndexError
from chipbot.index import BUILD_SETTINGS, DocumentRow, Index
from chipbot.model import Answer, Failure, IndexStatus, NoAnswer, Progress, Quote

if TYPE_CHECKING:
    from chipbot.index.analysing import Batch

Report = Callable[[Progress], None]
"""Takes how far a build has come; may be called from another thread."""

_TAKEN_AT_ONCE = 50_000  # passages of unchanged documents, so that an old index is not held twice
_RACY = 2.0  # seconds: a file changed this shortly before a build may change again within one tick of its clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What it takes to bring the index in step with the seeds folder."""

    reused: dict[str, int]
    """Id → number in the present index of each document that has not changed."""
    files: list[SeedFile]
    """Every file that may be a document, in the order of ids."""
    unlisted: list[Failure]
    """What the folder holds that cannot be a document."""
    why: str | None
    """Why the index has to be built, or None when it is in step."""


class Library:
    """Answers questions from the documents in one folder. Its methods block and may be called from any thread."""

    def __init__(
        self,
        seeds: Path,
        index: Path,
        *,
        threshold: float = DEFAULT_THRESHOLD,
        quotes: int = 3,
        language: str | None = None,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._seeds = seeds
        self._folder = index
        self._threshold = threshold
        self._quotes = quotes
        self._language = language
        self._warn = warn
        self._lock = threading.Lock()
        self._answerer: Answerer | None = None
        self._seen: tuple[int, int] | None = None

    def configure(self, *, threshold: float, quotes: int) -> None:
        """Answer with this threshold and this many quotes from now on."""
        with self._lock:
            self._threshold, self._quotes = threshold, quotes
            if self._answerer is not None:
                self._install(self._answerer.index)

    def answer(self, question: str, *, context: tuple[str, ...] = ()) -> Answer | NoAnswer:
        """Answer a question from the newest index; `context` are those before it in a conversation.

        Raises ChipbotError where there is no usable index.
        """
        result = self._current().answer(question, context=context)
        return self._without_deleted(result)

    def answerer(self) -> Answerer:
        """Return the answerer over the newest index, which stays the same one; raises ChipbotError where there is none."""
        return self._current()

    def status(self) -> IndexStatus:
        """Return what there is to say about the index in use; raises ChipbotError where there is none."""
        index = self._current().index
        return IndexStatus(
            id=index.id,
            built_at=index.built_at,
            documents=index.document_count,
            passages=index.passage_count,
            terms=len(index.terms),
            titles=tuple(index.document(number).title for number in range(index.document_count)),
            failures=index.failures,
        )

    def out_of_step(self) -> str | None:
        """Say why the index is not what the seeds folder would give, or None where it is.

        Holds all of the index against its checksums, and changes nothing. Raises SeedsError where there is no such folder.
        """
        present, problem = self._present(thorough=True)
        return self._plan(present, problem).why

    def refresh(self, report: Report = lambda _: None) -> IndexStatus:
        """Build the index if it is missing, damaged or out of step with the seeds folder.

        Where the index folder cannot be written, the index is kept in memory, with a warning. Raises SeedsError where there
        is nothing to index.
        """
        seen = self._pointer()
        present, problem = self._present()
        plan = self._plan(present, problem)
        if plan.why is None and present is not None:
            self._use(present, seen)
            return self.status()
        if problem and not isinstance(problem, IndexMissingError):
            self._warn(f"{problem} — building it now")
        index = self._build(plan, present, report)
        try:
            self._write(index)
        except IndexWriteError as error:
            self._warn(f"{error}; answering from memory until then")
            self._use(index, self._pointer())
        return replace(self.status(), rebuilt=True)

    def reindex(self, report: Report = lambda _: None) -> IndexStatus:
        """Bring the index in step with the seeds folder, and mend it; only changed files are read and analysed again.

        Raises IndexWriteError where the result cannot be written, SeedsError where there is nothing to index.
        """
        seen = self._pointer()
        present, problem = self._present(thorough=True)
        plan = self._plan(present, problem)
        if plan.why is not None or present is None:
            self._write(self._build(plan, present, report))
            return replace(self.status(), rebuilt=True)
        self._use(present, seen)
        return self.status()

    def _present(self, *, thorough: bool = False) -> tuple[Index | None, StoredIndexError | None]:
        try:
            return store.open_index(self._folder, thorough=thorough), None
        except StoredIndexError as error:
            return None, error

    def _plan(self, present: Index | None, problem: StoredIndexError | None) -> Plan:
        files, unlisted = scan(self._seeds)
        reused: dict[str, int] = {}
        if present is not None and present.settings == self._build_settings():
            built_at = datetime.fromisoformat(present.built_at).timestamp()
            known = {row.id: (number, row) for number, row in _rows(present)}
            for file in files:
                if file.id in known and _is_unchanged(file, known[file.id][1], built_at):
                    reused[file.id] = known[file.id][0]
        why = str(problem) if problem else self._difference(present, reused, files, unlisted)
        return Plan(reused=reused, files=files, unlisted=unlisted, why=why)

    @staticmethod
    def _difference(present: Index | None, reused: dict[str, int], files: list[SeedFile], unlisted: list[Failure]) -> str | None:
        """Say how the seeds folder differs from the index; a file that failed before and has not changed is no difference."""
        if present is None:
            return "there is no index"
        failed = {failure.document_id: failure for failure in present.failures}
        fresh = [
            file.id for file in files if file.id not in reused and (file.id not in failed or failed[file.id].stamp != file.stamp)
        ]
        if fresh:
            return f"{fresh[0]} is new or has changed"
        if len(reused) < present.document_count:
            return "a document has been removed"
        if {failure.document_id for failure in unlisted} - failed.keys() or failed.keys() - {
            *(failure.document_id for failure in unlisted),
            *(file.id for file in files),
        }:
            return "files that cannot be read have come or gone"
        return None

    def _build(self, plan: Plan, present: Index | None, report: Report) -> Index:
        from chipbot.index.building import build

        failures = list(plan.unlisted)
        arrays = build(self._batches(plan, present, failures, report))
        failures.sort(key=lambda failure: failure.document_id)
        if not len(arrays["passage_start"]):
            raise SeedsError(_nothing_to_index(self._seeds, failures))
        return Index(
            arrays,
            identity="in-memory",
            built_at=datetime.now().astimezone().isoformat(timespec="seconds"),
            failures=failures,
            settings=self._build_settings(),
        )

    def _batches(self, plan: Plan, present: Index | None, failures: list[Failure], report: Report) -> Iterator[Batch]:
        """Yield the documents in the order of their ids, from the present index or analysed anew, adding to `failures`."""
        from chipbot.index.analysing import from_index
        from chipbot.index.workers import analyze_all, batched

        runs = [list(run) for _, run in groupby(plan.files, lambda file: file.id in plan.reused)]
        fresh = [run for files in runs if files[0].id not in plan.reused for run in batched(files)]
        results = analyze_all(fresh, self._language)
        done, total = 0, len(plan.files)
        with closing(results):
            for files in runs:
                if present is not None and files[0].id in plan.reused:
                    for first, rows in _consecutive(files, plan.reused, present):
                        report(Progress(step="reading", done=done, total=total))
                        yield from_index(present, rows, first)
                        done += len(rows)
                    continue
                for run in batched(files):
                    report(Progress(step="reading", done=done, total=total))
                    batch, failed = next(results)
                    failures += failed
                    yield batch
                    done += len(run)
        report(Progress(step="indexing", done=total, total=total))

    def _write(self, index: Index) -> None:
        store.write(self._folder, index.arrays, settings=self._build_settings(), failures=index.failures)
        seen = self._pointer()
        self._use(store.open_index(self._folder), seen)

    def _build_settings(self) -> dict[str, Any]:
        return {"analysis": analysis.VERSION, "language": self._language, **BUILD_SETTINGS}

    def _current(self) -> Answerer:
        """Return the answerer over the newest index: one look at the pointer file tells whether there is a newer one."""
        seen = self._pointer()
        answerer = self._answerer
        if answerer is not None and (seen is None or seen == self._seen):
            return answerer
        with self._lock:
            if self._answerer is None or seen != self._seen:
                self._open_newest(seen)
            if self._answerer is None:
                raise AssertionError("an index is open or the opening has raised")
            return self._answerer

    def _open_newest(self, seen: tuple[int, int] | None) -> None:
        try:
            self._install(store.open_index(self._folder))
        except StoredIndexError as error:
            if self._answerer is None:
                raise
            self._warn(f"{error}; answering from the index that was open before")
        self._seen = seen

    def _use(self, index: Index, seen: tuple[int, int] | None) -> None:
        """Answer from `index`, which is at least as new as the pointer file was when it was `seen`."""
        with self._lock:
            self._install(index)
            self._seen = seen

    def _install(self, index: Index) -> None:
        self._answerer = Answerer(index, threshold=self._threshold, quotes=self._quotes)

    def _pointer(self) -> tuple[int, int] | None:
        try:
            info = (self._folder / store.POINTER).stat()
        except OSError:
            return None
        return info.st_ino, info.st_mtime_ns

    def _without_deleted(self, result: Answer | NoAnswer) -> Answer | NoAnswer:
        """Drop quotes of documents that have been deleted since the index was built: they are gone at once."""
        if isinstance(result, NoAnswer):
            kept = tuple(filter(self._is_there, result.rejected))
            return result if kept == result.rejected else replace(result, rejected=kept, suggestions=())
        kept = tuple(filter(self._is_there, result.quotes))
        if kept == result.quotes:
            return result
        if kept:
            return replace(result, quotes=kept)
        return NoAnswer(question=result.question, reason="no_match", milliseconds=result.milliseconds)

    def _is_there(self, quote: Quote) -> bool:
        return os.path.exists(self._seeds / quote.citation.document_id)  # noqa: PTH110  # Path.exists raises where it may not look


def _rows(index: Index) -> list[tuple[int, DocumentRow]]:
    return [(number, index.document(number)) for number in range(index.document_count)]


def _is_unchanged(file: SeedFile, row: DocumentRow, built_at: float) -> bool:
    """Whether a file is as it was indexed: by size and time where they can be trusted, by its digest otherwise."""
    if file.size != row.size:
        return False
    if file.mtime_ns == row.mtime_ns and file.mtime_ns / 1e9 < built_at - _RACY:
        return True
    try:
        return hashlib.sha256(file.path.read_bytes()).hexdigest() == row.sha256
    except OSError:
        return False


def _consecutive(files: list[SeedFile], numbers: dict[str, int], index: Index) -> Iterator[tuple[int, list[DocumentRow]]]:
    """Yield the files' documents in runs of consecutive numbers: the first number, and the rows with the files' present times."""
    offsets = index.arrays["document_passages"]
    first, rows = -1, list[DocumentRow]()
    for file in files:
        number = numbers[file.id]
        if rows and (number != first + len(rows) or offsets[number] - offsets[first] > _TAKEN_AT_ONCE):
            yield first, rows
            rows = []
        first = first if rows else number
        rows.append(index.document(number)._replace(size=file.size, mtime_ns=file.mtime_ns))
    yield first, rows


def _nothing_to_index(seeds: Path, failures: list[Failure]) -> str:
    if not failures:
        return f"the seeds folder {seeds} is empty: put .txt or .md documents in it"
    first = failures[0]
    more = f" and {len(failures) - 1} more" if len(failures) > 1 else ""
    return f"no file in the seeds folder {seeds} can be read: {first.document_id}: {first.reason}{more}"
