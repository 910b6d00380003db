"""Which documents are searched where: what the operator grants, and what a server's managers choose of that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from chipbot.index import Index
from chipbot.model import Collections
from chipbot.service.server_documents import folder_of, server_of
from chipbot.sources.collections import collection_of

TOP = "."
"""The collection of the documents that are in no folder."""
DIRECT_MESSAGES: Literal["dm"] = "dm"
"""What the operator calls direct messages."""
PAGES: Literal["web"] = "web"
"""What the operator calls the bot's own web pages."""
NOTHING: frozenset[str] = frozenset()
"""The collections of a place that nothing is granted to."""

Place = int | Literal["dm", "web"]
"""The id of a server or channel, direct messages, or the web pages."""


class Grants:
    """What the operator grants each place or role; where one is named, a place that is not named has nothing."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        """Take entries as the settings have them: `place` for all documents, `place:folder+folder` for some."""
        parts = [entry.partition(":") for entry in entries]
        self._of = {place: frozenset(folders.split("+")) if folders else None for place, _, folders in parts}

    @property
    def names_any(self) -> bool:
        """Whether any place is named: where none is, whoever has invited the bot is answered from everything."""
        return bool(self._of)

    def of(self, *places: Place | None) -> Collections:
        """Return the collections of the first of these places that is named."""
        if not self._of:
            return None
        named = (self._of[str(place)] for place in places if str(place) in self._of)
        return next(named, NOTHING)

    def of_roles(self, role_ids: Iterable[int]) -> Collections:
        """Return the collections of all of these roles that are named."""
        return joined(self._of[str(role)] for role in role_ids if str(role) in self._of)


ALL = Grants()
"""Everything, everywhere."""


def joined(collections: Iterable[Collections]) -> Collections:
    """Return what is searched where any of these is."""
    found = list(collections)
    return None if None in found else NOTHING.union(*(each for each in found if each is not None))


def narrowed(granted: Collections, chosen: Iterable[str] | None) -> Collections:
    """Return what is searched where managers chose among what is granted; what is not granted cannot be chosen."""
    if chosen is None:
        return granted
    return frozenset(chosen) if granted is None else granted.intersection(chosen)


def membership(collections: Collections, guild_id: int | None) -> Callable[[str], bool]:
    """Return what says of a document's id whether it is searched.

    Args:
        collections: The collections that are.
        guild_id: The server whose own documents are as well, where anything is; 0 for none's, None for all of them.
    """

    def is_inside(document_id: str) -> bool:
        server = server_of(document_id)
        if server is not None:
            return collections != NOTHING and guild_id in (None, server)
        return collections is None or (collection_of(document_id) or TOP) in collections

    return is_inside


def collections_in(index: Index) -> Iterator[str]:
    """Yield the collections that an index has documents of, in order; documents of one server alone are in none."""
    number, seen = 0, False
    while number < index.document_count:
        document_id = index.document(number).id
        server, collection = folder_of(document_id), collection_of(document_id)
        if not server and (collection or not seen):
            seen = seen or not collection
            yield collection or TOP
        folder = server or (f"{collection}/" if collection else "")
        number = index.documents_below(folder).stop if folder else number + 1
