"""Markdown's block rules beyond CommonMark's: tabs, containers, imports, snippets, and fences that people forget to close.

A rule takes the block that begins on line `start` and says whether it did; `silent` ones are only asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chipbot.sources.formats.markdown_inline import TAG

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

_TAGS = re.compile(rf"(?:{TAG.pattern}\s*)++$")
_PROGRAM = re.compile(r"<(?:script|style)(?=[\s>])", re.IGNORECASE)

_IMPORT = re.compile(
    r"""import\s*["'{]|import\s+(?:type\s+)?(?:[\w$]+\s*,\s*)?(?:[\w$]+|\*\s+as\s+[\w$]+|\{[^}]*\})\s+from\s*["']"""
    r"""|import\s+[\w$]+\s*,\s*\{\s*$|export\s+(?:const|let|var|function|default|class|async)\s|export\s*[{*]"""
)

_SNIPPET = re.compile(
    r"-+8<-+(?:\s.*)?$|\{!.*!\}\s*$|\{\*[^{}]*+(?<=\*)\}\s*$|<<<\s*\S+.*$|\[\[?_?toc_?\]?\]\s*$"
    r"|\+{3}(?:\s+\{.*\})?\s*$|\([\w .:-]+\)=\s*$"
    r"|(?:\[!(?:include|code[\w-]*+)\s*+\[[^\[\]]*+\]|@\[code\b[^\[\]]*+\])\([^()]*+\)\]?\s*$",
    re.IGNORECASE,
)
"""Lines that include another file, or a table of contents: of PyMdown, markdown-include, FastAPI, VitePress, DocFX, VuePress;
and MyST's breaks and targets."""
_DEFINITION = re.compile(r":[ \t]+(?=\S)")
_HEADING_TERM = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_CONTAINER = re.compile(r":{3,}\s*(?P<name>[A-Za-z][\w-]*)?(?P<rest>.*)$")
_TAB = re.compile(r"===[!+]{0,2}\s+(?P<quote>[\"'])(?P<title>.*)(?P=quote)\s*$")
FENCE = re.compile(r"(?P<marker>`{3,}|~{3,})(?P<info>.*)$")
_HEADING = re.compile(r"#{1,6}[ \t]+\S")
_MAX_ODDFENCE = 200  # lines in which a fence with back-ticks in its info string must be closed, or it is none


def line_of(state: StateBlock, line: int) -> str:
    """Return a line without the white space before it."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def match_line(
    state: StateBlock, line: int, begins: str | tuple[str, ...], pattern: re.Pattern[str]
) -> re.Match[str] | None:
    """Match a line that begins so, and is no indented code."""
    if not state.src.startswith(begins, state.bMarks[line] + state.tShift[line]) or state.is_code_block(line):
        return None
    return pattern.match(line_of(state, line))


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


def take_tags(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take a line of tags: in MDX, what follows it is Markdown even without a blank line, unless it is a program or style."""
    words = line_of(state, start).rstrip()
    summary = words.startswith("<summary>") and words.endswith("</summary>")
    if words[:1] != "<" or _PROGRAM.match(words) or not (summary or _TAGS.match(words)):
        return False
    if not silent:
        token = state.push("html_block", "", 0)
        token.map, token.content = [start, start + 1], words
        state.line = start + 1
    return True


def take_snippet(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take a line that includes another file or a table of contents, or is no text."""
    if not match_line(state, start, ("-", "{", "<", "[", "@", "+", "("), _SNIPPET):
        return False
    if not silent:
        state.line = start + 1
    return True


def take_container(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take a line of colons that begins or ends a container."""
    match = match_line(state, start, ":::", _CONTAINER)
    if match is None:
        return False
    if not silent:
        token = state.push("container", "", 0)
        token.map = [start, start + 1]
        token.info, token.content = match["name"] or "", match["rest"].strip()
        state.line = start + 1
    return True


def take_tab(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a tab with its indented content."""
    match = match_line(state, start, "===", _TAB)
    if match is None:
        return False
    if silent:
        return True
    indent, line = state.sCount[start] + 4, start + 1
    while line < end and (state.isEmpty(line) or state.sCount[line] >= indent):
        line += 1
    opening = state.push("tab_open", "", 1)
    opening.map, opening.content = [start, line], match["title"]
    read_inside(state, start + 1, line, indent)
    state.push("tab_close", "", -1)
    state.line = line
    return True


def read_inside(state: StateBlock, start: int, end: int, indent: int) -> None:
    """Read the lines of a block that holds blocks."""
    saved = state.parentType, state.lineMax, state.blkIndent
    state.parentType, state.lineMax, state.blkIndent = "box", end, indent
    state.md.block.tokenize(state, start, end)
    state.parentType, state.lineMax, state.blkIndent = saved


def take_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a fenced code block.

    Unlike CommonMark's, one that is never closed ends at the next heading after a blank line, and the info string may hold
    back-ticks, if not as many as the fence has.
    """
    match = match_line(state, start, ("`", "~"), FENCE)
    if match is None:
        return False
    backticks = match["marker"].startswith("`")
    if backticks and match["marker"] in match["info"]:
        return False
    odd = backticks and "`" in match["info"]
    stop, closed = fence_end(state, start, min(end, start + _MAX_ODDFENCE) if odd else end, match["marker"])
    if odd and not closed:
        return False
    if silent:
        return True
    token = state.push("fence", "code", 0)
    token.info, token.markup = match["info"], match["marker"]
    token.content = state.getLines(start + 1, stop, state.sCount[start], keepLastLF=True)
    state.line = stop + closed
    token.map = [start, state.line]
    return True


def fence_end(state: StateBlock, start: int, end: int, marker: str) -> tuple[int, bool]:
    """Return the line after a fence's content, and whether it closes the fence.

    A fence of the same length with an info string says that this one was not closed: none inside it would have one.
    """
    heading, again = 0, False
    line = start
    while (line := line + 1) < end:
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return line, False
        words = line_of(state, line)
        if words[:3] == marker[:3] and state.sCount[line] - state.blkIndent < 4:
            rest = words.lstrip(marker[0])
            length = len(words) - len(rest)
            if length >= len(marker) and not rest.strip():
                return line, True
            again |= length == len(marker)
        elif not heading and _HEADING.match(words) and state.isEmpty(line - 1):
            heading = line
        if heading and again:
            return heading, False
    return heading or line, False


def mark_heading_terms(state: StateCore) -> None:
    """Take headings for the terms of definition lists: markdown-it knows such a list below a paragraph alone, and looks at what
    it goes on with as nothing else.
    """
    before = ""
    for opening, words, closing in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        marks = _HEADING_TERM.match(words.content) if opening.type == "dt_open" else None
        if marks:
            opening.type, closing.type = "heading_open", "heading_close"
            opening.tag = closing.tag = f"h{len(marks[1])}"
        elif before == "heading_close" and opening.type == "paragraph_open":
            marks = _DEFINITION.match(words.content)
        words.content = words.content[marks.end() :] if marks else words.content
        before = opening.type
