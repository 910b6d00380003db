"""The documents of a knowledge base one by one: what front ends show of them besides answers."""

from __future__ import annotations

import stat
from pathlib import Path

from chipbot.index import DocumentRow
from chipbot.model import Collections
from chipbot.retrieval.documents import StoredDocument, find_document, read_document
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.service.inventory import Entry, inventory
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.links import CitationLinks, web_address
from chipbot.service.scopes import membership
from chipbot.sources import scan


class Documents:
    """The documents of an index. Its methods block, may be called from any thread, and raise ChipbotError where there
    is no usable index.
    """

    def __init__(
        self,
        knowledge_base: KnowledgeBase,
        seeds: Path,
        links: CitationLinks,
        collections: Collections = None,
    ) -> None:
        """Show those of a knowledge base that are in some collections, and no answers of servers' teams.

        `seeds` is its folder, and `links` says where they stand on the web.
        """
        self._is_inside = membership(collections, 0)
        self._knowledge_base = knowledge_base
        self._seeds = seeds
        self._links = links

    def read(self, document_id: str) -> StoredDocument | None:
        """Return a document as it was indexed; None where there is none, or where it has been deleted since."""
        if not self.has(document_id):
            return None
        return read_document(EmbeddedRetriever(self._knowledge_base.index()), document_id)

    def has(self, document_id: str) -> bool:
        """Whether there is such a document."""
        found = find_document(self._knowledge_base.index(), document_id) is not None
        return found and self._is_shown(document_id)

    def rows(self) -> list[DocumentRow]:
        """Return all documents that are shown, in the order of their ids, but for those that have been deleted."""
        rows = self._knowledge_base.index().documents()
        return [row for row in rows if self._is_shown(row.id)]

    def _is_shown(self, document_id: str) -> bool:
        return self._is_inside(document_id) and self._knowledge_base.is_there(document_id)

    def inventory(self) -> list[Entry]:
        """Return every file of the seeds folder with what became of it."""
        index = self._knowledge_base.index()
        return inventory(index, scan(self._seeds).ignored, self._links.sources())

    def source_url(self, row: DocumentRow) -> str:
        """Return where a document stands on the web; empty where nobody says."""
        return web_address(row.url or self._links.sources().address(row.id) or "")

    def original(self, document_id: str) -> Path | None:
        """Return the file of a document; None where there is none, or where it is not what was indexed any more."""
        index = self._knowledge_base.index()
        number = find_document(index, document_id)
        if number is None or not self._is_shown(document_id):
            return None
        row, path = index.document(number), (self._seeds / document_id).resolve()
        try:
            info = path.stat()
        except OSError:
            return None
        same = stat.S_ISREG(info.st_mode) and (info.st_size, info.st_mtime_ns) == (row.size, row.mtime_ns)
        return path if same and path.is_relative_to(self._seeds.resolve()) else None
