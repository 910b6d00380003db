"""HTML tags, components and template tags inside Markdown: what stands between them is text, and so are some attributes."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Protocol

from chipbot.model import MarkKind
from chipbot.sources.formats.readable_text import BREAK, SPACE
from chipbot.sources.formats.source_tag import SourceTag, describes, text_attributes
from chipbot.sources.formats.structure_builder import StructureBuilder

_MARKS: dict[str, MarkKind] = {
    "b": "strong", "strong": "strong", "i": "emphasis", "em": "emphasis", "var": "emphasis", "cite": "emphasis",
    "s": "strikethrough", "del": "strikethrough", "strike": "strikethrough",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code",
}  # fmt: skip
_INLINE = frozenset(
    "abbr area base bdi bdo big button canvas col data dfn embed font ins label link map mark math meta meter output picture "
    "progress q rp rt ruby slot small source span sub sup time track u wbr".split()
)
_BLOCKS = frozenset(
    "address article aside audio blockquote body caption center colgroup dd dir div dl dt fieldset figcaption "
    "figure footer form frame frameset head header hgroup html iframe legend main menu nav noscript object "
    "optgroup option p param search section select tbody template tfoot thead title track video".split()
)
_NO_TEXT = frozenset(("script", "style", "svg", "textarea"))
CALLOUTS = frozenset(
    "abstract attention bug caution danger error example failure hint important info note question quote "
    "success summary tip todo warning".split()
)
"""Admonitions whose type is shown as their title where they have none of their own."""
_TEMPLATE_BLOCKS = frozenset(
    "accordion callout details expand hint note notice step tab tabs tip warning".split()
)
"""Template tags that have content, which ends at a tag of the same name."""
_TEMPLATE_CODE = frozenset(
    "assign block capture case elsif extends for from if import macro set unless when with".split()
)
"""Template tags that show nothing of what they are told."""

OMISSION = "[\N{HORIZONTAL ELLIPSIS}]"
"""What stands inside a sentence for words that only the page's program knows."""
CODE_CLASS = re.compile(r"(?:^|[\s\"'])lang(?:uage)?-([\w+#-]+)")
"""The language of code, in the class that highlighters go by."""
_NUMBER = re.compile(r"\d{1,6}$")
_ANY_TAG = re.compile(r"<[^<>]*>")
_TEMPLATE = re.compile(r"\{\{?[%<]-?\s*(?P<close>/|end)?(?P<name>[A-Za-z][\w-]*)(?P<rest>[^{}]*)")
_TEMPLATE_VALUE = re.compile(r"^(?:param|get|var)|version|release|latest")
"""The names of template tags that give a value which only the page's program knows."""
_TEMPLATE_TITLE = re.compile(r"""\s*(?:[\w-]+\s+)?(?:"([^"]*)"|'([^']*)')""")
"""How a template tag begins that is told a title without naming it."""
_TEMPLATE_NAMED = re.compile(r"""\s*(?:"([^"./]+)"|'([^'./]+)')\s*[%>}]?\s*$""")
"""What a template tag is told that is told nothing else."""
_POINTS = re.compile(
    r"(?:.*(?:ref|link|page|icon|image)|url.*|static|anchor|include|import|fa|fa-\w+|img|figure|video|emoji)$"
)
"""The names of template tags that are told what to lead to or to draw, not a word."""
_VALUE = re.compile(r"\{\{?\s*[$A-Za-z_][\w$]*(?:\.[\w$]+|\[[^{}\[\]]*\])*\s*(?:\|[^{}]*)?\}\}?$")
"""An expression that gives a value which only the page's program knows."""
_INCLUDED_CONTENT = re.compile(r"""\bcontent=(?:"([^"]*)"|'([^']*)')""")
"""What an included file of Jekyll's is told to show."""
_LITERAL = re.compile(r"""\{\s*(["'])([^"'{}]*)\1\s*\}$""")


