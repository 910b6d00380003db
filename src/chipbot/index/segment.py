"""Documents → a segment: passages, sentences and terms, independent of all other documents."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from operator import or_
from pathlib import Path

import numpy as np

from chipbot.arrays import Array, SpillBuffer, exclusive_cumsum
from chipbot.index.schema import STORED, DocumentRow, is_offsets
from chipbot.index.seal import passage_checksum, shown_of
from chipbot.model import BLOCK_KINDS, Document, Failure
from chipbot.text.answer_types import answer_types, sentence_ending
from chipbot.text.passages import Chunk, chunk_document
from chipbot.text.structure import structure_json, structures
from chipbot.text.term_numbers import TermNumbers

_encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
Values = Sequence[int] | Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Some documents' share of an index."""

    arrays: Mapping[str, Array]
    """The arrays of `schema.STORED`, but for offsets how many there are: of each document, say, its passages."""
    numbering: str
    """The id of what gave terms their numbers."""
    terms: Sequence[str]
    """Those that no earlier segment with this numbering has, and perhaps others, in the order of their numbers."""
    languages: frozenset[str]
    """Those of the documents."""
    failures: Sequence[Failure] = ()
    """What is wrong with these documents, and with others that could not be read."""


class Columns:
    """The arrays of a segment, to which documents are appended."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep what is long in files in `folder`; without one, all in memory."""
        self.arrays = {field.name: SpillBuffer(field.type, folder) for field in STORED}
        self.lengths = {field.symbol: 0 for field in STORED}
        """How many there are so far, by the symbol of what they are."""

    def append(self, arrays: Mapping[str, Values]) -> None:
        """Put documents after the others; what is a position is shifted by how many were there before."""
        for field in STORED:
            piece = arrays[field.name]
            if field.into in self.lengths and not is_offsets(field):
                piece = np.add(piece, self.lengths[field.into], dtype=field.type)
            self.arrays[field.name].append(piece)
        self.lengths = {field.symbol: len(self.arrays[field.name]) for field in STORED}


class SegmentBuilder:
    """Takes in documents, and makes a segment of them."""

    def __init__(self, numbers: TermNumbers) -> None:
        self._numbers, self._columns, self._languages = numbers, Columns(), set[str]()

    def add(self, document: Document, *, size: int = 0, mtime_ns: int = 0) -> None:
        """Cut a document into passages and sentences, and make terms of them; where this raises, the segment lacks it.

        Args:
            document: The document.
            size: The file's size in bytes.
            mtime_ns: When the file was last changed, in nanoseconds since the epoch.

        Raises:
            AssertionError: A passage is not the slice of the document that it claims to be.
        """
        known = (document.id, document.title, document.sha256, document.language, document.url)
        row = DocumentRow(*known, size, mtime_ns, document.version or "")
        chunks = chunk_document(document)
        breadcrumbs = list(dict.fromkeys(chunk.passage.heading for chunk in chunks))
        headings = {breadcrumb: _encode_json(breadcrumb).encode() for breadcrumb in breadcrumbs}
        arrays = {
            **row_arrays([row]),
            "document_passages": [len(chunks)],
            "document_breadcrumbs": [len(breadcrumbs)],
            **_encoded("breadcrumb_heading", headings.values()),
            **_passage_arrays(document, row, chunks, headings),
            **_sentence_arrays(document, chunks),
            **self._term_arrays(document, breadcrumbs, chunks),
        }
        self._columns.append(arrays)
        self._languages.add(document.language)

    def _term_arrays(
        self, document: Document, breadcrumbs: Sequence[tuple[str, ...]], chunks: Iterable[Chunk]
    ) -> dict[str, Values]:
        """Return the terms of breadcrumbs, which have the title, and of sentences, which are read with their context."""
        texts = ["\n".join((document.title, *breadcrumb)) for breadcrumb in breadcrumbs]
        for start, end, _, context in chain.from_iterable(chunk.sentences for chunk in chunks):
            text = document.text[start:end]
            texts.append(f"{context} {text}" if context else text)
        terms, offsets = self._numbers.number(texts, document.language)
        counts, first, end = np.diff(offsets), len(breadcrumbs), offsets[len(breadcrumbs)]
        return {
            "breadcrumb_term_offsets": counts[:first],
            "breadcrumb_terms": terms[:end],
            "sentence_term_offsets": counts[first:],
            "sentence_terms": terms[end:],
        }

    def segment(self, failures: Sequence[Failure] = ()) -> Segment:
        """Return the segment, and what is wrong with its documents and others; to be called once."""
        return Segment(
            arrays={name: array.read() for name, array in self._columns.arrays.items()},
            numbering=self._numbers.id,
            terms=self._numbers.fresh(),
            languages=frozenset(self._languages),
            failures=failures,
        )


