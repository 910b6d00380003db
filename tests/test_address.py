"""The project's address stands once, in pyproject.toml, and `deploy/address` writes it wherever else it is."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMED = re.compile(
    r"(?:github(?:usercontent)?\.com/|ghcr\.io/|--repo )([\w.-]+/chipbot)\b|([\w-]+)\.github\.io/(chipbot)\b"
)
pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("git") is None or not (ROOT / ".git").exists(),
    reason="a checkout, git and sh",
)


def files(root: Path) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True)
    names = (name for name in listed.stdout.split("\0") if name and not name.startswith(("tests/", "seeds/")))
    return [root / name for name in names if (root / name).is_file()]


def addresses(root: Path) -> dict[str, set[str]]:
    """Return each address of the project in the files, in small letters, and the files that have it."""
    found: dict[str, set[str]] = {}
    for path in files(root):
        text = path.read_bytes().decode("utf-8", errors="replace")
        for whole, owner, name in NAMED.findall(text):
            found.setdefault((whole or f"{owner}/{name}").lower(), set()).add(str(path.relative_to(root)))
    return found


def stated(root: Path) -> str:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["urls"]["Repository"]).removeprefix("https://github.com/")


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", str(root / "deploy/address"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for path in files(ROOT):
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def test_the_files_agree_on_the_address() -> None:
    found = addresses(ROOT)
    assert set(found) == {stated(ROOT).lower()}
    (where,) = found.values()
    assert where >= {
        "README.md",
        "SECURITY.md",
        "deploy/compose.yaml",
        "deploy/kubernetes.yaml",
        "deploy/portainer.json",
        ".mkdocs.yml",
    }


def test_one_command_writes_it_everywhere_and_another_time_again(checkout: Path) -> None:
    before = addresses(checkout)
    for address in ("Ada-L/chipbot", "byron/chipbot"):
        done = run(checkout, address)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert stated(checkout) == address
        assert addresses(checkout) == {address.lower(): next(iter(before.values()))}
        compose = (checkout / "deploy/compose.yaml").read_text(encoding="utf-8")
        assert f"ghcr.io/{address.lower()}:" in compose, "an image's name is in small letters"
    assert "OWNER/chipbot" not in "".join(path.read_text(errors="replace") for path in files(checkout))
    assert (checkout / "deploy/install.sh").stat().st_mode == (ROOT / "deploy/install.sh").stat().st_mode


def test_what_is_no_address_changes_nothing(checkout: Path) -> None:
    for arguments in ([], ["chipbot"], ["a/b/c"], ["/b"], ["a/"], ["a/b;c"], ["a/b", "c"]):
        done = run(checkout, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "say the project's address on GitHub as OWNER/NAME" in done.stderr
    assert addresses(checkout) == addresses(ROOT)
