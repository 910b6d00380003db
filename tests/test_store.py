"""The index on disk: whatever is wrong with it has a name and a remedy, and no build that dies takes the old
one along.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pytest
from tests.core import index_of

from chipbot.arrays import SpillBuffer
from chipbot.errors import (
    IndexDamagedError,
    IndexMissingError,
    IndexVersionError,
    IndexWriteError,
    StoredIndexError,
)
from chipbot.index import AT_START, CURRENT, EVERYTHING, Index, current, open_index
from chipbot.index.builder import describe
from chipbot.index.schema import FIELDS, FORMAT
from chipbot.index.writer import IndexWriter
from chipbot.model import Failure
from chipbot.processes import mapped
from chipbot.translation import Message

FAILURES = (Failure(document_id="b.txt", reasons=(Message("it is a binary file, not text"),), stamp="1-2"),)
ONE = index_of(
    {
        "a.md": "# Title\n\n## Fund\n\nIt is $500 million.\n\nMore of it.",
        "b.txt": "Law\nIt was enacted in 2022.",
    }
)
TWO = index_of({"a.md": "# Title\n\n## Fund\n\nIt is $600 million."})
CALLS = ("mkdir", "fsync", "rename", "replace", "unlink", "rmdir")


NAMES = [field.name for field in FIELDS]


def write(folder: Path, index: Index = ONE) -> str:
    with IndexWriter(folder) as writer:
        arrays = [(name, [index.arrays[name]]) for name in NAMES]
        identity = writer.write(arrays, describe("en", FAILURES, "", index.languages))
        writer.commit(identity)
    return identity


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def build(folder: Path) -> Path:
    return folder / write(folder)


def check(folder: Path, error: type[StoredIndexError], *words: str) -> None:
    """Opening fails with an error of that very type, which names the remedy and these words; a new build
    mends it.
    """
    with pytest.raises(error) as raised:
        open_index(folder, verify=EVERYTHING)
    assert type(raised.value) is error
    for word in (*words, "chipbot index", str(folder)):
        assert word in str(raised.value)
    identity = write(folder)
    assert open_index(folder, verify=EVERYTHING).id == identity
    assert_only(folder, identity)


def assert_only(folder: Path, identity: str) -> None:
    assert {path.name for path in folder.iterdir()} - {"README.md"} == {CURRENT, identity}
    assert {path.name for path in (folder / identity).iterdir()} == {"manifest.json", "arrays.bin"}


def test_what_was_written_is_read(folder: Path) -> None:
    identity = write(folder)
    index = open_index(folder)
    assert (index.id, current(folder)) == (identity, identity)
    assert index.failures == FAILURES
    assert (index.settings["k1"], index.settings["language"]) == (0.9, "en")
    assert index.languages == ("en",)
    assert {*index.arrays} == {*NAMES}
    for name, array in index.arrays.items():
        assert array.dtype == ONE.arrays[name].dtype
        assert array.tolist() == ONE.arrays[name].tolist()
        with pytest.raises(ValueError, match="read-only"):
            array[:1] = 0


def test_the_same_content_has_the_same_id_and_other_content_another(tmp_path: Path) -> None:
    assert write(tmp_path / "a") == write(tmp_path / "b") != write(tmp_path / "c", TWO)


def test_a_new_build_replaces_the_old_one_and_touches_nothing_else(folder: Path) -> None:
    write(folder)
    (folder / "README.md").write_text("kept")
    (folder / "notes").mkdir()
    identity = write(folder, TWO)
    assert {path.name for path in folder.iterdir()} == {CURRENT, identity, "README.md", "notes"}


def test_the_very_same_build_stays_as_it_is_since_it_may_be_in_use(build: Path, folder: Path) -> None:
    before = (build / "arrays.bin").stat().st_ino
    write(folder)
    assert (build / "arrays.bin").stat().st_ino == before
    assert_only(folder, build.name)


def test_an_index_that_is_open_outlives_its_files(build: Path, folder: Path) -> None:
    index = open_index(folder)
    write(folder, TWO)
    assert not build.exists()
    assert index.passage_text(0) == "It is $500 million.\n\nMore of it."


# What can be wrong


@pytest.mark.parametrize("make", [lambda _: None, Path.mkdir, Path.touch])
def test_no_index(folder: Path, make: Callable[[Path], None]) -> None:
    make(folder)
    with pytest.raises(IndexMissingError, match="chipbot index"):
        open_index(folder)
    assert current(folder) is None


def test_an_empty_pointer_is_no_index(build: Path, folder: Path) -> None:
    (folder / CURRENT).write_text("\n")
    check(folder, IndexMissingError)
    assert build.exists()


@pytest.mark.parametrize(
    "content", [b"0123456789abcdef\n", b"../..\n", b"\xff\n", b"x\0y", b"a" * 5000, b".", b"/nowhere"]
)
def test_a_pointer_that_leads_nowhere(build: Path, folder: Path, content: bytes) -> None:
    (folder / CURRENT).write_bytes(content)
    with pytest.raises(IndexDamagedError, match="chipbot index"):
        open_index(folder)
    assert write(folder) == build.name


@pytest.mark.parametrize("position", [0, 7, 15])
def test_a_flipped_bit_in_the_pointer(build: Path, folder: Path, position: int) -> None:
    flip(folder / CURRENT, position)
    check(folder, IndexDamagedError)
    assert build.exists()


def test_a_pointer_that_is_a_folder(build: Path, folder: Path) -> None:
    (folder / CURRENT).unlink()
    (folder / CURRENT).mkdir()
    with pytest.raises(IndexDamagedError, match="cannot be read"):
        open_index(folder)
    with pytest.raises(IndexWriteError, match="cannot be written"):
        write(folder)
    assert build.exists()


@pytest.mark.parametrize("name", ["manifest.json", "arrays.bin"])
def test_a_missing_file(build: Path, folder: Path, name: str) -> None:
    (build / name).unlink()
    check(folder, IndexDamagedError, name)


@pytest.mark.parametrize("name", ["manifest.json", "arrays.bin"])
@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_truncated_file(build: Path, folder: Path, name: str, keep: int) -> None:
    content = (build / name).read_bytes()
    (build / name).write_bytes(content[:keep])
    check(folder, IndexDamagedError, name)


def test_a_file_that_has_grown(build: Path, folder: Path) -> None:
    with (build / "arrays.bin").open("ab") as file:
        file.write(b"x")
    check(folder, IndexDamagedError, "bytes instead of")


def flip(path: Path, position: int, bit: int = 1) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= bit
    path.write_bytes(content)


@pytest.mark.parametrize("name", NAMES)
def test_a_flipped_bit_in_any_array(build: Path, folder: Path, name: str) -> None:
    _, count, offset, _ = json.loads((build / "manifest.json").read_bytes())["arrays"][name]
    size = count * ONE.arrays[name].itemsize
    assert size
    for position in (0, size // 2, size - 1):
        flip(build / "arrays.bin", offset + position, 1 << position % 8)
        check(folder, IndexDamagedError, f"array {name}")


def test_a_flipped_bit_anywhere_in_the_manifest(build: Path, folder: Path) -> None:
    size = (build / "manifest.json").stat().st_size
    whole = (build / "manifest.json").read_bytes()
    for position in range(0, size, 7):
        flip(build / "manifest.json", position, 1 << position % 7)
        with pytest.raises((IndexDamagedError, IndexVersionError), match="chipbot index"):
            open_index(folder)
        (build / "manifest.json").write_bytes(whole)
    assert open_index(folder).id == build.name


@pytest.mark.parametrize(
    "field", ["format", "settings", "size", "arrays", "failures", "synonyms", "languages"]
)
@pytest.mark.parametrize("change", ["drop", "other"])
def test_a_changed_field_in_the_manifest(build: Path, folder: Path, field: str, change: str) -> None:
    manifest = json.loads((build / "manifest.json").read_bytes())
    if change == "drop":
        del manifest[field]
    else:
        manifest[field] = [manifest[field]]
    (build / "manifest.json").write_text(json.dumps(manifest))
    check(folder, IndexVersionError if (field, change) == ("format", "other") else IndexDamagedError)


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b"{}", b'"format"', b"\xff", b'{"format": %d}' % FORMAT, b"[" * 100_000],
)
def test_a_manifest_that_is_something_else(build: Path, folder: Path, content: bytes) -> None:
    (build / "manifest.json").write_bytes(content)
    check(folder, IndexDamagedError, "manifest.json")


@pytest.mark.parametrize("version", [FORMAT - 1, FORMAT + 1])
def test_an_index_of_another_format_is_named_as_such(build: Path, folder: Path, version: int) -> None:
    manifest: dict[str, Any] = json.loads((build / "manifest.json").read_bytes()) | {
        "format": version,
        "arrays": {"new": []},
    }
    (build / "manifest.json").write_text(json.dumps(manifest))
    check(folder, IndexVersionError, f"format {version}", f"format {FORMAT}")


def test_arrays_are_held_against_their_checksums_up_to_the_size_that_is_asked_for(
    build: Path, folder: Path
) -> None:
    size = (build / "arrays.bin").stat().st_size
    assert size < AT_START < EVERYTHING
    flip(build / "arrays.bin", 0)
    assert open_index(folder).id == open_index(folder, verify=size - 1).id == build.name
    with pytest.raises(IndexDamagedError, match="array text"):
        open_index(folder, verify=size)
    check(folder, IndexDamagedError, "array text")


def test_a_manifest_written_down_in_another_way_is_refused(build: Path, folder: Path) -> None:
    manifest = json.loads((build / "manifest.json").read_bytes())
    (build / "manifest.json").write_text(json.dumps(manifest))
    check(folder, IndexDamagedError, "does not match its checksum")


# Where it cannot be written


def test_a_folder_that_cannot_be_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(IndexWriteError, match=r"Permission denied.*--index"):
        write(folder)
    assert not folder.exists()


def test_a_file_where_the_folder_should_be(folder: Path) -> None:
    folder.write_text("mine")
    with pytest.raises(IndexWriteError, match="--index"):
        write(folder)
    assert folder.read_text() == "mine"


def test_a_build_that_is_not_committed_leaves_nothing(build: Path, folder: Path, tmp_path: Path) -> None:
    def arrays() -> Iterator[tuple[str, list[npt.NDArray[Any]]]]:
        yield "text", [np.zeros(3, np.uint8)]
        raise KeyboardInterrupt

    for place in (folder, tmp_path / "another"):
        with pytest.raises(KeyboardInterrupt), IndexWriter(place) as writer:
            writer.write(arrays(), {})
    assert_only(folder, build.name)
    assert not (tmp_path / "another").exists()


def test_a_full_disk_leaves_nothing_behind(
    build: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(IndexWriteError, match="No space left"):
        write(folder, TWO)
    assert_only(folder, build.name)


@pytest.mark.parametrize("missing", ["module", "support"])
def test_builds_need_no_locks(folder: Path, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """Where the system has none, what looks like another build at work is left alone for an hour."""
    if missing == "module":
        monkeypatch.setitem(sys.modules, "fcntl", None)
    else:
        fcntl = pytest.importorskip("fcntl")

        def unsupported(*_: object) -> None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))

        monkeypatch.setattr(fcntl, "flock", unsupported)
    for name, age in ((".building-1-new", 0), (".building-2-old", 2 * 3600)):
        (folder / name).mkdir(parents=True)
        changed = (folder / name).stat().st_mtime - age
        os.utime(folder / name, (changed, changed))
    identity = write(folder)
    assert {path.name for path in folder.iterdir()} == {CURRENT, identity, ".building-1-new"}


def test_a_folder_of_somebody_else_s_stays_whatever_it_is_called(folder: Path) -> None:
    write(folder)
    for name in ("0123456789abcdef", ".building-mine"):
        (folder / name).mkdir()
        (folder / name / "notes.txt").write_text("mine")
    (folder / "fedcba9876543210").mkdir()  # what is left of a build
    (folder / "fedcba9876543210" / "arrays.bin").write_text("")
    identity = write(folder)
    left = {path.name for path in folder.iterdir()}
    assert left == {CURRENT, identity, "0123456789abcdef", ".building-mine"}


# Dying


class Killed(BaseException):
    """The process has been killed: nothing of it runs any more."""


def kill_at(number: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Let call `number` to the file system, and every one after it, fail as in a process that is no more;
    return the count.
    """
    made = 0

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            nonlocal made
            made += 1
            if made > number:
                raise Killed
            return real(*arguments, **options)

        return call

    for name in CALLS:
        monkeypatch.setattr(os, name, dying(getattr(os, name)))
    return lambda: made


