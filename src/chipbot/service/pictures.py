"""Pictures of the pages of PDFs with the quoted words marked, drawn when they are asked for and kept for a while."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import closing
from operator import attrgetter

from chipbot.model import Place, ReadLimits, Span
from chipbot.retrieval.documents import StoredDocument
from chipbot.service.documents import Documents
from chipbot.service.links import marked_span
from chipbot.sources.formats import DRAWN, drawer_of, suffix_of
from chipbot.sources.opener import read_bytes
from chipbot.sources.reader_process import ReaderProcess

KEPT = 16 * 2**20
"""Bytes of pictures that are kept."""
_SECONDS = 10  # of processor time that one may take

_Key = tuple[str, int, Span | None]


class PagePictures:
    """Draws pages; its method blocks, and may be called from any thread."""

    def __init__(self, documents: Documents, limits: ReadLimits = ReadLimits()) -> None:
        """Draw pages of these documents; a file is read within limits, and a picture takes some seconds at most."""
        self._documents = documents
        self._limits = limits._replace(seconds=min(limits.seconds, _SECONDS))
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, bytes] = OrderedDict()

    def picture(self, document_id: str, page: int, mark: str = "") -> bytes | None:
        """Return a page as a PNG; None where there is no such document, or its file is not what was indexed any more.

        Args:
            document_id: The document.
            page: The page, from 1 on.
            mark: What is marked on it, as `links.mark_of` has it; empty for nothing.

        Raises:
            DocumentError: The page cannot be drawn.
        """
        if not has_pictures(document_id) or not 0 < page < 10**6:
            return None
        stored, path = self._documents.read(document_id), self._documents.original(document_id)
        if stored is None or path is None:
            return None
        span = marked_span(stored.text, mark)
        key = (stored.row.sha256, page, span)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        words, before = _on_page(stored, span, page) if span else ("", "")
        data = read_bytes(path, self._limits.size)
        with closing(ReaderProcess(self._limits)) as reader:
            picture = reader.draw(
                drawer_of(suffix_of(document_id)), data, page=page, words=words, before=before
            )
        with self._lock:
            self._kept[key] = picture
            while sum(map(len, self._kept.values())) > KEPT:
                self._kept.popitem(last=False)
        return picture


def has_pictures(document_id: str) -> bool:
    """Whether a document is of a kind whose pages can be drawn."""
    return suffix_of(document_id) in DRAWN


def _on_page(stored: StoredDocument, span: Span, page: int) -> tuple[str, str]:
    """Return what of a span stands on a page, and what stands before it there."""
    places = [place for passage in stored.passages for place in passage.places]
    places.sort(key=attrgetter("start"))
    starts = [place.start for place in places]
    words = "".join(
        stored.text[start:end] for start, end, number in _by_page(places, starts, span) if number == page
    )
    return words, stored.text[max(span[0] - 200, 0) : span[0]]


def _by_page(places: Sequence[Place], starts: Sequence[int], span: Span) -> list[tuple[int, int, int | None]]:
    """Return a span cut where a page ends, each part with its page."""
    first = max(bisect_right(starts, span[0]) - 1, 0)
    last = bisect_right(starts, span[1] - 1)
    cut = places[first:last]
    edges = [max(place.start, span[0]) for place in cut] + [span[1]]
    return [(edges[n], edges[n + 1], place.page) for n, place in enumerate(cut)]
