"""What answering needs of a search engine: a vocabulary, candidates for a query's terms, and passages to quote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from chipbot.arrays import Floats, Ints
from chipbot.model import Block, Mark, Passage, Place, Span

UNKNOWN = -1
"""The number of a term that no passage holds."""

_BEFORE = 120  # code points of what leads to a part that are read with it


class Candidates(NamedTuple):
    """The passages that BM25 finds for a query, and their sentences, in arrays.

    C candidates, best first; S sentences, those of the first candidate first; T terms of sentences, in order; B terms
    of breadcrumbs (a passage's title and headings).
    """

    passages: Ints
    """The number of each candidate's passage; shape (C,)."""
    scores: Floats
    """Its BM25 score; shape (C,)."""
    lengths: Ints
    """How many terms it has, its breadcrumb's included; shape (C,)."""
    sentence_candidates: Ints
    """Which candidate each sentence is in, ascending; shape (S,)."""
    sentence_starts: Ints
    """Where it begins in the document's text; shape (S,)."""
    sentence_ends: Ints
    """Where it ends; shape (S,)."""
    sentence_kinds: Ints
    """What its block is: a position in `model.BLOCK_KINDS`; shape (S,)."""
    answer_types: Ints
    """The AnswerType mask of what it shows; shape (S,)."""
    terms: Ints
    """The number of each term of the sentences; shape (T,)."""
    term_sentences: Ints
    """Which sentence it is in, ascending; shape (T,)."""
    breadcrumb_terms: Ints
    """The number of each term of the breadcrumbs; shape (B,)."""
    breadcrumb_candidates: Ints
    """Which candidate it belongs to, ascending; shape (B,)."""
    similarities: Floats | None = None
    """The cosine of the question's vector with each sentence's; shape (S,). None where meanings are not compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassage:
    """A passage as it is quoted: verified against its checksum."""

    passage: Passage
    """Its span, and the headings above it."""
    text: str
    """The slice of the document's readable text."""
    title: str
    """The document's title."""
    url: str | None
    """Where the document stands on the web, if it says so."""
    version: str
    """The version of what it is about; empty where it does not say."""
    blocks: tuple[Block, ...]
    """Its structure, in offsets into the document's text."""
    marks: tuple[Mark, ...]
    """Its inline forms, likewise."""
    places: tuple[Place, ...]
    """Where it stands in the source, likewise; the first place is at its start or before."""

    def below_headings(self, start: int, end: int) -> str:
        """Return a part of the passage with the title and headings above it, a line each; offsets into the document's text."""
        return "\n".join((self.title, *self.passage.heading, self._slice(start, end)))

    def in_context(self, spans: Sequence[Span]) -> str:
        """Return parts of the passage with where they stand, nearest first, as a cross-encoder reads them.

        A table row is read with its headers. Where it stands is what comes before it in its block, the question that it
        answers, the label above it or the line that introduces its list, the headings above it, and the title.
        """
        block = self.block_at(spans[0][0])
        heading = block.heading if block else self.passage.heading
        said = " ".join(self._read(span) for span in spans)
        above = filter(None, (self._before(block, spans[0][0]), *reversed(heading), self.title))
        return " | ".join((said, *dict.fromkeys(above)))

    def block_at(self, start: int) -> Block | None:
        """Return the block that holds a place, an offset into the document's text; None between blocks."""
        return next((block for block in self.blocks if block.start <= start < block.end), None)

    def _slice(self, start: int, end: int) -> str:
        return self.text[max(start - self.passage.start, 0) : max(end - self.passage.start, 0)]

    def _read(self, span: Span) -> str:
        """Return the text of a span, of a table row with the header of each cell."""
        row = self.block_at(span[0])
        if row is None or not any(row.headers):
            return self._slice(*span)
        cells = zip(row.headers, row.cells, strict=True)
        return ", ".join(f"{header}: {self._slice(*cell)}" for header, cell in cells if cell[0] < cell[1])

    def _before(self, block: Block | None, start: int) -> str:
        """Return what leads to a part of a block that begins at `start`."""
        if block is None:
            return ""
        if block.question:
            return self._slice(*block.question)
        if start > block.start:
            return self._slice(block.start, start)[-_BEFORE:].strip()
        unit = [other for other in self.blocks if other.unit == block.unit] if block.unit else [block]
        label = next(
            (other for other in reversed(unit) if other.kind == "label" and other.end <= start), None
        )
        line = label or next((other for other in reversed(self.blocks) if other.end <= unit[0].start), None)
        text = self._slice(line.start, line.end) if line else ""
        return text[-_BEFORE:] if label or text.endswith(":") else ""


class PassageDocument(NamedTuple):
    """What a passage's document says of itself."""

    id: str
    title: str
    language: str
    """ISO 639-1."""
    version: str
    """The version of what it is about; empty where it does not say."""


class Vocabulary(Protocol):
    """The terms of all documents, by their numbers."""

    def find(self, term: str) -> int:
        """Return a term's number, or `UNKNOWN`."""

    def term(self, number: int) -> str:
        """Return the term of a number."""

    def idf(self, number: int) -> float:
        """Return a term's inverse document frequency."""

    def document_frequency(self, number: int) -> int:
        """Return how many passages hold a term."""

    def similar(self, term: str, first: str) -> list[int]:
        """Return the numbers of terms that begin with `first`, one letter, and may be one typing error from `term`."""

    def surface_forms(self, number: int, language: str | None = None) -> Iterator[str]:
        """Yield words that a term stands for, as some documents have them: those in one language, or any."""

    def is_used_in(self, number: int, language: str) -> bool:
        """Whether some document in a language holds a term."""

    def are_adjacent(self, first: int, second: int) -> bool:
        """Whether somewhere in a sentence one term directly follows another."""


class Retriever(Protocol):
    """Finds passages; immutable, safe to share between threads."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The terms that can be looked for."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the documents, ISO 639-1; never empty."""

    @property
    def synonyms(self) -> str:
        """The text of the operator's synonyms file."""

    @property
    def unknown_idf(self) -> float:
        """The idf of a term that no passage holds: the largest there is."""

    def retrieve(
        self, terms: Sequence[int], k: int, *, excluded: frozenset[str] = frozenset(), question: str = ""
    ) -> Candidates | None:
        """Return the `k` passages with the highest BM25 scores for some terms, and those nearest in meaning.

        Ties go to the passage that comes first by document id and offset.

        Args:
            terms: The numbers of the terms.
            k: How many passages BM25 hands over, at most.
            excluded: The ids of documents whose passages are no candidates.
            question: What is meant, for comparing meanings; nothing is compared without it, or without an encoder.

        Returns:
            None where no passage is found.
        """

    def passages_below(self, folder: str) -> range:
        """Return the numbers of the passages of the documents whose ids begin with `folder`, which ends with a slash."""

    def saturation(self, frequencies: Ints, lengths: Ints) -> Floats:
        """Return BM25's term-frequency factor for terms that passages of these lengths hold so often.

        For what no index has weights of: what documents write in several ways counts as one term.
        """

    def passage(self, number: int) -> StoredPassage:
        """Return a passage to be quoted; raises IndexDamagedError where it is not what was indexed."""

    def log_odds(self, question: str, number: int, spans: Sequence[Span]) -> float:
        """Return what reading parts of a passage together with a question adds to the log-odds that they answer.

        The spans are in offsets into the document's text. 0 where no model reads.
        """

    def document_of(self, number: int) -> PassageDocument:
        """Return the document that a passage is in."""

    def passage_terms(self, number: int) -> frozenset[int]:
        """Return the numbers of the terms in a passage's sentences."""

    def breadcrumb_terms(self, number: int) -> frozenset[int]:
        """Return the numbers of the terms in a passage's title and headings."""
