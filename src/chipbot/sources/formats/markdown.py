"""Markdown → what a reader of the rendered page sees, with the structure that the markup gave it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

from chipbot.sources.formats import Extracted
from chipbot.sources.formats.decoding import decode
from chipbot.sources.formats.front_matter import front_matter
from chipbot.sources.formats.markdown_inline import environment
from chipbot.sources.formats.markdown_syntax import MAX_NESTING, has_components, parser
from chipbot.sources.formats.markdown_words import WordWriter
from chipbot.sources.formats.source_tag import text_attributes
from chipbot.sources.formats.structure_builder import StructureBuilder
from chipbot.sources.formats.tags import CALLOUTS
from chipbot.text.lines import count_line_breaks
from chipbot.translation import Message

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_ALERT = re.compile(r"\[!([A-Za-z]+)\][+-]?[ \t]*")
_TITLE = re.compile(r"\[(?P<title>[^\[\]\"']*)\]")
_INCLUDED = re.compile(r"^[ \t]*+-+8<-+.*", re.MULTILINE)
"""A line inside HTML that includes another file."""
_BRACES = re.compile(r"\{[^{}]*\}")
_LANGUAGE = re.compile(r"\{?\.?([\w+#-]+)")


def extract(data: bytes) -> Extracted:
    """Read a Markdown file; raises DocumentError where it is no text."""
    text = decode(data)
    matter = front_matter(text)
    builder = StructureBuilder(matter.title)
    problems = write_markdown(builder, text[matter.end :], 1 + count_line_breaks(text, 0, matter.end))
    made = builder.extracted(language=matter.language, url=matter.url, problems=(*matter.problems, *problems))
    return replace(made, version=matter.version)


def write_markdown(builder: StructureBuilder, source: str, first_line: int) -> list[Message]:
    """Write what Markdown says into a builder.

    Args:
        builder: What takes the blocks.
        source: The Markdown.
        first_line: The line of the file that it begins on.

    Returns:
        What is wrong with it.
    """
    md, env = parser(mdx=has_components(source)), environment(source)
    tokens = md.parse(source, env)
    _Reader(builder, first_line, md, env).read(tokens)
    if any(token.level >= MAX_NESTING - 1 for token in tokens):
        return [
            Message(
                "what is nested in more than {number} lists or quotations is left out", number=MAX_NESTING
            )
        ]
    return []


class MarkdownWriter:
    """Writes pieces of Markdown into a document of another format; the lines of its places do not count."""

    def __init__(self, builder: StructureBuilder) -> None:
        self._builder = builder
        self._md = parser(mdx=False)

    def write(self, source: str) -> None:
        """Write a piece, whose blocks begin and end with it."""
        env = environment(source)
        _Reader(self._builder, 1, self._md, env).read(self._md.parse(source, env))


class _Reader:
    """Walks over markdown-it's tokens; a method that is named as a token reads those."""

    def __init__(
        self, builder: StructureBuilder, first_line: int, md: MarkdownIt, env: dict[str, Any]
    ) -> None:
        self._builder = builder
        self._words = WordWriter(builder, md, env)
        self._first_line = first_line
        self._may_be_alert = False

    def read(self, tokens: Sequence[Token]) -> None:
        """Write what tokens of blocks say."""
        for token in tokens:
            handler = _HANDLERS.get(token.type)
            if handler is not None:
                handler(self, token)
        self._builder.end_block()

    def _line(self, token: Token) -> int:
        return self._first_line + (token.map[0] if token.map else 0)

    # Blocks

    def edge(self, _: Token) -> None:
        self._builder.edge()

    def rule(self, _: Token) -> None:
        self._builder.rule()

    def heading_open(self, token: Token) -> None:
        self._builder.begin_heading(int(token.tag[1]))

    def heading_close(self, _: Token) -> None:
        self._builder.end_heading()

    def paragraph_close(self, _: Token) -> None:
        self._builder.edge()
        self._words.write_notes()

    def fence(self, token: Token) -> None:
        info = unescape(token.info.strip())
        title = _TITLE.search(info)
        line = self._line(token)
        self._words.label(text_attributes(" " + info) or (title["title"] if title else ""), line)
        language = _LANGUAGE.match(info)
        self._builder.code(token.content, line + 1, language[1] if language else "")

    def code_block(self, token: Token) -> None:
        self._builder.code(token.content, self._line(token), "")

    def html_block(self, token: Token) -> None:
        self._builder.edge()
        self._words.write(self._words.parse(_INCLUDED.sub("", token.content)), self._line(token))
        self._builder.edge()

    def bullet_list_open(self, _: Token) -> None:
        self._builder.open_list(None)

    def ordered_list_open(self, token: Token) -> None:
        self._builder.open_list(int(token.attrs.get("start", 1)))

    def list_item_open(self, token: Token) -> None:
        self._builder.open_item(int(token.info) if token.info else None)

    def list_close(self, _: Token) -> None:
        self._builder.close_list()

    def dt_close(self, _: Token) -> None:
        self._builder.end_term()

    def table_open(self, _: Token) -> None:
        self._builder.open_table()

    def tr_open(self, _: Token) -> None:
        self._builder.open_row()

    def cell_open(self, token: Token) -> None:
        self._builder.open_cell(header=token.tag == "th")

    def cell_close(self, _: Token) -> None:
        self._builder.close_cell()

    def tr_close(self, _: Token) -> None:
        self._builder.end_row()

    def table_close(self, _: Token) -> None:
        self._builder.close_table()

    # Containers

    def blockquote_open(self, _: Token) -> None:
        self._builder.open_container("blockquote", quoted=True, nests=True)
        self._may_be_alert = True

    def blockquote_close(self, _: Token) -> None:
        self._builder.close_container("blockquote")

    def tab_open(self, token: Token) -> None:
        self._builder.open_container("tab")
        self._words.label(token.content, self._line(token))

    def tab_close(self, _: Token) -> None:
        self._builder.close_container("tab")

    def directive_open(self, token: Token) -> None:
        self._builder.open_container("directive", quoted=token.meta["quoted"], nests=True)
        self._words.label(token.content, self._line(token))

    def directive_close(self, _: Token) -> None:
        self._builder.close_container("directive")

    def container(self, token: Token) -> None:
        name, rest = token.info.lower(), token.content
        if not name and not rest:
            self._builder.close_container(":::")
            return
        title = _TITLE.match(rest)
        words = title["title"] if title else text_attributes(rest) or _BRACES.sub("", rest)
        words = words.strip()
        if words[:1] == words[-1:] in ('"', "'") and len(words) > 1:  # VuePress
            words = words[1:-1]
        self._builder.open_container(":::", quoted=name in CALLOUTS)
        self._words.label(words or (name.capitalize() if name in CALLOUTS else ""), self._line(token))

    # Inline

    def inline(self, token: Token) -> None:
        children, line = token.children or [], self._line(token)
        alert = self._may_be_alert and children and _ALERT.match(children[0].content)
        self._may_be_alert = False
        if alert:
            children = self._alert(children, alert, line)
        self._words.write(children, line)

    def _alert(self, children: list[Token], alert: re.Match[str], line: int) -> list[Token]:
        """Write the label of an alert, which is its first line or its type; return what follows."""
        stop = next((i for i, child in enumerate(children) if child.type.endswith("break")), len(children))
        children[0].content = children[0].content[alert.end() :]
        self._builder.begin("label")
        self._words.write(children[:stop], line)
        if self._builder.out.is_empty:
            self._builder.out.write(alert[1].capitalize(), line)
        self._builder.end_block()
        return children[stop:]


