"""The index: passages, terms and BM25 weights as flat arrays, and the search over them."""

from __future__ import annotations

import json
import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise, repeat
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from chipbot.index.ranking import K1, B
from chipbot.index.searching import Searcher
from chipbot.model import Failure, Hit, Passage, Span
from chipbot.text.passages import MAX_CHARS, MIN_CHARS

__all__ = [
    "ARRAYS",
    "BUILD_SETTINGS",
    "WIDER",
    "DocumentRow",
    "Index",
    "StringTable",
    "Strings",
    "changes",
    "inserted",
    "offsets_of",
    "spread",
]

BUILD_SETTINGS: dict[str, float] = {"k1": K1, "b": B, "longest": MAX_CHARS, "short": MIN_CHARS}
"""What a build depends on besides the documents and the analysis."""

Array = npt.NDArray[Any]

_ROWS_AT_ONCE = 4096


def spread(starts: Array, counts: Array) -> npt.NDArray[np.int64]:
    """Return start, start + 1, … (count of them) for each pair, one after the other."""
    shift: npt.NDArray[np.int64] = np.repeat(starts - (np.cumsum(counts) - counts), counts)
    return np.arange(len(shift), dtype=np.int64) + shift


def offsets_of(counts: Array | Sequence[int]) -> npt.NDArray[np.int64]:
    """Return 0 and the running sums of `counts`."""
    offsets = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets


def changes(numbers: Array) -> npt.NDArray[np.bool_]:
    """Return which numbers differ from the one before; the first does."""
    changed = np.ones(len(numbers), bool)
    np.not_equal(numbers[1:], numbers[:-1], out=changed[1:])
    return changed


def inserted(numbers: Array, new: Array, places: Array) -> Array:
    """Return `numbers` with each of the `new` ones before the one at its place among them; places ascend."""
    at = places + np.arange(len(new))
    stay = np.ones(len(numbers) + len(new), bool)
    stay[at] = False
    made: Array = np.empty(len(stay), new.dtype)
    made[stay], made[at] = numbers, new
    return made


ARRAYS: dict[str, str] = {
    # the documents, one after the other
    "text": "u1",  # UTF-8
    "document_rows": "u1",  # one JSON object a document
    "document_row_offsets": "i8",  # D + 1
    "document_passages": "i8",  # D + 1: passages of document d are [d]:[d + 1]
    "document_bytes": "i8",  # D + 1: its text is text[d]:[d + 1]
    # the passages
    "passage_document": "i4",
    "passage_start": "i4",  # code points in the document
    "passage_end": "i4",
    "passage_byte_start": "i8",  # bytes in `text`
    "passage_byte_end": "i8",
    "passage_line": "i4",  # of its first code point, from 1
    "passage_page": "i4",  # from 1; 0 where there are none
    "passage_context": "i4",
    "passage_sentences": "i8",  # P + 1
    # the sentences
    "sentence_start": "i4",  # code points in the document
    "sentence_end": "i4",
    "sentence_signals": "u2",
    "sentence_tokens": "i8",  # S + 1
    "tokens": "i4",  # the sentences' terms in order
    # the contexts: a title with a heading path, shared by the passages below it
    "context_headings": "u1",  # one JSON array of strings a context
    "context_heading_offsets": "i8",  # C + 1
    "context_tokens": "i8",  # C + 1
    "context_terms": "i4",
    # the vocabulary, sorted by bytes
    "term_text": "u1",
    "term_offsets": "i8",  # V + 1
    "term_idf": "f8",
    # the postings, term by term, passages ascending; and how long passages are, which is known when those are
    # made
    "passage_length": "i4",  # terms, its context's included
    "posting_offsets": "i8",  # V + 1
    "posting_passages": "i4",
    "posting_impacts": "u2",  # the weight in steps, rounded up; in a small collection the weight itself
    # the pair of term frequency and passage length; the weight is idf x the pair's saturation
    "posting_pairs": "u2",
    "pair_saturations": "f8",
    "pair_frequencies": "i4",
    "pair_lengths": "i4",
    # the impacts of common terms once more, in one row of P a term; 0 where a passage does not hold it
    "common_terms": "i4",  # R, ascending
    "common_impacts": "u1",  # R rows
}
"""Every array of an index with its type; D documents, P passages, S sentences, C contexts, V terms, R common
terms.
"""

