"""The knowledge base: keeps the index in sync with the seeds folder, and answers from the newest one."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from chipbot.answering.pipeline import Answerer
from chipbot.errors import (
    CanaryError,
    ChipbotError,
    EncoderError,
    IndexDamagedError,
    IndexMissingError,
    IndexWriteError,
    StoredIndexError,
)
from chipbot.index import AT_START, CURRENT, EVERYTHING, Index, open_index
from chipbot.index.schema import UnchangedDocument, build_settings
from chipbot.model import (
    TAUGHT,
    TITLES,
    Answer,
    AnswerOptions,
    Failure,
    IndexStatus,
    NoAnswer,
    Progress,
    Quote,
    ReadLimits,
    Span,
)
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.service.links import CitationLinks
from chipbot.service.pages import Page, find_quote, page_of, read_page
from chipbot.service.refresh_plan import RefreshPlan, stale_reason, unchanged_documents
from chipbot.service.taught_answers import team_of
from chipbot.service.telemetry import IndexFacts
from chipbot.sources import SeedFile, read_synonyms, scan

if TYPE_CHECKING:
    from chipbot.retrieval.meaning import Meaning, QuestionEncoder

EncoderChoice = Path | Literal["off"] | None
"""The folder of an encoder's model, `off`, or None for the package's where that is installed."""

Report = Callable[[Progress], None]
"""Takes how far a build has come; may be called from another thread."""


SAME = 0.78
"""The cosine from which two questions ask the same: of 16 made-up pairs of a community's, none of nine that ask different
things came near (at most 0.76), and four of seven that ask the same are above."""

Approve = Callable[[Path, Index | None, Index], None]
"""Looks at a new index before it is used; what it raises keeps the one before."""

Listed = tuple[list[SeedFile], list[Failure], str]
"""The files in a seeds folder, what is there that cannot be a document, and the text of the synonyms."""


class KnowledgeBase:
    """Answers questions from the documents in one folder. Its methods block and may be called from any
    thread.
    """

    def __init__(
        self,
        seeds: Path,
        index: Path,
        *,
        language: str | None = None,
        encoder: EncoderChoice = "off",
        starter_synonyms: bool = True,
        links: CitationLinks | None = None,
        verify_at_start: int = AT_START,
        limits: ReadLimits = ReadLimits(),
        warn: Callable[[str], None] = lambda _: None,
        approve: Approve = lambda _seeds, _present, _new: None,
    ) -> None:
        """Answer from the documents in `seeds`, whose index is kept in the folder `index`.

        Args:
            seeds: The folder with the documents.
            index: The folder of the index.
            language: The language of all documents, where detection is not to say.
            encoder: What compares meanings: the folder of a model, None for the package's, or `off`.
            starter_synonyms: Whether the language packs' synonyms count beside the operator's.
            links: Says where citations lead; what `sources.yaml` in `seeds` says if None.
            verify_at_start: Up to how many bytes an index is verified against its checksums when it is first opened.
            limits: Within what a file is read.
            warn: Is told what the operator should know.
            approve: Is shown each new index before it is used, with the folder of the documents and the index in use; what
                it raises leaves that one.
        """
        self._seeds = seeds
        self._folder = index
        self._language = language
        self._encoder = encoder
        self._starter_synonyms = starter_synonyms
        self._links = links or CitationLinks(seeds)
        self._verify_at_start = verify_at_start
        self._limits = limits
        self._warn = warn
        self._approve = approve
        self._meaning: Meaning | None = None
        self._questions: QuestionEncoder | None = None
        self._lock = threading.Lock()
        self._answerer: Answerer | None = None
        self._seen: tuple[int, int] | None = None
        self._taught: tuple[Index | None, tuple[str, ...]] = (None, ())
        self._distrusted = False
        self.on_damage: Callable[[], object] = lambda: None
        """Is called, in any thread, when the index in use turns out to be damaged: no quote comes of it any more."""

    def answer(
        self, question: str, *, history: tuple[str, ...] = (), options: AnswerOptions = AnswerOptions()
    ) -> Answer | NoAnswer:
        """Answer a question from the newest index; `history` are those before it in a conversation.

        A document that was deleted since the index was built has no part in it. Raises ChipbotError where
        there is no usable index.
        """
        if options.guild_id is not None:
            options = replace(options, excluded=options.excluded | self._taught_elsewhere(options.guild_id))
        while True:
            try:
                with self._vigilance():
                    result = self._current().answer(question, history=history, options=options)
            except EncoderError as error:
                self._switch_encoder_off(error)
                continue
            quotes = result.quotes if isinstance(result, Answer) else result.rejected
            quoted = {quote.citation.document_id for quote in quotes}
            deleted = {document_id for document_id in quoted if not self.is_there(document_id)}
            if not deleted:
                return self._links.linked(result)
            options = replace(options, excluded=options.excluded | deleted)

    def terms(self, question: str) -> tuple[str, ...]:
        """Return what a question is about: its terms without those that any question has, with misspellings put right.

        Raises ChipbotError where there is no usable index.
        """
        terms = self._current().parse(question).terms
        return tuple(term.term for term in terms if term.is_content_word) or tuple(
            term.term for term in terms
        )

    def same_meaning(self, question: str, other: str) -> bool:
        """Whether two questions surely ask the same, by their meanings; never without an encoder.

        Raises ChipbotError where there is no usable index.
        """
        self._current()
        meaning = self._meaning
        if meaning is None:
            return False
        try:
            vectors = meaning.vector(question), meaning.vector(other)
        except EncoderError as error:
            self._switch_encoder_off(error)
            return False
        return vectors[0] is not None and vectors[1] is not None and float(vectors[0] @ vectors[1]) >= SAME

    def quote(self, document_id: str, span: Span, highlights: tuple[Span, ...] = ()) -> Quote | None:
        """Return the passage at a place of a document again; None where it, or its document, is no more."""
        if not self.is_there(document_id):
            return None
        with self._vigilance():
            found = find_quote(self.index(), document_id, span, highlights)
        return None if found is None else self._links.linked_quote(found)

    def page(self, document_id: str, *, number: int | None = None, offset: int = 0) -> Page | None:
        """Return a page of a document: the one of that number, or that an offset is on; None where it is no more."""
        if not self.is_there(document_id):
            return None
        with self._vigilance():
            index = self.index()
            number = page_of(index, document_id, offset) if number is None else number
            page = read_page(index, document_id, number)
        return None if page is None else page._replace(quote=self._links.linked_quote(page.quote))

    def index(self) -> Index:
        """Return the newest index, which stays the same one; raises ChipbotError where there is none."""
        self._current()
        return self._opened

    def answerer(self) -> Answerer:
        """Return the answerer over the newest index, which stays the same one; raises ChipbotError where
        there is none.
        """
        return self._current()

    def status(self) -> IndexStatus:
        """Return what there is to say about the index in use; raises ChipbotError where there is none."""
        index = self.index()
        with self._vigilance():
            titles = self._titles(index)
        return IndexStatus(
            id=index.id,
            built_at=index.built_at,
            documents=index.document_count,
            passages=index.passage_count,
            terms=len(index.terms),
            titles=titles,
            failures=index.failures,
            sentences=len(index.arrays["sentence_start"]),
            vectors=None if self._meaning is None else self._meaning.vector_count,
        )

    def encode(self, report: Report = lambda _: None, stop: Callable[[], bool] = lambda: False) -> bool:
        """Make the vectors by which meanings are compared, of sentences that have none yet.

        Args:
            report: Is told how far it is.
            stop: Is asked now and then whether to leave the rest for another time.

        Returns:
            Whether all are there: also where there is no encoder.
        """
        self._current()
        if self._meaning is None:
            return True
        try:
            return self._meaning.fill(report, stop)
        except EncoderError as error:
            self._switch_encoder_off(error)
        except IndexWriteError as error:
            self._warn(f"{error}; meanings are not compared until then")
        return True

    def facts(self) -> IndexFacts | None:
        """Return the index in numbers; None where none can be opened."""
        try:
            index = self.index()
        except StoredIndexError:
            return None
        return IndexFacts(
            documents=index.document_count,
            passages=index.passage_count,
            terms=len(index.terms),
            size=sum(array.nbytes for array in index.arrays.values()),
            built_at=datetime.fromisoformat(index.built_at).timestamp(),
            unreadable=sum(not (failure.indexed or failure.empty) for failure in index.failures),
            sentences=len(index.arrays["sentence_start"]),
            vectors=None if self._meaning is None else self._meaning.vector_count,
        )

    def staleness(self) -> str | None:
        """Say why the index is not what the seeds folder would give, or None where it is.

        Verifies all of the index against its checksums, and changes nothing. Raises SeedsError where there is
        no such folder.
        """
        present, problem = self._present(EVERYTHING)
        return self._plan(present, problem).stale_reason

    def refresh(self, report: Report = lambda _: None) -> IndexStatus:
        """Build the index if it is missing, damaged or stale.

        Where the index folder cannot be written, the index is kept in memory, with a warning. Raises
        SeedsError where there is nothing to index.
        """
        seen = self._pointer()
        present, problem = self._present(self._verify_at_start)
        plan = self._plan(present, problem)
        if plan.stale_reason is None and present is not None:
            self._use(present, seen)
            return self.status()
        if problem and not isinstance(problem, IndexMissingError):
            self._warn(f"{problem} — building it now")
        try:
            index = self._build(plan, self._folder, present, report)
        except CanaryError as error:
            if present is None:
                raise
            self._warn(str(error))
            self._use(present, seen)
            return self.status()
        except IndexWriteError as error:
            self._warn(f"{error}; answering from memory until then")
            index = self._build(plan, None, present, report)
        self._use(index, self._pointer())
        return replace(self.status(), rebuilt=True)

    def reindex(self, report: Report = lambda _: None, *, force: bool = False) -> IndexStatus:
        """Bring the index in sync with the seeds folder, and repair it; only changed files are read and
        analysed again. With `force` nobody looks at the result before it is used.

        Raises IndexWriteError where the result cannot be written, SeedsError where there is nothing to index, CanaryError
        where the result would not answer what it must.
        """
        seen = self._pointer()
        with ThreadPoolExecutor(1) as checking:
            checked = checking.submit(self._present, EVERYTHING)
            files = self._listed()
            present, problem = checked.result()
        plan = self._plan(present, problem, files)
        if plan.stale_reason is not None or present is None:
            self._use(self._build(plan, self._folder, present, report, force=force), self._pointer())
            return replace(self.status(), rebuilt=True)
        self._use(present, seen)
        return self.status()

    def _present(self, verify: int) -> tuple[Index | None, StoredIndexError | None]:
        try:
            return open_index(self._folder, verify=verify), None
        except StoredIndexError as error:
            return None, error

    def _listed(self) -> Listed:
        """Return what the seeds folder holds: files, what cannot be a document, and the synonyms."""
        files, unlisted, _ = scan(self._seeds, self._limits)
        synonyms, problems = read_synonyms(self._seeds)
        wrong = self._links.sources().problems
        if wrong:
            problems.append(Failure(document_id=self._links.path.name, reason="; ".join(wrong)))
        return files, _in_order([*unlisted, *problems]), synonyms

    def _plan(
        self, present: Index | None, problem: StoredIndexError | None, listed: Listed | None = None
    ) -> RefreshPlan:
        files, unlisted, synonyms = listed or self._listed()
        reused: dict[str, UnchangedDocument] = {}
        if present is not None and present.settings == build_settings(self._language):
            reused = unchanged_documents(files, present)
        reason = str(problem) if problem else stale_reason(present, reused, files, unlisted, synonyms)
        return RefreshPlan(
            reused=reused, files=files, unlisted=unlisted, synonyms=synonyms, stale_reason=reason
        )

    def _build(
        self,
        plan: RefreshPlan,
        folder: Path | None,
        present: Index | None,
        report: Report,
        *,
        force: bool = False,
    ) -> Index:
        """Build a new index and make it the current one of a folder; or in memory, where that is None."""
        from chipbot.index.builder import Contents, build_index

        contents = Contents(
            self._seeds, plan.files, plan.reused, plan.unlisted, plan.synonyms, self._language
        )

        def approve(new: Index) -> None:
            if not force:
                self._approve(self._seeds, present, new)

        return build_index(contents, folder, present=present, report=report, approve=approve)

    def _current(self) -> Answerer:
        """Return the answerer over the newest index: one look at the pointer file tells whether there is a
        newer one.
        """
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

    @contextmanager
    def _vigilance(self) -> Iterator[None]:
        """Inside, take nothing from an index that is damaged: what nobody foresaw may come of damage, so that all of
        it is verified then.
        """
        try:
            try:
                yield
            except ChipbotError:
                raise
            except Exception:
                self._opened.verify()
                raise
        except IndexDamagedError:
            with self._lock:  # it is used no more, unless all of it turns out to be intact
                self._answerer, self._distrusted = None, True
            self.on_damage()
            raise

    def _open_newest(self, seen: tuple[int, int] | None) -> None:
        """Open the newest index; one that is found while another is in use has just been written, and
        somebody waits for it.
        """
        try:
            verify = EVERYTHING if self._distrusted else 0 if self._answerer else self._verify_at_start
            self._install(open_index(self._folder, verify=verify))
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
        self._meaning = self._meaning_of(index)
        retriever = EmbeddedRetriever(index, self._meaning)
        self._distrusted = False
        self._opened, self._answerer = index, Answerer(retriever, starter_synonyms=self._starter_synonyms)

    def _meaning_of(self, index: Index) -> Meaning | None:
        """Return what compares meanings in an index; None where there is no encoder."""
        if self._encoder == "off":
            return None
        from chipbot.retrieval.encoder_model import find_model
        from chipbot.retrieval.meaning import Meaning, QuestionEncoder
        from chipbot.retrieval.vectors import VectorStore

        if self._questions is None:
            try:
                model = find_model(self._encoder, self._folder)
            except EncoderError as error:
                self._warn(f"{error}; answering by words alone")
                model = None
            if model is None:
                self._encoder = "off"
                return None
            self._questions = QuestionEncoder(model)
        store = VectorStore(self._folder, self._questions.model.digest)
        return Meaning(index, self._questions, store)

    def _switch_encoder_off(self, error: EncoderError) -> None:
        self._warn(f"{error}; answering by words alone")
        with self._lock:
            self._encoder = "off"
            self._install(self._opened)

    def _taught_elsewhere(self, guild_id: int) -> frozenset[str]:
        """Return the ids of the answers that other servers' teams gave."""
        index = self.index()
        if index is not self._taught[0]:
            rows = index.documents_below(TAUGHT)
            self._taught = index, tuple(index.document(row).id for row in rows)
        return frozenset(one for one in self._taught[1] if team_of(one) not in (None, guild_id))

    def _pointer(self) -> tuple[int, int] | None:
        try:
            info = (self._folder / CURRENT).stat()
        except OSError:
            return None
        return info.st_ino, info.st_mtime_ns

    def _titles(self, index: Index) -> tuple[str, ...]:
        """Return the titles of the first documents that have not been deleted since."""
        documents = map(index.document, range(index.document_count))
        present = (document.title for document in documents if self.is_there(document.id))
        return tuple(islice(present, TITLES))

    def is_there(self, document_id: str) -> bool:
        """Whether a document's file has not been deleted."""
        return os.path.exists(self._seeds / document_id)  # noqa: PTH110  # Path.exists raises where it may not look


def _in_order(failures: list[Failure]) -> list[Failure]:
    return sorted(failures, key=lambda failure: failure.document_id)
