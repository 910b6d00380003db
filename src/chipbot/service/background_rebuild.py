"""Rebuilding beside a running bot: in a process of its own that gives way to everything else on the
machine.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import NoReturn

from chipbot.errors import BuildError, ChipbotError
from chipbot.model import IndexStatus, Progress
from chipbot.service.knowledge_base import KnowledgeBase, Report

_SPAWN = multiprocessing.get_context("spawn")
_NICE = 19  # the lowest priority that nice(2) knows
_LOOK = 0.2  # seconds between two reports of the same state, which may be told to end the rebuild
_PATIENCE = 5.0  # seconds that the process has for tidying up when it is told to end

Message = Progress | bool | ChipbotError
"""What the process tells: how far it is; and last, whether it built anything, or why that failed."""


class BackgroundRebuilder(KnowledgeBase):
    """A library that answers as fast as ever while it rebuilds."""

    def reindex(self, report: Report = lambda _: None) -> IndexStatus:
        """Do as `KnowledgeBase.reindex` does, in a process of its own, with what `report` raises ending it.

        `report` is called several times a second, whether or not there is news. Raises BuildError where the
        process is ended.
        """
        connection, theirs = _SPAWN.Pipe(duplex=False)
        process = _SPAWN.Process(
            target=_rebuild, args=(self._seeds, self._folder, self._language, theirs), name="rebuild"
        )
        with connection:
            try:
                process.start()
            except OSError as error:
                self._warn(
                    f"there can be no process for rebuilding the index ({error}): answers may be slow meanwhile"
                )
                return super().reindex(report)
            finally:
                theirs.close()
            try:
                rebuilt = _followed(connection, report)
            except BaseException:
                process.terminate()
                raise
            finally:
                process.join(_PATIENCE)
                if process.exitcode is None:
                    process.kill()
                process.join()
        return replace(self.status(), rebuilt=rebuilt)


def _followed(connection: Connection, report: Report) -> bool:
    """Pass on what the process tells until it ends; return whether it built anything, or raise what it
    raised.
    """
    state: Progress | None = None
    while True:
        try:
            message: Message | None = connection.recv() if connection.poll(_LOOK) else None
        except EOFError:
            raise BuildError(
                "the process that rebuilds the index was ended; is there enough memory? Try again"
            ) from None
        if isinstance(message, bool):
            return message
        if isinstance(message, ChipbotError):
            raise message
        state = message or state
        if state is not None:
            report(state)


def _rebuild(seeds: Path, folder: Path, language: str | None, connection: Connection) -> None:
    """Rebuild, and tell how that goes; what runs the process for."""
    give_way()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt from the keyboard is for the bot to see to
    signal.signal(signal.SIGTERM, _end)
    tell: Callable[[Message], None] = connection.send
    with contextlib.suppress(BrokenPipeError):  # the bot has gone: so does this
        try:
            tell(KnowledgeBase(seeds, folder, language=language).reindex(tell).rebuilt)
        except ChipbotError as error:
            tell(error)


def give_way() -> None:
    """Let this process, and those that it starts, run where others leave time; on a busy machine they still
    get some.

    Not every container lets a process give way; then it does not.
    """
    if hasattr(os, "nice"):  # not on Windows
        with contextlib.suppress(OSError):
            os.nice(_NICE)


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(1)
