"""Batches of analysed documents → an index: all of them laid out in flat arrays."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence

import numpy as np

from chipbot.index import ARRAYS, WIDER, Array, Index, StringTable, offsets_of
from chipbot.index.analysing import Batch
from chipbot.index.inverting import Postings, gathered, invert, kept, merged
from chipbot.index.vocabulary import Vocabulary

_COUNTED = (
    "document_row_offsets",
    "document_passages",
    "document_bytes",
    "passage_sentences",
    "sentence_tokens",
    "context_heading_offsets",
    "context_tokens",
)
"""The arrays that are built up as counts, and are their running sums at last."""

_BLOCK = 1 << 20  # tokens that are renumbered at once
_NONE = StringTable(np.zeros(0, np.uint8), np.zeros(1, np.int64))


class _Columns:
    """The arrays of an index as they grow, each a list of pieces in its type; what is taken out of an index is not copied."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[Array]] = {name: [] for name in ARRAYS}
        self._lengths = dict.fromkeys(ARRAYS, 0)

    def append(self, name: str, values: Array) -> None:
        self._pieces[name].append(np.asarray(values, ARRAYS[name]))
        self._lengths[name] += len(values)

    def append_strings(self, name: str, counts: str, strings: Sequence[str]) -> None:
        encoded = [string.encode() for string in strings]
        self.append(name, np.frombuffer(b"".join(encoded), np.uint8))
        self.append(counts, np.array([len(one) for one in encoded], np.int64))

    def length(self, name: str) -> int:
        return self._lengths[name]

    def take(self, name: str) -> Array:
        """Return all of an array, and let it go."""
        pieces = self._pieces.pop(name)
        return np.concatenate(pieces) if pieces else np.zeros(0, ARRAYS[name])


def build(batches: Iterable[Batch], present: Index | None = None) -> dict[str, Array]:
    """Lay out documents, which come in the order of their ids, as the arrays of one index.

    `present` is the index that documents are `taken` out of. Each batch is let go before the next is asked for. Returns every
    array that `ARRAYS` names, in the type that it or `WIDER` names.
    """
    columns = _Columns()
    gathering = _Gathering(present)
    for batch in batches:
        numbers = gathering.add(batch, columns.length("passage_start"))
        _append(columns, batch, numbers)
        del batch
    arrays = {name: columns.take(name) for name in ARRAYS}
    for name in _COUNTED:
        arrays[name] = offsets_of(arrays[name])
    text, arrays["term_offsets"], ranks, postings = gathering.finish()
    arrays["term_text"] = np.frombuffer(text, np.uint8)
    del gathering
    if not np.array_equal(ranks, np.arange(len(ranks))):
        for array in (arrays["tokens"], arrays["context_terms"]):
            for start in range(0, len(array), _BLOCK):
                array[start : start + _BLOCK] = ranks[array[start : start + _BLOCK]]
    arrays.update(invert(arrays, postings))
    return {name: _typed(arrays[name], name) for name in ARRAYS}


class _Gathering:
    """The terms and postings of batches, as they come in."""

    def __init__(self, present: Index | None) -> None:
        self._present = present
        self._vocabulary = Vocabulary(present.terms if present is not None else _NONE)
        self._sources: dict[str, array[int]] = {}
        self._renumbered = np.full(present.passage_count if present is not None else 0, -1, np.int32)
        self._parts: list[tuple[int, Postings]] = []

    def add(self, batch: Batch, before: int) -> Array | None:
        """Take in a batch whose first passage has the number `before`; return its terms' numbers, None if those are its own."""
        if batch.postings is None:
            passages = len(batch.passages)
            self._renumbered[batch.taken_from : batch.taken_from + passages] = np.arange(before, before + passages)
            return None
        known = self._sources.setdefault(batch.source, array("i")) if batch.source else array("i")
        known.extend(self._vocabulary.numbers(batch.terms))
        numbers = np.array(known, np.int32)
        self._parts.append((before, batch.postings._replace(terms=numbers[batch.postings.terms])))
        return numbers

    def finish(self) -> tuple[bytes, Array, Array, Postings]:
        """Return the terms that any passage holds, as `Vocabulary.table` does it, and all postings by their places there."""
        stays = kept(self._present.arrays, self._renumbered) if self._present is not None else None
        used = np.zeros(len(self._vocabulary), bool)
        for _, part in [*self._parts, (0, stays)]:
            if part is not None:
                used[part.terms] = True
        text, offsets, ranks = self._vocabulary.table(used)
        terms = len(offsets) - 1
        postings = gathered([(before, part._replace(terms=ranks[part.terms])) for before, part in self._parts], terms)
        if stays is not None:
            postings = merged(stays._replace(terms=ranks[stays.terms]), postings, terms)
        return text, offsets, ranks, postings


def _append(columns: _Columns, batch: Batch, numbers: Array | None) -> None:
    """Append a batch to the columns; `numbers` are those of its terms, or None if they are what the batch has them numbered."""
    documents, bytes_before = columns.length("document_bytes"), columns.length("text")
    rows, sentences = batch.passages.T, batch.sentences.T
    for name, values in (
        ("text", np.frombuffer(batch.text, np.uint8)),
        ("document_bytes", batch.document_bytes),
        ("document_passages", batch.document_passages),
        ("passage_document", np.repeat(np.arange(len(batch.rows)) + documents, batch.document_passages)),
        ("passage_start", rows[0]),
        ("passage_end", rows[1]),
        ("passage_byte_start", rows[2] + bytes_before),
        ("passage_byte_end", rows[3] + bytes_before),
        ("passage_line", rows[4]),
        ("passage_page", rows[5]),
        ("passage_context", rows[6] + columns.length("context_tokens")),
        ("passage_sentences", rows[7]),
        ("sentence_start", sentences[0]),
        ("sentence_end", sentences[1]),
        ("sentence_signals", sentences[2]),
        ("sentence_tokens", sentences[3]),
        ("tokens", batch.tokens if numbers is None else numbers[batch.tokens]),
        ("context_tokens", batch.context_counts),
        ("context_terms", batch.context_terms if numbers is None else numbers[batch.context_terms]),
    ):
        columns.append(name, values)
    json_rows = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in batch.rows]
    columns.append_strings("document_rows", "document_row_offsets", json_rows)
    columns.append_strings("context_headings", "context_heading_offsets", batch.headings)


def _typed(array: Array, name: str) -> Array:
    """Return an array in the type that `ARRAYS` names, or in the wider one where it has that or its values need it."""
    narrow, wide = np.dtype(ARRAYS[name]), np.dtype(WIDER.get(name, ARRAYS[name]))
    fits = narrow == wide or (array.dtype != wide and int(array.max(initial=0)) <= np.iinfo(narrow).max)
    return np.ascontiguousarray(array, narrow if fits else wide)
