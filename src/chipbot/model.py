"""The values that flow through chipbot: documents, passages, hits, quotes, citations and answers.

All offsets are Unicode code points, `start` inclusive and `end` exclusive, as in a Python slice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple, get_args

from chipbot.translation import Message, joined

Span = tuple[int, int]
"""A half-open range of code points: `text[start:end]`."""

Reason = Literal["no_match", "low_confidence", "empty_question"]
"""Why there is no answer: no term of the question is in the documents; some are, but what they say is
probably not the answer; or the question holds no word to look for.
"""


BlockKind = Literal[
    "heading", "paragraph", "list_item", "table_header", "table_row", "code", "question", "label"
]
"""What a block is. A `question` is the question of a question-and-answer pair that is no heading; a `label` names an
admonition or a tab ("Warning", "Linux")."""

BLOCK_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)
"""The kinds of block, by the numbers that they are stored as."""

MarkKind = Literal["strong", "emphasis", "strikethrough", "code", "link"]
"""An inline form."""


class Block(NamedTuple):
    """A structural part of a document. Blocks stand in order and do not overlap; none lies inside another."""

    start: int
    """Where the block begins in the document's text."""
    end: int
    """Where it ends."""
    kind: BlockKind = "paragraph"
    heading: tuple[str, ...] = ()
    """The headings above the block, outermost first, without the document's title."""
    unit: int = 0
    """What it is part of: the blocks of one list, table or question-and-answer pair have one number, and are only cut
    apart where they are too long for a passage."""
    depth: int = 0
    """A heading's level; how many lists a list item, or a further block inside one, is in; otherwise 0."""
    quoted: int = 0
    """How many block quotes or admonitions it is in."""
    ordinal: int | None = None
    """The number of an item in a numbered list."""
    checked: bool | None = None
    """Whether an item of a task list is done; None for other blocks."""
    label: str = ""
    """The language of a code block."""
    cells: tuple[Span, ...] = ()
    """The spans of a table row's cells; an empty cell has an empty span."""
    headers: tuple[str, ...] = ()
    """The text of the header above each cell of a table row, as many as there are cells; empty without a header."""
    question: Span | None = None
    """The span of the question that the block answers."""
    after_rule: bool = False
    """Whether a rule stands before the block: it is not about what the block before is about."""

    def moved(self, by: int) -> Block:
        """Return the block so much further on, or back; it answers no question whose place would be before the text."""
        start = self.start + by
        cells = tuple((first + by, last + by) for first, last in self.cells)
        question = self.question
        if question is not None:
            question = None if question[0] + by < 0 else (question[0] + by, question[1] + by)
        return self._replace(start=start, end=self.end + by, cells=cells, question=question)


class Mark(NamedTuple):
    """An inline form over a span of text. Marks are in the order of their starts, the longer first, and nest or follow
    one another.
    """

    start: int
    end: int
    kind: MarkKind
    target: str = ""
    """Where a link leads, as the document has it."""

    def moved(self, by: int) -> Mark:
        """Return the mark so much further on, or back."""
        return self._replace(start=self.start + by, end=self.end + by)


class Place(NamedTuple):
    """Where a document's text stands in its source from some offset on."""

    start: int
    """The offset in the document's text from which on this holds, until the next place."""
    line: int | None = None
    """The line of the source file there, counted from 1; within the place each line break of the text adds one. None
    in formats without lines."""
    page: int | None = None
    """The page, counted from 1, in formats that have pages."""
    label: str = ""
    """What a reader would call it in other formats: a slide, a sheet and row, a time."""
    anchor: str = ""
    """What leads to the heading above it on a rendered page: the part of an address behind its #."""
    url: str = ""
    """Where it stands on the web, where it has an address of its own: a message's link."""


class ReadLimits(NamedTuple):
    """Within what a file is read."""

    size: int = 64 * 2**20
    """The most bytes that it may have."""
    seconds: int = 60
    """The most processor time that reading one of a binary format may take."""
    memory: int = 1024 * 2**20
    """The most bytes of memory that it may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One source file as a reader of it sees it: text without markup, and the structure that the markup gave it."""

    id: str
    """The file's path relative to the seeds folder, with forward slashes."""
    title: str
    """What the document calls itself: front matter, first heading or first line; the file's name otherwise."""
    text: str
    """The readable text; for plain text, the decoded file, character for character."""
    sha256: str
    """The digest of the file's bytes, in hexadecimal."""
    language: str
    """The ISO 639-1 code of the text's language."""
    blocks: tuple[Block, ...]
    """The text's structure, in order and without overlap; what no block spans is white space or marks of plain text."""
    marks: tuple[Mark, ...] = ()
    """The text's inline forms."""
    places: tuple[Place, ...] = (Place(0, line=1),)
    """Where the text stands in the file, in order; the first begins at 0."""
    url: str | None = None
    """Where the document stands on the web, when its front matter says so."""
    version: str | None = None
    """The version of what it is about, when its front matter says so."""
    problems: tuple[Message, ...] = ()
    """What is wrong with the file although it can be read, in words that an operator can act on."""


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


