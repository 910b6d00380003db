"""Markdown's inline rules beyond CommonMark's: tags with expressions in them, templates, attributes, addresses, code.

A rule takes what stands at `state.pos` and says whether it did; `silent` ones are only asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline, backtick

from chipbot.sources.formats.sphinx_markup import is_code_role, shown_by_role
from chipbot.sources.formats.tags import ELEMENTS

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_QUOTED = r""""[^"]*+"|'[^']*+'"""
_BRACES = r"\{[^{}]*+\}"
for _ in range(4):  # how deep they may be nested
    _BRACES = rf"\{{(?:[^{{}}]|{_BRACES})*+\}}"
_ATTRIBUTE = (
    rf"\s++(?:[A-Za-z_:@#*][\w:.@-]*+(?:\s*+=\s*+(?:{_QUOTED}|{_BRACES}|[^\s\"'=<>`{{}}]++))?|{_BRACES})"
)
TAG = re.compile(rf"<(?:[A-Za-z][\w.:-]*+(?:{_ATTRIBUTE})*+\s*+/?|/[A-Za-z][\w.:-]*+\s*+)>")
"""An HTML or MDX tag."""

_ENDED = re.compile(r"</([A-Za-z][\w.:-]*)")
_ENDED_ELEMENTS = "ended elements"  # the key of what `environment` finds
_PLACEHOLDER = re.compile(r"<([A-Za-z][\w-]*)(?: [\w-]+){0,3}>")
"""What people write for something to fill in: `/warn <user> <the reason>`; no element is called so, or it would end."""
_MEANT = frozenset("address data label object option search time title".split())
"""Elements of HTML that are placeholders as well where nothing ends them."""
_DECLARATION = re.compile(r"<(?:![A-Za-z]|!\[CDATA\[|\?)[^>]*+>")
_RAW = re.compile(r"<(script|style|svg|textarea|pre)(?=[\s>])", re.IGNORECASE)
"""Elements whose content is taken as it is."""

TEMPLATE = re.compile(r"\{%[^{}]*+(?<=%)\}|(?<!\$)\{\{[^{}]*+\}\}\}?|\{#[^{}\w][^{}]*+(?<=#)\}")
"""A tag, expression or remark of a template."""
REMARK = r"\{/\*(?:[^*]|\*(?!/))*+\*/\}"
"""A remark of MDX."""
_REMARK = re.compile(REMARK)
_ATTRIBUTES = re.compile(
    rf"\{{(?::|(?=\s*+(?:[#.]|data-[\w-]+=))|(?<=[\])`]\{{)(?=\s*+[\w-]+=))\s*+(?:(?:[#.][^\s{{}}]++|[\w-]++(?:=(?:{_QUOTED}|[^\s\"'{{}}]++))?+)\s*+)*+\}}"
)
_EXPRESSION = re.compile(_BRACES)
_TEMPLATE_TARGET = re.compile(r"(?<=\]\()(?:[^()\s{}]|\{\{[^{}\n]*+\}\}|\{%[^{}\n]*+\})++(?=[\s)])")

_ROLE = re.compile(r"\{([A-Za-z][\w:.+-]*+)\}`([^`\n]++)`(?!`)")
_QUALIFIED_ROLE = re.compile(r"[:+-]")
"""What no placeholder in braces has that code follows, but roles of extensions."""
_TEXT_ROLES = frozenset(
    "abbr any cite cite:p cite:t doc download eq guilabel menuselection numref ref rfc sub sup term".split()
)
_ICONS = frozenset(
    "octicon fas fab far fa-solid fa-brands material-regular material-outlined index newline".split()
)

_REFERENCE = re.compile(
    r"(?<![^\W_]|[\])])\[(?P<words>(?:[^\[\]`]|`[^`]{0,100}`){1,200})\]"
    r"(?:\[(?P<label>[A-Za-z_][\w\s./:#-]{0,200})?+\]|(?=\{\s*+[.#:]))"
)
_QUALIFIED = re.compile(r"[\w-]++(?:[./:#][\w-]++)++$")
_WORD = re.compile(r"[^\W_]+")
_SCHEME = re.compile(r"(?:^|[^A-Za-z0-9])(https?)$")
_ADDRESS = re.compile(r"://[^\s<]++")

_NEAR = 80  # code points beside a tag that are looked at to see whether it stands alone on its lines


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


def with_lines(md: MarkdownIt) -> ParserInline:
    """Return an inline parser with the rules of another's whose tokens know their lines."""
    parser = _LineParser()
    parser.ruler.enableOnly(md.inline.ruler.get_active_rules())
    parser.ruler2.enableOnly(md.inline.ruler2.get_active_rules())
    return parser


