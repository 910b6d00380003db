"""The log: its two forms, what is never in it, and the ids that tie entries to what members are told."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from typing import Literal

import pytest

from chipbot.errors import SettingsError
from chipbot.ops import logs
from chipbot.service.request_id import REQUEST_ID
from chipbot.translation import Message, in_language

SECRET = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"  # noqa: S105  # made up: Discord documents this one
log = logging.getLogger("chipbot.test")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    names = (None, "discord", "aiohttp")
    levels = [logging.getLogger(name).level for name in names]
    yield
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, logs._Handler)]:
        root.removeHandler(handler)
    for name, level in zip(names, levels, strict=True):
        logging.getLogger(name).setLevel(level)


def stderr(monkeypatch: pytest.MonkeyPatch, *, terminal: bool = False) -> io.StringIO:
    stream = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


@pytest.mark.parametrize(
    ("layout", "terminal", "as_json"),
    [("auto", True, False), ("auto", False, True), ("json", True, True), ("text", False, False)],
)
def test_text_on_a_terminal_and_json_elsewhere(
    monkeypatch: pytest.MonkeyPatch, layout: Literal["auto", "text", "json"], terminal: bool, as_json: bool
) -> None:
    stream = stderr(monkeypatch, terminal=terminal)
    logs.configure(level="info", layout=layout)
    log.info("connected as %s", "chipbot\n#1")
    line = stream.getvalue()
    if as_json:
        entry = json.loads(line)
        assert line.count("\n") == 1
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", entry.pop("time"))
        assert entry == {"level": "info", "logger": "chipbot.test", "message": "connected as chipbot\n#1"}
    else:
        assert re.fullmatch(
            r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} INFO    test: connected as chipbot\n  #1\n", line
        )


def test_what_others_wrote_drives_no_terminal_and_looks_like_no_other_entry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = stderr(monkeypatch, terminal=True)
    logs.configure(level="info")
    evil = "\x1b]0;title\x07\r\n2026-11-29 03:00:00.000 ERROR   bot: the token is lost\x9b2J"
    try:
        raise ValueError(evil)
    except ValueError:
        log.exception("Discord says %s", evil)
    first, *others = stream.getvalue().splitlines()
    assert first.endswith("ERROR   test: Discord says \ufffd]0;title\ufffd")
    assert others
    assert all(line.startswith("  ") for line in others)
    assert not set("\x1b\x07\x9b\r") & set(stream.getvalue())


@pytest.mark.parametrize("layout", ["text", "json"])
def test_no_secret_gets_through(monkeypatch: pytest.MonkeyPatch, layout: Literal["text", "json"]) -> None:
    stream = stderr(monkeypatch)
    logs.configure(level="debug", layout=layout, secrets=[SECRET, ""])
    try:
        raise ValueError(f"no way to {SECRET}")
    except ValueError:
        log.exception("with %s", SECRET)
    log.warning("POST https://discord.com/api/v10/interactions/7/aW50ZXJhY3Rpb246token/callback is slow")
    log.warning("POST https://discord.com/api/v10/webhooks/7/aW50ZXJhY3Rpb246token?wait=true is slow")
    written = stream.getvalue()
    assert SECRET not in written
    assert "aW50" not in written
    assert written.count("[hidden]") == 4
    assert "/interactions/7/[hidden]/callback is slow" in written
    assert "Traceback" in written


def test_commands_are_called_as_they_are_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPBOT_COMMAND", "sudo chipbot")
    stream = stderr(monkeypatch)
    logs.configure(level="info")
    log.error("the index is damaged; run `chipbot index` to build it again")
    assert json.loads(stream.getvalue())["message"].endswith("run `sudo chipbot index` to build it again")


@pytest.mark.parametrize("layout", ["text", "json"])
def test_entries_carry_the_id_of_their_request_once(
    monkeypatch: pytest.MonkeyPatch, layout: Literal["text", "json"]
) -> None:
    stream = stderr(monkeypatch)
    logs.configure(level="info", layout=layout)
    token = REQUEST_ID.set("0123abcd")
    try:
        log.info("searched")
        log.error("failed [0123abcd]: why")
    finally:
        REQUEST_ID.reset(token)
    log.info("later")
    first, second, third = stream.getvalue().splitlines()
    if layout == "json":
        assert [json.loads(line).get("request") for line in (first, second, third)] == [
            "0123abcd",
            "0123abcd",
            None,
        ]
    else:
        assert first.endswith("searched [0123abcd]")
        assert second.endswith("failed [0123abcd]: why")
        assert third.endswith("later")


@pytest.mark.parametrize(
    ("level", "questions", "own", "library"),
    [
        ("debug", True, "DEBUG", "DEBUG"),
        ("debug", False, "DEBUG", "WARNING"),
        ("info", True, "INFO", "WARNING"),
        ("error", True, "ERROR", "ERROR"),
    ],
)
def test_libraries_are_heard_only_as_far_as_they_tell_nothing_of_members(
    monkeypatch: pytest.MonkeyPatch, level: str, questions: bool, own: str, library: str
) -> None:
    stderr(monkeypatch)
    logs.configure(level=level, questions=questions)
    assert logging.getLevelName(log.getEffectiveLevel()) == own
    for name in ("discord.gateway", "aiohttp.client"):
        assert logging.getLevelName(logging.getLogger(name).getEffectiveLevel()) == library


def test_configuring_again_replaces_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    first = stderr(monkeypatch)
    logs.configure(level="info")
    second = stderr(monkeypatch)
    logs.configure(level="warning")
    log.warning("once")
    log.info("never")
    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1
    assert "never" not in second.getvalue()


def test_an_error_that_is_told_in_spanish_is_logged_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = stderr(monkeypatch)
    logs.configure(level="info", layout="text")
    error = SettingsError(Message("“{text}” is not a number", text="x"))
    with in_language("es"):
        log.error("told: %s", error, exc_info=error)
        assert str(error) == "«x» no es un número"
    assert "told: “x” is not a number" in stream.getvalue()
    assert "SettingsError: “x” is not a number" in stream.getvalue()
