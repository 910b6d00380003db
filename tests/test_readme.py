"""Every command that the documents show, in the order in which they show it: run, with what the documents say
that it prints.

Each line of an `sh` block must be found in one of the lists below, so that none can be added that nobody
tries.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "deploy/README.md"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for sh")

FAILS_HERE = {
    r"\./deploy/start setup": (1, "setup asks questions: run it in a terminal"),
    r"\./deploy/start doctor": (1, "none is set"),
}
"""Commands that need a terminal or a token: they are run, and have to say so. test_setup.py and
tests/ops/test_doctor.py give them both.
"""

AS_ROOT = r"(sudo )?\./deploy/install\.sh"
"""Run here as a dry run; tests/deploy/real_root.py runs it for real, and the test below sees that it leaves
out no option.
"""

ELSEWHERE = {
    r"\./deploy/test": "this is what runs these tests",
    r"\./deploy/lock": "asks the package index; tests/test_project.py holds its result against pyproject.toml",
    r"sudo chipbot (doctor|ask|backup|restore)": "tests/deploy/real_root.py runs it as installed",
    r"sudo systemctl (reload|status) chipbot": "tests/deploy/real_root.py runs it as installed",
    r"sudo journalctl -u chipbot": "tests/deploy/real_root.py runs it as installed",
    r"git pull$": "git's own",
    r"sudo \.venv/bin/python -m tests\.deploy\.\w+": "root's, and minutes long: by hand, and weekly by a workflow",
}


class Shown(NamedTuple):
    """A command in a document, and what the document says that it prints, if it does."""

    document: str
    line: str
    output: str


def shown(document: str) -> Iterator[Shown]:
    text = (ROOT / document).read_text(encoding="utf-8")
    for block in re.finditer(r"```sh\n(.*?)```", text, re.DOTALL):
        output = re.match(r"\n+(?:[^`\n#|][^\n]*\n+){0,4}```text\n(.*?)```", text[block.end() :], re.DOTALL)
        lines = [
            line.split(" #")[0].strip()
            for line in block[1].splitlines()
            if line.strip() and not line.startswith("#")
        ]
        for number, line in enumerate(lines):
            yield Shown(document, line, output[1] if output and number == len(lines) - 1 else "")


ALL = [command for document in DOCUMENTS for command in shown(document)]


def matching(line: str, patterns: dict[str, str] | dict[str, tuple[int, str]]) -> str | None:
    return next((pattern for pattern in patterns if re.match(pattern, line)), None)


def is_run(command: Shown) -> bool:
    return not re.match(AS_ROOT, command.line) and matching(command.line, ELSEWHERE) is None


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like a fresh checkout, whose scripts are this command's."""
    script = f'here="{ROOT}/deploy"; . "$here/setup.sh"; fits run'
    if subprocess.run(["sh", "-c", script], capture_output=True, check=False).returncode != 0:
        pytest.skip("this .venv was not made by deploy/test, so that deploy/start would make it again")
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("deploy", "tests"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    return folder


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CHIPBOT_", "COVERAGE", "PYTEST"))
    }
    return subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env=clean | {"CHIPBOT_HOME": str(folder), "COLUMNS": "10000"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_is_shown_does_what_the_document_says(document: str, home: Path) -> None:
    for command in shown(document):
        if not is_run(command):
            continue
        (home / "chipbot.zip").unlink(missing_ok=True) if " backup " in command.line else None
        done = run(command.line, home)
        expected = matching(command.line, FAILS_HERE)
        code, message = FAILS_HERE[expected] if expected else (0, "")
        assert done.returncode == code, f"{command.line}: {done.stdout}{done.stderr}"
        assert message in done.stdout + done.stderr, command.line
        if command.output:
            assert done.stdout == command.output, command.line


def test_every_command_that_is_shown_is_tried_somewhere() -> None:
    runnable = re.compile(r"\./deploy/start\b")
    for command in ALL:
        assert (
            re.match(AS_ROOT, command.line)
            or matching(command.line, ELSEWHERE)
            or runnable.match(command.line)
        ), f"{command.line}: who tries it?"
    for pattern in (*FAILS_HERE, *ELSEWHERE):
        assert any(re.match(pattern, command.line) for command in ALL), f"{pattern} is not shown any more"


def test_what_installs_is_at_least_planned_here_and_done_on_a_machine_of_its_own() -> None:
    trial = (ROOT / "tests/deploy/real_root.py").read_text(encoding="utf-8")
    lines = [command.line for command in ALL if re.match(AS_ROOT, command.line)]
    assert lines
    for line in lines:
        for option in re.findall(r"--[a-z-]+", line):
            assert option in trial or option in ("--dry-run", "--token"), f"{line}: {option} is not tried"
        done = run(
            re.sub(r"(sudo )?(\S+)", r"\2 --dry-run", line, count=1).replace(
                "--dry-run --dry-run", "--dry-run"
            ),
            ROOT,
        )
        if "use deploy/start" in done.stderr:
            pytest.skip("not a Debian with systemd")
        assert done.returncode == 0, done
        assert done.stdout.startswith("would: ")


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").iterdir()), ids=lambda path: path.name)
def test_every_file_of_deploy_is_said_to_be_tried_or_not(path: Path) -> None:
    table = (ROOT / "deploy/README.md").read_text(encoding="utf-8").split("## What was tried, and how")[1]
    named = {
        name
        for row in re.findall(r"^\|([^|]+)\|", table, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", row)
    }
    assert path.name in named | {"README.md"}


def test_what_is_said_of_addresses_within_the_documents_is_true() -> None:
    for document in DOCUMENTS:
        for target, anchor in re.findall(
            r"\]\(([^)#:]*)#([^)]+)\)", (ROOT / document).read_text(encoding="utf-8")
        ):
            text = ((ROOT / document).parent / target if target else ROOT / document).read_text(
                encoding="utf-8"
            )
            headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in anchors, f"{document}: {target}#{anchor}"
