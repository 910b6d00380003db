"""A short run of what `python -m tests.reliability --kills` does: each way of writing, killed and without room."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("processes are looked at in /proc", allow_module_level=True)

from tests.reliability.broken import Fault
from tests.reliability.kills import Builds, Outcome, Votes, Way

FAULTS = {
    "killed early": Fault("kill", 2),
    "killed late": Fault("kill", 9),
    "flush fails": Fault("flush", 2),
    "no room": Fault("room", 8192),
}


@pytest.fixture(scope="module", params=["builds", "votes"])
def way(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Way:
    folder = tmp_path_factory.mktemp("kills")
    return Builds("builds", folder / "builds", documents=4) if request.param == "builds" else Votes(folder)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_what_was_there_is_there_whatever_ends_who_writes(way: Way, fault: Fault) -> None:
    outcome = Outcome(way.way, fault.kind)
    end = way.attempt(fault)
    way.check(outcome)
    assert (outcome.served, outcome.lost, end.orphans) == (1, 0, 0), outcome
    assert not end.is_traceback, end.said
    if end.code > 0:
        assert end.is_clear, end.said
    assert way.debris() == set()


def test_faults_strike(tmp_path: Path) -> None:
    builds = Builds("builds", tmp_path / "builds", documents=4)
    assert builds.attempt(FAULTS["killed late"]).code == -9
    failed = builds.attempt(FAULTS["flush fails"])
    assert "cannot be written: Input/output error" in failed.said
    assert "File too large" in builds.attempt(FAULTS["no room"]).said
