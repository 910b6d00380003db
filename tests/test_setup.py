"""The first run: what is asked, what is written, and what is never shown."""

from __future__ import annotations

import asyncio
import builtins
import getpass
import io
import os
import re
import select
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.core import SEED
from tests.wire.bots import club
from tests.wire.faults import refused
from tests.wire.objects import TOKEN
from tests.wire.wire import Wire

from chipbot import cli
from chipbot.bot import connecting_to
from chipbot.bot.invite import invite_link
from chipbot.bot.strings import FIRST_MESSAGE
from chipbot.cli import setup
from chipbot.errors import EncoderError
from chipbot.settings import load

ME = 80351110224678912


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the shipped document and no setting."""
    (tmp_path / "seeds").mkdir()
    shutil.copy(SEED, tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    for name in [
        name for name in os.environ if name.startswith("CHIPBOT_") or name == "CREDENTIALS_DIRECTORY"
    ]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CHIPBOT_ENCODER", "off")  # so that it is not offered
    return tmp_path


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with Wire([club()]).serving() as served:
        with connecting_to(served.url):
            yield served


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Talk:
    """A conversation: what is typed, in order, and what was shown."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, typed: list[str]) -> None:
        self.typed = iter(typed)
        self.out, self.err = Terminal(), Terminal()
        self.started = False
        for name, stream in (("stdin", Terminal()), ("stdout", self.out), ("stderr", self.err)):
            monkeypatch.setattr(sys, name, stream)
        monkeypatch.setattr(builtins, "input", self._next)
        monkeypatch.setattr(
            getpass, "getpass", lambda prompt, stream: (stream.write(prompt), self._next())[1]
        )
        monkeypatch.setattr(setup, "run_bot", self._start)

    def _next(self, _: str = "") -> str:
        try:
            return next(self.typed)
        except StopIteration:
            raise EOFError from None

    def _start(self, *_: object) -> None:
        self.started = True

    async def code(self) -> int:
        code = await asyncio.to_thread(cli.run, ["setup"])
        assert TOKEN not in self.out.getvalue() + self.err.getvalue()
        assert [*self.typed] == [], "everything typed was asked for"
        return code


