"""A small honest stand-in for the core: it quotes slices of documents that it is given, found by counting
shared words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.core import lines_of

from chipbot.model import (
    TITLES,
    Answer,
    AnswerOptions,
    Citation,
    Failure,
    IndexStatus,
    NoAnswer,
    Progress,
    Quote,
    Reason,
)
from chipbot.service.pages import Page

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = Path(__file__).parents[2] / "seeds" / "000_6aca35ccc39c56b2.txt"
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "be",
        "by",
        "do",
        "does",
        "for",
        "how",
        "i",
        "in",
        "is",
        "it",
        "much",
        "of",
        "on",
        "s",
        "that",
        "the",
        "this",
        "to",
        "what",
        "when",
        "who",
        "will",
        "with",
    ]
)


def words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.casefold()) if word not in _STOP]


class Shelf:
    """Documents as {title: text}; each line is a passage and each sentence of it may be the highlight."""

    def __init__(
        self, documents: dict[str, str], *, url: str | None = None, failures: tuple[Failure, ...] = ()
    ) -> None:
        self.documents = documents
        self.url = url
        self.failures = failures
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.error: Exception | None = None
        self.reindexing: Callable[[Callable[[Progress], None]], None] = lambda _: None

    @classmethod
    def shipped(cls) -> Shelf:
        text = SEED.read_bytes().decode()
        return cls({text.split("\n", 1)[0]: text})

    def answer(
        self, question: str, *, history: tuple[str, ...] = (), options: AnswerOptions = AnswerOptions()
    ) -> Answer | NoAnswer:
        self.asked.append((question, history))
        if self.error is not None:
            raise self.error
        wanted = set(words(question))
        quotes = [quote for title in self.documents for quote in self._quotes(title, wanted)]
        quotes.sort(key=lambda quote: -quote.score)
        known = {word for text in self.documents.values() for word in words(text)}
        if not quotes or len(wanted - known) * 2 > len(wanted):
            missing = tuple(
                word for word in re.findall(r"\w+", question) if word.casefold() in wanted - known
            )
            closest = tuple(quotes[: options.max_quotes])
            reason: Reason = "low_confidence" if closest else "no_match"
            return NoAnswer(
                question=question, reason=reason, missing=missing, closest=closest, rejected=closest
            )
        return Answer(
            question=question, quotes=tuple(quotes[: options.max_quotes]), confidence=0.9, milliseconds=1.0
        )

    def same_meaning(self, question: str, other: str) -> bool:
        return question.casefold() == other.casefold()

    def terms(self, question: str, options: AnswerOptions = AnswerOptions()) -> tuple[str, ...]:  # noqa: ARG002  # a shelf has no scopes
        return tuple(words(question))

    def headings(self, typed: str, options: AnswerOptions) -> tuple[str, ...]:  # noqa: ARG002  # a shelf has no scopes
        return tuple(title for title in self.documents if title.casefold().startswith(typed.casefold()))

    def collections(self) -> tuple[str, ...]:
        return (".",)

    def status(self, options: AnswerOptions = AnswerOptions()) -> IndexStatus:  # noqa: ARG002  # likewise
        if self.error is not None:
            raise self.error
        return IndexStatus(
            id="0123456789abcdef",
            built_at="2026-01-02T03:04:05Z",
            documents=len(self.documents),
            passages=sum(text.count("\n") + 1 for text in self.documents.values()),
            terms=321,
            titles=tuple(self.documents)[:TITLES],
            failures=self.failures,
        )

    def quote(
        self, document_id: str, span: tuple[int, int], highlights: tuple[tuple[int, int], ...] = ()
    ) -> Quote | None:
        text = self.documents.get(document_id, "")
        return quoted(text, span, *highlights, title=document_id) if span[1] <= len(text) else None

    def page(self, document_id: str, *, number: int | None = None, offset: int = 0) -> Page | None:
        """A page is a line."""
        text = self.documents.get(document_id, "")
        lines = [line.span() for line in re.finditer(r"[^\n]+", text)]
        if not lines:
            return None
        if number is None:
            number = next(place for place, line in enumerate(lines) if offset < line[1])
        return Page(quoted(text, lines[number], title=document_id), number, len(lines))

    def reindex(self, progress: Callable[[Progress], None], *, force: bool = False) -> IndexStatus:  # noqa: ARG002  # the protocol's
        progress(Progress(step="reading", done=0, total=len(self.documents)))
        self.reindexing(progress)
        return self.status()

    def _quotes(self, title: str, wanted: set[str]) -> list[Quote]:
        text = self.documents[title]
        found = []
        for line in re.finditer(r"[^\n]+", text):
            sentences = list(re.finditer(r"\S.*?(?:[.!?](?=\s|$)|$)", line.group()))
            best = max(
                sentences, key=lambda sentence: len(wanted & set(words(sentence.group()))), default=None
            )
            if best is not None and wanted & set(words(best.group())):
                score = float(len(wanted & set(words(best.group()))))
                found.append(
                    quoted(
                        text,
                        line.span(),
                        best.span(),
                        title=title,
                        document_id=title,
                        url=self.url,
                        score=score,
                    )
                )
        return found


def quoted(
    text: str,
    span: tuple[int, int],
    *highlights: tuple[int, int],
    title: str = "A title",
    document_id: str = "document.txt",
    heading: tuple[str, ...] = (),
    page: int | None = None,
    url: str | None = None,
    score: float = 1.0,
) -> Quote:
    """The quote of `text[span]`, cited correctly; highlights are offsets into the quote."""
    start, end = span
    line = lines_of(text, start)
    citation = Citation(
        document_id=document_id,
        title=title,
        heading=heading,
        page=page,
        line_start=line,
        line_end=lines_of(text, end),
        start=start,
        end=end,
        url=url,
    )
    return Quote(text=text[start:end], highlights=highlights, citation=citation, score=score)
