"""`chipbot run` as a process of its own, in which much goes wrong: no secret in the log, in Discord, on a page, in a backup."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import aiohttp
import discord
import pytest
from tests.wire.bots import FUND, MONEY, club
from tests.wire.faults import page, reset, server_error
from tests.wire.members import Question, text_of
from tests.wire.objects import TOKEN, Object
from tests.wire.wire import Wire, until

if sys.platform == "win32":
    pytest.skip("files have no modes, and processes no signals", allow_module_level=True)

SEED = Path(__file__).parents[2] / "seeds"
PASSWORD = "correct horse battery"  # noqa: S105  # of a test
GUESS = "incorrect horse battery"
SOON = 60.0


@dataclass
class Bot:
    """A bot that runs beside the test."""

    wire: Wire
    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    told: list[str] = field(default_factory=list)
    """Everything that a page has shown."""

    @property
    def log(self) -> str:
        return (self.folder / "log.txt").read_text(encoding="utf-8")

    async def get(self, path: str, **form: str) -> None:
        """Look at a page, or send a form to it."""
        address = f"http://127.0.0.1:{self.port}{path}"
        async with aiohttp.ClientSession() as session:
            sending = session.post(address, data=form) if form else session.get(address)
            async with sending as answer:
                self.told.append(f"{answer.headers}{await answer.text()}")


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The settings of a process, and none of the machine's."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("CHIPBOT_")}
    return mine | {
        "CHIPBOT_SEEDS": str(folder / "seeds"),
        "CHIPBOT_INDEX": str(folder / "index"),
        "CHIPBOT_ENCODER": "off",
        "CHIPBOT_COOLDOWN": "0",
        "CHIPBOT_LOG_FORMAT": "json",
        **more,
    }


@contextlib.asynccontextmanager
async def bot(folder: Path, port: int) -> AsyncIterator[Bot]:
    (folder / "seeds").mkdir()
    for document in SEED.glob("*.txt"):
        (folder / "seeds" / document.name).write_bytes(document.read_bytes())
    (folder / "token").write_text(f"{TOKEN}\n")
    (folder / "password").write_text(PASSWORD)
    for name in ("token", "password"):
        (folder / name).chmod(0o600)
    wire = Wire([club()])
    async with wire.serving():
        settings = environment(
            folder,
            CHIPBOT_TOKEN_FILE=str(folder / "token"),
            CHIPBOT_DISCORD_URL=wire.url,
            CHIPBOT_WEB_PORT=str(port),
            CHIPBOT_WEB_PASSWORD_FILE=str(folder / "password"),
            CHIPBOT_LOG_LEVEL="debug",
        )
        with (folder / "log.txt").open("wb") as log:
            process = subprocess.Popen(  # noqa: ASYNC220  # it starts at once
                [sys.executable, "-m", "chipbot", "run"],
                env=settings,
                cwd=folder,
                stdout=log,
                stderr=log,
                umask=0,
            )
        made = Bot(wire, folder, port, process)
        try:
            await until(lambda: (wire.gateway.connected and wire.world.commands) or process.poll(), SOON)
            assert process.poll() is None, made.log
            yield made
        finally:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(process.wait, 30)
            process.kill()
            process.wait()


async def _ask(made: Bot, who: Object) -> list[Question]:
    """Ask in every way; what is answered is not looked at here."""
    members, place = made.wire.members, made.wire.world.channels["102"]
    asked = [await members.ask(who, place, FUND), await members.slash(who, place, "ask", question=FUND)]
    asked += [await members.slash(who, place, name) for name in ("status", "privacy", "help", "settings")]
    for one in asked:
        with contextlib.suppress(TimeoutError):
            await until(partial(members.shown, one), 10)
    return asked


async def _break(made: Bot) -> None:
    """Let much go wrong: requests to Discord, the connection, the index, the settings, the operator's password."""
    wire = made.wire
    for path in ("POST /channels/*", "POST /interactions/*", "PATCH /webhooks/*", "GET /*"):
        for fault in (server_error(), reset(), page(403, f"Bearer {TOKEN}"), page()):
            wire.rest.faults.add(path, fault, fault)
    await _ask(made, wire.members.join("ann", wire.world.guilds["100"]))
    for code in (4000, 4003, 1006):
        await wire.gateway.drop(code)
    (arrays,) = (made.folder / "index").glob("*/arrays.bin")
    with arrays.open("r+b") as file:
        file.write(bytes(4096))
    (made.folder / ".env").write_text("CHIPBOT_COOLDOWN=x\n")
    made.process.send_signal(signal.SIGHUP)
    for path in ("/", "/documents", "/healthz", "/readyz", "/metrics", "/operator/login", "/nothing"):
        await made.get(path)
    await made.get("/operator/login", password=GUESS)
    await made.get("/operator/login", password=PASSWORD)
    await until(lambda: "wrong password" in made.log and "logged in" in made.log, SOON)


def _run(folder: Path, *command: str) -> str:
    """What a command says beside the bot, with the same secrets."""
    secrets = {"TOKEN_FILE": "token", "WEB_PASSWORD_FILE": "password"}
    settings = environment(
        folder, **{f"CHIPBOT_{name}": str(folder / file) for name, file in secrets.items()}
    )
    done = subprocess.run(
        [sys.executable, "-m", "chipbot", *command],
        env=settings,
        cwd=folder,
        capture_output=True,
        check=False,
        umask=0,
    )
    return (done.stdout + done.stderr).decode()


async def test_no_secret_leaves_the_machine_or_gets_into_the_log(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    async with bot(tmp_path, unused_tcp_port) as made:
        permissions = discord.Permissions(manage_guild=True).value
        boss = made.wire.members.join("boss", made.wire.world.guilds["100"], permissions=permissions)
        asked = await _ask(made, boss)
        assert MONEY in text_of(made.wire.members.shown(asked[0])[0])
        await _break(made)
    assert "Traceback" in made.log, "something went wrong that nobody foresaw, or this shows nothing"
    assert FUND not in made.log
    (tmp_path / ".env").unlink()
    said = [
        await asyncio.to_thread(_run, tmp_path, *each)
        for each in (["backup", "b.zip"], ["doctor"], ["status"])
    ]
    key = (tmp_path / "journal" / "member.key").read_bytes().hex()
    tokens = dict.fromkeys(made.wire.world.interactions, "an interaction's token")
    secrets = {TOKEN: "the token", TOKEN.rpartition(".")[2]: "its end", key: "the members' key"}
    secrets |= {PASSWORD: "the password", GUESS: "what was typed"} | tokens
    messages = json.dumps(list(made.wire.world.messages.values()))
    seen = {"the log": made.log, "Discord": messages, "pages": "".join(made.told), "commands": "".join(said)}
    found = [
        (what, where) for where, text in seen.items() for secret, what in secrets.items() if secret in text
    ]
    assert len(tokens) > 5
    assert found == []
    _check_files(tmp_path, (TOKEN, PASSWORD, GUESS))


def _check_files(folder: Path, secrets: Sequence[str]) -> None:
    """No file that chipbot wrote holds one of these, and what is private is its owner's alone, whatever the umask."""
    with zipfile.ZipFile(folder / "b.zip") as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    for part in ("index", "journal"):
        contents |= {str(path): path.read_bytes() for path in (folder / part).rglob("*") if path.is_file()}
    assert not [name for name, data in contents.items() if any(one.encode() in data for one in secrets)]
    private = [folder / "b.zip", *(folder / "journal").iterdir()]
    assert len(private) >= 3, private
    assert [path.name for path in private if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
