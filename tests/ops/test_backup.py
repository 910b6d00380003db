"""Backups hold everything but the token, are whole, and go nowhere they should not."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core import SEED

from chipbot import cli, files
from chipbot.errors import BackupError, JournalError
from chipbot.journal import snapshot
from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.journal.records import KeptAnswer, MemberData, Votes
from chipbot.ops import backup
from chipbot.ops.backup import drafts, layout, reader, writer
from chipbot.settings import load
from chipbot.sources import scan
from chipbot.sources.collections import Source
from chipbot.sources.discord_channel import ChannelMessage, ChannelPage, write_pages

TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"  # noqa: S105  # made up: Discord documents this one
CONFIGURATION = f"""\
# mine
CHIPBOT_TOKEN={TOKEN}
CHIPBOT_MAX_QUOTES=2
CHIPBOT_COOLDOWN=0.25
CHIPBOT_LOG_QUESTIONS=true
OTHER=1
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with documents of all kinds and some settings."""
    for name in [
        name for name in os.environ if name.startswith("CHIPBOT_") or name == "CREDENTIALS_DIRECTORY"
    ]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    (home / "seeds" / "deep" / "er").mkdir(parents=True)
    shutil.copy(SEED, home / "seeds")
    (home / "seeds" / "deep" / "er" / "ümlaut 文.md").write_text("# Title\n\nText.\n", encoding="utf-8")
    (home / "seeds" / "scan.pdf").write_bytes(bytes(range(256)) * 10_000)
    (home / "seeds" / ".hidden").write_text("not a document")
    (home / ".env").write_text(CONFIGURATION, encoding="utf-8")
    monkeypatch.chdir(home)
    return home


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.run(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def documents(home: Path) -> dict[str, tuple[str, int]]:
    """Each visible file in the seeds folder: its digest and time."""
    paths = (path for path in (home / "seeds").rglob("*") if path.is_file() and not path.name.startswith("."))
    return {
        str(path.relative_to(home)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in paths
    }


def made(target: str = "b.zip") -> Path:
    backup.back_up(load(), Path(target))
    return Path(target)


def journal_with_a_vote() -> str:
    """Keep an answer with a vote in the journal, and return its id."""

    async def make() -> str:
        journal = Journal(journal_place(None, Path("index")))
        answer_id = journal.answers.keep(KeptAnswer(asker=journal.member(1), channel_id=1))
        await journal.answers.vote(answer_id, journal.member(1), 1)
        await journal.close()
        return answer_id

    return asyncio.run(make())


def test_the_journal_goes_there_and_back(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_id = journal_with_a_vote()
    code, out, _ = run(capsys, "backup", "b.zip")
    assert code == 0
    assert "3 settings and the journal, each with its checksum" in out
    other = home.parent / "other"
    (other / "journal").mkdir(parents=True)
    (other / "journal" / "journal.sqlite3-wal").write_bytes(b"of another database")
    monkeypatch.chdir(other)
    assert run(capsys, "restore", str(home / "b.zip"))[0] == 0

    async def look() -> tuple[Votes, MemberData]:
        journal = Journal(journal_place(None, Path("index")))
        found = await journal.answers.votes(answer_id), await journal.data_of(1)
        await journal.close()
        return found

    votes, data = asyncio.run(look())
    assert (votes, data.votes) == (Votes(up=1), 1)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (other / "journal").iterdir()}
    assert modes == {"journal.sqlite3": 0o600, "member.key": 0o600}


def test_a_journal_that_differs_is_only_replaced_by_force(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    journal_with_a_vote()
    run(capsys, "backup", "b.zip")
    (home / "journal" / "journal.sqlite3").write_bytes(b"something else")
    code, _, err = run(capsys, "restore", "b.zip")
    assert code == 1
    assert "journal.sqlite3 would be replaced" in err
    assert run(capsys, "restore", "b.zip", "--force")[0] == 0
    assert run(capsys, "doctor", "--offline")[1].count("journal.sqlite3 is damaged") == 0


async def test_a_journal_is_replaced_while_the_bot_uses_it(home: Path) -> None:
    """As in a container, where a restore runs beside the bot, which is restarted then."""
    answer_id = await asyncio.to_thread(journal_with_a_vote)
    await asyncio.to_thread(made)
    journal = Journal(journal_place(None, Path("index")))
    await journal.answers.vote(answer_id, journal.member(2), -1)
    await asyncio.to_thread(backup.restore, Path("b.zip"), load(), Path(".env"), force=True)
    assert await journal.answers.votes(answer_id) == Votes(up=1)
    await journal.answers.vote(answer_id, journal.member(3), 1)
    await journal.close()
    again = Journal(journal_place(None, home / "index"))
    assert await again.answers.votes(answer_id) == Votes(up=2), "a vote after it is not lost with an old file"
    await again.close()


def test_a_journal_that_somebody_writes_to_stays_as_it_is(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal_with_a_vote()
    made()
    file = home / "journal" / "journal.sqlite3"
    monkeypatch.setattr(snapshot, "PATIENCE", 0.1)
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("DELETE FROM vote")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match=r"journal\.sqlite3 cannot be used: somebody else writes"):
            backup.restore(Path("b.zip"), load(), Path(".env"), force=True)
        other.execute("COMMIT")
        assert other.execute("SELECT count(*) FROM vote").fetchone() == (0,)
    assert [path.name for path in home.rglob(".*") if path.name not in (".env", ".hidden")] == []


TRIGGER = "CREATE TRIGGER t AFTER INSERT ON answer BEGIN DELETE FROM setting; END"


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        ([TRIGGER], "it holds 't'"),
        (["CREATE VIEW v AS SELECT 1"], "it holds 'v'"),
        (["CREATE VIRTUAL TABLE f USING fts5(x)"], "it holds 'f'"),
        (
            ["PRAGMA writable_schema=ON", "UPDATE sqlite_schema SET rootpage=99 WHERE name='vote'"],
            "",
        ),
        (None, "file is not a database"),
    ],
)
def test_a_journal_that_would_run_something_is_refused_before_anything_is_written(
    home: Path, statements: list[str] | None, message: str
) -> None:
    journal_with_a_vote()
    with zipfile.ZipFile(made()) as archive:
        Path("j").write_bytes(archive.read("journal/journal.sqlite3"))
    if statements is None:
        Path("j").write_bytes(b"no database" * 1000)
    else:
        with contextlib.closing(sqlite3.connect("j", isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)
    data = Path("j").read_bytes()

    def change(manifest: dict[str, Any], content: dict[str, bytes]) -> None:
        content["journal/journal.sqlite3"] = data
        manifest["files"]["journal/journal.sqlite3"] = {
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": len(data),
        }

    changed = rewritten(Path("b.zip"), change)
    (home / "seeds" / "scan.pdf").unlink()
    before = sorted(home.rglob("*"))
    with pytest.raises(BackupError, match=f"its journal is none, or is damaged: .*{message}"):
        backup.restore(changed, load(), Path(".env"), force=True)
    assert sorted(home.rglob("*")) == before


def test_a_journal_that_cannot_be_read_makes_no_backup(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    (home / "journal").mkdir()
    (home / "journal" / "journal.sqlite3").write_bytes(b"no database" * 1000)
    code, _, err = run(capsys, "backup", "b.zip")
    assert code == 1
    assert "journal.sqlite3 cannot be copied: file is not a database" in err
    assert sorted(path.name for path in home.iterdir()) == [".env", "journal", "seeds"]


def test_of_a_journal_in_postgresql_the_key_alone_is_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    journal_with_a_vote()
    monkeypatch.setenv("CHIPBOT_JOURNAL", "postgresql://me:secret@localhost/bot")
    _, out, err = run(capsys, "backup", "b.zip")
    assert "and the journal" not in out
    assert "pg_dump" in err
    with zipfile.ZipFile("b.zip") as archive:
        assert [name for name in archive.namelist() if "journal" in name] == ["journal/member.key"]
        assert b"secret" not in archive.read("settings.env")


def test_there_and_back(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = run(capsys, "backup", "b.zip")
    assert (code, err) == (0, "")
    size = sum(
        path.stat().st_size
        for path in (home / "seeds").rglob("*")
        if path.is_file() and path.name != ".hidden"
    )
    assert (
        out == f"b.zip: 3 documents ({size:,} bytes) and 3 settings, each with its checksum; not the token\n"
    )
    before = documents(home)
    other = home.parent / "other"
    other.mkdir()
    monkeypatch.chdir(other)
    code, out, err = run(capsys, "restore", str(home / "b.zip"))
    assert code == 0
    assert out == f"restored 3 documents ({size:,} bytes) and 3 settings\n"
    assert "chipbot setup" in err
    assert documents(other) == before
    restored = load()
    assert (restored.max_quotes, restored.cooldown, restored.log_questions, restored.token) == (
        2,
        0.25,
        True,
        None,
    )


def test_the_token_is_nowhere_in_it() -> None:
    with zipfile.ZipFile(made()) as archive:
        for name in archive.namelist():
            assert TOKEN.encode() not in archive.read(name)
            assert b"CHIPBOT_TOKEN" not in archive.read(name)
        assert (
            archive.read("settings.env").decode()
            == "CHIPBOT_MAX_QUOTES=2\nCHIPBOT_COOLDOWN=0.25\nCHIPBOT_LOG_QUESTIONS=true\n"
        )


def test_settings_of_the_environment_are_kept_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPBOT_MIN_CONFIDENCE", "0.123456789")
    monkeypatch.setenv("CHIPBOT_SEEDS", "seeds")
    contents = backup.verified(made())
    assert contents.settings == (
        "CHIPBOT_MIN_CONFIDENCE",
        "CHIPBOT_MAX_QUOTES",
        "CHIPBOT_COOLDOWN",
        "CHIPBOT_LOG_QUESTIONS",
    )
    Path(".env").unlink()
    monkeypatch.delenv("CHIPBOT_MIN_CONFIDENCE")
    backup.restore(Path("b.zip"), load(), Path(".env"))
    assert load().min_confidence == 0.123456789


def test_settings_of_an_older_backup_get_their_present_names(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "changed_variables", lambda *_: {"CHIPBOT_QUOTES": "1"})
    assert backup.verified(made()).settings == ("CHIPBOT_MAX_QUOTES",)
    (home / ".env").write_text("CHIPBOT_QUOTES=2\n")
    with pytest.raises(BackupError, match=r"CHIPBOT_MAX_QUOTES in \.env would be replaced"):
        backup.restore(Path("b.zip"), load(), Path(".env"))
    backup.restore(Path("b.zip"), load(), Path(".env"), force=True)
    assert (home / ".env").read_text() == "CHIPBOT_MAX_QUOTES=1\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_backup_and_new_settings_are_for_their_owner_alone() -> None:
    assert stat.S_IMODE(made().stat().st_mode) == 0o600
    Path(".env").unlink()
    backup.restore(Path("b.zip"), load(), Path(".env"))
    assert stat.S_IMODE(Path(".env").stat().st_mode) == 0o600


def test_restoring_keeps_the_token_other_lines_and_other_documents(home: Path) -> None:
    made()
    (home / "seeds" / "new.txt").write_text("New")
    (home / ".env").write_text(
        CONFIGURATION.replace("QUOTES=2", "QUOTES=1").replace("CHIPBOT_COOLDOWN", "chipbot_cooldown")
    )
    backup.restore(Path("b.zip"), load(), Path(".env"), force=True)
    assert (home / ".env").read_text() == CONFIGURATION.replace(
        "CHIPBOT_COOLDOWN=0.25\n", ""
    ) + "CHIPBOT_COOLDOWN=0.25\n"
    assert (home / "seeds" / "new.txt").read_text() == "New"


def test_restoring_what_is_there_already_is_no_conflict(home: Path) -> None:
    before = documents(home)
    made()
    left = home / "seeds" / ".chipbot-restore-0123456789abcdef"  # by one that was killed
    left.write_text("half of it")
    backup.restore(Path("b.zip"), load(), Path(".env"))
    assert documents(home) == before
    assert not left.exists()
    assert (home / ".env").read_text() == CONFIGURATION


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda home: (home / "seeds" / "scan.pdf").write_text("mine"), os.path.join("seeds", "scan.pdf")),  # noqa: PTH118  # as shown
        (lambda home: (home / ".env").write_text("CHIPBOT_MAX_QUOTES=1\n"), "CHIPBOT_MAX_QUOTES in .env"),
    ],
)
def test_nothing_is_replaced_unless_that_is_said(
    capsys: pytest.CaptureFixture[str], home: Path, change: Callable[[Path], object], named: str
) -> None:
    made()
    (home / "seeds" / SEED.name).unlink()
    change(home)
    code, _, err = run(capsys, "restore", "b.zip")
    assert code == 1
    assert f"{named} would be replaced: nothing was done; --force does it" in err
    assert not (home / "seeds" / SEED.name).exists(), "nothing was done"
    assert run(capsys, "restore", "b.zip", "--force")[0] == 0
    assert (home / "seeds" / SEED.name).exists()
    assert load().max_quotes == 2


def test_a_backup_is_not_replaced_unless_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    Path("b.zip").write_text("mine")
    code, _, err = run(capsys, "backup", "b.zip")
    assert (code, err) == (
        1,
        "chipbot: b.zip is there already: choose another name, or replace it with --force\n",
    )
    assert Path("b.zip").read_text() == "mine"
    assert run(capsys, "backup", "b.zip", "--force")[0] == 0
    assert backup.verified(Path("b.zip")).documents == 3


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("seeds/b.zip", "is in the seeds folder"),
        ("none/b.zip", "chipbot: none/b.zip: No such file or directory; no backup"),
    ],
)
def test_where_a_backup_cannot_go(
    capsys: pytest.CaptureFixture[str], home: Path, target: str, message: str
) -> None:
    code, _, err = run(capsys, "backup", target)
    assert code == 1
    assert message in err
    assert [path.name for path in home.rglob("*b.zip*")] == []


def test_no_documents_no_backup(home: Path) -> None:
    shutil.rmtree(home / "seeds")
    with pytest.raises(BackupError, match="the seeds folder seeds does not exist"):
        made()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no links for everybody")
def test_links_out_of_the_folder_are_left_out_and_named(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    (home / "seeds" / "out.txt").symlink_to(home / ".env")
    (home / "seeds" / "broken.txt").symlink_to("gone")
    (home / "seeds" / "in.txt").symlink_to(SEED.name)
    (home / "seeds" / "folder").symlink_to("/")
    os.mkfifo(home / "seeds" / "pipe")
    code, out, err = run(capsys, "backup", "b.zip")
    assert code == 0
    assert "4 documents" in out
    assert re.findall(r"^left out: (\S+)", err, re.MULTILINE) == ["broken.txt", "out.txt", "pipe"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are not text")
def test_a_name_that_is_not_text_is_left_out_and_named(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    (home / "seeds" / os.fsdecode(b"\xff.txt")).write_text("x")
    assert "left out: \\udcff.txt" in run(capsys, "backup", "b.zip")[2]


# While documents change


def changing(monkeypatch: pytest.MonkeyPatch, change: Callable[[int], object]) -> list[int]:
    """Let `change` be called each time that the documents have been read, with how often that was; returns
    these numbers.
    """
    calls: list[int] = []
    real = layout.sealed

    def sealed(manifest: Any) -> Any:
        calls.append(len(calls) + 1)
        change(len(calls))
        return real(manifest)

    monkeypatch.setattr(writer, "sealed", sealed)
    return calls


@pytest.mark.parametrize("what", ["changed", "added", "removed"])
def test_what_changes_meanwhile_is_read_again(home: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    path = home / "seeds" / ("new.txt" if what == "added" else SEED.name)

    def change(time: int) -> None:
        if time == 1 and what == "removed":
            path.unlink()
        elif time == 1:
            path.write_text("changed")

    calls = changing(monkeypatch, change)
    made()
    assert calls == [1, 2]
    with zipfile.ZipFile("b.zip") as archive:
        assert (f"seeds/{path.name}" in archive.namelist()) == (what != "removed")
        if what != "removed":
            assert archive.read(f"seeds/{path.name}") == b"changed"


def test_a_document_that_goes_while_it_is_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = writer.documents_in
    calls = []

    def found(seeds: Path) -> Any:
        result = real(seeds)
        calls.append(0)
        if len(calls) == 1:
            (home / "seeds" / SEED.name).unlink()
        return result

    monkeypatch.setattr(writer, "documents_in", found)
    made()
    assert backup.verified(Path("b.zip")).documents == 2


def test_documents_that_never_rest_are_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changing(monkeypatch, lambda time: (home / "seeds" / "log.txt").write_text(str(time) * time))
    with pytest.raises(BackupError, match="keep changing"):
        made()
    assert [*home.glob("*b.zip*"), *home.glob(".b.zip*")] == []


# What is wrong with a backup


def rewritten(
    source: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None], *, seal: bool = True
) -> Path:
    """A backup in which manifest and files were changed by somebody who knows how to seal it."""
    with zipfile.ZipFile(source) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(content.pop("manifest.json"))
    change(manifest, content)
    target = source.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
        archive.writestr("manifest.json", json.dumps(layout.sealed(manifest) if seal else manifest))
    return target


def renamed(name: str) -> Callable[[dict[str, Any], dict[str, bytes]], None]:
    def change(manifest: dict[str, Any], content: dict[str, bytes]) -> None:
        manifest["files"][name] = manifest["files"].pop("seeds/scan.pdf")
        content[name] = content.pop("seeds/scan.pdf")

    return change


@pytest.mark.parametrize(
    "name",
    [
        "../x.txt",
        "/etc/x",
        "seeds/../../x.txt",
        "seeds/a/../../../x",
        "seeds/./x",
        "seeds//x",
        "seeds/",
        "x.txt",
        ".env",
        "seeds",
    ],
)
def test_no_name_leads_out_of_the_folder(home: Path, name: str) -> None:
    changed = rewritten(made(), renamed(name))
    before = sorted(home.parent.rglob("*"))
    with pytest.raises(BackupError, match="tampered with"):
        backup.restore(changed, load(), Path(".env"), force=True)
    assert sorted(home.parent.rglob("*")) == before


@pytest.mark.parametrize("name", ["seeds/a\\..\\..\\x", "seeds/C:x", "seeds/x\0"])
def test_nor_does_one_of_windows(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "name", "nt")
        assert not reader._stays_inside(name)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no links for everybody")
def test_no_link_leads_out_of_the_folder(home: Path) -> None:
    made()
    shutil.rmtree(home / "seeds" / "deep")
    (home.parent / "elsewhere").mkdir()
    (home / "seeds" / "deep").symlink_to(home.parent / "elsewhere")
    with pytest.raises(BackupError, match="leads out of the seeds folder"):
        backup.restore(Path("b.zip"), load(), Path(".env"), force=True)
    assert [*(home.parent / "elsewhere").iterdir()] == []
    (home / "seeds" / "deep").unlink()
    (home / "seeds" / "scan.pdf").unlink()
    (home / "seeds" / "scan.pdf").symlink_to(home / ".env")
    backup.restore(Path("b.zip"), load(), Path(".env"), force=True)
    assert (home / ".env").read_text() == CONFIGURATION, "the link was replaced, not what it leads to"


def _more(manifest: dict[str, Any], _: dict[str, bytes]) -> None:
    manifest["files"]["seeds/more.txt"] = {"sha256": "", "size": 0, "mtime_ns": 0}


def _longer(_: dict[str, Any], content: dict[str, bytes]) -> None:
    content["seeds/scan.pdf"] += b"x"


def _shorter(_: dict[str, Any], content: dict[str, bytes]) -> None:
    content["seeds/scan.pdf"] = content["seeds/scan.pdf"][:-1]


def _other(_: dict[str, Any], content: dict[str, bytes]) -> None:
    content["seeds/scan.pdf"] = b"x" + content["seeds/scan.pdf"][1:]


def _senseless(manifest: dict[str, Any], _: dict[str, bytes]) -> None:
    manifest["files"]["seeds/scan.pdf"]["size"] = "big"


Change = Callable[[dict[str, Any], dict[str, bytes]], None]


def setting(line: str) -> Change:
    """Other settings, sealed as they should be."""

    def change(manifest: dict[str, Any], content: dict[str, bytes]) -> None:
        data = content["settings.env"] = line.encode()
        manifest["files"]["settings.env"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}

    return change


def row(**values: object) -> Change:
    """Something else in the manifest about a document."""

    def change(manifest: dict[str, Any], _: dict[str, bytes]) -> None:
        manifest["files"]["seeds/scan.pdf"] |= values

    return change


def _below_a_file(manifest: dict[str, Any], content: dict[str, bytes]) -> None:
    manifest["files"]["seeds/scan.pdf/more"] = manifest["files"]["seeds/scan.pdf"]
    content["seeds/scan.pdf/more"] = content["seeds/scan.pdf"]


def _newer(manifest: dict[str, Any], _: dict[str, bytes]) -> None:
    manifest["format"] = 99


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_more, "does not hold the files that its manifest names"),
        (_longer, "changed.zip cannot be restored: seeds/scan.pdf does not match its checksum"),
        (_shorter, "changed.zip cannot be restored: seeds/scan.pdf does not match its checksum"),
        (_other, "changed.zip cannot be restored: seeds/scan.pdf does not match its checksum"),
        (_senseless, "describes 'seeds/scan.pdf' wrongly"),
        (setting("CHIPBOT_TOKEN_FILE=/etc/passwd\n"), "it sets CHIPBOT_TOKEN_FILE, which no backup of this"),
        (setting("CHIPBOT_DISCORD_URL=http://127.0.0.1\n"), "it sets CHIPBOT_DISCORD_URL, which no backup"),
        (
            setting('CHIPBOT_MAX_QUOTES="1\nCHIPBOT_TOKEN=x"\n'),
            "its CHIPBOT_MAX_QUOTES is no setting's value",
        ),
        (
            setting('CHIPBOT_LOG_LEVEL="info\\nCHIPBOT_TOKEN=x"\n'),
            "its CHIPBOT_LOG_LEVEL is no setting's value",
        ),
        (
            setting("CHIPBOT_MAX_QUOTES=99\n"),
            "it has a setting with a value that is not allowed: max_quotes is '99', but must be",
        ),
        (setting("#" * 2_000_000), "its settings have 2,000,000 bytes"),
        (row(mtime_ns=10**29), "describes 'seeds/scan.pdf' wrongly"),
        (row(size=-1), "describes 'seeds/scan.pdf' wrongly"),
        (_below_a_file, "it holds 'seeds/scan.pdf/more' below a file"),
        (renamed("seeds/.git/hooks/post-checkout"), "is no document's name"),
        (renamed("seeds/.hidden"), "is no document's name"),
        (_newer, "it has format 99, and this chipbot reads format 1"),
    ],
)
def test_what_was_tampered_with_is_refused_before_anything_is_written(
    home: Path, change: Change, message: str
) -> None:
    changed = rewritten(made(), change)
    (home / "seeds" / "scan.pdf").unlink()
    with pytest.raises(BackupError, match=re.escape(message)):
        backup.restore(changed, load(), Path(".env"), force=True)
    assert not (home / "seeds" / "scan.pdf").exists()
    assert (home / ".env").read_text() == CONFIGURATION


def test_only_what_backups_are_packed_with_is_unpacked(home: Path) -> None:
    with zipfile.ZipFile(made()) as archive, zipfile.ZipFile("lzma.zip", "w", zipfile.ZIP_LZMA) as other:
        for name in archive.namelist():
            other.writestr(name, archive.read(name))
    with pytest.raises(BackupError, match=r"describes 'settings\.env' wrongly"):
        backup.restore(Path("lzma.zip"), load(), Path(".env"), force=True)
    assert (home / ".env").read_text() == CONFIGURATION


@pytest.mark.parametrize(("inside", "message"), [("scan.pdf/x", "is a folder"), ("deep", "is a file")])
def test_what_is_in_the_way_is_told_before_anything_is_written(home: Path, inside: str, message: str) -> None:
    source = made()
    shutil.rmtree(home / "seeds")
    (home / "seeds" / inside).parent.mkdir(parents=True)
    (home / "seeds" / inside).write_text("in the way")
    with pytest.raises(BackupError, match=message):
        backup.restore(source, load(), Path(".env"), force=True)
    assert [path.name for path in (home / "seeds").rglob("*") if path.is_file()] == [Path(inside).name]


def test_documents_that_the_backup_lacks_are_named(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    made()
    (home / "seeds" / "later.txt").write_text("Later.")
    code, _, err = run(capsys, "restore", "b.zip")
    assert code == 0
    assert "documents that the backup lacks stay (1): later.txt" in err


def test_a_manifest_without_its_seal() -> None:
    with pytest.raises(BackupError, match="manifest does not match its checksum"):
        backup.verified(rewritten(made(), lambda manifest, _: manifest.update(chipbot="x"), seal=False))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_goes_unnoticed(data: st.DataObject) -> None:
    if not Path("b.zip").exists():
        (Path("seeds") / "scan.pdf").unlink()
        made()
    content = Path("b.zip").read_bytes()
    if data.draw(st.booleans()):
        harmed = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        at = data.draw(st.integers(0, len(content) - 1))
        harmed = content[:at] + bytes([content[at] ^ data.draw(st.integers(1, 255))]) + content[at + 1 :]
    Path("harmed.zip").write_bytes(harmed)
    try:
        contents = backup.verified(Path("harmed.zip"))
    except BackupError:
        return
    assert contents == backup.verified(Path("b.zip")), (
        "times and attributes in the zip file itself are not used"
    )


@pytest.mark.parametrize("content", [b"", b"PK", b"hello", None])
def test_what_is_no_backup(capsys: pytest.CaptureFixture[str], content: bytes | None) -> None:
    if content is not None:
        Path("x.zip").write_bytes(content)
    code, out, err = run(capsys, "restore", "x.zip")
    assert (code, out) == (1, "")
    said = "does not exist" if content is None else "is no backup of chipbot's"
    assert err.startswith(f"chipbot: x.zip {said}")
    assert err.count("\n") == 1


def test_a_folder_is_no_backup(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = run(capsys, "restore", str(tmp_path))
    assert (code, out) == (1, "")
    assert err.startswith(f"chipbot: {tmp_path} is no backup of chipbot's, or is damaged: ")
    assert "Errno" not in err


def test_no_room(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made()
    shutil.rmtree(home / "seeds")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9 - 5, 5))
    with pytest.raises(BackupError, match="has room for 5: nothing was done"):
        backup.restore(Path("b.zip"), load(), Path(".env"))
    assert not (home / "seeds").exists()


def test_where_one_file_cannot_be_written_none_is_replaced(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made()
    for path in documents(home):
        (home / path).write_text("mine")
    before, left = documents(home), 2

    def fill(file: IO[Any]) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))
        files.flush(file)

    monkeypatch.setattr(drafts, "flush", fill)
    with pytest.raises(BackupError, match=r"seeds.* cannot be written: Disk quota exceeded; fix that"):
        backup.restore(Path("b.zip"), load(), Path(".env"), force=True)
    assert documents(home) == before
    assert [path.name for path in home.rglob(".*") if path.name not in (".env", ".hidden")] == []


def test_what_is_ignored_stays_so_and_imports_go_on(home: Path) -> None:
    """Both are said by hidden files among the documents."""
    (home / "seeds" / ".chipbotignore").write_text("scan.pdf\ndrafts/\n")
    source = Source(discord="https://discord.com/channels/1/2")
    page = ChannelPage(guild_id=1, channel_id=2, name="rules", topic="", messages={3: message("Be kind.")})
    write_pages(home / "seeds", "discord/1/rules", source, [page])
    made()
    shutil.rmtree(home / "seeds")
    backup.restore(Path("b.zip"), load(), Path(".env"))
    listed = scan(home / "seeds")
    assert [file.document_id for file in listed.ignored] == ["scan.pdf"]
    assert "discord/1/rules/2.json" in [file.id for file in listed.files]
    write_pages(home / "seeds", "discord/1/rules", source, [])
    assert not (home / "seeds" / "discord" / "1" / "rules" / "2.json").exists(), "what is deleted goes still"


def message(content: str) -> ChannelMessage:
    return ChannelMessage(author_id=4, written_at=datetime.now(UTC), content=content, embeds=())


def test_a_place_that_cannot_be_written(home: Path) -> None:
    made()
    shutil.rmtree(home / "seeds")
    (home / "seeds").write_text("mine")
    with pytest.raises(BackupError, match="seeds"):
        backup.restore(Path("b.zip"), load(), Path(".env"), force=True)
