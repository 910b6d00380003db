"""Documents → a segment: passages, sentences, terms and postings, independent of all other documents."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from operator import or_
from typing import Any

import numpy as np

from chipbot.index.arrays import Array, Ints, exclusive_cumsum
from chipbot.index.schema import BLOCK_KINDS, STORED, DocumentRow, is_offsets
from chipbot.index.seal import document_part, passage_checksum
from chipbot.index.structure import encode_structures
from chipbot.model import Document
from chipbot.text.answer_types import answer_types, sentence_ending
from chipbot.text.passages import Chunk, chunk_document
from chipbot.text.tokenizer import analyzer

encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_TYPECODES = {"u1": "B", "u2": "H", "i4": "i", "i8": "q", "u8": "Q"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Some documents' share of an index."""

    arrays: Mapping[str, Array]
    """The arrays of `schema.STORED`, but for offsets how many there are: of each document, say, its passages."""
    terms: list[str]
    """The terms that the documents have, and perhaps others, in the order of their numbers here."""
    languages: frozenset[str]
    """Those of the documents."""


def numbers() -> defaultdict[str, int]:
    """Return what numbers terms from 0 as they are first asked for."""
    made: defaultdict[str, int] = defaultdict()
    made.default_factory = made.__len__
    return made


class SegmentBuilder:
    """Puts together a segment, document by document."""

    def __init__(self) -> None:
        self._numbers = numbers()
        self._columns = {field.name: array(_TYPECODES[field.type]) for field in STORED}
        self._languages: set[str] = set()

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
        row = DocumentRow(
            document.id,
            document.title,
            document.sha256,
            document.language,
            document.url,
            size,
            mtime_ns,
            document.version or "",
        )
        added = _columns(document, row, self._numbers)
        lengths = {field.symbol: len(self._columns[field.name]) for field in STORED}
        for field in STORED:
            column, values = self._columns[field.name], added[field.name]
            if isinstance(values, bytes):
                column.frombytes(values)
            elif field.into in lengths and not is_offsets(field):
                column.extend(map(lengths[field.into].__add__, values))
            else:
                column.extend(values)
        self._languages.add(document.language)

    def build(self) -> Segment:
        """Return the documents that have been added; to be called once."""
        arrays = {
            name: np.frombuffer(column, f"<{'u' if column.typecode.isupper() else 'i'}{column.itemsize}")
            for name, column in self._columns.items()
        }
        arrays["passage_length"] = (
            _sums(arrays["sentence_term_offsets"], arrays["passage_sentences"])
            + arrays["breadcrumb_term_offsets"].take(arrays["passage_breadcrumb"])
        ).astype(np.int32)
        return Segment(arrays=arrays, terms=list(self._numbers), languages=frozenset(self._languages))


def _sums(values: Array, counts: Array) -> Ints:
    """Return the sums of runs of values, so many in each."""
    return np.diff(exclusive_cumsum(values).take(exclusive_cumsum(counts)))


def _columns(document: Document, row: DocumentRow, numbers: Mapping[str, int]) -> dict[str, Iterable[Any]]:
    """Return what is stored of a document: a row for it, and its breadcrumbs, passages and sentences."""
    chunks = chunk_document(document)
    breadcrumbs = list(dict.fromkeys(chunk.passage.heading for chunk in chunks))
    headings = dict(zip(breadcrumbs, map(encode_json, breadcrumbs), strict=True))
    titles = ["\n".join((document.title, *breadcrumb)) for breadcrumb in breadcrumbs]
    terms, counts = _number(titles, document.language, numbers)
    return {
        **_encoded("document_row", [encode_json(row)]),
        "document_passages": [len(chunks)],
        "document_breadcrumbs": [len(breadcrumbs)],
        **_encoded("breadcrumb_heading", headings.values()),
        "breadcrumb_term_offsets": counts,
        "breadcrumb_terms": terms,
        **_passage_columns(document, chunks, headings, document_part(row)),
        **_sentence_columns(document, chunks, numbers),
    }


def _number(texts: Iterable[str], language: str, numbers: Mapping[str, int]) -> tuple[list[int], list[int]]:
    """Return the numbers of the terms of all texts, one after the other, and how many each text has."""
    terms = list(map(analyzer(language).terms, texts))
    return list(map(numbers.__getitem__, chain.from_iterable(terms))), list(map(len, terms))


def _encoded(name: str, texts: Iterable[str]) -> dict[str, Iterable[Any]]:
    """Return JSON texts as two columns: their bytes and their lengths."""
    encoded = list(map(str.encode, texts))
    return {f"{name}s": b"".join(encoded), f"{name}_offsets": map(len, encoded)}


def _passage_columns(
    document: Document, chunks: Sequence[Chunk], headings: Mapping[tuple[str, ...], str], part: bytes
) -> dict[str, Iterable[Any]]:
    """Return what is kept of passages, and the text that they are slices of.

    Raises AssertionError if a passage is not the slice of the document that it claims to be.
    """
    text, data, position, byte = document.text, document.text.encode(), 0, 0
    places = {heading: number for number, heading in enumerate(headings)}
    structures = list(encode_structures(document, [chunk.passage[1:3] for chunk in chunks]))
    byte_starts, byte_ends, checksums = [], [], []
    for chunk, structure in zip(chunks, structures, strict=True):
        _, start, end, heading, _ = chunk.passage
        encoded = text[start:end].encode()
        byte += len(text[position:start].encode())
        if not position <= start < end <= len(text) or data[byte : byte + len(encoded)] != encoded:
            raise AssertionError(f"passage {start}:{end} of {document.id} is not a slice of it")
        above = headings[heading].encode()
        checksums.append(passage_checksum(encoded, structure.encode(), above, part, start, _spans(chunk)))
        byte_starts.append(byte)
        position, byte = end, byte + len(encoded)
        byte_ends.append(byte)
    return {
        "text": data,
        "document_bytes": [len(data)],
        "passage_document": repeat(0, len(chunks)),
        "passage_start": [chunk.passage.start for chunk in chunks],
        "passage_end": [chunk.passage.end for chunk in chunks],
        "passage_byte_start": byte_starts,
        "passage_byte_end": byte_ends,
        "passage_checksum": checksums,
        "passage_breadcrumb": [places[chunk.passage.heading] for chunk in chunks],
        "passage_length": (),
        "passage_sentences": [len(chunk.sentences) for chunk in chunks],
        **_encoded("passage_structure", structures),
    }


def _spans(chunk: Chunk) -> bytes:
    """Return where the sentences of a chunk begin, and then where they end, as they are stored."""
    starts = [sentence.start for sentence in chunk.sentences]
    return array("i", starts + [sentence.end for sentence in chunk.sentences]).tobytes()


def _sentence_columns(
    document: Document, chunks: Iterable[Chunk], numbers: Mapping[str, int]
) -> dict[str, Iterable[Any]]:
    """Return what is kept of sentences."""
    sentences = [sentence for chunk in chunks for sentence in chunk.sentences]
    starts, ends, kinds, contexts = zip(*sentences, strict=True) if sentences else ((), (), (), ())
    texts = list(map(document.text.__getitem__, map(slice, starts, ends)))
    read = [f"{context} {text}" if context else text for context, text in zip(contexts, texts, strict=True)]
    terms, counts = _number(read, document.language, numbers)
    return {
        "sentence_start": starts,
        "sentence_end": ends,
        "sentence_kind": map(BLOCK_KINDS.index, kinds),
        "sentence_answer_types": list(map(or_, map(answer_types, texts), map(sentence_ending, texts))),
        "sentence_term_offsets": counts,
        "sentence_terms": terms,
    }
