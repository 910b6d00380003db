"""The first hour of somebody new, in a clean Debian or Ubuntu and without root: from the clone to a bot that answers in
Discord, and through upgrade, rollback, backup, restore and removal.

    .venv/bin/python -m tests.deploy.first_hour [SUITE …]

as root, with Debian's package debootstrap, for the suites bookworm, trixie, jammy and noble (bookworm, if none is named).
Each step is a command as the documents have it; what it printed, how long it took and what it cost of the processor goes to
first-hour-SUITE.txt in a folder of its own, and a table of the steps to standard output. Discord is a server on loopback.
"""

from __future__ import annotations

import asyncio
import os
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.deploy.handbook import ASKED, HANDBOOK
from tests.deploy.machine import Machine, entered, lend_pip_configuration, prepared
from tests.deploy.real_root import FOLDER, LIFE, QUESTION, ROOT
from tests.wire.bots import club, reply_to
from tests.wire.members import text_of
from tests.wire.objects import TOKEN
from tests.wire.wire import Wire

INSTALL = (
    "apt-get -qq update && apt-get -qq install -y --no-install-recommends git {python} {python}-venv ca-certificates "
    ">/dev/null && useradd --create-home --shell /bin/sh ada"
)
PYTHON = {"jammy": "python3.11"}
"""The package of Python, where the system's own is too old."""
PSS = r"""
import os, pathlib, re
total = 0
for process in pathlib.Path("/proc").iterdir():
    if process.name.isdigit() and int(process.name) != os.getpid() and b"chipbot" in (process / "cmdline").read_bytes():
        if "python" in (process / "exe").resolve().name:
            total += int(re.search(r"Pss: *(\d+)", (process / "smaps_rollup").read_text())[1])
print(round(total / 1000))
"""


@dataclass
class Hour:
    """What was typed, and what came of it."""

    machine: Machine
    transcript: list[str] = field(default_factory=list)
    rows: list[tuple[str, str, float, float]] = field(default_factory=list)

    async def do(self, step: str, command: str, *, ok: bool = True, folder: str = "chipbot") -> str:
        """Type a command as ada; returns what it printed."""
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = await asyncio.to_thread(self.machine.run, f"cd {folder} && {command}", ok=ok, user="ada")
        self._note(step, command, done.stdout + done.stderr, start, before)
        return done.stdout + done.stderr

    def note(self, step: str, command: str, output: str, start: float) -> None:
        """Note a step that was carried out elsewhere, from its start."""
        self._note(step, command, output, start, resource.getrusage(resource.RUSAGE_CHILDREN))

    def _note(
        self, step: str, command: str, output: str, start: float, before: resource.struct_rusage
    ) -> None:
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        took = time.monotonic() - start
        self.rows.append((step, command, took, spent))
        self.transcript.append(
            f"## {step}\n$ {command}\n{output.rstrip()}\n({took:.1f} s, {spent:.1f} s of the processor)\n"
        )
        print(f"| {step} | `{command}` | {took:.1f} | {spent:.1f} |", flush=True)


def repository(machine: Machine) -> None:
    """Put a repository with this checkout's files into the machine: version 0.1.0, and one that comes after it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    work = machine.root / "srv/work"
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(machine.root / "srv/chipbot.git", ignore_errors=True)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, work / name)
    machine.run(
        "git config --global user.name ada && git config --global user.email ada@lantern.example && "
        "git config --global --add safe.directory '*' && "
        "cd /srv/work && git init --quiet --initial-branch=main && "
        "git add --all && git commit --quiet --message 0.1.0 && git tag v0.1.0 && "
        "git clone --quiet --bare . /srv/chipbot.git && chown -R ada /srv/chipbot.git"
    )


def next_version(machine: Machine) -> None:
    """Publish a version after the one that was cloned."""
    machine.run(
        "cd /srv/work && sed -i 's/__version__ = .*/__version__ = \"0.2.0\"/' src/chipbot/__init__.py && "
        "git commit --quiet --all --message 0.2.0 && git tag v0.2.0 && "
        "git push --quiet --tags /srv/chipbot.git main && chown -R ada /srv/chipbot.git"
    )


def read_until(terminal: int, shown: str, wanted: str, patience: float = 300) -> str:
    """Read what a terminal shows until it has the wanted words."""
    end = time.monotonic() + patience
    while not re.search(wanted, shown):
        if time.monotonic() > end:
            raise AssertionError(f"{wanted} is not shown:\n{shown}")
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                shown += os.read(terminal, 4096).decode(errors="replace")
            except OSError:  # Linux's way to say that nobody has the other end open any more
                raise AssertionError(f"{wanted} is not shown:\n{shown}") from None
    return shown


def innermost(process: int) -> int:
    """Return the process that a chain of processes leads to, each the first that the one before has started."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return innermost(int(children[0])) if children else process


class Terminal:
    """A command in a terminal of its own, and what somebody types into it."""

    def __init__(self, machine: Machine, command: str) -> None:
        self.screen, inner = os.openpty()
        self.process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *machine.command(f"cd chipbot && {command}", "ada")],
            stdin=inner,
            stdout=inner,
            stderr=inner,
        )
        os.close(inner)
        self.shown = ""

    def answer(self, question: str, typed: str) -> None:
        """Wait for a question, and type an answer."""
        self.shown += read_until(self.screen, "", question)
        os.write(self.screen, f"{typed}\n".encode())


