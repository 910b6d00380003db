"""Reading an index: the current build, memory-mapped, immutable, and verified against its checksums."""

from __future__ import annotations

import functools
import hashlib
import json
import mmap
import os
import sys
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from chipbot.arrays import Array, StringTable
from chipbot.errors import IndexDamagedError, IndexMissingError, IndexVersionError
from chipbot.index.schema import FIELDS, FORMAT, DocumentRow
from chipbot.index.seal import passage_checksum, shown_of
from chipbot.index.searcher import Searcher
from chipbot.model import Failure, Hit, Passage, Span
from chipbot.text.structure import Structure, structure_of
from chipbot.translation import Message

CURRENT = "CURRENT"
"""The file that names the build in use."""

MANIFEST = "manifest.json"
ARRAYS_FILE = "arrays.bin"
REMEDY = Message("run `chipbot index` to build it again")

AT_START = 32 * 2**20
"""Bytes: an index of up to so many is verified against its checksums at every start, which takes 5 ms."""

EVERYTHING = sys.maxsize
"""Bytes: more than any index has."""

_dtype = functools.cache(np.dtype)  # reading a type's name takes as long as laying out an array


class Index:
    """Everything that answering takes, read from flat arrays; immutable, safe to share between threads."""

    def __init__(
        self,
        arrays: Mapping[str, Array],
        manifest: Mapping[str, Any],
        name: str = "the index in memory",
        mapped: mmap.mmap | None = None,
    ) -> None:
        """Read the arrays of `schema.FIELDS`, and what there is besides; `name` is what messages call the index, and
        `mapped` the file that the arrays are in.
        """
        self.arrays, self.manifest = arrays, manifest
        self.id: str = manifest["id"]
        self.built_at: str = manifest["built_at"]
        self.failures = tuple(map(Failure.from_json, manifest["failures"]))
        self.settings: dict[str, Any] = manifest["settings"]
        self.synonyms: str = manifest["synonyms"]
        self.languages = tuple(manifest["languages"])
        """The languages of the documents, in order."""
        self.terms = StringTable(arrays["term_text"], arrays["term_offsets"])
        self.headings = StringTable(arrays["breadcrumb_headings"], arrays["breadcrumb_heading_offsets"])
        self.document_rows = StringTable(arrays["document_rows"], arrays["document_row_offsets"])
        self._structures = StringTable(arrays["passage_structures"], arrays["passage_structure_offsets"])
        self._name = name
        self._mapped = mapped

    @cached_property
    def _searcher(self) -> Searcher:
        return Searcher(self.arrays)

    @property
    def is_cut_short(self) -> bool:
        """Whether its file has become shorter than it: reading what is gone would end the process with SIGBUS."""
        return self._mapped is not None and self._mapped.size() < len(self._mapped)

    @property
    def document_count(self) -> int:
        """How many documents there are."""
        return len(self.document_rows)

    @property
    def passage_count(self) -> int:
        """How many passages there are."""
        return len(self.arrays["passage_start"])

    @property
    def sentence_count(self) -> int:
        """How many sentences there are."""
        return len(self.arrays["sentence_start"])

    @property
    def nbytes(self) -> int:
        """How many bytes it has."""
        return sum(array.nbytes for array in self.arrays.values())

    def document(self, number: int) -> DocumentRow:
        """Return what is kept of document `number` besides its text."""
        return DocumentRow(*json.loads(self.document_rows.raw(number)))

    def documents(self) -> Iterator[DocumentRow]:
        """Yield what is kept of each document besides its text; all at once are quicker than one by one."""
        rows = ",".join(self.document_rows.between(0, self.document_count))
        yield from map(DocumentRow._make, json.loads(f"[{rows}]"))

    def position(self, document_id: str) -> int:
        """Return the number of the first document whose id does not come before this one: all are in the order of ids."""
        return bisect_left(range(self.document_count), document_id, key=lambda row: self.document(row).id)

    def documents_below(self, folder: str) -> range:
        """Return the numbers of the documents whose ids begin with `folder`, which ends with a slash."""
        return range(self.position(folder), self.position(folder[:-1] + chr(ord("/") + 1)))

    def document_passages(self, number: int) -> range:
        """Return the numbers of the passages of document `number`."""
        return range(*self.arrays["document_passages"][number : number + 2].tolist())

    def document_breadcrumbs(self, number: int) -> range:
        """Return the numbers of the breadcrumbs of document `number`."""
        return range(*self.arrays["document_breadcrumbs"][number : number + 2].tolist())

    def document_of(self, passage: int) -> DocumentRow:
        """Return what is kept of the document that a passage is in."""
        return self.document(int(self.arrays["passage_document"][passage]))

    def document_text(self, number: int) -> str:
        """Return the whole text of document `number`."""
        start, end = self.arrays["document_bytes"][number : number + 2]
        return self.arrays["text"][start:end].tobytes().decode()

    def heading(self, breadcrumb: int) -> tuple[str, ...]:
        """Return the heading path of a breadcrumb, outermost first, without the title."""
        return tuple(json.loads(self.headings.raw(breadcrumb)))

    def passage(self, number: int) -> Passage:
        """Return passage `number` as a span of its document, without its page, which its first place has."""
        arrays = self.arrays
        return Passage(
            document_id=self.document_of(number).id,
            start=int(arrays["passage_start"][number]),
            end=int(arrays["passage_end"][number]),
            heading=self.heading(int(arrays["passage_breadcrumb"][number])),
        )

    def passage_text(self, number: int) -> str:
        """Return the text of passage `number` from the bytes that hold it, unverified: not for quoting."""
        return self._passage_bytes(number).decode()

    def read_passage(self, number: int) -> str:
        """Return the text of passage `number`; raises IndexDamagedError if anything that a quote of it shows is not
        what was indexed.
        """
        arrays = self.arrays
        try:
            data = self._passage_bytes(number)
            first, last = arrays["passage_sentences"][number : number + 2]
            spans = (arrays[name][first:last].tobytes() for name in ("sentence_start", "sentence_end"))
            checksum = passage_checksum(
                data,
                self._structures.raw(number),
                self.headings.raw(int(arrays["passage_breadcrumb"][number])),
                shown_of(self.document_of(number)),
                int(arrays["passage_start"][number]),
                b"".join(spans),
            )
        except (ValueError, IndexError, TypeError):  # what leads to it is damaged
            checksum = None
        if checksum != arrays["passage_checksum"][number]:
            raise self._damaged(f"passage {number} does not match its checksum")
        return data.decode()

    def verify(self) -> None:
        """Raise IndexDamagedError if an array does not match its checksum; an index in memory has none."""
        for name, (*_, expected) in self.manifest.get("arrays", {}).items():
            if xxhash.xxh3_128_hexdigest(self.arrays[name].data) != expected:
                raise self._damaged(f"the array {name} does not match its checksum")

    def passage_structure(self, number: int) -> Structure:
        """Return the blocks, marks and places of passage `number`, in document offsets."""
        heading = self.heading(int(self.arrays["passage_breadcrumb"][number]))
        return structure_of(self._structures.raw(number), heading)

    def sentences(self, number: int) -> list[Span]:
        """Return the spans of the sentences of passage `number`, in document offsets."""
        first, last = self.arrays["passage_sentences"][number : number + 2]
        starts, ends = self.arrays["sentence_start"][first:last], self.arrays["sentence_end"][first:last]
        return list(zip(starts.tolist(), ends.tolist(), strict=True))

    def search(self, terms: Sequence[int], k: int) -> list[Hit]:
        """Return the `k` passages with the highest BM25 scores for term numbers `terms`, and none that holds no term.

        A term that is given twice counts twice. Ties go to the passage that comes first by document id and offset.
        """
        passages, scores = self._searcher.search(terms, k)
        pairs = zip(passages.tolist(), scores.tolist(), strict=True)
        return list(map(tuple.__new__, repeat(Hit), pairs))  # as Hit._make, without a call of Python for each

    def _damaged(self, problem: str) -> IndexDamagedError:
        return IndexDamagedError(
            Message("{path} is damaged: {problem}; {remedy}", path=self._name, problem=problem, remedy=REMEDY)
        )

    def _passage_bytes(self, number: int) -> bytes:
        start, end = self.arrays["passage_byte_start"][number], self.arrays["passage_byte_end"][number]
        return self.arrays["text"][start:end].tobytes()


