"""Batches of analysed documents → an index: all of them laid out in flat arrays."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence

import numpy as np

from chipbot.index import ARRAYS, WIDER, Array, Index, offsets_of
from chipbot.index.analysing import Analysis, Batch
from chipbot.index.inverting import Postings, gathered, invert, kept, merged

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
    if not columns.length("document_bytes"):
        _append(columns, Analysis().batch(), np.zeros(0, np.int32))
    terms, ranks = gathering.ranked()
    columns.append_strings("term_text", "term_offsets", terms)
    for name in ("tokens", "context_terms"):
        array = columns.array(name)
        for start in range(0, len(array), _BLOCK):
            array[start : start + _BLOCK] = ranks[array[start : start + _BLOCK]]
    postings = gathering.postings(ranks, len(terms))
    del gathering
    arrays = {name: columns.array(name) for name in ARRAYS}
    arrays.update(invert(arrays, postings))
    return {name: _typed(arrays[name], name) for name in ARRAYS}


class _Gathering:
    """The terms and postings of batches, as they come in; terms are numbered as they are first met."""

    def __init__(self, present: Index | None) -> None:
        self._present = present
        self._vocabulary: dict[str, int] = {}
        if present is not None:
            self._vocabulary = {term: number for number, term in enumerate(present.terms.all())}
        self._sources: dict[str, array[int]] = {}
        self._renumbered = np.full(present.passage_count if present is not None else 0, -1, np.int32)
        self._known = len(self._vocabulary)
        self._parts: list[tuple[int, Postings]] = []

    def add(self, batch: Batch, before: int) -> Array | None:
        """Take in a batch whose first passage has the number `before`; return its terms' numbers, None if those are its own."""
        if batch.postings is None:
            passages = len(batch.passages)
            self._renumbered[batch.taken_from : batch.taken_from + passages] = np.arange(before, before + passages)
            return None
        numbers = self._numbered(batch)
        self._parts.append((before, batch.postings._replace(terms=numbers[batch.postings.terms])))
        return numbers

    def _numbered(self, batch: Batch) -> Array:
        """Return the number of each term by its number in the batch."""
        known = self._sources.setdefault(batch.source, array("i")) if batch.source else array("i")
        vocabulary = self._vocabulary
        known.extend([vocabulary.setdefault(term, len(vocabulary)) for term in batch.terms])
        return np.array(known, np.int32)

    def ranked(self) -> tuple[list[str], Array]:
        """Return the terms that any passage holds, sorted by bytes, and by each term's number its place among them, or -1."""
        used = np.zeros(len(self._vocabulary), bool)
        for _, part in self._parts:
            used[part.terms] = True
        if self._present is not None:
            arrays = self._present.arrays
            stays = offsets_of(self._renumbered[arrays["posting_passages"]] >= 0)[arrays["posting_offsets"]]
            used[: self._known] |= np.diff(stays) > 0
        chosen = used.tolist()
        terms = sorted([term for term, number in self._vocabulary.items() if chosen[number]])
        ranks = np.full(len(self._vocabulary), -1, np.int32)
        ranks[list(map(self._vocabulary.__getitem__, terms))] = np.arange(len(terms), dtype=np.int32)
        self._vocabulary.clear()
        self._sources.clear()
        return terms, ranks

    def postings(self, ranks: Array, terms: int) -> Postings:
        """Return all postings, for `terms` terms."""
        parts = [(before, part._replace(terms=ranks[part.terms])) for before, part in self._parts]
        self._parts.clear()
        fresh = gathered(parts, terms)
        if self._present is None:
            return fresh
        return merged(kept(self._present.arrays, self._renumbered, ranks[: self._known], terms), fresh)


def _append(columns: _Columns, batch: Batch, numbers: Array | None) -> None:
    """Append a batch to the columns; `numbers` are those of its terms, or None if they are what the batch has them numbered."""
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
        ("tokens", batch.tokens if numbers is None else numbers[batch.tokens]),
        ("context_terms", batch.context_terms if numbers is None else numbers[batch.context_terms]),
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
    columns.append_strings("context_headings", "context_heading_offsets", batch.headings)


def _typed(array: Array, name: str) -> Array:
    """Return an array in the type that `ARRAYS` names, or in the wider one where its values need that."""
    narrow, wide = np.dtype(ARRAYS[name]), np.dtype(WIDER.get(name, ARRAYS[name]))
    fits = narrow == wide or int(array.max(initial=0)) <= np.iinfo(narrow).max
    return np.ascontiguousarray(array, narrow if fits else wide)
