"""`python -m tests.reliability.bot_process`: the bot as `chipbot run` has it, which writes down how it fares.

Settings come from the environment. Each line of the file is a JSON object: a `Sample`. What comes on standard input is
a number of seconds by which the clocks of the bot jump ahead: of cooldowns, conversations and the journal, not of the
event loop.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

TICK = 0.01
"""Seconds between two looks at the event loop."""
EVERY = 20
"""Looks between two samples."""


@dataclass(frozen=True, slots=True)
class Sample:
    """How the bot is at one time."""

    at: float
    """When, in seconds of the system's monotonic clock, which processes share."""
    lags: list[float]
    """Seconds that each look since the last sample came late."""
    requests: int
    """Questions under way or waiting."""
    tasks: int
    resident: int
    """Bytes of memory."""
    descriptors: int
    threads: int


def samples(path: Path) -> list[Sample]:
    """Read what a bot has written so far."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return [Sample(**json.loads(line)) for line in lines if line.endswith("\n")]


def _clocks_that_jump() -> None:
    """Let what is imported from now on read clocks that standard input sets ahead."""
    ahead = 0.0

    def listen() -> None:
        nonlocal ahead
        for line in sys.stdin:
            ahead += float(line)

    for name in ("time", "monotonic"):
        true = getattr(time, name)
        setattr(time, name, lambda true=true: true() + ahead)
    threading.Thread(target=listen, daemon=True).start()


def main() -> None:
    """Run until a signal ends it."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.bot_process", description=__doc__)
    parser.add_argument("samples", type=Path, help="the file that samples are added to")
    path = parser.parse_args().samples
    clocks = {name: getattr(time, name) for name in ("time", "monotonic")}
    _clocks_that_jump()
    import chipbot.journal.journal  # noqa: F401  # all that keeps a clock is imported before clocks are right again
    from chipbot.cli.common import ready_knowledge_base
    from chipbot.ops.daemon import Daemon, configure_logs
    from chipbot.settings import load

    for name, clock in clocks.items():
        setattr(time, name, clock)

    class Observed(Daemon):
        """Looks at itself oftener."""

        async def _measure_lag(self) -> None:
            loop, lags = asyncio.get_running_loop(), []
            with path.open("a", encoding="utf-8") as file:
                while True:
                    due = loop.time() + TICK
                    await asyncio.sleep(TICK)
                    lags.append(max(0.0, loop.time() - due))
                    if len(lags) == EVERY:
                        print(json.dumps(asdict(self._sample(lags))), file=file, flush=True)
                        lags = []

        def _sample(self, lags: list[float]) -> Sample:
            resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
            return Sample(
                at=time.monotonic(),
                lags=lags,
                requests=self._questions.pending,
                tasks=len(asyncio.all_tasks()),
                resident=resident,
                descriptors=len(os.listdir("/proc/self/fd")),  # noqa: PTH208  # names are enough
                threads=threading.active_count(),
            )

    settings = load()
    configure_logs(settings)
    asyncio.run(Observed(settings, ready_knowledge_base(settings, serving=True), load).run())


if __name__ == "__main__":
    main()
