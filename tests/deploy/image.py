"""deploy/Dockerfile for real, without a container engine: built by buildah, run in a chroot as Compose would
run it.

    .venv/bin/python -m tests.deploy.image

as root, with Debian's packages buildah, debootstrap and postgresql. The base is a Debian made by debootstrap with Python,
in place of the registry's. What is run: the whole build, twice, with equal layers; then the image's own entry
point, environment, user and health check, on a read-only root without privileges, against a Discord on
loopback, up to SIGTERM; and the journal's tests, and a bot, with the image's packages and a PostgreSQL. What is not: a
container engine, its network and its cgroups.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

import asyncpg
from tests.deploy.machine import PROCESS, base, lend_pip_configuration
from tests.deploy.real_root import FOLDER, QUESTION, ROOT
from tests.journal.postgresql import emptied, server
from tests.wire.bots import MONEY, club, reply_to
from tests.wire.members import text_of
from tests.wire.objects import TOKEN
from tests.wire.wire import Wire

STORAGE = [
    "--root",
    str(FOLDER / "storage"),
    "--runroot",
    str(FOLDER / "storage-run"),
    "--storage-driver",
    "vfs",
]
WITH_PYTHON = (
    "apt-get -qq update && "
    "apt-get -qq install -y --no-install-recommends python3 python3-venv ca-certificates >/dev/null"
)
# What Compose is told to do: a read-only root with a writable volume and /tmp, and a user without any
# privilege.
CONFINED = """
mount --bind "$1" "$1" && mount -t proc proc "$1/proc" && mount -t tmpfs tmpfs "$1/tmp" && mount --rbind /dev "$1/dev"
mount --bind "$2" "$1/var/lib/chipbot/index" && mount -o remount,ro,bind "$1" && cp -r "$2/../beside/." "$1/tmp/"
root=$1 && shift 2
exec chroot "$root" setpriv --reuid=10001 --regid=10001 --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
"""


def buildah(*arguments: str) -> str:
    """Run buildah with a storage of its own; returns what it prints."""
    done = subprocess.run(
        ["buildah", *STORAGE, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise AssertionError(f"buildah {' '.join(arguments)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout.strip()


def python_base() -> list[str]:
    """Make the image `python-base`; returns what the build has to bind for pip."""
    root = FOLDER / "python-base"
    shutil.rmtree(root, ignore_errors=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(base("trixie", FOLDER)), str(root)], check=True)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(
        ["chroot", str(root), "sh", "-c", WITH_PYTHON], env=environment, stderr=subprocess.DEVNULL, check=True
    )
    binds = lend_pip_configuration(root)
    container = buildah("from", "scratch")
    buildah("add", "--quiet", container, str(root), "/")
    buildah("commit", "--quiet", container, "localhost/python-base")
    buildah("rm", container)
    return [f"--volume={bind.removeprefix('--bind-ro=')}:ro" for bind in binds]


def build(tag: str, volumes: list[str]) -> list[str]:
    """Build the image; returns its layers' digests."""
    options = [
        "--isolation=chroot",
        "--format=docker",
        "--timestamp=1767225600",
    ]
    recipe, replaced = re.subn(
        r"(?m)^FROM \S+ AS base$",
        "FROM localhost/python-base AS base",
        (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8"),
    )
    if replaced != 1:
        raise AssertionError("deploy/Dockerfile names no base")
    (FOLDER / "Dockerfile").write_text(recipe, encoding="utf-8")
    files = [f"--file={FOLDER / 'Dockerfile'}", "--ignorefile=deploy/Dockerfile.dockerignore"]
    buildah("bud", *options, *volumes, *files, f"--tag={tag}", ".")
    found: list[str] = configuration(tag)["rootfs"]["diff_ids"]
    return found


def configuration(tag: str) -> dict[str, Any]:
    """Return the image's configuration as engines read it."""
    found: dict[str, Any] = json.loads(json.loads(buildah("inspect", "--type=image", tag))["Config"])
    return found


class Container:
    """The image's file system, and how its commands are run in it."""

    def __init__(self, tag: str) -> None:
        self.settings = configuration(tag)["config"]
        self.root = buildah("mount", buildah("from", tag))
        self.index = FOLDER / "volume" / "index"
        shutil.rmtree(self.index.parent, ignore_errors=True)
        self.index.mkdir(parents=True)
        os.chown(self.index, 10001, 10001)
        self.beside = self.index.parent / "beside"
        self.beside.mkdir()
        (self.beside / "run.py").write_text(PROCESS, encoding="utf-8")

    def command(self, *arguments: str, **environment: str) -> list[str]:
        """Return the command line that runs a command confined, with the image's environment."""
        outside = [
            "unshare",
            "--mount",
            "--propagation=private",
            "sh",
            "-euc",
            CONFINED,
            "sh",
            self.root,
            str(self.index),
        ]
        variables = [*self.settings["Env"], *(f"{name}={value}" for name, value in environment.items())]
        return [*outside, "env", "-i", "-C", self.settings["WorkingDir"], *variables, *arguments]

    def says(self, *arguments: str, **environment: str) -> str:
        command = self.command(*arguments, **environment)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout


def look_inside(container: Container) -> None:
    """Ask it a question; nothing in it is root's business, writable or left over from building."""
    entry = container.settings["Entrypoint"]
    assert container.settings["User"] == "10001:10001"
    assert container.settings["StopSignal"] == "SIGTERM"
    assert (entry, container.settings["Cmd"]) == (["/opt/chipbot/bin/chipbot"], ["run"])
    assert "$500 million" in container.says(*entry, "ask", QUESTION)
    assert container.says("id", "-u").strip() == "10001"
    for command in ("touch /opt/x", "touch /var/lib/chipbot/seeds/x"):
        assert "Read-only" in container.says("sh", "-c", f"{command} 2>&1 || true")
    installed = container.says(
        "/opt/chipbot/bin/python3",
        "-c",
        "import importlib.metadata as m; print(*(d.name for d in m.distributions()))",
    )
    assert not {"pip", "hatchling", "setuptools"} & set(installed.split()), installed


async def live(container: Container, **environment: str) -> None:
    """Run the bot: it answers, is healthy, and ends on the image's signal."""
    async with Wire([club()]).serving() as wire:
        command = ["/opt/chipbot/bin/python3", "-P", "/tmp/run.py", wire.url, *container.settings["Cmd"]]  # noqa: S108  # its own /tmp
        start = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *container.command(*command, CHIPBOT_TOKEN=TOKEN, **environment)
        )
        async with asyncio.timeout(60):
            while not wire.gateway.connected:  # noqa: ASYNC110  # the gateway has no event for this
                await asyncio.sleep(0.05)
            await asyncio.sleep(1)
            assert MONEY in text_of(await reply_to(wire, QUESTION))
            print(f"answers {time.monotonic() - start:.1f} s after its start")
            kind, *check = container.settings["Healthcheck"]["Test"]
            assert kind == "CMD"
            await asyncio.to_thread(container.says, *check)
            process.send_signal(signal.Signals[container.settings["StopSignal"]])
            assert await process.wait() == 0
            failed = await asyncio.create_subprocess_exec(
                *container.command(*check), stderr=asyncio.subprocess.DEVNULL
            )
            assert await failed.wait() != 0
    print("healthy while it runs, and not afterwards; ends in good order on its signal")


