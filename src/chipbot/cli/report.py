"""`chipbot report`: what was asked, how it went, and what the documents lack."""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from chipbot.cli.common import Add, say, settings_of
from chipbot.errors import ChipbotError, JournalError
from chipbot.translation import Message, digits, gettext, ngettext

if TYPE_CHECKING:
    from chipbot.journal.place import JournalPlace
    from chipbot.journal.report import Report

_DAYS = 28
_LONGEST = 3650  # days
_BAR = 30  # characters of the longest day's


def add_commands(add: Add) -> None:
    """Add `report`."""
    command = add(
        "report",
        report,
        gettext("say what was asked, how much was answered, and what the documents lack"),
        examples=("report --days 7", "report --html report.html"),
    )
    command.add_argument(
        "--days",
        type=_days,
        default=_DAYS,
        help=gettext("the last N days (default: {number})", number=_DAYS),
        metavar="N",
    )
    command.add_argument(
        "--guild", type=int, help=gettext("one server's, by its id (default: all)"), metavar="ID"
    )
    kind = command.add_mutually_exclusive_group()
    kind.add_argument(
        "--json", action="store_true", help=gettext("print one JSON object for programs to read")
    )
    kind.add_argument(
        "--csv", action="store_true", help=gettext("print a line a day and outcome, for spreadsheets")
    )
    kind.add_argument("--html", type=Path, help=gettext("write a page with charts into FILE"), metavar="FILE")


def report(options: argparse.Namespace) -> None:
    """Print the report."""
    from chipbot.journal.place import journal_place

    settings = settings_of(options)
    place = journal_place(settings.journal, settings.index)
    if place.file is not None and not place.file.exists():
        raise JournalError(
            Message("there is no journal at {place} yet: it is made when the bot runs", place=place.shown)
        )
    found = asyncio.run(_made(place, options.days, options.guild))
    if options.json:
        shown = asdict(found) | {"questions": found.questions, "answered": found.answered}
        print(json.dumps(shown, ensure_ascii=False))
    elif options.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("day", "outcome", "questions"))
        writer.writerows(
            (day, name, count) for day, names in found.days.items() for name, count in names.items()
        )
    elif options.html is not None:
        _write_page(options.html, found)
    else:
        print("\n".join(_lines(found)))


def _write_page(path: Path, found: Report) -> None:
    from chipbot.web.report_page import report_page

    try:
        path.write_text(report_page(found), encoding="utf-8")
    except OSError as error:
        raise ChipbotError(
            Message("{path} cannot be written: {reason}", path=path, reason=error.strerror or error)
        ) from error
    say(f"chipbot: {gettext('the report is in {path}: open it in a browser', path=path)}")


async def _made(place: JournalPlace, days: int, guild_id: int | None) -> Report:
    from chipbot.journal.journal import Journal

    journal = Journal(place)
    try:
        return await journal.reports.make(time.time(), days, guild_id)
    finally:
        await journal.close()


def _lines(found: Report) -> list[str]:
    """The report for people to read."""
    from chipbot.text.printable import visible

    lines = [
        ngettext(
            "{first} to {last}: {number} question",
            "{first} to {last}: {number} questions",
            found.questions,
            first=found.first_day,
            last=found.last_day,
        )
    ]
    if found.questions:
        share = digits(100 * found.answered / found.questions)
        lines[0] += f", {gettext('{percent} % answered', percent=share)}"
    if found.votes:
        up, down = digits(found.votes.get("up", 0)), digits(found.votes.get("down", 0))
        lines.append(gettext("votes: {up} helpful, {down} not", up=up, down=down))
    most = max((sum(outcomes.values()) for outcomes in found.days.values()), default=1)
    for day, outcomes in found.days.items():
        total, answered = sum(outcomes.values()), outcomes.get("answered", 0)
        full, part = round(_BAR * answered / most), round(_BAR * total / most)
        lines.append(f"{day} {digits(total):>6} {'█' * full}{'░' * (part - full)}")
    for title, pairs in (
        (gettext("Most cited:"), found.documents),
        (gettext("Asked without an answer:"), found.gaps),
    ):
        if pairs:
            lines += ["", title, *(f"{digits(count):>6} {visible(name)}" for name, count in pairs)]
    if found.open_gaps > len(found.gaps):
        lines.append(
            gettext("{number} questions without an answer are open in all", number=digits(found.open_gaps))
        )
    return lines


def _days(text: str) -> int:
    try:
        days = int(text)
    except ValueError:
        days = 0
    if not 1 <= days <= _LONGEST:
        raise argparse.ArgumentTypeError(
            gettext(
                "{value} is not a whole number from {least} to {most}",
                value=repr(text),
                least=1,
                most=_LONGEST,
            )
        )
    return days