def nothing(_: Path) -> None:
    """No index stood there before."""


def another(folder: Path) -> None:
    write(folder, TWO)


def the_same(folder: Path) -> None:
    write(folder)


def the_same_but_damaged(folder: Path) -> None:
    flip(folder / write(folder) / "arrays.bin", 0)


@pytest.mark.parametrize("before", [nothing, another, the_same, the_same_but_damaged])
def test_a_build_that_is_killed_at_any_point_leaves_the_old_index_and_no_debris_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: Callable[[Path], None]
) -> None:
    number, finished = 0, False
    while not finished:
        folder = tmp_path / str(number)
        before(folder)
        old = current(folder) if before in (another, the_same) else None
        with monkeypatch.context() as patch:
            calls = kill_at(number, patch)
            try:
                new = write(folder)
                finished = calls() <= number
            except Killed:
                new = None
        try:
            served = open_index(folder, verify=EVERYTHING).id
        except StoredIndexError:
            served = None
        assert served is not None or old is None
        assert not finished or served == new
        identity = write(folder, TWO)
        assert open_index(folder, verify=EVERYTHING).id == identity
        assert_only(folder, identity)
        shutil.rmtree(folder)
        number += 1
    assert number > 5


# At the same time


def test_readers_find_a_whole_index_while_builds_are_switched(folder: Path) -> None:
    known = {write(folder, TWO): TWO.arrays["text"].tolist(), write(folder): ONE.arrays["text"].tolist()}
    stop = threading.Event()
    problems: list[BaseException] = []

    def read() -> None:
        try:
            while not stop.is_set():
                index = open_index(folder)
                assert index.arrays["text"].tolist() == known[index.id]
        except BaseException as error:  # noqa: BLE001  # of another thread: told below
            problems.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(60):
        write(folder, TWO if turn % 2 else ONE)
    stop.set()
    for reader in readers:
        reader.join()
    assert problems == []