async def test_where_an_engine_runs_the_bot_no_second_one_is_started(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert wire.url
    monkeypatch.setenv("CHIPBOT_COMMAND", "docker compose exec bot chipbot")
    talk = Talk(monkeypatch, [TOKEN, "", ""])
    assert await talk.code() == 0
    assert not talk.started
    shown = " ".join(talk.err.getvalue().split())
    assert "Restart the bot, and it takes the token." in shown
    assert "“docker compose exec bot chipbot doctor” says why." in shown


@pytest.mark.usefixtures("wire")
async def test_without_a_document_it_makes_their_folder_and_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    shutil.rmtree(folder / "seeds")
    talk = Talk(monkeypatch, [TOKEN, "", ""])
    assert await talk.code() == 0
    assert (folder / "seeds").is_dir()
    assert not talk.started
    assert "“chipbot run” starts it, once there is a document." in " ".join(talk.err.getvalue().split())


async def test_from_nothing_to_a_running_bot(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    (folder / ".env").write_text("# mine\nCHIPBOT_MAX_QUOTES=1")
    (folder / ".env").chmod(0o644)
    talk = Talk(monkeypatch, [f"  {TOKEN}\r", "", "1", "y"])
    assert await talk.code() == 0
    assert (folder / ".env").read_text() == f"# mine\nCHIPBOT_MAX_QUOTES=1\nCHIPBOT_TOKEN={TOKEN}\n"
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    assert talk.out.getvalue().strip() == invite_link(ME)
    shown = talk.err.getvalue()
    for words in (
        "developers/applications",
        "Reset Token",
        "It is the token of chipbot#0001.",
        "Start the bot now? [Y/n]",
    ):
        assert words in shown
    assert talk.started
    assert "It said hello in #general (Club)." in shown
    (hello,) = wire.world.messages.values()
    assert (hello["channel_id"], hello["content"]) == ("102", FIRST_MESSAGE)


@pytest.mark.usefixtures("wire")
async def test_a_token_is_asked_for_until_discord_accepts_it(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    mistaken = ["1234567890123456789", "0" * 32, "a1" * 32, "y"]
    talk = Talk(monkeypatch, ["two words", *mistaken, "not.the.one", TOKEN, "", "", "n"])
    assert await talk.code() == 0
    assert "That is not a token: it must be one word" in talk.err.getvalue()
    for what in (
        "an application id",
        "a client secret",
        "a public key",
        "not a bot's token, which has two dots in it",
    ):
        assert f"That is {what}: choose “Reset Token”" in talk.err.getvalue()
    assert talk.err.getvalue().count("Discord refuses it.") == 1
    assert (folder / ".env").read_text() == f"CHIPBOT_TOKEN={TOKEN}\n"
    assert not talk.started
    assert "chipbot doctor" in talk.err.getvalue()


@pytest.mark.parametrize("typed", [[], ["not.the.one"] * 8])
async def test_without_an_accepted_token_nothing_is_written(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, folder: Path, typed: list[str]
) -> None:
    talk = Talk(monkeypatch, typed)
    assert await talk.code() == 1
    assert talk.err.getvalue().endswith(
        "chipbot: no token was set; run `chipbot setup` again when you have one\n"
    )
    assert not (folder / ".env").exists()
    assert wire.rest.asked["GET /users/@me"] == len(typed)


@pytest.mark.parametrize(("answer", "written"), [("y", True), ("", False)])
async def test_where_discord_cannot_be_asked(
    monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int, folder: Path, answer: str, written: bool
) -> None:
    with connecting_to(f"http://127.0.0.1:{unused_tcp_port}"):
        talk = Talk(monkeypatch, [TOKEN, answer, *(["n"] if written else [])])
        assert await talk.code() == (0 if written else 1)
    assert "Discord cannot be reached" in talk.err.getvalue()
    assert (folder / ".env").exists() == written
    assert talk.out.getvalue() == "", "without Discord's answer there is no link"


@pytest.mark.usefixtures("wire")
async def test_a_token_that_is_there_can_be_kept(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    (folder / ".env").write_text(f"CHIPBOT_TOKEN={TOKEN}\n")
    talk = Talk(monkeypatch, ["", "", "", "n"])
    assert await talk.code() == 0
    assert talk.out.getvalue().strip() == invite_link(ME)
    assert "New Application" not in talk.err.getvalue()


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize(("answer", "failure"), [("", None), ("y", "there is no network"), ("n", None)])
async def test_the_encoder_is_offered_and_done_without(
    monkeypatch: pytest.MonkeyPatch, answer: str, failure: str | None
) -> None:
    installed = []

    def install() -> None:
        installed.append(True)
        if failure:
            raise EncoderError(failure)

    monkeypatch.delenv("CHIPBOT_ENCODER")
    monkeypatch.setattr("chipbot.retrieval.encoder_model.installed_folder", lambda: None)
    monkeypatch.setattr("chipbot.cli.encoder.install", install)
    talk = Talk(monkeypatch, [TOKEN, "", "99", answer, "n"])
    assert await talk.code() == 0
    assert bool(installed) == (answer != "n")
    assert ("there is no network" in talk.err.getvalue()) == bool(failure)
    assert ("“chipbot encoder install” tries again" in talk.err.getvalue()) == bool(failure)


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("keep", ["n", "y"])
async def test_a_token_that_is_there_can_be_replaced(
    monkeypatch: pytest.MonkeyPatch, folder: Path, keep: str
) -> None:
    (folder / ".env").write_text("CHIPBOT_TOKEN=an.old.one\n")
    talk = Talk(monkeypatch, [keep, TOKEN, "", "", "n"])
    assert await talk.code() == 0
    assert (folder / ".env").read_text() == f"CHIPBOT_TOKEN={TOKEN}\n"
    assert ("Discord refuses it, so let us get another one" in talk.err.getvalue()) == (keep == "y")


async def test_where_nobody_has_invited_it_the_link_is_shown_again_later(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    await wire.remove_bot(wire.world.guilds["100"])
    talk = Talk(monkeypatch, [TOKEN, "", "n"])
    assert await talk.code() == 0
    assert "It is in no server yet" in talk.err.getvalue()
    assert not wire.world.messages


async def test_a_hello_that_discord_does_not_take_is_no_obstacle(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.rest.faults.add("POST /channels/*/messages", refused(403, 50013, "Missing Permissions"))
    talk = Talk(monkeypatch, [TOKEN, "", "1", "n"])
    assert await talk.code() == 0
    assert "   Discord does not take the message: Missing Permissions\n" in talk.err.getvalue()


@pytest.mark.usefixtures("wire")
async def test_a_token_in_the_environment_is_pointed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPBOT_TOKEN", TOKEN)
    talk = Talk(monkeypatch, ["y", "", "", "n"])
    assert await talk.code() == 0
    assert "CHIPBOT_TOKEN is set in the environment, which overrides .env" in talk.err.getvalue()


def test_without_a_terminal_it_says_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert cli.run(["setup"]) == 1
    assert "run it in a terminal" in capsys.readouterr().err


# In a real terminal


def read_until(terminal: int, shown: str, wanted: str, patience: float = 30) -> str:
    """Read what the terminal shows until it has the wanted words."""
    end = time.monotonic() + patience
    while not re.search(wanted, shown):
        assert time.monotonic() < end, shown
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                shown += os.read(terminal, 4096).decode()
            except OSError:  # Linux's way to say that nobody has the other end open any more
                assert re.search(wanted, shown), shown
    return shown


def converse(url: str) -> tuple[str, int]:
    """Set up and run a bot in a process with a terminal of its own; returns what the terminal showed, and how
    it ended.
    """
    terminal, inner = os.openpty()
    command = [sys.executable, "-m", "chipbot", "setup"]
    environment = os.environ | {"CHIPBOT_DISCORD_URL": url}
    with subprocess.Popen(
        command, env=environment, stdin=inner, stdout=inner, stderr=inner, start_new_session=True
    ) as child:
        os.close(inner)
        try:
            shown = read_until(terminal, "", "Token: ")
            os.write(terminal, f"{TOKEN}\n".encode())
            shown = read_until(terminal, shown, "Asking Discord")
            os.write(terminal, b"typed ahead")
            shown = read_until(terminal, shown, "Press Enter when that is done: ")
            os.write(terminal, b"\n")
            shown = read_until(terminal, shown, "Say hello in")
            os.write(terminal, b"\n")
            shown = read_until(terminal, shown, "Start the bot now")
            os.write(terminal, b"\n")
            shown = read_until(terminal, shown, "connected as")
            child.send_signal(signal.SIGINT)
            shown = read_until(terminal, shown, "stopping")
            return shown, child.wait(30)
        finally:
            child.kill()
            os.close(terminal)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
async def test_in_a_real_terminal_the_token_is_never_shown() -> None:
    async with Wire([club()]).serving() as wire:
        shown, code = await asyncio.to_thread(converse, wire.url)
    assert code == 0
    assert TOKEN not in shown
    assert "typed ahead" not in shown
    assert invite_link(ME) in shown
    assert re.search(r"INFO +bot\.client: connected as chipbot#0001, in 1 server\s", shown), (
        "the log is text here"
    )
    token = load().token
    assert token is not None
    assert token.get_secret_value() == TOKEN