async def set_up(hour: Hour, wire: Wire) -> tuple[Terminal, float]:
    """`setup` as somebody types it; returns the terminal in which the bot runs then, and when that was."""
    start = time.monotonic()
    terminal = Terminal(hour.machine, f"CHIPBOT_DISCORD_URL={wire.url} ./deploy/start setup")
    for question, typed in (
        ("Token: ", "client-secret"),
        ("Token: ", "not.the.one"),
        ("Token: ", TOKEN),
        ("Press Enter when that is done", ""),
        ("Say hello in", "1"),
        ("Start the bot now", ""),
    ):
        await asyncio.to_thread(terminal.answer, question, typed)
    started = time.monotonic()
    terminal.shown += await asyncio.to_thread(read_until, terminal.screen, "", "connected as")
    hour.note("set up", "./deploy/start setup", terminal.shown.replace("\r", ""), start)
    if TOKEN in terminal.shown:
        raise AssertionError("the token was shown")
    return terminal, started


def memory(machine: Machine) -> str:
    """Return what the bot's processes take, in MB: their proportional share."""
    return machine.run("/home/ada/chipbot/.venv/bin/python -", text=PSS).stdout.strip()


async def questions(hour: Hour) -> None:
    """Ask ten questions, two of which nothing answers."""
    for question, expected in ASKED.items():
        said = await hour.do("ask", f'./deploy/start ask "{question}"')
        if expected is None:
            assert "» " not in said, said
            assert "»" not in said, f"{question}: {said}"
        else:
            assert expected in said, f"{question}: {said}"


async def main(suite: str) -> None:
    """Live through it, and write down how it was."""
    install = INSTALL.format(python=PYTHON.get(suite, "python3"))
    root, target = prepared(f"first-hour-{suite}", suite, install, FOLDER), FOLDER / f"first-hour-{suite}.txt"
    print(f"{suite}:")
    find = ["find", str(root / "home/ada"), "-mindepth", "1", "-delete"]
    await asyncio.to_thread(subprocess.run, find, check=True)
    lend_pip_configuration(root)
    async with Wire([club()]).serving(LIFE) as wire:
        with entered(root) as machine:
            hour = Hour(machine)
            try:
                await live(hour, wire)
            finally:
                await asyncio.to_thread(target.write_text, "\n".join(hour.transcript))
                print(f"transcript: {target}")


async def live(hour: Hour, wire: Wire) -> None:
    """The steps, one after the other."""
    repository(hour.machine)
    home = hour.machine.says("ls -A /home/ada")
    print("| step | command | s | processor, s |\n|---|---|--:|--:|")
    await hour.do("clone", "git clone --quiet /srv/chipbot.git chipbot", folder=".")
    said = await hour.do("first answer", f'./deploy/start ask "{QUESTION}"')
    assert "$500 million" in said
    await hour.do("second answer", f'./deploy/start ask "{QUESTION}"')
    await hour.do("size", "du -sh --apparent-size .venv index")
    for name, text in HANDBOOK.items():
        (hour.machine.root / "home/ada/chipbot/seeds" / name).write_text(text, encoding="utf-8")
    await hour.do("own handbook", "rm seeds/000_*.txt && ./deploy/start index")
    await questions(hour)
    lines = "".join(
        f'{{"question": "{question}", "answers": {f"[{chr(34)}{expected}{chr(34)}]" if expected else "[]"}}}\n'
        for question, expected in ASKED.items()
    )
    (hour.machine.root / "home/ada/chipbot/questions.jsonl").write_text(lines, encoding="utf-8")
    assert "10 of 10 right" in await hour.do("eval", "./deploy/start eval questions.jsonl")
    terminal, started = await set_up(hour, wire)
    print(
        f"connected {time.monotonic() - started:.1f} s after the last answer; memory: {memory(hour.machine)} MB"
    )
    start = time.monotonic()
    answer = text_of(await reply_to(wire, "when is the book circle"))
    assert "7:30 pm" in answer.replace("\\", ""), answer
    hour.note("answer in Discord", "@chipbot when is the book circle", answer, start)
    os.kill(innermost(terminal.process.pid), signal.SIGINT)  # what Ctrl-C does
    await asyncio.to_thread(read_until, terminal.screen, "", "stopping")
    assert await asyncio.to_thread(terminal.process.wait, 60) == 0
    os.close(terminal.screen)
    doctor = await hour.do("doctor", f"CHIPBOT_DISCORD_URL={wire.url} ./deploy/start doctor", ok=False)
    assert "✗" not in doctor, doctor
    await keep(hour)
    await hour.do("remove", "rm -rf chipbot", folder=".")
    left = set(hour.machine.says("ls -A /home/ada").split()) - set(home.split())
    print(f"left in the home folder afterwards: {', '.join(sorted(left)) or 'nothing'}")


async def keep(hour: Hour) -> None:
    """Back up, upgrade, roll back, lose a file, restore."""
    await hour.do("back up", "./deploy/start backup ../chipbot.zip")
    next_version(hour.machine)
    await hour.do("upgrade", "git pull --quiet && ./deploy/start --version")
    assert "0.2.0" in hour.transcript[-1]
    await hour.do("ask after the upgrade", './deploy/start ask "who owns the server"')
    await asyncio.sleep(1)  # Python's bytecode knows to the second when its source was written
    await hour.do("roll back", "git checkout --quiet v0.1.0 && ./deploy/start --version")
    assert "chipbot 0.1.0" in hour.transcript[-1]
    await hour.do("ask after the rollback", './deploy/start ask "who owns the server"')
    await hour.do(
        "lose documents", "rm -r seeds/*.md seeds/*.rst && ./deploy/start ask 'who owns the server'", ok=False
    )
    await hour.do("restore", "./deploy/start restore --force ../chipbot.zip")
    said = await hour.do("ask after the restore", './deploy/start ask "who owns the server"')
    assert "Mira" in said


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or ["bookworm"]:
        asyncio.run(main(name))
