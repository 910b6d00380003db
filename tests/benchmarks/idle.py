"""How long the bot takes from its start until it answers, and how much memory it needs then.

    .venv/bin/python tests/benchmarks/idle.py [RUNS] [PASSAGES]

Each run starts `chipbot run` in a process of its own against a Discord on loopback
(tests/wire), with the shipped document, beside it made-up ones of about so many passages, and
a warm index; and waits until a service manager would be told that it is ready: logged in, commands in
step, connected to the gateway. With CHIPBOT_ENCODER=off in the environment the bot compares no meanings.
Memory is read after it has answered a question and has been idle for some seconds; PSS shares out pages
that other processes use too, USS counts its own only. Linux only.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import platform
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.wire.bots import club, reply_to  # noqa: E402  # found through the line above
from tests.wire.objects import TOKEN  # noqa: E402  # likewise
from tests.wire.wire import Wire  # noqa: E402  # likewise

RUNS = 5
IDLE = 5.0  # seconds
PATIENCE = 600.0  # seconds; the first run builds the index


class Run(NamedTuple):
    """What one start took."""

    ready: float
    """Seconds until it was ready."""
    rss: float
    """MiB resident, idle, after one answer."""
    pss: float
    """MiB of these, shared pages in shares."""
    uss: float
    """MiB of its own."""
    stop: float
    """Seconds from SIGTERM to its end."""


def memory(process: int) -> tuple[float, float, float]:
    """Return a process's resident, proportional and unique set sizes in MiB; see proc(5), smaps_rollup."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    sizes = {name: int(kib) / 1024 for name, kib in re.findall(r"^(\w+): +(\d+) kB", text, re.MULTILINE)}
    return sizes["Rss"], sizes["Pss"], sizes["Private_Clean"] + sizes["Private_Dirty"]


def write_documents(folder: Path, passages: int) -> None:
    """Write the shipped document and made-up ones: words by Zipf's law (weight 1 / rank), 60 to a passage,
    200 passages each.
    """
    shutil.copytree(ROOT / "seeds", folder)
    chance = random.Random(1)  # repeatable, not secret
    words = ["".join(chance.choices("aeioustrnlmdkp", k=chance.randint(3, 9))) for _ in range(50_000)]
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(words) + 1)))
    for number in range(-(-passages // 200)):
        paragraphs = (
            " ".join(chance.choices(words, cum_weights=weights, k=60)) for _ in range(min(200, passages))
        )
        (folder / f"{number:05}.txt").write_text(
            f"Document {number}\n\n" + ".\n\n".join(paragraphs) + ".\n", encoding="ascii"
        )


async def run(folder: Path) -> Run:
    """Start a bot, ask it something, let it idle, and stop it."""
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as manager:
        address = folder / f"notify-{time.monotonic_ns()}"
        manager.bind(str(address))
        manager.setblocking(False)
        kept = ("CHIPBOT_ENCODER",)
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("CHIPBOT_") or name in kept
        }
        environment |= {
            "CHIPBOT_TOKEN": TOKEN,
            "NOTIFY_SOCKET": str(address),
            "CHIPBOT_INDEX": str(folder / "index"),
        }
        environment |= {
            "CHIPBOT_SEEDS": str(folder / "seeds"),
            "CHIPBOT_HOME": str(folder),
            "CHIPBOT_WEB_PORT": free_port(),
        }
        async with Wire([club()]).serving() as wire:
            began = time.perf_counter()
            bot = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "chipbot", "run"),
                env=environment | {"CHIPBOT_DISCORD_URL": wire.url},
                stderr=subprocess.DEVNULL,
            )
            while "READY=1" not in (await received(manager)):
                pass
            ready = time.perf_counter() - began
            await reply_to(wire)
            await asyncio.sleep(IDLE)
            rss, pss, uss = memory(bot.pid)
            began = time.perf_counter()
            bot.send_signal(signal.SIGTERM)
            await bot.wait()
            return Run(ready, rss, pss, uss, time.perf_counter() - began)


async def received(manager: socket.socket) -> str:
    """Return the next thing that the service manager is told."""
    async with asyncio.timeout(PATIENCE):
        return (await asyncio.get_running_loop().sock_recv(manager, 1000)).decode()


def free_port() -> str:
    """Return a port that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    passages = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as name:
        write_documents(Path(name, "seeds"), passages)
        asyncio.run(run(Path(name)))  # builds the index and writes the bytecode
        runs = [asyncio.run(run(Path(name))) for _ in range(count)]
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {count} runs"
    )
    print(f"the shipped document and {passages:,} made-up passages")
    for field, unit in (("ready", "s"), ("rss", "MiB"), ("pss", "MiB"), ("uss", "MiB"), ("stop", "s")):
        values = [getattr(one, field) for one in runs]
        print(f"{field:>6}: median {statistics.median(values):.2f} {unit}, highest {max(values):.2f} {unit}")


if __name__ == "__main__":
    main()