def run_journal_tests(container: Container, url: str) -> None:
    """Run the journal's tests, which empty the database, with the image's packages."""
    python = "/opt/chipbot/bin/python3"
    version = container.says(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])").strip()
    tools = ["--quiet", "--target", str(container.beside / "tools"), "--python-version", version]
    pip = [sys.executable, "-m", "pip", "install", *tools, "--only-binary", ":all:"]
    subprocess.run([*pip, "pytest", "pytest-asyncio", "hypothesis"], check=True)
    shutil.copytree(ROOT / "tests", container.beside / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    only = ["-c", "/dev/null", "--rootdir=/tmp", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto"]
    tests = [python, "-m", "pytest", "-q", *only, "-k", "postgresql or processes", "/tmp/tests/journal"]  # noqa: S108  # its own /tmp
    said = container.says(*tests, CHIPBOT_TEST_POSTGRESQL=url, PYTHONPATH="/tmp:/tmp/tools")  # noqa: S108  # likewise
    print("the journal's tests, in the image:", said.splitlines()[-1])
    assert "skipped" not in said, said
    for beside in ("tests", "tools"):
        shutil.rmtree(container.beside / beside)


async def keep_in_postgresql(container: Container, url: str) -> None:
    """Run the bot with its journal in PostgreSQL."""
    await emptied(url, container.beside)
    # Its key is written beside the index, where a read-only root has room in the volume alone.
    await live(container, CHIPBOT_JOURNAL=url, CHIPBOT_INDEX="/var/lib/chipbot/index/builds")
    connection = await asyncpg.connect(url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM answer") == 1
    finally:
        await connection.close()
    print("its answer is kept in PostgreSQL")


def main() -> None:
    """Build twice, compare, run."""
    volumes = python_base()
    start = time.monotonic()
    layers = build("chipbot:first", volumes)
    print(f"built in {time.monotonic() - start:.0f} s")
    assert layers == build("chipbot:second", volumes)
    print("built again: every layer is the same")
    try:
        container = Container("chipbot:first")
        look_inside(container)
        print("answers a question on a read-only root, as user 10001, without privileges")
        asyncio.run(live(container))
        with server() as url:
            run_journal_tests(container, url)
            asyncio.run(keep_in_postgresql(container, url))
    finally:
        buildah("rm", "--all")


if __name__ == "__main__":
    main()
