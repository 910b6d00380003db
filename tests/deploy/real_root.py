"""deploy/install.sh for real: from a bare Debian to an answering bot, upgrades that work and that do not, and
away again.

    .venv/bin/python -m tests.deploy.real_root [SUITE …]

as root, for the suites bookworm, trixie, jammy and noble (bookworm, if none is named). Each is made by
debootstrap, booted with systemd, and talks to a Discord on loopback; what is checked is printed as it is.
Nothing outside of the folder FOLDER is written, and no address but those of the distributions, of pip's index
and of loopback is asked. Some minutes a suite.
"""

from __future__ import annotations

import asyncio
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.deploy.machine import PROCESS, Machine, base, booted
from tests.wire.bots import MONEY, club, reply_to
from tests.wire.members import text_of
from tests.wire.objects import TOKEN
from tests.wire.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent.parent
FOLDER = Path("/var/tmp/chipbot-real-root")  # noqa: S108  # large, and kept for the next time
QUESTION = "How much money is in the fund?"
UNIT = "/etc/systemd/system/chipbot.service.d"
INSTALLED = (
    "src",
    "requirements.lock",
    "deploy/install.sh",
    "deploy/setup.sh",
    "deploy/chipbot",
    "deploy/chipbot.service",
)
CRASH = "def run_bot(settings: Settings, options: argparse.Namespace) -> None:\n    raise RuntimeError('broken')\n\n\ndef _was("
LIFE = 7200.0  # seconds that the Discord lives for at most
# A service manager's patience would make this last minutes; the unit is otherwise as it is installed.
LOOPBACK = """[Service]
ExecStart=
ExecStart=/opt/chipbot/current/bin/python -P {script} {url} run
RestartSec=2
WatchdogSec=4
TimeoutAbortSec=2
"""