_HANDLERS: dict[str, Callable[[_Reader, Token], None]] = {
    "inline": _Reader.inline, "hr": _Reader.rule,
    "heading_open": _Reader.heading_open, "heading_close": _Reader.heading_close,
    "paragraph_open": _Reader.edge, "paragraph_close": _Reader.paragraph_close,
    "fence": _Reader.fence, "code_block": _Reader.code_block, "html_block": _Reader.html_block,
    "bullet_list_open": _Reader.bullet_list_open, "bullet_list_close": _Reader.list_close,
    "ordered_list_open": _Reader.ordered_list_open, "ordered_list_close": _Reader.list_close,
    "list_item_open": _Reader.list_item_open, "list_item_close": _Reader.edge,
    "dt_close": _Reader.dt_close, "dd_close": _Reader.edge,
    "table_open": _Reader.table_open, "table_close": _Reader.table_close,
    "tr_open": _Reader.tr_open, "tr_close": _Reader.tr_close,
    "th_open": _Reader.cell_open, "th_close": _Reader.cell_close,
    "td_open": _Reader.cell_open, "td_close": _Reader.cell_close,
    "blockquote_open": _Reader.blockquote_open, "blockquote_close": _Reader.blockquote_close,
    "directive_open": _Reader.directive_open, "directive_close": _Reader.directive_close,
    "tab_open": _Reader.tab_open, "tab_close": _Reader.tab_close, "container": _Reader.container,
}  # fmt: skip
"""What reads each token of a block."""
