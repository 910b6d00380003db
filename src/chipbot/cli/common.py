"""What the commands share: settings and knowledge base from the options, and how things are said on a
terminal.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from chipbot.cli.progress import progress
from chipbot.cli.wrap import WIDEST, hanging
from chipbot.invocation import as_called
from chipbot.text.printable import visible
from chipbot.translation import digits, gettext, listed, ngettext

if TYPE_CHECKING:
    from chipbot.cli.terminal import Style
    from chipbot.index import Index
    from chipbot.model import IndexStatus, Progress
    from chipbot.service.index_sync import Approve
    from chipbot.service.knowledge_base import KnowledgeBase
    from chipbot.settings import Settings

Command = Callable[[argparse.Namespace], int | None]
"""Carries out a command with the options that it was given; returns an exit code where it is not 0."""


class Add(Protocol):
    """Adds a command by its name, with what it does in a few words, and command lines as examples; returns its
    parser, for options of its own. It takes --seeds and --index unless `folders` is false.
    """

    def __call__(
        self, name: str, command: Command, text: str, examples: Sequence[str], *, folders: bool = True
    ) -> argparse.ArgumentParser:
        """Add the command."""


_MAX_REASONS_SHOWN = 20
_MAX_NAMED = 3  # files of each
_NARROWEST = 20  # columns
_LEAD = re.compile(r"\s*(?:\d+\. )?")
_ENCODED_AT_ONCE = 300  # sentences whose vectors are made before a first answer: some seconds


def settings_of(options: argparse.Namespace) -> Settings:
    """Return the settings, those on the command line included; variables that are none, or have a new name, are told."""
    from chipbot.settings import load, old_variables, unknown_variables

    settings = load(**overrides(options))
    for complaint in (*unknown_variables(), *old_variables()):
        say(f"chipbot: {complaint}")
    return settings


def overrides(options: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that the command line sets."""
    return {name: value for name in ("seeds", "index") if (value := getattr(options, name)) is not None}


def knowledge_base_of(
    settings: Settings, *, serving: bool = False, approve: Approve = lambda _seeds, _present, _new: None
) -> KnowledgeBase:
    """Return the knowledge base of these settings, whose warnings go to standard error; one that rebuilds
    beside a bot if `serving`. `approve` is shown each new index before it is used.
    """
    from chipbot.service.knowledge_base import KnowledgeBase
    from chipbot.service.links import CitationLinks
    from chipbot.service.scopes import PAGES, Grants, membership

    kind: type[KnowledgeBase] = KnowledgeBase
    if serving:
        from chipbot.service.background_rebuild import BackgroundRebuilder

        kind = BackgroundRebuilder
    return kind(
        settings.seeds,
        settings.index,
        encoder=settings.encoder,
        starter_synonyms=settings.starter_synonyms,
        links=CitationLinks(
            settings.seeds,
            settings.sources,
            settings.web_url,
            on_pages=membership(Grants(settings.servers).of(PAGES), 0),
        ),
        limits=settings.read_limits(),
        warn=lambda message: say(f"chipbot: {message}"),
        approve=approve,
    )


def check_canaries(seeds: Path, present: Index | None, new: Index) -> None:
    """See that a new index answers the canary questions; raises CanaryError. Nothing is loaded before there is one."""
    from chipbot.ops import canaries

    canaries.check(seeds, present, new)


def ready_knowledge_base(
    settings: Settings, watch: Callable[[Progress], None] = lambda _: None, *, serving: bool = False
) -> KnowledgeBase:
    """Return a knowledge base whose index is in sync with the documents; `watch` too is told how far its build
    is.
    """
    knowledge_base = knowledge_base_of(settings, serving=serving, approve=check_canaries)
    with progress() as report:
        before = time.perf_counter()

        def show(state: Progress) -> None:
            report(state)
            watch(state)

        status = knowledge_base.refresh(show)
    if status.rebuilt:
        from chipbot.cli.terminal import status_line

        seconds = digits(time.perf_counter() - before, 1)
        say(gettext("Indexed {size} in {seconds} s.", size=status_line(status), seconds=seconds))
        say_failures(status)
    if not serving and (status.vectors or 0) < status.sentences <= _ENCODED_AT_ONCE:
        knowledge_base.encode()
    return knowledge_base


def say_failures(status: IndexStatus) -> None:
    """Name the files that could not be indexed, and then those that are not as they are meant, by the reason."""
    failures = [failure for failure in status.failures if not failure.empty]
    by_reason: dict[tuple[bool, str], list[str]] = {}
    for failure in sorted(failures, key=attrgetter("indexed")):
        by_reason.setdefault((failure.indexed, failure.reason), []).append(failure.document_id)
    for (indexed, reason), files in [*by_reason.items()][:_MAX_REASONS_SHOWN]:
        how = gettext("indexed, but") if indexed else gettext("not indexed")
        say(f"{how}: {_named(files)}: {reason}")
    more = sum(map(len, [*by_reason.values()][_MAX_REASONS_SHOWN:]))
    empty = len(status.failures) - len(failures)
    if more:
        say(
            ngettext(
                "and {number} more file; `chipbot documents` lists them all",
                "and {number} more files; `chipbot documents` lists them all",
                more,
            )
        )
    if empty:
        say(
            ngettext(
                "without text: {number} file; `chipbot documents` lists them",
                "without text: {number} files; `chipbot documents` lists them",
                empty,
            )
        )


def _named(files: Sequence[str]) -> str:
    """Return the first of some files, and how many more there are."""
    named, more = listed(files[:_MAX_NAMED]), len(files) - _MAX_NAMED
    return f"{named} {gettext('and {number} more', number=digits(more))}" if more > 0 else named


def style() -> Style:
    """Return how to emphasise on standard output."""
    from chipbot.cli.terminal import ANSI, PLAIN

    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return ANSI if colour else PLAIN


def output_width() -> int | None:
    """Return the columns that lines on standard output may take; None where that is no terminal."""
    return min(shutil.get_terminal_size((80, 0)).columns, WIDEST) if sys.stdout.isatty() else None


def say(message: str) -> None:
    """Write a line to standard error: what is not a result; commands in it are called as they are here, and nothing in it,
    whoever wrote it, drives the terminal.
    """
    print(_fitted(as_called(visible(message)), sys.stderr), file=sys.stderr, flush=True)


def print_line(result: str) -> None:
    """Write what a command was asked for, in sentences, to standard output."""
    print(_fitted(result, sys.stdout), flush=True)


def _fitted(text: str, stream: TextIO) -> str:
    """Return a text as a terminal is wide, broken between words; as it is where the stream is none."""
    if not stream.isatty():
        return text
    columns = min(max(shutil.get_terminal_size((80, 0)).columns, _NARROWEST), WIDEST)
    return "\n".join(_wrapped(line, columns) for line in text.split("\n"))


def _wrapped(line: str, columns: int) -> str:
    lead = _LEAD.match(line)[0]  # type: ignore[index]  # it matches everything
    return "\n".join(hanging(lead, line[len(lead) :].rstrip(), columns))
