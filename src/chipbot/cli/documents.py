"""`chipbot documents`: every file of the seeds folder with what became of it."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from chipbot.cli.common import Add, print_line, ready_knowledge_base, settings_of
from chipbot.cli.wrap import WIDEST, hanging
from chipbot.text.printable import visible
from chipbot.translation import SOURCE, Message, digits, gettext, in_language, joined, listed, ngettext

if TYPE_CHECKING:
    from chipbot.service.inventory import Entry, State

_SAID: dict[State, Message] = {
    "indexed": Message("indexed"),
    "failed": Message("not indexed"),
    "empty": Message("without text"),
    "ignored": Message("ignored"),
}
_COLUMNS = (
    Message("document"),
    Message("passages"),
    Message("title"),
    Message("where it stands"),
    Message("remarks"),
)


_NARROWEST_TABLE = 60  # columns of a terminal; five of a table are hard to read in fewer


def add_commands(add: Add) -> None:
    """Add `documents`."""
    command = add(
        "documents",
        documents,
        gettext("list every file among the documents, and what is indexed, failed or ignored"),
        examples=("documents", "documents --json"),
    )
    command.add_argument(
        "--json", action="store_true", help=gettext("print one JSON object for programs to read")
    )


def documents(options: argparse.Namespace) -> None:
    """List every file."""
    from chipbot.service.documents import Documents
    from chipbot.service.links import CitationLinks

    settings = settings_of(options)
    links = CitationLinks(settings.seeds, settings.sources)
    listed = Documents(ready_knowledge_base(settings), settings.seeds, links)
    if options.json:
        with in_language(SOURCE):
            print(json.dumps(to_object(listed.inventory()), ensure_ascii=False))
        return
    entries = listed.inventory()
    print_table(entries)
    print_line(summary(entries))


def to_object(entries: Sequence[Entry]) -> dict[str, object]:
    """Return the list for programs: `documents`, each with the fields of an `Entry`, and how many there are of each state."""
    counts = Counter(entry.state for entry in entries)
    return {"counts": {state: counts[state] for state in _SAID}, "documents": list(map(asdict, entries))}


def summary(entries: Sequence[Entry]) -> str:
    """Return how many files there are of each state, in a line."""
    counts = Counter(entry.state for entry in entries)
    passages = ngettext("{number} passage", "{number} passages", sum(entry.passages for entry in entries))
    said = [f"{said}: {digits(counts[state])}" for state, said in _SAID.items() if counts[state]]
    return joined((listed(said), passages))


def print_table(entries: Sequence[Entry]) -> None:
    """Print a table with a row for each file; on a terminal it fits its width, elsewhere a row is a line."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    width = shutil.get_terminal_size((80, 0)).columns if sys.stdout.isatty() else 10_000
    rows = [tuple(map(visible, _cells(entry))) for entry in entries]
    if width < _NARROWEST_TABLE or width < 2 * max((len(name) for name, *_ in rows), default=0):
        print_list(rows, min(width, WIDEST))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in _COLUMNS:
        number = column.text == "passages"
        whole = number or column.text == "document"
        table.add_column(str(column), justify="right" if number else "left", overflow="fold", no_wrap=whole)
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(width=width, soft_wrap=False, highlight=False, markup=False)
    with console.capture() as captured:
        console.print(table)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))


def print_list(rows: Sequence[Sequence[str]], columns: int) -> None:
    """Print what a table would have to break, in lines of at most so many columns: a file, and below it the rest."""
    for name, *rest in rows:
        print(name)
        for column, cell in zip(_COLUMNS[1:], rest, strict=True):
            if cell:
                print(*hanging(f"  {column}: ", cell, columns), sep="\n")


def _cells(entry: Entry) -> tuple[str, ...]:
    remarks = entry.reason
    if entry.state != "indexed":
        remarks = f"{_SAID[entry.state]}" + (f": {remarks}" if entry.state != "empty" else "")
    where = entry.url
    if not where and entry.imported_from:
        where = gettext("from {place}", place=entry.imported_from)
    return entry.document, digits(entry.passages) if entry.passages else "", entry.title, where or "", remarks
