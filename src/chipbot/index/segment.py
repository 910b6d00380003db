"""Documents → a segment: passages, sentences, terms and postings, independent of all other documents."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xxhash

from chipbot.index.arrays import Array, Ints, concat_ranges, exclusive_cumsum
from chipbot.index.schema import BLOCK_KINDS, STORED, DocumentRow
from chipbot.index.structure import encode_structures
from chipbot.model import Document
from chipbot.text.answer_types import answer_types
from chipbot.text.passages import Chunk, chunk_document
from chipbot.text.tokenizer import analyzer

encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_TYPECODES = {"u1": "B", "u2": "H", "i4": "i", "i8": "q", "u8": "Q"}


class Postings(NamedTuple):
    """Which passages of a segment hold which of its terms: term by term, passages ascending."""

    counts: Array
    """How many passages hold each term; at least one does."""
    passages: Array
    """The passages of all terms, one term after the other."""
    pairs: Array
    """The pair of frequency and length of each posting."""
    frequencies: Array
    """How often the term stands in the passage, for each distinct pair."""
    lengths: Array
    """How many terms the passage has, for each distinct pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Some documents' share of an index."""

    arrays: Mapping[str, Array]
    """The arrays of `schema.STORED`, but for offsets how many there are: of each document, say, its passages."""
    terms: list[str]
    """The terms that `arrays` and `postings` have as numbers, each once, in order."""
    postings: Postings
    languages: frozenset[str]
    """Those of the documents."""


class SegmentBuilder:
    """Puts together a segment, document by document."""

    def __init__(self) -> None:
        self._columns = {field.name: array(_TYPECODES[field.type]) for field in STORED}
        self._numbers = Numbers()
        self._languages: set[str] = set()
        self._documents = 0

    def add(self, document: Document, *, size: int = 0, mtime_ns: int = 0) -> None:
        """Cut a document into passages and sentences, and make terms of them.

        Args:
            document: What to add; documents come in the order of their ids.
            size: The file's size in bytes.
            mtime_ns: When the file was last changed, in nanoseconds since the epoch.

        Raises:
            AssertionError: A passage is not the slice of the document that it claims to be. Whatever is raised,
                nothing has been added.
        """
        chunks = chunk_document(document)
        headings = {
            heading: number for number, heading in enumerate(dict.fromkeys(c.passage.heading for c in chunks))
        }
        row = DocumentRow(
            document.id, document.title, document.sha256, document.language, document.url, size, mtime_ns
        )
        passages, data = _passage_columns(document, chunks)
        sentences, words, counts = _sentence_columns(document, chunks)
        make_terms = analyzer(document.language).terms
        breadcrumbs = [make_terms("\n".join((document.title, *heading))) for heading in headings]
        breadcrumb_of = [headings[chunk.passage.heading] for chunk in chunks]
        paths = [encode_json(heading).encode() for heading in headings]
        structures = [text.encode() for text in encode_structures(document, [c.passage[1:3] for c in chunks])]
        encoded_row = encode_json(row).encode()
        columns = self._columns
        bytes_before, breadcrumbs_before = len(columns["text"]), len(columns["breadcrumb_term_offsets"])
        self._extend(
            {
                **sentences,
                "document_rows": encoded_row,
                "document_row_offsets": [len(encoded_row)],
                "text": data,
                "document_bytes": [len(data)],
                "document_passages": [len(chunks)],
                "document_breadcrumbs": [len(headings)],
                "passage_document": [self._documents] * len(chunks),
                "passage_start": [chunk.passage.start for chunk in chunks],
                "passage_end": [chunk.passage.end for chunk in chunks],
                "passage_byte_start": [start + bytes_before for start, _, _ in passages],
                "passage_byte_end": [end + bytes_before for _, end, _ in passages],
                "passage_checksum": [checksum for _, _, checksum in passages],
                "passage_breadcrumb": [number + breadcrumbs_before for number in breadcrumb_of],
                "passage_length": [
                    count + len(breadcrumbs[number])
                    for count, number in zip(counts, breadcrumb_of, strict=True)
                ],
                "passage_sentences": [len(chunk.sentences) for chunk in chunks],
                "passage_structures": b"".join(structures),
                "passage_structure_offsets": map(len, structures),
                "sentence_terms": map(self._numbers.__getitem__, words),
                "breadcrumb_headings": b"".join(paths),
                "breadcrumb_heading_offsets": map(len, paths),
                "breadcrumb_term_offsets": map(len, breadcrumbs),
                "breadcrumb_terms": [self._numbers[term] for terms in breadcrumbs for term in terms],
            }
        )
        self._documents += 1
        self._languages.add(document.language)

    def build(self) -> Segment:
        """Return the documents that have been added; to be called once."""
        arrays = {name: np.frombuffer(column, f"<{_dtype(column)}") for name, column in self._columns.items()}
        terms = sorted(self._numbers)
        ranks = np.empty(len(terms), np.int32)
        ranks[[self._numbers[term] for term in terms]] = np.arange(len(terms))
        for name in ("sentence_terms", "breadcrumb_terms"):
            arrays[name] = ranks.take(arrays[name])
        return Segment(
            arrays=arrays,
            terms=terms,
            postings=count_postings(arrays, len(terms)),
            languages=frozenset(self._languages),
        )

    def _extend(self, added: Mapping[str, object]) -> None:
        for name, values in added.items():
            column = self._columns[name]
            if isinstance(values, bytes):
                column.frombytes(values)
            else:
                column.extend(values)  # type: ignore[arg-type]  # numbers, all of them


