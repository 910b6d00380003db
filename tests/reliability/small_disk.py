"""A file system of few bytes, which can be full: mounted where that is allowed, by root or by sudo without a password."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SIZE = 8 << 20
"""Bytes of the file system."""
_BALLAST = "ballast"


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A file system that nothing else uses."""

    path: Path

    def fill(self, leave: int = 0) -> None:
        """Leave room for so many bytes, in whole pages."""
        self.empty()
        free = os.statvfs(self.path)
        with (self.path / _BALLAST).open("wb") as file:
            file.write(bytes(max(0, free.f_bavail * free.f_frsize - leave)))

    def empty(self) -> None:
        """Make room again."""
        (self.path / _BALLAST).unlink(missing_ok=True)


@contextlib.contextmanager
def small_disk(path: Path) -> Iterator[SmallDisk | None]:
    """Mount one at a folder while inside; None where that is not allowed here."""
    who = f"uid={os.getuid()}" if sys.platform == "linux" else ""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700,{who}", "tmpfs", str(path)]
    for before in ([], ["sudo", "-n"]) if who else ():
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            subprocess.run([*before, *mount], check=True, capture_output=True)
            break
    else:
        yield None
        return
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run([*before, "umount", "--lazy", str(path)], check=True, capture_output=True)
