"""Block rules for what is no Markdown on lines of its own: MDX's imports, tags and remarks, and templates of several lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chipbot.sources.formats.markdown_blocks import line_of
from chipbot.sources.formats.markdown_inline import REMARK, TAG, TEMPLATE

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_IMPORT = re.compile(
    r"""import\s*(?:type\s*)?["'{]|import\s+(?:type\s+)?(?:[\w$]+\s*,\s*)?(?:[\w$]+|\*\s+as\s+[\w$]+|\{[^}]*\})\s+from\s*["']"""
    r"""|import\s+[\w$]+\s*,\s*\{\s*$|export\s+(?:const|let|var|function|default|class|async)\s|export\s*[{*]"""
)
_TAGS = re.compile(rf"(?:(?:{TAG.pattern}|{REMARK})[ \t]*+)++(?=\n|\Z)")
_TEMPLATES = re.compile(rf"(?:(?:{TEMPLATE.pattern})[ \t]*+)++(?=\n|\Z)")
_PROGRAM = re.compile(r"<(?:script|style)(?=[\s>])", re.IGNORECASE)


def take_import(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take imports and exports of MDX, to the blank line after which their brackets are closed."""
    if (
        state.level
        or state.sCount[start]
        or not state.src.startswith(("import", "export"), state.bMarks[start])
    ):
        return False
    if not _IMPORT.match(line_of(state, start)):
        return False
    if silent:
        return True
    depth, line = 0, start
    while line < end and (depth > 0 or not state.isEmpty(line)):
        words = line_of(state, line)
        depth += sum(map(words.count, "([{")) - sum(map(words.count, ")]}"))
        line += 1
    state.line = line
    return True


def take_tags(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take lines of tags and remarks: in MDX, what follows them is Markdown even without a blank line, unless it is a program
    or style.
    """
    words = line_of(state, start).rstrip()
    if words.startswith("<summary>") and words.endswith("</summary>"):
        return _take(state, start, words, silent=silent)
    if words.startswith("<"):
        match = None if _PROGRAM.match(words) else _match(state, start, end, _TAGS)
    else:
        match = (
            _match(state, start, end, _TAGS)
            if words.startswith("{/*") and _ends(state, start, "*/}")
            else None
        )
    return match is not None and _take(state, start, match[0], silent=silent)


def take_paragraph(state: StateBlock, start: int, end: int, _silent: bool) -> bool:
    """Take a paragraph; unlike in Markdown, what is indented may end it, since it is no code."""
    rules, line = state.md.block.ruler.getRules("paragraph"), start + 1
    saved = state.parentType, state.listIndent
    state.parentType, state.listIndent = "paragraph", -1  # an item ends another wherever it stands
    while line < end and not state.isEmpty(line):
        if (
            state.sCount[line] >= 0
            and not _ends_tag(state, start, line)
            and any(rule(state, line, end, True) for rule in rules)  # noqa: FBT003  # as markdown-it calls them
        ):
            break
        line += 1
    state.parentType, state.listIndent = saved
    state.line = line
    state.push("paragraph_open", "p", 1).map = [start, line]
    words = state.push("inline", "", 0)
    words.map, words.children = [start, line], []
    words.content = state.getLines(start, line, state.blkIndent, keepLastLF=False).strip()
    state.push("paragraph_close", "p", -1)
    return True


def _ends_tag(state: StateBlock, start: int, line: int) -> bool:
    """Whether a line goes on with the end of a tag that the lines from `start` began, and is no quotation."""
    if not line_of(state, line).startswith((">", "/>")):
        return False
    before = state.src[state.bMarks[start] : state.bMarks[line]]
    return before.rfind("<") > before.rfind(">")


def take_templates(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take template tags that go over several lines, of which one may look like a quotation or a list."""
    if not line_of(state, start).startswith(("{{", "{%")):
        return False
    match = _match(state, start, end, _TEMPLATES)
    return match is not None and "\n" in match[0] and _take(state, start, match[0], silent=silent)


def _match(state: StateBlock, start: int, end: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
    return pattern.match(state.src, state.bMarks[start] + state.tShift[start], state.eMarks[end - 1])


def _ends(state: StateBlock, start: int, mark: str) -> bool:
    """Whether a mark stands after the beginning of a line; the last one is remembered, lest each line be searched."""
    last: int = state.env.setdefault(f"last {mark}", state.src.rfind(mark))
    return last > state.bMarks[start]


def _take(state: StateBlock, start: int, words: str, *, silent: bool) -> bool:
    if not silent:
        token = state.push("html_block", "", 0)
        state.line = start + words.count("\n") + 1
        token.map, token.content = [start, state.line], words
    return True