def row_arrays(rows: Iterable[DocumentRow]) -> dict[str, Values]:
    """Return the arrays that keep what is known of documents besides their texts."""
    return _encoded("document_row", [_encode_json(row).encode() for row in rows])


def _passage_arrays(
    document: Document, row: DocumentRow, chunks: Sequence[Chunk], headings: Mapping[tuple[str, ...], bytes]
) -> dict[str, Values]:
    """Return what is kept of passages, and the text that they are slices of, or an AssertionError says not."""
    text, spans = document.text, [chunk.passage[1:3] for chunk in chunks]
    cuts = [0, *chain.from_iterable(spans), len(text)]
    if cuts != sorted(cuts) or any(start == end for start, end in spans):
        raise AssertionError(f"a passage of {document.id} is not a slice of it")
    pieces = [text[start:end].encode() for start, end in pairwise(cuts)]  # passages, and what is between them
    bytes_before = exclusive_cumsum(list(map(len, pieces)))
    encoded = [structure_json(structure).encode() for structure in structures(document, spans)]
    above = [chunk.passage.heading for chunk in chunks]
    starts = [start for start, _ in spans]
    shown = zip(pieces[1::2], encoded, map(headings.__getitem__, above), starts, chunks, strict=True)
    places = {heading: number for number, heading in enumerate(headings)}
    document_shown = shown_of(row)
    return {
        "text": np.frombuffer(b"".join(pieces), np.uint8),
        "document_bytes": bytes_before[-1:],
        "passage_document": [0] * len(chunks),
        "passage_start": starts,
        "passage_end": [end for _, end in spans],
        "passage_byte_start": bytes_before[1:-1:2],
        "passage_byte_end": bytes_before[2::2],
        "passage_checksum": [
            passage_checksum(data, structure, heading, document_shown, start, _sentence_spans(chunk))
            for data, structure, heading, start, chunk in shown
        ],
        "passage_breadcrumb": list(map(places.__getitem__, above)),
        "passage_sentences": [len(chunk.sentences) for chunk in chunks],
        **_encoded("passage_structure", encoded),
    }


def _sentence_spans(chunk: Chunk) -> bytes:
    """Return where the sentences of a chunk begin, and then where they end, as they are stored."""
    starts = [sentence.start for sentence in chunk.sentences]
    return array("i", starts + [sentence.end for sentence in chunk.sentences]).tobytes()


def _sentence_arrays(document: Document, chunks: Iterable[Chunk]) -> dict[str, Values]:
    """Return what is kept of sentences besides their terms."""
    sentences = [sentence for chunk in chunks for sentence in chunk.sentences]
    starts, ends, kinds, _ = zip(*sentences, strict=True) if sentences else ((), (), (), ())
    texts = list(map(document.text.__getitem__, map(slice, starts, ends)))
    return {
        "sentence_start": starts,
        "sentence_end": ends,
        "sentence_kind": list(map(BLOCK_KINDS.index, kinds)),
        "sentence_answer_types": list(map(or_, map(answer_types, texts), map(sentence_ending, texts))),
    }


def _encoded(name: str, texts: Iterable[bytes]) -> dict[str, Values]:
    """Return JSON texts as two arrays: their bytes and their lengths."""
    texts = list(texts)
    return {f"{name}s": np.frombuffer(b"".join(texts), np.uint8), f"{name}_offsets": list(map(len, texts))}
