"""The reStructuredText that documentation is written in → docutils' tree, each node with the line that it stands on.

docutils reads the language. The directives and roles here are Sphinx's and its extensions', which docutils does not know;
one that nobody knows keeps its content. No file is read and no HTML taken over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, directives, roles
from docutils.parsers.rst.languages import en
from docutils.utils import Reporter

from chipbot.sources.formats.sphinx_markup import (
    CODE,
    NOTHING,
    OBJECTS,
    OPTION,
    REMARKS,
    TITLED_BOXES,
    is_code_role,
    shown_by_role,
)

if TYPE_CHECKING:
    from docutils.statemachine import StringList

_SETTINGS = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": Reporter.SEVERE_LEVEL + 1,  # what is wrong with the markup is nothing that readers see
    "halt_level": Reporter.SEVERE_LEVEL + 1,
    "doctitle_xform": False,
    "docinfo_xform": False,
    "smart_quotes": False,
    "line_length_limit": 1_000_000,
    "syntax_highlight": "none",
}
_DIRECTIVE = re.compile(r"\.\. +(?:\|[^|\n]*\| +)?([A-Za-z][\w.:+-]*)::(?=\s)")
_ROLE = re.compile(r":([A-Za-z][\w.:+-]*):`|`:([A-Za-z][\w.:+-]*):")

_KNOWN_ROLES = frozenset(
    "emphasis strong literal subscript superscript sub sup title-reference title math".split()
)


class _Box(Directive):
    """A directive whose content is text; its arguments are a title where readers see them as one."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    titled = False

    def run(self) -> list[nodes.Node]:
        """Return its title and what is in it."""
        box = nodes.container()
        lines = _argument_lines(self.arguments)
        if self.titled and lines:
            box += self._title(lines[0])
        content, offset = _without_options(self.content, self.content_offset)
        self.state.nested_parse(content, offset, box)
        return [box]

    def _title(self, words: str) -> nodes.Element:
        parsed, _ = self.state.inline_text(words, self.lineno)
        title = nodes.title("", "", *parsed)
        title.line = self.lineno
        return title


class _TitledBox(_Box):
    """A box whose argument is its title."""

    titled = True


class _Remark(_Box):
    """A remark with a label of its kind, such as the version in which something is new."""

    def run(self) -> list[nodes.Node]:
        """Return the remark; its argument is the version, or the beginning of its text."""
        remark = nodes.admonition()
        label, lines = REMARKS[self.name.lower()], _argument_lines(self.arguments)
        if lines and label.endswith("version"):
            version, _, lines[0] = lines[0].partition(" ")
            label = f"{label} {version}"
        remark += self._title(label)
        for number, line in enumerate(lines):
            if line.strip():
                parsed, _ = self.state.inline_text(line.strip(), self.lineno + number)
                paragraph = nodes.paragraph("", "", *parsed)
                paragraph.line = self.lineno + number
                remark += paragraph
        self.state.nested_parse(self.content, self.content_offset, remark)
        return [remark]


class _Code(Directive):
    """A block of code, with the language that it is in and its caption."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the caption, if there is one, and the code."""
        options = "\n".join(self.arguments).split("\n")
        language, _, title = options[0].partition(" ") if not OPTION.match(options[0]) else ("", "", "")
        content, offset = _without_options(self.content, self.content_offset)
        options += list(self.content)[: offset - self.content_offset]
        code = "\n".join(list(content))
        block = nodes.literal_block(code, code)
        block["language"], block.line = language, offset + 1
        captions = [line.strip()[9:].strip() for line in options if line.strip().startswith(":caption:")]
        title = captions[0] if captions else title
        label = nodes.rubric(title, title)
        label.line = self.lineno
        return [label, block] if title else [block]


class _Object(Directive):
    """What describes a function, class or setting: its signature, which is code, and the text about it."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the signature as a term and the text as its definition."""
        signatures = _argument_lines(self.arguments)
        item = nodes.definition_list_item()
        for number, signature in enumerate(signatures):
            if signature.strip():
                term = nodes.term("", "", nodes.literal(signature, signature.strip()))
                term.line = self.lineno + number
                item += term
        definition = nodes.definition()
        content, offset = _without_options(self.content, self.content_offset)
        self.state.nested_parse(content, offset, definition)
        item += definition
        return [nodes.definition_list("", item)]


class _Nothing(Directive):
    """A directive that is no text."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return nothing."""
        return []


def _argument_lines(arguments: Sequence[str]) -> list[str]:
    """Return the lines of a directive's argument, without the options below it."""
    return [line for line in "\n".join(arguments).split("\n") if not OPTION.match(line.strip())]


def _without_options(content: StringList, offset: int) -> tuple[StringList, int]:
    """Return what of a directive's content follows its options, and where that begins."""
    skip = 0
    while skip < len(content) and OPTION.match(content[skip]):
        skip += 1
    return content[skip:], offset + skip


def _text_role(
    name: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: Any,  # noqa: ARG001  # docutils passes it
    options: Mapping[str, Any] | None = None,  # noqa: ARG001  # likewise
    content: Sequence[str] = (),  # noqa: ARG001  # likewise
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Return what a role shows."""
    shown = shown_by_role(text.replace("\x00", "\\"))
    node = nodes.literal(rawtext, shown) if is_code_role(name) else nodes.inline(rawtext, shown)
    node.line = lineno
    return [node], []


def parse_rst(text: str) -> nodes.document:
    """Parse reStructuredText; raises RecursionError where it is nested too deep."""
    _register(text)
    return publish_doctree(text, settings_overrides=_SETTINGS)


def _register(text: str) -> None:
    """Make the directives and roles of a text known to docutils."""
    for name in dict.fromkeys(_DIRECTIVE.findall(text)):
        lower = name.lower()
        kind = _directive(lower)
        if kind is not None:
            directives.register_directive(lower, kind)
    for pair in dict.fromkeys(_ROLE.findall(text)):
        name = (pair[0] or pair[1]).lower()
        if name not in _KNOWN_ROLES:
            roles.register_local_role(name, _text_role)  # type: ignore[arg-type]  # its stub knows references alone


def _directive(name: str) -> type[Directive] | None:
    """Return what reads a directive; None where docutils does."""
    if name in NOTHING:
        return _Nothing
    if name in CODE:
        return _Code
    if name in REMARKS:
        return _Remark
    if name in TITLED_BOXES:
        return _TitledBox
    if name in en.directives:
        return None
    return _Object if ":" in name or name in OBJECTS else _Box
