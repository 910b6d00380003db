"""Sentence vectors beside an index: kept by what they were made of, so that a rebuilt index needs only the new ones.

`vectors.bin` is a header that names the encoder, and then one record a sentence: its digest, and its vector in eight
bits a number. Records are appended, each batch flushed, and never changed. What an interrupted write left behind its
last whole record is overwritten; a record that is damaged shows by its length, which is not 1, and counts as missing.
"""

from __future__ import annotations

import contextlib
import os
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Protocol

import numpy as np

from chipbot.errors import IndexWriteError
from chipbot.files import flush, lock_open, replacement
from chipbot.model import Progress
from chipbot.retrieval.vector_records import (
    Digests,
    Records,
    Snapshot,
    Vectors,
    digests_of,
    quantize,
    record_type,
)
from chipbot.translation import Message

FILE = "vectors.bin"
_HEADER = struct.Struct("<8sII32s16x")
"""What the file is, the format's version, how many numbers a vector has, the encoder's digest."""
_MAGIC, _FORMAT = b"chipbotv", 1
_AT_ONCE = 1024  # vectors that are in memory in full precision
_BATCH = 64  # sentences that are encoded and written at once
_NICE = 19  # the lowest priority that there is


class SentenceEncoder(Protocol):
    """Makes vectors of sentences: chipbot.retrieval.encoder's Encoder."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts, each of length 1; shape (N, D)."""


def sentence_text(heading: str, sentence: str) -> str:
    """Return what of a sentence is encoded: with the last heading above it, or the title, which says what it is about."""
    return f"{heading}: {sentence}" if heading else sentence


