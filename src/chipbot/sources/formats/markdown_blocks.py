"""Markdown's block rules beyond CommonMark's: tabs, containers, snippets, and fences that people forget to close.

A rule takes the block that begins on line `start` and says whether it did; `silent` ones are only asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

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
_HEADING_ANCHOR = re.compile(r"(?<=\S)[ \t]++\[#[\w.-]++\]$")
_ABBREVIATION = re.compile(r"\*\[(?P<short>[^\[\]]+)\]:[ \t]*+(?P<long>\S.*)$")
_GENERATED = re.compile(r":::[ \t]+(?:(?P<object>[A-Za-z_]\w*(?:\.\w+)+)|[\w-]+)\s*$")
"""A line of mkdocstrings and its like, in whose place the documentation of code is put."""
_OPTION = re.compile(r":[\w-]+:|(?:options|handler|selection|rendering):")
_ADMONITION = re.compile(
    r"(?:!{3}|\?{3}\+?)[ \t]+(?P<kind>[A-Za-z][\w-]*+)[ \t]*+(?P<rest>[^\"']*+)"
    r"(?:(?P<quote>[\"'])(?P<title>.*)(?P=quote)[ \t]*+)?$"
)
_PLACEMENT = frozenset(["inline", "end"])
_REMARK = "%%"
_CONTAINER = re.compile(r":{3,}\s*(?P<name>[A-Za-z][\w-]*)?(?P<rest>.*)$")
_SLASHES = re.compile(r"/{3,}(?:[ \t]+(?P<name>[a-z][a-z-]*)[ \t]*(?:\|(?P<rest>.*))?)?$")
"""A line that begins or ends a block of PyMdown."""
_YAML = re.compile(r"[a-z_]+:(?:\s|$)")
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


def take_snippet(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take a line that includes another file or a table of contents, or is no text."""
    if not match_line(state, start, ("-", "{", "<", "[", "@", "+", "("), _SNIPPET):
        return False
    if not silent:
        state.line = start + 1
    return True


def take_generated(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a line of mkdocstrings with the options below it."""
    match = match_line(state, start, ":::", _GENERATED)
    below = match and start + 1 < end and state.sCount[start + 1] >= state.sCount[start] + 4
    if match is None or not (match["object"] or (below and _OPTION.match(line_of(state, start + 1)))):
        return False
    if not silent:
        state.line = _indented_end(state, start, end)
    return True


def take_abbreviation(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take a line that says what an abbreviation is short for, which pages show where it stands."""
    match = match_line(state, start, "*[", _ABBREVIATION)
    if match is None:
        return False
    if not silent:
        token = state.push("inline", "", 0)
        token.map, token.content, token.children = (
            [start, start + 1],
            f"{match['short']}: {match['long']}",
            [],
        )
        state.push("paragraph_close", "p", -1)
        state.line = start + 1
    return True


def take_remark(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a remark of Obsidian's between two lines that nothing else stands on."""
    if line_of(state, start).rstrip() != _REMARK or start < state.env.get("no_remark", 0):
        return False
    stop = next((line for line in range(start + 1, end) if line_of(state, line).rstrip() == _REMARK), None)
    if stop is None:
        state.env["no_remark"] = end
        return False
    if not silent:
        state.line = stop + 1
    return True


def take_container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a line of colons or slashes that begins or ends a container, with its options."""
    colons = match_line(state, start, ":::", _CONTAINER)
    match = colons or match_line(state, start, "///", _SLASHES)
    if match is None:
        return False
    if not silent:
        token = state.push("container", "", 0)
        token.info, token.content = match["name"] or "", (match["rest"] or "").strip()
        state.line = start + 1
        while not colons and match["name"] and state.line < end and _is_option(state, start, state.line):
            state.line += 1
        token.map = [start, state.line]
    return True


def _is_option(state: StateBlock, start: int, line: int) -> bool:
    """Whether a line is an indented option of the block of PyMdown that begins on another."""
    return state.sCount[line] >= state.sCount[start] + 4 and bool(_YAML.match(line_of(state, line)))


def take_tab(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a tab with its indented content."""
    match = match_line(state, start, "===", _TAB)
    if match is None:
        return False
    if silent:
        return True
    line = _indented_end(state, start, end)
    opening = state.push("tab_open", "", 1)
    opening.map, opening.content = [start, line], match["title"]
    read_inside(state, start + 1, line, state.sCount[start] + 4)
    state.push("tab_close", "", -1)
    state.line = line
    return True


def take_admonition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take an admonition with its indented content, whose title is its kind if it has none."""
    match = match_line(state, start, ("!!!", "???"), _ADMONITION)
    if match is None:
        return False
    if silent:
        return True
    title = match["title"]
    if title is None:
        title = (
            " ".join(word for word in match["rest"].split() if word not in _PLACEMENT)
            or match["kind"].capitalize()
        )
    line = _indented_end(state, start, end)
    opening = state.push("directive_open", "", 1)
    opening.map, opening.content, opening.meta = [start, line], title.strip(), {"quoted": True}
    read_inside(state, start + 1, line, state.sCount[start] + 4)
    state.push("directive_close", "", -1)
    state.line = line
    return True


def _indented_end(state: StateBlock, start: int, end: int) -> int:
    """Return the line after those that are indented below one."""
    line, indent = start + 1, state.sCount[start] + 4
    while line < end and (state.isEmpty(line) or state.sCount[line] >= indent):
        line += 1
    return line


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
        if words[:3] == marker[:3] and not state.is_code_block(line):
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


def take_definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a definition of a definition list whose term is a heading: markdown-it knows those below a paragraph alone."""
    follows = bool(state.tokens) and state.tokens[-1].type in ("heading_close", "dd_close")
    match = match_line(state, start, ":", _DEFINITION) if follows else None
    if match is None:
        return False
    if silent:
        return True
    indent, lazy = state.sCount[start] + 4, start
    while lazy < end and not state.isEmpty(lazy):
        lazy += 1
    shift, saved = state.tShift[start], state.sCount[start:lazy]
    line = lazy
    while line < end and (state.isEmpty(line) or state.sCount[line] >= indent):
        line += 1
    state.tShift[start] = shift + match.end()
    state.sCount[start:lazy] = [max(count, indent) for count in saved]
    state.push("dd_open", "dd", 1)
    read_inside(state, start, line, indent)
    state.push("dd_close", "dd", -1)
    state.tShift[start], state.sCount[start:lazy] = shift, saved
    state.line = line
    return True


def mark_heading_terms(state: StateCore) -> None:
    """Take headings for the terms of definition lists: markdown-it looks at what such a list goes on with as nothing else."""
    for opening, words, closing in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        marks = _HEADING_TERM.match(words.content) if opening.type == "dt_open" else None
        if marks:
            opening.type, closing.type = "heading_open", "heading_close"
            opening.tag = closing.tag = f"h{len(marks[1])}"
            words.content = words.content[marks.end() :]


def drop_heading_anchors(state: StateCore) -> None:
    """Leave out what readers do not see of a heading, its anchor as javascript.info has it: "Loops [#loops]"."""
    for opening, words in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type == "heading_open":
            words.content = _HEADING_ANCHOR.sub("", words.content)
