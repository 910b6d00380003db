"""The other files of deploy/ and .github/: linted and checked against published schemas; whether they run is in
deploy/README.md.
"""

from __future__ import annotations

import json
import os
import plistlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
import zipfile
from itertools import chain
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.test_project import LOCKS, PROJECT, holds, pins

from chipbot.ops import pages_server

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
TASK = ET.parse(DEPLOY / "chipbot-task.xml")  # noqa: S314  # our own
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
        ("vendor.github-workflows", ".github/workflows/docs.yml"),
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
    for text in [
        *PROJECT["project"]["dependencies"],
        *chain.from_iterable(PROJECT["project"]["optional-dependencies"].values()),
    ]:
        needed(Requirement(text), runs)
    (dropped,) = re.findall(r"uninstall --quiet --yes \\\n\s+(.*) \\\n", DOCKERFILE)
    built = {pin.name for pin in pins(LOCKS["build"]) if holds(pin.marker, {})}
    assert set(dropped.split()) == built - runs


def test_bytecode_is_made_of_what_chipbot_imports_and_of_nothing_else(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    subprocess.run(
        [sys.executable, "-P", DEPLOY / "bytecode.py", "unchecked-hash"],
        env=environment,
        check=True,
        timeout=120,
    )
    made = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.pyc")]
    unused = re.compile("/(tests?|numpy/f2py|pip|alembic/testing|sqlalchemy/dialects/(oracle|mssql|mysql))/")
    assert [path for path in made if unused.search(path)] == []
    for used in (
        "chipbot/answering/pipeline",
        "discord/client",
        "rich/progress",
        "sqlite/aiosqlite",
        "yaml/loader",
    ):
        assert any(f"/{used}.cpython" in path for path in made), used


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text(encoding="utf-8")))


def test_image_compose_and_kubernetes_agree() -> None:
    ((compose,), manifests) = documents("compose.yaml"), documents("kubernetes.yaml")
    bot = compose["services"]["bot"]
    (pod,) = (one["spec"]["template"]["spec"] for one in manifests if one["kind"] == "Deployment")
    (container,) = pod["containers"]
    (user,) = re.findall(r"^USER (\d+:\d+)$", DOCKERFILE, re.MULTILINE)
    assert user == f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}"
    assert bot["read_only"]
    assert bot["security_opt"] == ["no-new-privileges:true"]
    assert bot["image"] == f"${{CHIPBOT_IMAGE:-{container['image']}}}"
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
    assert bot["volumes"] == [f"${{CHIPBOT_DATA:-./data}}:{home[0]}:z"]


def test_portainer_asks_for_what_compose_takes() -> None:
    (template,) = json.loads((DEPLOY / "portainer.json").read_text(encoding="utf-8"))["templates"]
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    taken = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", compose))
    asked = {variable["name"]: variable.get("default", "") for variable in template["env"]}
    assert asked == taken | {"CHIPBOT_DATA": "/srv/chipbot"}, "there is no folder beside the file there"
    assert all(variable["label"] and variable["description"] for variable in template["env"])
    assert template["type"] == 3, "a stack of Compose"
    assert template["repository"]["url"] == PROJECT["project"]["urls"]["Repository"]
    assert (ROOT / template["repository"]["stackfile"]).samefile(DEPLOY / "compose.yaml")


