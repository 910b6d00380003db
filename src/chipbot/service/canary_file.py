"""`canaries.jsonl` beside the documents: a canary question is added and taken back, a line each in the form of `chipbot eval`."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path

from chipbot.errors import ChipbotError
from chipbot.files import remove, replacement
from chipbot.sources.seeds_folder import CANARIES
from chipbot.translation import Message

_LOCK = threading.Lock()


class CanaryFileError(ChipbotError):
    """The canary questions cannot be written."""


def add_canary(seeds: Path, question: str, answers: Sequence[str]) -> None:
    """Let a question have to be answered by one of these texts, in place of what it was before. Raises CanaryFileError."""
    line = json.dumps({"question": question, "answers": list(answers)}, ensure_ascii=False).encode()
    _write(seeds, question, [line])


def remove_canary(seeds: Path, question: str) -> None:
    """Take a question back; one that is gone already is no error. Raises CanaryFileError."""
    _write(seeds, question, [])


def _write(seeds: Path, question: str, lines: Sequence[bytes]) -> None:
    """Put lines in place of those of a question; all others stay as they are, byte for byte."""
    path = seeds / CANARIES
    with _LOCK:
        try:
            before = path.read_bytes() if path.exists() else b""
            kept = [line for line in before.splitlines(keepends=True) if not _asks(line, question)]
            if kept and not kept[-1].endswith(b"\n"):
                kept[-1] += b"\n"
            content = b"".join([*kept, *(line + b"\n" for line in lines)])
            if content.strip():
                with replacement(path) as file:
                    file.write(content)
            elif path.exists():  # a file without a question cannot be asked
                remove(path)
        except OSError as error:
            raise CanaryFileError(
                Message("{file} cannot be written: {reason}", file=path, reason=error.strerror)
            ) from error


def _asks(line: bytes, question: str) -> bool:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("question") == question