class Tag(Protocol):
    """A tag, whatever the document that it is in."""

    @property
    def name(self) -> str:
        """The element's name in lower case; empty for a comment."""

    @property
    def closing(self) -> bool:
        """Whether it ends an element."""

    @property
    def line(self) -> int | None:
        """The line of the source that it stands on, in formats with lines."""

    def attribute(self, name: str) -> str | None:
        """Return what an attribute says; None where the tag has none of the name."""


class TagReader:
    """Reads tags for a builder; `label` writes a title of what follows, which stands on a line."""

    def __init__(self, builder: StructureBuilder, label: Callable[[str, int], None]) -> None:
        self._builder = builder
        self._out = builder.out
        self._label = label

    def read_source(self, tag: SourceTag) -> None:
        """Read a tag, a comment, or an element whose content is no Markdown."""
        name = tag.name
        if name == "pre":
            language = CODE_CLASS.search(tag.source)
            code = unescape(_ANY_TAG.sub("", tag.source))
            self._builder.code(code, tag.line, language[1] if language else "")
        elif not name or (name in ELEMENTS and not (name in _BLOCKS and tag.is_component)):
            self.read(tag)
        else:
            self._component(tag)

    def read(self, tag: Tag) -> None:
        """Read a tag of HTML; one that HTML does not have says nothing."""
        name = tag.name
        if name in _MARKS:
            self._mark(_MARKS[name], tag)
        elif name in _READERS:
            _READERS[name](self, tag)
        elif name in _BLOCKS:
            self._builder.edge()

    def read_template(self, tag: SourceTag) -> None:
        """Read a template tag, or an expression that may be a text."""
        literal = _LITERAL.match(tag.source)
        if literal:
            self._out.write(literal[2].replace("\\n", "\n"), tag.line)
        match = _TEMPLATE.match(tag.source)
        if match is None:
            if tag.within and _VALUE.match(tag.source):
                self._out.write(OMISSION, tag.line)
            return
        name = match["name"].lower()
        words = _template_words(name, match["rest"], within=tag.within)
        if name not in _TEMPLATE_BLOCKS:
            if tag.within and not words and _TEMPLATE_VALUE.search(name):
                self._out.write(OMISSION, tag.line)
            elif name not in _TEMPLATE_CODE and not match["close"]:
                self._write_apart(words, tag.line)
        elif match["close"]:
            self._builder.close_container("%" + name)
        else:
            title = _TEMPLATE_TITLE.match(match["rest"])
            self._builder.open_container("%" + name, quoted=name in CALLOUTS or name == "callout")
            self._label(words or (title[1] or title[2] or "" if title and name != "tabs" else ""), tag.line)

    def _component(self, tag: SourceTag) -> None:
        """Unwrap a component, whose children are text; it may have text of its own in its attributes."""
        builder, name = self._builder, tag.written_name
        words = tag.words
        if tag.closing and builder.has_container(name):
            builder.close_container(name)
        elif tag.is_empty and not words and (not tag.alone or builder.begins_item):
            self._stand_in(tag)
        elif not tag.alone:
            self._write_apart(words, tag.line)
        elif tag.closing or tag.is_empty:
            builder.edge()
            self._out.write(words, tag.line)
            builder.edge()
        else:
            builder.open_container(name, quoted=name.lower() in CALLOUTS)
            self._label(words or (f"`{tag.field}`" if tag.field else ""), tag.line)

    def _stand_in(self, tag: SourceTag) -> None:
        """Write what stands for a component without content; a picture says nothing."""
        if tag.is_picture:
            return
        if tag.stand_in:
            self._out.write_name(tag.stand_in, tag.line)
        elif tag.within:
            self._out.write(OMISSION, tag.line)

    def _write_apart(self, words: str, line: int) -> None:
        """Write words that are none of the text around them, however close they stand to it."""
        if words:
            self._out.gap(SPACE)
            self._out.write(words, line)
            self._out.gap(SPACE)

    def _mark(self, kind: MarkKind, tag: Tag) -> None:
        if tag.closing:
            self._out.close_mark(kind)
        else:
            self._out.open_mark(kind)

    def a(self, tag: Tag) -> None:
        if tag.closing:
            self._out.close_mark("link")
        else:
            self._out.open_mark("link", tag.attribute("href") or "")

    def hr(self, _: Tag) -> None:
        self._builder.rule()

    def br(self, _: Tag) -> None:
        self._out.gap(BREAK)

    def img(self, tag: Tag) -> None:
        words = tag.attribute("alt")
        if words and describes(words):
            self._out.separate()
            self._out.write(words, tag.line)

    def sup(self, tag: Tag) -> None:
        self._out.is_raised = not tag.closing

    def input(self, tag: Tag) -> None:
        if tag.attribute("type") == "checkbox":
            self._builder.check_item(done=tag.attribute("checked") is not None)

    def list(self, tag: Tag) -> None:
        if tag.closing:
            self._builder.close_list(by_tag=True)
        elif self._builder.role is not None:
            self._builder.edge()
        else:
            first = _number(tag.attribute("start"), 1) if tag.name == "ol" else None
            self._builder.open_list(first, by_tag=True)

    def li(self, tag: Tag) -> None:
        if tag.closing or self._builder.role is not None:
            self._builder.edge()
        else:
            self._builder.open_item(_number(tag.attribute("value"), None))

    def heading(self, tag: Tag) -> None:
        if self._builder.role not in (None, "heading"):
            self._builder.edge()
        elif tag.closing:
            self._builder.end_heading()
        else:
            self._builder.begin_heading(int(tag.name[1]), tag.attribute("id") or "")

    def table(self, tag: Tag) -> None:
        if tag.closing:
            self._builder.close_table()
        elif self._builder.role in (None, "table_row"):
            self._builder.open_table()

    def row(self, tag: Tag) -> None:
        if tag.closing:
            self._builder.end_row()
        elif self._builder.role in (None, "table_row"):
            self._builder.open_row()

    def cell(self, tag: Tag) -> None:
        if tag.closing:
            self._builder.close_cell()
        else:
            self._builder.open_cell(header=tag.name == "th")

    def details(self, tag: Tag) -> None:
        if tag.closing:
            self._builder.close_container("details")
        else:
            self._builder.open_container("details")

    def summary(self, tag: Tag) -> None:
        if self._builder.role == "question":
            self._builder.end_block()
        elif self._builder.role is None and not tag.closing:
            self._builder.begin("question")