def nightly() -> list[str]:
    """The commands that docs/guide/upgrades.md gives cron, as it runs them."""
    text = (ROOT / "docs/guide/upgrades.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"```cron\n(.*?)```", text, re.DOTALL)
    return [
        line.removeprefix("0 4 * * * ").replace("\\%", "%").removesuffix(" 2>&1 | logger -t chipbot-backup")
        for line in lines.splitlines()
    ]


@pytest.mark.parametrize("command", nightly())
def test_a_backup_every_night_replaces_the_one_of_a_week_ago(tmp_path: Path, command: str) -> None:
    folder = tmp_path / "chipbot"
    (folder / "deploy").mkdir(parents=True)
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    (tmp_path / "bin").mkdir()
    (tmp_path / "var/backups").mkdir(parents=True)
    started = f'#!/bin/sh\ncd ~/chipbot && exec "{sys.executable}" -m chipbot "$@"\n'
    engine = (
        '#!/bin/sh\n[ "$1 $2 $3 $4 $5" = "compose exec -T bot chipbot" ] && shift 5 && exec chipbot "$@"\n'
    )
    for path, script in (
        ("chipbot/deploy/start", started),
        ("bin/chipbot", started),
        ("bin/docker", engine),
    ):
        (tmp_path / path).write_text(script)
        (tmp_path / path).chmod(0o755)
    environment = {"HOME": str(tmp_path), "PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
    for _ in range(2):
        typed = command.replace("/var/backups", f"{tmp_path}/var/backups")
        subprocess.run(["sh", "-c", typed], env=environment, cwd=tmp_path, capture_output=True, check=True)
        (written,) = tmp_path.rglob("*.zip")
        assert re.search(r"-[1-7]\.zip$", written.name)
        with zipfile.ZipFile(written) as archive:
            assert any(name.endswith("000_6aca35ccc39c56b2.txt") for name in archive.namelist())
        written.write_bytes(b"of a week ago")


def test_compose_checks_health_as_the_image_does() -> None:
    check = documents("compose.yaml")[0]["services"]["bot"]["healthcheck"]
    options, command = re.findall(r"^HEALTHCHECK (.*?) CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[0]
    assert ["CMD", *json.loads(command)] == check.pop("test")
    named = {name.replace("_", "-"): str(value) for name, value in check.items()}
    assert dict(option.removeprefix("--").split("=") for option in options.split()) == named


def test_nobody_starts_a_bot_for_ever_whose_token_is_refused() -> None:
    (bot,) = documents("compose.yaml")[0]["services"].values()
    agent = plistlib.loads((DEPLOY / "chipbot.plist").read_bytes())
    assert "--wait-for-token" in bot["command"]
    assert "--wait-for-token" in agent["ProgramArguments"][-1]
    assert TASK.findtext(".//{*}RestartOnFailure/{*}Count") == "255", "the most that there can be"


def test_an_overlay_of_ones_own_goes_on_top_of_the_manifest(tmp_path: Path) -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("no kubectl here")
    shown = (DEPLOY / "kustomization.yaml").read_text(encoding="utf-8").split("in the manner of\n#\n")[1]
    overlay = "\n".join(line.removeprefix("#").strip() for line in shown.splitlines() if line.startswith("#"))
    (tmp_path / "kustomization.yaml").write_text(
        re.sub(r'"https://[^"]*"', "deploy", overlay), encoding="utf-8"
    )
    (tmp_path / "token").write_text("not.a.token", encoding="utf-8")
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    done = subprocess.run(
        [kubectl, "kustomize", str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    made = {one["kind"]: one for one in yaml.safe_load_all(done.stdout)}
    (container,) = made["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert container["image"].endswith("/chipbot:0.1.0")
    assert made["ConfigMap"]["data"] == {"CHIPBOT_LOG_LEVEL": "info", "CHIPBOT_MIN_CONFIDENCE": "0.5"}
    volumes = made["Deployment"]["spec"]["template"]["spec"]["volumes"]
    assert made["Secret"]["metadata"]["name"] in [
        one["secret"]["secretName"] for one in volumes if "secret" in one
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="the agent is for sh")
def test_the_agent_of_macos_runs_the_bot_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "chipbot").mkdir()
    (tmp_path / ".local/bin").mkdir(parents=True)
    command = tmp_path / ".local/bin/chipbot"
    command.write_text('#!/bin/sh\necho "$PWD $*" >&2\n', encoding="utf-8")
    command.chmod(0o755)
    agent = plistlib.loads((DEPLOY / "chipbot.plist").read_bytes())
    subprocess.run(agent["ProgramArguments"], env={"HOME": str(tmp_path)}, check=True, timeout=60)
    log = (tmp_path / "chipbot/chipbot.log").read_text(encoding="utf-8")
    assert log == f"{tmp_path / 'chipbot'} run --wait-for-token\n"
    assert agent["RunAtLoad"]
    assert agent["KeepAlive"] == {"SuccessfulExit": False}


def test_the_task_of_windows_runs_the_bot_from_the_start_of_the_machine() -> None:
    for path, value in {
        "Triggers/BootTrigger/Delay": "PT30S",
        "Principals/Principal/LogonType": "S4U",  # without a password, whether somebody is signed in or not
        "Principals/Principal/RunLevel": "LeastPrivilege",
        "Settings/ExecutionTimeLimit": "PT0S",
        "Settings/MultipleInstancesPolicy": "IgnoreNew",
        "Actions/Exec/Arguments": r'/d /c "%USERPROFILE%\.local\bin\chipbot.exe" run 2>>chipbot.log',
        "Actions/Exec/WorkingDirectory": r"%USERPROFILE%\chipbot",
    }.items():
        assert TASK.findtext("/".join(f"{{*}}{name}" for name in path.split("/"))) == value


def test_only_one_bot_ever_runs_on_kubernetes() -> None:
    (deployment,) = (one["spec"] for one in documents("kubernetes.yaml") if one["kind"] == "Deployment")
    assert (deployment["replicas"], deployment["strategy"]["type"]) == (1, "Recreate")


@pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for sh")
@pytest.mark.parametrize("codespace", ["", "amber-lamp-7"])
def test_a_dev_container_serves_a_page_to_ask_on(tmp_path: Path, codespace: str) -> None:
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    (port,) = container["forwardPorts"]
    assert list(container["portsAttributes"]) == [str(port)] == [str(pages_server._PORT)]
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    start = tmp_path / "deploy/start"  # without what it installs, which tests/deploy/first_hour.py tries
    start.parent.mkdir()
    start.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m chipbot "$@"\n')
    start.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHIPBOT_")} | {
        "CHIPBOT_ENCODER": "off",
        "CODESPACE_NAME": codespace,
        "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN": "app.github.dev",
    }
    subprocess.run(container["postCreateCommand"], shell=True, cwd=tmp_path, env=environment, check=True)  # noqa: S602  # as it is run there
    with socket.create_server(("127.0.0.1", 0)) as free:
        environment["CHIPBOT_WEB_PORT"] = str(free.getsockname()[1])
    command = ["sh", "-c", f"exec env {container['postAttachCommand']}"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as served:
        try:
            assert served.stderr is not None
            shown = next(line for line in served.stderr if "The pages are at" in line)
            forwarded = f"{codespace}-{port}.app.github.dev" if codespace else "localhost"
            assert (f"https://{forwarded}" if codespace else "http://127.0.0.1") in shown
            address = f"http://127.0.0.1:{environment['CHIPBOT_WEB_PORT']}/"
            for host, form in (("localhost", None), (forwarded, b"question=How+much+money+is+in+the+fund")):
                request = urllib.request.Request(address, form, {"Host": host})  # our own
                with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  # our own
                    assert ("$500 million" in answer.read().decode()) == bool(form)
        finally:
            served.send_signal(signal.SIGINT)


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


def test_what_may_write_or_sign_runs_nothing_of_others() -> None:
    jobs = {
        f"{path.stem}: {name}": job
        for path in (ROOT / ".github/workflows").glob("*.yml")
        for name, job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].items()
    }
    may = {name: job for name, job in jobs.items() if "write" in job.get("permissions", {}).values()}
    assert {name.partition(":")[0] for name in may} >= {"release", "docs"}
    for name, job in may.items():
        used = [step["uses"] for step in job["steps"] if "uses" in step]
        assert all(action.startswith("actions/") for action in used), name
        assert not any("checkout" in action for action in used), name


def test_the_image_has_a_base_that_is_named_by_its_digest_and_kept_fresh() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    (base, *others) = [line for line in lines if line.startswith("FROM ")]
    assert re.fullmatch(r"FROM docker\.io/library/python:3\.\d+-slim-\w+@sha256:[0-9a-f]{64} AS base", base)
    assert [line.split()[1] for line in others] == ["base", "base"]
    bot = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text(encoding="utf-8"))["updates"]
    assert {"docker": "/deploy"}.items() <= {
        each["package-ecosystem"]: each["directory"] for each in bot
    }.items()


def test_workflows_try_every_python_that_is_promised() -> None:
    tests = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8"))
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["project"]["classifiers"]))
    assert tests["jobs"]["linux"]["strategy"]["matrix"]["python"] == promised
