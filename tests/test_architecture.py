"""What is written about the inside is true: ARCHITECTURE.md and the decisions name what is there, and stay short."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from tests.architecture import ARCHITECTURE, DECISIONS, ROOT, decisions, decisions_index, with_table
from tests.structure import SOURCE, layers

MAX_WORDS = 1_500
MAX_LINE = 100
DOCUMENTS = [
    ARCHITECTURE,
    ROOT / "CONTRIBUTING.md",
    ROOT / "tests/quality/README.md",
    ROOT / "tests/benchmarks/README.md",
    *sorted(DECISIONS.glob("*.md")),
]
PARTS = ["Context.", "Decision.", "Alternatives.", "Figures."]
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?://)([^)#]*)(?:#[^)]*)?\)")
_FILE = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|md|toml))`")

document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def test_architecture_is_short() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    assert len(text.split()) < MAX_WORDS


@pytest.mark.parametrize(
    "path", [ARCHITECTURE, *sorted(DECISIONS.glob("[0-9]*.md"))], ids=lambda path: path.name
)
def test_lines_fit_a_screen(path: Path) -> None:
    assert [line for line in path.read_text(encoding="utf-8").splitlines() if len(line) > MAX_LINE] == []


def test_the_arrays_are_those_of_the_schema() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    assert text == with_table(text), "bring it up to date with: .venv/bin/python tests/architecture.py"


def test_every_package_has_its_part_in_the_order_of_the_layers() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    described = re.findall(r"^### (\w+)$", text, re.MULTILINE)
    packages = [name for layer in layers() for name in layer if (SOURCE / name).is_dir()]
    assert described == packages


def test_packages_import_what_they_may() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    order = [name for layer in layers() for name in layer]
    for package, role in re.findall(r"^### (\w+)\n(.*?)\n\n", text, re.MULTILINE | re.DOTALL):
        said = " ".join(role.split("**May import:**")[1].split("- **")[0].split())
        allowed = {package, *order[order.index("model") :], *re.findall(r"`(\w+)`", said)}
        if "all below" in said or "and below" in said:
            allowed.update(order[order.index(package) + 1 :])
        for module in (SOURCE / package).rglob("*.py"):
            assert imports(module) <= allowed, f"{module.name}: {imports(module) - allowed}"


def imports(module: Path) -> set[str]:
    """Return the packages and modules directly below `chipbot` that a module imports."""
    names = [
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    return {name.split(".")[1] for name in names if name.startswith("chipbot.")} - {"__version__"}


@document
def test_links_lead_to_files_and_tests_that_are_there(path: Path) -> None:
    for name, target in _LINK.findall(path.read_text(encoding="utf-8")):
        file = path.parent / target
        assert file.exists(), target
        test = re.fullmatch(r"`(test_\w+)`", name)
        if test:
            assert f"def {test[1]}(" in file.read_text(encoding="utf-8"), f"{target} has no {test[1]}"


@document
def test_files_that_are_named_are_there(path: Path) -> None:
    for name in _FILE.findall(path.read_text(encoding="utf-8")):
        places = (ROOT, SOURCE, path.parent, ROOT / "tests")
        assert any((place / name).exists() for place in places), name


def test_decisions_are_numbered_dated_and_whole() -> None:
    for number, decision in enumerate(decisions(), 1):
        assert decision.title.startswith(f"{number:03}. ")
        assert decision.path.name.startswith(f"{number:03}-")
        assert re.match(r"\d{4}-\d\d-\d\d\b", decision.date), decision.path.name
        text = decision.path.read_text(encoding="utf-8")
        assert [part for part in PARTS if f"\n**{part}** " not in text] == [], decision.path.name


def test_the_list_of_decisions_has_each() -> None:
    listed = (DECISIONS / "README.md").read_text(encoding="utf-8")
    assert listed == decisions_index(), "bring it up to date with: .venv/bin/python tests/architecture.py"


def test_the_first_change_can_still_be_made() -> None:
    """What CONTRIBUTING.md's walk takes out stands once in the file that it names last before, and what it puts in
    does not."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    walk = text.split("## A first change")[1].split("\n## ")[0]
    changes = list(re.finditer(r"```diff\n\s+-(.*)\n\s+\+(.*)\n", walk))
    assert changes
    for change in changes:
        file = ROOT / _FILE.findall(walk[: change.start()])[-1]
        lines = file.read_text(encoding="utf-8").splitlines()
        assert lines.count(change[1]) == 1, f"{file.name} has no line {change[1]}"
        assert change[2] not in lines
