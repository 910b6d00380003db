"""`chipbot --check-update`: one request, to a server on loopback here, and one clear sentence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from chipbot import __version__, cli
from chipbot.ops.releases import newest_release

NEWER, OLDER = "999.0", "0.0.1"


class Forge(ThreadingHTTPServer):
    """Where a project is published."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.asked: list[str] = []
        self.answer: tuple[int, str] | None = (404, "")
        """A status and where it leads; None: no answer at all."""
        self.url = f"http://127.0.0.1:{self.server_port}/ada/chipbot"


class Asked(BaseHTTPRequestHandler):
    server: Forge

    def do_HEAD(self) -> None:
        self.server.asked.append(self.path)
        if self.server.answer is None:
            threading.Event().wait(0.5)
            return
        status, leads_to = self.server.answer
        self.send_response(status)
        self.send_header("Location", leads_to) if leads_to else None
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def forge() -> Iterator[Forge]:
    served = Forge()
    thread = threading.Thread(target=served.serve_forever, args=(0.01,))
    thread.start()
    yield served
    served.shutdown()
    thread.join()
    served.server_close()


def publish(folder: Path, monkeypatch: pytest.MonkeyPatch, *urls: str) -> None:
    """Have the installed metadata say where chipbot is published."""
    about = folder / "chipbot-1.dist-info"
    about.mkdir()
    lines = "".join(f"Project-URL: {url}\n" for url in urls)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: chipbot\nVersion: 1\n{lines}")
    monkeypatch.syspath_prepend(str(folder))


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (
            (302, f"/ada/chipbot/releases/tag/v{NEWER}"),
            0,
            f"chipbot {NEWER} is out; this is {__version__}. What is new",
        ),
        ((302, f"/ada/chipbot/releases/tag/{OLDER}"), 0, f"newer than the newest release, {OLDER}."),
        (
            (302, f"/ada/chipbot/releases/tag/v{__version__}"),
            0,
            f"This is chipbot {__version__}, the newest version.",
        ),
        ((302, "/ada/chipbot/releases"), 0, "no version has been released yet"),
        ((404, ""), 0, "no version has been released yet"),
        ((302, "/login"), 1, "does not say which release is the newest: look at http://127.0.0.1:"),
        ((200, ""), 1, "does not say which release is the newest"),
    ],
)
def test_one_request_and_one_sentence(
    forge: Forge,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: tuple[int, str],
    code: int,
    said: str,
) -> None:
    publish(tmp_path, monkeypatch, "Documentation, https://elsewhere.example", f"Repository, {forge.url}")
    forge.answer = answer
    assert cli.run(["--check-update"]) == code
    shown = capsys.readouterr()
    assert said in (shown.err if code else shown.out)
    assert (shown.out + shown.err).count("\n") == 1
    assert forge.asked == ["/ada/chipbot/releases/latest"]


def test_who_does_not_answer_is_named(
    unused_tcp_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(tmp_path, monkeypatch, f"Repository, http://127.0.0.1:{unused_tcp_port}/ada/chipbot")
    assert cli.run(["--check-update"]) == 1
    assert f"127.0.0.1:{unused_tcp_port} cannot be asked for the newest release: " in capsys.readouterr().err


def test_it_waits_no_longer_than_it_is_told(forge: Forge) -> None:
    forge.answer = None
    with pytest.raises(Exception, match="cannot be asked for the newest release: timed out"):
        newest_release(forge.url, patience=0.05)


@pytest.mark.parametrize("urls", [[], ["Repository, https://github.com/OWNER/chipbot"]])
def test_what_was_published_nowhere_asks_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], urls: list[str]
) -> None:
    publish(tmp_path, monkeypatch, *urls)
    assert cli.run(["--check-update"]) == 1
    assert (
        "this is no release, so it does not know where newer ones are: `git pull`" in capsys.readouterr().err
    )


def test_what_is_not_installed_at_all_asks_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.path", [])
    assert cli.run(["--check-update"]) == 1
    assert "this is no release" in capsys.readouterr().err
