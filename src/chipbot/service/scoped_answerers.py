"""Answerers over parts of an index, each with an index of its own: what is outside cannot come out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from chipbot.answering.pipeline import Answerer
from chipbot.index import Index
from chipbot.index.schema import UnchangedDocument
from chipbot.model import AnswerOptions, Collections
from chipbot.service.scopes import membership
from chipbot.service.server_documents import documents_of_servers, server_of

ROOM = 256 * 2**20
"""Bytes of the parts that are kept; the one that was asked longest ago is evicted first."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is searched in a place."""

    index: Index
    """The documents."""
    answerer: Answerer
    """What answers from them."""


class ScopedAnswerers:
    """The answerers over parts of one index, made when they are first asked; safe to share between threads."""

    def __init__(self, index: Index, answerer_over: Callable[[Index], Answerer], room: int = ROOM) -> None:
        """Answer from parts of `index`, of which some are kept: `room` bytes, and the last."""
        self._room = room
        self._index = index
        self._answerer_over = answerer_over
        self._parts: OrderedDict[tuple[Collections, int | None], Part | None] = OrderedDict()
        self._lock = threading.Lock()
        self._servers = set(map(server_of, documents_of_servers(index)))

    def part(self, options: AnswerOptions) -> Part | None:
        """Return what is searched by these options; None where that is nothing."""
        server = options.guild_id
        alike = server is not None and server not in self._servers  # and share one
        key = (options.collections, 0 if alike else server)
        with self._lock:
            if key not in self._parts:
                index = subset(self._index, membership(*key))
                self._parts[key] = None if index is None else Part(index, self._answerer_over(index))
            self._parts.move_to_end(key)
            self._evict()
            return self._parts[key]

    def _evict(self) -> None:
        room = sum(map(_size, self._parts.values())) - self._room
        while room > 0 and len(self._parts) > 1:
            _, evicted = self._parts.popitem(last=False)
            room -= _size(evicted)


def subset(index: Index, is_inside: Callable[[str], bool]) -> Index | None:
    """Return an index of some documents of another, which are not read again; None where none of them has text.

    Args:
        index: The index that they are in.
        is_inside: Says of the id of a document, or of a file that could not be read, whether it is one of them.
    """
    from chipbot.index.merge import Merger  # what builds indexes, which asking all documents does without

    documents = [
        UnchangedDocument(number, row) for number, row in enumerate(index.documents()) if is_inside(row.id)
    ]
    merger = Merger(index)
    merger.add_present(documents)
    if not merger.passage_count:
        return None
    failures = [failure.to_json() for failure in index.failures if is_inside(failure.document_id)]
    languages = sorted({document.row.language for document in documents})
    own = {"failures": failures, "languages": languages, "arrays": {}}
    return Index(merger.joined(), {**index.manifest, **own})


def _size(part: Part | None) -> int:
    return 0 if part is None else part.index.nbytes