class Trial:
    """One suite's machine, and the Discord that its bot connects to."""

    def __init__(self, machine: Machine, wire: Wire) -> None:
        self.machine = machine
        self.wire = wire
        self.started = time.monotonic()

    def say(self, text: str) -> None:
        print(f"  {time.monotonic() - self.started:6.1f} s  {text}", flush=True)

    async def do(self, command: str, *, ok: bool = True, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command while this process goes on being Discord."""
        return await asyncio.to_thread(self.machine.run, command, ok=ok, text=text)

    async def says(self, command: str) -> str:
        return (await self.do(command)).stdout.strip()

    async def wait_for(self, command: str) -> None:
        await asyncio.to_thread(self.machine.wait_for, command)

    async def answers(self) -> None:
        """Ask the bot over the gateway, and see that it quotes the document."""
        assert MONEY in text_of(await reply_to(self.wire, QUESTION))

    async def version(self) -> str:
        return await self.says("readlink /opt/chipbot/current")


def checkout(
    machine: Machine, name: str, commit: str = "", change: Callable[[Path], None] | None = None
) -> str:
    """Put a copy of this checkout (or of a commit of it) into the machine, changed if asked for; returns its
    install.sh.
    """
    target = machine.root / "srv" / name
    target.mkdir()
    if commit:
        archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x", "-C", str(target)], input=archive, check=True)
    else:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
        )
        for path in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / path).is_file():
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / path, target / path)
    if change:
        change(target)
    return f"/srv/{name}/deploy/install.sh"


def earlier_commit() -> str:
    """Return the newest commit that can be installed and differs in what is installed; empty where there is
    none.
    """
    commits = _git("log", "-20", "--format=%H", "--", *INSTALLED).stdout.split()
    for commit in commits:
        there = _git("cat-file", "-e", f"{commit}:deploy/install.sh").returncode == 0
        if there and _git("diff", "--quiet", commit, "--", *INSTALLED).returncode != 0:
            return commit
    return ""


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def other_version(target: Path) -> None:
    module = target / "src/chipbot/__init__.py"
    module.write_text(module.read_text().replace('__version__ = "', '__version__ = "0.0.'), encoding="utf-8")


def crashing(target: Path) -> None:
    module = target / "src/chipbot/cli/run.py"
    module.write_text(module.read_text().replace("def run_bot(", CRASH), encoding="utf-8")


def unreadable(target: Path) -> None:
    with (target / "src/chipbot/answering/pipeline.py").open("a") as file:
        file.write("\nthis is no Python\n")


async def first_installation(trial: Trial) -> str:
    """From nothing to a cited answer, in one command; then a token, and the bot is up."""
    commit = earlier_commit()
    script = checkout(trial.machine, "earlier", commit, None if commit else other_version)
    start = time.monotonic()
    done = await trial.do(f"{script} --no-token")
    trial.say(f"from the bare root to a cited answer in {time.monotonic() - start:.0f} s, with one command")
    assert "$500 million" in done.stdout, done
    assert "(000_6aca35ccc39c56b2.txt, line 3)" in done.stdout
    assert "no token yet" in done.stderr
    assert (await trial.do("systemctl is-active chipbot", ok=False)).returncode != 0
    (trial.machine.root / "srv/run.py").write_text(PROCESS, encoding="utf-8")
    await trial.do(
        f"mkdir -p /srv/loopback {UNIT} && cp /srv/run.py /srv/loopback && cat >{UNIT}/loopback.conf",
        text=LOOPBACK.format(script="/srv/loopback/run.py", url=trial.wire.url),
    )
    return script


async def tokens(trial: Trial, script: str) -> None:
    """What is no token is refused at once; what Discord refuses, without another try; the right one starts
    the bot.
    """
    refused = await trial.do(f"echo one-word | {script} --token-file -", ok=False)
    assert (refused.returncode, "two dots" in refused.stderr) == (1, True), refused
    refused = await trial.do(f"{script} --token-file -", ok=False, text="not.the.one\n")
    assert (refused.returncode, "Discord does not accept the token" in refused.stderr) == (1, True), refused
    before = trial.wire.rest.asked["GET /users/@me"]
    await asyncio.sleep(4)  # RestartSec is 2
    assert trial.wire.rest.asked["GET /users/@me"] == before, "no restart on a refused token"
    trial.say("a refused token: exit code 78, no restart")
    done = await trial.do(f"{script} --token-file -", text=TOKEN)
    assert "the bot is up" in done.stderr, done
    assert await trial.says("stat -c '%U %a' /etc/chipbot/token") == "root 600"
    await trial.answers()
    trial.say("with the right token the service is up and answers")
    typed = f"(sleep 8; cat; sleep 15) | script --quiet --return --command '{script} --token' /dev/null"
    done = await trial.do(f"timeout 120 sh -c {shlex.quote(typed)} || true", text=f"{TOKEN}\n")
    assert "Token: " in done.stdout, done
    assert TOKEN not in done.stdout
    assert "the bot is up" in done.stdout, done
    trial.say("a token that is typed is not shown")


async def the_service(trial: Trial) -> None:
    """Hardened, watched, reloadable; and the command line works beside it."""
    shown = await trial.says("systemd-analyze security chipbot --no-pager | tail -1")
    exposure = float(shown.split(": ")[1].split()[0])
    assert exposure <= 1.5, shown
    trial.say(f"systemd-analyze security: {exposure}")
    assert await trial.says("systemctl show --value -p User chipbot") == "chipbot"
    pid = await trial.says("systemctl show --value -p MainPID chipbot")
    status = await trial.says(f"grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/{pid}/status")
    assert status.split() == ["CapEff:", "0000000000000000", "NoNewPrivs:", "1", "Seccomp:", "2"], status
    assert TOKEN not in await trial.says(f"tr '\\0' '\\n' </proc/{pid}/environ; journalctl -u chipbot")
    await trial.do(
        "printf 'Opening hours\\n\\nThe library opens at nine in the morning.\\n' >/var/lib/chipbot/seeds/hours.txt"
    )
    await trial.do("systemctl reload chipbot && systemctl is-active chipbot")
    assert "at nine" in await trial.says("chipbot ask 'When does the library open?'")
    doctor = await trial.do("chipbot doctor", ok=False)
    assert "token" in doctor.stdout, doctor
    await trial.do(
        "chipbot backup /srv/b.zip && rm /var/lib/chipbot/seeds/hours.txt && chipbot restore --force /srv/b.zip"
    )
    assert await trial.says("stat -c %U /var/lib/chipbot/seeds/hours.txt") == "chipbot"
    await trial.do("rm /var/lib/chipbot/seeds/hours.txt; systemctl reload chipbot")
    trial.say("reload, ask, doctor, backup and restore work beside it")
    await asyncio.sleep(
        4
    )  # WatchdogSec: until it shows life again, the minute that building asked for counts
    await trial.do(f"kill -STOP {pid}")
    await trial.wait_for(
        "[ $(systemctl show --value -p NRestarts chipbot) -ge 1 ] && systemctl is-active chipbot"
    )
    await trial.answers()
    assert "watchdog" in (await trial.says("journalctl -u chipbot")).lower()
    trial.say("a process that hangs is restarted by the watchdog")
    await trial.do("systemctl restart chipbot")
    took = time.monotonic()
    await trial.do("systemctl stop chipbot")
    assert await trial.says("systemctl show --value -p Result chipbot") == "success"
    trial.say(f"it stops in good order, in {time.monotonic() - took:.1f} s")
    await trial.do("systemctl start chipbot")


async def upgrades(trial: Trial) -> str:
    """To this checkout; not to what does not answer or does not come up; back, and forward again."""
    earlier = await trial.version()
    script = checkout(trial.machine, "this")
    assert "the bot is up" in (await trial.do(f"{script} --upgrade")).stderr
    this = await trial.version()
    assert this != earlier
    await trial.answers()
    again = await trial.do(script)
    assert "nothing about it has changed" in again.stderr, again
    trial.say(f"upgraded from {earlier} to {this}; once more changes nothing")
    for name, change, said in (
        ("unreadable", unreadable, "nothing has changed"),
        ("crashing", crashing, "runs again; the new one was removed"),
    ):
        failed = await trial.do(f"{checkout(trial.machine, name, '', change)} --upgrade", ok=False)
        assert (failed.returncode, said in failed.stderr) == (1, True), failed
        assert await trial.version() == this
        await trial.do("systemctl is-active chipbot")
        await trial.answers()
        assert len((await trial.says("ls /opt/chipbot/releases")).split()) == 2
        trial.say(f"an upgrade to a version that is {name} fails, and the one before goes on answering")
    await trial.do(f"{script} --rollback")
    assert await trial.version() == earlier
    await trial.answers()
    await trial.do("systemctl stop chipbot")
    assert "left so" in (await trial.do(script)).stderr
    assert await trial.version() == this
    trial.say("rolled back by hand, and forward again; a stopped service is left stopped")
    return script


async def removal(trial: Trial, script: str) -> None:
    """Documents and settings outlive the program; the documents even the settings."""
    await trial.do("echo CHIPBOT_COOLDOWN=7 >>/etc/chipbot/chipbot.env; systemctl start chipbot")
    await trial.do(f"{script} --uninstall")
    await trial.do(
        "test ! -e /opt/chipbot -a ! -e /usr/local/bin/chipbot -a ! -e /etc/systemd/system/chipbot.service"
    )
    assert "could not be found" in (await trial.do("systemctl status chipbot", ok=False)).stderr
    await trial.do("test -s /var/lib/chipbot/seeds/000_6aca35ccc39c56b2.txt -a -s /etc/chipbot/token")
    await trial.do(script)
    assert "COOLDOWN=7" in await trial.says("cat /etc/chipbot/chipbot.env")
    await trial.do(f"{script} --purge")
    await trial.do(f"{script} --purge")
    await trial.do("test ! -e /etc/chipbot -a -s /var/lib/chipbot/seeds/000_6aca35ccc39c56b2.txt")
    assert (await trial.do("getent passwd chipbot", ok=False)).returncode != 0
    assert await trial.says("find /opt /usr/local /etc /var/lib -name '*chipbot*'") == "/var/lib/chipbot"
    trial.say("uninstalled, installed again with its settings, and purged: the documents are still there")


async def main(suite: str) -> None:
    """Go through a whole life on one suite."""
    bare = base(suite, FOLDER)
    print(suite, flush=True)
    async with Wire([club()]).serving(LIFE) as wire:
        with booted(bare, FOLDER / suite) as machine:
            trial = Trial(machine, wire)
            trial.say(
                await trial.says(
                    ". /etc/os-release; echo booted $PRETTY_NAME, $(systemctl --version | head -n 1)"
                )
            )
            script = await first_installation(trial)
            await tokens(trial, script)
            await the_service(trial)
            await removal(trial, await upgrades(trial))
            trial.say("done")


if __name__ == "__main__":
    for name in sys.argv[1:] or ["bookworm"]:
        asyncio.run(main(name))
