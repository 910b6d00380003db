"""`python -m tests.reliability.guided TARGET`: fuzzing guided by what of chipbot each input reaches, with atheris (libFuzzer).

What breaks a target is added to the corpus here, which every test run tries. atheris has wheels for Linux on x86-64 and
some Pythons alone, so that it is locked by itself:
`.venv/bin/pip install --require-hashes --no-deps -r tests/reliability/requirements.lock`.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import logging
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

LONGEST = 4096
"""Bytes of the longest input, unless a target begins with longer ones."""
PATIENCE = 900.0
"""Seconds that a target's process may take besides: to start, most of all."""
_DONE = re.compile(rb"#(\d+)\s+(?:DONE|pulse|NEW|REDUCE|RELOAD|INITED)\s+cov: (\d+) ft: (\d+) corp: (\d+)")


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


def explore(target: str, seconds: int) -> Guided:
    """Run a target so long in a process of its own, from its seeds on."""
    command = [sys.executable, "-m", __name__, target, "--seconds", str(seconds)]
    with tempfile.TemporaryDirectory(prefix="chipbot-fuzz-") as folder:
        done = subprocess.run(
            [*command, "--corpus", folder],
            capture_output=True,
            timeout=PATIENCE + seconds,
            check=False,
            cwd=Path(__file__).parents[2],
        )
    states = _DONE.findall(done.stderr)
    ran, reached, _, kept = map(int, states[-1]) if states else (0, 0, 0, 0)
    problem = re.search(rb"RuntimeError: (.*)|(ERROR: libFuzzer.*)", done.stderr)
    broke = b"" if done.returncode == 0 else (problem.group(0) if problem else done.stderr[-300:])
    return Guided(target, ran, reached, kept, broke.decode(errors="replace"))


def main() -> None:
    """Fuzz one target in this process."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.guided", description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=600, help="how long (%(default)s)")
    parser.add_argument(
        "--corpus", type=Path, required=True, help="where inputs are kept that reach something new"
    )
    options = parser.parse_args()
    os.environ["CHIPBOT_ENCODER"] = "off"
    logging.disable(logging.CRITICAL)
    import atheris

    with atheris.instrument_imports(include=["chipbot"]):
        from tests.reliability.fuzz import CORPUS
        from tests.reliability.targets import SEEDS, TARGETS, survives

    own = SEEDS[options.target]() if options.target in SEEDS else []
    for data in [*own, *(path.read_bytes() for path in CORPUS.iterdir())]:
        (options.corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)

    def try_one(data: bytes) -> None:
        problem, _ = survives(TARGETS[options.target], data)
        if problem is not None:
            raise RuntimeError(problem)

    longest = max([LONGEST, *map(len, own)])
    limits = [
        f"-max_total_time={options.seconds}",
        f"-max_len={longest}",
        "-timeout=20",
        "-rss_limit_mb=4096",
        "-seed=1",
    ]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={CORPUS}/", str(options.corpus)], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
