"""deploy/install.sh and its unit, as far as that goes without changing a machine; real_root.py does the
rest.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
UNIT = DEPLOY / "chipbot.service"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux's")
NOBODY = 65534


def debian() -> bool:
    release = Path("/etc/os-release")
    return release.is_file() and bool(
        re.search(r"^ID(_LIKE)?=.*(debian|ubuntu)", release.read_text(), re.MULTILINE)
    )


on_debian = pytest.mark.skipif(
    not debian() or not Path("/etc/systemd").is_dir(), reason="not a Debian with systemd"
)


def run(script: str, *arguments: str, root: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a script of deploy/; where this is root and `root` is not wanted, as nobody."""
    return subprocess.run(
        ["sh", str(DEPLOY / script), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        user=NOBODY if not root and os.geteuid() == 0 else None,
        timeout=60,
    )


@on_debian
@pytest.mark.parametrize(
    ("arguments", "planned"),
    [
        (
            [],
            [
                "system user chipbot",
                "/etc/chipbot (settings)",
                "chipbot.service",
                "put the version before back",
            ],
        ),
        (["--upgrade", "--no-token"], ["put the version before back"]),
        (["--token"], ["ask for the token"]),
        (["--rollback"], ["go back to the version before"]),
        (["--uninstall"], ["stop the service", "/opt/chipbot"]),
        (["--purge"], ["/etc/chipbot", "the user chipbot"]),
    ],
)
def test_a_dry_run_says_what_would_be_done_and_needs_no_root(
    arguments: list[str], planned: list[str]
) -> None:
    done = run("install.sh", "--dry-run", *arguments)
    assert done.returncode == 0, done
    lines = done.stdout.splitlines()
    assert lines
    assert all(line.startswith("would: ") for line in lines)
    for text in planned:
        assert text in done.stdout
    if arguments in (["--uninstall"], ["--purge"]):
        assert "documents stay in /var/lib/chipbot/seeds" in done.stderr
    assert not Path("/opt/chipbot/releases/.dry").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--bogus"], "unknown argument: --bogus"),
        (["upgrade"], "unknown argument: upgrade"),
        (["--upgrade", "--purge"], "--upgrade and --purge exclude each other"),
        (["--token-file"], "--token-file needs a file"),
        (["--token", "--token-file", "x"], "--token-file goes with neither --token nor --no-token"),
    ],
)
def test_wrong_usage_changes_nothing_and_shows_the_right_one(arguments: list[str], message: str) -> None:
    done = run("install.sh", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"chipbot: {message}\n")
    assert "--uninstall " in done.stderr


def test_help_names_every_option() -> None:
    done = run("install.sh", "--help")
    assert done.returncode == 0
    understood = re.findall(
        r"^        (--[a-z -|]+)\)", (DEPLOY / "install.sh").read_text(encoding="utf-8"), re.MULTILINE
    )
    options = {option.split("=")[0] for line in understood for option in line.split(" | ")}
    assert options == {option for option in re.findall(r"--[a-z-]+", done.stdout) if option != "--help"}


@on_debian
def test_without_root_it_says_so_and_does_nothing() -> None:
    reachable = all(folder.stat().st_mode & 0o001 for folder in DEPLOY.parents)
    if os.geteuid() == 0 and not reachable:
        pytest.skip("nobody cannot reach this checkout")
    done = run("install.sh", "--upgrade", root=False)
    assert done.returncode == 1
    assert "needs root: sudo " in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"), [(["run"], 2, "systemctl"), (["setup"], 2, "deploy/install.sh --token")]
)
def test_the_installed_command_leaves_to_systemd_what_is_systemds(
    arguments: list[str], code: int, message: str
) -> None:
    done = run("chipbot", *arguments)
    assert done.returncode == code
    assert message in done.stderr


def settings() -> dict[str, str]:
    """The unit's settings; one that is given twice is joined."""
    found: dict[str, str] = {}
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found[name] = f"{found[name]} {value}" if name in found else value
    return found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Type", "notify"),
        ("ExecStart", "/opt/chipbot/current/bin/chipbot run"),
        ("ExecReload", "/bin/kill -HUP $MAINPID"),
        ("LoadCredential", "chipbot_token:/etc/chipbot/token"),
        ("RestartPreventExitStatus", "78"),
        ("Restart", "on-failure"),
        ("TimeoutStopSec", "20"),
        ("WatchdogSec", "60"),
        ("MemoryMax", "1G"),
        ("ProtectSystem", "strict"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("User", "chipbot"),
    ],
)
def test_the_unit_says_what_the_documents_promise(name: str, value: str) -> None:
    assert settings()[name] == value


def test_a_bot_that_cannot_start_stays_below_discords_thousand_logins_a_day() -> None:
    backoff = (DEPLOY / "backoff.conf").read_text(encoding="utf-8")
    longest = re.search(r"^RestartMaxDelaySec=(\d+)$", backoff, re.MULTILINE)
    assert longest
    for seconds in (int(settings()["RestartSec"]), int(longest[1])):
        assert 24 * 3600 / seconds < 1000


def analyze(*arguments: str) -> str:
    """Run systemd-analyze; skips where it is missing or too old."""
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("no systemd-analyze here")
    version = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.split()[1].split(".")[0].split("~")[0]) < 250:
        pytest.skip("systemd-analyze is older than --offline")
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done
    return done.stdout + done.stderr


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    text = UNIT.read_text(encoding="utf-8").replace(settings()["ExecStart"], "/bin/true")
    (tmp_path / UNIT.name).write_text(text, encoding="utf-8")
    complaints = analyze("verify", "--man=no", "--recursive-errors=no", str(tmp_path / UNIT.name))
    assert UNIT.name not in complaints


def test_the_unit_leaves_little_exposed() -> None:
    told = analyze("security", "--offline=true", "--no-pager", str(UNIT))
    overall = re.search(r"Overall exposure level for chipbot.service: (\d+\.\d+)", told)
    assert overall
    assert float(overall[1]) <= 1.5, platform.release()
