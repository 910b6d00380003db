"""Batches of analysed documents → an index: all of them laid out in flat arrays."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from chipbot.index import ARRAYS, WIDER, Array
from chipbot.index.analysing import Analysis, Batch
from chipbot.index.inverting import invert

_BLOCK = 1 << 20  # tokens that are renumbered at once


class _Columns:
    """The arrays of an index as they grow, each in its type; growing one moves it rather than holding it twice."""

    def __init__(self) -> None:
        self._data = {name: bytearray() for name in ARRAYS}

    def append(self, name: str, values: Array | bytes) -> None:
        self._data[name] += values if isinstance(values, bytes) else np.ascontiguousarray(values, ARRAYS[name]).data.cast("B")

    def append_counts(self, name: str, counts: Sequence[int] | Array) -> None:
        """Append running sums, as offsets; the first of them is 0."""
        if not self._data[name]:
            self.append(name, np.zeros(1))
        self.append(name, np.cumsum(counts, dtype=np.int64) + self.array(name)[-1])

    def append_strings(self, name: str, offsets: str, strings: Sequence[str]) -> None:
        encoded = [string.encode() for string in strings]
        self.append(name, b"".join(encoded))
        self.append_counts(offsets, [len(one) for one in encoded])

    def length(self, name: str) -> int:
        return len(self._data[name]) // np.dtype(ARRAYS[name]).itemsize

    def array(self, name: str) -> Array:
        return np.frombuffer(self._data[name], ARRAYS[name])


def build(batches: Iterable[Batch]) -> dict[str, Array]:
    """Lay out documents, which come in the order of their ids, as the arrays of one index.

    Each batch is let go before the next is asked for. Returns every array that `ARRAYS` names, in the type that it or `WIDER`
    names.
    """
    columns = _Columns()
    vocabulary: dict[str, int] = {}
    sources: dict[str, array[int]] = {}
    for batch in batches:
        _append(columns, batch, _numbered(batch, vocabulary, sources))
        del batch
    if not columns.length("document_bytes"):
        _append(columns, Analysis().batch(), np.zeros(0, np.int32))
    del sources
    used = np.zeros(len(vocabulary), bool)
    for block in _blocks(columns):
        used[block] = True
    terms = sorted((term for term, number in vocabulary.items() if used[number]), key=str.encode)
    columns.append_strings("term_text", "term_offsets", terms)
    ranks = np.zeros(len(vocabulary), np.int32)
    ranks[[vocabulary[term] for term in terms]] = np.arange(len(terms))
    vocabulary.clear()
    for block in _blocks(columns):
        block[:] = ranks[block]
    arrays = {name: columns.array(name) for name in ARRAYS}
    arrays.update(invert(arrays, len(terms)))
    return {name: _typed(arrays[name], name) for name in ARRAYS}


def _numbered(batch: Batch, vocabulary: dict[str, int], sources: dict[str, array[int]]) -> Array:
    """Return the number in the index of each term by its number in the batch; terms are numbered as they are first met."""
    known = sources.setdefault(batch.source, array("i")) if batch.source else array("i")
    known.extend([vocabulary.setdefault(term, len(vocabulary)) for term in batch.terms])
    return np.array(known, np.int32)


def _blocks(columns: _Columns) -> Iterator[Array]:
    """Yield the terms of sentences and contexts, so many at a time."""
    for name in ("tokens", "context_terms"):
        array = columns.array(name)
        for start in range(0, len(array), _BLOCK):
            yield array[start : start + _BLOCK]


def _append(columns: _Columns, batch: Batch, numbers: Array) -> None:
    """Append a batch to the columns; `numbers` are those of its terms in the index."""
    documents = max(columns.length("document_bytes") - 1, 0)
    contexts, bytes_before = max(columns.length("context_tokens") - 1, 0), columns.length("text")
    rows, sentences = batch.passages.T, batch.sentences.T
    columns.append("passage_document", np.repeat(np.arange(len(batch.rows)) + documents, batch.document_passages))
    for name, values in (
        ("passage_start", rows[0]),
        ("passage_end", rows[1]),
        ("passage_byte_start", rows[2] + bytes_before),
        ("passage_byte_end", rows[3] + bytes_before),
        ("passage_line", rows[4]),
        ("passage_page", rows[5]),
        ("passage_context", rows[6] + contexts),
        ("sentence_start", sentences[0]),
        ("sentence_end", sentences[1]),
        ("sentence_signals", sentences[2]),
        ("tokens", numbers[batch.tokens]),
        ("context_terms", numbers[batch.context_terms]),
    ):
        columns.append(name, values)
    columns.append("text", batch.text)
    columns.append_counts("document_bytes", batch.document_bytes)
    columns.append_counts("document_passages", batch.document_passages)
    columns.append_counts("passage_sentences", rows[7])
    columns.append_counts("sentence_tokens", sentences[3])
    columns.append_counts("context_tokens", batch.context_counts)
    json_rows = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in batch.rows]
    columns.append_strings("document_rows", "document_row_offsets", json_rows)
    headings = [json.dumps(heading, ensure_ascii=False) for heading in batch.headings]
    columns.append_strings("context_headings", "context_heading_offsets", headings)


def _typed(array: Array, name: str) -> Array:
    """Return an array in the type that `ARRAYS` names, or in the wider one where it has that or its values need it."""
    narrow, wide = np.dtype(ARRAYS[name]), np.dtype(WIDER.get(name, ARRAYS[name]))
    fits = narrow == wide or (array.dtype != wide and int(array.max(initial=0)) <= np.iinfo(narrow).max)
    return np.ascontiguousarray(array, narrow if fits else wide)
