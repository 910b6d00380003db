"""Documents → a segment: passages, sentences, terms and postings, independent of all other documents."""

from __future__ import annotations

import json
import os
from array import array
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count, islice
from operator import or_
from typing import Any

import numpy as np

from chipbot.index.arrays import Array, Ints, concat_ranges, exclusive_cumsum
from chipbot.index.schema import BLOCK_KINDS, STORED, DocumentRow
from chipbot.index.seal import document_part, passage_checksum
from chipbot.index.structure import encode_structures
from chipbot.model import Document, Passage
from chipbot.text.answer_types import answer_types, sentence_ending
from chipbot.text.passages import Chunk, chunk_document
from chipbot.text.tokenizer import Analyzer, analyzer

encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_LONGEST_REMEMBERED = 64  # code points of a chunk that may well come again
_DEPENDS = -1
"""Instead of the number of a chunk whose terms depend on the text around it."""

_memo_numbers = count()
_TYPECODES = {"u1": "B", "u2": "H", "i4": "i", "i8": "q", "u8": "Q"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Some documents' share of an index."""

    arrays: Mapping[str, Array]
    """The arrays of `schema.STORED`, but for offsets how many there are: of each document, say, its passages."""
    memo: Hashable
    """The memo that numbered the terms; its segments are merged in the order in which they are built."""
    new_terms: list[str]
    """The terms that this memo has numbered since the segment before, in the order of their numbers."""
    languages: frozenset[str]
    """Those of the documents."""


class TermMemo:
    """Remembers the terms of chunks (what stands between white space) from one segment to the next.

    Terms are numbered as they come, and so are chunks; a segment is put together from chunks' numbers.
    """

    def __init__(self, most: int = 700_000) -> None:
        self._most = most  # chunks that are remembered before all are forgotten
        self._forget()

    def _forget(self) -> None:
        self._id = (os.getpid(), next(_memo_numbers))
        self._numbers = numbers()
        self._reported = 0
        self._chunks: dict[str, _Chunks] = {}
        self._terms, self._ends = array("i"), array("q", [0])

    def chunks(self, texts: Iterable[str], language: str) -> Iterator[list[int]]:
        """Yield the numbers of the chunks of each text, in order."""
        remembered = self._chunks.get(language)
        if remembered is None:
            remembered = self._chunks[language] = _Chunks(analyzer(language), self._add)
        for text in texts:
            found = list(map(remembered.__getitem__, text.split()))
            yield [self._add(analyzer(language).terms(text))] if _DEPENDS in found else found

    def _add(self, terms: Iterable[str] | None) -> int:
        """Number a chunk that has these terms; None where they depend on the text around it."""
        if terms is None:
            return _DEPENDS
        for term in terms:
            self._terms.append(self._numbers[term])
        self._ends.append(len(self._terms))
        return len(self._ends) - 2

    def look_up(self, chunks: Ints) -> tuple[Array, Ints]:
        """Return the terms of these chunks, one after the other, and how many each of them has."""
        ends = np.array(self._ends)
        counts = np.diff(ends).take(chunks)
        return np.array(self._terms, np.int32).take(concat_ranges(ends.take(chunks), counts)), counts

    def report(self) -> tuple[Hashable, list[str]]:
        """Return the memo's id, and the terms numbered since the last report; forget all when that is much."""
        reported = self._id, list(islice(self._numbers, self._reported, None))
        self._reported = len(self._numbers)
        if len(self._ends) > self._most:
            self._forget()
        return reported


def numbers() -> defaultdict[str, int]:
    """Return what numbers terms from 0 as they are first asked for."""
    made: defaultdict[str, int] = defaultdict()
    made.default_factory = made.__len__
    return made


class _Chunks(dict[str, int]):
    """The number of each chunk in one language."""

    def __init__(self, analyzer: Analyzer, add: Callable[[Iterable[str] | None], int]) -> None:
        super().__init__()
        self._analyzer, self._add = analyzer, add

    def __missing__(self, chunk: str) -> int:
        word = self._analyzer.plain_word(chunk)
        if word and word != chunk:
            number = self[word]
        else:
            number = self._add(self._analyzer.word_terms(word) if word else self._analyzer.chunk_terms(chunk))
        if len(chunk) <= _LONGEST_REMEMBERED:
            self[chunk] = number
        return number


class SegmentBuilder:
    """Puts together a segment, document by document."""

    def __init__(self, memo: TermMemo | None = None) -> None:
        self._memo = memo or TermMemo()
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
        passages = [chunk.passage for chunk in chunks]
        headings = {path: i for i, path in enumerate(dict.fromkeys(passage.heading for passage in passages))}
        titles = ["\n".join((document.title, *heading)) for heading in headings]
        breadcrumbs = list(self._memo.chunks(titles, document.language))
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
        columns = self._columns
        byte, breadcrumb = len(columns["text"]), len(columns["breadcrumb_term_offsets"])
        starts, ends = _checked_bytes(document, passages, byte)
        structures = list(encode_structures(document, [passage[1:3] for passage in passages]))
        encoded_headings = {path: encode_json(path) for path in headings}
        part = document_part(row)
        checksums = [
            passage_checksum(
                document.text[chunk.passage.start : chunk.passage.end].encode(),
                structure.encode(),
                encoded_headings[chunk.passage.heading].encode(),
                part,
                chunk.passage.start,
                _spans(chunk),
            )
            for chunk, structure in zip(chunks, structures, strict=True)
        ]
        added: dict[str, Iterable[Any]] = {
            **_sentence_columns(document, chunks, self._memo),
            **_encoded("document_row", [encode_json(row)]),
            **_encoded("passage_structure", structures),
            **_encoded("breadcrumb_heading", encoded_headings.values()),
            "text": document.text.encode(),
            "document_bytes": [len(document.text.encode())],
            "document_passages": [len(chunks)],
            "document_breadcrumbs": [len(headings)],
            "passage_document": [self._documents] * len(chunks),
            "passage_start": [passage.start for passage in passages],
            "passage_end": [passage.end for passage in passages],
            "passage_byte_start": starts,
            "passage_byte_end": ends,
            "passage_checksum": checksums,
            "passage_breadcrumb": [headings[passage.heading] + breadcrumb for passage in passages],
            "passage_sentences": [len(chunk.sentences) for chunk in chunks],
            "breadcrumb_term_offsets": map(len, breadcrumbs),
            "breadcrumb_terms": chain.from_iterable(breadcrumbs),
        }
        for name, values in added.items():
            if isinstance(values, bytes):
                columns[name].frombytes(values)
            else:
                columns[name].extend(values)
        self._documents += 1
        self._languages.add(document.language)

    def build(self) -> Segment:
        """Return the documents that have been added; to be called once."""
        arrays = {
            name: np.frombuffer(column, f"<{'u' if column.typecode.isupper() else 'i'}{column.itemsize}")
            for name, column in self._columns.items()
        }
        for text in ("sentence", "breadcrumb"):  # from numbers of chunks to numbers of terms
            arrays[f"{text}_terms"], counts = self._memo.look_up(arrays[f"{text}_terms"])
            arrays[f"{text}_term_offsets"] = _sums(counts, arrays[f"{text}_term_offsets"])
        arrays["passage_length"] = (
            _sums(arrays["sentence_term_offsets"], arrays["passage_sentences"])
            + arrays["breadcrumb_term_offsets"].take(arrays["passage_breadcrumb"])
        ).astype(np.int32)
        memo, new_terms = self._memo.report()
        return Segment(arrays=arrays, memo=memo, new_terms=new_terms, languages=frozenset(self._languages))


def _sums(values: Array, counts: Array) -> Ints:
    """Return the sums of runs of values, so many in each."""
    return np.diff(exclusive_cumsum(values).take(exclusive_cumsum(counts)))


def _encoded(name: str, texts: Iterable[str]) -> dict[str, Iterable[Any]]:
    """Return JSON texts as two columns: their bytes and their lengths."""
    encoded = list(map(str.encode, texts))
    return {f"{name}s": b"".join(encoded), f"{name}_offsets": map(len, encoded)}


def _checked_bytes(document: Document, passages: Iterable[Passage], first: int) -> list[list[int]]:
    """Return where each passage begins and where it ends in the documents' bytes.

    Raises AssertionError if a passage is not the slice of the document that it claims to be.
    """
    text, data = document.text, document.text.encode()
    starts: list[int] = []
    ends: list[int] = []
    position = byte = 0
    for _, start, end, *_ in passages:
        encoded = text[start:end].encode()
        byte += len(text[position:start].encode())
        if not position <= start < end <= len(text) or data[byte : byte + len(encoded)] != encoded:
            raise AssertionError(f"passage {start}:{end} of {document.id} is not a slice of it")
        starts.append(byte + first)
        position, byte = end, byte + len(encoded)
        ends.append(byte + first)
    return [starts, ends]


def _spans(chunk: Chunk) -> bytes:
    """Return where the sentences of a chunk begin, and then where they end, as they are stored."""
    starts = [sentence.start for sentence in chunk.sentences]
    return array("i", starts + [sentence.end for sentence in chunk.sentences]).tobytes()


def _sentence_columns(
    document: Document, chunks: Iterable[Chunk], memo: TermMemo
) -> dict[str, Iterable[Any]]:
    """Return what is kept of sentences; of their terms, the numbers of the chunks that hold them."""
    sentences = [sentence for chunk in chunks for sentence in chunk.sentences]
    starts, ends, kinds, contexts = zip(*sentences, strict=True) if sentences else ((), (), (), ())
    texts = list(map(document.text.__getitem__, map(slice, starts, ends)))
    read = [f"{context} {text}" if context else text for context, text in zip(contexts, texts, strict=True)]
    terms = list(memo.chunks(read, document.language))
    return {
        "sentence_start": starts,
        "sentence_end": ends,
        "sentence_kind": map(BLOCK_KINDS.index, kinds),
        "sentence_answer_types": list(map(or_, map(answer_types, texts), map(sentence_ending, texts))),
        "sentence_term_offsets": map(len, terms),
        "sentence_terms": chain.from_iterable(terms),
    }
