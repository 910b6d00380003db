"""Batches of analysed documents → an index: all of them laid out in flat arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from chipbot.index import ARRAYS, WIDER, Array, Index, offsets_of
from chipbot.index.analysing import Batch
from chipbot.index.columns import Column, Output, give_back, let_go
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

_COLUMNS = tuple(ARRAYS)[: tuple(ARRAYS).index("term_text")]
"""The arrays that batches are appended to."""

_BLOCK = 1 << 20  # tokens that are renumbered at once


def build(
    batches: Iterable[Batch],
    present: Index | None = None,
    output: Output | None = None,
    report: Callable[[float], None] = lambda _: None,
) -> dict[str, Array]:
    """Lay out documents, which come in the order of their ids, as the arrays of one index.

    `present` is the index that documents are `taken` out of. Each batch is let go before the next is asked
    for. Returns every array that `ARRAYS` names, in the type that it or `WIDER` names; they go to the
    `output`, or else lie in memory. Once all batches are there `report` hears how much of what is left is
    done, from 0 to 1. Raises OSError where arrays cannot be written.
    """
    output = output or Output()
    arrays: dict[str, Array] = {}

    def keep(made: Iterable[tuple[str, Array]]) -> None:
        for name, array in made:
            arrays[name] = np.ascontiguousarray(array, _type(name, array))
            output.add(name, arrays[name])

    columns = {name: Column(ARRAYS[name], output.folder) for name in _COLUMNS}
    gathering = Gathering(present, output.folder)
    for batch in batches:
        _append(columns, batch, gathering.add(batch, len(columns["passage_start"])))
        del batch
    report(0)
    give_back()
    large = {name: columns.pop(name) for name in ("text", "tokens")}
    growing = {name: output.growing(name, ARRAYS[name], len(column)) for name, column in large.items()}
    for piece in large["text"].pieces():
        growing["text"].append(piece)
    terms = columns.pop("context_terms")
    keep(
        (name, offsets_of(column.take()) if name in _COUNTED else column.take())
        for name, column in columns.items()
    )
    text, offsets, ranks = gathering.finish()
    keep([("term_text", text), ("term_offsets", offsets), ("context_terms", ranks.take(terms.take()))])
    for piece in _ranked(large["tokens"].pieces(), ranks):
        growing["tokens"].append(piece)
    give_back()
    keep(invert(arrays, gathering, output, report))
    keep((name, one.take()) for name, one in growing.items())
    return arrays


def _ranked(pieces: Iterable[Array], ranks: Array) -> Iterator[Array]:
    """Yield terms in pieces, given by the numbers that they had while documents were read, by their places in
    the vocabulary.
    """
    if np.array_equal(ranks, np.arange(len(ranks))):
        yield from pieces
        return
    for piece in pieces:
        for start in range(0, len(piece), _BLOCK):
            yield ranks.take(piece[start : start + _BLOCK])
            let_go(piece)


def _append(columns: Mapping[str, Column], batch: Batch, numbers: Array | None) -> None:
    """Append a batch to the columns; `numbers` are those of its terms, or None if they are what the batch has
    them numbered.
    """
    documents, bytes_before = len(columns["document_bytes"]), len(columns["text"])
    passages, sentences = batch.passages, batch.sentences
    for name, values in (
        ("text", batch.text),
        ("document_bytes", batch.document_bytes),
        ("document_passages", batch.document_passages),
        (
            "passage_document",
            np.repeat(np.arange(len(batch.document_bytes)) + documents, batch.document_passages),
        ),
        ("passage_start", passages.start),
        ("passage_end", passages.end),
        ("passage_byte_start", passages.byte_start + bytes_before),
        ("passage_byte_end", passages.byte_end + bytes_before),
        ("passage_line", passages.line),
        ("passage_page", passages.page),
        ("passage_context", passages.context + len(columns["context_tokens"])),
        ("passage_sentences", passages.sentences),
        ("sentence_start", sentences.start),
        ("sentence_end", sentences.end),
        ("sentence_signals", sentences.signals),
        ("sentence_tokens", sentences.tokens),
        ("tokens", batch.tokens if numbers is None else numbers.take(batch.tokens)),
        ("context_tokens", batch.context_counts),
        ("context_terms", batch.context_terms if numbers is None else numbers.take(batch.context_terms)),
        ("document_rows", batch.rows.text),
        ("document_row_offsets", batch.rows.lengths),
        ("context_headings", batch.headings.text),
        ("context_heading_offsets", batch.headings.lengths),
    ):
        columns[name].append(values)


def _type(name: str, array: Array) -> npt.DTypeLike:
    """Return the type that an array is to have: the wider one if it has that."""
    return array.dtype if name in WIDER and array.dtype == WIDER[name] else ARRAYS[name]
