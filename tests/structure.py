"""The structure in figures: packages, their largest modules and longest functions, and the import contracts.

    python -m tests.structure

What it prints is computed from the source, so it cannot be out of date; tests/test_project.py holds it to the limits.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "chipbot"
MAX_FUNCTION = 60
"""Lines that a function may have at most, its docstring left out."""
MAX_LINES = {"index": 1_500}
"""Lines that a package may have at most, blank ones and comments included."""


class Function(NamedTuple):
    """A function or method."""

    lines: int
    """From its signature to its end, the docstring left out."""
    name: str
    """Its module and name."""


class Package(NamedTuple):
    """A package of chipbot's, or a module beside the packages."""

    name: str
    modules: int
    lines: int
    largest: tuple[int, str]
    """The lines of its largest module, and which that is."""
    longest: Function
    """Its longest function."""


def packages() -> list[Package]:
    """Return every package and module directly below `chipbot`, in the order of the import ladder."""
    names = [name for layer in layers() for name in layer]
    return [_package(name) for name in names]


def layers() -> list[list[str]]:
    """Return the layers of the import ladder, the highest first; those of one layer may not import each other."""
    ladder = next(contract for contract in _contracts() if contract["type"] == "layers")
    return [[name.strip() for name in layer.split(":")] for layer in ladder["layers"]]


def contracts() -> list[str]:
    """Return the names of the import contracts."""
    return [contract["name"] for contract in _contracts()]


def functions(module: Path) -> Iterator[Function]:
    """Yield the functions and methods of a module."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
            lines = (node.end_lineno or node.lineno) - node.lineno + 1 - docstring
            yield Function(lines, f"{module.relative_to(SOURCE).with_suffix('').as_posix()}:{node.name}")


def _contracts() -> list[dict[str, Any]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[dict[str, Any]] = project["tool"]["importlinter"]["contracts"]
    return contracts


def _package(name: str) -> Package:
    folder = SOURCE / name
    modules = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    sizes = {module: len(module.read_text(encoding="utf-8").splitlines()) for module in modules}
    largest = max(modules, key=lambda module: sizes[module])
    longest = max(
        (function for module in modules for function in functions(module)), default=Function(0, "–")
    )
    return Package(
        name,
        len(modules),
        sum(sizes.values()),
        (sizes[largest], largest.relative_to(SOURCE).as_posix()),
        longest,
    )


def table() -> str:
    """Return the structure as a Markdown table, and the contracts below it."""
    rows = [
        "| package | modules | lines | largest module | longest function |",
        "|---|--:|--:|---|---|",
    ]
    found = packages()
    for package in found:
        limit = f" (at most {MAX_LINES[package.name]:,})" if package.name in MAX_LINES else ""
        rows.append(
            f"| {package.name} | {package.modules} | {package.lines:,}{limit} "
            f"| {package.largest[1]}, {package.largest[0]} | {package.longest.name}, {package.longest.lines} |"
        )
    total = sum(package.lines for package in found)
    rows.append(f"| all | {sum(package.modules for package in found)} | {total:,} | | |")
    return "\n".join([*rows, "", *(f"- {name}" for name in contracts())])


if __name__ == "__main__":
    print(table())  # noqa: T201  # that is what it is for
