"""Rebuilding beside a running bot: `chipbot index` in a process of its own, at the lowest priority.

The process writes a JSON object a line to its standard output: how far it is, and last whether it built
anything, or why that failed. The index's pointer file hands the result over.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from types import FrameType
from typing import IO, Any, NoReturn

from chipbot.errors import BuildError, CanaryError, ChipbotError
from chipbot.model import IndexStatus, Progress, ReadLimits
from chipbot.processes import environment_without_secrets
from chipbot.service.index_sync import Approve, Report
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.service.links import CitationLinks
from chipbot.service.optional_encoder import EncoderChoice
from chipbot.translation import Message

_NICE = 19  # the lowest priority that nice(2) knows
_LOOK = 0.2  # seconds between two reports of the same state, which may be told to end the rebuild
_PATIENCE = 5.0  # seconds that the process has for tidying up when it is told to end


class BackgroundRebuilder(KnowledgeBase):
    """A knowledge base that answers as fast as ever while it rebuilds."""

    def reindex(self, report: Report = lambda _: None, *, force: bool = False) -> IndexStatus:
        """Do as `KnowledgeBase.reindex` does, in a process of its own, which ends when `report` raises.

        `report` is called several times a second, whether or not there is news. Raises BuildError with what
        the process says where it fails.
        """
        command = [*self._command(), *(["--force"] if force else [])]
        try:
            process = subprocess.Popen(  # noqa: S603  # our own program
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                env=environment_without_secrets(),
            )
        except OSError as error:
            self._warn(
                f"there can be no process for rebuilding the index ({error}): answers may be slow meanwhile"
            )
            return super().reindex(report, force=force)
        with process:
            try:
                rebuilt = _followed(process, report)
            except BaseException:
                process.terminate()
                raise
            finally:
                _await_end(process)
        return replace(self.status(), rebuilt=rebuilt)

    def _command(self) -> list[str]:
        folders = ["--seeds", str(self._seeds), "--index", str(self._folder)]
        language = ["--language", self._language] if self._language else []
        encoder = [] if self._encoder.choice is None else ["--encoder", str(self._encoder.choice)]
        limits = ["--limits", *map(str, self._limits)]
        rest = [*folders, "--sources", str(self._links.path), *language, *encoder, *limits]
        return [sys.executable, "-P", "-m", "chipbot", "index", "--progress-json", *rest]


def _followed(process: subprocess.Popen[bytes], report: Report) -> bool:
    """Report what the process tells until it ends; return whether it built anything."""
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(process.stdout, lines), name="rebuild", daemon=True).start()
    last: dict[str, Any] = {}
    state: Progress | None = None
    while True:
        with contextlib.suppress(queue.Empty):
            line = lines.get(timeout=_LOOK)
            if line is None:
                break
            last = json.loads(line)
            state = Progress(**last) if "step" in last else state
        if state is not None:
            report(state)
    if "rebuilt" in last:
        return bool(last["rebuilt"])
    if "error" not in last:
        raise BuildError(_what_ended(process.wait()))
    said = Message.from_json(last["error"]) if isinstance(last["error"], list) else last["error"]
    raise CanaryError(said) if last["canary"] else BuildError(said)


def _read(stdout: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    """Pass lines on until there are no more."""
    with contextlib.suppress(ValueError):  # the pipe was closed because the rebuild is to end
        for line in stdout:
            if line.endswith(b"\n"):  # else the process was ended while it wrote
                lines.put(line)
    lines.put(None)


def _what_ended(code: int) -> Message:
    if code < 0:
        return Message("the process that rebuilds the index was ended; is there enough memory? Try again")
    return Message(
        "the process that rebuilds the index failed with code {code}; its standard error says why",
        code=str(code),
    )


def _await_end(process: subprocess.Popen[bytes]) -> None:
    """Wait until the process has ended; it is made to after some seconds."""
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()


def rebuild(
    seeds: Path,
    folder: Path,
    write: Callable[[str], None],
    *,
    language: str | None = None,
    encoder: EncoderChoice = "off",
    sources: Path | None = None,
    approve: Approve = lambda _seeds, _present, _new: None,
    limits: ReadLimits = ReadLimits(),
) -> int:
    """Rebuild as the process that `BackgroundRebuilder` starts; `write` takes the lines. Returns the exit code."""
    lower_priority()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt from the keyboard is for the bot to see to
    signal.signal(signal.SIGTERM, _end)

    def tell(state: Progress) -> None:
        write(json.dumps(asdict(state)))

    try:
        links = CitationLinks(seeds, sources)
        knowledge_base = KnowledgeBase(
            seeds, folder, language=language, encoder=encoder, links=links, limits=limits, approve=approve
        )
        status = knowledge_base.reindex(tell)
        knowledge_base.encode(tell)
    except ChipbotError as error:
        said = error.args[0]  # in the language of whoever reads it
        told = said.to_json() if isinstance(said, Message) else str(error)
        write(json.dumps({"error": told, "canary": isinstance(error, CanaryError)}))
        return error.code
    write(json.dumps({"rebuilt": status.rebuilt}))
    return 0


def lower_priority() -> None:
    """Let this process, and those that it starts, run where others leave time; on a busy machine they still
    get some.

    Not every container allows that; then the priority stays.
    """
    if hasattr(os, "nice"):  # not on Windows
        with contextlib.suppress(OSError):
            os.nice(_NICE)


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(1)
