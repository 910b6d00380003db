"""What chipbot starts knows neither its token nor its database's password."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from pydantic import SecretStr
from tests.sources.misbehaved import WELL

from chipbot.model import ReadLimits
from chipbot.processes import SECRETS, process_pool
from chipbot.service.background_rebuild import BackgroundRebuilder
from chipbot.settings import Settings
from chipbot.settings.env_names import PREFIX
from chipbot.sources.git_command import git
from chipbot.sources.reader_process import ReaderProcess

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")


def test_every_setting_with_a_secret_is_left_out() -> None:
    fields = Settings.model_fields.items()
    secret = {name for name, field in fields if SecretStr in get_args(field.annotation)}
    assert {f"{PREFIX}{name.upper()}" for name in secret} == SECRETS


def clone(_: Path) -> None:
    git(["--version"], "https://example.org/a")


def read(_: Path) -> None:
    reader = ReaderProcess(ReadLimits())
    try:
        assert reader.read("tests.sources.misbehaved", b"well") == WELL
    finally:
        reader.close()


def rebuild(folder: Path) -> None:
    (folder / "seeds").mkdir()
    (folder / "seeds" / "a.txt").write_text("The gate opens at noon.\n")
    assert BackgroundRebuilder(folder / "seeds", folder / "index").reindex().documents == 1


@POSIX
@pytest.mark.parametrize(("start", "program"), [(clone, "git"), (read, "python"), (rebuild, "python")])
def test_programs_are_started_without_secrets(
    start: Callable[[Path], None], program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "environment"
    stand_in = tmp_path / "bin" / program
    stand_in.parent.mkdir()
    goes_on = f'exec {shlex.quote(sys.executable)} "$@"' if program == "python" else ":"
    stand_in.write_text(f"#!/bin/sh\nenv > {shlex.quote(str(told))}\n{goes_on}\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.setenv("PATH", f"{stand_in.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(sys, "executable", str(stand_in))
    for name, secret in (("CHIPBOT_TOKEN", "a-token"), ("chipbot_journal", "postgresql://x:a-password@h/n")):
        monkeypatch.setenv(name, secret)
    start(tmp_path)
    environment = told.read_text(encoding="utf-8")
    assert "PATH=" in environment
    assert "a-token" not in environment
    assert "a-password" not in environment


def test_workers_hand_on_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPBOT_TOKEN", "a-token")
    pool = process_pool(1)
    assert pool is not None
    with pool:
        assert pool.submit(os.getenv, "CHIPBOT_TOKEN").result() is None