class Numbers(dict[str, int]):
    """Numbers terms from 0 as they are first asked for."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


def count_postings(arrays: Mapping[str, Array], vocabulary: int) -> Postings:
    """Count each term in each passage of a segment; a passage's breadcrumb counts as if it stood in it.

    Args:
        arrays: The segment's arrays.
        vocabulary: How many terms there are.
    """
    lengths, of_passage = arrays["passage_length"], arrays["passage_breadcrumb"]
    numbers = np.arange(len(lengths))
    counts = arrays["breadcrumb_term_offsets"].take(of_passage)
    starts = exclusive_cumsum(arrays["breadcrumb_term_offsets"]).take(of_passage)
    terms = [arrays["sentence_terms"], arrays["breadcrumb_terms"].take(concat_ranges(starts, counts))]
    in_sentences = np.repeat(np.repeat(numbers, arrays["passage_sentences"]), arrays["sentence_term_offsets"])
    keys = np.concatenate(terms).astype(np.int64) << 32
    keys |= np.concatenate([in_sentences, np.repeat(numbers, counts)])
    keys, frequencies = np.unique(keys, return_counts=True)
    passages = keys & 0xFFFFFFFF
    pairs, pair_of = np.unique(pair_codes(frequencies, lengths.take(passages)), return_inverse=True)
    return Postings(
        counts=np.bincount(keys >> 32, minlength=vocabulary).astype(np.int32),
        passages=passages.astype(np.min_scalar_type(len(lengths))),
        pairs=pair_of.astype(np.min_scalar_type(len(pairs))),
        frequencies=pairs >> 32,
        lengths=pairs & 0xFFFFFFFF,
    )


def pair_codes(frequencies: Array, lengths: Array) -> Ints:
    """Return a number for each pair of frequency and length; they are in the order of the pairs."""
    codes: Ints = frequencies.astype(np.int64) << 32 | lengths.astype(np.int64)
    return codes


def _passage_columns(document: Document, chunks: Sequence[Chunk]) -> tuple[list[tuple[int, int, int]], bytes]:
    """Return where each passage begins and ends in the document's bytes, with its checksum; and those bytes.

    Raises AssertionError if a passage is not the slice of the document that it claims to be.
    """
    text, data = document.text, document.text.encode()
    columns: list[tuple[int, int, int]] = []
    position = byte = 0
    for (_, start, end, *_), _ in chunks:
        encoded = text[start:end].encode()
        byte += len(text[position:start].encode())
        if not position <= start < end <= len(text) or data[byte : byte + len(encoded)] != encoded:
            raise AssertionError(f"passage {start}:{end} of {document.id} is not a slice of it")
        columns.append((byte, byte + len(encoded), xxhash.xxh3_64_intdigest(encoded)))
        position, byte = end, byte + len(encoded)
    return columns, data


def _sentence_columns(
    document: Document, chunks: Sequence[Chunk]
) -> tuple[dict[str, list[int]], list[str], list[int]]:
    """Return what is kept of sentences, their terms one after the other, and how many terms each passage's have."""
    text, make_terms = document.text, analyzer(document.language).terms
    columns = {field.name: list[int]() for field in STORED if field.name.startswith("sentence_")}
    del columns["sentence_terms"]
    starts, ends, kinds, types, counts = columns.values()
    words: list[str] = []
    totals: list[int] = []
    for chunk in chunks:
        before = len(words)
        for start, end, kind in chunk.sentences:
            sentence = text[start:end]
            terms = make_terms(sentence)
            words += terms
            starts.append(start)
            ends.append(end)
            kinds.append(BLOCK_KINDS.index(kind))
            types.append(answer_types(sentence))
            counts.append(len(terms))
        totals.append(len(words) - before)
    return columns, words, totals


def _dtype(column: array[int]) -> str:
    return f"{'u' if column.typecode.isupper() else 'i'}{column.itemsize}"
