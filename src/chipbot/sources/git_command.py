"""The `git` command, in an environment in which it knows no settings but ours and runs nothing else."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from chipbot.errors import SourcesError
from chipbot.processes import environment_without_secrets
from chipbot.translation import Message

SCP = re.compile(r"(?:([\w.-]+)@)?([A-Za-z0-9][\w.-]*):(?![/\\])([^\s:]+)", re.ASCII)
"""An address like git@example.org:group/name.git."""
_SCHEMES = ("https", "http", "ssh", "file")
_HOST = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


def scheme_of(address: str) -> str:
    """Return the protocol of a repository's address; raises SourcesError where it is none that is allowed."""
    if SCP.fullmatch(address):
        return "ssh"
    try:
        parts = urlsplit(address)
        host, user = parts.hostname or "", parts.username or parts.password
    except ValueError:
        host, user, parts = "", None, urlsplit("")
    if parts.scheme not in _SCHEMES or not address.isprintable() or " " in address:
        raise SourcesError(
            Message(
                "“{address}” is no address of a repository: it must begin with https://, http://, ssh:// or file://",
                address=address,
            )
        )
    if user and parts.scheme in ("http", "https"):
        raise SourcesError(
            Message("an address must not hold a user or a token: put the token into a file, --token-file")
        )
    if parts.scheme == "file" and host not in ("", "localhost"):
        raise SourcesError(
            Message("{address} must lead to a folder of this machine: file:///…", address=address)
        )
    if parts.scheme != "file" and not _HOST.fullmatch(host):
        raise SourcesError(Message("{address} names no host", address=address))
    return parts.scheme


def git(arguments: Sequence[str], address: str, *, token: str = "", patience: float = 60.0) -> str:
    """Run git and return what it prints.

    Args:
        arguments: Its arguments.
        address: The repository that it is about: no other protocol is used than this one's.
        token: What opens a private repository; empty for none.
        patience: Seconds that it may take.

    Raises:
        SourcesError: It failed, and with what it said, or took too long.
    """
    environment = _environment(scheme_of(address), _credentials(address, token))
    try:
        process = subprocess.Popen(  # noqa: S603  # the arguments are checked, and no shell reads them
            ["git", *arguments],  # noqa: S607  # wherever it is installed
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise SourcesError(
            Message("git is not installed: install it, or put the documents here yourself")
        ) from None
    with process:
        try:
            out, err = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            _kill(process)
            raise SourcesError(
                Message("{address} did not answer within {number} s", address=address, number=int(patience))
            ) from None
        except BaseException:
            _kill(process)
            raise
    if process.returncode != 0:
        said = err.decode(errors="replace").strip().splitlines() or [f"git: {process.returncode}"]
        told = next((line for line in said if line.startswith(("fatal:", "ERROR:", "remote:"))), said[-1])
        reason = told.removeprefix("fatal: ")
        raise SourcesError(Message("{address}: {reason}", address=address, reason=reason))
    return out.decode("utf-8", "surrogateescape")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End git and what it started."""
    if hasattr(os, "killpg"):  # not on Windows
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def _environment(scheme: str, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment in which git knows no settings but ours, asks nothing and uses one protocol."""
    kept = {
        name: value for name, value in environment_without_secrets().items() if not name.startswith("GIT_")
    }
    ours = {
        "core.hooksPath": os.devnull,
        "protocol.version": "2",
        "gc.auto": "0",
        "safe.directory": "*",  # of file://, which the operator names: nothing in it is run
    } | dict(settings or {})
    pairs: dict[str, str] = {}
    for number, (name, value) in enumerate(ours.items()):
        pairs |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return (
        kept
        | pairs
        | {
            "GIT_CONFIG_COUNT": str(len(ours)),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ALLOW_PROTOCOL": scheme,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "",
            "SSH_ASKPASS": "",
            "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
            "LC_ALL": "C",
        }
    )


def _credentials(address: str, token: str) -> dict[str, str]:
    """Return the settings that send a token to its host alone, and never in a command line that others see."""
    if not token:
        return {}
    parts = urlsplit(address)
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return {
        f"http.{parts.scheme}://{parts.netloc}/.extraHeader": f"Authorization: Basic {basic}",
        "http.followRedirects": "false",
    }


@contextlib.contextmanager
def blob_reader(folder: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the process that reads blobs from a repository: their names go in, they come out."""
    command = ["git", "-C", folder, "cat-file", "--batch"]
    with subprocess.Popen(  # noqa: S603  # no part of it comes from elsewhere
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment("file"),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_token(path: Path, seeds: Path, own: Iterable[Path] = (), secret: str = "") -> str:
    """Return the token that a file holds; raises SourcesError where it cannot be used, or is the bot's own: a `sources.yaml`
    that came with somebody's backup could have that sent to them.

    Args:
        path: The file.
        seeds: The folder with the documents.
        own: Files that hold secrets of the bot's own.
        secret: The bot's own token.
    """
    if path.resolve().is_relative_to(seeds.resolve()):
        raise SourcesError(
            Message(
                "{path} is among the documents, where it would be quoted: put the token elsewhere", path=path
            )
        )
    try:
        token = path.read_bytes()[:4096].decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SourcesError(
            Message("the token file {path} cannot be read: {reason}", path=path, reason=reason)
        ) from None
    if path.resolve() in (each.resolve() for each in own) or (secret and secret in token):
        raise SourcesError(
            Message(
                "{path} holds a secret of the bot's own, which is sent to nobody: name another file",
                path=path,
            )
        )
    if not token or any(map(str.isspace, token)):
        raise SourcesError(Message("the token file {path} must hold a token and nothing else", path=path))
    return token
