"""What a release consists of: wheel and source distribution hold what is needed and nothing else, and the
wheel works.
"""

from __future__ import annotations

import email
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest
from tests.core import SEED

import chipbot
from chipbot.retrieval.encoder_model import PACKAGE

ROOT = Path(__file__).parent.parent
NAME = f"chipbot-{chipbot.__version__}"
WHEEL = f"{NAME}-py3-none-any.whl"
pytestmark = pytest.mark.skipif(
    not (ROOT / "tests/requirements.lock").exists(), reason="not a whole checkout"
)


def run(
    *command: str | Path, cwd: Path, ok: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    left_out = ("PYTHON", "CHIPBOT_", "COVERAGE", "VIRTUAL_ENV")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=clean | {"SOURCE_DATE_EPOCH": "1767225600"} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert not ok or done.returncode == 0, done.stdout + done.stderr
    return done


def build(checkout: Path, target: Path, *kinds: str) -> Path:
    """Build with what is installed here: nothing is fetched."""
    run(sys.executable, "-m", "hatchling", "build", "--directory", target, *kinds, cwd=checkout)
    return target


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("dist"))


def sources(folder: str) -> set[str]:
    found = (
        path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    return {path.relative_to(ROOT).as_posix() for path in found if path.suffix not in (".pyc", ".pyo")}


def test_the_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    names = set(zipfile.ZipFile(built / WHEEL).namelist())
    about = {
        f"{NAME}.dist-info/{name}"
        for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")
    }
    shipped = {f"chipbot/demo/{SEED.name}"} if SEED.is_file() else set()
    package = {name.removeprefix("src/") for name in sources("src/chipbot") if not name.endswith(".po")}
    assert names == package | shipped | about
    assert "chipbot/py.typed" in names


def test_the_wheel_says_what_it_is(built: Path) -> None:
    archive = zipfile.ZipFile(built / WHEEL)
    metadata = email.message_from_bytes(archive.read(f"{NAME}.dist-info/METADATA"))
    assert (metadata["Name"], metadata["Version"], metadata["License-Expression"]) == (
        "chipbot",
        chipbot.__version__,
        "MIT",
    )
    assert metadata["Requires-Python"] == ">=3.11"
    assert "chipbot = chipbot.__main__:main" in archive.read(f"{NAME}.dist-info/entry_points.txt").decode()
    assert "# chipbot" in str(metadata.get_payload())


def test_the_source_distribution_holds_what_building_testing_and_running_takes(built: Path) -> None:
    with tarfile.open(built / f"{NAME}.tar.gz") as archive:
        names = {name.removeprefix(f"{NAME}/") for name in archive.getnames()}
    top = {
        "README.md",
        "LICENSE",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "pyproject.toml",
    }
    top |= {"requirements.lock", "index/README.md", "PKG-INFO", ".gitignore", ".mkdocs.yml"}
    folders = set().union(*map(sources, ("src", "tests", "deploy", "docs", "seeds")))
    assert top <= names
    assert {name for name in names if not name.startswith("seeds/")} <= top | folders
    assert {name for name in folders if name.endswith((".py", ".sh", "Dockerfile"))} <= names


def test_a_release_is_the_same_bytes_each_time_and_from_the_source_distribution_too(
    built: Path, tmp_path: Path
) -> None:
    with tarfile.open(built / f"{NAME}.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    again = build(tmp_path / NAME, tmp_path / "dist")
    for name in (WHEEL, f"{NAME}.tar.gz"):
        assert (again / name).read_bytes() == (built / name).read_bytes(), name


def test_the_wheel_works_in_an_environment_of_its_own(built: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    scripts = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    python = next(scripts.glob("python*"))
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "--disable-pip-version-check",
        "--quiet",
    ]
    run(*pip, "install", "--no-index", "--no-deps", built / WHEEL, cwd=tmp_path)
    # What it needs is installed here already; a path file lends it without installing it again.
    site = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path
    ).stdout.strip()
    Path(site, "lent.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    command = next(scripts.glob("chipbot*"))
    assert run(command, "--version", cwd=tmp_path).stdout.strip() == f"chipbot {chipbot.__version__}"
    asked = run(
        command,
        "ask",
        "--seeds",
        ROOT / "seeds",
        "--index",
        tmp_path / "index",
        "How much money is in the fund?",
        cwd=tmp_path,
    )
    assert "$500 million" in asked.stdout
    where = run(python, "-c", "import chipbot; print(chipbot.__file__)", cwd=tmp_path).stdout
    assert str(tmp_path) in where
    assert "chat with the document" in run(command, "demo", cwd=tmp_path).stderr
    nothing = run(command, "ask", "What?", cwd=tmp_path, ok=False)
    assert nothing.returncode == 1
    assert (
        f"the seeds folder {tmp_path / 'seeds'} does not exist: create it and put documents in it"
        in nothing.stderr
    )
    assert "`chipbot setup` makes it and a bot, step by step; `chipbot demo` tries" in nothing.stderr


def test_the_installed_packages_fit_together() -> None:
    checked = run(sys.executable, "-m", "pip", "--disable-pip-version-check", "check", cwd=ROOT, ok=False)
    # Of the encoder's package only the model is used, and nothing that it depends on is installed.
    wanting = [line for line in checked.stdout.splitlines() if not line.startswith(f"{PACKAGE} ")]
    assert wanting in ([], ["No broken requirements found."])


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", heading) for heading in headings[1:])