TAUGHT = "answers/"
"""Where the documents have the answers of servers' teams: a folder each, called as the server's id."""
CHANNELS = "discord/"
"""Where they have channels of servers, likewise."""


Collections = frozenset[str] | None
"""Some of the sub-folders of the documents, `.` for the documents that are in none; None for all documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOptions:
    """What an answer may be; it travels with the question."""

    min_confidence: float = 0.4
    """The confidence, 0 to 1, below which the question is refused."""
    max_quotes: int = 3
    """The most quotes that are shown."""
    excluded: frozenset[str] = frozenset()
    """The ids of documents that are not searched, such as those deleted since the index was built."""
    guild_id: int | None = None
    """The server whose team's answers and channels are searched, 0 for none's; None for all of them."""
    collections: Collections = None
    """The collections that are searched: no other has a part in what is answered, refused or suggested."""
    language: str = ""
    """The asker's language, ISO 639-1, if it is known: of editions of a page theirs comes first."""


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
    line_start: int | None
    """The line of the file, counted from 1, on which the quote begins; None in formats without lines."""
    line_end: int | None
    """The line on which it ends; None likewise."""
    start: int
    """Where the quote begins in the document's text."""
    end: int
    """Where it ends: `document.text[start:end] == quote.text`."""
    url: str | None
    """Where the quote can be read in its document, on the web; None where nobody has said."""
    label: str = ""
    """What a reader would call the place in formats without lines and pages: a slide, a sheet and row, a time."""
    anchor: str = ""
    """What leads to the heading above the quote on a rendered page."""
    version: str = ""
    """The version of what the document is about, as readers call it: v1.2, 2024; empty where nothing says."""

    @property
    def document_name(self) -> str:
        """The document's title, with its version where the title does not name that."""
        words = {word.strip("()[].,:").removeprefix("v") for word in self.title.lower().split()}
        is_named = not self.version or self.version.lower().removeprefix("v") in words
        return self.title if is_named else f"{self.title} ({self.version})"

    @property
    def breadcrumb(self) -> tuple[str, ...]:
        """The document's name, and the headings above the quote."""
        return (self.document_name, *self.heading)


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
    confidence: float = 0.0
    """The estimated probability, 0 to 1, that its own highlight answers the question."""
    blocks: tuple[Block, ...] = ()
    """The structure of `text`, in offsets into it; blocks that reach beyond it are cut off at its ends."""
    marks: tuple[Mark, ...] = ()
    """The inline forms of `text`, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the documents say about a question: one to three quotes, best first."""

    question: str
    """The question as it was asked."""
    quotes: tuple[Quote, ...]
    """The quotes, best first; never empty."""
    confidence: float
    """The estimated probability, 0 to 1, that the first highlight answers the question."""
    shown: int = 1
    """How many of the quotes, from the first on, are likely enough to answer; the others only rank next."""
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
    """The titles and headings of the closest quotes, best first."""
    missing: tuple[str, ...] = ()
    """Words of the question that stand nowhere in the documents, as the member wrote them."""
    rejected: tuple[Quote, ...] = ()
    """The best quotes all the same, for studying the threshold; never shown to members."""
    closest: tuple[Quote, ...] = ()
    """Those of them that are near the question, whose sections are worth a look; best first."""
    confidence: float = 0.0
    """The estimated probability, 0 to 1, that the first rejected highlight answers the question."""
    milliseconds: float = 0.0
    """How long looking took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A file in the seeds folder that is not indexed, or not as it is meant, and why."""

    document_id: str
    """The file's path relative to the seeds folder."""
    reasons: tuple[Message, ...]
    """What is wrong with it, in words that an operator can act on."""
    stamp: str = ""
    """The file's size and time of change, so that it is not tried again before it changes."""
    indexed: bool = False
    """Whether the file is indexed all the same, without what is wrong with it."""
    empty: bool = False
    """Whether nothing is wrong with the file, but that it holds no text: a stub."""

    @property
    def reason(self) -> str:
        """All that is wrong with it, in the language of the context."""
        return joined(self.reasons)

    def to_json(self) -> dict[str, object]:
        """Return it as the index keeps it."""
        return asdict(self) | {"reasons": [reason.to_json() for reason in self.reasons]}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Failure:
        """Return what `to_json` made."""
        return cls(**{**value, "reasons": tuple(map(Message.from_json, value["reasons"]))})


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a build of the index, its vectors, or an evaluation has come."""

    step: str
    """What is being done: `reading` or `indexing` documents, `encoding` sentences, or `asking` questions."""
    done: int
    """How many documents, sentences or questions are done."""
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
    sentences: int = 0
    """How many sentences it holds."""
    vectors: int | None = None
    """How many vectors of sentences there are for comparing meanings; None without an encoder."""
    rebuilt: bool = False
    """Whether this call built it, rather than found it in sync with the documents."""
