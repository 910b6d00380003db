"""Some documents of an index → an index of these alone, in memory: its vocabulary and statistics know no others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from itertools import groupby

from chipbot.index.merge import Merger
from chipbot.index.reader import Index
from chipbot.index.writer import MemoryOutput


def subset(index: Index, is_inside: Callable[[str], bool]) -> Index | None:
    """Return an index of some documents of another, which are not read again; None where none of them has text.

    Args:
        index: The index that they are in.
        is_inside: Says of the id of a document, or of a file that could not be read, whether it is one of them.
    """
    rows = list(index.documents())
    numbers = [number for number, row in enumerate(rows) if is_inside(row.id)]
    if not numbers:
        return None
    output = MemoryOutput()
    merger = Merger(output)
    for _, group in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        merger.add_present(index, run[0], [None] * len(run))
    if not merger.passage_count:
        return None
    merger.finish()
    manifest = {
        "id": index.id,
        "built_at": index.built_at,
        "failures": [asdict(failure) for failure in index.failures if is_inside(failure.document_id)],
        "settings": index.settings,
        "synonyms": index.synonyms,
        "languages": sorted({rows[number].language for number in numbers}),
    }
    return Index(output.arrays, manifest)
