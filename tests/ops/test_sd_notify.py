"""What a service manager is told, on a real datagram socket."""

from __future__ import annotations

import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chipbot.ops import sd_notify

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="service managers with this protocol are on Unix"
)


@pytest.fixture(params=["path", "abstract"])
def received(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], str]]:
    """A service manager's socket; returns the next datagram."""
    name = str(tmp_path / "notify")
    if request.param == "abstract":
        if sys.platform != "linux":
            pytest.skip("only Linux has abstract sockets")
        name = f"@chipbot-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + name[1:] if name.startswith("@") else name)
        manager.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        yield lambda: manager.recv(1000).decode()


def test_each_state(received: Callable[[], str]) -> None:
    sd_notify.ready("answering as chipbot")
    assert received() == "READY=1\nSTATUS=answering as chipbot"
    sd_notify.starting("reading 3 of 9", 60)
    assert received() == "STATUS=reading 3 of 9\nEXTEND_TIMEOUT_USEC=60000000"
    before = time.monotonic_ns() // 1000
    sd_notify.reloading()
    found = re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=(\d+)\nSTATUS=reloading", received())
    assert found
    assert before <= int(found[1]) <= time.monotonic_ns() // 1000
    sd_notify.stopping()
    assert received().startswith("STOPPING=1\n")


@pytest.mark.parametrize("address", ["", "vsock:2:1234", "relative", "/not/there"])
def test_nobody_to_tell_is_no_error(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    assert not sd_notify.notify("READY=1")


@pytest.mark.parametrize(
    ("variables", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 30),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_how_often_life_is_to_be_shown(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], seconds: float | None
) -> None:
    for name in ("WATCHDOG_USEC", "WATCHDOG_PID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert sd_notify.watchdog_interval() == seconds
