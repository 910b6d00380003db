"""Processes that this one starts: without its secrets; workers leave an interrupt from the keyboard to it, and end with it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")

_GARBAGE = 50_000  # objects more than before, after which a process looks for cycles: most of what it makes is in none
_LOOK_AGAIN = 1.0  # seconds between two looks at whether all processes are there

SECRETS = frozenset({"CHIPBOT_TOKEN", "CHIPBOT_JOURNAL"})
"""The variables that may hold a secret: the bot's token, and a database's password."""


def environment_without_secrets() -> dict[str, str]:
    """Return the environment for a program that needs none of the secrets."""
    return {name: value for name, value in os.environ.items() if name.upper() not in SECRETS}


def process_pool(workers: int) -> ProcessPoolExecutor | None:
    """Return fresh processes, which work alike on every system, or None where they cannot share what a pool needs."""
    try:
        return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_begin)
    except (ImportError, NotImplementedError, OSError):  # what systems without semaphores or queues raise
        return None


def mapped(
    pool: ProcessPoolExecutor, ahead: int, function: Callable[..., T], *arguments: Iterable[Any]
) -> Generator[T, None, None]:
    """Yield what a function makes of arguments in a pool's processes, in order; so many calls are `ahead` of what is taken.

    Raises BrokenProcessPool where a process dies, even in the midst of handing over what it made: `pool.map` would wait for
    the rest of it for ever.
    """
    calls = zip(*arguments, strict=False)
    pending: deque[Future[T]] = deque()
    while True:
        with _uninterrupted():  # processes are started
            pending.extend(pool.submit(function, *each) for each in islice(calls, ahead - len(pending)))
        if not pending:
            return
        yield _result(pending.popleft(), pool)


def _result(future: Future[T], pool: ProcessPoolExecutor) -> T:
    """Wait for a result; once all processes have ended and nobody is left who could write, a broken pool sees what happened."""
    while True:
        try:
            return future.result(_LOOK_AGAIN)
        except TimeoutError:
            processes = list((pool._processes or {}).values())  # noqa: SLF001  # there is no other way to them
            if all(process.is_alive() for process in processes):
                continue
            for process in processes:
                process.kill()
            pool._result_queue._writer.close()  # type: ignore[attr-defined]  # noqa: SLF001  # this process only reads


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let processes that are started inside be deaf to an interrupt from the keyboard from their first moment."""
    if not hasattr(signal, "pthread_sigmask"):  # not on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Leave an interrupt from the keyboard to the process that started this one, end when that one is gone, hand on no secret
    to what is started here, and lose little time with cyclic garbage.
    """
    for name in set(os.environ) - set(environment_without_secrets()):
        del os.environ[name]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(_GARBAGE)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
