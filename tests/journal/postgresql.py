"""A PostgreSQL server for tests: the one that CHIPBOT_TEST_POSTGRESQL names, or one of their own where it is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
from pydantic import SecretStr

from chipbot.journal.place import JournalPlace, journal_place

_USER = "postgres"  # PostgreSQL refuses to run as root


class MissingError(Exception):
    """There is no server, and none can be started."""


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Yield the URL of a database that tests may do anything with; raises MissingError where there is none."""
    named = os.environ.get("CHIPBOT_TEST_POSTGRESQL")
    if named:
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="chipbot-postgresql-") as name:
        folder, port = Path(name), _free_port()
        as_user = _as_user(folder)
        data = folder / "data"
        _run(*as_user, _program("initdb"), "--auth=trust", f"--username={_USER}", "--no-sync", str(data))
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        control = (*as_user, _program("pg_ctl"), f"--pgdata={data}")
        _run(*control, f"--options={options}", f"--log={folder}/log", "--wait", "start")
        try:
            yield f"postgresql://{_USER}@127.0.0.1:{port}/{_USER}"
        finally:
            _run(*control, "--mode=immediate", "--wait", "stop")


async def emptied(url: str, folder: Path) -> JournalPlace:
    """A database without tables, of a journal whose key is in the folder."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    finally:
        await connection.close()
    return journal_place(SecretStr(url), folder / "index")


def _program(name: str) -> str:
    """Return where a program of PostgreSQL's is; Debian keeps those of servers out of the way."""
    found = [*map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), shutil.which(name) or ""]
    if not any(found):
        raise MissingError(f"PostgreSQL is not installed ({name} is not there)")
    return next(filter(None, reversed(found[:-1])), found[-1])


def _as_user(folder: Path) -> tuple[str, ...]:
    """Return what goes before a command so that it does not run as root; gives the folder to that user."""
    _program("initdb")
    if os.name != "posix" or os.getuid() != 0:
        return ()
    if shutil.which("runuser") is None:
        raise MissingError("PostgreSQL does not run as root, and there is no runuser")
    shutil.chown(folder, _USER, _USER)
    return ("runuser", "-u", _USER, "--")


def _run(*command: str) -> None:
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd="/", check=False
    )
    if done.returncode:
        raise MissingError(f"{command[-1]}: {done.stderr.strip()}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