def current(folder: Path) -> str | None:
    """Return the id of the current build, or None where there is none."""
    path = folder / CURRENT
    with _reading(path):
        try:
            return path.read_bytes().decode("ascii").strip() or None
        except (FileNotFoundError, NotADirectoryError):
            return None


def open_index(folder: Path, *, verify: int = 0) -> Index:
    """Open the current build, memory-mapped; its arrays are read from disk as they are used.

    Args:
        folder: Where builds are kept.
        verify: Up to how many bytes the arrays are verified against their checksums first: `AT_START`, `EVERYTHING`.

    Raises:
        IndexMissingError, IndexVersionError, IndexDamagedError: Each names what is wrong and the remedy.
    """
    identity = current(folder)
    if identity is None:
        raise IndexMissingError(
            Message("there is no index in {folder}; {remedy}", folder=folder, remedy=REMEDY)
        )
    try:
        return open_build(folder / identity, verify)
    except IndexDamagedError:
        # Another build may have been switched in, and this one removed, between reading the two files.
        if current(folder) == identity:
            raise
        return open_index(folder, verify=verify)


def open_build(directory: Path, verify: int) -> Index:
    """Open the build in a directory as `open_index` does it; raises IndexVersionError or IndexDamagedError."""
    path = directory / MANIFEST
    with _reading(path):
        manifest = _checked_manifest(path)
    path = directory / ARRAYS_FILE
    with _reading(path), path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size != manifest["size"]:
            values = {"path": path, "size": size, "expected": manifest["size"], "remedy": REMEDY}
            raise IndexDamagedError(
                Message("{path} has {size} bytes instead of {expected}; {remedy}", **values)
            )
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    arrays: dict[str, Array] = {
        name: np.ndarray(count, _dtype(kind), data, offset)
        for name, (kind, count, offset, _) in manifest["arrays"].items()
    }
    index = Index(arrays, manifest, str(path), data)
    if size <= verify:
        index.verify()
    return index


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say of what goes wrong in reading a file which it is, and the remedy."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = Message(
            "{path} cannot be read ({reason}); {remedy}", path=path, reason=error, remedy=REMEDY
        )
        raise IndexDamagedError(message) from error


def identity_of(manifest: bytes) -> str:
    """Return the id of a build, which names its directory: the digest of its manifest, which has those of its arrays."""
    return hashlib.sha256(manifest).hexdigest()[:16]


def _checked_manifest(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    manifest = json.loads(content)
    if manifest["format"] != FORMAT:
        values = {"path": path.parent, "theirs": manifest["format"], "ours": FORMAT, "remedy": REMEDY}
        raise IndexVersionError(
            Message(
                "{path} is an index of format {theirs}, this chipbot reads format {ours}; {remedy}", **values
            )
        )
    identity, names = path.parent.name, {field.name for field in FIELDS}
    if identity_of(content) != identity or {*manifest["arrays"]} != names:
        raise IndexDamagedError(
            Message("{path} does not match its checksum; {remedy}", path=path, remedy=REMEDY)
        )
    built_at = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
    return {**manifest, "id": identity, "built_at": built_at}
