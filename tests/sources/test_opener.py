"""The one opener of files: regular files only, within a limit, whatever becomes of them meanwhile."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chipbot.errors import DocumentError
from chipbot.model import ReadLimits
from chipbot.sources import read_synonyms, scan
from chipbot.sources.opener import read_bytes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    for data in (b"", b"x" * 10, b"x" * 3_000_000):
        path.write_bytes(data)
        assert read_bytes(path, len(data)) == data


def unix_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        os.chdir(path.parent)  # a socket's path may have but 108 bytes
        made.bind(path.name)


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "pipe": (os.mkfifo, "not a regular file"),
    "socket": (unix_socket, "not a regular file"),
    "folder": (Path.mkdir, "not a regular file"),
    "link to a device": (lambda path: path.symlink_to("/dev/zero"), "has become a symbolic link"),
    "link to itself": (lambda path: path.symlink_to(path), "has become a symbolic link"),
    "nothing": (lambda _: None, "No such file"),
    "too large": (lambda path: path.write_bytes(b"x" * 2_000_000), "larger than 1 MiB: split it, or raise"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_regular_file_is_refused_at_once(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make, reason = BAD[kind]
    make(tmp_path / "odd")
    with pytest.raises(DocumentError, match=reason):
        read_bytes(tmp_path / "odd", 2**20)


def test_a_device_is_refused() -> None:
    with pytest.raises(DocumentError, match="not a regular file"):
        read_bytes("/dev/zero", 2**20)


@pytest.mark.parametrize("change", [b"more", b""])
def test_a_file_that_changes_while_it_is_read_is_named(
    tmp_path: Path, change: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real = tmp_path / "a", os.read
    path.write_bytes(b"x" * 100)

    def read(descriptor: int, size: int) -> bytes:
        data = real(descriptor, size)
        with path.open("ab" if change else "wb") as file:
            file.write(change)
        return data

    monkeypatch.setattr("chipbot.sources.opener.os.read", read)
    with pytest.raises(DocumentError, match=r"changed while it was read|larger than"):
        read_bytes(path, 10_000)


def test_a_file_that_grows_for_ever_is_read_up_to_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, sizes = tmp_path / "a", list[int]()
    path.write_bytes(b"x")

    def read(_: int, size: int) -> bytes:
        sizes.append(size)
        return b"x" * size

    monkeypatch.setattr("chipbot.sources.opener.os.read", read)
    with pytest.raises(DocumentError, match="larger than 1 MiB"):
        read_bytes(path, 2**20)
    assert sum(sizes) < 3 * 2**20


def test_a_large_file_is_named_without_being_read(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(500 * 2**20)
    listed, failures = scan(tmp_path, ReadLimits())[:2]
    assert listed == []
    assert "larger than 64 MiB" in failures[0].reason


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (os.mkfifo, "not a regular file"),
        (lambda path: path.symlink_to(path), "leads back to itself"),
        (lambda path: path.symlink_to("/dev/zero"), "leads out of the seeds folder"),
        (lambda path: path.write_bytes(b"x" * 2_000_000), "larger than 1 MiB"),
    ],
)
def test_synonyms_are_opened_alike(tmp_path: Path, make: Callable[[Path], object], reason: str) -> None:
    make(tmp_path / "synonyms.txt")
    text, (failure,) = read_synonyms(tmp_path)
    assert text == ""
    assert reason in failure.reason