def test_builds_take_turns(folder: Path) -> None:
    problems: list[BaseException] = []

    def run(index: Index) -> None:
        try:
            for _ in range(8):
                write(folder, index)
        except BaseException as error:  # noqa: BLE001  # of another thread: told below
            problems.append(error)

    writers = [threading.Thread(target=run, args=(index,)) for index in (ONE, TWO, ONE)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert problems == []
    assert_only(folder, open_index(folder, verify=EVERYTHING).id)


def test_what_cannot_be_written_on_the_way_to_a_build_is_named_as_its_folder(folder: Path) -> None:
    buffer = SpillBuffer("i4", folder / "gone", most=4)
    with (
        IndexWriter(folder) as writer,
        pytest.raises(IndexWriteError, match="make room") as raised,
        writer.named(),
    ):
        buffer.append([1, 2])
    assert str(folder) in str(raised.value)


def test_calls_are_made_only_so_far_ahead_of_what_is_taken() -> None:
    class Pool:
        def __init__(self) -> None:
            self.submitted: list[int] = []

        def submit(self, function: Callable[[int], int], value: int) -> Future[int]:
            self.submitted.append(value)
            future: Future[int] = Future()
            future.set_result(function(value))
            return future

    pool = Pool()
    ahead = [
        len(pool.submitted) - number
        for number, result in enumerate(mapped(cast("ProcessPoolExecutor", pool), 3, abs, range(10)))
        if result == number
    ]
    assert ahead == [3] * 8 + [2, 1]
    assert pool.submitted == list(range(10))
