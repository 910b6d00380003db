"""What there is to say about an index: its status for operators and members, and its numbers for metrics."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from chipbot.index import Index
from chipbot.model import TITLES, IndexStatus
from chipbot.service.telemetry import IndexFacts

if TYPE_CHECKING:
    from chipbot.retrieval.meaning import Meaning


def status_of(index: Index, meaning: Meaning | None, is_shown: Callable[[str], bool]) -> IndexStatus:
    """Return an index's status; `is_shown` says of a document's id whether its title may be."""
    documents = map(index.document, range(index.document_count))
    present = (document.title for document in documents if is_shown(document.id))
    return IndexStatus(
        id=index.id,
        built_at=index.built_at,
        documents=index.document_count,
        passages=index.passage_count,
        terms=len(index.terms),
        titles=tuple(islice(present, TITLES)),
        failures=index.failures,
        sentences=index.sentence_count,
        vectors=None if meaning is None else meaning.vector_count,
    )


def facts_of(index: Index, meaning: Meaning | None) -> IndexFacts:
    """Return an index in numbers."""
    return IndexFacts(
        documents=index.document_count,
        passages=index.passage_count,
        terms=len(index.terms),
        size=index.nbytes,
        built_at=datetime.fromisoformat(index.built_at).timestamp(),
        unreadable=sum(not (failure.indexed or failure.empty) for failure in index.failures),
        sentences=index.sentence_count,
        vectors=None if meaning is None else meaning.vector_count,
    )
