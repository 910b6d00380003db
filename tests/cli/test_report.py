"""`chipbot report` says what was asked and how it went."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from chipbot import cli
from chipbot.journal.journal import DAY, Journal
from chipbot.journal.place import journal_place
from chipbot.journal.records import AskedQuestion, KeptAnswer

CLUB, OTHER = 7, 8


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("CHIPBOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fill(now: float) -> None:
    """Two days of two servers."""
    clock = [now]

    async def work() -> None:
        journal = Journal(journal_place(None, Path("index")), clock=lambda: clock[0])
        asked = AskedQuestion(
            text="?", asker=journal.member(1), trigger="ask", outcome="answered", confidence=1, guild_id=CLUB
        )
        for guild, outcome, documents in (
            (CLUB, "answered", ("a.md", "b.md")),
            (CLUB, "answered", ("a.md",)),
            (CLUB, "no_match", ()),
            (OTHER, "answered", ("c.md",)),
        ):
            journal.questions.record(replace(asked, guild_id=guild, outcome=outcome, documents=documents))
        await journal.flush()
        clock[0] = now - DAY
        journal.questions.record(replace(asked, outcome="low_confidence"))
        for member, text in enumerate(("Who?", "Who?", "When?")):
            asker = journal.member(member)
            await journal.gaps.add(CLUB, text, [text], "refused", asker=asker, channel_id=1)
        answer_id = journal.answers.keep(KeptAnswer(asker=journal.member(1), guild_id=CLUB, channel_id=1))
        await journal.answers.vote(answer_id, journal.member(1), -1)
        await journal.answers.vote(answer_id, journal.member(1), 1)
        await journal.close()

    asyncio.run(work())


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.run(("report", *arguments)) == 0
    return capsys.readouterr().out


def test_a_report_is_for_people_programs_and_spreadsheets(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_800_014_400.0  # 2027-01-15, noon
    fill(now)
    monkeypatch.setattr("time.time", lambda: now)
    assert run(capsys, "--guild", str(CLUB), "--days", "3") == (
        "2027-01-13 to 2027-01-15: 4 questions, 50 % answered\n"
        "votes: 1 helpful, 0 not\n"
        f"2027-01-14      1 {'░' * 10}\n"
        f"2027-01-15      3 {'█' * 20}{'░' * 10}\n"
        "\nMost cited:\n     2 a.md\n     1 b.md\n"
        "\nAsked without an answer:\n     2 Who?\n     1 When?\n"
    )
    found = json.loads(run(capsys, "--json", "--days", "1"))
    assert (found["questions"], found["answered"], found["open_gaps"]) == (4, 3, 2)
    assert found["gaps"] == []
    assert found["documents"] == [["a.md", 2], ["b.md", 1], ["c.md", 1]]
    assert run(capsys, "--csv") == (
        "day,outcome,questions\n2027-01-14,low_confidence,1\n2027-01-15,answered,3\n2027-01-15,no_match,1\n"
    )


def test_a_page_is_written_where_it_can_be(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    now = 1_800_014_400.0
    fill(now)
    monkeypatch.setattr("time.time", lambda: now)
    assert cli.run(("report", "--html", "report.html")) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "chipbot: the report is in report.html: open it in a browser\n"
    page = (home / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>\n<html")
    assert ">a.md</td>" in page
    assert cli.run(("report", "--html", "gone/report.html")) == 1
    assert "gone/report.html cannot be written: No such file or directory" in capsys.readouterr().err


def test_without_a_journal_it_says_so(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert cli.run(("report",)) == 1
    assert "there is no journal at" in capsys.readouterr().err
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("days", ["0", "x", "9999"])
def test_days_are_a_number(capsys: pytest.CaptureFixture[str], days: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.run(("report", "--days", days))
    said = (
        f"chipbot: --days: '{days}' is not a whole number from 1 to 3650; “chipbot report --help” says more"
    )
    assert capsys.readouterr().err.splitlines()[-1] == said