def _number(words: str | None, otherwise: int | None) -> int | None:
    return int(words) if words and _NUMBER.match(words) else otherwise


def _template_words(name: str, told: str, *, within: bool) -> str:
    """Return the words that a template tag is told to show; `within` says whether words stand before and after it."""
    words = [text_attributes(told)]
    content = _INCLUDED_CONTENT.search(told) if name == "include" else None
    if content:
        words.append(_ANY_TAG.sub("", content[1] or content[2]))
    named = _TEMPLATE_NAMED.match(told)
    if named and within and name not in _TEMPLATE_BLOCKS and not _POINTS.match(name):
        words.append(named[1] or named[2])
    return unescape(" ".join(filter(None, words)))


_READERS: dict[str, Callable[[TagReader, Tag], None]] = {
    "a": TagReader.a, "br": TagReader.br, "hr": TagReader.hr, "img": TagReader.img, "sup": TagReader.sup,
    "input": TagReader.input,
    "ul": TagReader.list, "ol": TagReader.list, "li": TagReader.li,
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), TagReader.heading),
    "table": TagReader.table, "tr": TagReader.row, "td": TagReader.cell, "th": TagReader.cell,
    "details": TagReader.details, "summary": TagReader.summary,
}  # fmt: skip
"""What reads the tags that are more than a mark or the edge of a block."""
ELEMENTS = frozenset(_READERS) | frozenset(_MARKS) | _BLOCKS | _INLINE | _NO_TEXT
"""The elements of HTML, but for those that only programs read."""
