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

_LONGEST_REMEMBERED = 64  # code points of a chunk that may well come again
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

    def __init__(self, memo: TermMemo | None = None) -> None:
        self._memo = memo or TermMemo()
        self._memo.forget_many()
        self._columns = {field.name: array(_TYPECODES[field.type]) for field in STORED}
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
        sentences, counts = _sentence_columns(document, chunks, self._memo)
        texts = ["\n".join((document.title, *heading)) for heading in headings]
        breadcrumbs = [self._memo.terms(text, document.language) for text in texts]
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
                "breadcrumb_headings": b"".join(paths),
                "breadcrumb_heading_offsets": map(len, paths),
                "breadcrumb_term_offsets": map(len, breadcrumbs),
                "breadcrumb_terms": [number for terms in breadcrumbs for number in terms],
            }
        )
        self._documents += 1
        self._languages.add(document.language)

    def build(self) -> Segment:
        """Return the documents that have been added; to be called once."""
        arrays = {name: np.frombuffer(column, f"<{_dtype(column)}") for name, column in self._columns.items()}
        names, in_order = list(self._memo.numbers), ("sentence_terms", "breadcrumb_terms")
        used = np.unique(np.concatenate([arrays[name] for name in in_order])).tolist()
        used.sort(key=names.__getitem__)
        terms, ranks = [names[number] for number in used], np.empty(len(names), np.int32)
        ranks[used] = np.arange(len(used))
        for name in in_order:
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


class TermMemo:
    """Remembers the terms of chunks (what stands between white space), as numbers, from one segment to the next."""

    def __init__(self, most: int = 700_000) -> None:
        self.most = most
        """How many terms or chunks are remembered before all are forgotten."""
        self.numbers = Numbers()
        """The number of each term that was met."""
        self._chunks: dict[str, _Chunks] = {}

    def forget_many(self) -> None:
        """Keep memory within bounds; to be called when no number is in use."""
        if max(len(self.numbers), *map(len, self._chunks.values()), 0) > self.most:
            self.numbers, self._chunks = Numbers(), {}

    def terms(self, text: str, language: str) -> list[int]:
        """Return the numbers of the terms of a text, in order."""
        chunks = self._chunks.get(language)
        if chunks is None:
            chunks = self._chunks[language] = _Chunks(language, self.numbers)
        found: list[int] = []
        for chunk in text.split():
            numbers = chunks[chunk]
            if numbers is None:
                return [self.numbers[term] for term in analyzer(language).terms(text)]
            found += numbers
        return found


class _Chunks(dict[str, "tuple[int, ...] | None"]):
    """The numbers of each chunk's terms in one language; None where they depend on the text around it."""

    def __init__(self, language: str, numbers: Numbers) -> None:
        super().__init__()
        self._terms_of, self._numbers = analyzer(language).chunk_terms, numbers

    def __missing__(self, chunk: str) -> tuple[int, ...] | None:
        terms = self._terms_of(chunk)
        found = None if terms is None else tuple(map(self._numbers.__getitem__, terms))
        if len(chunk) <= _LONGEST_REMEMBERED:
            self[chunk] = found
        return found


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
    document: Document, chunks: Sequence[Chunk], memo: TermMemo
) -> tuple[dict[str, list[int]], list[int]]:
    """Return what is kept of sentences, and how many terms those of each passage have."""
    text, language = document.text, document.language
    columns = {field.name: list[int]() for field in STORED if field.name.startswith("sentence_")}
    starts, ends, kinds, types, counts, terms = columns.values()
    totals: list[int] = []
    for chunk in chunks:
        before = len(terms)
        for start, end, kind in chunk.sentences:
            sentence = text[start:end]
            found = memo.terms(sentence, language)
            terms += found
            starts.append(start)
            ends.append(end)
            kinds.append(BLOCK_KINDS.index(kind))
            types.append(answer_types(sentence))
            counts.append(len(found))
        totals.append(len(terms) - before)
    return columns, totals


def _dtype(column: array[int]) -> str:
    return f"{'u' if column.typecode.isupper() else 'i'}{column.itemsize}"
