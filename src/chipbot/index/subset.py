"""Some documents of an index → an index of these alone, in memory: its vocabulary and statistics know no others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from chipbot.index.merge import Merger
from chipbot.index.reader import Index
from chipbot.index.schema import UnchangedDocument


def subset(index: Index, is_inside: Callable[[str], bool]) -> Index | None:
    """Return an index of some documents of another, which are not read again; None where none of them has text.

    Args:
        index: The index that they are in.
        is_inside: Says of the id of a document, or of a file that could not be read, whether it is one of them.
    """
    documents = [
        UnchangedDocument(number, row) for number, row in enumerate(index.documents()) if is_inside(row.id)
    ]
    merger = Merger(index)
    merger.add_present(documents)
    if not merger.passage_count:
        return None
    manifest = {
        "id": index.id,
        "built_at": index.built_at,
        "failures": [asdict(failure) for failure in index.failures if is_inside(failure.document_id)],
        "settings": index.settings,
        "synonyms": index.synonyms,
        "languages": sorted({document.row.language for document in documents}),
    }
    return Index(dict(merger.arrays()), manifest)
