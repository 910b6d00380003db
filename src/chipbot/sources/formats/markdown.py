"""Markdown → what a reader of the rendered page sees, with the structure that the markup gave it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

from chipbot.model import MarkKind
from chipbot.sources.formats import Extracted
from chipbot.sources.formats.decoding import decode
from chipbot.sources.formats.front_matter import front_matter
from chipbot.sources.formats.markdown_syntax import MAX_NESTING, has_components, parser
from chipbot.sources.formats.readable_text import BREAK, SOFT, SPACE
from chipbot.sources.formats.structure_builder import StructureBuilder
from chipbot.sources.formats.tags import CALLOUTS, SourceTag, TagReader, text_attributes
from chipbot.text.lines import count_line_breaks
from chipbot.translation import Message

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MARKS: dict[str, MarkKind] = {"strong": "strong", "em": "emphasis", "s": "strikethrough", "link": "link"}
_ALERT = re.compile(r"\[!([A-Za-z]+)\][+-]?[ \t]*")
_TITLE = re.compile(r"\[(?P<title>[^\[\]]*)\]")
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
    md, env = parser(mdx=has_components(source)), dict[str, Any]()
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
        env = dict[str, Any]()
        _Reader(self._builder, 1, self._md, env).read(self._md.parse(source, env))


class _Reader:
    """Walks over markdown-it's tokens; a method that is named as a token reads those."""

    def __init__(
        self, builder: StructureBuilder, first_line: int, md: MarkdownIt, env: dict[str, Any]
    ) -> None:
        self._builder = builder
        self._out = builder.out
        self._tags = TagReader(builder, self._label)
        self._first_line = first_line
        self._md = md
        self._env = env
        self._may_be_alert = False
        self._notes: list[tuple[list[Token], int]] = []  # that stand inside the block at hand

    def read(self, tokens: Sequence[Token]) -> None:
        """Write what tokens of blocks say."""
        for token in tokens:
            handler = _HANDLERS.get(token.type)
            if handler is not None:
                handler(self, token)
        self._builder.end_block()

    def _line(self, token: Token) -> int:
        return self._first_line + (token.map[0] if token.map else 0)

    def _parse(self, words: str) -> list[Token]:
        """Return the tokens of inline Markdown."""
        return self._md.inline.parse(words, self._md, self._env, [])

    def _label(self, label: str, line: int) -> None:
        """Write the title of what follows, if there is one."""
        self._builder.edge()
        if label and self._builder.role is None:
            self._builder.begin("label")
            self._write(self._parse(label), line)
            self._builder.end_block()

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
        while self._notes:
            self._write(*self._notes.pop(0))
            self._builder.edge()

    def fence(self, token: Token) -> None:
        info = unescape(token.info.strip())
        title = _TITLE.search(info)
        line = self._line(token)
        self._label(text_attributes(" " + info) or (title["title"] if title else ""), line)
        language = _LANGUAGE.match(info)
        self._builder.code(token.content, line + 1, language[1] if language else "")

    def code_block(self, token: Token) -> None:
        self._builder.code(token.content, self._line(token), "")

    def html_block(self, token: Token) -> None:
        self._builder.edge()
        self._write(self._parse(token.content), self._line(token))
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
        self._builder.join_next()

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

    def admonition_open(self, _: Token) -> None:
        self._builder.open_container("admonition", quoted=True, nests=True)

    def admonition_title_open(self, _: Token) -> None:
        self._builder.begin("label")

    def admonition_title_close(self, _: Token) -> None:
        self._builder.end_block()

    def admonition_close(self, _: Token) -> None:
        self._builder.close_container("admonition")

    def tab_open(self, token: Token) -> None:
        self._builder.open_container("tab")
        self._label(token.content, self._line(token))

    def tab_close(self, _: Token) -> None:
        self._builder.close_container("tab")

    def directive_open(self, token: Token) -> None:
        self._builder.open_container("directive", quoted=token.meta["quoted"], nests=True)
        self._label(token.content, self._line(token))

    def directive_close(self, _: Token) -> None:
        self._builder.close_container("directive")

    def container(self, token: Token) -> None:
        name, rest = token.info.lower(), token.content
        if not name and not rest:
            self._builder.close_container(":::")
            return
        title = _TITLE.match(rest)
        words = title["title"] if title else text_attributes(rest) or _BRACES.sub("", rest)
        self._builder.open_container(":::", quoted=name in CALLOUTS)
        self._label(words.strip() or (name.capitalize() if name in CALLOUTS else ""), self._line(token))

    # Inline

    def inline(self, token: Token) -> None:
        children, line = token.children or [], self._line(token)
        alert = self._may_be_alert and children and _ALERT.match(children[0].content)
        self._may_be_alert = False
        if alert:
            children = self._alert(children, alert, line)
        self._write(children, line)

    def _alert(self, children: list[Token], alert: re.Match[str], line: int) -> list[Token]:
        """Write the label of an alert, which is its first line or its type; return what follows."""
        stop = next((i for i, child in enumerate(children) if child.type.endswith("break")), len(children))
        children[0].content = children[0].content[alert.end() :]
        self._builder.begin("label")
        self._write(children[:stop], line)
        if self._out.is_empty:
            self._out.write(alert[1].capitalize(), line)
        self._builder.end_block()
        return children[stop:]

    def _write(self, children: Sequence[Token], line: int) -> None:
        """Write what inline tokens say, of which the first stands on a line."""
        out = self._out
        for child in children:
            here = line + child.map[0] if child.map else line
            kind = child.type
            if kind == "text":
                out.write(child.content, here)
            elif kind == "softbreak":
                out.gap(SOFT)
            elif kind.endswith("_open"):
                # Blanks in targets were hidden from the parser as no-break spaces.
                out.open_mark(_MARKS[kind[:-5]], str(child.attrs.get("href", "")).replace("\u00a0", " "))
            elif kind.endswith("_close"):
                out.close_mark(_MARKS[kind[:-6]])
            else:
                _INLINE[kind](self, child, here)

    def text_special(self, token: Token, line: int) -> None:
        self._out.write(token.content, line)

    def hardbreak(self, _token: Token, _line: int) -> None:
        self._out.gap(BREAK)

    def code_inline(self, token: Token, line: int) -> None:
        out = self._out
        before, after = token.content[:1].isspace(), token.content[-1:].isspace()
        words = token.content.strip()
        if before:
            out.gap(SPACE)
        out.open_mark("code")
        line += token.content[: len(token.content) - len(token.content.lstrip())].count("\n")
        for number, part in enumerate(words.split("\n")):
            if part.strip():
                out.gap(SPACE if number else 0)
                out.write_exactly(part.strip(), line + number)
        out.close_mark("code")
        if after:
            out.gap(SPACE)

    def html_inline(self, token: Token, line: int) -> None:
        self._tags.read_source(SourceTag(token.content, line, token.block))

    def braces(self, token: Token, line: int) -> None:
        self._tags.read_template(SourceTag(token.content, line, token.block))

    def image(self, token: Token, line: int) -> None:
        """Write the words that stand for an image, without their marks."""
        self._out.separate()
        for child in token.children or ():
            here = line + child.map[0] if child.map else line
            if child.type == "image":
                self.image(child, here)
            elif child.type.endswith("break"):
                self._out.gap(SPACE)
            elif child.type in ("text", "text_special", "code_inline"):
                self._out.write(child.content, here)

    def footnote_ref(self, token: Token, line: int) -> None:
        """Keep a footnote that stands inside the text for after the block."""
        note = self._env["footnotes"]["list"][token.meta["id"]]
        if "tokens" in note:
            self._notes.append((note["tokens"], line))


_INLINE: dict[str, Callable[[_Reader, Token, int], None]] = {
    "text_special": _Reader.text_special, "hardbreak": _Reader.hardbreak, "code_inline": _Reader.code_inline,
    "html_inline": _Reader.html_inline, "braces": _Reader.braces, "image": _Reader.image,
    "footnote_ref": _Reader.footnote_ref,
}  # fmt: skip
"""What reads the inline tokens that are neither words nor marks."""

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
    "admonition_open": _Reader.admonition_open, "admonition_close": _Reader.admonition_close,
    "admonition_title_open": _Reader.admonition_title_open,
    "admonition_title_close": _Reader.admonition_title_close,
    "directive_open": _Reader.directive_open, "directive_close": _Reader.directive_close,
    "tab_open": _Reader.tab_open, "tab_close": _Reader.tab_close, "container": _Reader.container,
}  # fmt: skip
"""What reads each token of a block."""
