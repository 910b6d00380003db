"""A Debian or Ubuntu of its own: made by debootstrap, booted with systemd by systemd-nspawn, all below one
folder.

Needs root, and Debian's packages debootstrap and systemd-container (for Ubuntu also ubuntu-keyring; where debootstrap
does not know a suite, CHIPBOT_UBUNTU_MIRROR is to have the address of Ubuntu's archive).
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

UBUNTU = ("jammy", "noble")
MIRROR = "CHIPBOT_UBUNTU_MIRROR"
"""The environment variable with the address of an Ubuntu archive, where it is another than debootstrap's own; for
Debian's, debootstrap and apt have their own.
"""
PROCESS = """
import sys
import discord, discord.gateway, yarl
url = sys.argv.pop(1)
discord.http.Route.BASE = url + "/api/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url.replace("http", "ws", 1) + "/")
from chipbot.__main__ import main
main()
"""
"""Python that runs the command line with a Discord on loopback (tests/wire), whose address is the first
argument: also versions before CHIPBOT_DISCORD_URL.
"""
BOOT = 600.0  # seconds that booting may take, where other work keeps the processors busy
_NESTED = (
    "mount -t tmpfs tmpfs /run && umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup && exec "
)
"""On a machine that systemd did not start itself, systemd-nspawn lacks a /run of its own and a unified cgroup
tree.
"""


def base(suite: str, folder: Path) -> Path:
    """Return a root with a suite's bare system, made if it is not there yet."""
    made = folder / f"{suite}-base"
    if not made.exists():
        unfinished = folder / f"{suite}-unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        mirror = os.environ.get(MIRROR, "") if suite in UBUNTU else ""
        source = (
            [mirror, "gutsy"] if mirror else []
        )  # the script of every Ubuntu, known to debootstrap or not
        components = "main,universe" if suite in UBUNTU else "main"
        subprocess.run(
            ["debootstrap", f"--components={components}", suite, str(unfinished), *source], check=True
        )
        if suite in UBUNTU:  # debootstrap leaves out what every Ubuntu is delivered with
            sources = unfinished / "etc/apt/sources.list"
            lines = sources.read_text()
            sources.write_text(lines + lines.replace(f" {suite} ", f" {suite}-updates "))
        unfinished.rename(made)
    return made


@dataclass
class Machine:
    """A booted machine; its network is this one's."""

    root: Path
    leader: int
    """The number that its first process has here."""

    def command(self, command: str, user: str = "root") -> list[str]:
        """Return the command line that runs a shell command in it as a user, in the user's folder."""
        enter = [
            "nsenter",
            "--target",
            str(self.leader),
            "--mount",
            "--uts",
            "--ipc",
            "--pid",
            "--cgroup",
            "--root",
            "--wd",
        ]
        clean = [
            "env",
            "-i",
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            f"HOME={'/root' if user == 'root' else f'/home/{user}'}",
            "LANG=C.UTF-8",
        ]
        drop = [] if user == "root" else ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
        return [*enter, *clean, *drop, "sh", "-c", f"cd; {command}"]

    def run(
        self, command: str, *, ok: bool = True, text: str = "", user: str = "root"
    ) -> subprocess.CompletedProcess[str]:
        """Run a shell command; unless it may fail, that is an error."""
        done = subprocess.run(
            self.command(command, user), input=text, capture_output=True, text=True, check=False
        )
        if ok and done.returncode != 0:
            raise AssertionError(f"{command}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def says(self, command: str) -> str:
        """Return what a command prints."""
        return self.run(command).stdout.strip()

    def wait_for(self, command: str, seconds: float = 60) -> None:
        """Wait until a command succeeds."""
        end = time.monotonic() + seconds
        while self.run(command, ok=False).returncode != 0:
            if time.monotonic() > end:
                raise AssertionError(f"{command}: not within {seconds:.0f} s")
            time.sleep(0.2)


@contextlib.contextmanager
def booted(bare: Path, root: Path) -> Iterator[Machine]:
    """Boot a copy of a bare root."""
    shutil.rmtree(root, ignore_errors=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(bare), str(root)], check=True)
    binds = lend_pip_configuration(root)
    nspawn = [
        "systemd-nspawn",
        "--register=no",
        "--keep-unit",
        "--quiet",
        "--resolv-conf=replace-host",
        "--console=pipe",
        *binds,
    ]
    command = [*nspawn, "--directory", str(root), "--boot"]
    if not Path("/run/systemd/system").exists():
        command = [
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-c",
            f'{_NESTED}"$@"',
            "sh",
            *command,
        ]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        try:
            machine = Machine(root, first_child(process, "systemd"))
            machine.wait_for("systemctl is-system-running | grep -E 'running|degraded'", BOOT)
            yield machine
        finally:
            process.terminate()


