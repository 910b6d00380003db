"""Batches of analysed documents → an index: all of them laid out in flat arrays."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chipbot.index import ARRAYS, WIDER, Array, Index, offsets_of
from chipbot.index.analysing import Batch
from chipbot.index.columns import Column, let_go
from chipbot.index.gathering import Gathering
from chipbot.index.inverting import invert

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


def build(batches: Iterable[Batch], present: Index | None = None, folder: Path | None = None) -> dict[str, Array]:
    """Lay out documents, which come in the order of their ids, as the arrays of one index.

    `present` is the index that documents are `taken` out of. Each batch is let go before the next is asked for. Returns every
    array that `ARRAYS` names, in the type that it or `WIDER` names; large ones lie in files without a name in `folder`, if one is
    given. Raises OSError where those cannot be written.
    """
    columns = {name: Column(dtype, folder) for name, dtype in ARRAYS.items()}
    gathering = Gathering(present, folder)
    for batch in batches:
        _append(columns, batch, gathering.add(batch, len(columns["passage_start"])))
        del batch
    arrays = {name: column.take() for name, column in columns.items()}
    for name in _COUNTED:
        arrays[name] = offsets_of(arrays[name])
    text, arrays["term_offsets"], ranks = gathering.finish()
    arrays["term_text"] = np.frombuffer(text, np.uint8)
    if not np.array_equal(ranks, np.arange(len(ranks))):
        for array in (arrays["tokens"], arrays["context_terms"]):
            for start in range(0, len(array), _BLOCK):
                array[start : start + _BLOCK] = ranks[array[start : start + _BLOCK]]
                let_go(array)
    arrays.update(invert(arrays, gathering, folder))
    return {name: np.ascontiguousarray(array, _type(name, array)) for name, array in arrays.items()}


def _append(columns: Mapping[str, Column], batch: Batch, numbers: Array | None) -> None:
    """Append a batch to the columns; `numbers` are those of its terms, or None if they are what the batch has them numbered."""
    documents, bytes_before = len(columns["document_bytes"]), len(columns["text"])
    rows, sentences = batch.passages.T, batch.sentences.T
    for name, values in (
        ("text", batch.text),
        ("document_bytes", batch.document_bytes),
        ("document_passages", batch.document_passages),
        ("passage_document", np.repeat(np.arange(len(batch.rows)) + documents, batch.document_passages)),
        ("passage_start", rows[0]),
        ("passage_end", rows[1]),
        ("passage_byte_start", rows[2] + bytes_before),
        ("passage_byte_end", rows[3] + bytes_before),
        ("passage_line", rows[4]),
        ("passage_page", rows[5]),
        ("passage_context", rows[6] + len(columns["context_tokens"])),
        ("passage_sentences", rows[7]),
        ("sentence_start", sentences[0]),
        ("sentence_end", sentences[1]),
        ("sentence_signals", sentences[2]),
        ("sentence_tokens", sentences[3]),
        ("tokens", batch.tokens if numbers is None else numbers[batch.tokens]),
        ("context_tokens", batch.context_counts),
        ("context_terms", batch.context_terms if numbers is None else numbers[batch.context_terms]),
    ):
        columns[name].append(values)
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for name, counts, strings in (
        ("document_rows", "document_row_offsets", [row if isinstance(row, str) else encode(row) for row in batch.rows]),
        ("context_headings", "context_heading_offsets", batch.headings),
    ):
        encoded = [string.encode() for string in strings]
        columns[name].append(np.frombuffer(b"".join(encoded), np.uint8))
        columns[counts].append(np.array([len(one) for one in encoded], np.int64))


def _type(name: str, array: Array) -> npt.DTypeLike:
    """Return the type that an array is to have: the wider one if it has that."""
    return array.dtype if name in WIDER and array.dtype == WIDER[name] else ARRAYS[name]
