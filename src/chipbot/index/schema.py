"""What an index stores: every array with its type, its length and what it holds; and what a build depends on."""

from __future__ import annotations

from typing import NamedTuple

from chipbot.sources import formats
from chipbot.text import tokenizer
from chipbot.text.passages import MAX_CHARS, MIN_CHARS

FORMAT = 14
"""The layout's version: an index of any other is built anew."""

K1 = 0.9
"""BM25: how fast repetitions of a term stop counting."""

B = 0.4
"""BM25: how much a passage's length counts against it."""


class Field(NamedTuple):
    """One array of an index."""

    name: str
    type: str
    """NumPy's name of the type of its values."""
    length: str
    """How many there are, as a symbol (below); "P+1" is for offsets, of which the last is the end of the last."""
    meaning: str
    into: str = ""
    """The symbol of what its values are positions in: they count from where a document's, or a segment's, begin."""
    small: str = ""
    """The type that it has in a small collection, where that is another."""

    @property
    def symbol(self) -> str:
        """What there is one of for each value."""
        return self.length.removesuffix("+1")


# Symbols: D documents, P passages, C breadcrumbs (a title with a heading path, shared by the passages below it),
# S sentences, T their terms, U the breadcrumbs' terms, V distinct terms, R the common ones among these, N postings,
# F distinct pairs of a term's frequency in a passage and the passage's length.
# Offsets are in the order in which they lead from documents to all else.
STORED = (
    Field("text", "u1", "bytes", "the documents' readable text in UTF-8, one after the other"),
    Field("document_row_offsets", "i8", "D+1", "where each document's row begins", "rows"),
    Field("document_rows", "u1", "rows", "one JSON array a document: what a DocumentRow has"),
    Field("document_bytes", "i8", "D+1", "where each document's text begins", "bytes"),
    Field("document_passages", "i8", "D+1", "the first passage of each document", "P"),
    Field("document_breadcrumbs", "i8", "D+1", "the first breadcrumb of each document", "C"),
    Field("passage_document", "i4", "P", "the document that it is in", "D"),
    Field("passage_start", "i4", "P", "where it begins in its document, in code points"),
    Field("passage_end", "i4", "P", "where it ends"),
    Field("passage_byte_start", "i8", "P", "where it begins in `text`", "bytes"),
    Field("passage_byte_end", "i8", "P", "where it ends", "bytes"),
    Field("passage_checksum", "u8", "P", "XXH3, 64 bits, of all that a quote of it shows (seal.py)"),
    Field("passage_breadcrumb", "i4", "P", "its breadcrumb", "C"),
    Field("passage_sentences", "i8", "P+1", "the first sentence of each passage", "S"),
    Field("passage_structure_offsets", "i8", "P+1", "where each passage's structure begins", "structures"),
    Field("passage_structures", "u1", "structures", "JSON: its blocks, marks and places (text/structure.py)"),
    Field("sentence_start", "i4", "S", "where it begins in its document, in code points"),
    Field("sentence_end", "i4", "S", "where it ends"),
    Field("sentence_kind", "u1", "S", "what its block is: a position in BLOCK_KINDS"),
    Field("sentence_answer_types", "u2", "S", "the AnswerType mask of what it shows"),
    Field("sentence_term_offsets", "i8", "S+1", "the first term of each sentence", "T"),
    Field("sentence_terms", "i4", "T", "the number of each term of the sentences, in order", "V"),
    Field("breadcrumb_heading_offsets", "i8", "C+1", "where each breadcrumb's headings begin", "headings"),
    Field("breadcrumb_headings", "u1", "headings", "one JSON array of strings each, without the title"),
    Field("breadcrumb_term_offsets", "i8", "C+1", "the first term of each breadcrumb", "U"),
    Field("breadcrumb_terms", "i4", "U", "the number of each term of the breadcrumbs, in order", "V"),
)
"""What is taken from documents, each independently of all others: a segment has it, and a merge lines it up."""

DERIVED = (
    Field("passage_length", "i4", "P", "how many terms it has, its breadcrumb's included"),
    Field("term_text", "u1", "letters", "the vocabulary, sorted by bytes, one term after the other"),
    Field("term_offsets", "i8", "V+1", "where each term begins", "letters"),
    Field("term_idf", "f8", "V", "each term's inverse document frequency"),
    Field("posting_offsets", "i8", "V+1", "the first posting of each term", "N"),
    Field("posting_passages", "i4", "N", "the passages that hold a term, ascending", "P"),
    Field("posting_impacts", "u2", "N", "weights in steps, rounded up; as they are if few", "", "f8"),
    Field("posting_pairs", "i4", "N", "the pair that, with the idf, makes the weight", "F"),
    Field("pair_saturations", "f8", "F", "BM25's term-frequency factor of each pair: a weight is idf x this"),
    Field("common_terms", "i4", "R", "the terms that more than one in eight passages hold, ascending", "V"),
    Field("common_impacts", "u1", "R×P", "their impacts, one row of P a term, 0 where none", "", "f8"),
)
"""What is made of all documents together."""

FIELDS = STORED + DERIVED


def is_offsets(field: Field) -> bool:
    """Whether an array has the beginning of each run of another, and the end of the last."""
    return field.length.endswith("+1")


class DocumentRow(NamedTuple):
    """What the index keeps of a document besides its text."""

    id: str
    title: str
    sha256: str
    language: str
    url: str | None
    size: int
    mtime_ns: int
    version: str = ""


class UnchangedDocument(NamedTuple):
    """A document of the present index that has not changed."""

    number: int
    """Its number there."""
    row: DocumentRow
    """What is to be kept of it, with the file's present times."""


def build_settings(language: str | None) -> dict[str, object]:
    """Return what a build depends on besides the documents: where it differs, an index is built anew.

    Args:
        language: What the documents' language is said to be, if it is.
    """
    return {
        "reading": formats.VERSION,
        "analysis": tokenizer.VERSION,
        "language": language,
        "k1": K1,
        "b": B,
        "max_chars": MAX_CHARS,
        "min_chars": MIN_CHARS,
    }
