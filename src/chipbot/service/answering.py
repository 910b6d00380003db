"""What answers questions, as the service asks it: the knowledge base, or what stands in its place."""

from __future__ import annotations

from typing import Protocol

from chipbot.model import Answer, AnswerOptions, IndexStatus, NoAnswer, Quote, Span
from chipbot.service.pages import Page


class Answering(Protocol):
    """Answers questions from an index; its methods block, and may be called from any thread."""

    def answer(
        self, question: str, *, history: tuple[str, ...] = (), options: AnswerOptions = ...
    ) -> Answer | NoAnswer:
        """Return the answer to a question; `history` holds those before it in a conversation, oldest first.

        Raises ChipbotError when the index cannot be used.
        """

    def terms(self, question: str, options: AnswerOptions = ...) -> tuple[str, ...]:
        """Return the terms that a question is about. Raises ChipbotError when the index cannot be used."""

    def same_meaning(self, question: str, other: str) -> bool:
        """Whether two questions surely ask the same. Raises ChipbotError when the index cannot be used."""

    def status(self, options: AnswerOptions = ...) -> IndexStatus:
        """Return what there is to say about the index, or what of it is searched. Raises ChipbotError when it cannot be
        used.
        """

    def collections(self) -> tuple[str, ...]:
        """Return the collections that there are. Raises ChipbotError when the index cannot be used."""

    def headings(self, typed: str, options: AnswerOptions) -> tuple[str, ...]:
        """Return headings that go on from what was typed. Raises ChipbotError when the index cannot be used."""

    def quote(self, document_id: str, span: Span, highlights: tuple[Span, ...] = ()) -> Quote | None:
        """Return the passage at a place of a document again; None where it is no more."""

    def page(self, document_id: str, *, number: int | None = None, offset: int = 0) -> Page | None:
        """Return a page of a document; None where it is no more."""