# A mount and a process namespace of its own: whatever is started and mounted there is gone with it.
_ENTER = """
mount --bind "$1" "$1" && mount -t proc proc "$1/proc" && mount --rbind /sys "$1/sys" && mount --rbind /dev "$1/dev"
for place in run tmp dev/shm; do mount -t tmpfs tmpfs "$1/$place"; done
cd "$1" && pivot_root . mnt
exec chroot . sh -c "umount --lazy /mnt && exec sleep 7200"
"""


@contextlib.contextmanager
def entered(root: Path) -> Iterator[Machine]:
    """Enter a root as it is, without booting it: nothing runs there but what is started."""
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation=private"]
    with subprocess.Popen([*command, "sh", "-euc", _ENTER, "sh", str(root)]) as process:
        try:
            yield Machine(root, first_child(process, "sleep"))
        finally:
            process.kill()  # --kill-child takes everything in it along


def prepared(name: str, suite: str, command: str, folder: Path) -> Path:
    """Return a suite's root in which a command was run as root, made if it is not there yet."""
    root = folder / name
    if not root.exists():
        unfinished = folder / f"{name}-unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", str(base(suite, folder)), str(unfinished)], check=True)
        lend_names(unfinished)
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(
            ["chroot", str(unfinished), "sh", "-euc", command],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError(f"{command}\n{done.stdout}\n{done.stderr}")
        lend_names(unfinished)  # once more, for an upgrade of systemd takes it away
        unfinished.rename(root)
    return root


def lend_names(root: Path) -> None:
    """Let a root find names as this machine does; Ubuntu's own resolv.conf leads into /run, where nothing is."""
    (root / "etc/resolv.conf").unlink(missing_ok=True)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")


def first_child(process: subprocess.Popen[bytes], name: str) -> int:
    """Return the number of the process with this name that a process has started, once it is there."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    for _ in range(300):
        if process.poll() is not None:
            raise AssertionError(f"{process.args!r} ended")
        for child in children.read_text().split():
            if name in Path(f"/proc/{child}/comm").read_text():
                return int(child)
        time.sleep(0.1)
    raise AssertionError(f"{process.args!r} started no {name}")


def lend_pip_configuration(root: Path) -> list[str]:
    """Let pip in the root reach what it reaches here, and return what systemd-nspawn has to bind for that."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    values = dict(re.findall(r"^(?:global|install|:env:)\.([\w-]+)='(.*)'$", listed, re.MULTILINE))
    binds, lines = [], ["[global]"]
    for name in ("index-url", "extra-index-url", "find-links", "cert", "trusted-host"):
        value = values.get(name, "").replace("\\n", " ").strip()
        if not value:
            continue
        lines.append(f"{name} = {value}")
        binds += [
            f"--bind-ro={path}:{path}"
            for path in value.split()
            if path.startswith("/") and Path(path).is_dir()
        ]
        if name == "cert":
            lines[-1] = "cert = /etc/pip-certificates.pem"
            shutil.copy(value, root / "etc/pip-certificates.pem")
    if len(lines) > 1:
        (root / "etc/pip.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for path in {bind.rpartition(":")[2] for bind in binds}:
        os.makedirs(root / path.lstrip("/"), exist_ok=True)  # noqa: PTH103  # a path below the root
    return binds