WIDER = {
    "posting_passages": "i8",
    "posting_impacts": "f8",
    "posting_pairs": "u4",
    "common_impacts": "f8",
}
"""The type that an array has instead in a small collection, or where its values do not fit the other."""


class DocumentRow(NamedTuple):
    """What the index keeps of a document besides its text."""

    id: str
    title: str
    sha256: str
    language: str
    url: str | None
    size: int
    mtime_ns: int


class Strings(NamedTuple):
    """Strings one after the other."""

    text: Array
    """In UTF-8; uint8."""
    lengths: npt.NDArray[np.int64]
    """How many bytes each has."""

    @classmethod
    def of(cls, strings: Iterable[str]) -> Strings:
        """Put strings together."""
        encoded = list(map(str.encode, strings))
        return cls(np.frombuffer(b"".join(encoded), np.uint8), np.array(list(map(len, encoded)), np.int64))

    def all(self) -> list[str]:
        """Return the strings one by one."""
        data, offsets = self.text.tobytes(), offsets_of(self.lengths).tolist()
        if data.isascii():
            text = data.decode("ascii")
            return [text[start:end] for start, end in pairwise(offsets)]
        return [data[start:end].decode() for start, end in pairwise(offsets)]


class StringTable:
    """Strings kept as one array of UTF-8 bytes with V + 1 offsets, read one at a time."""

    def __init__(self, text: Array, offsets: Array) -> None:
        self.text = text
        self.offsets = offsets

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, i: int) -> str:
        return self.raw(i).decode()

    def raw(self, i: int) -> bytes:
        """Return the bytes of string `i`."""
        return self.text[self.offsets[i] : self.offsets[i + 1]].tobytes()

    def between(self, first: int, last: int) -> Strings:
        """Return the strings from `first` to before `last`."""
        return Strings(
            self.text[self.offsets[first] : self.offsets[last]], np.diff(self.offsets[first : last + 1])
        )

    def all(self) -> list[str]:
        """Return all strings in order."""
        return self.between(0, len(self)).all()

    def find(self, string: str) -> int:
        """Return the number of `string` in a table sorted by bytes, or -1."""
        number = self.lower_bound(string)
        return (
            number
            if number < len(self) and self.raw(number) == string.encode("utf-8", "surrogatepass")
            else -1
        )

    def lower_bound(self, string: str) -> int:
        """Return how many strings of a table sorted by bytes come before `string`."""
        return bisect_left(range(len(self)), string.encode("utf-8", "surrogatepass"), key=self.raw)

    def near(self, string: str, start: int, end: int) -> list[int]:
        """Return which of the strings from `start` to before `end` may be one typing error away from
        `string`.

        All that are and few others: they differ in length by one character at most, and the characters with
        which both begin and both end cover the longer one but for two.
        """
        characters, offsets = self._characters(start, end)
        wanted, lengths = np.array(list(map(ord, string)), np.uint32)[:, None], np.diff(offsets)
        wanted = wanted.astype(
            np.min_scalar_type(wanted.max(initial=0))
        )  # comparing like with like is quicker
        found: list[int] = []
        for length in range(max(len(string) - 1, 1), len(string) + 2):
            rows = np.flatnonzero(lengths == length)
            table = characters[offsets[rows] + np.arange(length)[:, None]]
            shared = min(length, len(string))
            before = np.logical_and.accumulate(table[:shared] == wanted[:shared]).sum(axis=0, dtype=np.int32)
            after = np.logical_and.accumulate(table[::-1][:shared] == wanted[::-1][:shared]).sum(
                axis=0, dtype=np.int32
            )
            found += (rows[before + after >= max(length, len(string)) - 2] + start).tolist()
        return sorted(found)

    def _characters(self, start: int, end: int) -> tuple[Array, Array]:
        """Return the code points of the strings from `start` to before `end`, and where each string begins
        and the last ends.
        """
        offsets = self.offsets[start : end + 1] - self.offsets[start]
        text = self.text[self.offsets[start] : self.offsets[end]]
        if text.max(initial=0) < 128:
            return text, offsets
        points = np.frombuffer(text.tobytes().decode().encode("utf-32-le"), "<u4")
        return points, offsets_of((text & 0xC0) != 0x80)[
            offsets
        ]  # a character begins wherever no byte continues one


