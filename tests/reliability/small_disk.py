"""File systems of few bytes: full, over a quota, or as they are once the power has failed. Each is mounted where that is
allowed, by root or by sudo without a password, and where the system knows it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SIZE = 8 << 20
"""Bytes of a file system that can be full."""
IMAGE = 32 << 20
"""Bytes of the image of one that loses its power."""
QUOTA_IMAGE = 128 << 20
"""Bytes of the image of one that has quotas."""
_BALLAST = "ballast"


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A file system that nothing else uses."""

    path: Path
    full: str = "No space left on device"
    """What the system says where there is no more room."""

    def fill(self, leave: int = 0) -> None:
        """Leave room for so many bytes, in whole pages."""
        self.empty()
        free = os.statvfs(self.path)
        with (self.path / _BALLAST).open("wb") as file:
            file.write(bytes(max(0, free.f_bavail * free.f_frsize - leave)))

    def empty(self) -> None:
        """Make room again."""
        (self.path / _BALLAST).unlink(missing_ok=True)


class QuotaDisk(SmallDisk):
    """One with a quota, which leaves room on the disk that nobody may use: a subvolume of btrfs."""

    __slots__ = ()

    def fill(self, leave: int = 0) -> None:
        """Allow so many bytes more than there are."""
        _do("sync", "--file-system", str(self.path))
        shown = _do("btrfs", "qgroup", "show", "--raw", str(self.path.parent)).stdout
        used = next(line.split()[1] for line in shown.splitlines() if line.startswith(self._group))
        self._limit(str(int(used) + leave))

    def empty(self) -> None:
        """Allow everything."""
        self._limit("none")

    @property
    def _group(self) -> str:
        return f"0/{_do('btrfs', 'inspect-internal', 'rootid', str(self.path)).stdout.strip()}"

    def _limit(self, size: str) -> None:
        # By the file system's own root: what is over its quota cannot even have it changed.
        _do("btrfs", "qgroup", "limit", size, self._group, str(self.path.parent))


class PowerDisk:
    """One whose power can fail: what nobody flushed is in memory alone, for some thirty seconds, and lost.

    It is an ext4 in a file, without what ext4 does for programs that forget to flush (`noauto_da_alloc`). What its file holds
    is what a disk does that loses nothing that was sent to it.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        """Mount an empty one at `path`; its images are kept in `folder`."""
        self.path, self._folder, self._number = path, folder, 0
        self._image.write_bytes(b"")
        os.truncate(self._image, IMAGE)
        _do("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(self._image))
        self._mount()
        _do("chown", str(os.getuid()), str(self.path))
        self.flush()

    @property
    def _image(self) -> Path:
        return self._folder / f"disk-{self._number}.img"

    def flush(self) -> None:
        """Have all that was written so far on the disk."""
        _do("sync", "--file-system", str(self.path))

    def fail(self) -> None:
        """Let the power fail, and come again."""
        last = self._image
        self._number += 1
        _do("cp", "--sparse=always", str(last), str(self._image))
        self.unmount()
        last.unlink()
        self._mount()

    def unmount(self) -> None:
        """Take it away, whatever has files of it open."""
        _do("umount", "--lazy", str(self.path))

    def _mount(self) -> None:
        options = "loop,noauto_da_alloc,commit=600"
        _do("mount", "-t", "ext4", "-o", options, str(self._image), str(self.path))


@contextlib.contextmanager
def small_disk(path: Path) -> Iterator[SmallDisk | None]:
    """Mount one at a folder while inside; None where that is not allowed here."""
    who = f"uid={os.getuid()}" if sys.platform == "linux" else ""
    try:
        _do("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700,{who}", "tmpfs", str(path))
    except (OSError, subprocess.CalledProcessError):
        yield None
        return
    try:
        yield SmallDisk(path)
    finally:
        _do("umount", "--lazy", str(path))


@contextlib.contextmanager
def quota_disk(path: Path, image: Path) -> Iterator[SmallDisk | None]:
    """Mount one with a quota below a folder while inside; None where that is not allowed here, or there is no btrfs."""
    image.write_bytes(b"")
    os.truncate(image, QUOTA_IMAGE)
    try:
        _do("mkfs.btrfs", "-q", str(image))
        _do("mount", "-t", "btrfs", "-o", "loop", str(image), str(path))
    except (OSError, subprocess.CalledProcessError):
        yield None
        return
    try:
        _do("btrfs", "subvolume", "create", str(path / "disk"))
        _do("chown", str(os.getuid()), str(path / "disk"))
        _do("btrfs", "quota", "enable", str(path))
        yield QuotaDisk(path / "disk", "Disk quota exceeded")
    finally:
        _do("umount", "--lazy", str(path))


@contextlib.contextmanager
def power_disk(path: Path, folder: Path) -> Iterator[PowerDisk | None]:
    """Mount one whose power can fail at `path` while inside; None where that is not allowed here, or there is no ext4."""
    try:
        disk = PowerDisk(path, folder)
    except (OSError, subprocess.CalledProcessError):
        yield None
        return
    try:
        yield disk
    finally:
        disk.unmount()


def _do(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the system's, as root; raises OSError and CalledProcessError."""
    if os.name != "posix":
        raise OSError("file systems are mounted on Unix alone")
    may: Sequence[str] = () if os.getuid() == 0 else ("sudo", "-n")
    found = shutil.which(command[0], path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        raise FileNotFoundError(command[0])
    return subprocess.run([*may, found, *command[1:]], check=True, capture_output=True, text=True)
