"""A whole document out of the index: its passages, and the text between them."""

from __future__ import annotations

from dataclasses import dataclass

from chipbot.index import DocumentRow, Index
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
