"""The values that flow through chipbot: documents, passages, hits, quotes, citations and answers.

All offsets are Unicode code points, `start` inclusive and `end` exclusive, as in a Python slice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Span = tuple[int, int]
"""A half-open range of code points: `text[start:end]`."""

Reason = Literal["no_match", "low_confidence", "empty_question"]
"""Why there is no answer: no term of the question is in the documents; some are, but what they say is
probably not the answer; or the question holds no word to look for.
"""


class Section(NamedTuple):
    """A structural block of a document: the span of text under one heading path that may become passages."""

    start: int
    """Where the block begins in the document's text."""
    end: int
    """Where the block ends."""
    heading: tuple[str, ...] = ()
    """The headings above the block, outermost first, without the document's title."""
    kind: Literal["prose", "list", "table", "code"] = "prose"
    """What the block is: prose may be split at sentence ends, the others at line ends."""
    page: int | None = None
    """The page, counted from 1, in formats that have pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One source file, decoded to text and cut into its structural blocks."""

    id: str
    """The file's path relative to the seeds folder, with forward slashes."""
    title: str
    """What the document calls itself: front matter, first heading or first line; the file's name otherwise.
    """
    text: str
    """The decoded file; newlines are kept as they are, so offsets hold."""
    sha256: str
    """The digest of the file's bytes, in hexadecimal."""
    language: str
    """The ISO 639-1 code of the text's language."""
    sections: tuple[Section, ...]
    """The blocks that hold the document's body, in order and without overlap."""
    url: str | None = None
    """Where the document stands on the web, when its front matter says so."""


class Passage(NamedTuple):
    """A span of a document that is indexed as one unit: never a second copy of the text."""

    document_id: str
    """The document that the span is in."""
    start: int
    """Where the passage begins in the document's text."""
    end: int
    """Where it ends."""
    heading: tuple[str, ...] = ()
    """The headings above it, outermost first."""
    page: int | None = None
    """The page, counted from 1, in formats that have pages."""


class Hit(NamedTuple):
    """A passage with the score that BM25 gives it for a question."""

    passage: int
    """The passage's number in the index."""
    score: float
    """Its BM25 score: larger is better, and only comparable within one question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a quote stands."""

    document_id: str
    """The document's id: its path in the seeds folder."""
    title: str
    """The document's title."""
    heading: tuple[str, ...]
    """The headings above the quote, outermost first."""
    page: int | None
    """The page, counted from 1, in formats that have pages."""
    line_start: int
    """The line, counted from 1, on which the quote begins."""
    line_end: int
    """The line on which it ends."""
    start: int
    """Where the quote begins in the document's text."""
    end: int
    """Where it ends: `document.text[start:end] == quote.text`."""
    url: str | None
    """Where the document stands on the web, when it says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A slice of a document that is shown, with the part that answers highlighted."""

    text: str
    """The slice itself, character for character."""
    highlights: tuple[Span, ...]
    """The spans within `text` that answer the question; in order, without overlap."""
    citation: Citation
    """Where the slice stands."""
    score: float
    """The passage's rank score: larger is better, and only comparable within one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the documents say about a question: one to three quotes, best first."""

    question: str
    """The question as it was asked."""
    quotes: tuple[Quote, ...]
    """The quotes, best first; never empty."""
    confidence: float
    """The estimated probability, 0 to 1, that the first highlight answers the question."""
    corrections: tuple[tuple[str, str], ...] = ()
    """Each word of the question that was taken for a misspelling, with the word that was looked for instead.
    """
    milliseconds: float = 0.0
    """How long finding it took."""

    def __post_init__(self) -> None:
        if not self.quotes:
            raise ValueError("an Answer has at least one quote; NoAnswer says that there is none")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """The documents do not answer the question, as far as chipbot can tell."""

    question: str
    """The question as it was asked."""
    reason: Reason
    """Why there is no answer."""
    suggestions: tuple[str, ...] = ()
    """The headings and titles closest to the question, best first."""
    missing: tuple[str, ...] = ()
    """Words of the question that stand nowhere in the documents, as the member wrote them."""
    rejected: tuple[Quote, ...] = ()
    """The best quotes all the same, for studying the threshold; never shown to members."""
    confidence: float = 0.0
    """The estimated probability, 0 to 1, that the first rejected highlight answers the question."""
    milliseconds: float = 0.0
    """How long looking took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A file in the seeds folder that could not be read, and why."""

    document_id: str
    """The file's path relative to the seeds folder."""
    reason: str
    """What is wrong with it, in words that an operator can act on."""
    stamp: str = ""
    """The file's size and time of change, so that it is not tried again before it changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a build of the index, or an evaluation, has come."""

    step: str
    """What is being done: `reading` or `indexing` documents, or `asking` questions."""
    done: int
    """How many documents or questions are done."""
    total: int
    """How many there are."""


TITLES = 10
"""How many documents are named where something is said about all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """What there is to say about the index in use."""

    id: str
    """The build's content digest, in hexadecimal."""
    built_at: str
    """When it was built: ISO 8601, UTC."""
    documents: int
    """How many documents it holds."""
    passages: int
    """How many passages it holds."""
    terms: int
    """How many distinct terms it holds."""
    titles: tuple[str, ...] = ()
    """The titles of the first documents, in the order of their ids: `TITLES` of them where there are more."""
    failures: tuple[Failure, ...] = field(default=())
    """The files that could not be read."""
    rebuilt: bool = False
    """Whether this call built it, rather than found it in step with the documents."""
