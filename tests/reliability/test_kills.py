"""A short run of what `python -m tests.reliability --kills` does: each way of writing, killed and without room."""

from __future__ import annotations

import gc
import os
import signal
import struct
import sys
import threading
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("processes are looked at in /proc", allow_module_level=True)

from tests.reliability.broken import Fault
from tests.reliability.ways import Builds, Outcome, Votes, Way

from chipbot.errors import BuildError
from chipbot.index import workers

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


def hand_over_half(*_: object) -> None:
    """Die in a worker process as one that is killed while it sends its result."""
    (queue,) = (each for each in gc.get_objects() if isinstance(each, SimpleQueue))
    queue._wlock.acquire()  # type: ignore[attr-defined]  # as its put() does
    os.write(queue._writer.fileno(), struct.pack("!i", 1 << 20) + bytes(1000))  # type: ignore[attr-defined]  # in part
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_dies_while_it_hands_over_its_result_ends_the_build(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "extract_segment", hand_over_half)
    raised: list[BaseException] = []

    def build() -> None:
        try:
            list(workers.extract_segments([[], []], None, workers.Pace(processes=2, worthwhile=0)))
        except BuildError as error:
            raised.append(error)

    thread = threading.Thread(target=build, daemon=True)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()
    assert "a process that analyses documents was ended" in str(raised)
