"""Reading an index: the current build, memory-mapped, immutable, and verified against its checksums."""

from __future__ import annotations

import functools
import hashlib
import json
import math
import mmap
import os
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from chipbot.errors import IndexDamagedError, IndexMissingError, IndexVersionError
from chipbot.index.arrays import Array, Floats, exclusive_cumsum
from chipbot.index.schema import FIELDS, FORMAT, K1, B, DocumentRow
from chipbot.index.searcher import Searcher
from chipbot.index.structure import Structure, decode_structure
from chipbot.model import Failure, Hit, Passage, Span

CURRENT = "CURRENT"
"""The file that names the build in use."""

MANIFEST = "manifest.json"
ARRAYS_FILE = "arrays.bin"
REMEDY = "run `chipbot index` to build it again"

AT_START = 32 * 2**20
"""Bytes: an index of up to so many is verified against its checksums at every start, which takes 5 ms."""

EVERYTHING = sys.maxsize
"""Bytes: more than any index has."""

MAX_MAPPED = 2**30, 24 * 2**30
"""How long memory may hold what searches read of an index, bytes x seconds and bytes x searches: of 1 GiB for a
second or 24 searches, of 100 MiB for ten seconds or 240 searches.
"""

_HEAD = 80  # bytes of the manifest that hold the checksum of the others
_ROWS_AT_ONCE = 4096
_dtype = functools.cache(np.dtype)  # reading a type's name takes as long as laying out an array


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

    def between(self, first: int, last: int) -> list[str]:
        """Return the strings from `first` to before `last`."""
        data = self.text[self.offsets[first] : self.offsets[last]].tobytes()
        offsets = (self.offsets[first : last + 1] - self.offsets[first]).tolist()
        if data.isascii():
            text = data.decode("ascii")
            return [text[start:end] for start, end in pairwise(offsets)]
        return [data[start:end].decode() for start, end in pairwise(offsets)]

    def find(self, string: str) -> int:
        """Return the number of `string` in a table sorted by bytes, or -1."""
        number = self.lower_bound(string)
        same = number < len(self) and self.raw(number) == string.encode("utf-8", "surrogatepass")
        return number if same else -1

    def lower_bound(self, string: str) -> int:
        """Return how many strings of a table sorted by bytes come before `string`."""
        return bisect_left(range(len(self)), string.encode("utf-8", "surrogatepass"), key=self.raw)

    def near(self, string: str, start: int, end: int) -> list[int]:
        """Return which of the strings from `start` to before `end` may be one typing error away from `string`.

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
            same = table[:shared] == wanted[:shared]
            before = np.logical_and.accumulate(same).sum(axis=0, dtype=np.int32)
            same = table[::-1][:shared] == wanted[::-1][:shared]
            after = np.logical_and.accumulate(same).sum(axis=0, dtype=np.int32)
            found += (rows[before + after >= max(length, len(string)) - 2] + start).tolist()
        return sorted(found)

    def _characters(self, start: int, end: int) -> tuple[Array, Array]:
        """Return the code points of strings, and where each begins and the last ends."""
        offsets = self.offsets[start : end + 1] - self.offsets[start]
        text = self.text[self.offsets[start] : self.offsets[end]]
        if text.max(initial=0) < 128:
            return text, offsets
        points = np.frombuffer(text.tobytes().decode().encode("utf-32-le"), "<u4")
        # A character begins wherever no byte continues one.
        return points, exclusive_cumsum((text & 0xC0) != 0x80)[offsets]


class Index:
    """Everything that answering takes, read from flat arrays; immutable, safe to share between threads."""

    def __init__(
        self,
        arrays: Mapping[str, Array],
        manifest: Mapping[str, Any],
        *,
        name: str = "the index in memory",
        before_search: Callable[[], None] = lambda: None,
    ) -> None:
        """Read an index.

        Args:
            arrays: The arrays of `schema.FIELDS`.
            manifest: What there is besides, as JSON values: what the annotated attributes below say.
            name: What messages call the index.
            before_search: May release what of the arrays is held in memory.
        """
        self.arrays = arrays
        self.id: str = manifest["id"]
        self.built_at: str = manifest["built_at"]
        self.failures = tuple(Failure(**failure) for failure in manifest["failures"])
        self.settings: dict[str, Any] = manifest["settings"]
        self.synonyms: str = manifest["synonyms"]
        self.languages = tuple(manifest["languages"])
        """The languages of the documents, in order."""
        self.terms = StringTable(arrays["term_text"], arrays["term_offsets"])
        self.headings = StringTable(arrays["breadcrumb_headings"], arrays["breadcrumb_heading_offsets"])
        self.document_rows = StringTable(arrays["document_rows"], arrays["document_row_offsets"])
        self._structures = StringTable(arrays["passage_structures"], arrays["passage_structure_offsets"])
        self._name = name
        self._before_search = before_search

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

    def idf(self, term: int) -> float:
        """Return the inverse document frequency of a term."""
        return float(self.arrays["term_idf"][term])

    def frequency(self, term: int) -> int:
        """Return how many passages hold a term."""
        first, last = self.arrays["posting_offsets"][term : term + 2]
        return int(last - first)

    @cached_property
    def average_length(self) -> float:
        """The mean number of terms in a passage, its breadcrumb's included."""
        return float(self.arrays["passage_length"].mean())

    def saturation(self, frequencies: Array, lengths: Array) -> Floats:
        """Return BM25's term-frequency factor, as rank-bm25's Okapi has it, for frequencies in passages of these lengths.

        For terms that no index holds weights of: what documents write in several ways counts as one term.
        """
        norm = K1 * (1 - B + B * lengths / self.average_length)
        factors: Floats = frequencies * (K1 + 1) / (frequencies + norm)
        return factors

    def document(self, number: int) -> DocumentRow:
        """Return what is kept of document `number` besides its text."""
        return DocumentRow(*json.loads(self.document_rows.raw(number)))

    def documents(self) -> Iterator[DocumentRow]:
        """Yield what is kept of each document besides its text; many at once are quicker than one by one."""
        for first in range(0, self.document_count, _ROWS_AT_ONCE):
            rows = self.document_rows.between(first, min(first + _ROWS_AT_ONCE, self.document_count))
            yield from map(DocumentRow._make, json.loads(f"[{','.join(rows)}]"))

    def document_text(self, number: int) -> str:
        """Return the whole text of document `number`."""
        start, end = self.arrays["document_bytes"][number : number + 2]
        return self.arrays["text"][start:end].tobytes().decode()

    def heading(self, breadcrumb: int) -> tuple[str, ...]:
        """Return the heading path of a breadcrumb, outermost first, without the title."""
        return tuple(json.loads(self.headings.raw(breadcrumb)))

    def passage(self, number: int) -> Passage:
        """Return passage `number` as a span of its document."""
        arrays = self.arrays
        return Passage(
            document_id=self.document(int(arrays["passage_document"][number])).id,
            start=int(arrays["passage_start"][number]),
            end=int(arrays["passage_end"][number]),
            heading=self.heading(int(arrays["passage_breadcrumb"][number])),
            page=self.passage_structure(number).places[0].page,
        )

    def passage_text(self, number: int) -> str:
        """Return the text of passage `number` from the bytes that hold it, unverified: not for quoting."""
        return self._passage_bytes(number).decode()

    def read_passage(self, number: int) -> str:
        """Return the text of passage `number`; raises IndexDamagedError if it is not what was indexed."""
        data = self._passage_bytes(number)
        if xxhash.xxh3_64_intdigest(data) != self.arrays["passage_checksum"][number]:
            raise IndexDamagedError(
                f"{self._name} is damaged: passage {number} does not match its checksum; {REMEDY}"
            )
        return data.decode()

    def passage_structure(self, number: int) -> Structure:
        """Return the blocks, marks and places of passage `number`, in document offsets."""
        heading = self.heading(int(self.arrays["passage_breadcrumb"][number]))
        start = int(self.arrays["passage_start"][number])
        return decode_structure(self._structures.raw(number), start, heading)

    def sentences(self, number: int) -> list[Span]:
        """Return the spans of the sentences of passage `number`, in document offsets."""
        first, last = self.arrays["passage_sentences"][number : number + 2]
        starts, ends = self.arrays["sentence_start"][first:last], self.arrays["sentence_end"][first:last]
        return list(zip(starts.tolist(), ends.tolist(), strict=True))

    def search(self, terms: Sequence[int], k: int) -> list[Hit]:
        """Return the `k` passages with the highest BM25 scores for term numbers `terms`, and none that holds no term.

        A term that is given twice counts twice. Ties go to the passage that comes first by document id and offset.
        """
        self._before_search()
        passages, scores = self._searcher.search(terms, k)
        pairs = zip(passages.tolist(), scores.tolist(), strict=True)
        return list(
            map(tuple.__new__, repeat(Hit), pairs)
        )  # what Hit._make does, without a call of Python for each

    def _passage_bytes(self, number: int) -> bytes:
        start, end = self.arrays["passage_byte_start"][number], self.arrays["passage_byte_end"][number]
        return self.arrays["text"][start:end].tobytes()


