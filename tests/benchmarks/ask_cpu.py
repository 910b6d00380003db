"""How much CPU time one `chipbot ask` takes with a warm index, and what it goes to.

    .venv/bin/python tests/benchmarks/ask_cpu.py [RUNS]

Counts user and system time of the whole process, as a shell's `time` does; wall time says more about the
machine's other work. Nothing is written to the checkout but compiled bytecode.
"""

from __future__ import annotations

import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUESTION = "How much money is in the fund?"
RUNS = 20
SHOWN = 12


def command(*options: str, index: str) -> list[str]:
    folders = ["--seeds", str(ROOT / "seeds"), "--index", index]
    return [sys.executable, "-P", *options, "-m", "chipbot", "ask", *folders, QUESTION]


def cpu_seconds(arguments: list[str]) -> float:
    """Run a command to its end and return the CPU time that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, stdout=subprocess.DEVNULL, check=True)  # our own command
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def imports(index: str) -> list[tuple[int, str]]:
    """Return the microseconds that each package's modules took to import, those of other packages left out;
    most first.
    """
    done = subprocess.run(
        command("-X", "importtime", index=index), capture_output=True, text=True, check=True
    )
    spent: dict[str, int] = {}
    for own, name in re.findall(r"^import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)$", done.stderr, re.MULTILINE):
        package = name.partition(".")[0]
        if package in sys.stdlib_module_names:
            package = "standard library"
        spent[package] = spent.get(package, 0) + int(own)
    return sorted(((time, name) for name, time in spent.items()), reverse=True)


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as index:
        for _ in range(2):  # builds the index and writes the bytecode
            cpu_seconds(command(index=index))
        times = [cpu_seconds(command(index=index)) for _ in range(runs)]
        bare = min(cpu_seconds([sys.executable, "-I", "-c", "pass"]) for _ in range(5))
        print(
            f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {runs} runs"
        )
        print(
            f"CPU seconds: min {min(times):.3f}, median {statistics.median(times):.3f}; Python alone {bare:.3f}"
        )
        print("of which imports, as -X importtime has them (it slows them down), in milliseconds:")
        for time, name in imports(index)[:SHOWN]:
            print(f"{time / 1000:8.1f}  {name}")


if __name__ == "__main__":
    main()
