"""Every command that the documents show, in the order in which they show it: run, with what the documents say
that it prints.

Each line of an `sh` block, and each line after a prompt in a `console` block, is run here or found in one of the lists
below, so that none can be added that nobody tries. What is named in the midst of a sentence has to be there.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.catalogues import marks

from chipbot.cli import command_line

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "deploy/README.md",
    *sorted(
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "docs").rglob("*.md")
        if path.parent.name not in ("decisions", "upstream")
    ),
]
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

BY_HAND = "deploy/README.md says that nobody has"
ELSEWHERE = {
    r"\./deploy/test": "this is what runs these tests",
    r"\./deploy/lock": "asks the package index; tests/test_project.py holds its result against pyproject.toml",
    r"\.venv/bin/python -m tests\.catalogues": "tests/test_translation.py holds its result",
    r"sudo chipbot (doctor|ask|backup|restore)": "tests/deploy/real_root.py runs it as installed",
    r"sudo systemctl (reload|status) chipbot": "tests/deploy/real_root.py runs it as installed",
    r"sudo journalctl -u chipbot": "tests/deploy/real_root.py runs it as installed",
    r"git pull$": "git's own",
    r"git clone https://github\.com/OWNER/chipbot": "tests/deploy/first_hour.py clones, and goes on from there",
    r"sudo \.venv/bin/python -m tests\.deploy\.\w+": "root's, and minutes long: by hand, and weekly by a workflow",
    r"(\./deploy/start|chipbot) import": "asks other machines; tests/sources/test_git_import.py has some on loopback",
    r"echo 'CHIPBOT_WEB_PASSWORD_FILE=|chipbot web": "goes on until it is stopped; tests/test_cli.py",
    r"(mkdir|curl|read -rs|cp ~/handbook\.md|docker compose)": "tests/deploy/engine.py, in Docker and in Podman",
    r"docker (build|run)": "tests/deploy/image.py, by buildah",
    r"gh attestation verify": "takes a release",
    r"kubectl|Register-ScheduledTask|Start-ScheduledTask|cp chipbot\.plist|launchctl|asciidoctor": BY_HAND,
    r"pipx install|uv tool install|uvx": "tests/wheel installs the wheel",
    r"chipbot (setup|doctor)$": "tests/test_setup.py and tests/ops/test_doctor.py",
}

FILES = {
    "docs/tutorial.md": {"seeds/faq.md": "markdown", "questions.jsonl": "json"},
    "docs/guide/questions.md": {"questions.jsonl": "json"},
}
"""Files that a document asks its reader to write, by the kind of the block that shows what is in them."""


class Shown(NamedTuple):
    """A command in a document, and what the document says that it prints, if it does."""

    document: str
    line: str
    output: str


def shown(document: str) -> Iterator[Shown]:
    text = (ROOT / document).read_text(encoding="utf-8")
    for block in re.finditer(r"^( *)```(sh|console)\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        lines = [line.removeprefix(block[1]) for line in block[3].splitlines()]
        if block[2] == "console":
            yield from _typed(document, lines)
            continue
        output = re.match(r"\n+(?:[^`\n#|][^\n]*\n+){0,4}```text\n(.*?)```", text[block.end() :], re.DOTALL)
        commands = [line for line in lines if line.strip() and not line.startswith("#")]
        for number, line in enumerate(commands):
            yield Shown(document, _bare(line), output[1] if output and number == len(commands) - 1 else "")


def _typed(document: str, lines: list[str]) -> Iterator[Shown]:
    """The commands behind the prompts of a terminal, each with what stands below it."""
    prompts = [number for number, line in enumerate(lines) if line.startswith(("$ ", "> "))]
    for number, end in zip(prompts, [*prompts[1:], len(lines)], strict=True):
        output = "".join(f"{line}\n" for line in lines[number + 1 : end])
        yield Shown(document, _bare(lines[number][2:]), output)


def _bare(line: str) -> str:
    return re.split(r"\s+# ", line)[0].strip()


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


def written(document: str, home: Path) -> None:
    """Write the files that a document asks its reader to write."""
    text = (ROOT / document).read_text(encoding="utf-8")
    for name, kind in FILES.get(document, {}).items():
        (content,) = re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)
        (home / name).write_text(content, encoding="utf-8")


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
    written(document, home)
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


def test_the_tutorial_s_own_questions_are_answered(home: Path) -> None:
    written("docs/tutorial.md", home)
    assert "Moderators roll it back" in run('./deploy/start ask "my house got griefed"', home).stdout
    assert run("./deploy/start eval questions.jsonl", home).stdout.startswith("2 of 2 right.")


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


SPAN = re.compile(r"`([^`\n]+)`|“([^”\n]+)”")
NAMED = re.compile(
    r"(?:sudo |docker compose exec bot |kubectl .* -- |uvx --from \S+ )?(?:chipbot|\./deploy/start) ([a-z-].*)"
)
"""A command in the midst of a text, and what comes after its name."""
OURS = [*DOCUMENTS, "CHANGELOG.md", ".github/SUPPORT.md", ".github/ISSUE_TEMPLATE/fault.yml"]


def commands() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    parser, _ = command_line()
    (choices,) = (each.choices for each in parser._actions if isinstance(each, argparse._SubParsersAction))
    return parser, dict(choices)


def wrong_about(text: str) -> Iterator[str]:
    """The commands that a text names and that there are not, or not with such an option."""
    parser, known = commands()
    for span in SPAN.finditer(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        named = NAMED.fullmatch(span[1] or span[2])
        if named is None:
            continue
        words = [word.rstrip(",.;:") for word in named[1].replace('"', "").split()]
        name = "" if words[0].startswith("-") else words[0]
        parsed = known.get(name, parser)
        options = {option for each in parsed._actions for option in each.option_strings}
        typed = {word.partition("=")[0] for word in words if word.startswith("-") and word != "-"}
        if (name and name not in known) or typed - options:
            yield named[0]


@pytest.mark.parametrize("document", OURS)
def test_every_command_that_a_sentence_names_is_there(document: str) -> None:
    assert list(wrong_about((ROOT / document).read_text(encoding="utf-8"))) == []


def test_every_command_that_chipbot_itself_names_is_there() -> None:
    assert [mark.text for mark in marks() if list(wrong_about(mark.text))] == []


def test_a_command_that_is_not_there_is_found() -> None:
    text = "`chipbot indx`, `chipbot ask --jsn x`, “chipbot doctr”; `chipbot --check-update`, `chipbot ask -`"
    assert len(list(wrong_about(text))) == 3


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