def current(folder: Path) -> str | None:
    """Return the id of the current build, or None where there is none."""
    try:
        return (folder / CURRENT).read_bytes().decode("ascii").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamagedError(f"{folder / CURRENT} cannot be read ({error}); {REMEDY}") from error


def open_index(folder: Path, *, verify: int = 0, max_mapped: tuple[int, int] = MAX_MAPPED) -> Index:
    """Open the current build, memory-mapped; its arrays are read from disk as they are used.

    Args:
        folder: Where builds are kept.
        verify: Up to how many bytes the arrays are verified against their checksums first: `AT_START`, `EVERYTHING`.
        max_mapped: How long memory may hold what searches read.

    Raises:
        IndexMissingError, IndexVersionError, IndexDamagedError: Each names what is wrong and the remedy.
    """
    failed: str | None = None
    while True:
        identity = current(folder)
        if identity is None:
            raise IndexMissingError(f"there is no index in {folder}; {REMEDY}")
        try:
            return open_build(folder / identity, verify, max_mapped)
        except IndexDamagedError:
            # Another build may have been switched in, and this one removed, between reading the two files.
            if identity == failed:
                raise
            failed = identity


def open_build(directory: Path, verify: int, max_mapped: tuple[int, int] = MAX_MAPPED) -> Index:
    """Open the build in a directory as `open_index` does it; raises IndexVersionError or IndexDamagedError."""
    manifest = _checked_manifest(directory / MANIFEST)
    path = directory / ARRAYS_FILE
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size != manifest["size"]:
                raise IndexDamagedError(f"{path} has {size} bytes instead of {manifest['size']}; {REMEDY}")
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"{path} cannot be read ({error}); {REMEDY}") from error
    arrays: dict[str, Array] = {
        name: np.ndarray(count, _dtype(kind), data, offset)
        for name, (kind, count, offset, _) in manifest["arrays"].items()
    }
    if size <= verify:
        for name, (_, _, _, expected) in manifest["arrays"].items():
            if xxhash.xxh3_128_hexdigest(arrays[name].data) != expected:
                raise IndexDamagedError(
                    f"{path} is damaged: the array {name} does not match its checksum; {REMEDY}"
                )
    return Index(arrays, manifest, name=str(path), before_search=evict_pages(data, max_mapped))