class VectorStore:
    """The vectors of one encoder in an index folder; reading is safe beside writing, in other processes too."""

    def __init__(self, folder: Path, encoder_digest: str) -> None:
        """Open the vectors that an encoder, named by its SHA-256 digest in hexadecimal, has made for an index folder.

        The folder need not be there yet. Vectors of another encoder, or in another format, count as missing.
        """
        self._path = folder / FILE
        self._encoder = bytes.fromhex(encoder_digest)
        self._lock = threading.Lock()
        self._snapshot = self._read()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._snapshot.digests)

    def refresh(self) -> None:
        """Take up what other processes have added or removed since; cheap where that is nothing."""
        with self._lock:
            if _stamp(self._path) != self._snapshot.stamp:
                self._snapshot = self._read()

    def missing(self, digests: Digests) -> Digests:
        """Return those digests of which there is no vector, each once, ascending."""
        return np.unique(digests[np.isnan(self.lookup(digests)[:, 0])]) if len(self) else np.unique(digests)

    def lookup(self, digests: Digests) -> Vectors:
        """Return the vectors of digests, each of length 1; shape (N, D). A row of NaN: there is none."""
        return self._snapshot.vectors(digests)

    def similarities(self, digests: Digests, vector: Vectors) -> Vectors:
        """Return the cosines of a vector of length 1, shape (D,), with those of digests; shape (N,); NaN: there is none."""
        snapshot = self._snapshot
        if snapshot.size != len(vector):  # there are none, or the header is damaged
            return np.full(len(digests), np.nan, np.float32)
        return np.concatenate(
            [np.zeros(0, np.float32)]
            + [
                snapshot.vectors(digests[start : start + _AT_ONCE]) @ vector
                for start in range(0, len(digests), _AT_ONCE)
            ]
        )

    def add(self, digests: Digests, vectors: Vectors) -> None:
        """Keep vectors of length 1, shape (N, D), by their digests; once this returns, they are on the disk.

        Raises IndexWriteError where the folder cannot be written.
        """
        codes, scales = quantize(vectors)
        records = np.zeros(len(digests), record_type(vectors.shape[1]))
        records["digest"], records["scale"], records["codes"] = digests, scales, codes
        with self._writing() as file:
            if file is None or self._dimensions(file) != vectors.shape[1]:
                self._replace(records)
            else:
                _append(file, records)

    def prune(self, keep: Digests) -> int:
        """Remove the vectors that are of none of these digests, where that is worth it; return how many."""
        if not _needless(self._snapshot, keep):  # then nothing need be writable
            return 0
        with self._writing() as file:
            snapshot = self._read()
            needless = _needless(snapshot, keep)
            if file is not None and needless:
                self._replace(snapshot.records[np.sort(snapshot.rows[np.isin(snapshot.digests, keep)])])
            return needless

    @contextlib.contextmanager
    def _writing(self) -> Iterator[IO[bytes] | None]:
        """Open the file for a change, alone; None where there is none. Then read it anew."""
        with self._lock:
            try:
                with _exclusive(self._path) as file:
                    yield file
                self._snapshot = self._read()
            except OSError as error:
                raise IndexWriteError(
                    Message(
                        "{path} cannot be written: {reason}; make room, or make the index folder writable",
                        path=self._path,
                        reason=error.strerror or error,
                    )
                ) from error

    def _dimensions(self, file: IO[bytes]) -> int:
        """Return how many numbers a vector in the file has; 0 where they are not of this encoder."""
        file.seek(0)
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return 0
        magic, version, size, encoder = _HEADER.unpack(header)
        return int(size) if (magic, version, encoder) == (_MAGIC, _FORMAT, self._encoder) else 0

    def _read(self) -> Snapshot:
        """Map the file; what cannot be read counts as missing."""
        records: Records = np.zeros(0, record_type(1))
        stamp = (0, 0)
        with contextlib.suppress(OSError), self._path.open("rb") as file:
            status = os.fstat(file.fileno())
            stamp = (status.st_ino, status.st_size)
            size = self._dimensions(file)
            kind = record_type(size)
            count = (stamp[1] - _HEADER.size) // kind.itemsize
            if size and count:
                records = np.asarray(np.memmap(file, kind, "r", _HEADER.size, count))
        # The last of those with the same digest: it stands there because one before it was damaged.
        digests, rows = np.unique(records["digest"][::-1], return_index=True)
        return Snapshot(records, digests, len(records) - 1 - rows, stamp)

    def _replace(self, records: Records) -> None:
        """Write a file with these records alone, and put it in the other's place in one step."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with replacement(self._path) as file:
            size = records.dtype["codes"].shape[0]
            file.write(_HEADER.pack(_MAGIC, _FORMAT, size, self._encoder))
            file.write(records.tobytes())


def _needless(snapshot: Snapshot, keep: Digests) -> int:
    """Return how many records are of none of these digests; 0 where they are no more than half."""
    needless = len(snapshot.records) - int(np.isin(snapshot.digests, keep).sum())
    return needless if needless > len(snapshot.records) // 2 else 0


def fill(
    store: VectorStore,
    encoder: SentenceEncoder,
    texts: Sequence[str],
    *,
    report: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> bool:
    """Make the vectors that texts still need, batch by batch at the lowest priority; return whether all are there.

    `report` is told how far it is, at first and after each batch; `stop` is asked before each whether to leave the rest
    for another time. Raises IndexWriteError where they cannot be written.
    """
    digests = digests_of(texts)
    distinct, first = np.unique(digests, return_index=True)
    wanted = np.isin(distinct, store.missing(digests))
    # The long last: what is done soon can be used soon.
    todo = sorted(first[wanted].tolist(), key=lambda number: len(texts[number]))
    done = len(distinct) - len(todo)
    report(Progress(step="encoding", done=done, total=len(distinct)))
    with ThreadPoolExecutor(1, initializer=_lower_priority) as thread:
        for start in range(0, len(todo), _BATCH):
            if stop():
                return False
            batch = todo[start : start + _BATCH]
            store.add(
                digests[batch], thread.submit(encoder.encode, [texts[number] for number in batch]).result()
            )
            done += len(batch)
            report(Progress(step="encoding", done=done, total=len(distinct)))
    return True


def _append(file: IO[bytes], records: Records) -> None:
    """Write records behind the last whole one."""
    size = file.seek(0, os.SEEK_END)
    whole = size - (size - _HEADER.size) % records.dtype.itemsize
    if whole < size:
        file.truncate(whole)
    file.seek(whole)
    _write(file, records)


def _write(file: IO[bytes], records: Records) -> None:
    file.write(records.tobytes())
    flush(file)


def _stamp(path: Path) -> tuple[int, int]:
    """Return a file's number and size, which tell whether it was replaced or appended to; zeros where it is missing."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_ino, status.st_size)


@contextlib.contextmanager
def _exclusive(path: Path) -> Iterator[IO[bytes] | None]:
    """Open a file for reading and writing, one process at a time where the system can do that; None: it is missing."""
    while True:
        try:
            file = path.open("r+b")
        except FileNotFoundError:
            yield None
            return
        with file:
            lock_open(file.fileno())
            if os.fstat(file.fileno()).st_ino == _stamp(path)[0]:  # else it was replaced while this waited
                yield file
                return


def _lower_priority() -> None:
    """Let this thread run where others leave time; only Linux has priorities of threads."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
