"""The checklist: each thing that can be wrong is found, named, and comes with what fixes it."""

from __future__ import annotations

import asyncio
import contextlib
import http.server
import importlib.metadata
import json
import os
import re
import shutil
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.core import SEED
from tests.journal.postgresql import emptied
from tests.wire.bots import club
from tests.wire.objects import TOKEN
from tests.wire.wire import Wire

from chipbot import cli
from chipbot.bot import Inspection, ServerAccess, connecting_to
from chipbot.cli.doctor_report import to_text
from chipbot.cli.terminal import ANSI, PLAIN
from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.journal.server_settings import DEFAULTS
from chipbot.model import Failure
from chipbot.ops import doctor
from chipbot.ops.doctor import configuration, discord, documents, environment, journal, web
from chipbot.ops.doctor.findings import Finding
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.settings import load
from chipbot.translation import Message

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
FINE = Inspection(
    name="chipbot#0001",
    invite="https://example.org/invite",
    clock_ahead=0.4,
    missing_intents=(),
    interactions_url=None,
    needs_code_grant=False,
    public=False,
    sessions_left=990,
    servers=(ServerAccess(name="Club", answers_in=1),),
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the shipped document and its index, a token in .env, and no setting from
    outside.
    """
    tmp_path.chmod(0o755)
    (tmp_path / "seeds").mkdir()
    shutil.copy(SEED, tmp_path / "seeds")
    KnowledgeBase(tmp_path / "seeds", tmp_path / "index").reindex()
    (tmp_path / ".env").write_text(f"CHIPBOT_TOKEN={TOKEN}\n", encoding="utf-8")
    (tmp_path / ".env").chmod(0o600)
    monkeypatch.chdir(tmp_path)
    for name in [
        name
        for name in os.environ
        if name.startswith("CHIPBOT_") or name in ("NO_COLOR", "CREDENTIALS_DIRECTORY")
    ]:
        monkeypatch.delenv(name)
    return tmp_path


class Seen(NamedTuple):
    """What is said of one check."""

    state: str
    text: str
    fix: str
    details: tuple[str, ...] = ()


def examined(offline: bool = True) -> dict[str, Seen]:
    findings = doctor.examine({}, offline=offline)
    for finding in findings:
        assert TOKEN not in str(finding)
        assert (finding.fix is not None) == (finding.state in ("failed", "warning")), "a fix for each problem"
    return {
        finding.check: Seen(finding.state, finding.text, finding.fix or "", finding.details)
        for finding in findings
    }


def failures(seen: dict[str, Seen]) -> dict[str, Seen]:
    return {check: found for check, found in seen.items() if found.state == "failed"}


def test_all_is_well_offline() -> None:
    seen = examined()
    assert failures(seen) == {}
    skipped = {check for check, found in seen.items() if found.state == "skipped"}
    assert skipped == {"web address", "password file", "discord"}


def test_imported_channels_take_the_intent(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "seeds" / "sources.yaml").write_text(
        "discord/1/rules: {discord: https://discord.com/channels/1/2}\ndocs: {url: https://x.org}\n"
    )
    check = failures(examined())["channels"]
    assert check.text.startswith("discord/1/rules: what members write")
    assert "CHIPBOT_MESSAGE_CONTENT=true" in check.fix
    monkeypatch.setenv("CHIPBOT_MESSAGE_CONTENT", "true")
    assert examined()["channels"].text == "1 imported, which the running bot keeps in sync"


# What is set


def test_misspelt_settings_are_named_with_what_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPBOT_MIN_CONFIDENSE", "0.3")
    (check,) = failures(examined()).items()
    assert check[0] == "settings"
    assert "did you mean CHIPBOT_MIN_CONFIDENCE?" in check[1].text


def test_an_old_name_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHIPBOT_THRESHOLD", "0.3")
    settings = examined()["settings"]
    assert settings.state == "warning"
    assert settings.text == "CHIPBOT_THRESHOLD is now called CHIPBOT_MIN_CONFIDENCE: rename it"
    assert cli.run(["doctor", "--offline"]) == 0
    assert capsys.readouterr().out.endswith("\n\n1 warning.\n")


def test_wrong_settings_end_the_list_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPBOT_MAX_QUOTES", "9")
    seen = examined()
    assert [*failures(seen)] == ["settings"]
    assert "CHIPBOT_MAX_QUOTES is '9'" in seen["settings"].text
    assert seen["the rest"].state == "skipped"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", "none is set"),
        (
            "0123456789abcdef",
            "what CHIPBOT_TOKEN in the environment holds is not a bot's token, which has two dots",
        ),
    ],
)
def test_a_token_that_is_missing_or_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch, value: str, text: str
) -> None:
    (folder / ".env").unlink()
    monkeypatch.setenv("CHIPBOT_TOKEN", value)
    (check,) = failures(examined()).items()
    assert check[0] == "token"
    assert check[1].text.startswith(text)
    assert "chipbot setup" in check[1].fix


@POSIX
@pytest.mark.parametrize(
    ("mode", "folder_mode", "state"),
    [
        (0o600, 0o755, "ok"),
        (0o640, 0o755, "ok"),
        (0o644, 0o755, "failed"),
        (0o644, 0o700, "ok"),
        (0o602, 0o755, "failed"),
        (0o620, 0o700, "failed"),
    ],
)
def test_who_can_read_the_token(
    monkeypatch: pytest.MonkeyPatch, mode: int, folder_mode: int, state: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:  # for tests' own folders are nobody else's anyway
        path = Path(folder, "token")
        path.write_text(TOKEN)
        path.chmod(mode)
        Path(folder).chmod(folder_mode)
        Path(".env").unlink()
        monkeypatch.setenv("CHIPBOT_TOKEN_FILE", str(path))
        seen = examined()["token file"]
        assert seen.state == state
        assert f"mode {mode:o}" in seen.text
        assert seen.fix == ("" if state == "ok" else f"chmod 600 {path}")


@pytest.mark.parametrize("place", ["file", "secrets", "credentials", "environment"])
def test_where_the_token_was_found(folder: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    (folder / ".env").unlink()
    (folder / "kept").mkdir()
    (folder / "kept" / "token").write_text(TOKEN)
    (folder / "kept" / "token").chmod(0o600)
    variable = {
        "file": "CHIPBOT_TOKEN_FILE",
        "secrets": "CHIPBOT_SECRETS_DIR",
        "credentials": "CREDENTIALS_DIRECTORY",
    }
    if place == "environment":
        monkeypatch.setenv("CHIPBOT_TOKEN", TOKEN)
    else:
        monkeypatch.setenv(variable[place], str(folder / "kept" / ("token" if place == "file" else "")))
    seen = examined()
    assert failures(seen) == {}
    expected = (
        "CHIPBOT_TOKEN in the environment" if place == "environment" else str(folder / "kept" / "token")
    )
    assert seen["token"].text == f"found in {expected}"
    assert ("token file" in seen) == (place != "environment")
    if place == "credentials":
        assert "kept by the service manager" in seen["token file"].text


def test_modes_mean_nothing_on_windows(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(os, "name", "nt")
    assert configuration._readers(folder).state == "skipped"


@POSIX
@pytest.mark.parametrize(
    ("kept", "mode", "words"),
    [
        ("correct horse battery", 0o600, ""),
        ("correct horse battery", 0o620, "others can read or change"),
        ("hunter2", 0o600, "fewer than 12 characters"),
        (None, 0, "cannot be read (No such file or directory)"),
    ],
)
def test_a_password_of_the_operators_pages(
    folder: Path, monkeypatch: pytest.MonkeyPatch, kept: str | None, mode: int, words: str
) -> None:
    file = folder / "password"
    if kept is not None:
        file.write_text(kept)
        file.chmod(mode)
    monkeypatch.setenv("CHIPBOT_WEB_PASSWORD_FILE", str(file))
    seen = examined()["password file"]
    assert seen.state == ("failed" if words else "ok")
    assert words in seen.text


# The documents


def test_a_stale_index(folder: Path) -> None:
    (folder / "seeds" / "new.txt").write_text("New\n\nSomething new.\n")
    seen = examined()["index"]
    assert (seen.state, seen.text) == ("warning", "new.txt is new or has changed")
    assert "`chipbot index`" in str(seen.fix)


def test_no_index_yet_is_no_fault(folder: Path) -> None:
    shutil.rmtree(folder / "index")
    seen = examined()["index"]
    assert (seen.state, seen.text) == ("warning", "there is none in index yet")


def test_a_damaged_index(folder: Path) -> None:
    (arrays,) = folder.glob("index/*/arrays.bin")
    content = arrays.read_bytes()
    arrays.write_bytes(content[:500] + bytes([content[500] ^ 1]) + content[501:])
    assert "does not match its checksum" in failures(examined())["index"].text


BAD = Failure(document_id="bad.txt", reasons=(Message("it is a binary file, not text"),))
ODD = Failure(document_id="odd.md", reasons=(Message("its front matter is not YAML"),), indexed=True)


@pytest.mark.parametrize(
    ("failures", "state", "text"),
    [
        ((), "ok", "all 3 documents were read"),
        ((ODD,), "warning", "1 indexed, but not as meant"),
        ((ODD, BAD), "failed", "1 could not be read, 1 indexed, but not as meant"),
    ],
)
def test_documents_that_are_indexed_all_the_same_are_a_warning(
    failures: tuple[Failure, ...], state: str, text: str
) -> None:
    found = documents.readable(failures, 3)
    assert found.state == state
    assert found.text == text
    assert {detail.partition(":")[0] for detail in found.details} == {f.document_id for f in failures}


def test_unreadable_documents_are_named(folder: Path) -> None:
    for number in range(7):
        (folder / "seeds" / f"{number}.exe").touch()
    KnowledgeBase(folder / "seeds", folder / "index").reindex()
    (check,) = failures(examined()).items()
    assert check[0] == "documents"
    assert check[1].text == "7 could not be read"
    assert len(check[1].details) == 7
    assert check[1].details[0].startswith("0.exe: there is no reader for .exe")


def test_a_synonyms_line_that_makes_no_sense_is_a_warning(folder: Path) -> None:
    (folder / "seeds" / "synonyms.txt").write_text("a => \n")
    KnowledgeBase(folder / "seeds", folder / "index").reindex()
    seen = examined()["documents"]
    assert (seen.state, seen.text) == ("warning", "1 indexed, but not as meant")
    assert seen.details[0].startswith("synonyms.txt: line 1")


def test_no_documents_at_all(folder: Path) -> None:
    shutil.rmtree(folder / "seeds")
    assert "seeds does not exist: create it" in str(failures(examined())["documents"].fix)


def test_an_index_folder_that_cannot_be_written(folder: Path) -> None:
    shutil.rmtree(folder / "index")
    (folder / "index").write_text("mine")
    assert "CHIPBOT_INDEX" in failures(examined())["index folder"].fix


# The machine


def test_an_old_python() -> None:
    (found,) = environment.python((3, 10, 2))
    assert (found.state, found.text[:6]) == ("failed", "3.10.2")


@pytest.mark.parametrize(
    ("requirement", "version", "problem"),
    [
        ("discord-py<3,>=2.7", "2.7.1", None),
        ("discord-py<3,>=2.7", "2.7", None),
        ("discord-py<3,>=2.7", "3.0", "discord-py is 3.0, but must be <3"),
        ("discord-py<3,>=2.7", "2.6.9", "discord-py is 2.6.9, but must be >=2.7"),
        ("discord-py<3,>=2.7", "2.10.0rc1", None),
        ("discord-py<3,>=2.7", None, "discord-py is missing"),
        ("numpy>=1.26 ; python_version < '4'", "2", None),
        ("uvloop[fast]>=1.0.0", "1", None),
    ],
)
def test_a_package(
    monkeypatch: pytest.MonkeyPatch, requirement: str, version: str | None, problem: str | None
) -> None:
    def installed(_: str) -> str:
        if version is None:
            raise importlib.metadata.PackageNotFoundError
        return version

    monkeypatch.setattr(importlib.metadata, "requires", lambda _: [requirement, "other ; extra == 'x'"])
    monkeypatch.setattr(importlib.metadata, "version", installed)
    (found,) = environment.packages()
    assert (found.text if found.state == "failed" else None) == problem


def test_every_requirement_of_ours_is_understood() -> None:
    needed = importlib.metadata.requires("chipbot")
    assert needed
    for requirement in needed:
        parsed = environment._REQUIREMENT.fullmatch(requirement)
        assert parsed is not None
        assert environment._SPECIFIER.sub("", parsed[2]).strip(" ,") == "", requirement


def test_a_chipbot_that_is_not_installed() -> None:
    (found,) = environment.packages("chipbot-that-is-not-there")
    assert "not installed" in found.text


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9 - 5, 5))
    (found,) = environment.disk(folder / "index" / "not" / "there")
    assert found.state == "failed"
    assert "make room" in str(found.fix)


# The web address


@contextlib.contextmanager
def listening(body: bytes, status: int = 200) -> Iterator[int]:
    """Another program on loopback, which answers everything with this; yields its port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("body", "status", "state", "text"),
    [
        (b"chipbot 1.0\n", 200, "ok", "the bot answers"),
        (b"hello", 200, "failed", "another program answers"),
        (b"chipbot ", 404, "failed", "another program answers"),
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104  # as operators of containers set it
def test_somebody_answers_at_the_web_address(
    monkeypatch: pytest.MonkeyPatch, host: str, body: bytes, status: int, state: str, text: str
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("CHIPBOT_WEB_HOST", host)
    with listening(body, status) as port:
        monkeypatch.setenv("CHIPBOT_WEB_PORT", str(port))
        seen = examined()["web address"]
    assert seen.state == state
    assert seen.text.startswith(text)


@pytest.mark.parametrize(("host", "state"), [("127.0.0.1", "ok"), ("192.0.2.1", "failed")])
def test_nobody_answers_at_the_web_address(unused_tcp_port: int, host: str, state: str) -> None:
    settings = load(web_host=host, web_port=unused_tcp_port)  # 192.0.2.1 is nobody's: RFC 5737
    (found,) = web.web(settings, patience=0.1)
    assert found.state == state


# Discord


def judged(**changes: object) -> list[Finding]:
    return [finding for finding in discord.findings(replace(FINE, **changes)) if finding.state != "ok"]  # type: ignore[arg-type]  # any field


def test_nothing_to_say_against_discord() -> None:
    assert judged() == []
    assert any(finding.text == FINE.invite for finding in discord.findings(FINE))


@pytest.mark.parametrize(
    ("changes", "check", "words"),
    [
        ({"clock_ahead": 3600.0}, "clock", "3,600 s ahead of Discord's"),
        ({"clock_ahead": -31.0}, "clock", "31 s behind Discord's"),
        ({"missing_intents": ("message_content",)}, "intents", "message_content"),
        ({"interactions_url": "https://example.org"}, "commands", "https://example.org"),
        ({"needs_code_grant": True}, "invite link", "Code Grant"),
        ({"sessions_left": 0}, "connections", "restarted too often"),
        ({"servers": ()}, "servers", "in none"),
        (
            {"servers": (ServerAccess(name="Club", missing=("Send Messages",)),)},
            "server Club",
            "its role lacks Send Messages",
        ),
        (
            {
                "servers": (
                    ServerAccess(name="Club", channels={f"#{n}": ("View Channel",) for n in range(7)}),
                )
            },
            "server Club",
            "in #0 (View Channel), #1 (View Channel), #2 (View Channel), #3 (View Channel), #4 (View Channel) and 2 more",
        ),
    ],
)
def test_what_discord_says_is_judged(changes: dict[str, object], check: str, words: str) -> None:
    (found,) = judged(**changes)
    assert (found.check, found.state) == (check, "failed")
    assert words in found.text
    assert found.fix


@pytest.mark.parametrize(
    ("chosen", "recommended", "state", "text"),
    [
        (0, 4, "ok", "4; Discord recommends 4"),
        (8, 1, "ok", "8; Discord recommends 1"),
        (2, 4, "warning", "Discord recommends 4, and CHIPBOT_SHARDS says 2"),
    ],
)
def test_shards_are_compared_with_what_discord_recommends(
    chosen: int, recommended: int, state: str, text: str
) -> None:
    found = discord.findings(replace(FINE, shards=recommended), shards=chosen)
    assert [(one.state, one.text) for one in found if one.check == "shards"] == [(state, text)]


def test_what_settings_take_besides_is_a_warning() -> None:
    (found,) = judged(
        servers=(ServerAccess(name="Club", answers_in=1, chosen={"#help": ("Manage Threads",)}),)
    )
    assert (found.check, found.state) == ("server Club", "warning")
    assert found.text == "for what `/settings` says, the bot lacks #help (Manage Threads)"


async def test_the_settings_of_servers_are_looked_up(tmp_path: Path) -> None:
    settings = load()
    assert discord._settings_of_servers(settings)(100, 102) == DEFAULTS  # there is no journal yet
    book = Journal(journal_place(None, settings.index))
    await book.settings.change(100, "reply_in", "thread", by=1, channel_id=102)
    await book.close()
    of = await asyncio.to_thread(discord._settings_of_servers, settings)
    assert of(100, 102).reply_in == "thread"
    assert of(100, 103) == DEFAULTS
    file = tmp_path / "journal" / "journal.sqlite3"
    file.unlink()
    file.mkdir()
    assert (await asyncio.to_thread(discord._settings_of_servers, settings))(100, 102) == DEFAULTS


@pytest.mark.parametrize(
    ("public", "names_servers", "state", "words"),
    [
        (False, False, "ok", "off: you alone can invite"),
        (True, True, "ok", "servers that CHIPBOT_SERVERS does not name get nothing"),
        (True, False, "warning", "anybody who finds the bot can invite it"),
    ],
)
def test_who_may_invite_the_bot_is_said(public: bool, names_servers: bool, state: str, words: str) -> None:
    found = {
        one.check: one for one in discord.findings(replace(FINE, public=public), names_servers=names_servers)
    }
    assert found["public bot"].state == state
    assert words in found["public bot"].text
    assert ("switch “Public Bot” off" in (found["public bot"].fix or "")) == (state == "warning")


def test_no_date_is_no_problem() -> None:
    (found,) = judged(clock_ahead=None)
    assert found.state == "skipped"


async def test_discord_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Wire([club()]).serving() as wire:
        with connecting_to(wire.url):
            seen = await asyncio.to_thread(examined, offline=False)
            assert failures(seen) == {}
            assert seen["server Club"].text == "it can answer in 1 channel"
            assert seen["public bot"].state == "warning"
            wire.world.application["bot_public"] = False
            seen = await asyncio.to_thread(examined, offline=False)
            assert seen["public bot"].state == "ok"
            monkeypatch.setenv("CHIPBOT_TOKEN", "other.one.x")
            seen = await asyncio.to_thread(examined, offline=False)
            assert [*failures(seen)] == ["discord"]
            assert seen["discord"].text == "it refused the token"


def test_discord_cannot_be_reached(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> None:
    with connecting_to(f"http://127.0.0.1:{unused_tcp_port}"):
        seen = examined(offline=False)
    assert [*failures(seen)] == ["discord"]
    assert seen["discord"].text.startswith("Discord cannot be reached")
    monkeypatch.delenv("CHIPBOT_TOKEN", raising=False)
    Path(".env").unlink()
    assert examined(offline=False)["discord"].state == "skipped"


# The command


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ImportError("No module named 'discord'"), "a package cannot be imported: No module named 'discord'"),
        (OSError("disk on fire"), "could not be looked at: disk on fire"),
        (RuntimeError("oops"), "could not be looked at: RuntimeError: oops"),
    ],
)
def test_a_check_that_fails_to_look_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, error: Exception, text: str
) -> None:
    def broken(_: object) -> list[Finding]:
        raise error

    monkeypatch.setattr(doctor, "disk", broken)
    assert {check: found.text for check, found in failures(examined()).items()} == {"disk space": text}


