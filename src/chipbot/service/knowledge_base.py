"""The knowledge base: what a folder of documents answers, through an index that is kept in sync with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from weakref import WeakKeyDictionary

from chipbot.answering.explanation import Explanation, explain
from chipbot.answering.pipeline import Answerer
from chipbot.errors import EncoderError, IndexWriteError, StoredIndexError
from chipbot.index import AT_START, Index
from chipbot.model import Answer, AnswerOptions, IndexStatus, NoAnswer, Quote, ReadLimits, Span
from chipbot.service.headings import Headings, key_of
from chipbot.service.index_facts import facts_of, status_of
from chipbot.service.index_sync import Approve, IndexSync, Report
from chipbot.service.links import CitationLinks
from chipbot.service.optional_encoder import EncoderChoice, OptionalEncoder, ask_the_same
from chipbot.service.pages import Page, find_quote, page_of, read_page
from chipbot.service.scopes import collections_in, membership
from chipbot.service.served_index import ServedIndex
from chipbot.service.server_documents import ServerDocuments
from chipbot.service.telemetry import IndexFacts
from chipbot.translation import Message


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
        self._seeds, self._folder, self._language, self._limits = seeds, index, language, limits
        self._encoder = OptionalEncoder(encoder, index, warn)
        self._links = links or CitationLinks(seeds)
        self._warn = warn
        self._headings: WeakKeyDictionary[Index, Headings] = WeakKeyDictionary()
        self._of_servers = ServerDocuments()
        self.on_damage: Callable[[], object] = lambda: None
        """Is called, in any thread, when the index in use turns out to be damaged: no quote comes of it any more."""
        self._served = ServedIndex(
            index,
            self._encoder,
            starter_synonyms=starter_synonyms,
            verify_at_start=verify_at_start,
            warn=warn,
            on_damage=self._tell_damage,
        )
        self._sync = IndexSync(
            seeds, index, self._served, self._links, language=language, limits=limits, approve=approve
        )

    def answer(
        self, question: str, *, history: tuple[str, ...] = (), options: AnswerOptions = AnswerOptions()
    ) -> Answer | NoAnswer:
        """Answer a question from the newest index; `history` are those before it in a conversation.

        A document that was deleted since the index was built has no part in it. Raises ChipbotError where
        there is no usable index.
        """
        if options.guild_id is not None and options.collections is None:
            elsewhere = self._of_servers.elsewhere(self.index(), options.guild_id)
            options = replace(options, excluded=options.excluded | elsewhere)
        while True:
            try:
                with self._served.trusted():
                    part = self._served.part(options)
                    if part is None:
                        return NoAnswer(question=question, reason="no_match")
                    result = part.answerer.answer(question, history=history, options=options)
            except EncoderError as error:
                self._served.switch_encoder_off(error)
                continue
            quotes = result.quotes if isinstance(result, Answer) else result.rejected
            quoted = {quote.citation.document_id for quote in quotes}
            deleted = {document_id for document_id in quoted if not self.is_there(document_id)}
            if not deleted:
                return self._links.linked(result)
            options = replace(options, excluded=options.excluded | deleted)

    def explain(self, question: str, options: AnswerOptions = AnswerOptions()) -> Explanation:
        """Return the answer to a question with why it is one, from all documents; raises ChipbotError where there is no
        usable index.
        """
        try:
            with self._served.trusted():
                return explain(self._served.answerer(), question, options)
        except EncoderError as error:
            self._served.switch_encoder_off(error)
            return explain(self._served.answerer(), question, options)

    def terms(self, question: str, options: AnswerOptions = AnswerOptions()) -> tuple[str, ...]:
        """Return what a question is about: its terms without those that any question has, with misspellings put right
        by what is searched.

        Raises ChipbotError where there is no usable index.
        """
        with self._served.trusted():
            part = self._served.part(options)
        terms = part.answerer.parse(question).terms if part else ()
        return tuple(term.term for term in terms if term.is_content_word) or tuple(
            term.term for term in terms
        )

    def same_meaning(self, question: str, other: str) -> bool:
        """Whether two questions surely ask the same, by their meanings; never without an encoder.

        Raises ChipbotError where there is no usable index.
        """
        meaning = self._served.meaning()
        if meaning is None:
            return False
        try:
            return ask_the_same(meaning, question, other)
        except EncoderError as error:
            self._served.switch_encoder_off(error)
            return False

    def quote(self, document_id: str, span: Span, highlights: tuple[Span, ...] = ()) -> Quote | None:
        """Return the passage at a place of a document again; None where it, or its document, is no more."""
        if not self.is_there(document_id):
            return None
        with self._served.trusted():
            found = find_quote(self.index(), document_id, span, highlights)
        return None if found is None else self._links.linked_quote(found)

    def page(self, document_id: str, *, number: int | None = None, offset: int = 0) -> Page | None:
        """Return a page of a document: the one of that number, or that an offset is on; None where it is no more."""
        if not self.is_there(document_id):
            return None
        with self._served.trusted():
            index = self.index()
            number = page_of(index, document_id, offset) if number is None else number
            page = read_page(index, document_id, number)
        return None if page is None else page._replace(quote=self._links.linked_quote(page.quote))

    def index(self) -> Index:
        """Return the newest index, which stays the same one; raises ChipbotError where there is none."""
        return self._served.index()

    def answerer(self) -> Answerer:
        """Return the answerer over the newest index, which stays the same one; raises ChipbotError where
        there is none.
        """
        return self._served.answerer()

    def status(self, options: AnswerOptions = AnswerOptions()) -> IndexStatus:
        """Return what there is to say about the index in use, or what of it is searched by these options; raises
        ChipbotError where there is none.
        """
        whole = self.index()
        with self._served.trusted():
            part = self._served.part(options)
            if part is None:
                return IndexStatus(id=whole.id, built_at=whole.built_at, documents=0, passages=0, terms=0)
            meaning = self._served.meaning() if part.index is whole else None
            is_inside = membership(None, options.guild_id)
            return status_of(part.index, meaning, lambda name: is_inside(name) and self.is_there(name))

    def headings(self, typed: str, options: AnswerOptions) -> tuple[str, ...]:
        """Return titles and headings that go on from what was typed, of what is searched by these options, best first.

        Raises ChipbotError where there is no index.
        """
        with self._served.trusted():
            part = self._served.part(options)
            if part is None:
                return ()
            headings = self._headings.get(part.index)
            if headings is None:
                headings = self._headings[part.index] = Headings(part.index)
            is_inside = membership(options.collections, options.guild_id)
            return headings.going_on(key_of(typed), lambda name: is_inside(name) and self.is_there(name))

    def collections(self) -> tuple[str, ...]:
        """Return the collections that there are, `.` for documents in none; raises ChipbotError where there is no index."""
        with self._served.trusted():
            return tuple(collections_in(self.index()))

    def facts(self) -> IndexFacts | None:
        """Return the index in numbers; None where none can be opened."""
        try:
            return facts_of(self.index(), self._served.meaning())
        except StoredIndexError:
            return None

    def encode(self, report: Report = lambda _: None, stop: Callable[[], bool] = lambda: False) -> bool:
        """Make the vectors by which meanings are compared, of sentences that have none yet.

        Args:
            report: Is told how far it is.
            stop: Is asked now and then whether to leave the rest for another time.

        Returns:
            Whether all are there: also where there is no encoder.
        """
        meaning = self._served.meaning()
        if meaning is None:
            return True
        try:
            return meaning.fill(report, stop)
        except EncoderError as error:
            self._served.switch_encoder_off(error)
        except IndexWriteError as error:
            self._warn(f"{error}; meanings are not compared until then")
        return True

    def staleness(self) -> Message | None:
        """Say why the index is not what the seeds folder would give, or None where it is.

        Verifies all of the index against its checksums, and changes nothing. Raises SeedsError where there is
        no such folder.
        """
        return self._sync.staleness()

    def refresh(self, report: Report = lambda _: None) -> IndexStatus:
        """Build the index if it is missing, damaged or stale.

        Where the index folder cannot be written, the index is kept in memory, with a warning. Raises
        SeedsError where there is nothing to index.
        """
        rebuilt = self._sync.refresh(report)
        return replace(self.status(), rebuilt=rebuilt)

    def reindex(self, report: Report = lambda _: None, *, force: bool = False) -> IndexStatus:
        """Bring the index in sync with the seeds folder, and repair it; only changed files are read and
        analysed again. With `force` nobody looks at the result before it is used.

        Raises IndexWriteError where the result cannot be written, SeedsError where there is nothing to index, CanaryError
        where the result would not answer what it must.
        """
        rebuilt = self._sync.reindex(report, force=force)
        return replace(self.status(), rebuilt=rebuilt)

    def is_there(self, document_id: str) -> bool:
        """Whether a document's file has not been deleted."""
        return os.path.exists(self._seeds / document_id)  # noqa: PTH110  # Path.exists raises where it may not look

    def _tell_damage(self) -> None:
        self.on_damage()
