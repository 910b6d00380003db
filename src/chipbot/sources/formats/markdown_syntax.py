"""The Markdown that documentation is written in → markdown-it's tokens, each with the line that it stands on.

CommonMark with tables, strikethrough, task lists, footnotes, definition lists and admonitions comes from markdown-it and its
plugins. The rules here are for what those lack: tags with expressions in them, template tags, attributes, tabs, containers,
imports, and fences that people forget to close.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline, backtick
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

MAX_NESTING = 60
"""How deep blocks may be nested: what is deeper is left out, since each level takes several frames of the stack."""

_QUOTED = r""""[^"]*+"|'[^']*+'"""
_BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*+\})*+\})*+\}"
_ATTRIBUTE = (
    rf"\s++(?:[A-Za-z_:@#*][\w:.@-]*+(?:\s*+=\s*+(?:{_QUOTED}|{_BRACES}|[^\s\"'=<>`{{}}]++))?|{_BRACES})"
)
_TAG = re.compile(rf"<(?:[A-Za-z][\w.:-]*+(?:{_ATTRIBUTE})*+\s*+/?|/[A-Za-z][\w.:-]*+\s*+)>")
_TAGS = re.compile(rf"(?:{_TAG.pattern}\s*)++$")
_DECLARATION = re.compile(r"<(?:![A-Za-z]|!\[CDATA\[|\?)[^>]*+>")
_RAW = re.compile(r"<(script|style|svg|textarea|pre)(?=[\s>])", re.IGNORECASE)
"""Elements whose content is taken as it is."""
_PROGRAM = re.compile(r"<(?:script|style)(?=[\s>])", re.IGNORECASE)

_TEMPLATE = re.compile(
    r"\{%[^{}]*+(?<=%)\}|(?<!\$)\{\{[^{}]*+\}\}\}?|\{#[^{}\w][^{}]*+(?<=#)\}|\{/\*(?:[^*]|\*(?!/))*+\*/\}"
)
_ATTRIBUTES = re.compile(
    rf"\{{(?::|(?=\s*+[#.])|(?<=[\])`]\{{)(?=\s*+[\w-]+=))\s*+(?:(?:[#.][^\s{{}}]++|[\w-]++(?:=(?:{_QUOTED}|[^\s\"'{{}}]++))?+)\s*+)*+\}}"
)
_EXPRESSION = re.compile(_BRACES)
_TEMPLATE_TARGET = re.compile(r"(?<=\]\()(?:[^()\s{}]|\{\{[^{}\n]*+\}\}|\{%[^{}\n]*+\})++(?=[\s)])")

_SCHEME = re.compile(r"(?:^|[^A-Za-z0-9])(https?)$")
_ADDRESS = re.compile(r"://[^\s<]++")

_IMPORT = re.compile(
    r"""import\s*["'{]|import\s+(?:type\s+)?(?:[\w$]+\s*,\s*)?(?:[\w$]+|\*\s+as\s+[\w$]+|\{[^}]*\})\s+from\s*["']"""
    r"""|import\s+[\w$]+\s*,\s*\{\s*$|export\s+(?:const|let|var|function|default|class|async)\s|export\s*[{*]"""
)
_COMPONENT = re.compile(r"^[ \t]*<[A-Z][\w.]*[\s/>]", re.MULTILINE)
_MDX_IMPORT = re.compile(r"^import\s.*from\s*['\"]", re.MULTILINE)

_SNIPPET = re.compile(r"-+8<-+(?:\s.*)?$|\{!.*!\}\s*$|<<<\s*\S+.*$|\[\[?_?toc_?\]?\]\s*$", re.IGNORECASE)
_CONTAINER = re.compile(r":{3,}\s*(?P<name>[A-Za-z][\w-]*)?(?P<rest>.*)$")
_TAB = re.compile(r"===[!+]{0,2}\s+(?P<quote>[\"'])(?P<title>.*)(?P=quote)\s*$")
_FENCE = re.compile(r"(?P<marker>`{3,}|~{3,})(?P<info>.*)$")
_HEADING = re.compile(r"#{1,6}[ \t]+\S")
_NEAR = 80  # code points beside a tag that are looked at to see whether it stands alone on its lines
_MAX_ODD_FENCE = (
    200  # lines in which a fence with back-ticks in its info string must be closed, or it is none
)


def has_components(text: str) -> bool:
    """Whether a text is MDX: it imports components or has them at the beginning of lines."""
    return bool(_MDX_IMPORT.search(text) or _COMPONENT.search(text))