def take_code(state: StateInline, silent: bool) -> bool:
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


def take_html(state: StateInline, silent: bool) -> bool:
    """Take a tag, a comment, or an element whose content is no Markdown."""
    src, pos = state.src, state.pos
    if src[pos] != "<":
        return False
    end = -1 if _is_placeholder(state, src, pos) else _html_end(state, src, pos)
    if end < 0 or end > state.posMax:
        return False
    if not silent:
        _push_markup(state, "html_inline", end)
    state.pos = end
    return True


def environment(source: str) -> dict[str, Any]:
    """Return what the rules are to know of a whole document: the names of the elements that it ends somewhere."""
    return {_ENDED_ELEMENTS: frozenset(name.lower() for name in _ENDED.findall(source))}


def _is_placeholder(state: StateInline, src: str, pos: int) -> bool:
    """Whether what looks like a tag is something to fill in, which readers are to see."""
    match = _PLACEHOLDER.match(src, pos)
    name = match[1].lower() if match else ""
    return bool(name) and (name in _MEANT or name not in ELEMENTS) and name not in state.env[_ENDED_ELEMENTS]


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
    match = TAG.match(src, pos) or _DECLARATION.match(src, pos)
    return match.end() if match else -1


def _push_markup(state: StateInline, kind: str, end: int) -> None:
    """Push what stands between `state.pos` and `end`; it knows whether it stands alone on its lines."""
    src, start = state.src, state.pos
    before = "\n" + src[:start] if start < _NEAR else src[start - _NEAR : start]
    after = src[end : end + _NEAR] + "\n"
    token = state.push(kind, "", 0)
    token.content = src[start:end]
    token.block = before.rstrip(" \t").endswith("\n") and after.lstrip(" \t").startswith("\n")


def take_reference(state: StateInline, silent: bool) -> bool:
    """Take a link to what another page defines, an identifier with points in it or much the same words: MkDocs finds that, and a
    reader its words; or words with attributes.

    Where a label is looked through it counts for nothing, since no link holds another.
    """
    match = _REFERENCE.match(state.src, state.pos)
    if (
        silent
        or match is None
        or match.end() > state.posMax
        or not _names(match["label"] or "", match["words"])
    ):
        return False
    end, (state.pos, state.posMax) = state.posMax, match.span("words")
    state.md.inline.tokenize(state)
    state.pos, state.posMax = match.end(), end
    return True


def _names(label: str, words: str) -> bool:
    """Whether a label stands for words in another page: it is qualified, has one of them, or they begin as it does."""
    known = set(_WORD.findall(words.lower()))
    beginnings = {word[:3] for word in known}
    return (
        not label
        or bool(_QUALIFIED.match(label))
        or any(word in known or word[:3] in beginnings for word in _WORD.findall(label.lower()))
    )


def take_address(state: StateInline, silent: bool) -> bool:
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


def take_braces(state: StateInline, silent: bool) -> bool:
    """Take a template tag, attributes or a comment in braces."""
    return state.src[state.pos] == "{" and _take_first(state, (TEMPLATE, _ATTRIBUTES), silent)


def take_role(state: StateInline, silent: bool) -> bool:
    """Take a role of MyST: what it shows is words or code."""
    match = _ROLE.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "{" else None
    if match is None:
        return False
    name = match[1].lower()
    is_code = is_code_role(name) or name == "math"
    if not (is_code or name in _TEXT_ROLES | _ICONS or _QUALIFIED_ROLE.search(name)):
        return False
    if not silent and name not in _ICONS:
        token = state.push("code_inline" if is_code else "text", "", 0)
        token.content = shown_by_role(match[2])
    state.pos = match.end()
    return True


def take_mdx_braces(state: StateInline, silent: bool) -> bool:
    """Take what stands in braces: in MDX it is all code."""
    return state.src[state.pos] == "{" and _take_first(state, (TEMPLATE, _EXPRESSION), silent)


def _take_first(state: StateInline, patterns: tuple[re.Pattern[str], ...], silent: bool) -> bool:
    if state.src.startswith("{/*", state.pos):
        patterns = (_REMARK,) if state.html_terminator_last("*/}") > state.pos else ()
    for pattern in patterns:
        match = pattern.match(state.src, state.pos)
        if match and match.end() <= state.posMax:
            if not silent:
                _push_markup(state, "braces", match.end())
            state.pos = match.end()
            return True
    return False
