"""Documents out of the index: whole, or from one passage to another."""

from __future__ import annotations

from dataclasses import dataclass

from chipbot.index import DocumentRow, Index
from chipbot.model import Span
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.retrieval.retriever import StoredPassage


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """A document as it was indexed."""

    row: DocumentRow
    """What is kept of it besides its text."""
    text: str
    """Its readable text."""
    passages: tuple[StoredPassage, ...]
    """Its passages, in order; headings stand between them."""


def read_document(retriever: EmbeddedRetriever, document_id: str) -> StoredDocument | None:
    """Return a document by its id, None where the index has none; raises IndexDamagedError where it is not what was
    indexed.
    """
    index = retriever.index
    number = find_document(index, document_id)
    if number is None:
        return None
    passages = tuple(map(retriever.passage, index.document_passages(number)))
    return StoredDocument(row=index.document(number), text=index.document_text(number), passages=passages)


def find_document(index: Index, document_id: str) -> int | None:
    """Return the number of a document."""
    number = index.position(document_id)
    return number if number < index.document_count and index.document(number).id == document_id else None


def passages_of(index: Index, document_id: str) -> range:
    """Return the numbers of a document's passages; none where the index has no such document."""
    number = find_document(index, document_id)
    return range(0) if number is None else index.document_passages(number)


def passage_spans(index: Index, passages: range) -> list[Span]:
    """Return where consecutive passages begin and end in their document's text."""
    place = slice(passages.start, passages.stop)
    starts, ends = index.arrays["passage_start"][place], index.arrays["passage_end"][place]
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def text_around(index: Index, passages: range) -> tuple[int, str]:
    """Return consecutive passages of a document with what stands before them, and what follows the document's last.

    Returns:
        Where this begins in the document's text, and the slice of the text.
    """
    arrays, first, last = index.arrays, passages[0], passages[-1]
    document = int(arrays["passage_document"][first])
    siblings = index.document_passages(document)
    start, (first_byte, end_byte) = 0, arrays["document_bytes"][document : document + 2]
    if first > siblings.start:
        start, first_byte = int(arrays["passage_end"][first - 1]), arrays["passage_byte_end"][first - 1]
    if last < siblings[-1]:
        end_byte = arrays["passage_byte_end"][last]
    return start, arrays["text"][first_byte:end_byte].tobytes().decode()
