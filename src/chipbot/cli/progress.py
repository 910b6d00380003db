"""The progress bar of long work in a terminal."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

from chipbot.model import Progress
from chipbot.service.steps import step_name
from chipbot.translation import digits

_DELAY = 0.5  # seconds


@contextlib.contextmanager
def progress() -> Iterator[Callable[[Progress], None]]:
    """Show a bar on a terminal when work takes long enough to wonder about; nothing otherwise."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    bar = _LazyBar()
    try:
        yield bar.report
    finally:
        bar.close()


class _LazyBar:
    """A progress bar that appears after half a second: most work is over before."""

    def __init__(self) -> None:
        self._began = self._step_began = time.monotonic()
        self._step: str | None = None
        self._bar: object = None
        self._close: Callable[[], None] = lambda: None

    def report(self, progress: Progress) -> None:
        now = time.monotonic()
        if self._step not in (None, progress.step):
            self._step_began = now
        self._step, elapsed = progress.step, now - self._step_began
        if now - self._began < _DELAY:
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        if not isinstance(self._bar, Bar):
            self._bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(),  # by the rate of the last half minute
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.start()
            self._bar.add_task(step_name(progress.step), total=progress.total, rate="")
            self._close = self._bar.stop
        task, name = self._bar.tasks[0], step_name(progress.step)
        if task.description != name:
            self._bar.reset(task.id, description=name, rate="")  # another step has another rate
        self._bar.update(
            task.id,
            description=name,
            completed=progress.done,
            total=progress.total,
            rate=f"{digits(progress.done / elapsed)}/s" if progress.done and elapsed else "",
        )

    def close(self) -> None:
        self._close()