@cache
def parser(*, mdx: bool) -> MarkdownIt:
    """Return the parser; in MDX indented text is no code, and expressions in braces are no text."""
    md = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    md.inline = _copied_rules(md)
    footnote_plugin(md, move_to_end=False)
    deflist_plugin(md)
    admon_plugin(md)
    tasklists_plugin(md)
    md.block.ruler.at("fence", _fence, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    for name, rule in {"import": _import, "container": _container, "snippet": _snippet, "tab": _tab}.items():
        md.block.ruler.before("fence", name, rule, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.inline.ruler.at("html_inline", _html)
    md.inline.ruler.before("backticks", "braces", _mdx_braces if mdx else _braces)
    md.inline.ruler.at("backticks", _code)
    md.inline.ruler.after("autolink", "address", _address)
    md.core.ruler.disable("text_join")
    if mdx:
        md.disable("code")
        md.block.ruler.before("html_block", "tags", _tags, {"alt": ["paragraph", "reference", "blockquote"]})
    # Targets stay as the document has them: front ends decide which they show.
    md.validateLink = _any_link  # type: ignore[method-assign,assignment]  # the parser's way to be told
    md.normalizeLink = md.normalizeLinkText = str  # type: ignore[method-assign,assignment]  # likewise
    return md


def _any_link(_: str) -> bool:
    return True


# Lines


class _LineState(StateInline):
    """An inline parser's state that notes in each token's map how many line breaks stand before it."""

    def __init__(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self._wrapped = "\n" in src
        self._line = self._counted = 0

    def _here(self) -> list[int] | None:
        if not self._wrapped:
            return None
        if self.pos > self._counted:
            self._line += self.src.count("\n", self._counted, self.pos)
            self._counted = self.pos
        return [self._line, self._line]

    def pushPending(self) -> Token:  # noqa: N802  # markdown-it's name
        token = super().pushPending()
        token.map = self._here()
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        token.map = self._here()
        return token


class _LineParser(ParserInline):
    """An inline parser whose tokens know their lines."""

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        if "{{" in src or "{%" in src:
            src = _TEMPLATE_TARGET.sub(lambda target: target[0].replace(" ", "\u00a0"), src)
        state = _LineState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _copied_rules(md: MarkdownIt) -> ParserInline:
    parser = _LineParser()
    parser.ruler.enableOnly(md.inline.ruler.get_active_rules())
    parser.ruler2.enableOnly(md.inline.ruler2.get_active_rules())
    return parser


# Inline rules


def _code(state: StateInline, silent: bool) -> bool:
    """Take code as markdown-it does, but keep the line breaks in it."""
    start = state.pos
    count = len(state.tokens)
    if not backtick(state, silent):
        return False
    if len(state.tokens) > count and state.tokens[-1].type == "code_inline":
        token = state.tokens[-1]
        ticks = len(token.markup)
        token.content = state.src[start + ticks : state.pos - ticks]
    return True


def _html(state: StateInline, silent: bool) -> bool:
    """Take a tag, a comment, or an element whose content is no Markdown."""
    src, pos = state.src, state.pos
    if src[pos] != "<":
        return False
    end = _html_end(state, src, pos)
    if end < 0 or end > state.posMax:
        return False
    if not silent:
        _push_markup(state, "html_inline", end)
    state.pos = end
    return True


def _html_end(state: StateInline, src: str, pos: int) -> int:
    if src.startswith("<!--", pos):
        return src.index("-->", pos) + 3 if state.html_terminator_last("-->") >= pos else -1
    if state.html_terminator_last(">") < pos:
        return -1
    raw = _RAW.match(src, pos)
    if raw:
        closing = f"</{raw[1].lower()}>"
        if state.html_terminator_last(closing) > pos:
            return src.index(closing, pos) + len(closing)
    match = _TAG.match(src, pos) or _DECLARATION.match(src, pos)
    return match.end() if match else -1


def _push_markup(state: StateInline, kind: str, end: int) -> None:
    """Push what stands between `state.pos` and `end`; it knows whether it stands alone on its lines."""
    src, start = state.src, state.pos
    before = "\n" + src[:start] if start < _NEAR else src[start - _NEAR : start]
    after = src[end : end + _NEAR] + "\n"
    token = state.push(kind, "", 0)
    token.content = src[start:end]
    token.block = before.rstrip(" \t").endswith("\n") and after.lstrip(" \t").startswith("\n")


def _address(state: StateInline, silent: bool) -> bool:
    """Take an address that stands in the text; markdown-it's plugin for them takes the square of a paragraph's length."""
    src, pos = state.src, state.pos
    if silent or state.linkLevel or not src.startswith("://", pos):
        return False
    scheme = _SCHEME.search(src[max(pos - 6, 0) : pos])
    match = _ADDRESS.match(src, pos)
    if scheme is None or match is None or not state.pending.endswith(scheme[1]):
        return False
    start, end = pos - len(scheme[1]), min(match.end(), state.posMax)
    end -= end - start - len(src[start:end].rstrip("?!.,:;*_~'\""))
    surplus = src.count(")", start, end) - src.count("(", start, end)
    while surplus > 0 and src[end - 1] == ")":
        surplus, end = surplus - 1, end - 1
    if end <= pos + 3:
        return False
    state.pending = state.pending[: start - pos]
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": src[start:end]}
    state.push("text", "", 0).content = src[start:end]
    state.push("link_close", "a", -1)
    state.pos = end
    return True


def _braces(state: StateInline, silent: bool) -> bool:
    """Take a template tag, attributes or a comment in braces."""
    return state.src[state.pos] == "{" and _take_braces(state, (_TEMPLATE, _ATTRIBUTES), silent)


def _mdx_braces(state: StateInline, silent: bool) -> bool:
    """Take what stands in braces: in MDX it is all code."""
    return state.src[state.pos] == "{" and _take_braces(state, (_TEMPLATE, _EXPRESSION), silent)


def _take_braces(state: StateInline, patterns: tuple[re.Pattern[str], ...], silent: bool) -> bool:
    for pattern in patterns:
        match = pattern.match(state.src, state.pos)
        if match and match.end() <= state.posMax:
            if not silent:
                _push_markup(state, "braces", match.end())
            state.pos = match.end()
            return True
    return False


# Block rules


def _line_of(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _import(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take imports and exports of MDX, to the blank line after which their brackets are closed."""
    if (
        state.level
        or state.sCount[start]
        or not state.src.startswith(("import", "export"), state.bMarks[start])
    ):
        return False
    if not _IMPORT.match(_line_of(state, start)):
        return False
    if silent:
        return True
    depth, line = 0, start
    while line < end and (depth > 0 or not state.isEmpty(line)):
        words = _line_of(state, line)
        depth += sum(map(words.count, "([{")) - sum(map(words.count, ")]}"))
        line += 1
    state.line = line
    return True


def _tags(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take a line of tags: in MDX, what follows it is Markdown even without a blank line, unless it is a program or style."""
    words = _line_of(state, start).rstrip()
    summary = words.startswith("<summary>") and words.endswith("</summary>")
    if words[:1] != "<" or _PROGRAM.match(words) or not (summary or _TAGS.match(words)):
        return False
    if not silent:
        token = state.push("html_block", "", 0)
        token.map, token.content = [start, start + 1], words
        state.line = start + 1
    return True


def _snippet(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take a line that includes another file or a table of contents."""
    first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]][:1]
    if (
        not first
        or first not in "-{<["
        or state.is_code_block(start)
        or not _SNIPPET.match(_line_of(state, start))
    ):
        return False
    if not silent:
        state.line = start + 1
    return True


def _container(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take a line of colons that begins or ends a container."""
    pos = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(":::", pos) or state.is_code_block(start):
        return False
    match = _CONTAINER.match(_line_of(state, start))
    if match is None:
        return False
    if not silent:
        token = state.push("container", "", 0)
        token.map = [start, start + 1]
        token.info, token.content = match["name"] or "", match["rest"].strip()
        state.line = start + 1
    return True


def _tab(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a tab with its indented content."""
    pos = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("===", pos) or state.is_code_block(start):
        return False
    match = _TAB.match(_line_of(state, start))
    if match is None:
        return False
    if silent:
        return True
    indent, line = state.sCount[start] + 4, start + 1
    while line < end and (state.isEmpty(line) or state.sCount[line] >= indent):
        line += 1
    opening = state.push("tab_open", "", 1)
    opening.map, opening.content = [start, line], match["title"]
    saved = state.parentType, state.lineMax, state.blkIndent
    state.parentType, state.lineMax, state.blkIndent = "tab", line, indent
    state.md.block.tokenize(state, start + 1, line)
    state.parentType, state.lineMax, state.blkIndent = saved
    state.push("tab_close", "", -1)
    state.line = line
    return True


def _fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a fenced code block.

    Unlike CommonMark's, one that is never closed ends at the next heading after a blank line, and the info string may hold
    back-ticks, if not as many as the fence has.
    """
    first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]][:1]
    if not first or first not in "`~" or state.is_code_block(start):
        return False
    match = _FENCE.match(_line_of(state, start))
    if match is None or (first == "`" and match["marker"] in match["info"]):
        return False
    odd = first == "`" and "`" in match["info"]
    stop, closed = _fence_end(state, start, min(end, start + _MAX_ODD_FENCE) if odd else end, match["marker"])
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


def _fence_end(state: StateBlock, start: int, end: int, marker: str) -> tuple[int, bool]:
    """Return the line after a fence's content, and whether it closes the fence.

    A fence of the same length with an info string says that this one was not closed: none inside it would have one.
    """
    heading, again = 0, False
    line = start
    while (line := line + 1) < end:
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return line, False
        words = _line_of(state, line)
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
