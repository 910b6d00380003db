"""Markdown's fences that hold text: directives of MyST, Obsidian's admonitions and the boxes of javascript.info."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from chipbot.sources.formats.markdown_blocks import fence_end, line_of, match_line, read_inside
from chipbot.sources.formats.source_tag import text_attributes
from chipbot.sources.formats.sphinx_markup import CODE, NOTHING, OPTION, REMARKS, TITLED_BOXES
from chipbot.sources.formats.tags import CALLOUTS

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_DIRECTIVE = re.compile(
    r"(?P<marker>`{3,}|~{3,}|:{3,})[ \t]*+\{(?P<name>[A-Za-z][\w:+-]*+)\}[ \t]*+(?P<rest>.*)$"
)
_BOX = re.compile(r"(?P<marker>`{3,}|~{3,})[ \t]*+(?P<name>[A-Za-z][\w-]*+)(?P<rest>.*)$")
_OBSIDIAN = "ad-"
_NAMED = {
    **dict.fromkeys(["smart", "warn", "online", "offline"], ""),
    **{
        name: name.capitalize() for name in "attention caution danger hint important note tip warning".split()
    },
}
"""Names of fences that are no languages, with what readers see where they have no title of their own."""
_TITLED = TITLED_BOXES.union(
    ["admonition", "aside", "list-table", "margin", "rubric", "sidebar", "table", "topic"]
)
_QUOTED = frozenset(["admonition", "topic", "sidebar", "epigraph", "pull-quote"])
_UNTITLED = frozenset(
    """figure grid tab-set card-deck card-carousel epigraph pull-quote highlights compound container div glossary hlist
    button-link button-ref only exercise solution""".split()
)
_CODE = CODE.union(["code-cell", "math"])
_SETTING = re.compile(r"(?:title|collapse|icon|color):[ \t]*+(?P<value>.*)$")
_CAPTION = re.compile(r":caption:[ \t]*+(?P<value>.*)$")


class _Box(NamedTuple):
    """What a fence shows that is no code."""

    label: str
    text: str = ""
    """Where its text begins in the first line."""
    quoted: bool = True


def take_directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a fence that is a directive or a box, if it is closed."""
    match = match_line(state, start, ("```", "~~~", ":::"), _DIRECTIVE)
    named = match is None and match_line(state, start, ("```", "~~~"), _BOX)
    found = match or named
    if not found:
        return False
    name, rest = found["name"].lower(), found["rest"].strip()
    box = _box(name, rest) if match else _named_box(name, rest)
    if box is None and match and found["marker"][0] == ":" and name not in NOTHING | _CODE:
        box = _Box("", quoted=False)  # no language is named after colons
    if box is None and match is None:
        return False
    stop = _end(state, start, end, found["marker"])
    if stop is None:
        return False
    if silent:
        return True
    first = _after_options(state, start + 1, stop, OPTION if match else _SETTING)
    if box is not None:
        _push_box(
            state, start, first, stop, box._replace(label=_option(state, start, first, _SETTING) or box.label)
        )
    elif name not in NOTHING:
        token = state.push("fence", "code", 0)
        caption = rest if name == "csv-table" else _option(state, start, first, _CAPTION)
        language = rest if name in _CODE - {"math"} else name  # R Markdown has languages in braces
        token.info = f"{language} [{caption}]" if caption else language
        token.content = state.getLines(first, stop, state.sCount[start], keepLastLF=True)
        token.map = [first - 1, stop + 1]
    state.line = stop + 1
    return True


def _end(state: StateBlock, start: int, end: int, marker: str) -> int | None:
    """Return the line that closes a fence; None where none does, which is remembered for those inside it."""
    unclosed = state.env.setdefault("unclosed", {})
    if start < unclosed.get(marker, 0):
        return None
    stop, closed = fence_end(state, start, end, marker)
    if not closed:
        unclosed[marker] = stop
    return stop if closed else None


def _box(name: str, rest: str) -> _Box | None:
    """Return what a directive shows that is text."""
    if name in REMARKS:
        label = REMARKS[name]
        version, _, text = rest.partition(" ") if label.endswith("version") else ("", "", rest)
        return _Box(f"{label} {version}".strip(), text)
    if name in CALLOUTS:
        return _Box(name.capitalize(), rest)
    if name in _TITLED:
        return _Box(rest, quoted=name in _QUOTED)
    if ":" in name:  # an object of a language, or a theorem
        return _Box(rest, quoted=False)
    return _Box("", quoted=name in _QUOTED) if name in _UNTITLED else None


def _named_box(name: str, rest: str) -> _Box | None:
    """Return what a fence shows that has no braces, if its name is that of a box and what follows is its title."""
    if name.startswith(_OBSIDIAN) and not rest:
        return _Box(name.removeprefix(_OBSIDIAN).capitalize())
    label = text_attributes(" " + rest)
    return _Box(label or _NAMED[name]) if name in _NAMED and (label or not rest) else None


def _after_options(state: StateBlock, start: int, end: int, pattern: re.Pattern[str]) -> int:
    """Return the line after those that set options: fields, or YAML between dashes."""
    line = start
    if line < end and line_of(state, line).rstrip() == "---":
        line = next((n + 1 for n in range(line + 1, end) if line_of(state, n).rstrip() == "---"), start)
    while line < end and pattern.match(line_of(state, line)):
        line += 1
    return line


def _option(state: StateBlock, start: int, end: int, pattern: re.Pattern[str]) -> str:
    """Return what an option says that is shown."""
    return next(
        (
            match["value"].strip()
            for n in range(start + 1, end)
            if (match := pattern.match(line_of(state, n)))
        ),
        "",
    )


def _push_box(state: StateBlock, start: int, first: int, end: int, box: _Box) -> None:
    """Read a box's lines as what they are: Markdown."""
    opening = state.push("directive_open", "", 1)
    opening.map, opening.content, opening.meta = [start, end + 1], box.label, {"quoted": box.quoted}
    if box.text:
        text = state.push("inline", "", 0)
        text.map, text.content, text.children = [start, start + 1], box.text, []
        state.push("paragraph_close", "p", -1)
    read_inside(state, first, end, state.blkIndent)
    state.push("directive_close", "", -1)