class Index:
    """Everything that answering takes, read from flat arrays; immutable, safe to share between threads."""

    def __init__(
        self,
        arrays: Mapping[str, Array],
        *,
        identity: str,
        built_at: str,
        failures: Iterable[Failure] = (),
        settings: Mapping[str, Any] | None = None,
        synonyms: str = "",
        languages: Iterable[str] | None = None,
        before_search: Callable[[], None] = lambda: None,
    ) -> None:
        """Read `arrays`, of which `before_search` may let go what is held in memory.

        `languages` are those of the documents, which say so themselves if it is not known.
        """
        self.arrays = arrays
        self.id = identity
        self.built_at = built_at
        self.failures = tuple(failures)
        self.settings = dict(settings or {})
        self.synonyms = synonyms
        self._before_search = before_search
        self.terms = StringTable(arrays["term_text"], arrays["term_offsets"])
        self.headings = StringTable(arrays["context_headings"], arrays["context_heading_offsets"])
        self.document_rows = StringTable(arrays["document_rows"], arrays["document_row_offsets"])
        self.languages = (
            tuple(sorted({row.language for row in self.documents()}))
            if languages is None
            else tuple(languages)
        )
        """The languages of the documents, in order."""

    @cached_property
    def _searcher(self) -> Searcher:
        return Searcher(self.arrays)

    @property
    def document_count(self) -> int:
        """How many documents there are."""
        return len(self.document_rows)

    @property
    def passage_count(self) -> int:
        """How many passages there are."""
        return len(self.arrays["passage_start"])

    @property
    def unknown_idf(self) -> float:
        """The inverse document frequency of a term that stands in no passage: the largest there is."""
        return math.log(1 + (self.passage_count + 0.5) / 0.5)

    def frequency(self, term: int) -> int:
        """Return how many passages hold a term."""
        first, last = self.arrays["posting_offsets"][term : term + 2]
        return int(last - first)

    @cached_property
    def average_length(self) -> float:
        """The mean number of terms in a passage, its context's included."""
        return float(self.arrays["passage_length"].mean())

    def document(self, number: int) -> DocumentRow:
        """Return what is kept of document `number` besides its text."""
        return DocumentRow(*json.loads(self.document_rows.raw(number)))

    def documents(self) -> Iterator[DocumentRow]:
        """Yield what is kept of each document besides its text; many are read at once, which is quicker than
        one by one.
        """
        for first in range(0, self.document_count, _ROWS_AT_ONCE):
            rows = self.document_rows.between(first, min(first + _ROWS_AT_ONCE, self.document_count)).all()
            yield from map(DocumentRow._make, json.loads(f"[{','.join(rows)}]"))

    def heading(self, context: int) -> tuple[str, ...]:
        """Return the heading path of a context, outermost first, without the title."""
        return tuple(json.loads(self.headings.raw(context)))

    def document_text(self, number: int) -> str:
        """Return the whole text of document `number`."""
        start, end = self.arrays["document_bytes"][number : number + 2]
        return self.arrays["text"][start:end].tobytes().decode()

    def passage(self, number: int) -> Passage:
        """Return passage `number` as a span of its document."""
        arrays = self.arrays
        return Passage(
            document_id=self.document(int(arrays["passage_document"][number])).id,
            start=int(arrays["passage_start"][number]),
            end=int(arrays["passage_end"][number]),
            heading=self.heading(int(arrays["passage_context"][number])),
            page=int(arrays["passage_page"][number]) or None,
        )

    def passage_text(self, number: int) -> str:
        """Return the text of passage `number`: the slice of its document, from the bytes that hold it."""
        arrays = self.arrays
        return (
            arrays["text"][arrays["passage_byte_start"][number] : arrays["passage_byte_end"][number]]
            .tobytes()
            .decode()
        )

    def sentences(self, number: int) -> list[Span]:
        """Return the spans of the sentences of passage `number`, in document offsets."""
        first, last = self.arrays["passage_sentences"][number : number + 2]
        starts, ends = self.arrays["sentence_start"][first:last], self.arrays["sentence_end"][first:last]
        return list(zip(starts.tolist(), ends.tolist(), strict=True))

    def search(self, terms: Sequence[int], k: int) -> list[Hit]:
        """Return the `k` passages with the highest BM25 scores for term numbers `terms`, and none that holds
        no term.

        A term that is given twice counts twice. Ties go to the passage that comes first by document id and
        offset.
        """
        self._before_search()
        passages, scores = self._searcher.search(terms, k)
        pairs = zip(passages.tolist(), scores.tolist(), strict=True)
        return list(
            map(tuple.__new__, repeat(Hit), pairs)
        )  # what Hit._make does, without a call of Python for each
