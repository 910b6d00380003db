"""Brings the catalogues of translations up to date with the source: `python -m tests.catalogues [NEW-LANGUAGE …]`.

Every sentence that is marked in the source gets an entry in each language's `chipbot.po`, empty until somebody translates it;
those that are gone are taken out, and `chipbot.mo`, which chipbot reads, is compiled. tests/test_translation.py holds the
catalogues to the source, and each translation to its placeholders and to Discord's limits.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from chipbot.bot import components
from chipbot.translation import DOMAIN, LOCALES, languages

SOURCE = Path(__file__).parent.parent / "src" / "chipbot"
LIMITS = {
    "Label": components.LABEL_LIMIT,
    "Title": components.TITLE_LIMIT,
    "Option": components.OPTION_LIMIT,
    "command_name": components.NAME_LIMIT,
    "MenuName": components.NAME_LIMIT,
    "command_text": components.OPTION_LIMIT,
}
"""The most characters of what is marked by each of these functions."""
HEADER = "# What chipbot says in another language: docs/guide/languages.md says how to change it and how to add one."
HEADERS = (
    "Project-Id-Version",
    "Language",
    "Plural-Forms",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
)
CONTEXTUAL = ("pgettext", "typed_words")
"""What takes a context before what it marks."""
MARKERS = frozenset(("gettext", "ngettext", "Message", *CONTEXTUAL, *LIMITS))
PASSING_ON = frozenset(
    (("translation.py", "gettext"), ("bot/command_texts.py", "gettext"), ("bot/command_texts.py", "pgettext"))
)
"""Modules that look up with a function what others have marked."""
NAME = re.compile(r"[-\w\u0900-\u097F\u0E00-\u0E7F]{1,32}")
"""What Discord takes for the name of a command or option, vowel signs of Devanagari and Thai among it:
https://discord.com/developers/docs/interactions/application-commands"""


class Mark(NamedTuple):
    """A sentence that is marked in the source."""

    file: str
    function: str
    text: str
    plural: str = ""
    context: str = ""

    @property
    def id(self) -> str | tuple[str, str]:
        """What Babel calls it."""
        return (self.text, self.plural) if self.plural else self.text


@dataclass(frozen=True)
class UnreadableError(Exception):
    """What is marked is no literal."""

    where: str


@cache
def marks() -> tuple[Mark, ...]:
    """Return what is marked in the source, file by file."""
    return tuple(_marks())


def _marks() -> Iterator[Mark]:
    for path in sorted(SOURCE.rglob("*")):
        name = path.relative_to(SOURCE).as_posix()
        if path.suffix == ".py":
            yield from in_python(path.read_text(encoding="utf-8"), name)
        elif path.suffix == ".html":
            yield from _in_template(path.read_text(encoding="utf-8"), name)


def in_python(source: str, name: str) -> Iterator[Mark]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        function = call.func.id if isinstance(call.func, ast.Name) else ""
        if function in MARKERS:
            texts = [each.value if isinstance(each, ast.Constant) else None for each in call.args]
            if None not in texts or (name, function) not in PASSING_ON:
                yield _mark(name, call.lineno, function, texts)


def _in_template(source: str, name: str) -> Iterator[Mark]:
    tree = Environment(autoescape=True).parse(source)
    for line, function, texts in extract_from_ast(tree, ("gettext", "ngettext", "pgettext")):
        yield _mark(name, line, function, [texts] if isinstance(texts, str) else [*(texts or ())])


def _mark(file: str, line: int, function: str, texts: Sequence[object]) -> Mark:
    count = 2 if function in ("ngettext", *CONTEXTUAL) else 1
    literal = [text for text in texts[:count] if isinstance(text, str)]
    if len(literal) < count:
        raise UnreadableError(f"{file}:{line}: {function} takes literal strings")
    if function == "command_name":
        return Mark(file, function, literal[0], context="command")
    if function in CONTEXTUAL:
        return Mark(file, function, literal[1], context=literal[0])
    return Mark(file, function, literal[0], *literal[1:])


class Bare(Catalog):
    """A catalogue whose header says nothing of who wrote it when, so that the file changes only with what is said."""

    @property  # type: ignore[misc]  # Babel has it settable, too
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header: what a program must know to read the rest."""
        return [(name, value.strip()) for name, value in super().mime_headers if name in HEADERS]


def po_path(language: str) -> Path:
    """Return where a language's catalogue is."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def read(language: str) -> Catalog:
    """Return a language's catalogue as it is written, an empty one for a new language."""
    if not po_path(language).exists():
        return Catalog(locale=Locale.parse(language, sep="-"))
    with po_path(language).open("rb") as file:
        return read_po(file, locale=Locale.parse(language, sep="-"))


def updated(old: Catalog) -> tuple[bytes, bytes]:
    """Return a catalogue as the source wants it, to be read by people and by gettext."""
    made = Bare(locale=old.locale, project="chipbot", version="1", header_comment=HEADER, fuzzy=False)
    made._num_plurals, made._plural_expr = old.num_plurals, old.plural_expr  # type: ignore[assignment]  # None at first
    for mark in marks():
        found = old.get(mark.id, mark.context or None)
        made.add(
            mark.id,
            string=found.string if found else None,
            locations=[(mark.file, 0)],
            flags=["fuzzy"] if found and found.fuzzy else [],
            auto_comments=about(mark.function),
            user_comments=found.user_comments if found else [],
            context=mark.context or None,
        )
    written, compiled = io.BytesIO(), io.BytesIO()
    write_po(written, made, width=110, include_lineno=False)
    write_mo(compiled, made)
    return written.getvalue(), compiled.getvalue()


def about(function: str) -> list[str]:
    """Return what a translator must know of what a function marks."""
    limit = [f"at most {LIMITS[function]} characters"] if function in LIMITS else []
    shape = {
        "command_name": ["lower case, with - in place of blanks"],
        "typed_words": ["blanks between them; also as they are typed without accents"],
    }
    return [*limit, *shape.get(function, [])]


def main(new: list[str]) -> None:
    """Write the catalogues of all languages, and of new ones."""
    for language in (*languages()[1:], *new):
        path = po_path(language)
        written, compiled = updated(read(language))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written)
        path.with_suffix(".mo").write_bytes(compiled)


if __name__ == "__main__":
    main(sys.argv[1:])
