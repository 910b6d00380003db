"""The project's own promises: locked packages, listed dependencies, the import layers, documents that tell
the truth.
"""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.structure import MAX_FUNCTION, MAX_LINES, SOURCE, functions, packages

import chipbot

if TYPE_CHECKING:
    from packaging.markers import Marker

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {"build": "requirements.lock", "dev": "tests/requirements.lock"}
PLATFORMS = [
    {
        "python_version": f"3.{minor}",
        "python_full_version": f"3.{minor}.2",
        "sys_platform": system,
        "platform_machine": machine,
    }
    for minor in (11, 12, 13, 14)
    for system, machine in (
        ("linux", "x86_64"),
        ("linux", "aarch64"),
        ("darwin", "arm64"),
        ("win32", "AMD64"),
    )
]


class Pin(NamedTuple):
    """One package of a lock file."""

    name: str
    version: str
    marker: Marker | None
    hashes: list[str]


def pins(lock: str) -> list[Pin]:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    found = []
    for line in text.splitlines():
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        parsed = Requirement(requirement)
        (specifier,) = parsed.specifier
        assert specifier.operator == "=="
        found.append(Pin(canonicalize_name(parsed.name), specifier.version, parsed.marker, hashes))
    return found


def group(name: str) -> Iterator[str]:
    for entry in PROJECT["dependency-groups"][name]:
        if isinstance(entry, str):
            yield entry
        else:
            yield from group(entry["include-group"])


def holds(marker: Marker | None, platform: dict[str, str]) -> bool:
    return marker is None or marker.evaluate(
        platform | {"extra": "", "platform_python_implementation": "CPython"}
    )


@pytest.mark.parametrize(("groups", "lock"), LOCKS.items())
def test_the_lock_has_every_dependency_in_a_version_that_satisfies_it_on_every_platform(
    groups: str, lock: str
) -> None:
    locked = pins(lock)
    options = PROJECT["project"]["optional-dependencies"].values()
    for text in [*PROJECT["project"]["dependencies"], *chain.from_iterable(options), *group(groups)]:
        wanted = Requirement(text)
        for platform in (platform for platform in PLATFORMS if holds(wanted.marker, platform)):
            (pin,) = (
                p for p in locked if p.name == canonicalize_name(wanted.name) and holds(p.marker, platform)
            )
            assert pin.version in wanted.specifier, f"{text} has {pin.version} in {lock}: run deploy/lock"


@pytest.mark.parametrize("lock", LOCKS.values())
def test_the_lock_has_what_its_packages_need_since_pip_is_told_to_look_no_further(lock: str) -> None:
    locked = [pin for pin in pins(lock) if holds(pin.marker, {})]
    names = {pin.name for pin in locked}
    for pin in locked:
        try:
            needs = importlib.metadata.requires(pin.name) or ()
        except importlib.metadata.PackageNotFoundError:
            pytest.fail(f"{pin.name} is in {lock} but not in .venv, which is older: run deploy/test")
        for text in needs:
            needed = Requirement(text)
            if holds(needed.marker, {}):
                assert canonicalize_name(needed.name) in names, f"{pin.name} needs {text}: run deploy/lock"


@pytest.mark.parametrize("lock", LOCKS.values())
def test_the_lock_has_hashes_and_no_address(lock: str) -> None:
    for pin in pins(lock):
        assert pin.hashes, pin.name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in pin.hashes), pin.name
    assert not re.search(r"://|^-|#|@", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS.values())
def test_sqlalchemy_is_locked_as_pure_python(lock: str) -> None:
    """deploy/lock says why."""
    (pin,) = (pin for pin in pins(lock) if pin.name == "sqlalchemy")
    assert len(pin.hashes) == 1, "run deploy/lock"


def test_tests_run_with_the_versions_that_operators_get() -> None:
    versions = {(pin.name, pin.version) for pin in pins(LOCKS["dev"])}
    assert {(pin.name, pin.version) for pin in pins(LOCKS["build"])} <= versions


def test_every_package_that_the_source_imports_is_a_listed_dependency() -> None:
    listed = {canonicalize_name(Requirement(text).name) for text in PROJECT["project"]["dependencies"]}
    listed.add(canonicalize_name("aiohttp"))  # the bot names its exceptions; discord.py cannot be without it
    owners = importlib.metadata.packages_distributions()
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                imported = [node.module]
            for module in {name.split(".")[0] for name in imported} - sys.stdlib_module_names - {"chipbot"}:
                of = {canonicalize_name(name) for name in owners.get(module, ["nothing that is installed"])}
                assert of & listed, (
                    f"{path.relative_to(ROOT)} imports {module} of {of}: list it in pyproject.toml"
                )


RUNNING_CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "tempfile.mktemp"} | {
    f"yaml.{name}" for name in ("load_all", "unsafe_load", "unsafe_load_all", "full_load")
}
RUNNING_MODULES = {"pickle", "dill", "shelve", "marshal", "jsonpickle", "joblib", "code", "codeop"}


