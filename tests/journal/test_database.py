"""The journal never holds up an answer, loses nothing that it said it has, and says what is wrong with it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest
import sqlalchemy
from pydantic import SecretStr
from sqlalchemy import MetaData, text

from chipbot.errors import JournalError
from chipbot.journal import upgrade
from chipbot.journal.database import Database
from chipbot.journal.journal import Journal
from chipbot.journal.member_key import KEY, read_key
from chipbot.journal.place import FILE, JournalPlace, journal_place
from chipbot.journal.records import KeptAnswer, Votes
from chipbot.journal.schema import HEAD, metadata

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

VOTING = """
import asyncio, sys
from pathlib import Path
from chipbot.journal.journal import Journal
from chipbot.journal.place import journal_place
from chipbot.journal.records import KeptAnswer

async def main():
    journal = Journal(journal_place(None, Path(sys.argv[1])))
    await journal.start()
    answer_id = journal.answers.keep(KeptAnswer(asker=journal.member(0), channel_id=1))
    for user_id in range(1_000_000):
        await journal.answers.vote(answer_id, journal.member(user_id), 1)
        print(answer_id, user_id + 1, flush=True)

asyncio.run(main())
"""


def sqlite_place(tmp_path: Path) -> JournalPlace:
    return journal_place(None, tmp_path / "index")


def answer_of(journal: Journal) -> KeptAnswer:
    return KeptAnswer(asker=journal.member(1), channel_id=1)


def test_a_vote_that_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", VOTING, str(tmp_path / "index")], stdout=subprocess.PIPE, text=True
    ) as voting:
        assert voting.stdout is not None
        for _ in range(20):
            answer_id, acknowledged = voting.stdout.readline().split()
        voting.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        for line in voting.stdout.read().splitlines():
            acknowledged = line.split()[1]

    async def count() -> Votes:
        journal = Journal(sqlite_place(tmp_path))
        votes = await journal.answers.votes(answer_id)
        await journal.close()
        return votes

    votes = asyncio.run(count())
    assert int(acknowledged) <= votes.up <= int(acknowledged) + 1


async def test_answers_go_on_while_the_journal_is_down_and_what_waits_is_written_later(
    tmp_path: Path,
) -> None:
    place = sqlite_place(tmp_path)
    journal = Journal(place)
    journal._database._pause = 0.01
    place.folder.joinpath(FILE).mkdir()
    await journal.start()
    answer_id = journal.answers.keep(answer_of(journal))
    with pytest.raises(JournalError, match=r"journal.sqlite3.*Is a directory"):
        await journal.answers.vote(answer_id, journal.member(2), 1)
    assert journal.problem is not None
    assert not journal.settings.loaded
    assert journal.opt_outs.members is None, "nobody can be told not to have opted out"
    place.folder.joinpath(FILE).rmdir()
    await journal._database._writer  # type: ignore[misc]  # it is there, for something waits to be written
    assert await journal.answers.vote(answer_id, journal.member(2), 1) == Votes(up=1)
    assert journal.dropped == 0
    await journal.close()


async def test_too_much_that_waits_is_dropped_and_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(sqlite_place(tmp_path))
    journal._database._max_pending = 3
    journal.place.folder.joinpath(FILE).mkdir()
    for _ in range(5):
        journal.answers.keep(answer_of(journal))
    assert journal.dropped == 2
    await journal.close()
    assert journal.dropped == 5
    assert "3 entries of the journal are lost" in caplog.text
    with pytest.raises(JournalError, match="closed"):
        await journal.answers.kept("x")


async def test_one_wrong_entry_takes_no_other_along(
    place: JournalPlace, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(place)
    ids = [journal.answers.keep(answer_of(journal)) for _ in range(2)]

    async def wrong(connection: AsyncConnection) -> None:
        await connection.execute(text("INSERT INTO answer (id) VALUES ('without the rest')"))

    journal._database.later(wrong)
    ids += [journal.answers.keep(answer_of(journal)) for _ in range(2)]
    await journal.flush()
    assert None not in [await journal.answers.kept(answer_id) for answer_id in ids]
    assert journal.dropped == 1
    assert "an entry of the journal is lost" in caplog.text
    await journal.close()


async def test_an_entry_that_is_not_what_was_written_is_named(tmp_path: Path) -> None:
    journal = Journal(sqlite_place(tmp_path))
    answer_id = journal.answers.keep(answer_of(journal))
    await journal.flush()
    assert journal.place.file is not None
    with sqlite3.connect(journal.place.file) as connection:
        connection.execute("UPDATE answer SET passages = 'no JSON'")
    connection.close()
    with pytest.raises(JournalError, match=r"is damaged \(JSONDecodeError: .*\); restore it from a backup"):
        await journal.answers.kept(answer_id)
    await journal.close()


async def test_a_file_that_is_no_journal_is_named(tmp_path: Path) -> None:
    place = sqlite_place(tmp_path)
    journal = Journal(place)
    place.folder.joinpath(FILE).write_bytes(b"no database, but long enough to look like one" * 100)
    await journal.start()
    assert journal.problem == "file is not a database"
    await journal.close()


async def test_a_database_that_is_not_on_its_server_is_named(tmp_path: Path, postgresql_url: str) -> None:
    server = postgresql_url.rpartition("/")[0]
    journal = Journal(journal_place(SecretStr(f"{server}/nowhere"), tmp_path / "index"))
    await journal.start()
    assert journal.problem == 'database "nowhere" does not exist'
    await journal.close()


async def test_a_connection_that_breaks_is_made_again(tmp_path: Path, postgresql_url: str) -> None:
    journal = Journal(journal_place(SecretStr(postgresql_url), tmp_path / "index"))
    answer_id = journal.answers.keep(answer_of(journal))
    await journal.flush()
    connection = await asyncpg.connect(postgresql_url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    )
    await connection.close()
    assert await journal.answers.vote(answer_id, journal.member(2), 1) == Votes(up=1)
    await journal.close()


async def test_two_bots_share_a_journal(place: JournalPlace) -> None:
    first, second = Journal(place), Journal(place)

    async def add(number: int) -> None:
        journal = first if number % 2 else second
        await journal.gaps.add(5, "Q?", ["q"], "refused", asker=journal.member(number), channel_id=1)

    await asyncio.gather(*map(add, range(20)))
    ((gap,), _) = await first.gaps.list(5)
    assert gap.askers == 20
    await first.close()
    await second.close()


async def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    place = journal_place(SecretStr("postgresql://bot:secret@127.0.0.1:1/chipbot"), tmp_path / "index")
    journal = Journal(place)
    with pytest.raises(JournalError) as caught:
        await journal.answers.kept("x")
    assert "postgresql://127.0.0.1/chipbot" in str(caught.value)
    assert "secret" not in str(caught.value) + str(journal.problem)
    await journal.close()


async def test_a_driver_that_is_not_installed_is_named_with_what_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)  # which is how Python marks what cannot be imported
    journal = Journal(journal_place(SecretStr("postgresql://me:secret@127.0.0.1:1/bot"), tmp_path / "index"))
    with pytest.raises(
        JournalError, match=r'takes PostgreSQL.s driver.*pip install "chipbot\[postgresql\]"'
    ) as caught:
        await journal.answers.kept("x")
    assert "secret" not in str(caught.value)
    await journal.close()


async def test_the_migrations_make_the_same_tables(place: JournalPlace) -> None:
    """What is made at once for a new journal, from nothing by migrations."""

    def migrate(connection: sqlalchemy.Connection) -> list[object]:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        for table in reversed(metadata.sorted_tables):
            table.drop(connection)
        upgrade.upgrade(connection)
        made = MetaData()
        for table in metadata.sorted_tables:
            if table.name != "alembic_version":
                table.to_metadata(made)
        return list(compare_metadata(MigrationContext.configure(connection), made))

    async def work(connection: AsyncConnection) -> list[object]:
        return await connection.run_sync(migrate)

    database = Database(place)
    assert await database.write(work) == []
    assert upgrade.newest() == HEAD
    await database.close()
    journal = Journal(place)
    answer_id = journal.answers.keep(answer_of(journal))
    assert await journal.answers.kept(answer_id) is not None
    await journal.close()


async def test_a_newer_journal_is_refused_and_left_alone(place: JournalPlace) -> None:
    journal = Journal(place)
    await journal.start()

    async def from_the_future(connection: AsyncConnection) -> None:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    await journal._database.write(from_the_future)
    await journal.close()
    later = Journal(place)
    await later.start()
    assert later.problem is not None
    assert "newer chipbot" in later.problem
    await later.close()


async def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    journal = Journal(sqlite_place(tmp_path))
    journal.answers.keep(answer_of(journal))
    await journal.close()
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "journal").iterdir()}
    assert modes == {FILE: 0o600, f"{FILE}-journal": 0o600, KEY: 0o600}
    assert tmp_path.joinpath("journal").stat().st_mode & 0o777 == 0o700


async def test_what_is_forgotten_is_in_no_file(tmp_path: Path) -> None:
    journal = Journal(sqlite_place(tmp_path))
    await journal.start()
    journal.answers.keep(replace(answer_of(journal), question="Where do parrotfish sleep?"))
    await journal.flush()
    assert b"parrotfish" in written(tmp_path)
    await journal.forget(1)
    await journal.close()
    assert b"parrotfish" not in written(tmp_path)


def written(folder: Path) -> bytes:
    """Return all that a journal has on disk."""
    return b"".join(path.read_bytes() for path in (folder / "journal").iterdir())


def test_alembic_is_only_loaded_to_upgrade(tmp_path: Path) -> None:
    code = VOTING.replace("1_000_000", "1") + "print('alembic' in sys.modules)"
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "index")], capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == "False"


def test_a_member_is_the_same_hash_while_the_key_is(tmp_path: Path) -> None:
    first, again, other = (read_key(tmp_path / name) for name in ("a", "a", "b"))
    assert first(7) == again(7) != other(7)
    assert first(7) != first(8)
    assert len(first(2**63)) == 32
    tmp_path.joinpath("a", KEY).write_bytes(b"short")
    with pytest.raises(JournalError, match="not a key of 32 bytes"):
        read_key(tmp_path / "a")
    assert [path.name for path in tmp_path.joinpath("b").iterdir()] == [KEY]


def test_a_key_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    tmp_path.joinpath("file").touch()
    with pytest.raises(JournalError, match=r"member\.key cannot be read or made"):
        read_key(tmp_path / "file")


@pytest.mark.parametrize(
    ("value", "file", "shown"),
    [
        (None, "journal/journal.sqlite3", "journal/journal.sqlite3"),
        (Path("kept/j.db"), "kept/j.db", "kept/j.db"),
        (Path(), "journal.sqlite3", "journal.sqlite3"),
    ],
)
def test_a_place_is_beside_the_index_or_where_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: Path | None, file: str, shown: str
) -> None:
    monkeypatch.chdir(tmp_path)
    place = journal_place(value, Path("index"))
    assert place.file == tmp_path / file
    assert place.shown == str(tmp_path / shown)
    assert place.folder == place.file.parent


def test_a_place_in_postgresql_keeps_its_key_beside_the_index(tmp_path: Path) -> None:
    place = journal_place(SecretStr("postgres://me:secret@db.example:5433/bot"), tmp_path / "index")
    assert place == JournalPlace(
        tmp_path / "journal", None, "postgresql+asyncpg://me:secret@db.example:5433/bot"
    )
    assert place.shown == "postgresql://db.example/bot"


async def test_who_reads_sees_one_moment_and_is_waited_for(tmp_path: Path) -> None:
    place = sqlite_place(tmp_path)
    journal = Journal(place)
    await journal.start()
    journal.answers.keep(answer_of(journal))
    await journal.flush()
    with contextlib.closing(sqlite3.connect(place.file or "")) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM answer").fetchone() == (1,)
        journal.answers.keep(answer_of(journal))
        writing = asyncio.create_task(journal.flush())
        await asyncio.sleep(0.1)
        assert not writing.done()
        assert reader.execute("SELECT count(*) FROM answer").fetchone() == (1,)
        reader.rollback()
        await writing
        assert reader.execute("SELECT count(*) FROM answer").fetchone() == (2,)
    await journal.close()
