"""deploy/start's set-up, with a stand-in for Python that only notes what it is asked to do: nothing is
installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for sh")

# Makes a .venv that holds itself, fails as pip when told to, and leaves questions about Python to the real
# one.
STAND_IN = f"""#!/bin/sh
case "$*" in
*"-m venv "*) [ -z "${{INTERRUPTED-}}" ] || exec "{sys.executable}" "$1" "$2" "$3" -m timeit "$INTERRUPTED"
    mkdir -p .venv/bin .venv/lib; cp "$0" .venv/bin/python; echo venv >>"$NOTES" ;;
*"-m ensurepip"*) echo ensurepip >>"$NOTES" ;;
*"-m pip "*uninstall*) echo remove >>"$NOTES"; echo "$*" >"$NOTES.removed" ;;
*"-m pip "*encoder.lock) echo encoder >>"$NOTES"; echo oops >&2; [ -z "${{OFFLINE-}}" ] || exit 1 ;;
*"-m pip "*) echo pip >>"$NOTES"; [ -z "${{PIP_USER-}}${{BREAK-}}" ] || exit 1 ;;
*"/bytecode.py") echo compile >>"$NOTES" ;;
*"-m chipbot"*) echo "$CHIPBOT_HOME|$PWD|$*|${{PYTHONPATH-none}}|$CHIPBOT_COMMAND" ;;
*sys.executable*) echo "$0" ;;
*) exec "{sys.executable}" "$@" ;;
esac
"""


class Checkout:
    """A copy of what set-up works with, in a folder whose name has a space, and a PATH with one Python
    on it.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a checkout"
        self.notes = folder / "notes"
        self.path = folder / "bin"
        self.stderr = subprocess.PIPE
        self.path.mkdir()
        (self.root / "tests").mkdir(parents=True)
        (self.root / "src").mkdir()
        shutil.copytree(ROOT / "deploy", self.root / "deploy")
        encoder = "src/chipbot/retrieval/encoder.lock"
        (self.root / encoder).parent.mkdir(parents=True)
        for name in ("pyproject.toml", "requirements.lock", "tests/requirements.lock", encoder):
            shutil.copy(ROOT / name, self.root / name)
        for tool in (
            "sh",
            "awk",
            "cat",
            "cmp",
            "cp",
            "dirname",
            "find",
            "fold",
            "grep",
            "head",
            "mkdir",
            "readlink",
            "rm",
            "stty",
        ):
            (self.path / tool).symlink_to(str(shutil.which(tool)))
        self.python("python3.11", STAND_IN)

    def python(self, name: str, script: str) -> Path:
        (self.path / name).unlink(missing_ok=True)
        (self.path / name).write_text(script, encoding="utf-8")
        (self.path / name).chmod(0o755)
        return self.path / name

    def start(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        self.notes.write_text("")
        return subprocess.run(
            [self.root / "deploy/start", *arguments],
            cwd=self.path,
            env={"PATH": str(self.path), "NOTES": str(self.notes), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.stderr,
            text=True,
            check=False,
            timeout=60,
            start_new_session=True,  # a terminal of its own, as it were
        )

    def done(self) -> list[str]:
        return self.notes.read_text().split()


EVERYTHING = ["venv", "ensurepip", "pip", "pip", "encoder", "compile", "remove"]


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    made = Checkout(tmp_path)
    yield made
    made.root.chmod(0o755)


def test_the_first_start_installs_and_the_second_does_nothing(checkout: Checkout) -> None:
    first = checkout.start("ask", "two words", "*")
    command = f"'{checkout.root}/deploy/start'"  # which has a blank in it
    assert (
        first.stdout == f"{checkout.root}|{checkout.path}|-P -m chipbot ask two words *|none|{command}\n"
    ), first.stderr
    assert checkout.done() == EVERYTHING
    second = checkout.start(PYTHONPATH="/elsewhere", CHIPBOT_HOME="/mine")
    assert second.stdout == f"/mine|{checkout.path}|-P -m chipbot|none|{command}\n"
    assert second.stderr == ""
    assert checkout.done() == []


def test_an_interrupt_is_told_in_one_line_and_the_next_start_finishes(checkout: Checkout) -> None:
    interrupted = "import os, signal, time; os.killpg(0, signal.SIGINT); time.sleep(60)"
    done = checkout.start("index", INTERRUPTED=interrupted)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.splitlines()[-1] == "chipbot: stopped: run this again to finish"
    assert "Traceback" not in done.stderr
    assert checkout.start("index").returncode == 0


def test_what_is_said_fits_the_terminal(checkout: Checkout) -> None:
    ours, theirs = os.openpty()
    subprocess.run(["stty", "rows", "24", "cols", "40"], stdin=theirs, check=True)
    checkout.stderr = theirs
    assert checkout.start().returncode == 0
    os.close(theirs)
    lines = [line.rpartition("\r")[2] for line in os.read(ours, 100_000).decode().split("\r\n")]
    os.close(ours)
    assert len(lines) > 4
    assert max(len(line.removeprefix("\x1b[K")) for line in lines) <= 40, lines


def test_what_only_installing_takes_is_removed(checkout: Checkout) -> None:
    """deploy/Dockerfile drops the same, and tests/deploy/test_files.py holds that to what running takes."""
    checkout.start()
    removed = checkout.notes.with_suffix(".removed").read_text().split("--yes ")[1].split()
    (dropped,) = re.findall(
        r"uninstall --quiet --yes \\\n\s+(.*) \\\n", (ROOT / "deploy/Dockerfile").read_text()
    )
    assert removed == sorted([*dropped.split(), "setuptools"])


def test_settings_of_pip_that_would_install_elsewhere_change_nothing(checkout: Checkout) -> None:
    assert checkout.start(PIP_TARGET="/elsewhere", PIP_REQUIRE_VIRTUALENV="1").returncode == 0
    assert checkout.start(PIP_USER="1").returncode == 0, "nothing to install"


@pytest.mark.parametrize(
    ("env_file", "environment"),
    [
        ("", {"CHIPBOT_ENCODER": "off"}),
        ("\n export CHIPBOT_ENCODER = /mine\n", {}),
        ("CHIPBOT_ENCODER=off", {}),
    ],
)
def test_the_encoder_is_not_installed_where_another_or_none_is_wanted(
    checkout: Checkout, env_file: str, environment: dict[str, str]
) -> None:
    (checkout.root / ".env").write_text(env_file)
    assert "sentence encoder" not in checkout.start(**environment).stderr
    assert checkout.done() == [step for step in EVERYTHING if step != "encoder"]


@pytest.mark.parametrize(
    ("env_file", "environment", "driver"),
    [
        ("", {}, False),
        ("CHIPBOT_JOURNAL=/srv/postgresql\n", {}, False),
        ("# CHIPBOT_JOURNAL=postgresql://db/bot\n", {}, False),
        ('export CHIPBOT_JOURNAL = "postgresql://me:word@db/bot"\n', {}, True),
        ("", {"CHIPBOT_JOURNAL": "postgres://db/bot"}, True),
        ("CHIPBOT_JOURNAL=postgresql://db/bot\n", {"CHIPBOT_JOURNAL": "/srv/journal"}, False),
    ],
)
def test_the_driver_of_postgresql_is_installed_for_a_journal_that_is_there(
    checkout: Checkout, env_file: str, environment: dict[str, str], driver: bool
) -> None:
    assert checkout.start().returncode == 0
    (checkout.root / ".env").write_text(env_file)
    assert checkout.start(**environment).returncode == 0
    assert checkout.done() == (EVERYTHING[1:] if driver else [])
    locked = (checkout.root / "requirements.lock").read_text()
    installed = (checkout.root / ".venv/chipbot.lock").read_text()
    assert ("asyncpg==" in installed) == driver
    assert installed == locked if driver else locked.startswith(installed[:100])
    assert len(re.findall("==", locked)) - len(re.findall("==", installed)) == (0 if driver else 1)


def test_where_the_encoder_cannot_be_had_all_goes_on_without_it(checkout: Checkout) -> None:
    (checkout.root / ".env").write_text("#CHIPBOT_ENCODER=off\nCHIPBOT_ENCODER=\n")
    first = checkout.start(OFFLINE="1")
    assert first.returncode == 0
    assert first.stderr.splitlines()[-1].startswith("chipbot: the sentence encoder could not be installed")
    assert "oops" not in first.stderr
    assert checkout.done() == EVERYTHING
    assert checkout.start(OFFLINE="1").stderr == "", "and is not tried at each start"


def test_an_unfinished_set_up_is_made_again(checkout: Checkout) -> None:
    broken = checkout.start(BREAK="1")
    assert (broken.returncode, broken.stdout) == (1, "")
    assert broken.stderr.splitlines()[-1].startswith("chipbot: the packages could not be installed")
    assert checkout.start().returncode == 0
    assert checkout.done() == EVERYTHING


@pytest.mark.parametrize(
    "name", ["requirements.lock", "pyproject.toml", "deploy/setup.sh", "src/chipbot/retrieval/encoder.lock"]
)
def test_a_changed_input_is_installed_into_what_is_there(checkout: Checkout, name: str) -> None:
    checkout.start()
    with (checkout.root / name).open("a") as file:
        file.write("\n")
    assert checkout.start().returncode == 0
    assert checkout.done() == EVERYTHING[1:]


def test_a_moved_checkout_or_a_replaced_python_is_made_again(checkout: Checkout) -> None:
    checkout.start()
    checkout.root = checkout.root.rename(checkout.root.with_name("moved"))
    assert checkout.start().returncode == 0
    assert checkout.done() == EVERYTHING
    other = checkout.python("other", STAND_IN)
    assert checkout.start(CHIPBOT_PYTHON=str(other)).returncode == 0
    assert checkout.done() == EVERYTHING
    (checkout.root / ".venv/bin/python").unlink()
    assert checkout.start().returncode == 0
    assert checkout.done() == EVERYTHING


def test_two_starts_at_once_take_turns(checkout: Checkout) -> None:
    slow = STAND_IN.replace("echo pip >>", "sleep 0.5; echo pip >>")
    (checkout.path / "sleep").symlink_to(str(shutil.which("sleep")))
    checkout.python("python3.11", slow)
    checkout.notes.write_text("")
    environment = {"PATH": str(checkout.path), "NOTES": str(checkout.notes)}
    both = [
        subprocess.Popen(
            [checkout.root / "deploy/start"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    for process in both:
        output, errors = process.communicate(timeout=60)
        assert (process.returncode, len(output.splitlines())) == (0, 1), errors
    assert checkout.done() == EVERYTHING


@pytest.mark.parametrize(
    ("python", "environment", "message"),
    [
        (
            None,
            {},
            "needs Python 3.11 or newer, and found none. On Debian and Ubuntu: apt install python3 python3-venv",
        ),
        ("exit 1", {}, "needs Python 3.11 or newer, and found none"),
        ("echo False", {}, "needs Python 3.11 or newer, and found none"),
        (
            'case "$*" in *ensurepip*) ;; *) echo True ;; esac',
            {},
            "python3.11 lacks its venv module. On Debian and Ubuntu: apt",
        ),
        (
            STAND_IN,
            {"CHIPBOT_PYTHON": "/no/python"},
            "CHIPBOT_PYTHON=/no/python is not a Python of version 3.11 or newer",
        ),
        (
            STAND_IN,
            {"CHIPBOT_PYTHON": "true"},
            "CHIPBOT_PYTHON=true is not a Python of version 3.11 or newer",
        ),
    ],
)
def test_without_a_python_that_does_one_line_says_what_to_do(
    checkout: Checkout, python: str | None, environment: dict[str, str], message: str
) -> None:
    if python is None:
        (checkout.path / "python3.11").unlink()
    else:
        checkout.python("python3.11", f"#!/bin/sh\n{python}\n" if not python.startswith("#!") else python)
    done = checkout.start(**environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"chipbot: {message}")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_checkout_runs_when_set_up_and_says_so_when_not(checkout: Checkout) -> None:
    checkout.root.chmod(0o555)
    assert checkout.start().stderr.startswith(
        f"chipbot: cannot set up, since this account may not write to {checkout.root}"
    )
    checkout.root.chmod(0o755)
    checkout.start()
    checkout.root.chmod(0o555)
    assert checkout.start().returncode == 0