def test_nothing_runs_what_it_reads() -> None:
    """ruff's rules know some of that, and can be switched off in a line."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                imported = (
                    {alias.name for alias in node.names} if isinstance(node, ast.Import) else {node.module}
                )
                assert not imported & RUNNING_MODULES, f"{path}:{node.lineno}"
            elif isinstance(node, ast.Call):
                options = {option.arg: ast.unparse(option.value) for option in node.keywords}
                called = ast.unparse(node.func)
                assert called not in RUNNING_CALLS, f"{path}:{node.lineno}"
                assert called != "yaml.load" or ast.unparse(node.args[1]) == "yaml.BaseLoader", path
                assert "True" not in (options.get("shell"), options.get("allow_pickle")), (
                    f"{path}:{node.lineno}"
                )


def test_the_version_stands_in_one_place() -> None:
    source = PROJECT["tool"]["hatch"]["version"]["path"]
    stated = re.compile(rf"^\s*_*version_*\s*[:=].*{re.escape(chipbot.__version__)}", re.MULTILINE)
    for path in (*(ROOT / "src").rglob("*.py"), ROOT / "pyproject.toml"):
        assert len(stated.findall(path.read_text(encoding="utf-8"))) == (path == ROOT / source), path
    assert (
        run(sys.executable, "-P", "-m", "chipbot", "--version").stdout == f"chipbot {chipbot.__version__}\n"
    )


def test_every_dependency_has_its_reason_beside_it() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text[text.index("\ndependencies = [\n") : text.index("[project.scripts]")]
    for line in block.splitlines()[2:-2]:
        assert re.fullmatch(r'  "[^"]+",\s+# .+', line), line


def test_imports_go_down_the_layers() -> None:
    done = run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
    assert done.returncode == 0, done.stdout


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def tracked() -> list[Path]:
    listed = run("git", "ls-files", "-z") if (ROOT / ".git").exists() else None
    if listed is None or listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_functions_fit_a_screen() -> None:
    long = [
        function
        for module in SOURCE.rglob("*.py")
        for function in functions(module)
        if function.lines > MAX_FUNCTION
    ]
    assert long == []


def test_no_package_outgrows_its_limit() -> None:
    assert [each for each in packages() if each.lines > MAX_LINES.get(each.name, each.lines)] == []


def test_what_an_array_is_called_is_known_in_index_and_retrieval_alone() -> None:
    for path in sorted(SOURCE.rglob("*.py")):
        if path.relative_to(SOURCE).parts[0] not in ("index", "retrieval"):
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            reads = [
                node.lineno for node in nodes if isinstance(node, ast.Attribute) and node.attr == "arrays"
            ]
            assert reads == [], f"{path} reads arrays of the index"


def test_no_test_patches_what_is_private() -> None:
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "setattr"
            ):
                names = [each.value for each in node.args[:2] if isinstance(each, ast.Constant)]
                private = [name for name in names if re.search(r"(?:^|\.)_[^_.]\w*$", str(name))]
                assert private == [], f"{path.relative_to(ROOT)}:{node.lineno}"


def test_no_file_speaks_of_one_machine() -> None:
    private = re.compile(
        r"(?<![\w.~$}])/(?:work|root|mnt|Users)/\w|(?:index-url|find-links)\s*=|\.org/simp" + "le"
    )
    for path in tracked():
        if path.is_relative_to(ROOT / "seeds"):
            continue  # quoted as they are
        text = path.read_bytes().decode("utf-8", errors="replace")
        assert private.findall(text) == [], path.relative_to(ROOT)


DOCUMENTS = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "deploy/README.md"]


def shown(kind: str) -> list[tuple[str, ...]]:
    """Return the commands of a kind in the documents' sh blocks: the words after the part that `kind`
    matches.
    """
    commands: list[tuple[str, ...]] = []
    for document in DOCUMENTS:
        for block in re.findall(r"```sh\n(.*?)```", (ROOT / document).read_text(encoding="utf-8"), re.DOTALL):
            lines = (re.match(kind + r"\b(.*)", line.split(" #")[0].strip()) for line in block.splitlines())
            commands.extend((found[0], *found.groups()) for found in lines if found)
    return commands


def test_the_documents_show_only_scripts_that_are_there() -> None:
    commands = shown(r"(?:\./)?(deploy/[\w.]+)")
    assert commands
    for line, script, _ in commands:
        assert os.access(ROOT / script, os.X_OK), line


def test_the_documents_show_only_chipbot_commands_and_options_that_are_there() -> None:
    commands = shown(r"(?:(?:\./)?deploy/start|(?:\S*python -m )?chipbot)")
    assert commands
    for line, rest in commands:
        words = rest.split()
        command = [words[0]] if words and re.fullmatch(r"[a-z]+", words[0]) else []
        shown_help = run(sys.executable, "-P", "-m", "chipbot", *command, "--help", COLUMNS="200")
        assert shown_help.returncode == 0, line
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in shown_help.stdout, f"{line}: no {option}"


def test_the_documents_name_only_files_that_are_there() -> None:
    for document in DOCUMENTS:
        for target in re.findall(
            r"\]\((?!https?://|#)([^)#]+)", (ROOT / document).read_text(encoding="utf-8")
        ):
            assert (ROOT / document).parent.joinpath(target).exists(), f"{document} leads to {target}"
