"""Writes the generated parts of ARCHITECTURE.md and docs/decisions/README.md: `python tests/architecture.py`;
test_architecture.py holds them true.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from chipbot.index.schema import FIELDS

ROOT = Path(__file__).parent.parent
ARCHITECTURE = ROOT / "ARCHITECTURE.md"
DECISIONS = ROOT / "docs" / "decisions"
BEGIN, END = "<!-- arrays -->\n", "<!-- /arrays -->"
_INTRODUCTION = """# Decisions

Why chipbot is as it is: what was decided when, what else was tried, and what was measured. A decision that is
replaced stays, and says by which. A new one takes the next number and the same five parts; then run
`.venv/bin/python tests/architecture.py`, which writes the table.

| decision | date |
|---|---|
"""


class Decision(NamedTuple):
    """A file of docs/decisions."""

    path: Path
    title: str
    date: str
    """Its second line: when it was made, and whether it is in force."""


def arrays_table() -> str:
    """Return the arrays of an index as a Markdown table, as lean as Markdown lets it be."""
    rows = [f"`{field.name}`|{field.type}|{field.length}|{field.meaning}" for field in FIELDS]
    return "\n".join(["array|type|length|meaning", "---|---|---|---", *rows, ""])


def with_table(text: str) -> str:
    """Return ARCHITECTURE.md with the table of arrays between its markers as the schema has it."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}{arrays_table()}{END}{after}"


def decisions() -> Iterator[Decision]:
    """Yield the decisions in the order of their numbers."""
    for path in sorted(DECISIONS.glob("[0-9]*.md")):
        title, _, date = path.read_text(encoding="utf-8").splitlines()[:3]
        yield Decision(path, title.removeprefix("# "), date.removesuffix("."))


def decisions_index() -> str:
    """Return what docs/decisions/README.md has to be."""
    rows = (f"| [{title}]({path.name}) | {date} |\n" for path, title, date in decisions())
    return _INTRODUCTION + "".join(rows)


if __name__ == "__main__":
    ARCHITECTURE.write_text(with_table(ARCHITECTURE.read_text(encoding="utf-8")), encoding="utf-8")
    (DECISIONS / "README.md").write_text(decisions_index(), encoding="utf-8")
