"""Readers of binary formats, and what draws them, in a process of their own, within limits of time and memory.

A parser in C or Rust can crash, hang or take all memory over one damaged file. Then this process ends, that file is
named, and the next one gets a new process. The two talk over pipes: a line of JSON each way, and the file's bytes.
What comes back is data, so that not even a parser that a file has taken over can run anything on this side.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import importlib
import json
import signal
import subprocess
import sys
import threading
from typing import IO, Any

from chipbot.errors import DocumentError
from chipbot.model import Mark, Place, ReadLimits
from chipbot.processes import environment_without_secrets
from chipbot.sources.barrier import document_barrier
from chipbot.sources.formats import Extracted
from chipbot.text.structure import block_of
from chipbot.translation import Message

_WALL = 4
"""How many times the processor time may pass on the clock, on a machine that has other things to do …"""
START_SECONDS = 20.0
"""… and the seconds that starting the process may take besides."""
_END = 2
"""The seconds that it may take to end by itself, once nothing more is asked of it."""
_TOO_MUCH_MEMORY = Message(
    "reading it takes more than CHIPBOT_MAX_READ_MEMORY allows: split it, or raise that"
)


class ReaderProcess:
    """Reads one file after the other in a process, which is started for the first and anew when it has ended."""

    def __init__(self, limits: ReadLimits, start_seconds: float = START_SECONDS) -> None:
        self._limits = limits
        self._start_seconds = start_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def read(self, module: str, data: bytes) -> Extracted:
        """Have a module's `extract` read the bytes of one file.

        Raises DocumentError with the reader's reason, or with the limit that it broke, or the signal that ended it.
        """
        return _decode(self._ask(module, data))

    def draw(self, module: str, data: bytes, **arguments: Any) -> bytes:
        """Have a module's `draw` make a picture of one file, with arguments that JSON has; raises as `read` does."""
        return base64.b64decode(self._ask(module, data, arguments)["picture"])

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.communicate(timeout=_END)  # which closes its input
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    def _ask(self, module: str, data: bytes, drawing: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what the process answers; raises DocumentError where that is an error, or nothing."""
        with self._lock:
            answer = self._answer({"module": module, "drawing": drawing, "size": len(data)}, data)
        if "error" in answer:
            raise DocumentError(Message.from_json(answer["error"]))
        return answer

    def _answer(self, request: dict[str, Any], data: bytes) -> dict[str, Any]:
        process = self._process = self._process or self._start()
        overdue = threading.Event()

        def end() -> None:
            overdue.set()
            process.kill()

        timer = threading.Timer(self._start_seconds + _WALL * self._limits.seconds, end)
        timer.daemon = True
        timer.start()
        try:
            line = _exchange(process, request, data)
        finally:
            timer.cancel()
        if line.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(line)
            return answer
        code = process.wait() if overdue.is_set() else _code_after(process)
        self.close()
        return {"error": self._why_ended(code, overdue=overdue.is_set()).to_json()}

    def _start(self) -> subprocess.Popen[bytes]:
        limits = [str(self._limits.seconds), str(self._limits.memory)]
        command = [sys.executable, "-P", "-c", f"from {__name__} import main; main()", *limits]
        return subprocess.Popen(  # noqa: S603  # our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment_without_secrets(),
        )

    def _why_ended(self, code: int, *, overdue: bool) -> Message:
        """Say why the process ended with a code, negative for a signal, before it answered."""
        if overdue or code == -getattr(signal, "SIGXCPU", 0):
            return Message(
                "reading it takes more than {number} seconds: split it, or raise CHIPBOT_MAX_READ_SECONDS",
                number=self._limits.seconds,
            )
        return Message(
            "its reader broke down ({what}): it is damaged, or takes more than {number} MiB of memory; save it anew",
            what=signal.Signals(-code).name if code < 0 else f"code {code}",
            number=self._limits.memory // 2**20,
        )


_processes: dict[ReadLimits, ReaderProcess] = {}


def reader_process(limits: ReadLimits) -> ReaderProcess:
    """Return the reader that this process has within these limits."""
    if not _processes:
        atexit.register(close_readers)
    return _processes.setdefault(limits, ReaderProcess(limits))


def close_readers() -> None:
    """End the processes that read for this one; a later file starts them anew."""
    while _processes:
        _processes.popitem()[1].close()


def _exchange(process: subprocess.Popen[bytes], head: dict[str, object], data: bytes) -> bytes:
    """Send a request; return the line that answers it, without an end where the process ended first."""
    if process.stdin is None or process.stdout is None:
        raise AssertionError("the process is started with pipes")
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(json.dumps(head).encode() + b"\n")
        process.stdin.write(data)
        process.stdin.flush()
    return process.stdout.readline()


def _code_after(process: subprocess.Popen[bytes]) -> int:
    """Return the code of a process that has closed its output and is about to end."""
    try:
        return process.wait(START_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _decode(answer: dict[str, Any]) -> Extracted:
    """Return what `_encode` made JSON of."""
    lists = {name: tuple(answer.pop(name)) for name in ("blocks", "marks", "places", "problems")}
    return Extracted(
        **answer,
        blocks=tuple(map(block_of, lists["blocks"])),
        marks=tuple(Mark(*row) for row in lists["marks"]),
        places=tuple(Place(*row) for row in lists["places"]),
        problems=tuple(map(Message.from_json, lists["problems"])),
    )


# In the process


def _encode(extracted: Extracted) -> dict[str, Any]:
    values = {name: getattr(extracted, name) for name in Extracted.__slots__}
    return values | {"problems": [problem.to_json() for problem in extracted.problems]}


def _answer(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    try:
        with document_barrier():
            module = importlib.import_module(request["module"])
            if request["drawing"] is None:
                return _encode(module.extract(data))
            return {"picture": base64.b64encode(module.draw(data, **request["drawing"])).decode()}
    except DocumentError as error:
        if isinstance(error.__cause__, MemoryError):
            return {"error": _TOO_MUCH_MEMORY.to_json()}
        return {"error": error.reason.to_json()}


def _limit_memory(memory: int) -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has none; others may forbid it
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _limit_time(seconds: int) -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        end = int(used.ru_utime + used.ru_stime) + seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (end, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def serve(requests: IO[bytes], answers: IO[bytes], limits: ReadLimits) -> None:
    """Answer requests until there are no more."""
    _limit_memory(limits.memory)
    while head := requests.readline():
        request = json.loads(head)
        data = requests.read(request["size"])
        _limit_time(limits.seconds)
        answers.write(json.dumps(_answer(request, data)).encode() + b"\n")
        answers.flush()


def main() -> None:
    """Be the process: standard input has the requests, standard output takes the answers."""
    # Whoever started this process sees to an interrupt, and closes the pipes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer, ReadLimits(seconds=int(sys.argv[1]), memory=int(sys.argv[2])))
