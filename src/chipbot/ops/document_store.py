"""The documents that may be changed while chipbot runs, as the settings have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chipbot.service.document_store import DocumentStore
from chipbot.service.documents import Documents
from chipbot.service.links import CitationLinks

if TYPE_CHECKING:
    from chipbot.service.knowledge_base import KnowledgeBase
    from chipbot.settings import Settings


def document_store(settings: Settings, knowledge_base: KnowledgeBase) -> DocumentStore:
    """Return the store of all documents; there is one in a process, for it lets one change at a time through."""
    links = CitationLinks(settings.seeds, settings.sources)
    documents = Documents(knowledge_base, settings.seeds, links)
    return DocumentStore(settings.seeds, documents.inventory, links, limits=settings.read_limits())
