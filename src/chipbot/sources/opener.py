"""The one opener of files under the seeds folder: regular files only, within a limit of size, never waiting."""

from __future__ import annotations

import errno
import os
import stat

from chipbot.errors import DocumentError
from chipbot.translation import Message, gettext

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)  # Windows alone
    | getattr(os, "O_NONBLOCK", 0)  # a pipe would have the opener wait for somebody to write into it
    | getattr(os, "O_NOFOLLOW", 0)  # links were followed when the folder was listed
    | getattr(os, "O_NOCTTY", 0)
)
_CHUNK = 1 << 20
_NOT_REGULAR = Message(
    "it is not a regular file (but a folder, pipe, socket or device): remove it from the seeds folder"
)


def without_waiting(path: str, flags: int) -> int:
    """Open a file for `open(…, opener=without_waiting)`, following links; raises OSError where it is a pipe, a socket or a
    device, which can keep its reader waiting for ever.
    """
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):  # a folder is what `open` itself refuses
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, gettext("it is not a regular file (but a pipe, socket or device)"))


def read_bytes(path: str | os.PathLike[str], limit: int) -> bytes:
    """Read a file, whatever has become of it since it was listed.

    Args:
        path: The file; a symbolic link is refused.
        limit: The most bytes that it may have, counted as they are read.

    Raises:
        DocumentError: It is not there, no regular file, too large, or changed while it was read.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        raise DocumentError(_why_not(error)) from error
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise DocumentError(_NOT_REGULAR)
        refuse_size(before.st_size, limit)
        data = _read(descriptor, before.st_size, limit)
        after = os.fstat(descriptor)
    except OSError as error:
        raise DocumentError(_why_not(error)) from error
    finally:
        os.close(descriptor)
    if len(data) != after.st_size or before.st_mtime_ns != after.st_mtime_ns:
        raise DocumentError(
            Message("it changed while it was read: index again when whatever writes it is done")
        )
    return data


def refuse_size(size: int, limit: int) -> None:
    """Raise DocumentError where a file of so many bytes is larger than the limit."""
    if size > limit:
        raise DocumentError(
            Message(
                "it is larger than {number} MiB: split it, or raise CHIPBOT_MAX_FILE_SIZE",
                number=limit // 2**20,
            )
        )


def _read(descriptor: int, size: int, limit: int) -> bytes:
    chunks: list[bytes] = []
    count = 0
    while chunk := os.read(descriptor, min(max(size - count, 0) + 1, _CHUNK)):
        chunks.append(chunk)
        count += len(chunk)
        refuse_size(count, limit)
    return b"".join(chunks)


def _why_not(error: OSError) -> Message:
    if error.errno in (errno.ELOOP, errno.EMLINK):  # EMLINK is what FreeBSD says
        return Message("it has become a symbolic link since the folder was listed: index again")
    if error.errno == errno.ENXIO:  # a socket, or a device without a driver
        return _NOT_REGULAR
    return Message("it cannot be read: {reason}", reason=error.strerror or error)