def checksum_line(rest: bytes) -> bytes:
    """Return the manifest's first line: the checksum of all that follows, so that no other way to write it passes."""
    return b'{"checksum": "%s",' % hashlib.sha256(rest).hexdigest().encode()


def _checked_manifest(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
        manifest = json.loads(content)
        if manifest["format"] != FORMAT:
            raise IndexVersionError(
                f"{path.parent} is an index of format {manifest['format']}, this chipbot reads format {FORMAT}; {REMEDY}"
            )
        head, rest = content[:_HEAD], content[_HEAD:]
        intact = head == checksum_line(rest) and {*manifest["arrays"]} == {field.name for field in FIELDS}
    except FileNotFoundError as error:
        raise IndexDamagedError(f"{path} is missing; {REMEDY}") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexDamagedError(f"{path} cannot be read ({error}); {REMEDY}") from error
    if not intact:
        raise IndexDamagedError(f"{path} does not match its checksum; {REMEDY}")
    return dict(manifest)


def evict_pages(data: mmap.mmap, max_mapped: tuple[int, int]) -> Callable[[], None]:
    """Return what to call before a search: now and then it unmaps the pages that earlier searches have read.

    So memory holds what the questions of a moment need, and not by and by all of the index. The pages stay in the
    system's cache, from which they are mapped again when they are next read, by threads that read them now as well.
    """
    if not hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
        return lambda: None
    pause, most = (limit / len(data) for limit in max_mapped)
    last, searches = time.monotonic(), 0

    def evict() -> None:
        nonlocal last, searches
        now = time.monotonic()
        searches += 1
        if searches >= most or now - last >= pause:
            data.madvise(mmap.MADV_DONTNEED)
            last, searches = now, 0

    return evict
