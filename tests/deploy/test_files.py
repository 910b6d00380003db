"""The other files of deploy/ and .github/: linted and checked against published schemas; whether they run is in
deploy/README.md.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.test_project import LOCKS, PROJECT, holds, pins

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
KUBERNETES = ["1.30", "1.33", "1.37"]


def tool(name: str) -> str:
    """Return where a tool is that not every platform has."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        pytest.skip(f"{name} is not to be had on this platform")
    return found


def complaints(*command: str) -> str:
    """Return what a command that fails says, or its status if that is nothing; an empty text from one that
    succeeds.
    """
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120
    )
    return (done.stdout + done.stderr or str(done.returncode)) if done.returncode else ""


def test_the_dockerfile_has_no_lint() -> None:
    assert complaints(tool("hadolint"), "deploy/Dockerfile") == ""


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.compose-spec", "deploy/compose.yaml"),
        ("vendor.github-workflows", ".github/workflows/tests.yml"),
        ("vendor.github-workflows", ".github/workflows/release.yml"),
        ("vendor.dependabot", ".github/dependabot.yml"),
        ("vendor.github-issue-forms", ".github/ISSUE_TEMPLATE/wrong-answer.yml"),
        ("vendor.github-issue-forms", ".github/ISSUE_TEMPLATE/fault.yml"),
        ("vendor.github-issue-config", ".github/ISSUE_TEMPLATE/config.yml"),
    ],
)
def test_a_file_fits_its_published_schema(schema: str, file: str) -> None:
    assert complaints(tool("check-jsonschema"), "--builtin-schema", schema, file) == ""


@pytest.mark.parametrize("version", KUBERNETES)
def test_the_manifest_fits_the_schemas_of_kubernetes(version: str) -> None:
    assert complaints(tool("kubernetes-validate"), "--strict", "-k", version, "deploy/kubernetes.yaml") == ""


def test_the_image_gets_all_that_it_copies_and_no_more() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
        for name in line.removeprefix("--chown=chipbot:chipbot ").split()[:-1]
    }
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == copied
    assert "*" in ignored


def needed(wanted: Requirement, found: set[str]) -> set[str]:
    """Add a package and what it needs here to those found."""
    import importlib.metadata

    if canonicalize_name(wanted.name) not in found or wanted.extras:
        found.add(canonicalize_name(wanted.name))
        for text in importlib.metadata.requires(wanted.name) or ():
            requirement = Requirement(text)
            marker = requirement.marker
            here = ({**default_environment(), "extra": extra} for extra in ("", *wanted.extras))
            if marker is None or any(marker.evaluate(environment) for environment in here):  # type: ignore[arg-type]  # all its values are strings
                needed(requirement, found)
    return found


def test_the_image_drops_what_only_building_takes() -> None:
    runs: set[str] = set()
    for text in PROJECT["project"]["dependencies"]:
        needed(Requirement(text), runs)
    (dropped,) = re.findall(r"uninstall --quiet --yes \\\n\s+(.*) \\\n", DOCKERFILE)
    built = {pin.name for pin in pins(LOCKS["build"]) if holds(pin.marker, {})}
    assert set(dropped.split()) == built - runs


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text(encoding="utf-8")))


def test_image_compose_and_kubernetes_agree() -> None:
    ((compose,), manifests) = documents("compose.yaml"), documents("kubernetes.yaml")
    bot = compose["services"]["bot"]
    (pod,) = (one["spec"]["template"]["spec"] for one in manifests if one["kind"] == "Deployment")
    (container,) = pod["containers"]
    (user,) = re.findall(r"^USER (\d+:\d+)$", DOCKERFILE, re.MULTILINE)
    assert (
        bot["user"] == user == f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}"
    )
    assert bot["read_only"]
    assert bot["cap_drop"] == container["securityContext"]["capabilities"]["drop"] == ["ALL"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert not container["securityContext"]["allowPrivilegeEscalation"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert bot["stop_grace_period"] == "20s"
    assert pod["terminationGracePeriodSeconds"] == 20
    home = re.findall(r"CHIPBOT_HOME=(\S+)", DOCKERFILE)
    assert home == [
        next(mount["mountPath"] for mount in container["volumeMounts"] if mount["name"] == "state")
    ]
    assert {volume.split(":")[1] for volume in bot["volumes"]} >= {*home, f"{home[0]}/index"}


def test_only_one_bot_ever_runs_on_kubernetes() -> None:
    (deployment,) = (one["spec"] for one in documents("kubernetes.yaml") if one["kind"] == "Deployment")
    assert (deployment["replicas"], deployment["strategy"]["type"]) == (1, "Recreate")


def test_no_file_holds_a_token() -> None:
    assert not [one for one in documents("kubernetes.yaml") if one["kind"] == "Secret"]
    for path in DEPLOY.iterdir():
        assert not re.search(r"[\w-]{24,}\.[\w-]{6}\.[\w-]{27,}", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=lambda path: path.name
)
def test_workflows_may_do_no_more_than_they_must(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"] <= 60, name
        for step in job["steps"]:
            assert not re.search(r"\$\{\{\s*github\.(event|head_ref)", step.get("run", "")), f"{name}: {step}"
            if "uses" in step:
                assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"]), step["uses"]


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=lambda path: path.name
)
def test_actions_are_pinned_by_commit_with_their_version_beside_it(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert lines
    for line in lines:
        assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_what_may_write_and_sign_a_release_runs_nothing_of_others() -> None:
    release = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    for name, job in release["jobs"].items():
        if job["permissions"].get("contents") == "write":
            used = [step["uses"] for step in job["steps"] if "uses" in step]
            assert all(action.startswith("actions/") for action in used), name
            assert not any("checkout" in action for action in used), name


def test_workflows_try_every_python_that_is_promised() -> None:
    tests = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8"))
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["project"]["classifiers"]))
    assert tests["jobs"]["linux"]["strategy"]["matrix"]["python"] == promised