def test_the_command_for_people(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert cli.run(["doctor", "--offline"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.endswith("\n\nAll is well.\n")
    (folder / "seeds" / "new.txt").write_text("New")
    assert cli.run(["doctor", "--offline"]) == 0
    assert capsys.readouterr().out.endswith("\n\n1 warning.\n")
    (folder / ".env").unlink()
    assert cli.run(["doctor", "--offline"]) == 1
    assert capsys.readouterr().out.endswith("\n\n1 thing to fix, 1 warning.\n")


def test_the_command_for_programs(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    for code, well in ((0, True), (1, False)):
        assert cli.run(["doctor", "--offline", "--json"]) == code
        result = json.loads(capsys.readouterr().out)
        assert [*result] == ["ok", "checks"]
        assert result["ok"] == well
        assert all([*check] == ["check", "state", "text", "fix", "details"] for check in result["checks"])
        (folder / ".env").unlink(missing_ok=True)


def test_the_list_is_laid_out_for_the_window() -> None:
    findings = [
        Finding(check="a", state="ok", text="short"),
        Finding(
            check="server \x1b[2J",
            state="failed",
            text="one two three four five six seven",
            fix="https://example.org/" + "x" * 60,
        ),
    ]
    assert to_text(findings, PLAIN, 47).splitlines() == [
        "✓ a            short",
        "✗ server \ufffd[2J  one two three four five six",
        "               seven",
        "               → https://example.org/" + "x" * 60,
        "",
        "1 thing to fix.",
    ]
    assert to_text(findings, PLAIN, 24).splitlines()[:6] == [
        "✓ a",
        "  short",
        "✗ server \ufffd[2J",
        "  one two three four",
        "  five six seven",
        "  → https://example.org/" + "x" * 60,
    ]
    assert to_text(findings, ANSI, None).splitlines()[1].startswith("\x1b[1m✗ server \ufffd[2J\x1b[0m  one")


def test_a_journal_is_made_at_the_first_start(folder: Path) -> None:
    (finding,) = journal.journal(load())
    assert finding.state == "ok"
    assert finding.text == f"made at the bot's first start: {folder / 'journal' / 'journal.sqlite3'}"


def test_a_journal_that_others_read_or_that_is_damaged_is_named(folder: Path) -> None:
    place = folder / "journal"
    place.mkdir()
    database, key = place / "journal.sqlite3", place / "member.key"
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE t (c)")
    database.chmod(0o600)
    key.write_bytes(bytes(32))
    key.chmod(0o600)
    (finding,) = journal.journal(load())
    assert (finding.state, finding.text) == ("ok", str(database))
    key.chmod(0o644)
    (finding,) = journal.journal(load())
    assert (finding.state, finding.fix) == ("warning", f"chmod 600 {key}")
    database.write_bytes(b"no database" * 1000)
    (finding,) = journal.journal(load())
    assert (finding.state, finding.text) == ("failed", f"{database} is damaged: file is not a database")


def test_a_journal_in_postgresql_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPBOT_JOURNAL", "postgresql://me:secret@127.0.0.1:1/bot")
    (finding,) = journal.journal(load())
    assert finding.state == "failed"
    assert finding.text.startswith("postgresql://127.0.0.1/bot does not work: ")
    assert "secret" not in finding.text


def test_processes_that_share_shards_are_named(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("CHIPBOT_JOURNAL", "postgresql://me:secret@127.0.0.1:1/bot")
    monkeypatch.setenv("CHIPBOT_SHARDS", "2")
    (down,) = journal.journal(load())
    assert (down.fix or "").endswith("without it no process serves a shard")
    url = request.getfixturevalue("postgresql_url")
    monkeypatch.setenv("CHIPBOT_JOURNAL", url)
    asyncio.run(emptied(url, Path()))
    _, none = journal.journal(load())
    assert none.text == "none runs; the first serves all 2 shards"

    async def share() -> None:
        book = Journal(journal_place(load().journal, load().index))
        await book.processes(2).renew(())
        await book.close()

    asyncio.run(share())
    reached, shared = journal.journal(load())
    assert (reached.state, shared.state) == ("ok", "ok")
    assert re.fullmatch(r"they share 2 shards: .+:\d+ \(2\)", shared.text)
