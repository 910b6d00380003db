"""`python -m tests.reliability.guided TARGET …`: fuzzing guided by what of chipbot each input reaches, with atheris (libFuzzer).

What breaks a target is added to the corpus here, which every test run tries. atheris has wheels for Linux on x86-64 and
some Pythons alone, so that it is locked by itself:
`.venv/bin/pip install --require-hashes --no-deps -r tests/reliability/requirements.lock`.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.util
import logging
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LONGEST = 4096
"""Bytes of the longest input, unless a target begins with longer ones."""
_DONE = re.compile(rb"#(\d+)\s+(?:DONE|pulse|NEW|REDUCE|RELOAD|INITED)\s+cov: (\d+) ft: (\d+) corp: (\d+)")
_PROBLEM = re.compile(rb"RuntimeError: (.*)|(ERROR: libFuzzer.*)")


@dataclass(frozen=True, slots=True)
class Guided:
    """What fuzzing one target came to."""

    target: str
    runs: int
    reached: int
    """Branches of the instrumented modules, in libFuzzer's count."""
    kept: int
    """Inputs each of which reaches something that the others do not."""
    broke: str
    """What was raised that must not be; empty where nothing was."""


def is_there() -> bool:
    """Whether atheris is installed."""
    return importlib.util.find_spec("atheris") is not None


def explore(targets: Sequence[str], seconds: int) -> Iterator[Guided]:
    """Run each target so long, from its seeds on, in a process of its own that one instrumented process forks."""
    with tempfile.TemporaryDirectory(prefix="chipbot-fuzz-") as folder:
        options = ["--seconds", str(seconds), "--folder", folder]
        command = [sys.executable, "-m", __name__, *targets, *options]
        root = Path(__file__).parents[2]
        process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        with process:
            if process.stdout is None:
                raise AssertionError("it is started with a pipe")
            for target, line in zip(targets, process.stdout, strict=True):
                number, code = line.split()
                yield _told(target, int(code), Path(folder, f"{int(number)}.txt").read_bytes())


def _told(target: str, code: int, said: bytes) -> Guided:
    states = _DONE.findall(said)
    ran, reached, _, kept = map(int, states[-1]) if states else (0, 0, 0, 0)
    problem = _PROBLEM.search(said)
    broke = b"" if code == 0 else (problem.group(0) if problem else said[-300:])
    return Guided(target, ran, reached, kept, broke.decode(errors="replace"))


def main() -> None:
    """Fuzz targets in turn; of each that has ended its number and exit code are written."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.guided", description=__doc__)
    parser.add_argument("targets", nargs="+")
    parser.add_argument("--seconds", type=int, default=600, help="how long each (%(default)s)")
    parser.add_argument(
        "--folder", type=Path, required=True, help="where inputs and what libFuzzer says are kept"
    )
    options = parser.parse_args()
    os.environ["CHIPBOT_ENCODER"] = "off"
    logging.disable(logging.CRITICAL)
    import atheris

    with atheris.instrument_imports(include=["chipbot"]):
        import tests.reliability.targets  # noqa: F401  # and with it all of chipbot that they reach at once

        from chipbot.sources import formats

        for reader in pkgutil.iter_modules(formats.__path__):
            importlib.import_module(f"{formats.__name__}.{reader.name}")

    for number, target in enumerate(options.targets):
        child = os.fork()
        if not child:
            _fuzz(target, options.seconds, options.folder / str(number))
        _, status = os.waitpid(child, 0)
        print(number, os.waitstatus_to_exitcode(status), flush=True)


def _fuzz(target: str, seconds: int, folder: Path) -> None:
    """Fuzz one target in this process, which ends with it."""
    import atheris
    from tests.reliability.fuzz import CORPUS
    from tests.reliability.targets import SEEDS, TARGETS, survives

    folder.mkdir()
    said = os.open(folder.with_suffix(".txt"), os.O_WRONLY | os.O_CREAT)
    os.dup2(said, 1)
    os.dup2(said, 2)
    own = SEEDS[target]() if target in SEEDS else []
    for data in [*own, *(path.read_bytes() for path in CORPUS.iterdir())]:
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)

    def try_one(data: bytes) -> None:
        problem, _ = survives(TARGETS[target], data)
        if problem is not None:
            raise RuntimeError(problem)

    longest = max([LONGEST, *map(len, own)])
    limits = [
        f"-max_total_time={seconds}",
        f"-max_len={longest}",
        "-timeout=600",
        "-rss_limit_mb=4096",
        "-seed=1",
    ]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={CORPUS}/", str(folder)], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
